"""What a score means: strata of scores with their likelihood ratios, and the operating point.

The rule, for each label on films that the scoring model has not seen:

1. The films are cut at their scores into as many strata as there are times 30 positives, each
   with 30 positives and 30 negatives at least; nothing is read beyond the outermost of them.
2. Neighbours whose order contradicts the score are joined (pool adjacent violators).
3. Neighbours that patients do not tell apart are joined, the least different first, until the
   log odds of any two differ by twice their standard error (bootstrap by patient).
4. A stratum's likelihood ratio is the share of positives in it over that of negatives, each with
   half a film added; its probability is what that ratio makes of the base rate.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from vision.card import LEAST_POSITIVES, Stratum
from vision.measuring.bootstrap import Draws, Floats, figure

#: Negatives of a stratum at least.
LEAST_NEGATIVES = 30
#: Standard errors by which the log odds of neighbouring strata differ.
APART = 2.0
#: Share of negative films that are not called at the operating point.
SPECIFICITY = 0.95
#: Added to positives and negatives of a stratum, in films.
SMOOTHING = 0.5


def fit_strata(truth: Floats, score: Floats, draws: Draws) -> tuple[Stratum, ...]:
    """Strata of one label from the lowest score to the highest; none where there are fewer than
    twice 30 positives: one stratum would say nothing."""
    if (truth > 0).sum() < 2 * LEAST_POSITIVES:
        return ()
    edges = _cut(truth, score)
    which = np.searchsorted(edges, score, side="right")
    positive = _counts(draws, which, truth > 0, len(edges) + 1)
    negative = _counts(draws, which, truth <= 0, len(edges) + 1)
    kept = list(edges)
    while kept:
        odds = np.log((positive + SMOOTHING) / (negative + SMOOTHING))
        step = np.diff(odds, axis=1)
        apart = step[0] / np.maximum(step[1:].std(0), 1e-9)
        least = int(np.argmin(apart))
        if apart[least] >= APART:
            break
        positive, negative = _join(positive, least), _join(negative, least)
        del kept[least]
    if not kept:
        return ()
    return _strata(kept, positive, negative)


def _cut(truth: Floats, score: Floats) -> list[float]:
    """Scores at which to cut, from the lowest: each stratum is closed as soon as it holds the
    positives and negatives it needs, from the highest score down."""
    order = np.argsort(-score, kind="stable")
    positive = np.cumsum(truth[order] > 0)
    negative = np.cumsum(truth[order] <= 0)
    ordered = score[order]
    cuts: list[float] = []
    hits = misses = 0
    for i in range(len(ordered) - 1):
        tied = ordered[i] == ordered[i + 1]
        enough = positive[i] - hits >= LEAST_POSITIVES and negative[i] - misses >= LEAST_NEGATIVES
        left = (
            positive[-1] - positive[i] >= LEAST_POSITIVES
            and negative[-1] - negative[i] >= LEAST_NEGATIVES
        )
        if enough and left and not tied:
            cuts.append(float(ordered[i]))
            hits, misses = int(positive[i]), int(negative[i])
    return cuts[::-1]


def _counts(draws: Draws, which: NDArray[np.int64], of: NDArray[np.bool_], number: int) -> Floats:
    """Films `of` in each stratum, (rows, strata)."""
    member = ((which[:, None] == np.arange(number)) & of[:, None]).astype(np.float32)
    return np.asarray(draws.weights @ member, np.float64)


def _join(counts: Floats, at: int) -> Floats:
    joined = np.delete(counts, at + 1, axis=1)
    joined[:, at] += counts[:, at + 1]
    return joined


def _strata(edges: list[float], positive: Floats, negative: Floats) -> tuple[Stratum, ...]:
    def smoothed(counts: Floats) -> Floats:
        added = counts + SMOOTHING
        return np.asarray(added / added.sum(1, keepdims=True), np.float64)

    ratio = smoothed(positive) / smoothed(negative)
    films = positive[0] + negative[0]
    prior = float(positive[0].sum() / negative[0].sum())
    bounds = [None, *edges, None]
    made = []
    for i, (low, high) in enumerate(pairwise(bounds)):
        stated = figure(ratio[:, i], int(films[i]))
        assert stated is not None  # half a film is added: every ratio is defined
        made.append(
            Stratum(
                low=low,
                high=high,
                films=int(films[i]),
                positives=int(positive[0, i]),
                probability=stated.value * prior / (1 + stated.value * prior),
                likelihood_ratio=stated,
            )
        )
    return tuple(made)


def probabilities(strata: tuple[Stratum, ...], score: Floats) -> Floats:
    """The probability of each score's stratum."""
    edges = [s.high for s in strata[:-1] if s.high is not None]
    stated = np.array([s.probability for s in strata])
    return np.asarray(stated[np.searchsorted(edges, score, side="right")], np.float64)


def operating_point(truth: Floats, score: Floats, strata: tuple[Stratum, ...]) -> float:
    """The lowest score that is called present: that of the negative film below which nineteen
    of them lie, or the edge from which a stratum's likelihood ratio is above 1 if that is higher:
    no score that speaks against a finding is called."""
    found = float(np.quantile(score[truth <= 0], SPECIFICITY, method="higher"))
    against = [s.high for s in strata if s.likelihood_ratio.value <= 1 and s.high is not None]
    return max([found, *against])
