"""Likelihood ratios that share what they tell, and how much of the disease's own picture was found.

Findings of one patient depend on each other. Of those that speak for a disease the strongest
counts `weight` of its log likelihood ratio (as in `likelihood`), each further one `decay` times
what the one before it counts; so do, by themselves, those that speak against it. Beside them
stands one term for the disease as a whole:

    coverage * log((found + 1) / (whole + 1))

`whole` is the sum over the findings that the disease shows of share times information, in nats,
and `found` the part of that sum which the present findings of the case tell: all of what one of
them is or implies, of a more specific finding their share of its information to the power
`broader`. A disease with three findings, all found, is favoured over one with ninety of which
three were found.

A finding adds to `found` only where the disease shows it at least as often as the average
disease and was not denied it; evidence of likelihood ratio r counts 1 - 1/r of a plain presence,
and absent findings nothing. A sum in which larger parts weigh more never falls where one of them
rises: with the likelihood ratios, the whole score keeps their monotony.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from domain.differential import Contribution, Match
from kg.arrays import Array
from reasoning.evidence import EvidenceMatrix
from reasoning.scorer import Sign
from reasoning.scorers.likelihood import LikelihoodScorer, among, denied_pairs
from reasoning.view import View

NAME = "share of the disease's own picture that was found"


class CoverageScorer(LikelihoodScorer):
    """See the module's text. `weight` and `decay` discount the likelihood ratios, `coverage` is
    the weight of the term for the whole disease and `broader` how fast credit falls for terms
    broader than it shows; the rest is as in the method `likelihood`."""

    name = "coverage"
    comparison = False
    reads_absence = True

    def __init__(
        self,
        *,
        weight: float = 0.48,
        decay: float = 0.75,
        coverage: float = 1.25,
        broader: float = 4.0,
        cost: float = 3.0,
        exclusion: float = 0.1,
        floor: float = 2.5,
    ) -> None:
        super().__init__(cost=cost, exclusion=exclusion, floor=floor)
        self.weight = weight
        self.decay = decay
        self.coverage = coverage
        self.broader = broader

    def settings(self) -> dict[str, float]:
        """The parameters, for the record."""
        return {
            "weight": self.weight,
            "decay": self.decay,
            "coverage": self.coverage,
            "broader": self.broader,
            **super().settings(),
        }

    def together(self, alone: Array) -> Array:
        """Discounted by how many stronger ones of the same direction there are; of equals the
        first is the stronger."""
        n = len(alone)
        size, speaks_for = np.abs(alone), alone > 0
        before = np.zeros(alone.shape, dtype=np.min_scalar_type(n))
        for i in range(1, n):
            same = speaks_for[:i] == speaks_for[i]
            stronger = same & (size[:i] >= size[i])
            before[i] = np.add.reduce(stronger.view(np.uint8), axis=0, dtype=before.dtype)
            before[:i] += (same ^ stronger).view(np.uint8)
        return np.asarray(alone * (self.weight * self.decay ** np.arange(n)).take(before))

    def profile(self, view: View, matrix: EvidenceMatrix, signs: Sequence[Sign]) -> Array:
        """The term for the whole disease, for every disease."""
        n = len(view.knowledge.diseases)
        weights = view.weights_of(matrix)
        signs = [sign for sign in signs if sign.ratio > 1]
        credit = np.zeros(len(view.knowledge.terms))
        tellings = [self._credit(view, sign) for sign in signs]
        for terms, parts in tellings:
            credit[terms] = np.maximum(credit[terms], parts)
        told = np.flatnonzero(credit)
        pairs, size = _slices(matrix.seen_starts[told], matrix.seen_starts[told + 1])
        pairs = matrix.seen_pairs[pairs]
        found, disease = np.repeat(credit[told], size), matrix.pair_disease[pairs]
        blocked = [self._blocked(view, matrix, sign) for sign in signs]
        if any(len(diseases) for diseases in blocked):
            some = np.zeros(n, dtype=bool)
            some[np.concatenate(blocked)] = True
            at = np.flatnonzero(some[disease])
            found[at] = self._found(view, matrix, tellings, blocked, pairs[at])
        seen = np.bincount(disease, weights=found * weights.pair[pairs], minlength=n)
        return self.coverage * np.log((seen + 1) / (weights.disease + 1))

    def profile_reasons(
        self, view: View, signs: Sequence[Sign], disease: int
    ) -> tuple[Contribution, ...]:
        """The same term for one disease, with the rows of the findings that were found."""
        matrix = view.matrix_for(disease)
        signs = [sign for sign in signs if sign.ratio > 1]
        blocked = [self._blocked(view, matrix, sign) for sign in signs]
        pairs = np.array(matrix.pairs_of(disease), dtype=np.int64)
        tellings = [self._credit(view, sign) for sign in signs]
        found = self._found(view, matrix, tellings, blocked, pairs)
        mass = found * view.weights_of(matrix).pair[pairs]
        whole = float(view.weights_of(matrix).pair[pairs].sum())
        hits = np.flatnonzero(mass > 0)
        seen = float(mass.sum())
        value = self.coverage * np.log((seen + 1) / (whole + 1))
        rows = [row for pair in pairs[hits] for row in matrix.rows_of(int(pair))]
        shown = int((~np.isnan(matrix.pair_share[pairs])).sum())
        return (
            Contribution(
                match=Match.PROFILE,
                log_likelihood_ratio=float(value),
                name=NAME,
                text=f"{len(hits)} of the {shown} findings of this disease were met, fully or in "
                f"part, {seen / max(whole, 1e-12):.0%} of its picture by weight; "
                "what was not met counts against it",
                assertions=tuple(view.knowledge.assertion(row) for row in rows),
            ),
        )

    def _credit(self, view: View, sign: Sign) -> tuple[Array, Array]:
        """Terms of which a present finding tells something, and which part of each: all of what
        it is or implies, of a more specific one the part of its information."""
        above, below = view.knowledge.ancestors[sign.term], view.knowledge.below(sign.term)
        information = np.maximum(view.background.information, 1e-9)
        told = np.minimum(information[sign.term] / information[below], 1.0) ** self.broader
        return np.concatenate([above, below]), sign.presence * np.concatenate(
            [np.ones(len(above)), told]
        )

    def _found(
        self,
        view: View,
        matrix: EvidenceMatrix,
        tellings: Sequence[tuple[Array, Array]],
        blocked: Sequence[Array],
        pairs: Array,
    ) -> Array:
        """How much of each of these pairs was found, where a finding tells nothing of the
        diseases that are `blocked` for it."""
        found = np.zeros(len(pairs))
        credit = np.zeros(len(view.knowledge.terms))
        closed = np.zeros(len(view.knowledge.diseases), dtype=bool)
        term, disease = matrix.pair_term[pairs], matrix.pair_disease[pairs]
        for (terms, parts), diseases in zip(tellings, blocked, strict=True):
            credit[terms], closed[diseases] = parts, True
            np.maximum(found, np.where(closed[disease], 0.0, credit[term]), out=found)
            credit[terms], closed[diseases] = 0.0, False
        return found

    def _blocked(self, view: View, matrix: EvidenceMatrix, sign: Sign) -> Array:
        """Diseases for which the finding must not count as part of their picture: they show it
        more rarely than the average disease, or were only ever denied it."""
        diseases, shares, _ = matrix.entries(sign.term)
        rarer = diseases[shares < view.background.share[sign.term]]
        pairs = denied_pairs(view.knowledge, matrix, sign.term)
        if not len(pairs):
            return np.asarray(rarer)
        denied = matrix.pair_disease[pairs]
        return np.union1d(denied[~among(denied, diseases)], rarer)


def _slices(starts: Array, ends: Array) -> tuple[Array, Array]:
    """The numbers in [start, end) of all of these, one after another, and the size of each."""
    size = ends - starts
    before = np.cumsum(size) - size
    return np.repeat(starts - before, size) + np.arange(int(size.sum())), size


SCORER = CoverageScorer()
