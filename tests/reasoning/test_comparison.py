"""Two diseases side by side: the rows sum to the difference, and the tool keeps its word."""

from __future__ import annotations

from math import fsum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.case import Case
from domain.differential import Comparison
from domain.errors import InvalidField
from reasoning import answer
from reasoning.comparison import SHOWN, comparison
from reasoning.knowledge import Knowledge
from reasoning.ranking import Ranker, Ranking
from tests.reasoning.conftest import number
from tests.reasoning.some_cases import answered, case, cases, said

TWO = st.lists(st.sampled_from([f"TOY:{i}" for i in range(1, 9)]), min_size=2, max_size=2,
               unique=True)  # fmt: skip


def compare(ranker: Ranker, ranking: Ranking, one: str, other: str) -> Comparison:
    first, second = (answer.ranked_disease(ranker, ranking, d) for d in (one, other))
    return comparison(ranker, ranking, first, second)


@settings(max_examples=60, deadline=None)
@given(given_case=cases, two=TWO)
def test_rows_sum_to_the_difference_of_the_scores(
    ranker: Ranker, knowledge: Knowledge, given_case: Case, two: list[str]
) -> None:
    ranking = ranker.rank(given_case)
    found = compare(ranker, ranking, *two)
    a, b = (number(knowledge, d) for d in two)
    actual = float(ranking.scores[a] - ranking.scores[b])
    assert found.difference == pytest.approx(actual, abs=1e-9)
    assert fsum(r.difference for r in found.rows) == pytest.approx(actual, abs=1e-9)
    sizes = [abs(r.difference) for r in found.rows]
    assert sizes == sorted(sizes, reverse=True)
    of_one = [r.one for r in found.rows if r.one is not None]
    assert sorted(map(id, of_one)) == sorted(map(id, found.one.hypothesis.contributions))
    counted = {s.ref.id for s in ranking.signs}
    assert counted == {r.reason.finding.id for r in found.rows if r.reason.finding is not None}


@settings(max_examples=40, deadline=None)
@given(given_case=cases, two=TWO)
def test_an_answer_would_change_the_difference_by_what_is_told(
    ranker: Ranker, knowledge: Knowledge, given_case: Case, two: list[str]
) -> None:
    ranking = ranker.rank(given_case)
    a, b = (number(knowledge, d) for d in two)
    found = compare(ranker, ranking, *two)
    assert len(found.separators) <= SHOWN
    for s in found.separators:
        for present, told in ((True, s.if_present), (False, s.if_absent)):
            then = ranker.rank(answered(given_case, s.concept.id, present=present))
            actual = float(then.scores[a] - then.scores[b])
            assert actual - found.difference == pytest.approx(told, abs=1e-9)


def test_shares_are_those_of_the_diseases(ranker: Ranker) -> None:
    """Microcephaly: not found in 40 patients with TOY:3, stated without a figure for TOY:4."""
    found = compare(ranker, ranker.rank(case(said("HP:0001640"))), "TOY:3", "TOY:4")
    shares = {str(s.concept.id): (s.one, s.other) for s in found.separators}
    assert shares["HP:0000252"] == (0.0, 0.5)
    one, other = shares["HP:0002650"]
    assert one == pytest.approx(21.2 / 24)
    assert other is None


def test_the_other_way_round_is_the_same_with_the_sign_turned(ranker: Ranker) -> None:
    ranking = ranker.rank(case(said("HP:0001251"), said("HP:0002650")))
    forth, back = (
        compare(ranker, ranking, "TOY:1", "TOY:3"),
        compare(ranker, ranking, "TOY:3", "TOY:1"),
    )
    assert forth.difference == -back.difference
    assert {s.concept: -s.if_present for s in forth.separators} == pytest.approx(
        {s.concept: s.if_present for s in back.separators}
    )


def test_a_disease_is_not_compared_with_itself(ranker: Ranker) -> None:
    with pytest.raises(InvalidField, match="twice"):
        compare(ranker, ranker.rank(case(said("HP:0001251"))), "TOY:1", "TOY:1")
