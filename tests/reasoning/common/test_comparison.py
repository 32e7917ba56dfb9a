"""Two diseases side by side among common ones, and among all: the rows sum to the difference, and
the tool keeps its word."""

from __future__ import annotations

from dataclasses import replace
from math import fsum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.case import Case
from domain.differential import Comparison, Hypothesis, Ranked
from domain.errors import InvalidField
from domain.findings import Observation, State
from domain.identifiers import Curie
from reasoning.both.answer import beliefs as beliefs_of_both
from reasoning.both.answer import hypothesis as hypothesis_of_both
from reasoning.both.ranking import BothRanker, BothRanking
from reasoning.common.beliefs import Beliefs, beliefs
from reasoning.common.comparison import comparison
from reasoning.common.hypothesis import hypothesis
from reasoning.common.ranker import CommonRanker, CommonRanking
from reasoning.comparison import SHOWN
from reasoning.ways import Ways
from tests.reasoning.both import made as both
from tests.reasoning.common.made import (
    CHEST_PAIN,
    COUGH,
    FEVER,
    OF_THREE,
    PAIN,
    SMOKING,
    case,
    figure,
    ranker,
)
from tests.reasoning.made import disease, own

Method = CommonRanker | BothRanker
FIGURES = (*OF_THREE, figure(SMOKING, 0.6, disease="DX:c"))
EVERY = (both.FIRST, both.SECOND, both.TWIN, disease(both.SHARING), disease(both.OTHER))
two_common = st.lists(st.sampled_from(["DX:a", "DX:b", "DX:c"]), min_size=2, max_size=2,
                      unique=True)  # fmt: skip
two_of_all = st.lists(st.sampled_from(EVERY), min_size=2, max_size=2, unique=True)
of_common = st.lists(st.sampled_from((PAIN, CHEST_PAIN, COUGH, FEVER)), unique=True, max_size=3)
OF_ALL = (both.COUGH, both.FEVER, both.WHEEZE, both.SHARED, both.OF_TWINS, own(both.OTHER)[0])
of_all = st.lists(st.sampled_from(OF_ALL), unique=True, max_size=3)


def open_up(made: Method, ranking: CommonRanking, number: int) -> tuple[Hypothesis, Beliefs]:
    if isinstance(made, BothRanker):
        assert isinstance(ranking, BothRanking)
        return hypothesis_of_both(made, ranking, number), beliefs_of_both(made, ranking)
    believed = beliefs(made.table(ranking.setting), ranking)
    return hypothesis(made.terms, ranking, number), believed


def compare(made: Method, told: Case, one: str, other: str) -> Comparison:
    ranking = made.rank(told)
    found = []
    for identifier in (one, other):
        place = ranking.rank_of(identifier)
        assert place is not None
        opened, believed = open_up(made, ranking, int(ranking.order[place - 1]))
        found.append(Ranked(rank=place, hypothesis=opened, posterior=0.0))
    ways = Ways(made.terms, {})
    return comparison(made, ranking, believed, ways, found[0], found[1])


def holds(made: Method, told: Case, one: str, other: str) -> None:
    """The rows and the priors sum to the difference, and each answer does what is said of it."""
    found = compare(made, told, one, other)
    now = made.rank(told)
    assert found.difference == pytest.approx(now.score_of(one) - now.score_of(other), abs=1e-9)
    priors = found.one.hypothesis.prior_score - found.other.hypothesis.prior_score
    rows = fsum(r.difference for r in found.rows)
    assert rows + priors == pytest.approx(found.difference, abs=1e-9)
    sizes = [abs(r.difference) for r in found.rows]
    assert sizes == sorted(sizes, reverse=True)
    assert len(found.separators) <= SHOWN
    for s in found.separators:
        for state, change in ((State.PRESENT, s.if_present), (State.ABSENT, s.if_absent)):
            said = Observation(label="x", concept=s.concept.id, state=state)
            then = made.rank(replace(told, observations=(*told.observations, said)))
            actual = then.score_of(one) - then.score_of(other)
            assert actual - found.difference == pytest.approx(change, abs=1e-9)


@settings(max_examples=30)
@given(present=of_common, absent=of_common, two=two_common)
def test_common_diseases_are_compared_by_what_ranking_says(
    present: list[str], absent: list[str], two: list[str]
) -> None:
    told = case(*present, absent=tuple(a for a in absent if a not in present))
    holds(ranker(*FIGURES), told, *two)


@settings(max_examples=20)
@given(present=of_all, absent=of_all, two=two_of_all)
def test_rare_and_common_ones_are_compared_by_what_ranking_says(
    present: list[str], absent: list[str], two: list[str]
) -> None:
    told = both.case(*present, absent=tuple(a for a in absent if a not in present))
    holds(both.ranker(), told, *two)


def test_shares_are_as_printed_and_missing_where_nobody_counted() -> None:
    found = compare(ranker(*FIGURES), case(PAIN), "DX:a", "DX:b")
    shares = {s.concept.id: (s.one, s.other) for s in found.separators}
    assert shares == {COUGH: (0.9, 0.3), FEVER: (0.1, 0.8)}
    found = compare(ranker(*FIGURES), case(PAIN), "DX:a", "DX:c")
    shares = {s.concept.id: (s.one, s.other) for s in found.separators}
    assert shares[Curie(COUGH)] == (0.9, None)


def test_what_would_part_them_is_open_and_of_either_disease() -> None:
    told = case(COUGH, absent=(CHEST_PAIN,))
    found = compare(ranker(*FIGURES), told, "DX:a", "DX:c")
    assert {s.concept.id for s in found.separators} == {FEVER, SMOKING}


def test_a_rare_disease_is_compared_with_a_common_one_by_annotations_and_figures() -> None:
    found = compare(both.ranker(), both.case(both.SHARED), disease(both.SHARING), both.FIRST)
    (row,) = (r for r in found.rows if r.reason.finding and r.reason.finding.id == both.SHARED)
    assert row.one is not None
    assert row.other is not None
    assert row.one.assertions
    assert row.other.figures
    shares = {s.concept.id: (s.one, s.other) for s in found.separators}
    assert shares[Curie(both.COUGH)] == (None, 0.9)


def test_a_disease_that_is_known_in_both_ways_is_not_compared_with_itself() -> None:
    made = both.ranker()
    with pytest.raises(InvalidField, match="twice"):
        compare(made, both.case(both.COUGH), both.TWIN, disease(both.BOTH_WAYS))
