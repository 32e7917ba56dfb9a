"""From scores to shares, on the toy release."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.case import Case
from domain.findings import State
from reasoning.calibration import FEATURES, NONE, Calibration, features
from reasoning.knowledge import Knowledge
from reasoning.ranking import LeaveOut, Ranker
from reasoning.scorer import Sign
from reasoning.view import View
from tests.reasoning.conftest import number
from tests.reasoning.some_cases import TERMS, case, cases, said

FITTED = Calibration(scale=0.8, outside=(-4.4, -0.9, 0.3))
values = st.floats(-800, 800)


@pytest.fixture(scope="module")
def view(ranker: Ranker) -> View:
    return ranker.rank(case()).view


def sign(knowledge: Knowledge, term: str, ratio: float = inf) -> Sign:
    at = number(knowledge, term)
    return Sign(at, knowledge.terms.ref(at), ratio)


@given(
    scores=st.lists(values, max_size=20),
    outside=values,
    scale=st.floats(0.1, 2),
)
def test_shares_sum_to_one_and_keep_the_order(
    scores: list[float], outside: float, scale: float
) -> None:
    s = np.array(scores)
    shares, rest = Calibration(scale=scale).posterior(s, outside)
    assert float(shares.sum()) + rest == pytest.approx(1, abs=1e-12)
    assert np.all(shares >= 0)
    assert np.all(np.diff(shares[np.argsort(s)]) >= 0)


def test_shares_are_the_formula() -> None:
    s = np.array([1.0, -0.5])
    shares, rest = Calibration(scale=0.5).posterior(s, 0.25)
    weights = np.exp([0.5, -0.25, 0.25])
    assert [*shares, rest] == pytest.approx(weights / weights.sum())


@settings(max_examples=40, deadline=None)
@given(given_case=cases)
def test_order_and_scores_are_those_without_calibration(
    ranker: Ranker, knowledge: Knowledge, given_case: Case
) -> None:
    other = Ranker(
        knowledge, ranker.scorer, {}, circumstances=ranker.circumstances, calibration=FITTED
    )
    plain, calibrated = ranker.rank(given_case), other.rank(given_case)
    assert np.array_equal(plain.order, calibrated.order)
    assert np.array_equal(plain.scores, calibrated.scores)
    assert float(calibrated.posterior.sum()) + calibrated.outside == pytest.approx(1, abs=1e-9)


def test_outside_depends_on_findings_alone(ranker: Ranker) -> None:
    """Not on rows, age or prior: so never on a disease."""
    patient = case(said("HP:0001251"), said("HP:0002650", State.ABSENT))
    plain = ranker.rank(patient)
    expected = FITTED.outside_score(plain.view, plain.signs)
    for other in (
        ranker.rank(patient, LeaveOut(references=frozenset({"PMID:1", "PMID:6"}))),
        ranker.rank(replace(patient, age=3.0)),
    ):
        assert FITTED.outside_score(other.view, other.signs) == expected


def test_features_are_the_worked_numbers(view: View, knowledge: Knowledge) -> None:
    signs = [sign(knowledge, "HP:0001251"), sign(knowledge, "HP:0002650")]
    information = sum(float(view.background.information[s.term]) for s in signs)
    found = features(view, signs)
    assert len(found) == FEATURES
    assert found == pytest.approx([1.0, np.log(3), information / 10])
    assert FITTED.outside_score(view, signs) == pytest.approx(
        -4.4 - 0.9 * np.log(3) + 0.3 * information / 10
    )
    assert NONE.outside_score(view, signs) == NONE.outside_score(view, ())


@pytest.mark.parametrize("ratio", [0.0, 0.4, 1.0])
def test_what_is_not_evidence_for_a_finding_changes_nothing(
    view: View, knowledge: Knowledge, ratio: float
) -> None:
    before = [sign(knowledge, "HP:0001251")]
    after = [*before, sign(knowledge, "HP:0002650", ratio)]
    assert np.array_equal(features(view, before), features(view, after))


@pytest.mark.parametrize("term", TERMS)
def test_evidence_counts_from_nothing_to_a_plain_presence(
    view: View, knowledge: Knowledge, term: str
) -> None:
    found = [features(view, [sign(knowledge, term, r)]) for r in (1.0, 1 + 1e-9, 2.0, 1e12, inf)]
    assert found[0] == pytest.approx(found[1], abs=1e-8)
    assert found[3] == pytest.approx(found[4], abs=1e-8)
    assert found[0][1] < found[2][1] < found[4][1]


def test_evidence_at_its_base_rate_changes_no_share(ranker: Ranker, knowledge: Knowledge) -> None:
    other = Ranker(knowledge, ranker.scorer, {}, calibration=FITTED)
    plain = case(said("HP:0001251"))
    told = replace(said("HP:0002650", State.UNCERTAIN), probability=0.3, base_rate=0.3)
    before, after = other.rank(plain), other.rank(case(*plain.observations, told))
    assert len(after.signs) == 2
    assert after.posterior == pytest.approx(before.posterior, abs=1e-12)
    assert after.outside == pytest.approx(before.outside, abs=1e-12)
