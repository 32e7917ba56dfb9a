"""How often a disease shows a finding, by all figures that say so."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.figures import Against, Class, Figure, Kind, Measure, Review, Setting
from reasoning.common.estimates import (
    WORD_PATIENTS,
    WORDS,
    rates_without,
    ratios_alone,
    risks,
    shares,
)
from tests.reasoning.common.made import COUGH, FEVER, figure

EMERGENCY = Setting.EMERGENCY


def one(*figures: Figure, setting: Setting = EMERGENCY) -> tuple[float, float]:
    """The share of a cough and what it is worth in patients."""
    found = shares(figures, setting)[COUGH]
    return found.share, found.patients


def test_figures_of_one_population_pool_by_their_patients() -> None:
    few, many = figure(value=0.2, total=20), figure(value=0.5, total=40, reference="PMID:2")
    share, patients = one(few, many)
    assert share == pytest.approx((0.2 * 20 + 0.5 * 40) / 60)
    assert patients == 60


@pytest.mark.parametrize(
    "other",
    [{"population": "others"}, {"threshold": "> 3 weeks"}, {"kind": Kind.FILM}],
    ids=["population", "threshold", "modality"],
)
def test_others_do_not_pool(other: dict[str, Any]) -> None:
    share, patients = one(figure(value=0.2, total=60), figure(value=0.8, total=20, **other))
    assert share == 0.2
    assert patients <= 60


def test_history_and_signs_are_one_modality() -> None:
    share, _ = one(figure(value=0.2), figure(value=0.4, kind=Kind.SIGN))
    assert share == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("setting", "leads"),
    [(Setting.EMERGENCY, 0.1), (Setting.PRIMARY, 0.6), (Setting.WARD, 0.3)],
)
def test_the_nearest_setting_leads(setting: Setting, leads: float) -> None:
    stated = [
        figure(value=v, setting=s, population=s, total=t)
        for s, v, t in ((EMERGENCY, 0.1, 20), (Setting.PRIMARY, 0.6, 20), (Setting.WARD, 0.3, 190))
    ]
    found = shares(stated, setting)[COUGH]
    assert found.share == leads
    assert found.figures[0].setting is setting
    assert set(found.figures) == set(stated)


def test_populations_that_disagree_make_a_share_worth_fewer_patients() -> None:
    lead = figure(value=0.5, total=150)
    _, near = one(lead, figure(value=0.52, population="others", total=20))
    _, far = one(lead, figure(value=0.95, population="others", total=20))
    assert far < near == 150


@pytest.mark.parametrize("word", list(Class))
def test_a_word_stands_for_a_share_of_few_patients_and_yields_to_a_number(word: Class) -> None:
    said = figure(value=None, measure=Measure.CLASS, word=word, total=None)
    assert one(said) == (WORDS[word], WORD_PATIENTS)
    assert one(said, figure(value=0.4, setting=Setting.CHILDREN, population="o"))[0] == 0.4


def test_an_absence_is_the_rest() -> None:
    assert one(figure(value=0.3, absent=True))[0] == pytest.approx(0.7)


def test_what_was_not_opened_weighs_nothing() -> None:
    assert not shares([figure(review=Review.COLLECTED)], EMERGENCY)
    assert not list(rates_without([figure(measure=Measure.SPECIFICITY, review=Review.COLLECTED)]))


@pytest.mark.parametrize(
    "other",
    [m for m in Measure if m not in (Measure.FREQUENCY, Measure.SENSITIVITY, Measure.CLASS)],
)
def test_no_other_measure_serves_as_a_frequency(other: Measure) -> None:
    assert not shares([figure(measure=other)], EMERGENCY)


def test_who_has_a_risk_says_nothing_without_the_others() -> None:
    assert not shares([figure(kind=Kind.RISK)], EMERGENCY)


@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95))
def test_both_ratios_of_a_paper_give_back_what_they_were_made_of(sens: float, spec: float) -> None:
    plus, minus = sens / (1 - spec), (1 - sens) / spec
    pair = [
        figure(value=plus, measure=Measure.LR_POSITIVE),
        figure(value=minus, measure=Measure.LR_NEGATIVE, absent=True),
    ]
    found = shares(pair, EMERGENCY)
    if plus > 1.001 and minus < 0.999:
        assert found[COUGH].share == pytest.approx(sens, abs=1e-6)
        ((_, rate, _),) = rates_without(pair)
        assert rate == pytest.approx(1 - spec, abs=1e-6)
    elif plus < 1:
        assert not found


def test_ratios_of_two_papers_or_beside_a_printed_share_are_no_pair() -> None:
    plus = figure(value=4.0, measure=Measure.LR_POSITIVE)
    minus = figure(value=0.5, measure=Measure.LR_NEGATIVE, absent=True)
    assert shares([plus, minus], EMERGENCY)
    other = figure(value=0.5, measure=Measure.LR_NEGATIVE, absent=True, reference="PMID:2")
    assert not shares([plus, other], EMERGENCY)
    assert one(plus, minus, figure(value=0.9))[0] == 0.9


def test_a_ratio_alone_claims_least_and_only_where_no_share_is_known() -> None:
    strong, weak = (figure(value=v, measure=Measure.LR_POSITIVE) for v in (9.0, 2.0))
    healthy = figure(value=1.5, measure=Measure.LR_POSITIVE, against=Against.HEALTHY)
    assert ratios_alone([strong, weak, healthy], ()) == {COUGH: weak}
    assert not ratios_alone([strong, weak], {COUGH})


def test_a_risk_is_the_ratio_nearest_to_one_and_never_against_another_disease() -> None:
    some = [
        figure(FEVER, v, measure=m, against=a)
        for v, m, a in (
            (6.0, Measure.ODDS_RATIO, Against.WITHOUT),
            (0.5, Measure.RISK_RATIO, Against.HEALTHY),
            (1.1, Measure.ODDS_RATIO, Against.OTHER),
        )
    ]
    assert risks(some) == {FEVER: some[1]}


def test_a_specificity_counts_against_patients_without_the_disease_only() -> None:
    stated = [
        figure(value=0.9, measure=Measure.SPECIFICITY, against=against) for against in Against
    ]
    ((found, rate, _),) = rates_without(stated)
    assert found.against is Against.WITHOUT
    assert rate == pytest.approx(0.1)
