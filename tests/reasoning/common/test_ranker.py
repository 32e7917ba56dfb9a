"""The order of common diseases, and the answer that is made of it."""

from __future__ import annotations

from dataclasses import replace
from math import fsum
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.assertions import Sex
from domain.differential import Differential
from domain.figures import Measure, Setting
from domain.findings import Observation, State
from domain.identifiers import Curie
from reasoning.common import answer
from reasoning.common.ranker import DIASTOLIC, HYPOTENSION, SYSTOLIC, CommonRanker
from reasoning.ways import Ways
from tests.reasoning.common.made import (
    CHEST_PAIN,
    COUGH,
    FEVER,
    MALE,
    OF_THREE,
    PAIN,
    ROOT,
    SHARP_PAIN,
    case,
    figure,
    ranker,
    terms,
)

FINDINGS = (PAIN, CHEST_PAIN, SHARP_PAIN, COUGH, FEVER)


def differential(made: CommonRanker, *present: str, **given: Any) -> Differential:
    return answer.differential(made, made.rank(case(*present, **given)), 10, {}, Ways(terms(), {}))


@settings(max_examples=40)
@given(
    present=st.lists(st.sampled_from(FINDINGS), unique=True),
    absent=st.lists(st.sampled_from(FINDINGS), unique=True),
)
def test_the_order_of_findings_does_not_matter(present: list[str], absent: list[str]) -> None:
    made = ranker(*OF_THREE)
    denied = tuple(a for a in absent if a not in present)
    one, other = (
        made.rank(case(*present, absent=denied, reverse=turned)) for turned in (False, True)
    )
    assert np.allclose(one.scores, other.scores)
    assert list(one.order) == list(other.order)


def test_the_disease_that_shows_the_finding_more_often_comes_first() -> None:
    made = ranker(*OF_THREE)
    assert made.rank(case(COUGH)).rank_of("DX:a") == 1
    assert made.rank(case(FEVER)).rank_of("DX:b") == 1
    assert made.rank(case(FEVER)).rank_of("DX:nothing") is None


@pytest.mark.parametrize(
    ("p", "counted"), [(0.9, {PAIN, SHARP_PAIN}), (0.02, {PAIN})], ids=["likely", "unlikely"]
)
def test_what_is_only_likely_takes_no_plain_statements_place(p: float, counted: set[str]) -> None:
    """A report says opacity, the reader thinks consolidation likely: the opacity stands."""
    likely = Observation(
        label="film", concept=Curie(SHARP_PAIN), state=State.PRESENT, probability=p, base_rate=0.1
    )
    plain = case(PAIN)
    both = replace(plain, observations=(*plain.observations, likely))
    made = ranker(*OF_THREE)
    assert {str(h.ref.id) for h in made.rank(both).counted} >= counted
    if p > 0.1:
        assert (made.rank(both).scores >= made.rank(plain).scores - 1e-9).all()


@pytest.mark.parametrize(
    ("given", "counted"),
    [
        ({"present": (PAIN, CHEST_PAIN, SHARP_PAIN)}, SHARP_PAIN),
        ({"present": (), "absent": (PAIN, CHEST_PAIN, SHARP_PAIN)}, PAIN),
    ],
    ids=["presence goes up", "absence goes down"],
)
def test_of_findings_that_imply_one_another_one_counts(given: dict[str, Any], counted: str) -> None:
    present, absent = given["present"], given.get("absent", ())
    found = ranker(*OF_THREE).rank(case(*present, absent=absent))
    for contributions in found.contributions:
        assert [str(c.finding.id) for c in contributions if c.finding] == [counted]


def test_a_low_systolic_pressure_is_the_hypotension_of_the_figures() -> None:
    made = ranker(figure(HYPOTENSION, 0.9), figure(COUGH, 0.9, disease="DX:b"))
    said, measured, both = (
        made.rank(case(*found)) for found in ((HYPOTENSION,), (SYSTOLIC,), (DIASTOLIC, SYSTOLIC))
    )
    assert np.allclose(said.scores, measured.scores)
    assert np.allclose(said.scores, both.scores)
    assert [(u.finding.concept, u.used, u.why_not) for u in both.uses if not u.used] == [
        (DIASTOLIC, False, f"implied by Finding {SYSTOLIC}")
    ]
    assert made.rank(case(DIASTOLIC)).score_of("DX:a") < measured.score_of("DX:a")


def test_a_complaint_that_made_the_prior_has_no_weight_of_its_own() -> None:
    shares = [
        figure(COUGH, 0.3 - 0.05 * i, disease=f"DX:{n}", measure=Measure.SHARE)
        for i, n in enumerate("abcde")
    ]
    d = differential(ranker(*OF_THREE, *shares), COUGH, FEVER)
    assert d.prior.kind == "complaint"
    assert d.prior.figures == 5
    assert "assumed" in d.prior.statement
    assert COUGH not in {ref.id for ref in d.unexplained}
    for r in d.ranked:
        assert [str(c.finding.id) for c in r.hypothesis.contributions if c.finding] == [FEVER]
        assert r.hypothesis.prior_figure in shares
        assert r.hypothesis.prior_reason


