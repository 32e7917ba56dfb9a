"""Probability, importance and unknown: what they may do to a score, for any term and disease."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from domain.case import Case
from domain.errors import InvalidField
from domain.findings import CHIEF_IMPORTANCE, LEAST_IMPORTANCE, MOST_IMPORTANCE, Observation, State
from domain.identifiers import Curie
from reasoning import answer
from reasoning.findings import fuse
from reasoning.knowledge import Knowledge
from reasoning.ranking import Ranker, Ranking
from tests.reasoning.test_scorers import DISEASES, TERMS

terms = st.sampled_from(TERMS)
shares = st.floats(0.001, 0.999)
importances = st.floats(LEAST_IMPORTANCE, MOST_IMPORTANCE)


def seen(concept: str, state: State = State.PRESENT, **fields: Any) -> Observation:
    return Observation(label=concept, concept=Curie(concept), state=state, **fields)


def soft(concept: str, p: float, base: float, **fields: Any) -> Observation:
    return seen(concept, State.UNCERTAIN, probability=p, base_rate=base, **fields)


def rank(ranker: Ranker, *observations: Observation) -> Ranking:
    return ranker.rank(Case(id="x", observations=observations))


others = st.lists(
    st.builds(seen, terms, st.sampled_from([State.PRESENT, State.ABSENT])),
    max_size=4,
    unique_by=lambda o: o.concept,
)


@settings(max_examples=150, deadline=None)
@given(term=terms, p=shares, importance=importances, beside=others)
def test_a_probability_at_its_base_rate_moves_nothing(
    ranker: Ranker, term: str, p: float, importance: float, beside: list[Observation]
) -> None:
    """Any term, any disease, beside any other findings."""
    assume(all(o.concept != term for o in beside))
    without = rank(ranker, *beside)
    with_it = rank(ranker, *beside, soft(term, p, p, importance=importance))
    assert np.allclose(with_it.scores, without.scores, atol=1e-12)


@settings(max_examples=150, deadline=None)
@given(term=terms, p=shares, base=shares, importance=importances)
def test_soft_evidence_lies_between_absent_and_present(
    ranker: Ranker, term: str, p: float, base: float, importance: float
) -> None:
    """Of one finding's effect, whatever its importance."""

    def effect(observation: Observation) -> np.ndarray[Any, Any]:
        ranking = rank(ranker, observation)
        return ranker.effects(ranking.view, ranking.signs[0])

    present = effect(seen(term, importance=importance))
    absent = effect(seen(term, State.ABSENT, importance=importance))
    between = effect(soft(term, p, base, importance=importance))
    nothing = np.zeros(len(DISEASES))
    assert np.all(between >= np.minimum(np.minimum(absent, present), nothing) - 1e-9)
    assert np.all(between <= np.maximum(np.maximum(absent, present), nothing) + 1e-6)
    if p < base:
        assert np.all(between <= 1e-12)
        assert np.all(between >= absent - 1e-9)


@settings(max_examples=80, deadline=None)
@given(term=terms, state=st.sampled_from([State.PRESENT, State.ABSENT]), beside=others)
def test_an_importance_of_1_is_none(
    ranker: Ranker, term: str, state: State, beside: list[Observation]
) -> None:
    assume(all(o.concept != term for o in beside))
    stated = rank(ranker, *beside, seen(term, state, importance=1.0))
    unstated = rank(ranker, *beside, seen(term, state))
    assert np.array_equal(stated.scores, unstated.scores)


@settings(max_examples=150, deadline=None)
@given(term=terms, low=importances, high=importances, beside=others)
def test_more_important_is_further_the_same_way(
    ranker: Ranker, term: str, low: float, high: float, beside: list[Observation]
) -> None:
    """What speaks for a disease speaks no less for it, what speaks against it no less against."""
    low, high = min(low, high), max(low, high)
    assume(all(o.concept != term for o in beside))
    for state in (State.PRESENT, State.ABSENT):
        first = rank(ranker, *beside, seen(term, state, importance=low))
        second = rank(ranker, *beside, seen(term, state, importance=high))
        used = [u.used for u in first.uses if u.finding.concept == term]
        if used != [True]:
            continue
        way = np.sign(ranker.effects(first.view, first.signs[-1]))
        assert np.all(way * (second.scores - first.scores) >= -1e-9)


