"""Strata against the closed form of two normals, and the rules that they keep."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from tests.vision.made_scores import made
from vision.card import LEAST_POSITIVES
from vision.measuring.bootstrap import Draws, figure
from vision.measuring.calibration import calibrate, cross_fitted, judge, level
from vision.measuring.measures import brier_skill, excess_error
from vision.measuring.strata import (
    LEAST_NEGATIVES,
    SPECIFICITY,
    fit_strata,
    operating_point,
    probabilities,
)

APART = 1.5
SCORES = made({"Effusion": APART, "Nodule": 0.0}, films=6000)
EVERY = np.ones(len(SCORES), bool)
DRAWS = Draws.of(SCORES.patient, draws=300)
TRUTH, SCORE = SCORES.truth[:, 0], SCORES.logits[:, 0]
STRATA = fit_strata(TRUTH, SCORE, DRAWS)


def odds(p: float) -> float:
    return p / (1 - p)


def test_every_stratum_has_enough_films_of_both_kinds() -> None:
    assert len(STRATA) >= 5
    assert STRATA[0].low is None
    assert STRATA[-1].high is None
    for one, other in pairwise(STRATA):
        assert one.high == other.low
    for s in STRATA:
        assert s.positives >= LEAST_POSITIVES
        assert s.films - s.positives >= LEAST_NEGATIVES
    assert sum(s.films for s in STRATA) == len(SCORES)
    assert sum(s.positives for s in STRATA) == TRUTH.sum()


def test_counts_are_those_of_the_scores_between_the_bounds() -> None:
    for s in STRATA:
        low = -np.inf if s.low is None else s.low
        high = np.inf if s.high is None else s.high
        inside = (low <= SCORE) & (high > SCORE)
        assert inside.sum() == s.films
        assert TRUTH[inside].sum() == s.positives


def test_the_likelihood_ratio_is_odds_over_odds_of_the_base_rate() -> None:
    base = float(TRUTH.mean())
    for s in STRATA:
        assert s.likelihood_ratio.value == pytest.approx(odds(s.probability) / odds(base))
        assert s.likelihood_ratio.low < s.likelihood_ratio.value < s.likelihood_ratio.high
        assert s.probability == pytest.approx(s.positives / s.films, rel=0.05)


def test_likelihood_ratios_rise_and_are_those_of_two_normals() -> None:
    from scipy.stats import norm

    ratios = [s.likelihood_ratio for s in STRATA]
    assert [r.value for r in ratios] == sorted(r.value for r in ratios)
    covered = 0
    for s in STRATA:
        low = -np.inf if s.low is None else s.low
        high = np.inf if s.high is None else s.high
        within = [norm.cdf(high, m) - norm.cdf(low, m) for m in (APART, 0.0)]
        covered += s.likelihood_ratio.low <= within[0] / within[1] <= s.likelihood_ratio.high
    assert covered >= 0.7 * len(STRATA)


def test_films_without_both_kinds_in_number_make_no_strata() -> None:
    few = np.zeros(len(SCORES))
    few[: 2 * LEAST_POSITIVES - 1] = 1

    assert fit_strata(few, SCORE, DRAWS) == ()


def test_scores_that_say_nothing_make_strata_that_say_nothing() -> None:
    strata = fit_strata(SCORES.truth[:, 1], SCORES.logits[:, 1], DRAWS)

    assert len(strata) < 3
    assert all(0.8 < s.likelihood_ratio.value < 1.25 for s in strata)


def test_scores_that_contradict_the_order_are_joined() -> None:
    # Likelier in the middle than at the top: top and middle must be one.
    random = np.random.default_rng(3)
    score = random.random(5000)
    rate = np.where(score < 0.4, 0.02, np.where(score < 0.7, 0.3, 0.15))
    truth = (random.random(5000) < rate).astype(float)

    strata = fit_strata(truth, score, Draws.of(np.arange(5000).astype(str), draws=200))

    values = [s.probability for s in strata]
    assert values == sorted(values)
    assert strata[-1].low is not None
    assert strata[-1].low < 0.75


def test_one_score_for_all_films_makes_no_strata() -> None:
    assert fit_strata(TRUTH, np.zeros(len(TRUTH)), DRAWS) == ()


def test_probabilities_are_those_of_the_score_s_stratum() -> None:
    edge = STRATA[1].low
    assert edge is not None

    found = probabilities(STRATA, np.array([-99.0, np.nextafter(edge, -9), edge, 99.0]))

    assert found.tolist() == [
        STRATA[0].probability, STRATA[0].probability, STRATA[1].probability,
        STRATA[-1].probability,
    ]  # fmt: skip


def test_the_operating_point_lets_the_stated_share_of_negatives_pass() -> None:
    point = operating_point(TRUTH, SCORE, STRATA)

    assert (SCORE[TRUTH == 0] < point).mean() == pytest.approx(SPECIFICITY, abs=0.002)


def test_no_score_that_speaks_against_a_finding_is_called() -> None:
    # A weak score, whose strata turn to "for" only above the usual operating point.
    low, high = STRATA[0], STRATA[-1]
    strata = low.model_copy(update={"high": 5.0}), high.model_copy(update={"low": 5.0})

    assert operating_point(TRUTH, SCORE, strata) == 5.0


def test_cross_fitted_probabilities_are_honest() -> None:
    judged = cross_fitted(SCORES, EVERY, {})

    stated = judged.stated[:, 0]
    excess = figure(excess_error(DRAWS.weights, TRUTH, stated), len(SCORES))
    skill = figure(brier_skill(DRAWS.weights, TRUTH, stated), len(SCORES))
    assert excess is not None
    assert abs(excess.value) < 0.01
    assert skill is not None
    assert skill.low > 0.1


def test_no_film_is_judged_by_strata_that_saw_its_part() -> None:
    # Part 0 alone is turned round. Its own strata would say so; those of the others cannot.
    turned = SCORES.part == 0
    logits = SCORES.logits.copy()
    logits[turned] *= -1
    judged = cross_fitted(replace(SCORES, logits=logits), EVERY, {})

    skill = brier_skill(
        np.ones((1, int(turned.sum())), np.float32), TRUTH[turned], judged.stated[turned, 0]
    )

    assert skill[0] < -0.1


def test_models_of_another_level_are_put_on_one_scale_and_others_left_alone() -> None:
    same, untouched = level(SCORES, EVERY)
    shift = np.array([0.0, 2.0, -1.0, 0.5, 0.0])[SCORES.part][:, None]
    moved, found = level(replace(SCORES, logits=3 * SCORES.logits + shift), EVERY)

    assert not untouched.standardised
    assert same is SCORES
    assert found.standardised
    means = [moved.logits[SCORES.part == p].mean() for p in range(5)]
    assert means == pytest.approx([means[0]] * 5)
    # The model that ships is the first: its scores stay what they are.
    first = SCORES.part == 0
    assert moved.logits[first] == pytest.approx(3 * SCORES.logits[first])


def test_a_label_that_is_known_of_no_film_is_left_out() -> None:
    unknown = replace(SCORES, truth=np.column_stack([TRUTH, np.full(len(TRUTH), np.nan)]))

    found = calibrate(unknown, EVERY, draws=100)
    called, stated = judge(unknown, found)

    assert list(found) == ["Effusion"]
    assert np.isfinite(stated[:, 0]).all()
    assert np.isnan(called[:, 1]).all()
