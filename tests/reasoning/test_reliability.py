"""Whether shares mean what they say: worked examples, and properties."""

from __future__ import annotations

from math import isnan, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.arrays import Array
from reasoning.reliability import (
    auroc,
    brier,
    calibration_error,
    error_if_perfect,
    reliability,
    separation,
    wilson,
)

stated = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60).map(
    lambda pairs: (np.array([p for p, _ in pairs]), np.array([y for _, y in pairs]))
)


def test_calibration_error_of_a_worked_example() -> None:
    """Two bins of two: .1 and .2 with none right (gap .15), .6 and .9 with one (gap .25)."""
    p, y = np.array([0.9, 0.1, 0.6, 0.2]), np.array([1.0, 0.0, 0.0, 0.0])
    assert calibration_error(p, y, bins=2) == pytest.approx((0.15 + 0.25) / 2)


def test_bins_of_unequal_size_weigh_by_their_cases() -> None:
    """Three cases in two bins: (.0, .3 with one right) and (.8 right): .7/3 and .2/3."""
    p, y = np.array([0.0, 0.3, 0.8]), np.array([0.0, 1.0, 1.0])
    assert calibration_error(p, y, bins=2) == pytest.approx(0.7 / 3 + 0.2 / 3)


def test_error_if_perfect_of_one_case() -> None:
    """One posterior p in one bin: the gap is 1 - p with chance p, else p; its mean is 2p(1-p)."""
    for p in (0.1, 0.5, 0.8):
        found = error_if_perfect(np.array([p]), seed=0, draws=20_000, bins=1)
        assert found == pytest.approx(2 * p * (1 - p), abs=0.01)


def test_certain_and_right_is_perfect() -> None:
    p = np.array([0.0, 1.0, 1.0, 0.0])
    assert calibration_error(p, p) == 0
    assert error_if_perfect(p, seed=0) == 0
    assert brier(p, p) == 0


def test_posteriors_that_are_exact_have_no_excess() -> None:
    random = np.random.default_rng(5)
    p = random.random(4000)
    y = random.random(4000) < p
    names = [str(i) for i in range(4000)]
    found = reliability(p, y, names, seed=1)
    assert found is not None
    assert abs(found.excess) < 0.01
    assert found.error > 0
    # The same stated twice as often right as they are: the excess shows it.
    bold = reliability(np.sqrt(p), y, names, seed=1)
    assert bold is not None
    assert bold.excess > 0.1
    assert bold.brier > found.brier


def test_brier_and_skill_of_a_worked_example() -> None:
    """Half are right: the best constant .5 has .25. Stating .8 and .2 rightly has .04."""
    p, y = np.array([0.8, 0.2]), np.array([True, False])
    found = reliability(p, y, ["a", "b"], seed=0)
    assert found is not None
    assert found.brier == pytest.approx(0.04)
    assert found.constant == pytest.approx(0.25)
    assert found.skill.value == pytest.approx(0.84)


def test_skill_of_a_constant_is_nothing() -> None:
    y = np.array([True, False, False, False])
    found = reliability(np.full(4, 0.25), y, ["a", "b", "c", "d"], seed=0)
    assert found is not None
    assert found.skill.value == pytest.approx(0)


def test_where_none_was_right_there_is_no_skill() -> None:
    found = reliability(np.array([0.5]), np.array([False]), ["a"], seed=0)
    assert found is not None
    assert isnan(found.skill.value)


def test_no_case_no_reliability() -> None:
    assert reliability(np.empty(0), np.empty(0, dtype=bool), [], seed=0) is None


def test_the_diagram_has_its_cases_in_order() -> None:
    p = np.linspace(0, 1, 31)
    found = reliability(p, p > 0.5, [str(i) for i in range(31)], seed=0)
    assert found is not None
    assert [b.cases for b in found.bins] == [3] + [2] * 14
    assert sum(b.cases for b in found.bins) == 31
    assert [b.stated for b in found.bins] == sorted(b.stated for b in found.bins)
    assert all(b.low <= b.right <= b.high for b in found.bins)


def test_wilson_of_a_worked_example() -> None:
    """8 of 10: centre (.8 + z2/20) / (1 + z2/10), with z2 = 3.8415."""
    z2 = 1.959964**2
    low, high = wilson(8, 10)
    assert (low + high) / 2 == pytest.approx((0.8 + z2 / 20) / (1 + z2 / 10))
    assert (low, high) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert wilson(0, 5)[0] == 0
    assert wilson(5, 5)[1] == 1


def test_auroc_of_a_worked_example() -> None:
    """Positives .9 and .4, others .5 and .4: of four pairs 2 won, 1 lost, 1 tied."""
    scores = np.array([0.9, 0.4, 0.5, 0.4])
    positive = np.array([True, True, False, False])
    assert auroc(scores, positive) == pytest.approx(2.5 / 4)


def test_auroc_needs_both() -> None:
    assert isnan(auroc(np.array([0.1, 0.2]), np.array([True, True])))
    assert isnan(separation(np.array([0.1]), np.array([True]), ["a"], seed=0).value)


def test_weights_count_like_copies() -> None:
    scores, positive = np.array([0.3, 0.7, 0.5]), np.array([True, True, False])
    copied = [0, 0, 0, 1, 2, 2]
    assert auroc(scores, positive, np.array([3.0, 1.0, 2.0])) == pytest.approx(
        auroc(scores[copied], positive[copied])
    )


@settings(max_examples=100, deadline=None)
@given(given_=stated)
def test_bounds(given_: tuple[Array, Array]) -> None:
    p, y = given_
    found = reliability(p, y, [str(i % 5) for i in range(len(p))], seed=0)
    assert found is not None
    assert 0 <= found.error <= 1
    assert 0 <= found.error_if_perfect <= 0.55  # at most half, but for the draws
    assert found.brier >= 0
    # Jensen: the gap of a bin is never above the root of its mean squared error.
    assert found.error <= sqrt(found.brier) + 1e-9
    # Finer bins never show less error than one bin, which sees the means alone.
    assert found.error >= abs(found.right - found.stated) - 1e-9
    assert sum(b.cases for b in found.bins) == len(p)


@settings(max_examples=100, deadline=None)
@given(given_=stated)
def test_auroc_counts_pairs(given_: tuple[Array, Array]) -> None:
    p, y = given_
    found = auroc(p, y)
    if y.all() or not y.any():
        assert isnan(found)
        return
    pairs = [(a > b) + (a == b) / 2 for a in p[y] for b in p[~y]]
    assert found == pytest.approx(sum(pairs) / len(pairs))
    assert auroc(p, ~y) == pytest.approx(1 - found)
