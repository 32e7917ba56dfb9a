"""The background of a finding: how often patients of a setting have it.

A mixture of the candidates with a figure, each by its prior, and of a remainder: candidates that
nobody asked, and patients with none of these diseases. A condition, habit or exposure is in the
remainder as common as it is among people whatever they come for, where our table of backgrounds
says how common that is. Any other finding the remainder has as often as patients without a disease
do (the median of what is printed, and no more than `suspected`: those were suspected of it, and
have its findings oftener than others); where nobody printed that, `elsewhere` times as often as
the average disease of the HPO annotations, and no more often than `assumed_rate`; a history, an
exposure or the character of a finding, which no annotation of rare disease speaks of, in
`circumstance`; and nothing oftener than `rarer` times what the disease shows that shows it most: a
sign that one disease shows in a twentieth is no argument against it. These are assumptions. A
finding of our own takes what the rarest HPO term above it has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from statistics import median

import numpy as np

from domain.figures import Figure, Setting
from kg.arrays import Array
from ontologies.backgrounds import backgrounds
from reasoning.common.estimates import NEAREST, rates_without
from reasoning.common.knowledge import CommonKnowledge
from reasoning.common.parameters import Parameters
from reasoning.evidence import EvidenceMatrix
from reasoning.knowledge import Knowledge
from reasoning.view import Background as Average

#: No share is taken for less or for more.
LEAST, MOST = 1e-4, 0.98


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """P(finding | patients of this setting). `remainder` is that of "none of these", and
    `comparator` that of those whom `figures` compare with, None where there are none: they were
    suspected of a disease, and no more than that bounds the remainder."""

    share: float
    remainder: float
    comparator: float | None
    diseases: int
    figures: tuple[Figure, ...]


class Remainder:
    """How often patients with none of the candidates have a term, by its number, in `setting`."""

    def __init__(
        self,
        curated: CommonKnowledge,
        terms: Knowledge,
        parameters: Parameters,
        setting: Setting = Setting.EMERGENCY,
    ) -> None:
        self.curated, self.terms, self.parameters = curated, terms, parameters
        self.setting = setting

    def rate(self, term: int) -> float:
        """Printed of everybody or of patients without a disease, or assumed."""
        if term in self.everybody:
            return median(f.value or 0.0 for f in self.everybody[term])
        comparator = self.comparator(term)
        if comparator is None:
            return float(self.assumed[term])
        return min(comparator, self.parameters.suspected)

    def comparator(self, term: int) -> float | None:
        """The median rate that is printed of patients without a disease."""
        printed = self.printed.get(term)
        return median(rate for _, rate in printed) if printed else None

    def figures(self, term: int) -> tuple[Figure, ...]:
        """What the rate of a term rests on; nothing where it is assumed."""
        if term in self.everybody:
            return self.everybody[term]
        return tuple(figure for figure, _ in self.printed.get(term, ()))

    @cached_property
    def everybody(self) -> Mapping[int, tuple[Figure, ...]]:
        """Prevalences among people of the nearest setting, whatever they come for."""
        found = {}
        order = NEAREST[self.setting]
        for concept, figures in backgrounds().items():
            if (number := self.terms.terms.number(concept)) is not None:
                nearest = min((f.setting for f in figures), key=order.index)
                found[number] = tuple(f for f in figures if f.setting is nearest)
        return found

    @cached_property
    def printed(self) -> Mapping[int, list[tuple[Figure, float]]]:
        """Rates that figures print of patients without a disease."""
        found: dict[int, list[tuple[Figure, float]]] = defaultdict(list)
        for disease in self.curated.diseases:
            for figure, rate, _ in rates_without(disease.figures):
                number = self.terms.terms.number(figure.concept)
                if number is not None:
                    found[number].append((figure, rate))
        return found

    @cached_property
    def assumed(self) -> Array:
        """What is assumed where nothing is printed, (terms,)."""
        n, most = len(self.terms.terms), self.parameters.assumed_rate
        if not len(self.terms.diseases):
            return np.full(n, most)
        matrix = EvidenceMatrix.of(dict(self.terms.arrays))
        average = Average.of(matrix, n, len(self.terms.diseases)).share
        for term in range(n):
            if not self.terms.terms.id(term).startswith("HP:"):
                above = self.terms.ancestors[term].tolist()
                named = [a for a in above if self.terms.terms.id(a).startswith("HP:")]
                if named:
                    average[term] = min(average[a] for a in named)
        assumed = np.clip(self.parameters.elsewhere * average, LEAST, most)
        for term in filter(self.terms.is_circumstance, range(n)):
            assumed[term] = max(assumed[term], self.parameters.circumstance)
        return np.asarray(assumed)
