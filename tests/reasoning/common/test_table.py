"""Shares by term, and the background that they are measured against."""

from __future__ import annotations

import numpy as np
import pytest

from domain.figures import Measure
from reasoning.common.background import LEAST, MOST
from reasoning.common.parameters import Parameters
from tests.reasoning.common.made import (
    CHEST_PAIN,
    COUGH,
    FEVER,
    PAIN,
    SHARP_PAIN,
    even,
    figure,
    number,
    table,
)


def test_a_term_is_shown_by_what_lies_below_it() -> None:
    made = table(figure(SHARP_PAIN, 0.6), figure(CHEST_PAIN, 0.2))
    above = made.cell(0, number(PAIN))
    assert above is not None
    assert (above.share, above.term) == (0.6, number(SHARP_PAIN))


def test_what_is_printed_of_a_term_stands_above_less_below_it() -> None:
    made = table(figure(SHARP_PAIN, 0.2), figure(CHEST_PAIN, 0.6))
    own = made.cell(0, number(CHEST_PAIN))
    assert own is not None
    assert own.term == number(CHEST_PAIN)
    below = made.cell(0, number(SHARP_PAIN))
    assert below is not None
    assert below.share == 0.2


def test_nothing_is_shown_by_what_lies_above_it() -> None:
    made = table(figure(PAIN, 0.6), figure(CHEST_PAIN, 0.4))
    assert made.cell(0, number(SHARP_PAIN)) is None
    nearest = made.nearest_above(0, number(SHARP_PAIN))
    assert nearest is not None
    assert nearest.term == number(CHEST_PAIN)
    assert made.nearest_above(0, number(COUGH)) is None


def test_others_are_not_assumed_to_show_more_than_part_of_what_a_disease_does() -> None:
    p = Parameters(assumed_rate=0.08, rarer=0.3)
    rare, common = table(figure(FEVER, 0.05), parameters=p), table(figure(FEVER, 0.9), parameters=p)
    weights = np.array([1.0])
    assert rare.rate(number(FEVER), weights).remainder == pytest.approx(0.3 * 0.05)
    assert common.rate(number(FEVER), weights).remainder == pytest.approx(0.08)


def test_the_background_is_the_mixture_of_those_with_a_figure_and_of_the_rest() -> None:
    """Two of three candidates have a figure; the third and those of none take what is assumed."""
    p = Parameters(assumed_rate=0.1, outside=0.5)
    made = table(
        figure(COUGH, 0.8),
        figure(COUGH, 0.2, disease="DX:b"),
        figure(FEVER, 0.5, disease="DX:c"),
        parameters=p,
    )
    found = made.rate(number(COUGH), np.array([2.0, 1.0, 1.0]))
    shown, rest = 2 * 0.8 + 1 * 0.2, 4 * 1.5 - 3
    assert found.share == pytest.approx((shown + rest * 0.1) / (3 + rest))
    assert (found.remainder, found.diseases, found.figures) == (0.1, 2, ())


def test_the_rest_takes_the_median_of_what_is_printed_of_patients_without_a_disease() -> None:
    rates = [
        figure(COUGH, 1 - rate, measure=Measure.SPECIFICITY, disease=f"DX:{i}")
        for i, rate in enumerate((0.1, 0.15, 0.7))
    ]
    found = (made := table(*rates)).rate(number(COUGH), even(made))
    assert found.remainder == pytest.approx(0.15)
    assert set(found.figures) == set(rates)


def test_a_weightier_candidate_draws_the_background() -> None:
    made = table(figure(COUGH, 0.9), figure(COUGH, 0.1, disease="DX:b"))
    first, second = (made.rate(number(COUGH), np.array(w)) for w in ([3.0, 1.0], [1.0, 3.0]))
    assert first.share > second.share


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_no_share_is_taken_for_none_or_for_all(value: float) -> None:
    made = table(figure(COUGH, value, total=200))
    cell = made.cell(0, number(COUGH))
    assert cell is not None
    assert LEAST <= made.drawn(cell, 0.5) <= MOST


def test_few_patients_are_drawn_further_to_the_background() -> None:
    few, many = (table(figure(COUGH, 0.9, total=n)).cell(0, number(COUGH)) for n in (2, 200))
    assert few is not None
    assert many is not None
    made = table(figure(COUGH))
    assert 0.1 < made.drawn(few, 0.1) < made.drawn(many, 0.1) < 0.9


def test_a_ratio_alone_is_taken_times_the_rate_of_those_it_was_compared_with() -> None:
    lone = figure(COUGH, 3.0, measure=Measure.LR_POSITIVE)
    cell = table(lone, parameters=Parameters(assumed_rate=0.1)).cell(0, number(COUGH))
    assert cell is not None
    assert cell.share == pytest.approx(0.3)
    printed = figure(COUGH, 0.8, measure=Measure.SPECIFICITY, disease="DX:b")
    cell = table(lone, printed, parameters=Parameters(suspected=0.2)).cell(0, number(COUGH))
    assert cell is not None
    assert cell.share == pytest.approx(0.6)
    assert cell.estimate.figures == (lone,)
