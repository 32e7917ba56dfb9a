"""Shares of all curated diseases, by term, and the background that they are measured against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import TypeVar

import numpy as np

from domain.figures import Figure, Setting
from kg.arrays import Array
from reasoning.common.estimates import Estimate, rates_without, ratios_alone, risks, shares
from reasoning.common.knowledge import CommonKnowledge
from reasoning.common.parameters import Parameters
from reasoning.knowledge import Knowledge

T = TypeVar("T")
#: No share is taken for less or for more.
LEAST, MOST = 0.002, 0.98


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """How often one disease shows a term: by itself or by something below it."""

    share: float
    term: int
    estimate: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """P(finding | patients of this setting). `remainder` is that of "none of these", from
    `figures` or assumed where there are none."""

    share: float
    remainder: float
    diseases: int
    figures: tuple[Figure, ...]


class ShareTable:
    """Estimates for one setting. Terms are numbers of `terms`; diseases those of `curated`."""

    def __init__(
        self, curated: CommonKnowledge, terms: Knowledge, setting: Setting, parameters: Parameters
    ) -> None:
        self.curated, self.terms, self.setting = curated, terms, setting
        self.parameters = parameters
        self.estimates: list[dict[int, Estimate]] = [
            self._numbered(self._shares(disease.figures)) for disease in curated.diseases
        ]
        self.risks: list[dict[int, Figure]] = [
            self._numbered(risks(disease.figures)) for disease in curated.diseases
        ]

    def _numbered(self, by_concept: Mapping[str, T]) -> dict[int, T]:
        number = self.terms.terms.number
        return {n: v for concept, v in by_concept.items() if (n := number(concept)) is not None}

    def _shares(self, figures: Sequence[Figure]) -> dict[str, Estimate]:
        """Printed shares, and where a likelihood ratio is all that there is, that ratio times the
        rate of those it was compared with, as far as that is known."""
        found = shares(figures, self.setting)
        for concept, figure in ratios_alone(figures, found.keys()).items():
            number = self.terms.terms.number(concept)
            printed = self._without.get(number, ()) if number is not None else ()
            rate = median(r for _, r in printed) if printed else self.parameters.assumed_rate
            found[concept] = Estimate(
                share=min((figure.value or 1.0) * rate, MOST),
                patients=self.parameters.ratio_patients,
                figures=(figure,),
            )
        return found

    def cell(self, disease: int, term: int) -> Cell | None:
        """A term in a disease: the largest share of it and of what lies below it."""
        found = self._cells[disease].get(term)
        if found is None:
            return None
        estimate = self.estimates[disease][found]
        return Cell(share=estimate.share, term=found, estimate=estimate)

    def nearest_above(self, disease: int, term: int) -> Cell | None:
        """The most specific broader term that the disease has figures of, itself."""
        estimates = self.estimates[disease]
        above = [a for a in self.terms.ancestors[term].tolist() if a != term and a in estimates]
        if not above:
            return None
        nearest = min(above, key=lambda a: (len(self.terms.below(a)), a))
        return Cell(share=estimates[nearest].share, term=nearest, estimate=estimates[nearest])

    @cached_property
    def _cells(self) -> list[dict[int, int]]:
        """By disease and term, the annotated term that shows it most often."""
        cells = []
        for estimates in self.estimates:
            own: dict[int, int] = {}
            for term, estimate in estimates.items():
                for above in self.terms.ancestors[term].tolist():
                    best = own.get(above)
                    # What is printed of a term itself stands above what lies below it.
                    less = above in estimates and estimate.share <= estimates[above].share
                    if less and term != above:
                        continue
                    if best is None or estimate.share > estimates[best].share:
                        own[above] = term
            cells.append(own)
        return cells

    @cached_property
    def _without(self) -> Mapping[int, list[tuple[Figure, float]]]:
        found: dict[int, list[tuple[Figure, float]]] = defaultdict(list)
        for disease in self.curated.diseases:
            for figure, rate, _ in rates_without(disease.figures):
                number = self.terms.terms.number(figure.concept)
                if number is not None:
                    found[number].append((figure, rate))
        return found

    def rate(self, term: int, weights: Array) -> Rate:
        """The background of a term for candidates of these weights (diseases,)."""
        cells = [(d, c.share) for d in range(len(self.estimates)) if (c := self.cell(d, term))]
        printed = self._without.get(term, [])
        remainder = median(rate for _, rate in printed) if printed else self.parameters.assumed_rate
        mass = sum(float(weights[d]) for d, _ in cells)
        shown = sum(float(weights[d]) * share for d, share in cells)
        rest = max(float(weights.sum()) * (1 + self.parameters.outside) - mass, 0.0)
        share = (shown + rest * remainder) / (mass + rest)
        return Rate(
            share=float(np.clip(share, LEAST, MOST)),
            remainder=remainder,
            diseases=len(cells),
            figures=tuple(figure for figure, _ in printed),
        )

    def drawn(self, cell: Cell, background: float) -> float:
        """A share as far as its patients vouch for it: drawn towards the background."""
        patients, pull = cell.estimate.patients, self.parameters.pull
        share = (cell.share * patients + background * pull) / (patients + pull)
        return float(np.clip(share, LEAST, MOST))
