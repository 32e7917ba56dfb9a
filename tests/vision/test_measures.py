"""Figures against scikit-learn, against closed forms, and against what resampling must show."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.metrics import average_precision_score, roc_auc_score

from tests.vision.made_scores import made
from vision.measuring import measures
from vision.measuring.bootstrap import Draws, Floats, figure

RANDOM = np.random.default_rng(5)
TRUTH = (RANDOM.random(400) < 0.2).astype(float)
#: Rounded, so that many films share a score.
SCORE = np.round(RANDOM.normal(size=400) + TRUTH, 1)
DRAWS = Draws.of(np.array([str(i // 4) for i in range(400)]), draws=200)


def test_discrimination_is_that_of_scikit_learn_in_every_resample() -> None:
    area, precision = measures.discrimination(DRAWS.weights, TRUTH, SCORE)

    for row in (0, 1, 77, 200):
        w = DRAWS.weights[row]
        assert area[row] == pytest.approx(roc_auc_score(TRUTH, SCORE, sample_weight=w))
        expected = average_precision_score(TRUTH, SCORE, sample_weight=w)
        assert precision[row] == pytest.approx(expected)


def test_auroc_of_two_normals_is_the_closed_form() -> None:
    scores = made({"Edema": 1.5}, films=20_000)

    found = measures.auroc(
        np.ones((1, 20_000), np.float32), scores.truth[:, 0], scores.logits[:, 0]
    )

    assert found[0] == pytest.approx(norm.cdf(1.5 / np.sqrt(2)), abs=0.01)


@pytest.mark.parametrize("truth", [np.zeros(9), np.ones(9)])
def test_without_both_kinds_of_films_there_is_no_auroc(truth: Floats) -> None:
    area, precision = measures.discrimination(np.ones((3, 9), np.float32), truth, np.arange(9.0))

    assert np.isnan(area).all()
    assert np.isnan(precision).all()


def test_a_resample_takes_patients_whole() -> None:
    weights = DRAWS.weights.reshape(201, 100, 4)

    assert (weights == weights[:, :, :1]).all()
    assert (weights[0] == 1).all()
    assert (weights.sum((1, 2)) == 400).all()
    assert len(np.unique(weights[1:], axis=0)) == 200


def test_intervals_are_wider_where_films_of_a_patient_are_alike() -> None:
    truth = np.repeat((RANDOM.random(100) < 0.3).astype(float), 10)
    score = np.repeat(RANDOM.normal(size=100), 10) + truth
    alone = Draws.of(np.arange(1000).astype(str))
    together = Draws.of((np.arange(1000) // 10).astype(str))

    widths = []
    for draws in (alone, together):
        found = figure(measures.auroc(draws.weights, truth, score), 1000)
        assert found is not None
        assert found.low < found.value < found.high
        widths.append(found.high - found.low)

    assert widths[1] > 2.5 * widths[0]


def test_a_figure_that_most_resamples_lack_is_none() -> None:
    assert figure(np.array([0.5, *[np.nan] * 60, *[0.4] * 40]), 10) is None
    assert figure(np.array([0.5, *[np.nan] * 40, *[0.4] * 60]), 10) is not None
    assert figure(np.array([np.nan, 0.4, 0.4]), 10) is None


def test_share_counts_weights() -> None:
    called = np.array([True, True, False, False])
    positive = np.array([True, False, True, False])
    weights = np.array([[1, 1, 1, 1], [3, 1, 1, 0]], np.float32)

    assert measures.share(weights, called, positive) == pytest.approx([0.5, 0.75])
    assert np.isnan(measures.share(weights, called, np.zeros(4, bool))).all()


def test_exact_probabilities_have_no_excess_error_and_wrong_ones_theirs() -> None:
    random = np.random.default_rng(1)
    exact = random.choice([0.02, 0.1, 0.3, 0.6], 8000)
    truth = (random.random(8000) < exact).astype(float)
    draws = Draws.of(np.arange(8000).astype(str), draws=200)

    right = figure(measures.excess_error(draws.weights, truth, exact), 8000)
    wrong = figure(measures.excess_error(draws.weights, truth, exact + 0.08), 8000)

    assert right is not None
    assert right.value == pytest.approx(0, abs=0.005)
    assert right.low < 0.003 < 0.01 > right.high
    assert wrong is not None
    # What perfect calibration shows by chance is taken off: a little less than the true .08.
    assert wrong.value == pytest.approx(0.074, abs=0.008)
    assert wrong.low > 0.05


def test_brier_skill_is_zero_for_prevalence_and_one_for_the_truth() -> None:
    weights = np.ones((1, 400), np.float32)

    assert measures.brier_skill(weights, TRUTH, np.full(400, TRUTH.mean()))[0] == pytest.approx(0)
    assert measures.brier_skill(weights, TRUTH, TRUTH)[0] == pytest.approx(1)
    # 1 - ((1/2)^2) / (p (1 - p)) by hand.
    rate = TRUTH.mean()
    expected = 1 - 0.25 / (rate * (1 - rate))
    assert measures.brier_skill(weights, TRUTH, np.full(400, 0.5))[0] == pytest.approx(expected)


def test_bins_never_part_films_of_one_probability() -> None:
    stated = np.repeat([0.1, 0.2, 0.7], [800, 150, 50])

    which = measures.bins(stated)

    assert [len(set(which[stated == p])) for p in (0.1, 0.2, 0.7)] == [1, 1, 1]
    assert len(set(which)) >= 2
