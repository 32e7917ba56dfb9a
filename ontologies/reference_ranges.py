"""Reference ranges by age, sex and pregnancy, each with its source: our reviewed table.

Every figure stands as its source prints it; where a range could not be read in a source, there is
none, and such a value is not judged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import inf
from pathlib import Path
from types import MappingProxyType

from domain.assertions import Sex
from domain.errors import InvalidField, SourceError
from domain.evidence import ConceptRef
from domain.intervals import Interval
from ontologies.analytes import Analyte, analytes, concept
from ontologies.tables import Table

FILE = Path(__file__).parent / "curated" / "reference-ranges.tsv"
SOURCES = Path(__file__).parent / "curated" / "range-sources.tsv"
_COLUMNS = (
    "analyte", "unit", "low", "high", "sex", "age_from", "age_to", "pregnant", "above", "below",
    "above_if", "below_if", "source", "printed",
)  # fmt: skip
_SEX = {"": None, "F": Sex.FEMALE, "M": Sex.MALE}
_PREGNANT = {"": None, "yes": True, "no": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where figures come from: title, PMID or address, and what of it was read."""

    id: str
    title: str
    reference: str
    read: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What one side of a range means: `finding` is there in `present` and not in `absent`, in
    units of the range; between them nothing is said."""

    finding: ConceptRef
    present: Interval
    absent: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceRange:
    """The range of an analyte for people of these ages (years, the end open), this sex and
    pregnancy (None: any). `printed` is the figure as the source prints it."""

    analyte: str
    unit: str
    normal: Interval
    ages: Interval
    sex: Sex | None
    pregnant: bool | None
    limits: tuple[Limit, ...]
    source: Source
    printed: str


@cache
def reference_ranges() -> Mapping[str, tuple[ReferenceRange, ...]]:
    """The table by analyte, read once."""
    return MappingProxyType(read(FILE, read_sources(SOURCES), analytes()))


def read_sources(path: Path) -> dict[str, Source]:
    """The sources by id. Raises SourceError."""
    rows = Table(path, ("id", "title", "reference", "read"), quoted=False)
    return {row["id"]: Source(**{c: row[c] for c in rows.columns}) for _, row in rows}


def read(
    path: Path, sources: Mapping[str, Source], known: Mapping[str, Analyte]
) -> dict[str, tuple[ReferenceRange, ...]]:
    """Read such a table. Raises SourceError naming the line that cannot be used."""
    found: dict[str, list[ReferenceRange]] = defaultdict(list)
    for line, row in Table(path, _COLUMNS, quoted=False):
        try:
            one = _range(row, sources, known)
        except KeyError as error:
            raise SourceError(str(path), f"{error} is not known.", line=line) from None
        except (ValueError, InvalidField) as error:
            raise SourceError(str(path), f"{error}", line=line) from None
        found[one.analyte].append(one)
    return {analyte: tuple(ranges) for analyte, ranges in found.items()}


def _range(
    row: Mapping[str, str], sources: Mapping[str, Source], known: Mapping[str, Analyte]
) -> ReferenceRange:
    analyte = known[row["analyte"]]
    low, high = _interval(row["low"], ">="), _interval(row["high"], "<=")
    above = concept(row["above"]) or analyte.above
    below = concept(row["below"]) or analyte.below
    limits = (
        _limit(above, high, _beyond(high, upward=True), row["above_if"]),
        _limit(below, low, _beyond(low, upward=False), row["below_if"]),
    )
    if not any(limits):
        raise ValueError("it says nothing: no limit has a finding")
    return ReferenceRange(
        analyte=analyte.id,
        unit=row["unit"],
        normal=Interval(
            low.low if low else -inf,
            high.high if high else inf,
            low.low_open if low else False,
            high.high_open if high else False,
        ),
        ages=Interval(float(row["age_from"] or 0), float(row["age_to"] or inf), high_open=True),
        sex=_SEX[row["sex"]],
        pregnant=_PREGNANT[row["pregnant"]],
        limits=tuple(limit for limit in limits if limit is not None),
        source=sources[row["source"]],
        printed=row["printed"],
    )


def _limit(
    finding: ConceptRef | None, absent: Interval | None, beyond: Interval | None, stated: str
) -> Limit | None:
    present = _interval(stated, "") or beyond
    if finding is None or present is None:
        return None
    if absent is not None and absent.meets(present):
        raise ValueError(f"{finding.label} would be both present and absent")
    return Limit(finding=finding, present=present, absent=absent)


def _beyond(normal: Interval | None, *, upward: bool) -> Interval | None:
    if normal is None:
        return None
    if upward:
        return Interval(low=normal.high, low_open=not normal.high_open)
    return Interval(high=normal.low, high_open=not normal.low_open)


def _interval(cell: str, usual: str) -> Interval | None:
    """The numbers that ">=25,<30" or, with a `usual` sign, "145" name; None for an empty cell."""
    found = Interval()
    for part in filter(None, cell.split(",")):
        number = part.lstrip("<>=")
        sign, value = part[: len(part) - len(number)] or usual, float(number)
        if sign.startswith(">"):
            found = Interval(value, found.high, sign == ">", found.high_open)
        elif sign.startswith("<"):
            found = Interval(found.low, value, found.low_open, sign == "<")
        else:
            raise ValueError(f"{part!r} has no sign")
    return found if cell else None
