"""What to look for next among common diseases: its gain by hand, and that it keeps its word."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.assertions import Sex
from domain.case import Case
from domain.findings import Observation, State
from domain.identifiers import Curie
from domain.what_if import TOP, How, NextFinding, Way
from reasoning.common.beliefs import Beliefs, beliefs
from reasoning.common.next_findings import gain, next_findings
from reasoning.common.ranker import CommonRanker
from reasoning.next_findings import SHOWN
from reasoning.ways import Ways
from tests.reasoning.common.made import (
    CHEST_PAIN,
    COUGH,
    FEVER,
    OF_THREE,
    PAIN,
    ROOT,
    SHARP_PAIN,
    SMOKING,
    case,
    figure,
    ranker,
    terms,
)

FIGURES = (*OF_THREE, figure(SMOKING, 0.6, disease="DX:c"))
FINDINGS = (PAIN, CHEST_PAIN, SHARP_PAIN, COUGH, FEVER, SMOKING)
some = st.lists(st.sampled_from(FINDINGS), unique=True, max_size=4)


def ask(
    made: CommonRanker, told: Case, table: dict[Curie, Way] | None = None
) -> tuple[NextFinding, ...]:
    ranking = made.rank(told)
    believed = beliefs(made.table(ranking.setting), ranking)
    return next_findings(made, ranking, believed, Ways(terms(), table or {}))


def believing(posterior: list[float], outside: float, shares: list[float]) -> Beliefs:
    """Beliefs in which candidates show every finding so often, and others in 1 of 10."""
    return Beliefs(
        posterior=np.array(posterior),
        outside=outside,
        shares=lambda _: np.array(shares),
        background=lambda _: 0.1,
        own=lambda _: [],
        recorded=lambda _number, _term: None,
    )


def test_the_gain_by_hand() -> None:
    """Half and half, shown by all of one and by none of the other: the answer tells ln 2."""
    assert gain(believing([0.5, 0.5], 0.0, [1.0, 0.0]), 0) == pytest.approx(np.log(2))


def test_what_is_outside_has_it_as_often_as_the_background() -> None:
    one = gain(believing([0.5], 0.5, [1.0]), 0)
    assert one == pytest.approx(gain(believing([0.5, 0.5], 0.0, [1.0, 0.1]), 0))
    assert gain(believing([1.0], 0.0, [0.4]), 0) == pytest.approx(0, abs=1e-12)


@settings(max_examples=60)
@given(
    weights=st.lists(st.floats(0.01, 1), min_size=4, max_size=4),
    shares=st.lists(st.floats(0, 1), min_size=3, max_size=3),
)
def test_no_answer_tells_less_than_nothing_or_more_than_is_open(
    weights: list[float], shares: list[float]
) -> None:
    p = np.array(weights) / sum(weights)
    value = gain(believing(p[:3].tolist(), float(p[3]), shares), 0)
    assert 0 <= value <= min(-(p * np.log(p)).sum(), np.log(2)) + 1e-9


@settings(max_examples=40)
@given(present=some, absent=some)
def test_what_each_answer_would_do_is_what_ranking_then_says(
    present: list[str], absent: list[str]
) -> None:
    made = ranker(*FIGURES)
    told = case(*present, absent=tuple(a for a in absent if a not in present))
    now = made.rank(told)
    for one in ask(made, told):
        assert one.gain > 0
        for state, outlook in ((State.PRESENT, one.if_present), (State.ABSENT, one.if_absent)):
            said = Observation(label="x", concept=one.concept.id, state=state)
            then = made.rank(replace(told, observations=(*told.observations, said)))
            assert outlook.first == then.ref(int(then.order[0]))
            assert [m.disease for m in outlook.moves] == [
                now.ref(i) for i in now.order[:TOP].tolist()
            ]
            assert [m.after for m in outlook.moves] == [
                then.rank_of(m.disease.id) for m in outlook.moves
            ]


@settings(max_examples=40)
@given(present=some, absent=some)
def test_only_open_findings_are_proposed_and_the_best_first(
    present: list[str], absent: list[str]
) -> None:
    told = case(*present, absent=tuple(a for a in absent if a not in present))
    found = ask(ranker(*FIGURES), told)
    assert len(found) <= SHOWN
    assert [n.gain for n in found] == sorted((n.gain for n in found), reverse=True)
    proposed = {str(n.concept.id) for n in found}
    assert not proposed & {*present, *absent}
    if SHARP_PAIN in present:
        assert not proposed & {PAIN, CHEST_PAIN}
    if CHEST_PAIN in absent and CHEST_PAIN not in present:
        assert SHARP_PAIN not in proposed
    assert len(proposed & {CHEST_PAIN, SHARP_PAIN}) <= 1


def test_what_separates_the_likeliest_is_proposed() -> None:
    assert [n.concept.id for n in ask(ranker(*FIGURES[:4]), case(COUGH))] == [FEVER]


def test_how_a_finding_is_obtained_is_said_and_whom_it_fits() -> None:
    table = {Curie(FEVER): Way(how=How.EXAMINE, reason="made", sex=Sex.FEMALE)}
    made = ranker(*FIGURES[:4])
    (one,) = ask(made, case(COUGH, sex=Sex.FEMALE), table)
    assert one.how is How.EXAMINE
    assert ask(made, case(COUGH, sex=Sex.MALE), table) == ()


def test_nothing_is_proposed_where_nothing_is_ranked() -> None:
    assert ask(ranker(*FIGURES), case()) == ()
    assert ROOT not in {n.concept.id for n in ask(ranker(*FIGURES), case(COUGH))}
