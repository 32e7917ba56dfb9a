"""Each finding supposed otherwise: against the case ranked anew, as the tool would then say."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from domain.case import Case
from domain.findings import State
from domain.what_if import TOP, Counterfactual, Supposed
from reasoning import answer
from reasoning.counterfactuals import counterfactuals
from reasoning.knowledge import Knowledge
from reasoning.ranking import Ranker
from reasoning.supposed import counted, of_the_patient
from tests.reasoning.conftest import number
from tests.reasoning.some_cases import case, cases, said


def supposed(case: Case, c: Counterfactual) -> Case:
    """The case as a person would send it under a supposition."""
    kept = []
    for o in case.observations:
        if o.concept != c.finding.id or not of_the_patient(o):
            kept.append(o)
        elif c.supposed is not Supposed.WITHOUT:
            state = State(c.supposed.value)
            kept.append(replace(o, state=state, probability=None, base_rate=None))
    return replace(case, observations=tuple(kept))


@settings(max_examples=60, deadline=None)
@given(given_case=cases)
def test_scores_and_places_are_those_of_the_case_ranked_anew(
    ranker: Ranker, knowledge: Knowledge, given_case: Case
) -> None:
    now = ranker.rank(given_case)
    for c in counterfactuals(ranker, now):
        then = ranker.rank(supposed(given_case, c))
        first = [str(knowledge.diseases.id(d)) for d in then.order[:TOP].tolist()]
        before = [str(knowledge.diseases.id(d)) for d in now.order[:TOP].tolist()]
        assert [r.id for r in c.leave] == [d for d in before if not then.signs or d not in first]
        if not then.signs:
            assert c.first is None
            assert c.new_first
            assert not c.enter
            continue
        assert c.first is not None
        assert c.first.id == first[0]
        assert c.new_first == (first[0] != before[0])
        assert {r.id for r in c.enter} == set(first) - set(before)
        for s in c.shifts:
            disease = number(knowledge, s.disease.id)
            assert s.rank_after == then.order.tolist().index(disease) + 1
            after = float(then.scores[disease])
            assert s.score_before == pytest.approx(float(now.scores[disease]), abs=1e-12)
            assert s.score_before + s.change == pytest.approx(after, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(given_case=cases)
def test_what_a_finding_counts_is_its_contribution(ranker: Ranker, given_case: Case) -> None:
    ranking = ranker.rank(given_case)
    for place, disease in enumerate(ranking.order[:TOP].tolist()):
        shown = answer.ranked(ranker, ranking, place).hypothesis.contributions
        found = counted(ranker, ranking, disease)
        for ref, value in found.items():
            told = sum(c.log_likelihood_ratio for c in shown if c.finding == ref)
            assert value == pytest.approx(told, abs=1e-9)


def test_plain_findings_are_turned_too_and_uncertain_ones_are_not(ranker: Ranker) -> None:
    soft = replace(said("HP:0002650", State.UNCERTAIN), probability=0.8, base_rate=0.1)
    ranking = ranker.rank(case(said("HP:0001251"), said("HP:0001640", State.ABSENT), soft))
    assert [(c.finding.id, c.supposed) for c in counterfactuals(ranker, ranking)] == [
        ("HP:0001251", Supposed.WITHOUT),
        ("HP:0001251", Supposed.ABSENT),
        ("HP:0001640", Supposed.WITHOUT),
        ("HP:0001640", Supposed.PRESENT),
        ("HP:0002650", Supposed.WITHOUT),
    ]


def test_without_its_only_finding_nothing_is_ranked(ranker: Ranker) -> None:
    ranking = ranker.rank(case(said("HP:0001251")))
    without = counterfactuals(ranker, ranking)[0]
    assert without.first is None
    assert without.new_first
    assert len(without.leave) == TOP
    assert {s.rank_after for s in without.shifts} == {None}


def test_what_a_removed_finding_implied_counts_in_its_place(ranker: Ranker) -> None:
    ranking = ranker.rank(case(said("HP:0001250"), said("HP:0007359"), said("HP:0002650")))
    without = next(c for c in counterfactuals(ranker, ranking) if c.finding.id == "HP:0007359")
    parts = {str(p.finding.id): p for s in without.shifts for p in s.parts if p.finding is not None}
    assert parts["HP:0007359"].after == 0
    assert parts["HP:0001250"].before == 0
    assert parts["HP:0001250"].after != 0


def test_the_terms_for_the_whole_disease_are_among_the_parts(ranker: Ranker) -> None:
    ranking = ranker.rank(case(said("HP:0001251"), said("HP:0007359")))
    without = counterfactuals(ranker, ranking)[0]
    shift = next(s for s in without.shifts if s.disease.id == "TOY:1")
    whole = [p for p in shift.parts if p.finding is None]
    assert whole
    assert all(p.name for p in whole)
