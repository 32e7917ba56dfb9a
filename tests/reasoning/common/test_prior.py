"""What stands before the findings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from domain.figures import Figure, Measure, Setting
from domain.findings import Joint
from reasoning.common.prior import LEAST_CAUSES, causes, prior_of
from tests.reasoning.common.made import (
    CHEST_PAIN,
    COUGH,
    FEVER,
    SHARP_PAIN,
    figure,
    heard,
    number,
    table,
)


def share_of(disease: int, value: float, **given: object) -> Figure:
    return figure(COUGH, value, disease=f"DX:{disease}", measure=Measure.SHARE, **given)


SHARES = [share_of(i, v) for i, v in enumerate((0.4, 0.2, 0.1, 0.05, 0.02))]
UNCOUNTED = figure(FEVER, 0.5, disease="DX:9")


def test_without_a_counted_complaint_all_begin_alike() -> None:
    for found in (
        prior_of(table(*SHARES, UNCOUNTED), [heard(FEVER)]),
        prior_of(table(*SHARES, UNCOUNTED), [heard(COUGH, 0.0)]),
        prior_of(table(*SHARES[: LEAST_CAUSES - 1], UNCOUNTED), [heard(COUGH)]),
    ):
        assert found.complaint is None
        assert not found.scores.any()
        assert not found.figures


def test_what_a_reader_thinks_likely_is_no_complaint() -> None:
    """As one it would move diseases past the cap of its film."""
    likely = heard(COUGH, 5.0)
    film = replace(likely, joint=Joint(group="films", cap=1.0))
    assert prior_of(table(*SHARES, UNCOUNTED), [likely]).complaint == number(COUGH)
    assert prior_of(table(*SHARES, UNCOUNTED), [film]).complaint is None


def test_a_complaint_orders_by_its_printed_causes_and_says_so() -> None:
    found = prior_of(table(*SHARES, UNCOUNTED), [heard(FEVER), heard(COUGH)])
    assert found.complaint == number(COUGH)
    assert list(np.argsort(-found.scores[:5])) == [0, 1, 2, 3, 4]
    assert found.figures == dict(enumerate(SHARES))
    (note,) = found.notes
    assert "assumed" in note.message


def test_who_was_not_counted_begins_with_no_more_than_the_usual_cause() -> None:
    found = prior_of(table(*SHARES, UNCOUNTED), [heard(COUGH)])
    assert found.scores[5] <= found.scores[2]
    crowd = [figure(FEVER, 0.5, disease=f"DX:z{i}") for i in range(50)]
    many = prior_of(table(*SHARES, *crowd), [heard(COUGH)])
    assert many.scores[-1] < many.scores[4]


def test_who_shows_the_complaint_more_often_begins_with_more_of_what_is_left() -> None:
    often, seldom = figure(COUGH, 0.9, disease="DX:7"), figure(COUGH, 0.1, disease="DX:8")
    crowd = [figure(FEVER, 0.5, disease=f"DX:z{i}") for i in range(50)]
    found = prior_of(table(*SHARES, often, seldom, *crowd), [heard(COUGH)])
    assert found.scores[5] > found.scores[6] > found.scores[7]
    assert found.weights.max() == found.weights[0]


def test_the_chief_complaint_comes_first() -> None:
    fever = [
        figure(FEVER, 0.1 * (i + 1), disease=f"DX:{i}", measure=Measure.SHARE) for i in range(5)
    ]
    made = table(*SHARES, *fever)
    assert prior_of(made, [heard(COUGH), heard(FEVER)]).complaint == number(COUGH)
    chief = prior_of(made, [heard(COUGH), heard(FEVER, chief=True)])
    assert chief.complaint == number(FEVER)


@pytest.mark.parametrize("setting", [Setting.EMERGENCY, Setting.PRIMARY])
def test_a_share_is_that_of_the_nearest_setting(setting: Setting) -> None:
    both = [share_of(0, 0.3, setting=s) for s in (Setting.EMERGENCY, Setting.PRIMARY)]
    found = causes(table(*both, setting=setting), number(COUGH))
    assert found[0].setting is setting


def test_a_share_is_never_a_frequency() -> None:
    assert table(*SHARES).cell(0, number(COUGH)) is None


def test_a_kind_of_a_complaint_begins_with_the_complaints_causes() -> None:
    shares = [
        figure(CHEST_PAIN, 0.3 - 0.05 * i, disease=f"DX:{n}", measure=Measure.SHARE)
        for i, n in enumerate("abcde")
    ]
    own = figure(SHARP_PAIN, 0.2, disease="DX:a", measure=Measure.SHARE)
    found = prior_of(table(*shares, own), [heard(SHARP_PAIN)])

    assert found.complaint == number(CHEST_PAIN)
    assert len(found.figures) == 5