def test_without_a_complaint_the_answer_says_that_all_begin_alike() -> None:
    d = differential(ranker(*OF_THREE), FEVER)
    assert d.prior.kind == "uniform"
    assert "alike" in d.prior.statement
    assert {r.hypothesis.prior_figure for r in d.ranked} == {None}


def test_a_score_is_the_prior_and_its_reasons_and_posteriors_are_shares() -> None:
    d = differential(ranker(*OF_THREE), COUGH, absent=(FEVER,))
    shares = [*(r.posterior for r in d.ranked), d.outside_knowledge_base]
    assert fsum(shares) == pytest.approx(1)
    assert d.outside_knowledge_base > 0
    assert not d.calibration.calibrated
    scores = [r.hypothesis.score for r in d.ranked]
    assert scores == sorted(scores, reverse=True)


def test_age_and_sex_act_where_a_reference_prints_them() -> None:
    made = ranker(
        *OF_THREE,
        figure(MALE, 0.9),
        figure(ROOT, 70.0, measure=Measure.MEAN_AGE, disease="DX:b"),
    )
    old_man = differential(made, COUGH, age=72, sex=Sex.MALE)
    young_woman = differential(made, COUGH, age=20, sex=Sex.FEMALE)

    def of(d: Differential, disease: str, name: str) -> list[float]:
        (found,) = (r.hypothesis for r in d.ranked if r.hypothesis.disease == disease)
        return [c.log_likelihood_ratio for c in found.contributions if c.name == name]

    (male,), (female,) = of(old_man, "DX:a", "sex"), of(young_woman, "DX:a", "sex")
    assert male > 0 > female
    (old,), (young,) = of(old_man, "DX:b", "age"), of(young_woman, "DX:b", "age")
    assert old > 0 > young
    assert not of(old_man, "DX:b", "sex")
    assert not of(old_man, "DX:a", "age")


def serious(disease: str) -> tuple[Any, Any]:
    return (
        figure(ROOT, None, disease=disease, measure=Measure.MUST_NOT_MISS, total=None),
        figure(SHARP_PAIN, None, disease=disease, measure=Measure.SETTLES, total=None),
    )


def test_what_must_not_be_missed_is_always_listed_and_unassessed_is_said() -> None:
    made = ranker(*OF_THREE, *serious("DX:a"), *serious("DX:c"))
    d = answer.differential(made, made.rank(case(COUGH)), 1, {}, Ways(terms(), {}))
    assert len(d.ranked) == 1
    first, last = d.must_not_miss.diseases
    assert d.must_not_miss.status == "assessed"
    assert (first.disease.id, first.rank, first.assessed) == ("DX:a", 1, True)
    assert [c.log_likelihood_ratio > 0 for c in first.speaks_for] == [True]
    assert (last.disease.id, last.assessed) == ("DX:c", False)
    assert [r.id for r in last.settled_by] == [SHARP_PAIN]


def test_age_alone_is_no_look_at_the_patient() -> None:
    made = ranker(
        *OF_THREE, *serious("DX:c"),
        figure(ROOT, 70.0, measure=Measure.MEAN_AGE, disease="DX:c"),
    )  # fmt: skip
    (found,) = differential(made, FEVER, age=71).must_not_miss.diseases
    assert found.speaks_for
    assert not found.assessed


def test_no_source_of_what_must_not_be_missed_is_no_safety() -> None:
    d = differential(ranker(*OF_THREE), COUGH)
    assert d.must_not_miss.status == "not_assessed"
    assert not d.must_not_miss.diseases


def test_scope_and_setting_are_said() -> None:
    made = ranker(*OF_THREE)
    for setting in (Setting.PRIMARY, Setting.EMERGENCY, Setting.WARD):
        d = answer.differential(made, made.rank(case(COUGH), setting), 3, {}, Ways(terms(), {}))
        assert (d.scope.asked, d.scope.setting) == ("common", setting)
        assert setting in d.scope.statement


def test_nothing_heard_ranks_nothing() -> None:
    assert not differential(ranker(*OF_THREE)).ranked


def test_a_disease_of_no_printed_finding_is_not_arguable() -> None:
    share = figure(COUGH, 0.3, disease="DX:rest", measure=Measure.SHARE)
    whole = ranker(*OF_THREE, share).curated
    kept = whole.arguable()

    assert "DX:rest" in whole.numbers
    assert "DX:rest" not in kept.numbers
    assert len(kept.diseases) == len(whole.diseases) - 1
