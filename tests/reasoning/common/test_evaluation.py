"""Measures of the ranking of common disease, on made figures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from domain.figures import Against, Figure, Kind, Measure, Review, Setting
from reasoning.common.evaluation import (
    Unrelated,
    best_constant,
    place,
    published,
    ratios,
    reproduced,
)
from tests.reasoning.common.made import (
    CHEST_PAIN,
    COUGH,
    FEVER,
    PAIN,
    SHARP_PAIN,
    SMOKING,
    case,
    figure,
    number,
    ranker,
)

HERE = Setting.EMERGENCY
#: Half of those with the disease cough (two papers' worth), and one in ten of the others.
SHARE = figure(COUGH, 0.5, reference="PMID:1", total=100)
WITHOUT = figure(COUGH, 0.9, measure=Measure.SPECIFICITY, reference="PMID:2")
POSITIVE = figure(COUGH, 6.0, measure=Measure.LR_POSITIVE, reference="PMID:3")
NEGATIVE = figure(COUGH, 0.2, measure=Measure.LR_NEGATIVE, reference="PMID:3", absent=True)
#: As far as 100 patients vouch for the half.
DRAWN = (0.5 * 100 + 0.1 * 1) / 101


def test_a_ratio_is_the_share_over_the_rate_of_the_others() -> None:
    one, other = published(ranker(SHARE, WITHOUT, POSITIVE, NEGATIVE), HERE)
    assert (one.figure, other.figure) == (POSITIVE, NEGATIVE)
    assert one.modelled == pytest.approx(DRAWN / 0.1)
    assert other.modelled == pytest.approx((1 - DRAWN) / 0.9)
    assert (one.printed, other.printed) == (6.0, 0.2)
    assert one.rate_figures == (WITHOUT,)


def test_the_paper_itself_is_withheld() -> None:
    own = figure(COUGH, 0.9, reference="PMID:3")
    (one,) = published(ranker(SHARE, WITHOUT, POSITIVE, own), HERE)
    assert one.share == pytest.approx(DRAWN)
    assert published(ranker(WITHOUT, POSITIVE, own), HERE) == []


def test_a_rate_of_the_same_paper_is_withheld_too() -> None:
    own = figure(COUGH, 0.9, measure=Measure.SPECIFICITY, reference="PMID:3")
    (one,) = published(ranker(SHARE, POSITIVE, own), HERE)
    assert one.rate_figures == ()
    # One disease that weighs 1 and a remainder of .2 with the assumed rate.
    assert one.rate == pytest.approx((0.5 + 0.2 * 0.08) / 1.2)


def test_a_ratio_of_another_paper_is_no_share() -> None:
    other = figure(COUGH, 4.0, measure=Measure.LR_POSITIVE, reference="PMID:4")
    assert published(ranker(WITHOUT, POSITIVE, other), HERE) == []


@pytest.mark.parametrize(
    "other",
    [
        replace(POSITIVE, against=Against.HEALTHY),
        replace(POSITIVE, against=Against.OTHER),
        replace(POSITIVE, review=Review.COLLECTED),
        replace(POSITIVE, value=None),
        replace(POSITIVE, measure=Measure.ODDS_RATIO),
    ],
)
def test_what_is_no_ratio_to_compare_with(other: Figure) -> None:
    assert ratios(ranker(SHARE, POSITIVE)) == [POSITIVE]
    assert ratios(ranker(SHARE, other)) == []


def test_progress_counts_every_ratio() -> None:
    told: list[int] = []
    other = figure(FEVER, 2.0, measure=Measure.LR_POSITIVE, reference="PMID:9")
    published(ranker(SHARE, WITHOUT, POSITIVE, NEGATIVE, other), HERE, told.append)
    assert told == [2, 3]


def test_within_a_factor_of_two_either_way() -> None:
    printed = np.array([1.0, 2.0, 4.0, 8.0, 8.1, 0.0])
    assert reproduced(printed, 4.0).tolist() == [False, True, True, True, False, False]
    assert reproduced(np.array([3.0, 3.0]), np.array([6.0, 1.4])).tolist() == [True, False]


def test_the_best_constant_meets_most() -> None:
    printed = np.array([0.1, 3.0, 5.0, 11.0, 12.0, 40.0])
    constant = best_constant(printed)
    assert int(reproduced(printed, constant).sum()) == 4
    assert constant == pytest.approx(6.0)
    others = np.geomspace(0.01, 100, 2001)
    assert max(int(reproduced(printed, c).sum()) for c in others) <= 4
    assert best_constant(np.array([])) == 1.0


def test_the_place_of_the_first_of_several_diseases() -> None:
    made = ranker(
        figure(COUGH, 0.9, disease="DX:a"),
        figure(COUGH, 0.02, disease="DX:b"),
        figure(FEVER, 0.5, disease="DX:c"),
    )
    ranking = made.rank(case(COUGH))
    assert place(ranking, {0}) == 1
    assert place(ranking, {1}) == 3
    assert place(ranking, {1, 2}) == 2
    assert place(ranking, set()) is None
    assert place(made.rank(case()), {0}) is None


def test_an_unrelated_finding_is_none_of_the_first_ten() -> None:
    first = [figure(CHEST_PAIN, 0.9, disease=f"DX:a{n}") for n in range(10)]
    last = [figure(t, 0.5, disease="DX:z") for t in (SHARP_PAIN, PAIN, COUGH, FEVER)]
    risk = figure(SMOKING, 0.5, disease="DX:z", kind=Kind.RISK)
    made = ranker(*first, *last, risk)
    ranking = made.rank(case(CHEST_PAIN, absent=(FEVER,)))
    unrelated = Unrelated(made)
    drawn = {unrelated.draw(ranking, np.random.default_rng(n)) for n in range(30)}
    # Sharp pain lies below what the first show and pain above, fever was asked for, smoking a risk.
    assert drawn == {number(COUGH)}
    more = unrelated.added(ranking.case, number(COUGH))
    assert [o.concept for o in more.observations] == [CHEST_PAIN, FEVER, COUGH]
    assert place(made.rank(more), {0}) is not None


def test_where_all_is_related_nothing_is_drawn() -> None:
    made = ranker(figure(COUGH, 0.5))
    assert Unrelated(made).draw(made.rank(case(COUGH)), np.random.default_rng(0)) is None
