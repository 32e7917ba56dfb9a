"""What to look for next: the gain by hand and by brute force, and that the tool keeps its word."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.case import Case
from domain.findings import Experiencer, State
from domain.what_if import TOP
from kg.arrays import Array
from reasoning.knowledge import Knowledge
from reasoning.next_findings import SHOWN, gain, next_findings
from reasoning.ranking import LeaveOut, Ranker, Ranking
from reasoning.supposed import of_the_patient, place, shares
from tests.reasoning.conftest import number
from tests.reasoning.some_cases import TERMS, answered, case, cases, said


def with_shares(ranker: Ranker, posterior: Array, outside: float) -> Ranking:
    ranking = ranker.rank(case(said("HP:0002202")))
    return replace(ranking, posterior=posterior, outside=outside)


def entropy(p: Array) -> float:
    p = p[p > 0]
    return float(-(p * np.log(p)).sum())


def test_the_gain_by_hand(ranker: Ranker, knowledge: Knowledge) -> None:
    """TOY:1 or TOY:3, as likely. Scoliosis: 20/20 with TOY:3, f = 21.2/24 = 0.883; nothing with
    TOY:1. P = 0.4417, h(P) = 0.6863, h(f) = 0.3602: the answer tells 0.6863 - 0.3602 / 2."""
    posterior = np.zeros(8)
    posterior[[number(knowledge, "TOY:1"), number(knowledge, "TOY:3")]] = 0.5
    ranking = with_shares(ranker, posterior, 0.0)
    value = gain(ranking, number(knowledge, "HP:0002650"))
    assert value == pytest.approx(0.5062, abs=1e-4)


def test_a_certain_diagnosis_leaves_nothing_to_gain(ranker: Ranker, knowledge: Knowledge) -> None:
    posterior = np.zeros(8)
    posterior[number(knowledge, "TOY:3")] = 1.0
    ranking = with_shares(ranker, posterior, 0.0)
    assert gain(ranking, number(knowledge, "HP:0002650")) == pytest.approx(0, abs=1e-12)
    assert next_findings(ranker, ranking) == ()


@settings(max_examples=80, deadline=None)
@given(
    weights=st.lists(st.floats(0, 1), min_size=9, max_size=9).filter(lambda w: sum(w) > 0.01),
    term=st.sampled_from(TERMS),
)
def test_the_gain_is_what_the_answer_tells_on_average(
    ranker: Ranker, knowledge: Knowledge, weights: list[float], term: str
) -> None:
    """By its definition: the entropy now, less the expected entropy after Bayes' rule."""
    p = np.array(weights) / sum(weights)
    ranking = with_shares(ranker, p[:8], float(p[8]))
    t = number(knowledge, term)
    f = np.append(shares(ranking.view, t), ranking.view.background.share[t])
    after = sum(m.sum() * entropy(m / m.sum()) for m in (p * f, p * (1 - f)) if m.sum() > 0)
    value = gain(ranking, t)
    assert value == pytest.approx(entropy(p) - after, abs=1e-9)
    assert 0 <= value <= entropy(p) + 1e-9


@settings(max_examples=60, deadline=None)
@given(given_case=cases)
def test_what_each_answer_would_do_is_what_the_tool_then_says(
    ranker: Ranker, knowledge: Knowledge, given_case: Case
) -> None:
    ranking = ranker.rank(given_case)
    for proposed in next_findings(ranker, ranking):
        for present, told in ((True, proposed.if_present), (False, proposed.if_absent)):
            then = ranker.rank(answered(given_case, proposed.concept.id, present=present))
            order = [str(knowledge.diseases.id(d)) for d in then.order.tolist()]
            assert order[0] == told.first.id
            assert [m.before for m in told.moves] == list(range(1, TOP + 1))
            assert [order.index(m.disease.id) + 1 for m in told.moves] == [
                m.after for m in told.moves
            ]


@settings(max_examples=100, deadline=None)
@given(given_case=cases)
def test_only_open_findings_are_proposed_and_the_best_first(
    ranker: Ranker, knowledge: Knowledge, given_case: Case
) -> None:
    ranking = ranker.rank(given_case)
    found = next_findings(ranker, ranking)
    assert len(found) <= SHOWN
    assert [n.gain for n in found] == sorted((n.gain for n in found), reverse=True)
    assert all(n.gain > 0 for n in found)
    above = knowledge.ancestors
    terms = [number(knowledge, n.concept.id) for n in found]
    for finding in (u.finding for u in ranking.uses if of_the_patient(u.finding)):
        term = number(knowledge, finding.concept)
        assert term not in terms
        if finding.probability is not None:
            continue  # likely, not certain: what it would imply is still to be asked
        if finding.state is State.PRESENT:
            assert not set(terms) & set(above[term].tolist())
        if finding.state is State.ABSENT:
            assert not any(term in above[t] for t in terms)
    for t in terms:
        assert knowledge.is_phenotype(t)
        assert not any(other in above[t] for other in terms if other != t)


def test_nothing_is_proposed_where_nothing_is_ranked(ranker: Ranker) -> None:
    assert next_findings(ranker, ranker.rank(case())) == ()


def test_a_relative_s_finding_may_be_the_patient_s_too(ranker: Ranker) -> None:
    own = said("HP:0001251")
    hers = replace(said("HP:0007359"), experiencer=Experiencer.FAMILY, kinship="mother")
    proposed = [n.concept.id for n in next_findings(ranker, ranker.rank(case(own, hers)))]
    assert "HP:0007359" in proposed


def test_rows_that_are_left_out_propose_nothing(ranker: Ranker) -> None:
    ranking = ranker.rank(case(said("HP:0001251")), LeaveOut(references=frozenset({"PMID:1"})))
    proposed = [n.concept.id for n in next_findings(ranker, ranking)]
    assert "HP:0007359" not in proposed


@settings(max_examples=40, deadline=None)
@given(given_case=cases)
def test_places_are_those_of_the_order(ranker: Ranker, given_case: Case) -> None:
    ranking = ranker.rank(given_case)
    assert [place(ranking, d) for d in ranking.order.tolist()] == list(range(1, 9))
