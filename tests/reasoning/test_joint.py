"""Findings of one origin: their joint effect is capped, and the whole score stays monotone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.case import Case
from domain.findings import Joint, Observation, State
from domain.identifiers import Curie
from kg.arrays import Array
from reasoning import answer, scorer
from reasoning.joint import joint_effects, together
from reasoning.knowledge import Knowledge
from reasoning.ranking import Ranker, Ranking
from reasoning.scorer import Sign
from reasoning.scorers.coverage import CoverageScorer
from tests.reasoning.conftest import number
from tests.reasoning.some_cases import TERMS, case, cases, said, shares

FOR_PATIENTS = tuple(name for name in scorer.names() if not scorer.load(name).comparison)
SCORER = CoverageScorer()
LUNG = st.sampled_from(TERMS)
numbers = st.one_of(st.just(0.0), st.floats(-12, 12))
caps = st.floats(0.05, 5)


def film(
    concept: str, p: float, base: float, *, state: State = State.PRESENT, cap: float = 0.3
) -> Observation:
    """What was read on a film."""
    return Observation(
        label=concept,
        concept=Curie(concept),
        state=state,
        probability=p,
        base_rate=base,
        joint=Joint(group="films", cap=cap),
    )


def signs(knowledge: Knowledge, groups: Sequence[str | None], cap: float) -> tuple[Sign, ...]:
    """A sign for each, of an origin or of none."""
    return tuple(
        Sign(
            i % len(knowledge.terms),
            knowledge.terms.ref(i % len(knowledge.terms)),
            2.0,
            joint=None if group is None else Joint(group=group, cap=cap),
        )
        for i, group in enumerate(groups)
    )


members = st.lists(
    st.tuples(numbers, st.sampled_from([None, None, "one", "two"])), min_size=1, max_size=9
)


@given(drawn=members, cap=caps, at=st.integers(0, 8), more=st.floats(0, 20))
def test_the_sum_never_falls_where_one_number_rises(
    knowledge: Knowledge,
    drawn: list[tuple[float, str | None]],
    cap: float,
    at: int,
    more: float,
) -> None:
    some = signs(knowledge, [group for _, group in drawn], cap)
    alone = np.array([value for value, _ in drawn])
    raised = alone.copy()
    raised[at % len(alone)] += more
    before, after = (together(SCORER, some, a).sum() for a in (alone, raised))
    assert after >= before - 1e-9


@given(drawn=members, cap=caps)
def test_no_origin_counts_more_than_its_cap_and_each_member_keeps_its_direction(
    knowledge: Knowledge, drawn: list[tuple[float, str | None]], cap: float
) -> None:
    some = signs(knowledge, [group for _, group in drawn], cap)
    alone = np.array([value for value, _ in drawn])
    found = together(SCORER, some, alone)
    assert np.all(found * alone >= 0)
    assert np.all(np.abs(found) <= np.abs(alone) + 1e-9)
    for group in ("one", "two"):
        at = [i for i, (_, g) in enumerate(drawn) if g == group]
        assert abs(found[at].sum()) <= cap + 1e-9


@given(drawn=members, cap=caps, data=st.data())
def test_the_order_of_signs_does_not_change_the_sum(
    knowledge: Knowledge, drawn: list[tuple[float, str | None]], cap: float, data: st.DataObject
) -> None:
    def total(some: list[tuple[float, str | None]]) -> float:
        made = signs(knowledge, [group for _, group in some], cap)
        return float(together(SCORER, made, np.array([value for value, _ in some])).sum())

    other = data.draw(st.permutations(drawn))
    assert total(other) == pytest.approx(total(drawn), abs=1e-9)


@given(values=st.lists(numbers, min_size=1, max_size=6), at=st.integers(0, 5))
def test_an_origin_of_one_below_its_cap_is_as_if_it_had_none(
    knowledge: Knowledge, values: list[float], at: int
) -> None:
    groups: list[str | None] = [None] * len(values)
    groups[at % len(values)] = "films"
    alone = np.array(values)
    joined = together(SCORER, signs(knowledge, groups, 13.0), alone)
    single = together(SCORER, signs(knowledge, [None] * len(values), 13.0), alone)
    # Of equals the first counts as the stronger: which one that is may differ, the sum does not.
    assert joined.sum() == pytest.approx(single.sum(), abs=1e-9)
    if len(set(map(abs, values))) == len(values):
        assert joined == pytest.approx(single, abs=1e-9)


def test_the_worked_cut(knowledge: Knowledge) -> None:
    """Three of one origin sum to 4, are cut to 2, and count the weight of that; a finding of
    another origin is stronger and comes first."""
    method = CoverageScorer(weight=0.5, decay=0.8)
    some = signs(knowledge, ["films", None, "films", "films"], 2.0)
    alone = np.array([3.0, 5.0, 2.0, -1.0])
    found = together(method, some, alone)
    part = 0.5 * 0.8 * 2.0 / 4.0
    assert found == pytest.approx([3 * part, 2.5, 2 * part, -part])
    told = joint_effects(some, alone)
    assert [j is None for j in told] == [False, True, False, False]
    assert told[0] is not None
    assert (told[0].cap, told[0].uncut, told[0].cut) == (2.0, 4.0, True)


def test_an_origin_keeps_the_least_of_its_caps(knowledge: Knowledge) -> None:
    one, other = signs(knowledge, ["films", "films"], 2.0)
    other = replace(other, joint=Joint(group="films", cap=0.5))
    for some in ((one, other), (other, one)):
        assert together(SCORER, some, np.array([4.0, 4.0])).sum() <= 0.5


def change(ranker: Ranker, given_case: Case, *more: Observation) -> tuple[Ranking, Array]:
    """The case with these observations, and what they add to the score of each disease."""
    with_it = replace(given_case, observations=(*given_case.observations, *more))
    now = ranker.rank(with_it)
    return now, now.scores - ranker.rank(given_case).scores


@pytest.fixture(scope="module", params=FOR_PATIENTS)
def any_ranker(request: pytest.FixtureRequest, knowledge: Knowledge) -> Ranker:
    return Ranker(knowledge, scorer.load(request.param), {})


@settings(max_examples=60, deadline=None)
@given(
    given_case=cases,
    read=st.lists(st.tuples(LUNG, shares, shares), min_size=1, max_size=6),
    cap=caps,
)
def test_a_film_moves_no_disease_by_more_than_the_cap(
    any_ranker: Ranker, given_case: Case, read: list[tuple[str, float, float]], cap: float
) -> None:
    """The whole score with the film against without it."""
    plain = [o for o in given_case.observations if o.probability is None]
    stated = replace(given_case, observations=tuple(plain))
    _, moved = change(any_ranker, stated, *(film(t, p, b, cap=cap) for t, p, b in read))
    assert np.abs(moved).max() <= cap + 1e-9


@settings(max_examples=60, deadline=None)
@given(given_case=cases, term=LUNG, ps=st.tuples(shares, shares), base=shares)
def test_more_probability_never_lowers_a_disease_that_shows_the_finding(
    any_ranker: Ranker, given_case: Case, term: str, ps: tuple[float, float], base: float
) -> None:
    """The whole score, beside findings and other labels of the film, with the cap in force; and
    where the disease shows it more rarely than the average, the film never speaks for it."""
    low, high = sorted(ps)
    knowledge = any_ranker.knowledge
    at = number(knowledge, term)
    other = [o for o in given_case.observations if o.concept != term]
    rest = replace(given_case, observations=tuple(other))
    less, below = change(any_ranker, rest, film(term, low, base))
    _, above = change(any_ranker, rest, film(term, high, base))
    background = float(less.view.background.share[at])
    for disease in range(len(knowledge.diseases)):
        entry = less.view.matrix_for(disease).entry(at, disease)
        if entry is not None and entry[0] >= background:
            assert above[disease] >= below[disease] - 1e-9
            assert below[disease] <= 1e-9 or low > base
        elif entry is not None:
            assert max(above[disease], below[disease]) <= 1e-9


@settings(max_examples=40, deadline=None)
@given(given_case=cases, term=LUNG, p=shares)
def test_a_probability_at_the_base_rate_moves_nothing(
    any_ranker: Ranker, given_case: Case, term: str, p: float
) -> None:
    _, moved = change(any_ranker, given_case, film(term, p, p))
    silent = [o for o in given_case.observations if o.concept == term]
    if not silent:
        assert np.abs(moved).max() <= 1e-9


@settings(max_examples=40, deadline=None)
@given(given_case=cases)
def test_sums_stay_exact_and_say_what_was_cut(any_ranker: Ranker, given_case: Case) -> None:
    ranking = any_ranker.rank(given_case)
    for place in range(3):
        h = answer.ranked(any_ranker, ranking, place).hypothesis
        at = int(ranking.order[place])
        assert h.score == pytest.approx(float(ranking.scores[at]), abs=1e-9)
        for c, sign in zip(h.contributions, ranking.signs, strict=False):
            assert (c.joint is None) == (sign.joint is None)
            assert c.ratio == (None if sign.certain else sign.ratio)
        of_films = [c for c in h.contributions if c.joint is not None]
        if of_films:
            assert of_films[0].joint is not None
            told = sum(c.alone or 0.0 for c in of_films)
            assert of_films[0].joint.uncut == pytest.approx(told, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(given_case=cases, term=LUNG, p=shares, base=shares, joint=st.booleans())
def test_soft_evidence_moves_no_disease_by_more_than_it_says(
    any_ranker: Ranker, given_case: Case, term: str, p: float, base: float, joint: bool
) -> None:
    """The whole score, its term for the whole disease included: never more for a disease than
    the finding's log likelihood ratio alone, which is at most that of the evidence."""
    plain = [o for o in given_case.observations if o.probability is None and o.concept != term]
    read = film(term, p, base, cap=50.0)
    ranking, moved = change(
        any_ranker,
        replace(given_case, observations=tuple(plain)),
        read if joint else replace(read, joint=None),
    )
    alone = [e for s, e in zip(ranking.signs, ranking.effects, strict=True) if not s.certain]
    said = alone[0] if alone else np.zeros(len(moved))
    assert np.all(moved <= np.maximum(said, 0) + 1e-9)
    assert moved.max() <= max(log((p / (1 - p)) / (base / (1 - base))), 0) + 1e-9


