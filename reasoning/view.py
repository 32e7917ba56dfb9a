"""What a case may see of the knowledge: all of it, or without some rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from domain.assertions import Sex
from kg.arrays import Array
from reasoning.evidence import EvidenceMatrix
from reasoning.knowledge import Knowledge
from reasoning.passing import Passing
from reasoning.stated import Stated


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """By term: its mean share over all diseases, and its information -log(share of diseases
    that have it or a term below it), in nats. `name` says in words whose share it is."""

    share: Array
    information: Array
    name: str = "average disease"

    @classmethod
    def of(cls, matrix: EvidenceMatrix, n_terms: int, n_diseases: int) -> Self:
        """Smoothed by half a patient, so that no share is 0 and no information infinite."""
        sizes = np.diff(matrix.entry_starts)
        term = np.repeat(np.arange(n_terms), sizes)
        total = np.bincount(term, weights=matrix.entry_share, minlength=n_terms)
        return cls(
            share=(total + 0.5) / (n_diseases + 1),
            information=-np.log((sizes + 1) / (n_diseases + 1)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What findings weigh in the pictures of their diseases, in nats: by pair, share times
    information (0 for a negative pair), and by disease, the sum."""

    pair: Array
    disease: Array

    @classmethod
    def of(cls, matrix: EvidenceMatrix, background: Background, n_diseases: int) -> Self:
        """The weights of a matrix."""
        information = np.maximum(background.information[matrix.pair_term], 0.0)
        pair = np.nan_to_num(matrix.pair_share.astype(np.float64)) * information
        whole = np.bincount(matrix.pair_disease, weights=pair, minlength=n_diseases)
        return cls(pair=np.asarray(pair), disease=np.asarray(whole))


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The evidence for one case. `overlay` replaces `matrix` for the diseases in `replaced`
    (ascending disease numbers), whose rows are not all visible. `left_out` are rows that do not
    exist for this case, whoever the patient is; `age` is the patient's, in years."""

    knowledge: Knowledge
    background: Background
    matrix: EvidenceMatrix
    weights: Weights
    stated: Stated
    passing: Passing
    overlay: EvidenceMatrix | None = None
    overlay_weights: Weights | None = None
    overlay_stated: Stated | None = None
    replaced: Array | None = None
    left_out: Array | None = None
    age: float | None = None

    def without(self, hidden: Array) -> View:
        """This view without some rows. Backgrounds stay those of all rows."""
        if not len(hidden):
            return self
        a = self.knowledge.arrays
        replaced = np.unique(a["row_disease"][hidden])
        rows = np.concatenate(
            [np.arange(r.start, r.stop) for r in map(self.knowledge.rows_of, replaced)]
        )
        rows = rows[~np.isin(rows, hidden)]
        n = len(self.knowledge.diseases)
        overlay = EvidenceMatrix.build(self.knowledge, rows, n)
        return View(
            knowledge=self.knowledge,
            background=self.background,
            matrix=self.matrix,
            weights=self.weights,
            stated=self.stated,
            passing=self.passing,
            overlay=overlay,
            overlay_weights=Weights.of(overlay, self.background, n),
            overlay_stated=Stated.of(self.knowledge, overlay),
            replaced=replaced,
        )

    def weights_of(self, matrix: EvidenceMatrix) -> Weights:
        """The weights of one of this view's matrices."""
        if matrix is self.overlay and self.overlay_weights is not None:
            return self.overlay_weights
        return self.weights

    def stated_of(self, matrix: EvidenceMatrix) -> Stated:
        """What the rows of one of this view's matrices state beside findings."""
        if matrix is self.overlay and self.overlay_stated is not None:
            return self.overlay_stated
        return self.stated

    def too_young(self, matrix: EvidenceMatrix, term: int) -> Array:
        """Diseases (ascending) that show a term or one below it, but none of them yet at the
        patient's age: its absence says nothing there."""
        if self.age is None:
            return np.empty(0, dtype=np.int64)
        begins = self.stated_of(matrix).pair_begins
        diseases, _, witness = matrix.entries(term)
        # Where the commonest of these findings is there already, the others need no look.
        later = diseases[begins[witness] > self.age]
        if not len(later):
            return np.empty(0, dtype=np.int64)
        first, after = (np.searchsorted(matrix.pair_disease, later + i) for i in (0, 1))
        owner = np.repeat(np.arange(len(later)), after - first)
        pairs = np.arange(len(owner)) + (first - np.cumsum(after - first) + after - first)[owner]
        already = (begins[pairs] <= self.age) & ~np.isnan(matrix.pair_share[pairs])
        already &= np.isin(matrix.pair_term[pairs], self.knowledge.below(term))
        return np.delete(later, np.unique(owner[already]))

    def too_young_for(self, disease: int, term: int) -> float | None:
        """The age from which one disease shows a term or one below it, in years, where the
        patient is younger; else None."""
        if self.age is None:
            return None
        matrix, above = self.matrix_for(disease), self.knowledge.ancestors
        begins = self.stated_of(matrix).pair_begins
        ages = [
            float(begins[pair])
            for pair in matrix.pairs_of(disease)
            if matrix.pair_share[pair] > 0 and term in above[int(matrix.pair_term[pair])]
        ]
        first = min(ages, default=self.age)
        return first if first > self.age else None

    def comes_and_goes(self, matrix: EvidenceMatrix, term: int) -> Array:
        """Diseases (ascending) in which a term or one below it comes and goes: that it was absent
        for a moment says nothing there."""
        return self.passing.diseases(matrix, self.knowledge.below(term))

    def rows(self, disease: int) -> Array:
        """The visible rows of a disease, of all aspects."""
        own = self.knowledge.rows_of(disease)
        every = np.arange(own.start, own.stop)
        kept = self.matrix_for(disease).kept
        return every if kept is None else every[np.isin(every, kept)]

    def matrix_for(self, disease: int) -> EvidenceMatrix:
        """The matrix that speaks for a disease."""
        if self.overlay is None or self.replaced is None:
            return self.matrix
        at = int(np.searchsorted(self.replaced, disease))
        replaced = at < len(self.replaced) and self.replaced[at] == disease
        return self.overlay if replaced else self.matrix

    def hidden_by_sex(self, sex: Sex) -> Array:
        """Rows that speak only of the other sex, but for those left out."""
        other = {Sex.MALE: Sex.FEMALE, Sex.FEMALE: Sex.MALE}.get(sex)
        if other is None:
            return np.empty(0, dtype=np.int64)
        rows = self.knowledge.rows_of_sex(other)
        return rows if self.left_out is None else np.setdiff1d(rows, self.left_out)
