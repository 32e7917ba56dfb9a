"""The answer in scope `all`."""

from __future__ import annotations

from dataclasses import replace
from math import fsum

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.case import Case
from domain.differential import Differential
from domain.figures import Setting
from domain.findings import Observation, State
from domain.identifiers import Curie
from domain.what_if import TOP
from reasoning.both.answer import beliefs, differential
from reasoning.both.ranking import RARE, BothRanker
from reasoning.common.next_findings import gain
from reasoning.next_findings import SHOWN
from reasoning.ways import Ways
from tests.reasoning.both.made import (
    CAUSES,
    COUGH,
    FEVER,
    FIGURES,
    FIRST,
    OF_TWINS,
    OTHER,
    SECOND,
    SHARED,
    SHARING,
    TWIN,
    WHEEZE,
    case,
    knowledge,
    number,
    ranker,
)
from tests.reasoning.made import ROOT, disease, own

FINDINGS = (COUGH, FEVER, WHEEZE, SHARED, OF_TWINS, own(OTHER)[0])
some = st.lists(st.sampled_from(FINDINGS), unique=True, max_size=4)
ALL = 100


def ask(made: BothRanker, told: Case, top: int = ALL) -> Differential:
    ways = Ways(made.terms, {})
    return differential(made, made.rank(told), top, {"hpo": "made"}, ways)


@settings(max_examples=20)
@given(present=some, absent=some)
def test_shares_of_all_and_of_what_is_outside_are_a_whole(
    present: list[str], absent: list[str]
) -> None:
    made = ranker()
    ranking = made.rank(case(*present, absent=tuple(absent)))
    found = beliefs(made, ranking)
    assert fsum([*found.posterior.tolist(), found.outside]) == pytest.approx(1)
    assert (found.posterior >= 0).all()
    assert found.posterior[ranking.double].tolist() == [0.0]
    assert found.outside > 0


def test_the_answer_holds_both_kinds_with_their_reasons() -> None:
    d = ask(ranker(), case(COUGH, SHARED))
    assert (d.scope.asked, d.scope.setting) == ("all", "emergency")
    assert not d.calibration.calibrated
    assert len(d.ranked) == d.scope.ranked == 40 + 3 - 1
    assert [r.rank for r in d.ranked] == list(range(1, len(d.ranked) + 1))
    scores = [r.hypothesis.score for r in d.ranked]
    assert scores == pytest.approx(sorted(scores, reverse=True), abs=1e-5)
    told = {str(r.hypothesis.disease): r.hypothesis for r in d.ranked}
    assert any(c.figures for c in told[FIRST].contributions)
    assert any(c.assertions for c in told[disease(SHARING)].contributions)
    assert told[disease(SHARING)].prior_score == RARE
    assert fsum([*(r.posterior for r in d.ranked), d.outside_knowledge_base]) == pytest.approx(1)
    assert d.versions["hpo"] == "made"


def test_the_statement_counts_each_disease_once() -> None:
    d = ask(ranker(), case(COUGH))
    assert "3 common and emergency diseases" in d.scope.statement
    assert "39 diseases of the HPO annotations" in d.scope.statement
    assert "not for diagnosis without a clinician" in d.scope.statement


@pytest.mark.parametrize("setting", [Setting.PRIMARY, Setting.WARD])
def test_the_setting_is_said(setting: Setting) -> None:
    made = ranker()
    d = differential(made, made.rank(case(COUGH), setting), 3, {}, Ways(made.terms, {}))
    assert d.scope.setting == setting
    assert setting in d.scope.statement


def test_what_must_not_be_missed_stands_where_the_merged_order_puts_it() -> None:
    made = ranker()
    for told in (case(*own(OTHER)), case(COUGH, FEVER), case(*own(1)), case(WHEEZE)):
        ranking = made.rank(told)
        d = ask(made, told, top=1)
        assert d.must_not_miss.status == "assessed"
        assert {str(s.disease.id) for s in d.must_not_miss.diseases} == {SECOND, TWIN}
        order = [str(ranking.ref(i).id) for i in ranking.order.tolist()]
        for one in d.must_not_miss.diseases:
            assert one.rank == order.index(one.disease.id) + 1
    assert min(s.rank for s in ask(made, case(*own(OTHER))).must_not_miss.diseases) > 1


