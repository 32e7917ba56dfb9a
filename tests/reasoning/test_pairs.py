"""Pairs of diseases: shown where one cannot explain the case, and never otherwise."""

from __future__ import annotations

from math import fsum, log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.differential import Differential
from domain.identifiers import Curie
from reasoning import answer, scorer
from reasoning.pairs import ODDS, SHOWN
from reasoning.ranking import Ranker, Ranking
from tests.reasoning import made
from tests.reasoning.made import disease, doid, own

METHODS = tuple(n for n in scorer.names() if not scorer.load(n).comparison)
DISEASES = 80


@pytest.fixture(scope="module", params=METHODS)
def ranker(request: pytest.FixtureRequest) -> Ranker:
    return made.ranker(made.graph(DISEASES), request.param)


@pytest.fixture(scope="module")
def plain() -> Ranker:
    """The method whose findings count one by one."""
    return made.ranker(made.graph(DISEASES), "likelihood")


def ask(
    ranker: Ranker, present: list[Curie], absent: list[Curie] | None = None
) -> tuple[Ranking, Differential]:
    ranking = ranker.rank(made.case(present, absent))
    return ranking, answer.differential(ranker, ranking, 5)


def test_two_diseases_at_once_are_both_named(ranker: Ranker) -> None:
    _, d = ask(ranker, own(7) + own(31))
    assert d.pairs.status == "shown"
    pair = d.pairs.pairs[0]
    assert {pair.first.disease.id, pair.second.disease.id} == {disease(7), disease(31)}
    for m in (pair.first, pair.second):
        n = 7 if m.disease.id == disease(7) else 31
        assert {f.id for f in m.explains} == set(own(n))
    left = 31 if d.ranked[0].hypothesis.disease == disease(7) else 7
    assert {f.id for f in d.pairs.unexplained} == set(own(left))
    assert pair.unexplained == ()
    assert "independently" in d.pairs.reason


def test_one_disease_that_explains_all_is_enough(ranker: Ranker) -> None:
    _, d = ask(ranker, own(7))
    assert d.pairs.status == "none_shown"
    assert d.pairs.reason == "The first diagnosis explains every specific present finding."
    assert d.pairs.pairs == ()
    assert d.pairs.price is None


def test_one_finding_left_over_does_not_pay_for_a_second_disease() -> None:
    _, d = ask(made.ranker(made.graph(DISEASES)), [*own(7), own(31)[0]])
    assert d.pairs.status == "none_shown"
    assert "pay for two" in d.pairs.reason
    assert [f.id for f in d.pairs.unexplained] == [own(31)[0]]
    assert d.pairs.price is not None
    assert d.pairs.price == pytest.approx(log(0.9 / DISEASES))


def test_a_finding_that_many_diseases_show_asks_for_no_second() -> None:
    shared = {n: [own(31)[0]] for n in range(8, 30)}
    ranker = made.ranker(made.graph(DISEASES, shared=shared))
    _, d = ask(ranker, [*own(7), own(31)[0]])
    assert d.pairs.reason == "The first diagnosis explains every specific present finding."


def test_pairs_are_never_in_the_ranking(ranker: Ranker) -> None:
    ranking, d = ask(ranker, own(7) + own(31))
    assert [r.hypothesis.disease for r in d.ranked] == [
        ranker.knowledge.diseases.id(int(n)) for n in ranking.order[:5]
    ]
    assert all(r.hypothesis.score < d.pairs.pairs[0].score for r in d.ranked)
    assert float(ranking.posterior.sum()) + ranking.outside == pytest.approx(1, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(
    one=st.integers(0, DISEASES - 1),
    other=st.integers(0, DISEASES - 1),
    few=st.integers(2, made.OWN),
    absent=st.lists(st.integers(0, DISEASES - 1), max_size=4, unique=True),
)
def test_a_pair_is_the_better_of_both_for_each_finding(
    plain: Ranker, one: int, other: int, few: int, absent: list[int]
) -> None:
    """By hand, from what each disease makes of the whole case: prior, price, for each present
    finding the larger number, for each absent one both, and what belongs to each as a whole."""
    present = list(dict.fromkeys(own(one) + own(other)[:few]))
    ranking, d = ask(plain, present, [t for n in absent if (t := own(n)[4]) not in present])
    best = d.ranked[0].hypothesis.score
    for pair in d.pairs.pairs:
        a, b = (
            answer.ranked_disease(plain, ranking, m.disease.id).hypothesis
            for m in (pair.first, pair.second)
        )
        total = [a.prior_score, log(0.9 / DISEASES)]
        for sign, x, y in zip(ranking.signs, a.contributions, b.contributions, strict=False):
            values = x.log_likelihood_ratio, y.log_likelihood_ratio
            total.append(max(values) if sign.ratio > 1 else sum(values))
        n = len(ranking.signs)
        total += [c.log_likelihood_ratio for c in (*a.contributions[n:], *b.contributions[n:])]
        assert pair.score == pytest.approx(fsum(total), abs=1e-9)
        assert pair.gain == pytest.approx(pair.score - best, abs=1e-9)
        assert pair.gain > log(ODDS)
        assert pair.first.rank < pair.second.rank
    assert len(d.pairs.pairs) <= SHOWN
    gains = [p.gain for p in d.pairs.pairs]
    assert gains == sorted(gains, reverse=True)


def test_what_neither_disease_should_lack_counts_against_both(plain: Ranker) -> None:
    present = own(7)[:4] + own(31)[:4]
    without = ask(plain, present)[1].pairs.pairs[0]
    lacking = ask(plain, present, [own(7)[4], own(31)[4]])[1].pairs.pairs[0]
    assert lacking.score < without.score
    against = [
        c.finding.id
        for m in (lacking.first, lacking.second)
        for c in m.contributions
        if c.finding is not None and c.log_likelihood_ratio < 0
    ]
    assert sorted(against) == [own(7)[4], own(31)[4]]


def test_two_of_one_family_are_no_pair(ranker: Ranker) -> None:
    concepts = (doid(1), doid(10, 1), doid(11, 1))
    links = ((disease(7), "DOID:10"), (disease(31), "DOID:11"))
    related = made.ranker(made.graph(DISEASES, doid=concepts, links=links), ranker.scorer.name)
    _, d = ask(related, own(7) + own(31))
    named = [{p.first.disease.id, p.second.disease.id} for p in d.pairs.pairs]
    assert {disease(7), disease(31)} not in named


def test_three_diseases_leave_something_that_no_pair_explains(ranker: Ranker) -> None:
    _, d = ask(ranker, own(7) + own(31) + own(50)[:2])
    pair = d.pairs.pairs[0]
    assert {pair.first.disease.id, pair.second.disease.id} == {disease(7), disease(31)}
    assert {f.id for f in pair.unexplained} == set(own(50)[:2])


def test_without_findings_no_pair_is_sought(ranker: Ranker) -> None:
    _, d = ask(ranker, [])
    assert (d.pairs.status, d.pairs.reason) == ("none_shown", "No disease was ranked.")
