"""Figures of scores against labels: for films as they are and for each resample at once.

Every function takes `weights` (rows, n) as `vision.measuring.bootstrap.Draws` makes them and gives
one value a row; NaN where a row has no positive or no negative film.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vision.measuring.bootstrap import Floats, Weights

Bools = NDArray[np.bool_]

#: Rows worked on at once, so that the arrays stay within tens of megabytes.
CHUNK = 128
#: Bins of equal mass of the calibration error.
BINS = 15


def auroc(weights: Weights, truth: Floats, score: Floats) -> Floats:
    """Area under the receiver operating characteristic: how often a positive film scores higher
    than a negative one, ties counting half (Mann and Whitney)."""
    return _ranked(weights, truth, score)[0]


def average_precision(weights: Weights, truth: Floats, score: Floats) -> Floats:
    """Average precision: the precision at each score, weighted by the recall it adds."""
    return _ranked(weights, truth, score)[1]


def discrimination(weights: Weights, truth: Floats, score: Floats) -> tuple[Floats, Floats]:
    """AUROC and average precision, from one sort."""
    return _ranked(weights, truth, score)


def _ranked(weights: Weights, truth: Floats, score: Floats) -> tuple[Floats, Floats]:
    order = np.argsort(score, kind="stable")
    positive = truth[order] > 0
    # Films of one score are one step of the curve, whichever stands first.
    starts = np.flatnonzero(np.r_[True, np.diff(score[order]) > 0]) if len(score) else np.arange(0)
    areas, precisions = np.full(len(weights), np.nan), np.full(len(weights), np.nan)
    if not positive.any() or positive.all():
        return areas, precisions
    for first in range(0, len(weights), CHUNK):
        rows = slice(first, first + CHUNK)
        some = weights[rows][:, order].astype(np.float64)
        hits = np.add.reduceat(some * positive, starts, axis=1)
        misses = np.add.reduceat(some * ~positive, starts, axis=1)
        hit, miss = hits.sum(1), misses.sum(1)
        below = np.cumsum(misses, axis=1) - misses
        above_hits = hit[:, None] - np.cumsum(hits, axis=1) + hits
        above = above_hits + miss[:, None] - below
        with np.errstate(divide="ignore", invalid="ignore"):
            areas[rows] = (hits * (below + misses / 2)).sum(1) / (hit * miss)
            steps = np.where(above > 0, hits * above_hits / above, 0.0)
            precisions[rows] = np.where(miss > 0, steps.sum(1) / hit, np.nan)
    return areas, precisions


def share(weights: Weights, of: Bools, among: Bools) -> Floats:
    """The share of the films `among` that are `of`: sensitivity for positives that are called,
    specificity for negatives that are not."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(
            (weights @ (of & among).astype(np.float32)) / (weights @ among.astype(np.float32)),
            np.float64,
        )


def brier_skill(weights: Weights, truth: Floats, stated: Floats) -> Floats:
    """1 - Brier score / that of stating each row's own prevalence for every film: above 0, the
    probabilities say more than the best constant, which knows the prevalence of these films."""
    total = weights.sum(1, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = weights @ truth / total
        error = weights @ (stated - truth) ** 2 / total
        return np.asarray(1 - error / (rate * (1 - rate)), np.float64)


def bins(stated: Floats, most: int = BINS) -> NDArray[np.int64]:
    """The bin of each film: at most `most` of about equal mass. Films of one probability are
    never parted."""
    edges = np.unique(np.quantile(stated, np.arange(1, most) / most))
    return np.searchsorted(edges, stated, side="right").astype(np.int64)


def calibration_error(
    weights: Weights, truth: Floats, stated: Floats, *, seed: int = 0
) -> tuple[Floats, Floats]:
    """Expected calibration error, the mean of |stated - observed| over `bins` by their mass, and
    the same for labels drawn from the stated probabilities: what a perfect forecast would show on
    as many films. One drawn set a row; their mean without the first row is the error to expect.
    """
    which = bins(stated)
    member = (which[:, None] == np.arange(which.max() + 1)).astype(np.float32)
    random = np.random.default_rng(seed)
    errors, perfect = np.empty(len(weights)), np.empty(len(weights))
    gap = (stated - truth).astype(np.float32)
    total = weights.sum(1, dtype=np.float64)
    errors[:] = np.abs((weights * gap) @ member).sum(1) / total
    for first in range(0, len(weights), CHUNK):
        rows = slice(first, first + CHUNK)
        some = weights[rows]
        drawn = random.random(some.shape, np.float32) < stated.astype(np.float32)
        perfect[rows] = np.abs((some * (stated.astype(np.float32) - drawn)) @ member).sum(1)
    return errors, perfect / total


def excess_error(weights: Weights, truth: Floats, stated: Floats, *, seed: int = 0) -> Floats:
    """Calibration error above its mean under perfect calibration. The films' own are held against
    labels drawn for the same films, a resample's against labels drawn for resamples, so that what
    resampling itself adds is taken from both."""
    errors, perfect = calibration_error(weights, truth, stated, seed=seed)
    once = np.broadcast_to(weights[:1], (min(len(weights), 200), weights.shape[1]))
    expected = calibration_error(once, truth, stated, seed=seed + 1)[1].mean()
    resampled = perfect[1:].mean() if len(perfect) > 1 else expected
    return np.append(errors[:1] - expected, errors[1:] - resampled)
