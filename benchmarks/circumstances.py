"""What age, sex and family history change in the ranking of cases whose disease is known.

    python -m benchmarks.circumstances CASES.jsonl.gz

Each is put in alone and all together, with nothing removed and with each case's own publication
removed; `flagged` says how many true diseases it counted against, and how many of all diseases.
The last lines say how many cases there were in all, by what they state.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from api.evaluate import Known, read_cohort
from api.service import Service
from api.settings import Settings
from domain.assertions import Sex
from domain.case import Case
from domain.differential import Contribution
from domain.findings import Note
from kg.arrays import Array
from reasoning import circumstance
from reasoning.circumstance import Circumstance
from reasoning.evaluation import Setting, leave_out, rank_of
from reasoning.evidence import EvidenceMatrix
from reasoning.ranking import Ranker
from reasoning.view import View


class Silent:
    """Says nothing: with it alone, age only decides whose absence counts."""

    name = "absence by age"

    def settings(self) -> dict[str, float]:
        """None."""
        return {}

    def effects(self, view: View, matrix: EvidenceMatrix, case: Case) -> Array | None:  # noqa: ARG002
        """Nothing."""
        return None

    def reason(self, view: View, case: Case, disease: int) -> Contribution | None:  # noqa: ARG002
        """None."""
        return None

    def notes(self, case: Case) -> tuple[Note, ...]:  # noqa: ARG002
        """None."""
        return ()


@dataclass(slots=True)
class Tally:
    """Ranks of the true disease, and the diseases counted against."""

    ranks: list[int | None] = field(default_factory=list)
    cases: int = 0
    true: int = 0
    share: float = 0.0

    def line(self, name: str) -> str:
        """One row of the table."""
        ranks = np.array([np.inf if r is None else r for r in self.ranks])
        tops = "".join(f"{100 * float((ranks <= k).mean()):8.2f}" for k in (1, 3, 10))
        flagged = (
            f"   {self.true} of {self.cases} true, {100 * self.share / self.cases:.1f} % of all"
            if self.cases
            else ""
        )
        return f"  {name:<16}{tops}{float((1 / ranks).mean()):8.4f}{flagged}"


def measure(ranker: Ranker, cases: Sequence[Known], setting: Setting) -> Tally:
    """Rank the cases whose disease keeps a row."""
    found = Tally()
    for known in cases:
        away = leave_out(setting, known.case, known.disease)
        number = ranker.knowledge.disease(known.disease)
        if number is None or (away is not None and not ranker.covers(known.disease, away)):
            continue
        ranking = ranker.rank(known.case, away)
        found.ranks.append(rank_of(ranking, number))
        if ranking.beside.any():
            found.cases += 1
            found.true += bool(ranking.beside[number])
            found.share += float((ranking.beside < 0).mean())
    return found


def main(path: Path) -> None:
    """Print the table."""
    service = Service(Settings.load())
    plain = service.ranker
    cases = read_cohort(service, path, per_disease=5).covered
    every = circumstance.every()
    sets: list[tuple[str, Sequence[Circumstance]]] = [
        ("none", ()),
        ("absence by age", (Silent(),)),
        *((c.name, (c,)) for c in every),
        ("all", every),
    ]
    print(f"Release {service.release}, {plain.versions['scorer']}; {circumstance.described(every)}")
    for setting in (Setting.EVERYTHING, Setting.OWN):
        print(f"{setting.value}: top-1, top-3, top-10 (%), MRR")
        for name, given in sets:
            ranker = Ranker(
                service.knowledge,
                plain.scorer,
                plain.versions,
                circumstances=given,
                calibration=plain.calibration,
            )
            print(measure(ranker, cases, setting).line(name), flush=True)
    aged = sum(known.case.age is not None for known in cases)
    sexed = sum(known.case.sex in (Sex.FEMALE, Sex.MALE) for known in cases)
    print(f"{len(cases)} cases: {aged} with an age, {sexed} with a sex, 0 with relatives.")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
