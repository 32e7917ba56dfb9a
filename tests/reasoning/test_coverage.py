"""What is `coverage`'s own: findings beside each other, the whole picture, the way up."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.assertions import PHENOTYPE, Assertion, Concept, Frequency
from domain.case import Case
from domain.differential import Contribution
from domain.identifiers import Curie
from kg.arrays import Array
from kg.graph import Graph
from reasoning import answer, climb
from reasoning.climb import Broad
from reasoning.evidence import EvidenceMatrix
from reasoning.knowledge import Knowledge
from reasoning.ranking import LeaveOut, Ranker, Ranking
from reasoning.scorer import Sign
from reasoning.scorers.coverage import CoverageScorer
from reasoning.view import View
from tests.reasoning import made
from tests.reasoning.conftest import number
from tests.reasoning.some_cases import TERMS, case, cases, said

SCORER = CoverageScorer()
AWAY = (None, LeaveOut(references=frozenset({"PMID:1", "PMID:6", "PMID:8"})))
numbers = st.one_of(st.just(0.0), st.sampled_from([-2.0, 1.5]), st.floats(-12, 12))
columns = st.lists(numbers, min_size=1, max_size=9)
scorers = st.builds(
    CoverageScorer, weight=st.floats(0.05, 1), decay=st.floats(0.05, 1), coverage=st.just(1.0)
)


def together(scorer: CoverageScorer, alone: list[float]) -> Array:
    return scorer.together(np.array(alone)[:, None])[:, 0]


@given(scorer=scorers, alone=columns, at=st.integers(0, 8), more=st.floats(0, 20))
def test_the_sum_never_falls_where_one_number_rises(
    scorer: CoverageScorer, alone: list[float], at: int, more: float
) -> None:
    raised = list(alone)
    raised[at % len(alone)] += more
    assert together(scorer, raised).sum() >= together(scorer, alone).sum() - 1e-9


@given(scorer=scorers, alone=columns)
def test_zeros_stay_zero_and_take_nothing_from_others(
    scorer: CoverageScorer, alone: list[float]
) -> None:
    found = together(scorer, alone)
    assert np.all(found[np.array(alone) == 0] == 0)
    others = [v for v in alone if v]
    assert np.array_equal(found[np.array(alone) != 0], together(scorer, others))


@given(scorer=scorers, alone=columns)
def test_each_keeps_its_direction_and_counts_no_more_than_alone(
    scorer: CoverageScorer, alone: list[float]
) -> None:
    found = together(scorer, alone)
    assert np.all(np.abs(found) <= scorer.weight * np.abs(alone) + 1e-12)
    assert np.all(found * np.array(alone) >= 0)


@given(scorer=scorers, alone=columns, data=st.data())
def test_the_order_of_signs_does_not_change_the_sum(
    scorer: CoverageScorer, alone: list[float], data: st.DataObject
) -> None:
    other = data.draw(st.permutations(alone))
    assert together(scorer, other).sum() == pytest.approx(together(scorer, alone).sum(), abs=1e-9)


@given(table=st.integers(1, 6).flatmap(lambda n: st.lists(
    st.lists(numbers, min_size=n, max_size=n), min_size=1, max_size=5)))  # fmt: skip
def test_each_disease_is_by_itself(table: list[list[float]]) -> None:
    alone = np.array(table).T
    found = SCORER.together(alone)
    for column, values in enumerate(table):
        assert np.array_equal(found[:, column], together(SCORER, values))


def test_the_worked_discount() -> None:
    """The strongest counts the weight, the next that times the decay; each direction by itself,
    and of equals the first is the stronger."""
    scorer = CoverageScorer(weight=0.5, decay=0.8)
    found = together(scorer, [1.0, -3.0, 4.0, 0.0, 1.0, -5.0])
    expected = [0.5 * 0.8, -1.5 * 0.8, 2.0, 0.0, 0.5 * 0.64, -2.5]
    assert found == pytest.approx(expected)


def test_more_signs_than_a_byte_counts() -> None:
    found = together(CoverageScorer(weight=1, decay=0.999), [1.0] * 300)
    assert found == pytest.approx(0.999 ** np.arange(300))


def plain_best(view: View, matrix: EvidenceMatrix, cost: float, term: int, disease: int) -> float:
    """The definition: over the term and its ancestors that the disease shows; 0 for none."""
    found = [0.0]
    for above in view.knowledge.ancestors[term].tolist():
        if (entry := matrix.entry(above, disease)) is not None:
            b, i = view.background.share[above], view.background.information[above]
            found.append(float(np.log(entry[0]) - np.log(b) + cost * i))
    return max(found)


def check_best(view: View, cost: float, broad: int) -> None:
    knowledge = view.knowledge
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(climb, "BROAD", broad)
        best = Broad(cost)
        for matrix in filter(None, (view.matrix, view.overlay)):
            for term in [*range(len(knowledge.terms)), *range(len(knowledge.terms))]:  # and again
                found = best.best(view, matrix, term)
                expected = [
                    plain_best(view, matrix, cost, term, d) for d in range(len(knowledge.diseases))
                ]
                assert found == pytest.approx(expected, abs=1e-12)
                found += 1000.0  # it is the caller's own


@pytest.mark.parametrize("away", AWAY)
@pytest.mark.parametrize("broad", [0, 2, 4, 300])
@pytest.mark.parametrize("cost", [0.0, 1.25, 3.0])
def test_the_best_way_up_is_its_definition(
    ranker: Ranker, cost: float, broad: int, away: LeaveOut | None
) -> None:
    check_best(ranker.rank(case(), away).view, cost, broad)


@st.composite
def releases(draw: st.DrawFn) -> Ranker:
    """A small release: any hierarchy, any rows, denials among them."""
    count = draw(st.integers(2, 9))
    ids = [made.ROOT, *(Curie(f"HP:{1000 + i:07d}") for i in range(count))]
    concepts = [Concept(id=made.ROOT, label="root", category=PHENOTYPE)]
    for i in range(1, len(ids)):
        parents = draw(st.sets(st.sampled_from(ids[:i]), min_size=1, max_size=3))
        concepts.append(
            Concept(id=ids[i], label=f"t{i}", category=PHENOTYPE, parents=tuple(sorted(parents)))
        )
    rows: list[Assertion] = []
    for n in range(draw(st.integers(2, 6))):
        base = made.graph(n + 1).concepts
        concepts.append(next(c for c in base if c.id == made.disease(n)))
        for term in draw(st.sets(st.sampled_from(ids[1:]), min_size=1, max_size=5)):
            row = made.assertion(made.disease(n), term, len(rows))
            times = draw(st.integers(0, 10))
            rows.append(replace(row, frequency=Frequency(count=times, total=10)))
    return made.ranker(Graph.of(concepts, rows, []))


@settings(max_examples=40, deadline=None)
@given(release=releases(), broad=st.integers(0, 5))
def test_the_best_way_up_is_its_definition_in_any_release(release: Ranker, broad: int) -> None:
    check_best(release.rank(case()).view, 2.0, broad)


def of_whole(scorer: CoverageScorer, view: View, signs: tuple[Sign, ...], disease: int) -> float:
    return float(scorer.profile(view, view.matrix_for(disease), signs)[disease])


def same_profile(ranker: Ranker, view: View, signs: tuple[Sign, ...]) -> None:
    assert isinstance(ranker.scorer, CoverageScorer)
    for disease in range(len(ranker.knowledge.diseases)):
        (reason,) = ranker.scorer.profile_reasons(view, signs, disease)
        assert reason.log_likelihood_ratio == pytest.approx(
            of_whole(ranker.scorer, view, signs, disease), abs=1e-9
        )
        assert reason.log_likelihood_ratio <= 1e-12
        assert {a.disease for a in reason.assertions} <= {ranker.knowledge.diseases.id(disease)}


@pytest.mark.parametrize("away", AWAY)
@settings(max_examples=50, deadline=None)
@given(given_case=cases)
def test_the_profile_is_its_reason(ranker: Ranker, given_case: Case, away: LeaveOut | None) -> None:
    ranking = ranker.rank(given_case, away)
    same_profile(ranker, ranking.view, ranking.signs)


@settings(max_examples=60, deadline=None)
@given(release=releases(), data=st.data())
def test_the_profile_is_its_reason_in_any_release(release: Ranker, data: st.DataObject) -> None:
    knowledge, view = release.knowledge, release.rank(case()).view
    terms = st.integers(0, len(knowledge.terms) - 1)
    ratios = st.sampled_from([0.0, 0.5, 1.0, 3.0, inf, inf])
    drawn = data.draw(st.lists(st.tuples(terms, ratios), max_size=5))
    same_profile(release, view, tuple(Sign(t, knowledge.terms.ref(t), r) for t, r in drawn))


@pytest.mark.parametrize(
    ("term", "disease", "blocked"),
    [
        ("HP:0002650", "TOY:8", True),  # 5 %, rarer than on average
        ("HP:0002650", "TOY:7", True),  # NOT
        ("HP:0002066", "TOY:6", True),  # ataxia is excluded, so gait ataxia is
        ("HP:0002650", "TOY:3", False),
    ],
)
def test_a_finding_tells_nothing_of_a_disease_that_is_blocked_for_it(
    ranker: Ranker, knowledge: Knowledge, term: str, disease: str, blocked: bool
) -> None:
    ranking = ranker.rank(case(said(term)))
    at = number(knowledge, disease)
    with_it = of_whole(SCORER, ranking.view, ranking.signs, at)
    without = of_whole(SCORER, ranking.view, (), at)
    assert (with_it == pytest.approx(without, abs=1e-12)) is blocked
    same_profile(ranker, ranking.view, ranking.signs)


def test_all_of_a_picture_found_costs_nothing(ranker: Ranker, knowledge: Knowledge) -> None:
    """TOY:1 shows ataxia and focal seizures, and nothing else."""
    at = number(knowledge, "TOY:1")
    both = ranker.rank(case(said("HP:0001251"), said("HP:0007359")))
    assert of_whole(SCORER, both.view, both.signs, at) == pytest.approx(0, abs=1e-9)
    vaguer = ranker.rank(case(said("HP:0001251"), said("HP:0001250")))
    one = ranker.rank(case(said("HP:0001251")))
    assert (
        of_whole(SCORER, one.view, one.signs, at)
        < of_whole(SCORER, vaguer.view, vaguer.signs, at)
        < 0
    )


@pytest.mark.parametrize("term", TERMS)
def test_the_profile_rises_with_the_evidence_from_nothing_to_a_plain_presence(
    ranker: Ranker, knowledge: Knowledge, term: str
) -> None:
    view, at = ranker.rank(case()).view, number(knowledge, term)
    found = [
        SCORER.profile(view, view.matrix, (Sign(at, knowledge.terms.ref(at), ratio),))
        for ratio in (0.0, 1.0, 1.5, 20.0, inf)
    ]
    assert np.array_equal(found[0], found[1])
    assert np.all(np.diff(np.stack(found), axis=0) >= 0)


def parts(ranker: Ranker, ranking: Ranking, disease: str) -> tuple[Contribution, ...]:
    return answer.ranked_disease(ranker, ranking, disease).hypothesis.contributions


@pytest.mark.parametrize("away", AWAY)
@settings(max_examples=40, deadline=None)
@given(given_case=cases)
def test_without_a_finding_the_score_changes_by_what_is_shown(
    ranker: Ranker, knowledge: Knowledge, given_case: Case, away: LeaveOut | None
) -> None:
    """By its contribution, the change of the others beside it, and that of the whole picture."""
    now = ranker.rank(given_case, away)
    n = len(now.signs)
    for gone in range(n):
        then = ranker.again(now, now.signs[:gone] + now.signs[gone + 1 :])
        for disease in ("TOY:1", "TOY:3", "TOY:5", "TOY:7"):
            before, after = parts(ranker, now, disease), parts(ranker, then, disease)
            assert [c.finding for c in before[:n]] == [s.ref for s in now.signs]
            own = before[gone].log_likelihood_ratio
            others = sum(c.log_likelihood_ratio for c in after[: n - 1])
            others -= sum(c.log_likelihood_ratio for c in before[:n]) - own
            whole = sum(c.log_likelihood_ratio for c in after[n - 1 :])
            whole -= sum(c.log_likelihood_ratio for c in before[n:])
            at = number(knowledge, disease)
            change = float(then.scores[at] - now.scores[at])
            assert change == pytest.approx(-own + others + whole, abs=1e-9)
