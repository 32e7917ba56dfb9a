"""From scores to shares: what a posterior is, and what stands for everything not ranked.

    posterior_i = exp(scale s_i) / (exp(s_outside) + sum_j exp(scale s_j))

over all diseases, before any cut. `s_outside` may depend on the case's findings, how many and
how specific they are, never on a disease; so calibration cannot change the order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log

import numpy as np

from kg.arrays import Array
from reasoning.scorer import Sign
from reasoning.view import View

#: Share of patients whose disease is not in the knowledge base: an assumption, shown as such.
OUTSIDE_SHARE = 0.1
#: How many `features` there are.
FEATURES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """`outside` are the weights of `features`; `ceiling` is the highest share that enough cases
    stood behind, to be shown at most. `measured` says on which cases it was measured, "" if on
    none; `versions` are those of the sources that it was measured with."""

    scale: float = 1.0
    outside: tuple[float, ...] = (log(OUTSIDE_SHARE),)
    ceiling: float = 1.0
    measured: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)

    def outside_score(self, view: View, signs: Sequence[Sign]) -> float:
        """Score of everything outside the knowledge base, in nats."""
        x = features(view, signs)[: len(self.outside)]
        return float(np.dot(self.outside, x))

    def posterior(self, scores: Array, outside: float) -> tuple[Array, float]:
        """Shares of all diseases, and of what is outside; they sum to 1."""
        scaled = self.scale * scores
        top = max(float(scaled.max(initial=-np.inf)), outside)
        weights, rest = np.exp(scaled - top), float(np.exp(outside - top))
        total = float(weights.sum()) + rest
        return np.asarray(weights / total), rest / total


def features(view: View, signs: Sequence[Sign]) -> Array:
    """What `s_outside` may depend on: 1, the number of present findings as log(1 + n), and the
    information that they carry in all, in units of 10 nats. Evidence of likelihood ratio r
    counts 1 - 1/r of a plain presence."""
    present = [s for s in signs if s.ratio > 1]
    parts = np.array([s.presence for s in present])
    told = parts @ view.background.information[[s.term for s in present]] if present else 0.0
    return np.array([1.0, np.log1p(parts.sum()), told / 10])


#: Before anything was measured.
NONE = Calibration()
