"""What a case may see of the knowledge: all of it, or without some rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from domain.assertions import Sex
from kg.arrays import Array
from reasoning.evidence import EvidenceMatrix
from reasoning.knowledge import Knowledge


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """By term: its mean share over all diseases, and its information -log(share of diseases
    that have it or a term below it), in nats."""

    share: Array
    information: Array

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
    (ascending disease numbers), whose rows are not all visible."""

    knowledge: Knowledge
    background: Background
    matrix: EvidenceMatrix
    weights: Weights
    overlay: EvidenceMatrix | None = None
    overlay_weights: Weights | None = None
    replaced: Array | None = None

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
            overlay=overlay,
            overlay_weights=Weights.of(overlay, self.background, n),
            replaced=replaced,
        )

    def weights_of(self, matrix: EvidenceMatrix) -> Weights:
        """The weights of one of this view's matrices."""
        if matrix is self.overlay and self.overlay_weights is not None:
            return self.overlay_weights
        return self.weights

    def matrix_for(self, disease: int) -> EvidenceMatrix:
        """The matrix that speaks for a disease."""
        if self.overlay is None or self.replaced is None:
            return self.matrix
        at = int(np.searchsorted(self.replaced, disease))
        replaced = at < len(self.replaced) and self.replaced[at] == disease
        return self.overlay if replaced else self.matrix

    def hidden_by_sex(self, sex: Sex) -> Array:
        """Rows that speak only of the other sex."""
        other = {Sex.MALE: Sex.FEMALE, Sex.FEMALE: Sex.MALE}.get(sex)
        if other is None:
            return np.empty(0, dtype=np.int64)
        return self.knowledge.rows_of_sex(other)
