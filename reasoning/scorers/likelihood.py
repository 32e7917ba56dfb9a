"""Smoothed log likelihood ratios over the hierarchy.

For a present finding t and a disease d, over t and each ancestor a of t that d shows with share
f(a) (its own annotation there or one below, the largest):

    log f(a) - log b(a) - cost * (I(t) - I(a)),     the best over a

b is the mean share over all diseases and I the information of a term: going up to a broader term
costs what the step loses. Where d shows t itself less often than the average disease, the number
is at most 0; where d was only ever denied t (or a term above it), it is at most
log(4 / (patients + 4)). An absent finding counts log((1 - f) / (1 - b)), damped, for diseases
with f(t) >= b(t), and nothing elsewhere. A probability enters as the likelihood ratio that its
reader attached to it. No present finding counts below -`floor`, so that one odd finding, which has
nothing to do with the disease, cannot sink it.
"""

from __future__ import annotations

from math import isinf, log

import numpy as np

from domain.differential import Contribution, Match, PathEdge
from kg.arrays import Array
from reasoning.climb import Broad
from reasoning.evidence import MOST, PRIOR_WEIGHT, EvidenceMatrix
from reasoning.knowledge import Knowledge
from reasoning.matching import kind_of, walk
from reasoning.scorer import OneByOne, Sign
from reasoning.view import View


class LikelihoodScorer(OneByOne):
    """See the module's text. Parameters: what a lost nat of information costs, how much an
    exclusion counts (of 1), and the most that a present finding counts against a disease.
    """

    name = "likelihood"
    comparison = False
    reads_absence = True

    def __init__(self, cost: float = 1.25, exclusion: float = 0.2, floor: float = 3.0) -> None:
        self.cost = cost
        self.exclusion = exclusion
        self.floor = floor
        self._broad = Broad(cost)

    def settings(self) -> dict[str, float]:
        """The parameters, for the record."""
        return {"cost": self.cost, "exclusion": self.exclusion, "floor": self.floor}

    def effects(self, view: View, matrix: EvidenceMatrix, sign: Sign) -> Array:
        """The log likelihood ratio of `sign` for every disease."""
        n = len(view.knowledge.diseases)
        if sign.ratio == 1:
            return np.zeros(n)
        if sign.ratio < 1:
            diseases, shares, _ = matrix.entries(sign.term)
            values = np.zeros(n)
            values[diseases] = self._against(shares.astype(np.float64), view, sign)
            return values
        values = self._broad.best(view, matrix, sign.term)
        values += self._unmatched(view, sign.term)
        diseases, shares, _ = matrix.entries(sign.term)
        rarer = diseases[shares < view.background.share[sign.term]]
        values[rarer] = np.minimum(values[rarer], 0.0)
        pairs = denied_pairs(view.knowledge, matrix, sign.term)
        if len(pairs):
            pairs = pairs[~among(matrix.pair_disease[pairs], diseases)]
            limit = _denial(matrix.pair_patients[pairs].astype(np.float64))
            np.minimum.at(values, matrix.pair_disease[pairs], limit)
        return self._soften(values, view, sign)

    def reason(self, view: View, sign: Sign, disease: int) -> Contribution:
        """The same number for one disease, with its reason."""
        matrix = view.matrix_for(disease)
        own = matrix.entry(sign.term, disease)
        if sign.ratio <= 1:
            return self._reason_against(view, matrix, sign, own)
        value, term, witness = self._best(view, matrix, sign.term, disease)
        background = float(view.background.share[sign.term])
        text = "finding not among those of this disease"
        if own is not None and own[0] < background:
            value, text = min(value, 0.0), f"rarer here than in the {view.background.name}"
            term, witness = sign.term, own[1]
        elif own is not None:
            text = f"commoner here than in the {view.background.name}"
        elif witness is not None:
            text = (
                "what is known here is close enough to speak for it"
                if value > 0
                else "what is known here is too far from it to speak for this disease"
            )
        if own is None and (denial := _strongest_denial(view, matrix, sign.term, disease)):
            limit, pair = denial
            value = float(self._soften(np.array([min(value, limit)]), view, sign)[0])
            return self._contribution(
                view, matrix, sign, Match.EXCLUDED_IN_DISEASE, value,
                int(matrix.pair_term[pair]), pair, "looked for and not found in this disease",
            )  # fmt: skip
        value = float(self._soften(np.array([value]), view, sign)[0])
        if witness is None:
            return self._contribution(view, matrix, sign, Match.NONE, value, None, None, text)
        kind = kind_of(view.knowledge, sign.term, int(matrix.pair_term[witness]))
        # A relative that tells nothing, or no more than any disease's findings would, is none.
        distant = value <= -self.floor or not _informative(view, term)
        if kind is Match.SHARED and distant:
            kind, text = Match.NONE, "finding not among those of this disease"
            return self._contribution(view, matrix, sign, kind, value, None, None, text)
        return self._contribution(view, matrix, sign, kind, value, term, witness, text)

    def _match(self, share: float, view: View, term: int, above: int) -> float:
        b, i = view.background.share, view.background.information
        return float(np.log(share) - np.log(b[above]) - self.cost * (i[term] - i[above]))

    def _unmatched(self, view: View, term: int) -> float:
        return -self.cost * float(view.background.information[term])

    def _best(
        self, view: View, matrix: EvidenceMatrix, term: int, disease: int
    ) -> tuple[float, int, int | None]:
        """Best value over the term and its ancestors, where it was found, and its witness."""
        best: tuple[float, int, int | None] = (self._unmatched(view, term), term, None)
        for above in view.knowledge.ancestors[term]:
            if (entry := matrix.entry(int(above), disease)) is None:
                continue
            value = self._match(entry[0], view, term, int(above))
            if value > best[0]:
                best = (value, int(above), entry[1])
        return best

    def _against(self, shares: Array, view: View, sign: Sign) -> Array:
        """Evidence against the finding, for diseases that show it: damped, never above 0."""
        b = float(view.background.share[sign.term])
        f = np.minimum(shares, MOST)
        raw = np.log((sign.ratio * f + 1 - f) / (sign.ratio * b + 1 - b))
        return np.where(f >= b, np.minimum(self.exclusion * raw, 0.0), 0.0)

    def _soften(self, values: Array, view: View, sign: Sign) -> Array:
        """Values of a plain presence with their floor, for evidence of any likelihood ratio."""
        np.maximum(values, -self.floor, out=values)
        if isinf(sign.ratio):
            return values
        b = float(view.background.share[sign.term])
        f = np.minimum(b * np.exp(values), MOST)
        return np.asarray(np.log((sign.ratio * f + 1 - f) / (sign.ratio * b + 1 - b)))

    def _reason_against(
        self, view: View, matrix: EvidenceMatrix, sign: Sign, own: tuple[float, int] | None
    ) -> Contribution:
        background = float(view.background.share[sign.term])
        if own is None:
            return self._contribution(
                view, matrix, sign, Match.NONE, 0.0, None, None,
                "not among the findings of this disease: its absence says nothing",
            )  # fmt: skip
        share, pair = own
        value = 0.0
        if sign.ratio < 1:
            value = float(self._against(np.array([share]), view, sign)[0])
        text = (
            f"expected more than in the {view.background.name}"
            if share >= background
            else "rare here: its absence says nothing"
        )
        kind = (
            Match.EXCLUDED_IN_CASE
            if sign.ratio < 1
            else kind_of(view.knowledge, sign.term, int(matrix.pair_term[pair]))
        )
        return self._contribution(view, matrix, sign, kind, value, sign.term, pair, text)

    def _contribution(
        self,
        view: View,
        matrix: EvidenceMatrix,
        sign: Sign,
        match: Match,
        value: float,
        via: int | None,
        pair: int | None,
        text: str,
    ) -> Contribution:
        path: tuple[PathEdge, ...] = ()
        rows: list[int] = []
        share: float | None = None
        if pair is not None and via is not None:
            met, disease = int(matrix.pair_term[pair]), int(matrix.pair_disease[pair])
            path = walk(view.knowledge, sign.term, via, met, disease)
            rows = matrix.rows_of(pair)
            pooled = float(matrix.pair_share[pair])
            share = pooled if pooled == pooled else 0.0
        return Contribution(
            match=match,
            log_likelihood_ratio=value,
            finding=sign.ref,
            frequency=share,
            background=float(view.background.share[via if via is not None else sign.term]),
            text=text,
            path=path,
            assertions=tuple(view.knowledge.assertion(r) for r in rows),
        )


