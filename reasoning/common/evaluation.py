"""Measures of the ranking of common disease that need nothing but its knowledge and its cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from domain.case import Case
from domain.figures import Against, Figure, Kind, Measure, Setting
from domain.findings import Observation, State
from kg.arrays import Array
from reasoning.common.background import LEAST, MOST
from reasoning.common.effects import Effects
from reasoning.common.estimates import shares
from reasoning.common.ranker import CommonRanker, CommonRanking

#: A value is reproduced within this factor, either way.
FACTOR = 2.0
#: An unrelated finding is one that none of so many of the first has a figure of.
FIRST = 10
_RATIOS = frozenset({Measure.LR_POSITIVE, Measure.LR_NEGATIVE})
_OF_PATIENTS = frozenset({Measure.FREQUENCY, Measure.SENSITIVITY, Measure.CLASS})
#: What nobody would add to a case as a finding.
_NO_FINDINGS = frozenset({Kind.RISK, Kind.AGE, Kind.SEX, Kind.COURSE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A printed likelihood ratio beside the model's from all papers but that one: `share` of the
    disease's patients with the finding, `rate` of those without the disease. `rate_figures` print
    that rate; without any it is the background of all candidates, and at least `assumed_rate`."""

    figure: Figure
    share: float
    rate: float
    rate_figures: tuple[Figure, ...]

    @property
    def printed(self) -> float:
        """The ratio as its paper has it."""
        assert self.figure.value is not None
        return self.figure.value

    @property
    def modelled(self) -> float:
        """The model's ratio of the same: of a presence, or of an absence."""
        if self.figure.absent:
            return (1 - self.share) / (1 - self.rate)
        return self.share / self.rate


def ratios(ranker: CommonRanker) -> list[Figure]:
    """All printed likelihood ratios that weigh and compare with patients without the disease."""
    return [
        f
        for disease in ranker.curated.diseases
        for f in disease.figures
        if f.measure in _RATIOS
        and f.weighs
        and f.value is not None
        and f.against is Against.WITHOUT
        and ranker.terms.terms.number(f.concept) is not None
    ]


def published(
    ranker: CommonRanker, setting: Setting, done: Callable[[int], None] | None = None
) -> list[Published]:
    """Each of `ratios` of which another paper gives the share in the disease, with everything of
    its own paper withheld. `done` is told how many were looked at. Candidates weigh alike."""
    by_reference: dict[str, list[Figure]] = defaultdict(list)
    for figure in ratios(ranker):
        by_reference[figure.reference].append(figure)
    found: list[Published] = []
    looked_at = 0
    for reference, figures in sorted(by_reference.items()):
        found += _withheld(ranker, setting, reference, figures)
        looked_at += len(figures)
        if done is not None:
            done(looked_at)
    return found


def _withheld(
    ranker: CommonRanker, setting: Setting, reference: str, figures: Sequence[Figure]
) -> Iterator[Published]:
    """The figures of one paper against what the others say."""
    curated = ranker.curated.without(frozenset({reference}))
    kept = [
        f
        for f in figures
        if f.concept in shares(curated.diseases[curated.numbers[f.disease]].figures, setting)
    ]
    if not kept:
        return
    left = CommonRanker(curated, ranker.terms, ranker.versions, ranker.parameters)
    table = left.table(setting)
    effects = Effects(table, np.ones(len(curated.diseases)))
    for figure in kept:
        term = ranker.terms.terms.number(figure.concept)
        assert term is not None
        cell = table.cell(curated.numbers[figure.disease], term)
        assert cell is not None
        rate = effects.rate(term)
        against = rate.comparator
        if against is None:
            # The comparators were suspected of it: the background of all patients is too low.
            against = max(rate.share, ranker.parameters.assumed_rate)
        against = float(np.clip(against, LEAST, MOST))
        yield Published(
            figure=figure,
            share=table.drawn(cell, against),
            rate=against,
            rate_figures=rate.figures,
        )


def reproduced(printed: Array, by: Array | float) -> Array:
    """Which printed ratios are met within a factor of 2, (ratios,); one of 0 never is."""
    with np.errstate(divide="ignore"):
        apart = np.abs(np.log(np.asarray(by)) - np.log(printed))
    return np.asarray(apart <= np.log(FACTOR) + 1e-9)


def best_constant(printed: Array) -> float:
    """The one number within a factor of 2 of most printed ratios; 1 where there is none."""
    candidates: list[float] = [1.0, *(FACTOR * v for v in sorted(printed.tolist()) if v > 0)]
    return max(candidates, key=lambda c: int(reproduced(printed, c).sum()))


def place(ranking: CommonRanking, diseases: Collection[int]) -> int | None:
    """The rank of the first of some diseases, by number; None where nothing of the case counts."""
    if not ranking.heard:
        return None
    return next((n for n, d in enumerate(ranking.order.tolist(), 1) if d in diseases), None)


class Unrelated:
    """Draws a finding that has nothing to do with a case: no figure of the first ten is of it, of
    something above it or of something below it, and neither is a finding of the case."""

    def __init__(self, ranker: CommonRanker) -> None:
        self.ranker = ranker
        number = ranker.terms.terms.number
        found = {
            f.concept
            for disease in ranker.curated.diseases
            for f in disease.figures
            if f.weighs and f.measure in _OF_PATIENTS and f.kind not in _NO_FINDINGS
        }
        self._pool = sorted(n for concept in found if (n := number(concept)) is not None)

    def draw(self, ranking: CommonRanking, random: np.random.Generator) -> int | None:
        """The term of such a finding; None where there is none."""
        table = self.ranker.table(ranking.setting)
        met = {h.term for h in ranking.heard}
        for disease in ranking.order[:FIRST].tolist():
            met |= table.estimates[disease].keys() | table.risks[disease].keys()
            for f in self.ranker.curated.diseases[disease].statements(Measure.SHARE):
                if (number := self.ranker.terms.terms.number(f.concept)) is not None:
                    met.add(number)
        near = {t for m in met for t in self.ranker.terms.ancestors[m].tolist()}
        near |= {t for m in met for t in self.ranker.terms.below(m).tolist()}
        left = [t for t in self._pool if t not in near]
        return left[int(random.integers(len(left)))] if left else None

    def added(self, case: Case, term: int) -> Case:
        """The case with that finding, present, as its last."""
        ref = self.ranker.terms.terms.ref(term)
        one = Observation(label=ref.label, concept=ref.id, state=State.PRESENT)
        return replace(case, observations=(*case.observations, one))