@settings(max_examples=20)
@given(present=some.filter(bool), absent=some)
def test_what_each_answer_would_do_is_what_ranking_then_says(
    present: list[str], absent: list[str]
) -> None:
    made = ranker()
    told = case(*present, absent=tuple(a for a in absent if a not in present))
    before = [str(r.hypothesis.disease) for r in ask(made, told).ranked]
    proposed = ask(made, told).next_findings
    assert len(proposed) <= SHOWN
    for one in proposed:
        assert one.gain > 0
        for state, outlook in ((State.PRESENT, one.if_present), (State.ABSENT, one.if_absent)):
            said = Observation(label="x", concept=one.concept.id, state=state)
            then = made.rank(replace(told, observations=(*told.observations, said)))
            assert outlook.first == then.ref(int(then.order[0]))
            assert [str(m.disease.id) for m in outlook.moves] == before[:TOP]
            assert [m.before for m in outlook.moves] == list(range(1, TOP + 1))
            assert [m.after for m in outlook.moves] == [
                then.rank_of(m.disease.id) for m in outlook.moves
            ]


def test_findings_of_both_kinds_of_disease_are_proposed() -> None:
    """Cough would tell for the common disease, the rest of its picture for the rare one."""
    proposed = {str(n.concept.id) for n in ask(ranker(), case(SHARED)).next_findings}
    assert COUGH in proposed
    assert proposed & set(own(SHARING)[1:])
    assert SHARED not in proposed


@settings(max_examples=20)
@given(present=some)
def test_no_answer_is_expected_to_tell_less_than_nothing(present: list[str]) -> None:
    made = ranker()
    found = beliefs(made, made.rank(case(*present)))
    for term in range(len(made.terms.terms)):
        shares = found.shares(term)
        assert shares.shape == found.posterior.shape
        assert ((shares > 0) & (shares <= 1)).all()
        assert gain(found, term) >= 0


def test_what_nobody_recorded_is_as_much_rarer_as_it_costs() -> None:
    made = ranker()
    ranking = made.rank(case(COUGH))
    found, term = beliefs(made, ranking), number(WHEEZE)
    n = len(made.curated.diseases)
    lone = n + (knowledge().disease(disease(OTHER)) or 0)
    unprinted = made.parameters.unprinted
    assert found.shares(term)[lone] == pytest.approx(
        found.background(term) * float(np.exp(-unprinted))
    )
    assert found.shares(number(SHARED))[n + SHARING] > 0.7
    assert Curie(WHEEZE) in {made.terms.terms.id(t) for t in found.own(made.curated.numbers[TWIN])}


def test_what_the_prior_did_is_told_by_places() -> None:
    made = ranker((*FIGURES, *CAUSES))
    told = case(FEVER, WHEEZE)
    ranking = made.rank(told)
    d = ask(made, told)
    assert d.prior.kind == "complaint"
    assert len(d.scope.prior_moves) == TOP
    assert [m.disease for m in d.scope.prior_moves] == [
        ranking.ref(i) for i in ranking.order[:TOP].tolist()
    ]
    without = ranking.scores.copy()
    without[: len(ranking.prior.scores)] -= ranking.prior.scores
    for move, at in zip(d.scope.prior_moves, ranking.order.tolist(), strict=False):
        assert move.before == 1 + int((without > without[at]).sum())
    assert ask(ranker(), told).scope.prior_moves == ()


def test_nothing_heard_ranks_and_proposes_nothing() -> None:
    d = ask(ranker(), case())
    assert d.ranked == ()
    assert d.next_findings == ()
    assert d.must_not_miss.status == "assessed"
    assert ROOT not in {r.id for r in d.unexplained}
