"""What each idea of the scoring method `coverage` adds: the method without it, on known cases.

    python -m benchmarks.ablation CASES.jsonl.gz [--jobs N]

Where an idea is taken out that the fitted weights lean on, they are fitted again without it, on
all cases; the other variants keep the shipped parameters. So these rows compare variants with
each other; the cross-validated figures are those of `differentia evaluate ranking --folds 5`.
The release is the one that the settings name: run it on two to see what fusing diseases adds.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from api.evaluate import Chooser, Cohort, Known, disturbed, outcomes, read_cohort
from api.fit import examples
from api.service import Service
from api.settings import Settings
from api.spread import Workers, cores
from reasoning.evaluation import Setting, Standing
from reasoning.fitting import Example, refit
from reasoning.ranking import Ranker
from reasoning.scorers.coverage import CoverageScorer

SEED = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """The shipped method with other parameters, or without age, sex and family history."""

    name: str
    parameters: Mapping[str, float]
    circumstances: bool = True
    _made: dict[str, Ranker] = field(default_factory=dict, compare=False)

    def __call__(self, service: Service, known: Known) -> Ranker:  # noqa: ARG002
        """The ranker of this variant, made once in each process."""
        if self.name not in self._made:
            shipped = service.ranker_with("coverage")
            self._made[self.name] = Ranker(
                service.knowledge,
                CoverageScorer(**{**shipped.scorer.settings(), **self.parameters}),
                shipped.versions,
                circumstances=shipped.circumstances if self.circumstances else (),
                calibration=shipped.calibration,
            )
        return self._made[self.name]


def variants(found: list[Example], shipped: CoverageScorer) -> list[Variant]:
    """The shipped method, then one idea less each."""
    full = refit(found, shipped, decay=1.0)
    uncovered = refit(found, shipped, with_coverage=False)
    return [
        Variant(name="as shipped", parameters={}),
        Variant(name="every finding counts in full (fitted again)", parameters=full),
        Variant(name="no term for the whole disease (fitted again)", parameters=uncovered),
        Variant(name="no credit for vaguer findings", parameters={"broader": 50.0}),
        Variant(name="no floor under a finding that does not fit", parameters={"floor": 50.0}),
        Variant(name="going up the hierarchy costs 1, not 3", parameters={"cost": 1.0}),
        Variant(name="absent findings ignored", parameters={"exclusion": 0.0}),
        Variant(name="age, sex, family history ignored", parameters={}, circumstances=False),
    ]


def row(workers: Workers, cohort: Cohort, chooser: Chooser) -> list[float]:
    """Top-1 and top-10 with nothing removed and with the own publication removed, and top-10
    with imprecise findings; shares of cases in percent."""
    figures = []
    for setting in (Setting.EVERYTHING, Setting.OWN):
        some = outcomes(workers, cohort, setting, chooser, lambda _: None)
        ranks = np.array([o.rank or np.inf for o in some if o.standing is Standing.COVERED])
        figures += [100 * float((ranks <= k).mean()) for k in (1, 10)]
    vague = disturbed(workers, cohort, "imprecise", chooser, seed=SEED, done=lambda _: None)
    return [*figures, 100 * vague.after.top[10].value]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--jobs", type=int, default=cores())
    stated = parser.parse_args()
    service = Service(Settings.load())
    cohort = read_cohort(service, stated.cases, per_disease=5)
    scorer = service.ranker_with("coverage").scorer
    assert isinstance(scorer, CoverageScorer)
    print(f"Release {service.release}: {len(cohort.covered):,} covered cases.\n", flush=True)
    print("| | top-1 % | top-10 % | own removed: top-1 % | top-10 % | imprecise: top-10 % |")
    print("|---|--:|--:|--:|--:|--:|", flush=True)
    with Workers(service, stated.jobs) as workers:
        found = [e for _, some in examples(workers, cohort, lambda _: None) for e in some]
        for variant in variants(found, scorer):
            figures = row(workers, cohort, variant)
            print(f"| {variant.name} | {' | '.join(f'{f:.1f}' for f in figures)} |", flush=True)


if __name__ == "__main__":
    main()
