"""Strata and operating points of every label, from films that no scoring model has seen.

Five models of one recipe score one part of the patients each. Their strata are pooled, and judged
with each part's films under strata that were fitted on the other four.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from vision.card import Stratum
from vision.measuring.bootstrap import DRAWS, Draws, Floats
from vision.measuring.judged import Judged
from vision.measuring.scores import Bools, Scores
from vision.measuring.strata import fit_strata, operating_point, probabilities

#: Resamples for the rule that joins strata, where no interval is given.
FEW_DRAWS = 200
#: Median over labels of Cochran's Q beyond which models are put on one scale, for five models the
#: 99 % point of its distribution under one common level (chi-squared, 4 degrees of freedom).
LEVEL_LIMIT = 13.28


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrated:
    """What a score of one label means."""

    films: int
    positives: int
    strata: tuple[Stratum, ...]
    operating_point: float

    @property
    def base_rate(self) -> float:
        """Share of films with the label."""
        return self.positives / self.films


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """Whether the models' scores differ in level: Cochran's Q of their mean scores, the median
    over labels, and whether they were put on the scale of the first."""

    q: float
    standardised: bool


def level(scores: Scores, usable: Bools) -> tuple[Scores, Level]:
    """Scores on the scale of the model of the lowest part. Means and spreads are matched only
    where the means differ by more than patients do: matching adds noise of its own."""
    parts = np.unique(scores.part[usable])
    if len(parts) < 2:
        return scores, Level(q=0.0, standardised=False)
    some = [scores.where(usable & (scores.part == part)) for part in parts]
    means = np.array([s.logits.mean(0) for s in some])
    precise = 1 / np.array([_standard_error(s) for s in some]) ** 2
    centre = (precise * means).sum(0) / precise.sum(0)
    q = float(np.median((precise * (means - centre) ** 2).sum(0)))
    if q <= LEVEL_LIMIT:
        return scores, Level(q=q, standardised=False)
    spreads = np.array([s.logits.std(0) for s in some])
    logits = scores.logits.copy()
    for i, part in enumerate(parts[1:], start=1):
        at = scores.part == part
        logits[at] = (logits[at] - means[i]) / spreads[i] * spreads[0] + means[0]
    return replace(scores, logits=logits), Level(q=q, standardised=True)


def _standard_error(scores: Scores) -> Floats:
    """Of the mean score of each label, films of one patient together."""
    _, number = np.unique(scores.patient, return_inverse=True)
    gaps = scores.logits - scores.logits.mean(0)
    sums = np.zeros((number.max() + 1, gaps.shape[1]))
    np.add.at(sums, number, gaps)
    return np.asarray(np.sqrt((sums**2).sum(0)) / len(scores), np.float64)


def calibrate(
    scores: Scores, fitted: Bools, *, seed: int = 0, draws: int = DRAWS
) -> dict[str, Calibrated]:
    """Strata and operating point of each label on the films `fitted`. A label of which fewer than
    two strata differ has none; one without positives or negatives is left out."""
    some = scores.where(fitted)
    resamples = Draws.of(some.patient, seed=seed, draws=draws)
    found = {}
    for column, label in enumerate(scores.labels):
        known = np.isfinite(some.truth[:, column])
        truth, score = some.truth[known, column], some.logits[known, column]
        positives = int((truth > 0).sum())
        if not 0 < positives < len(truth):
            continue
        strata = fit_strata(truth, score, resamples.where(known))
        found[label] = Calibrated(
            films=len(truth),
            positives=positives,
            strata=strata,
            operating_point=operating_point(truth, score, strata),
        )
    return found


def judge(scores: Scores, by: Mapping[str, Calibrated]) -> tuple[Floats, Floats]:
    """What is called and what is stated of each film and label, (n, labels) each; NaN where a
    label has no strata."""
    called, stated = (np.full(scores.logits.shape, np.nan) for _ in range(2))
    for column, label in enumerate(scores.labels):
        known = by.get(label)
        if known is None or not known.strata:
            continue
        score = scores.logits[:, column]
        called[:, column] = score >= known.operating_point
        stated[:, column] = probabilities(known.strata, score)
    return called, stated


def cross_fitted(
    scores: Scores, usable: Bools, baselines: Mapping[str, Floats], *, seed: int = 0
) -> Judged:
    """Every film judged by strata and operating points fitted without its part of the patients."""
    called, stated = (np.full(scores.logits.shape, np.nan) for _ in range(2))
    for part in np.unique(scores.part):
        at = scores.part == part
        fitted = calibrate(scores, usable & ~at, seed=seed, draws=FEW_DRAWS)
        called[at], stated[at] = judge(scores.where(at), fitted)
    return Judged(called=called, stated=stated, baselines=baselines)
