"""Discounted likelihood ratios, and how much of the disease's own picture was found.

Findings of one patient depend on each other, so that each likelihood ratio (as in `likelihood`)
counts with a weight below 1. Beside them stands one term for the disease as a whole:

    weight * log((found + 1) / (whole + 1))

`whole` is the sum over the findings that the disease shows of share times information, in nats,
and `found` the part of that sum which a present finding of the case is, or implies. A disease
with three findings, all found, is favoured over one with ninety of which three were found.

A finding adds to `found` only where the disease shows it at least as often as the average
disease and was not denied it; evidence of likelihood ratio r counts 1 - 1/r of a plain presence,
and absent findings nothing: with the likelihood ratios, the whole score keeps their monotony.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isinf

import numpy as np

from domain.differential import Contribution, Match
from kg.arrays import Array
from reasoning.evidence import EvidenceMatrix
from reasoning.scorer import Sign
from reasoning.scorers.likelihood import LikelihoodScorer
from reasoning.view import View

NAME = "share of the disease's own picture that was found"


class CoverageScorer(LikelihoodScorer):
    """See the module's text. `weight` discounts each likelihood ratio, `coverage` is the weight
    of the term for the whole disease; the rest is as in the method `likelihood`."""

    name = "coverage"

    def __init__(
        self,
        *,
        weight: float = 0.21,
        coverage: float = 0.8,
        cost: float = 3.0,
        exclusion: float = 0.05,
        noise: float = 0.02,
    ) -> None:
        super().__init__(cost=cost, exclusion=exclusion, noise=noise)
        self.weight = weight
        self.coverage = coverage

    def settings(self) -> dict[str, float]:
        """The parameters, for the record."""
        return {"weight": self.weight, "coverage": self.coverage, **super().settings()}

    def effects(self, view: View, matrix: EvidenceMatrix, sign: Sign) -> Array:
        """The discounted log likelihood ratio of `sign` for every disease."""
        return self.weight * super().effects(view, matrix, sign)

    def reason(self, view: View, sign: Sign, disease: int) -> Contribution:
        """The same number for one disease, with its reason."""
        found = super().reason(view, sign, disease)
        return replace(found, log_likelihood_ratio=self.weight * found.log_likelihood_ratio)

    def profile(self, view: View, matrix: EvidenceMatrix, signs: Sequence[Sign]) -> Array:
        """The term for the whole disease, for every disease."""
        n = len(view.knowledge.diseases)
        found = np.zeros(len(matrix.pair_disease), dtype=np.float32)
        touched: list[Array] = [np.empty(0, dtype=np.int32)]
        for sign in signs:
            if sign.ratio <= 1:
                continue
            blocked = self._blocked(view, matrix, sign)
            part = _part(sign)
            for term in view.knowledge.ancestors[sign.term]:
                pairs = matrix.seen(int(term))
                pairs = pairs[~blocked[matrix.pair_disease[pairs]]]
                found[pairs] = np.maximum(found[pairs], part)
                touched.append(pairs)
        weights = view.weights_of(matrix)
        at = np.unique(np.concatenate(touched))
        mass = found[at].astype(np.float64) * weights.pair[at]
        seen = np.bincount(matrix.pair_disease[at], weights=mass, minlength=n)
        return self.coverage * np.log((seen + 1) / (weights.disease + 1))

    def profile_reasons(
        self, view: View, signs: Sequence[Sign], disease: int
    ) -> tuple[Contribution, ...]:
        """The same term for one disease, with the rows of the findings that were found."""
        matrix = view.matrix_for(disease)
        pairs = np.array(matrix.pairs_of(disease), dtype=np.int64)
        found = np.zeros(len(pairs), dtype=np.float32)
        for sign in signs:
            if sign.ratio <= 1 or self._blocked(view, matrix, sign)[disease]:
                continue
            above = np.isin(matrix.pair_term[pairs], view.knowledge.ancestors[sign.term])
            found[above] = np.maximum(found[above], _part(sign))
        mass = view.weights_of(matrix).pair[pairs]
        hits = np.flatnonzero((found > 0) & (mass > 0))
        seen = float((found.astype(np.float64) * mass).sum())
        value = self.coverage * np.log((seen + 1) / (mass.sum() + 1))
        rows = [row for pair in pairs[hits] for row in matrix.rows_of(int(pair))]
        shown = int((~np.isnan(matrix.pair_share[pairs])).sum())
        return (
            Contribution(
                match=Match.PROFILE,
                log_likelihood_ratio=float(value),
                name=NAME,
                text=f"{len(hits)} of the {shown} findings of this disease, by weight "
                f"{seen / max(float(mass.sum()), 1e-12):.0%}",
                assertions=tuple(view.knowledge.assertion(row) for row in rows),
            ),
        )

    def _blocked(self, view: View, matrix: EvidenceMatrix, sign: Sign) -> Array:
        """Diseases for which the finding must not count as part of their picture: they show it
        more rarely than the average disease, or were only ever denied it."""
        blocked = np.zeros(len(view.knowledge.diseases), dtype=bool)
        for term in view.knowledge.ancestors[sign.term]:
            if len(denied := matrix.denied(int(term))):
                blocked[matrix.pair_disease[denied]] = True
        diseases, shares, _ = matrix.entries(sign.term)
        blocked[diseases] = shares < view.background.share[sign.term]
        return blocked


def _part(sign: Sign) -> float:
    """How much of a plain presence this evidence is."""
    return 1.0 if isinf(sign.ratio) else 1.0 - 1.0 / sign.ratio


SCORER = CoverageScorer()