def test_an_origin_of_one_is_as_soft_evidence_of_none(ranker: Ranker) -> None:
    """The same number coded by hand and read on a film: the same whole score."""
    read = film("HP:0002650", 0.5, 0.1, cap=50.0)
    beside = said("HP:0001251")
    one, other = (ranker.rank(case(beside, o)) for o in (read, replace(read, joint=None)))
    assert one.scores == pytest.approx(other.scores)


@pytest.mark.parametrize("state", [State.PRESENT, State.ABSENT, State.UNCERTAIN])
@pytest.mark.parametrize(("p", "ratio"), [(0.3, 27 / 7), (0.05, 9 / 19)])
def test_the_number_comes_from_the_ratio_alone(
    ranker: Ranker, knowledge: Knowledge, state: State, p: float, ratio: float
) -> None:
    """lambda = odds(p) / odds(base): a present finding of .3 at a base rate of .1 is 3.86."""
    read = replace(film("HP:0002650", p, 0.1, state=state), joint=None)
    ranking = ranker.rank(case(read))
    assert ranking.signs[0].ratio == pytest.approx(ratio)
    at = number(knowledge, "TOY:3")
    b = float(ranking.view.background.share[number(knowledge, "HP:0002650")])
    f = ranking.view.matrix.entry(number(knowledge, "HP:0002650"), at)
    assert f is not None
    raw = log((ratio * f[0] + 1 - f[0]) / (ratio * b + 1 - b))
    damped = 1.0 if ratio > 1 else ranker.scorer.settings()["exclusion"]
    assert float(ranking.effects[0][at]) == pytest.approx(damped * raw, rel=1e-3)


def test_a_plain_presence_still_beats_any_film(ranker: Ranker) -> None:
    strongest = film("HP:0002650", 0.9999, 0.0001, cap=50.0)
    ratio = ranker.rank(case(strongest)).signs[0].ratio
    assert ratio < inf
    film_only, plain = (ranker.rank(case(o)) for o in (strongest, said("HP:0002650")))
    at = number(ranker.knowledge, "TOY:3")
    assert film_only.scores[at] < plain.scores[at]


def test_a_method_that_reads_no_absence_says_so(knowledge: Knowledge) -> None:
    against = film("HP:0002650", 0.05, 0.1, state=State.ABSENT)
    for name in scorer.names():
        method = scorer.load(name)
        notes = Ranker(knowledge, method, {}).rank(case(against)).notes
        told = [n for n in notes if n.code == "not-used-by-method"]
        assert bool(told) is (not method.reads_absence)
        if told:
            assert "Scoliosis" in told[0].message