def _denial(patients: Array) -> Array:
    """At most this much, where `patients` had none of it."""
    return np.asarray(np.log(PRIOR_WEIGHT / (patients + PRIOR_WEIGHT)))


def _strongest_denial(
    view: View, matrix: EvidenceMatrix, term: int, disease: int
) -> tuple[float, int] | None:
    pairs = denied_pairs(view.knowledge, matrix, term)
    pairs = pairs[matrix.pair_disease[pairs] == disease]
    limits = _denial(matrix.pair_patients[pairs].astype(np.float64))
    return min(zip(limits.tolist(), pairs.tolist(), strict=True), default=None)


def among(values: Array, ascending: Array) -> Array:
    """Whether each value is one of `ascending`."""
    if not len(ascending):
        return np.zeros(len(values), dtype=bool)
    at = np.minimum(np.searchsorted(ascending, values), len(ascending) - 1)
    return np.asarray(ascending[at] == values)


def denied_pairs(knowledge: Knowledge, matrix: EvidenceMatrix, term: int) -> Array:
    """Negative pairs that deny a term: their term is it, or above it."""
    starts, found = matrix.denied_starts, matrix.denied_pairs
    above = knowledge.ancestors[term]
    some = above[starts[above + 1] > starts[above]]
    return np.concatenate([found[:0], *(found[starts[a] : starts[a + 1]] for a in some)])


def _informative(view: View, term: int) -> bool:
    """Whether a shared ancestor tells anything: less than half of all diseases have it."""
    return float(view.background.information[term]) > log(2)


SCORER = LikelihoodScorer()
