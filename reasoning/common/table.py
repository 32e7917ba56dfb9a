"""Shares of all curated diseases, by term, and the background that they are measured against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np

from domain.figures import Figure, Measure, Setting
from kg.arrays import Array
from reasoning.common.background import LEAST, MOST, Rate, Remainder
from reasoning.common.estimates import NEAREST, Estimate, ratios_alone, risks, shares
from reasoning.common.knowledge import CommonKnowledge
from reasoning.common.parameters import Parameters
from reasoning.knowledge import Knowledge

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """How often one disease shows a term: by itself or by something below it."""

    share: float
    term: int
    estimate: Estimate


class ShareTable:
    """Estimates for one setting. Terms are numbers of `terms`; diseases those of `curated`."""

    def __init__(
        self, curated: CommonKnowledge, terms: Knowledge, setting: Setting, parameters: Parameters
    ) -> None:
        self.curated, self.terms, self.setting = curated, terms, setting
        self.parameters = parameters
        self.remainder = Remainder(curated, terms, parameters, setting)
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
            if number is None:
                continue
            rate = self.remainder.rate(number)
            found[concept] = Estimate(
                share=min((figure.value or 1.0) * rate, MOST),
                patients=self.parameters.ratio_patients,
                figures=(figure,),
                ratio=figure.value,
            )
        return found

    @cached_property
    def causes(self) -> Mapping[int, Mapping[int, Figure]]:
        """By term of a complaint the printed shares of its causes by disease, of the setting that
        is nearest."""
        order = NEAREST[self.setting]
        found: dict[int, dict[int, Figure]] = {}
        for disease, curated in enumerate(self.curated.diseases):
            shares = [f for f in curated.statements(Measure.SHARE) if not f.absent]
            shares.sort(key=lambda f: (order.index(f.setting), -(f.total or 0), f.line))
            for figure in shares:
                if (term := self.terms.terms.number(figure.concept)) is not None:
                    found.setdefault(term, {}).setdefault(disease, figure)
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
    def _without(self) -> Array:
        """How often patients with none of the candidates have each term, (terms,): as printed, or
        as assumed, and then at most `rarer` times as often as the disease that shows it most."""
        without = self.remainder.assumed.copy()
        most = np.full(len(without), np.inf)
        for estimates, cells in zip(self.estimates, self._cells, strict=True):
            for term, own in cells.items():
                if estimates[own].ratio is None:
                    share = estimates[own].share
                    most[term] = share if np.isinf(most[term]) else max(most[term], share)
        without = np.clip(without, LEAST, np.maximum(self.parameters.rarer * most, LEAST))
        for term in {*self.remainder.printed, *self.remainder.everybody}:
            without[term] = self.remainder.rate(term)
        return np.asarray(without)

    def rate(self, term: int, weights: Array) -> Rate:
        """The background of a term for candidates of these weights (diseases,)."""
        cells = [
            (d, c.share)
            for d in range(len(self.estimates))
            # A ratio alone says how much commoner than the background, and nothing of that.
            if (c := self.cell(d, term)) and c.estimate.ratio is None
        ]
        remainder = float(self._without[term])
        mass = sum(float(weights[d]) for d, _ in cells)
        shown = sum(float(weights[d]) * share for d, share in cells)
        rest = max(float(weights.sum()) * (1 + self.parameters.outside) - mass, 0.0)
        share = (shown + rest * remainder) / (mass + rest)
        return Rate(
            share=float(np.clip(share, LEAST, MOST)),
            remainder=remainder,
            comparator=self.remainder.comparator(term),
            diseases=len(cells),
            figures=self.remainder.figures(term),
        )

    def background(self) -> Array:
        """The background of every term among candidates that all weigh alike, (terms,)."""
        mass = np.zeros(len(self.terms.terms))
        shown = np.zeros(len(self.terms.terms))
        for estimates, cells in zip(self.estimates, self._cells, strict=True):
            for term, own in cells.items():
                if estimates[own].ratio is None:
                    mass[term] += 1
                    shown[term] += estimates[own].share
        all_weight = len(self.estimates) * (1 + self.parameters.outside)
        share = (shown + (all_weight - mass) * self._without) / max(all_weight, 1)
        return np.asarray(np.clip(share, LEAST, MOST))

    def drawn(self, cell: Cell, background: float) -> float:
        """A share as far as its patients vouch for it: drawn towards the background."""
        patients, pull = cell.estimate.patients, self.parameters.pull
        ratio = cell.estimate.ratio
        own = cell.share if ratio is None else min(ratio * background, MOST)
        share = (own * patients + background * pull) / (patients + pull)
        return float(np.clip(share, LEAST, MOST))