@settings(max_examples=100, deadline=None)
@given(term=terms, importance=importances)
def test_exclusion_stays_monotone_with_weights(
    ranker: Ranker, term: str, importance: float
) -> None:
    present = rank(ranker, seen(term, importance=importance)).scores
    absent = rank(ranker, seen(term, State.ABSENT, importance=importance)).scores
    silent = rank(ranker).scores
    matrix = rank(ranker).view.matrix
    number = ranker.knowledge.terms.number(term)
    assert number is not None
    background = float(rank(ranker).view.background.share[number])
    for disease in range(len(DISEASES)):
        entry = matrix.entry(number, disease)
        assert absent[disease] <= silent[disease] + 1e-12
        if entry is not None and entry[0] >= background:
            assert absent[disease] - silent[disease] <= present[disease] - silent[disease] + 1e-12
        elif entry is not None:
            assert present[disease] <= silent[disease] + 1e-12


@settings(max_examples=60, deadline=None)
@given(term=terms, chief=st.booleans(), beside=others)
def test_unknown_is_shown_and_moves_nothing(
    ranker: Ranker, term: str, chief: bool, beside: list[Observation]
) -> None:
    assume(all(o.concept != term for o in beside))
    without = rank(ranker, *beside)
    with_it = rank(ranker, *beside, seen(term, State.UNDETERMINED, chief=chief))
    assert np.array_equal(with_it.scores, without.scores)
    use = with_it.uses[-1]
    assert (use.finding.concept, use.used) == (term, False)
    assert "could not be settled" in str(use.why_not)


@settings(max_examples=60, deadline=None)
@given(
    found=st.dictionaries(
        terms,
        st.tuples(st.none() | importances, st.booleans(), st.none() | shares),
        min_size=1,
        max_size=6,
    )
)
def test_scores_are_sums_with_weights(
    ranker: Ranker, found: dict[str, tuple[float | None, bool, float | None]]
) -> None:
    observations = [
        seen(t, importance=i, chief=chief)
        if p is None
        else soft(t, p, 0.3, importance=i, chief=chief)
        for t, (i, chief, p) in found.items()
    ]
    ranking = rank(ranker, *observations)
    backward = rank(ranker, *observations[::-1])
    assert np.allclose(ranking.scores, backward.scores, atol=1e-9)
    for place in range(len(DISEASES)):
        hypothesis = answer.ranked(ranker, ranking, place).hypothesis
        at = int(ranking.order[place])
        assert hypothesis.score == pytest.approx(float(ranking.scores[at]), abs=1e-9)


def test_a_chief_complaint_counts_double_and_is_missed_where_it_is_not_explained(
    ranker: Ranker,
) -> None:
    ranking = rank(ranker, seen("HP:0001251", chief=True), seen("HP:0002650"))
    assert [s.weight for s in ranking.signs] == [CHIEF_IMPORTANCE, 1.0]
    explained = answer.ranked_disease(ranker, ranking, "TOY:1").hypothesis
    missed = answer.ranked_disease(ranker, ranking, "TOY:3").hypothesis
    assert explained.chief_unexplained == ()
    assert [ref.id for ref in missed.chief_unexplained] == ["HP:0001251"]
    (reason,) = (c for c in explained.contributions if c.chief)
    assert reason.importance == CHIEF_IMPORTANCE


def test_the_importance_of_what_is_implied_passes_to_what_implies_it(ranker: Ranker) -> None:
    for order in (1, -1):
        found = [seen("HP:0001250", chief=True), seen("HP:0007359"), seen("HP:0002197")]
        ranking = rank(ranker, *found[::order])
        assert {str(s.ref.id): (s.weight, s.chief) for s in ranking.signs} == {
            "HP:0007359": (CHIEF_IMPORTANCE, True),
            "HP:0002197": (CHIEF_IMPORTANCE, True),
        }


def test_witnesses_agree_on_the_largest_importance_and_the_earliest_onset(
    knowledge: Knowledge,
) -> None:
    from domain.ages import Onset

    said = [
        seen("HP:0001250", importance=0.5, onset=Onset(years=3)),
        seen("HP:0001250", onset=Onset(term=Curie("HP:0003577"))),
        seen("HP:0001250", importance=0.7),
    ]
    for observations in (said, said[::-1]):
        (finding,) = fuse(observations, knowledge)
        assert finding.importance == 0.7
        assert finding.onset == Onset(term=Curie("HP:0003577"))


def test_the_stronger_of_two_probabilities_counts_in_any_order(knowledge: Knowledge) -> None:
    even = [soft("HP:0001250", 0.2, 0.5), soft("HP:0001250", 0.8, 0.5)]
    assert fuse(even, knowledge)[0].probability == fuse(even[::-1], knowledge)[0].probability


@pytest.mark.parametrize("importance", [0.0, 0.09, 3.01, -1.0, float("nan"), float("inf")])
def test_an_impossible_importance_is_refused(importance: float) -> None:
    with pytest.raises(InvalidField, match="importance"):
        seen("HP:0001250", importance=importance)
