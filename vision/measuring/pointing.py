"""The pointing game: does a heatmap's strongest place lie in the radiologist's box?

A film and one of its boxed labels are one trial (Zhang et al., "Top-down Neural Attention by
Excitation Backprop", ECCV 2016). Boxes are in pixels of the 1024 px original.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.evidence import Box
from vision.card import Figure
from vision.measuring.bootstrap import Draws, Floats, figure

#: Places along a side by which areas are counted.
FINE = 1024
#: Places of the fixed-point baseline along a side.
GRID = 32


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trial:
    """One label of one film with its boxes; `film` is its number for the heatmap function."""

    film: int
    patient: str
    label: str
    boxes: tuple[Box, ...]

    def inside(self, x: float, y: float) -> bool:
        """Whether a place lies in one of the boxes."""
        return any(a <= x < a + w and b <= y < b + h for a, b, w, h in self.boxes)

    @property
    def area(self) -> float:
        """The share of the film that the boxes cover, overlaps once."""
        covered = np.zeros((FINE, FINE), bool)
        for x, y, w, h in self.boxes:
            left, top, right, bottom = (max(round(FINE * e), 0) for e in (x, y, x + w, y + h))
            covered[top:bottom, left:right] = True
        return float(covered.mean())


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointing:
    """Share of trials hit. `chance` is that of a random place; `fixed` that of one place a label,
    the best on other patients' films: what a map that never looks could reach."""

    trials: int
    hits: Figure
    chance: float
    fixed: Figure
    by_label: dict[str, tuple[int, int]]

    @property
    def trusted(self) -> bool:
        """Whether regions may be shown, as experimental: the interval lies above chance."""
        return self.hits.low > self.chance


def play(
    trials: Sequence[Trial],
    heatmap: Callable[[int, str], NDArray[np.float32]],
    *,
    seed: int = 0,
) -> Pointing | None:
    """The game over all trials; `heatmap` gives (h, w) over the whole film for a film and label.
    A map without any strongest place misses. None where there is no trial."""
    if not trials:
        return None
    hit = np.array([_hit(t, heatmap(t.film, t.label)) for t in trials], np.float64)
    patients = np.array([t.patient for t in trials])
    draws = Draws.of(patients, seed=seed).weights
    total = draws.sum(1)
    hits = figure((draws @ hit) / total, len(trials))
    fixed = figure((draws @ _fixed(trials, patients)) / total, len(trials))
    assert hits is not None  # every resample holds a trial
    assert fixed is not None
    return Pointing(
        trials=len(trials),
        hits=hits,
        chance=float(np.mean([t.area for t in trials])),
        fixed=fixed,
        by_label={
            label: (int(hit[at].sum()), int(at.sum()))
            for label in sorted({t.label for t in trials})
            for at in [np.array([t.label == label for t in trials])]
        },
    )


def _hit(trial: Trial, heat: NDArray[np.float32]) -> float:
    if not heat.max() > heat.min():
        return 0.0
    row, column = np.unravel_index(int(heat.argmax()), heat.shape)
    x, y = (float(column) + 0.5) / heat.shape[1], (float(row) + 0.5) / heat.shape[0]
    return float(trial.inside(x, y))


def _fixed(trials: Sequence[Trial], patients: NDArray[np.str_]) -> Floats:
    """Hits of each label's best place on the films of other patients; a label that no other
    patient has takes the best place of all labels."""
    steps = [(i + 0.5) / GRID for i in range(GRID)]
    places = [(x, y) for y in steps for x in steps]
    inside = np.array([[t.inside(x, y) for x, y in places] for t in trials], np.float64)
    labels = np.array([t.label for t in trials])
    made = np.zeros(len(trials))
    for i, (patient, label) in enumerate(zip(patients, labels, strict=True)):
        others = patients != patient
        same = others & (labels == label)
        chosen = inside[same if same.any() else others].sum(0)
        made[i] = inside[i, int(chosen.argmax())] if others.any() else 0.0
    return made
