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
from reasoning.view import Background, View

#: A term is broad if so many diseases show it or one below it.
BROAD = 300
#: Backgrounds of which the broad part is kept: that of scope rare, and one for each setting.
KEPT = 4

_Kept = tuple[EvidenceMatrix, Background, dict[int, Array]]


class Broad:
    """Best matches at or above terms, at one `cost` of a lost nat of information."""

    def __init__(self, cost: float) -> None:
        self.cost = cost
        self._kept: tuple[_Kept, ...] = ()

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
        """What is kept for the whole release, measured against one background; an overlay is small
        and passes by."""
        if matrix is not view.matrix:
            return {}
        for known, background, kept in self._kept:
            if known is matrix and background is view.background:
                return kept
        # Of another release nothing is needed any more.
        same = [k for k in self._kept if k[0] is matrix]
        new: dict[int, Array] = {}
        self._kept = ((matrix, view.background, new), *same[: KEPT - 1])
        return new
