"""The best way up from a finding to what each disease shows, quickly.

For a disease d and a term t the best match over t and its ancestors a is the largest of

    log f(a) - log b(a) + cost * I(a)

(what going up costs from t itself is the same for all d). Broad terms are shared by most findings
and have thousands of diseases: their part is worked out once, for each of them together with all
above it, and kept.
"""

from __future__ import annotations

import numpy as np

from kg.arrays import Array
from reasoning.evidence import EvidenceMatrix
from reasoning.view import View

#: A term is broad if so many diseases show it or one below it.
BROAD = 300


class Broad:
    """Best matches at or above terms, at one `cost` of a lost nat of information."""

    def __init__(self, cost: float) -> None:
        self.cost = cost
        self._kept: tuple[EvidenceMatrix | None, dict[int, Array]] = (None, {})

    def best(self, view: View, matrix: EvidenceMatrix, term: int) -> Array:
        """For every disease, the largest value over `term` and its ancestors; at least 0, which
        stands for no match at all. Shape (diseases,), nats; the caller's own."""
        kept = self._kept_for(view, matrix)
        sizes = matrix.entry_starts[1:] - matrix.entry_starts[:-1]
        above = view.knowledge.ancestors[term]
        broad = sizes[above] >= BROAD
        values = np.zeros(len(view.knowledge.diseases))
        passed: set[int] = set()
        for a in above[broad][np.argsort(sizes[above[broad]], kind="stable")].tolist():
            if a not in passed:
                np.maximum(values, self._from(view, matrix, a, kept), out=values)
                passed.update(view.knowledge.ancestors[a].tolist())
        for a in above[~broad].tolist():
            self._add(values, view, matrix, a)
        return values

    def _from(self, view: View, matrix: EvidenceMatrix, term: int, kept: dict[int, Array]) -> Array:
        """The same for a broad term, whose ancestors are all broad."""
        values = kept.get(term)
        if values is None:
            values = np.zeros(len(view.knowledge.diseases))
            for parent in view.knowledge.parents[term].tolist():
                np.maximum(values, self._from(view, matrix, parent, kept), out=values)
            self._add(values, view, matrix, term)
            kept[term] = values
        return values

    def _add(self, values: Array, view: View, matrix: EvidenceMatrix, term: int) -> None:
        diseases, logs = matrix.log_entries(term)
        b, i = float(view.background.share[term]), float(view.background.information[term])
        values[diseases] = np.maximum(values[diseases], logs + (self.cost * i - np.log(b)))

    def _kept_for(self, view: View, matrix: EvidenceMatrix) -> dict[int, Array]:
        """What is kept for the whole release; an overlay is small and passes by."""
        if matrix is not view.matrix:
            return {}
        known, kept = self._kept
        if known is not matrix:
            kept = {}
            self._kept = matrix, kept
        return kept
