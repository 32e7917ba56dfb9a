"""What can be told without reading the film: its grey levels, and who was filmed and how.

A model that does not beat these has learned the acquisition, not the finding. Both are logistic
regressions, fitted for each part of the patient split on the other parts.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping

import numpy as np

from vision.film import Pixels
from vision.measuring.bootstrap import Floats
from vision.measuring.scores import Bools, Scores

HISTOGRAM, CIRCUMSTANCES = "intensity histogram", "view, age, sex"
LEVELS = 32
#: Inverse strength of the ridge penalty on standardised columns.
PENALTY = 0.1
#: Fewest positives to fit a baseline on; with fewer it states nothing.
LEAST_FITTED = 10


def grey_levels(films: Iterable[Pixels]) -> Floats:
    """Shares of a film's pixels in 32 equal steps of brightness, square roots, (films, 32)."""
    rows = [np.histogram(p, bins=LEVELS, range=(0.0, 1.0))[0] / p.size for p in films]
    return np.asarray(np.sqrt(np.array(rows, np.float64).reshape(-1, LEVELS)), np.float64)


def circumstances(scores: Scores) -> Floats:
    """View, sex, age and its square, and whether each is known, (films, 7)."""
    known = np.isfinite(scores.age)
    decades = np.where(known, (np.nan_to_num(scores.age) - 50) / 10, 0.0)
    columns = (
        scores.view == "AP", scores.view == "PA", scores.sex == "F", scores.sex == "M",
        known, decades, decades**2,
    )  # fmt: skip
    return np.array(columns, np.float64).T


def out_of_part(design: Floats, scores: Scores, fitted: Bools, judged: Bools) -> Floats:
    """What a logistic regression on `design` (n, columns) says of each `judged` film and label,
    (n, labels), from the films `fitted` of other parts; NaN where it was not judged or there was
    too little to fit on."""
    from sklearn.linear_model import LogisticRegression

    made = np.full(scores.truth.shape, np.nan)
    for part in np.unique(scores.part[judged]):
        at = judged & (scores.part == part)
        others = fitted & (scores.part != part)
        if not others.any():
            continue
        centre, spread = design[others].mean(0), design[others].std(0)
        scaled = (design - centre) / np.where(spread > 0, spread, 1.0)
        for column in range(scores.truth.shape[1]):
            truth = scores.truth[:, column]
            known = others & np.isfinite(truth)
            positives = int((truth[known] > 0).sum())
            if min(positives, int(known.sum()) - positives) < LEAST_FITTED:
                continue
            model = LogisticRegression(C=PENALTY, max_iter=200)
            with warnings.catch_warnings():
                # A fit that stops at its limit of steps is a little worse, not wrong.
                warnings.simplefilter("ignore")
                model.fit(scaled[known], truth[known] > 0)
            # Without the intercept: it falls where a part happens to hold more positives than the
            # others do, which would make any baseline look worse than chance over all parts.
            made[at, column] = scaled[at] @ model.coef_[0]
    return made


def baselines(scores: Scores, levels: Floats, fitted: Bools, judged: Bools) -> Mapping[str, Floats]:
    """Scores of both baselines, (n, labels) each, by name; `levels` as `grey_levels` makes."""
    return {
        HISTOGRAM: out_of_part(levels, scores, fitted, judged),
        CIRCUMSTANCES: out_of_part(circumstances(scores), scores, fitted, judged),
    }
