"""Resamples of patients as weights of films, and figures with intervals from them.

Films of one patient resemble each other: a resample takes or leaves them together, so that an
interval says how far other *patients* would move the figure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.card import Figure

Floats = NDArray[np.float64]
Weights = NDArray[np.float32]

DRAWS = 1000
#: Share of resamples in which a figure must be defined for its interval to be given.
LEAST_DEFINED = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draws:
    """`weights` (1 + draws, n): how often each film stands in a resample. The first row is ones:
    the films themselves, so that one computation gives value and resamples."""

    weights: Weights

    @classmethod
    def of(cls, patients: NDArray[np.str_], *, seed: int = 0, draws: int = DRAWS) -> Draws:
        """Resamples of the patients of n films; equal input and seed give equal resamples."""
        _, number = np.unique(patients, return_inverse=True)
        count = int(number.max()) + 1 if len(number) else 0
        times = np.zeros((1 + draws, count), np.float32)
        times[0] = 1.0
        random = np.random.default_rng(seed)
        for row in times[1:]:
            row[:] = np.bincount(random.integers(0, count, count), minlength=count)
        return cls(weights=times[:, number])

    def where(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Draws:
        """The same resamples, some of the films."""
        return Draws(weights=self.weights[:, chosen])

    @property
    def films(self) -> int:
        """How many films there are."""
        return int(self.weights.shape[1])


def figure(values: Floats, films: int) -> Figure | None:
    """A figure of its value (first) and resamples with the 95 % percentile interval. Resamples
    in which it is not defined (NaN) are left out; None where it is not defined itself, or in
    fewer than half of them."""
    resampled = values[1:][np.isfinite(values[1:])]
    if not np.isfinite(values[0]) or len(resampled) < LEAST_DEFINED * (len(values) - 1):
        return None
    low, high = np.percentile(resampled, [2.5, 97.5]) if len(resampled) else (values[0],) * 2
    return Figure(value=float(values[0]), low=float(low), high=float(high), n=films)
