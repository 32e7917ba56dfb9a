"""How much a hedge says: shares of hedged findings whose label was coded, with their counts.

The table `hedges.tsv` is measured, not fitted: `python -m benchmarks.hedges` counts it. A class of
hedges with fewer than `FEWEST` counts speaks with its grade, the classes that mean nearly the
same; where the grade has too few as well, no strength is known and the hedge counts nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from domain.errors import SourceError

FILE = Path(__file__).with_name("hedges.tsv")
COLUMNS = ("hedge", "grade", "coded", "n", "base_rate", "source")
#: Counts from which a share is used.
FEWEST = 30
#: Classes of hedges (nlp/triggers.py) by what they mean, weakest first.
GRADES = {
    "doubted": ("unlikely",),
    "open": ("question", "cannot exclude", "questionable", "differential", "possible"),
    "leaning": ("suggestive", "suspected"),
    "held": ("versus", "borderline", "probable"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """Of `n` findings hedged so, `coded` had their label; among all reports it is `base_rate`.

    `hedges` are the classes that were counted together.
    """

    hedges: tuple[str, ...]
    coded: int
    n: int
    base_rate: float
    source: str

    @property
    def probability(self) -> float:
        """The share, half a count added to each side so that it is never 0 or 1."""
        return (self.coded + 0.5) / (self.n + 1)


def strength(hedge: str | None) -> Strength | None:
    """What was measured for a class of hedges, None where there is too little."""
    return None if hedge is None else strengths().get(hedge)


@cache
def strengths() -> Mapping[str, Strength]:
    """The strength of each class that has one."""
    return MappingProxyType(settle(read(FILE)))


def settle(counted: Mapping[str, Strength]) -> dict[str, Strength]:
    """Give each class its own counts where they are enough, else its grade's."""
    found = {}
    for hedges in GRADES.values():
        known = [counted[h] for h in hedges if h in counted]
        pooled = pool(known) if known else None
        for hedge in hedges:
            own = counted.get(hedge)
            best = own if own is not None and own.n >= FEWEST else pooled
            if best is not None and best.n >= FEWEST:
                found[hedge] = best
    return found


def pool(counted: list[Strength]) -> Strength:
    """Counts of several classes together; the base rate is that of all their findings."""
    n = sum(s.n for s in counted)
    return Strength(
        hedges=tuple(h for s in counted for h in s.hedges),
        coded=sum(s.coded for s in counted),
        n=n,
        base_rate=sum(s.base_rate * s.n for s in counted) / max(1, n),
        source=counted[0].source,
    )


def read(path: Path) -> dict[str, Strength]:
    """Read the counts by class. Raises SourceError naming the line that cannot be used."""
    grade_of = {hedge: grade for grade, hedges in GRADES.items() for hedge in hedges}
    found: dict[str, Strength] = {}
    header: tuple[str, ...] | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line or line.startswith("#"):
            continue
        cells = tuple(line.split("\t"))
        if header is None:
            header = cells
            if cells != COLUMNS:
                raise SourceError(path.name, f"has not the columns {', '.join(COLUMNS)}.")
            continue
        try:
            hedge, grade, coded, n, base, source = cells
            row = Strength(
                hedges=(hedge,), coded=int(coded), n=int(n), base_rate=float(base), source=source
            )
        except ValueError:
            raise SourceError(path.name, "is not a row of counts.", line=number) from None
        usable = 0 <= row.coded <= row.n and 0 < row.base_rate < 1
        if grade_of.get(hedge) != grade or hedge in found or not usable:
            raise SourceError(path.name, f"{hedge!r} is not a row of counts.", line=number)
        found[hedge] = row
    return found
