"""Shares of all curated diseases, by term, and the background that they are measured against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from statistics import median

import numpy as np

from domain.figures import Figure, Setting
from kg.arrays import Array
from reasoning.common.estimates import Estimate, rates_without, shares
from reasoning.common.knowledge import CommonKnowledge
from reasoning.knowledge import Knowledge

#: P(finding | none of the candidates) where nobody printed how often patients without a disease
#: have it: an assumption, stated with every answer that rests on it.
ASSUMED_RATE = 0.08
#: How much "none of these" weighs in the background, as a multiple of what all candidates weigh
#: that have a figure of the finding.
REMAINDER = 1.0
#: A background counts as so many patients when a small series is drawn towards it.
PULL = 2.0
MOST = 0.98


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

    def __init__(self, curated: CommonKnowledge, terms: Knowledge, setting: Setting) -> None:
        self.curated, self.terms, self.setting = curated, terms, setting
        self.estimates: list[dict[int, Estimate]] = [
            {
                number: estimate
                for concept, estimate in shares(disease.figures, setting).items()
                if (number := terms.terms.number(concept)) is not None
            }
            for disease in curated.diseases
        ]
        self._rates: dict[int, Rate] = {}

    def cell(self, disease: int, term: int) -> Cell | None:
        """A term in a disease: the largest share of it and of what lies below it."""
        found = self._cells[disease].get(term)
        if found is None:
            return None
        estimate = self.estimates[disease][found]
        return Cell(share=estimate.share, term=found, estimate=estimate)

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
                    if above in estimates and term != above:
                        if estimate.share <= estimates[above].share:
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
        remainder = median(rate for _, rate in printed) if printed else ASSUMED_RATE
        mass = sum(float(weights[d]) for d, _ in cells)
        shown = sum(float(weights[d]) * share for d, share in cells)
        rest = REMAINDER * mass if mass else 1.0
        share = (shown + rest * remainder) / (mass + rest)
        return Rate(
            share=float(np.clip(share, 0.002, MOST)),
            remainder=remainder,
            diseases=len(cells),
            figures=tuple(figure for figure, _ in printed),
        )

    def drawn(self, cell: Cell, background: float) -> float:
        """A share as far as its patients vouch for it: drawn towards the background."""
        patients = cell.estimate.patients
        share = (cell.share * patients + background * PULL) / (patients + PULL)
        return float(np.clip(share, 0.002, MOST))
