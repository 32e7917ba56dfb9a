"""Judging cases whose disease is known, and the figures over them."""

from __future__ import annotations

from itertools import pairwise
from math import inf, isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.case import Case
from domain.findings import Observation, State
from domain.identifiers import Curie
from reasoning import scorer
from reasoning.evaluation import (
    DEPTHS,
    FINDINGS,
    Outcome,
    Setting,
    Standing,
    judge,
    leave_out,
    rank_of,
    summarise,
)
from reasoning.knowledge import Knowledge
from reasoning.measures import CUTS, Bootstrap, change, hits, measure
from reasoning.ranking import LeaveOut, Ranker
from tests.reasoning import made
from tests.reasoning.conftest import number
from tests.reasoning.made import doid


def case(*present: str, absent: tuple[str, ...] = (), own: tuple[str, ...] = ()) -> Case:
    said = [(p, State.PRESENT) for p in present] + [(a, State.ABSENT) for a in absent]
    return Case(
        id="x",
        observations=tuple(
            Observation(label=c, concept=Curie(c), state=state) for c, state in said
        ),
        references=frozenset(own),
    )


def outcome(**changes: object) -> Outcome:
    fields: dict[str, object] = {
        "case": "x",
        "disease": Curie("TOY:1"),
        "setting": Setting.EVERYTHING,
        "standing": Standing.COVERED,
        "rank": 1,
        "rank_without_absent": 1,
        "family_rank": 1,
        "right": True,
        "posterior": 0.9,
        "posterior_of_truth": 0.9,
        "outside": 0.1,
        "present": 2,
        "absent": 0,
        "depth": 4,
    }
    return Outcome(**(fields | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        (Setting.EVERYTHING, None),
        (Setting.OWN, LeaveOut(references=frozenset({"PMID:1"}))),
        (Setting.NAMING, LeaveOut(references=frozenset({"PMID:1"}), any_of=True)),
        (
            Setting.SOURCES,
            LeaveOut(references=frozenset({"PMID:1"}), source_only_of="TOY:1"),
        ),
    ],
)
def test_what_each_setting_hides(setting: Setting, expected: LeaveOut | None) -> None:
    assert leave_out(setting, case(own=("PMID:1",)), "TOY:1") == expected


def test_source_only_rows_are_those_without_a_pmid(knowledge: Knowledge) -> None:
    rows = knowledge.rows_without_publication(number(knowledge, "TOY:2"))
    assert [knowledge.assertion(r).references for r in rows.tolist()] == [("ORPHA:2",)]
    assert len(knowledge.rows_without_publication(number(knowledge, "TOY:1"))) == 0
    assert len(knowledge.rows_without_publication(number(knowledge, "TOY:4"))) == 2


def test_a_disease_of_source_only_rows_keeps_nothing(ranker: Ranker) -> None:
    nothing = frozenset[str]()
    assert ranker.covers("TOY:4", LeaveOut(references=nothing))
    assert not ranker.covers("TOY:4", LeaveOut(references=nothing, source_only_of="TOY:4"))
    assert ranker.covers("TOY:4", LeaveOut(references=nothing, source_only_of="TOY:7"))


def test_a_covered_case_is_judged(ranker: Ranker) -> None:
    found = judge(
        ranker,
        case("HP:0001251", "HP:0007359", absent=("HP:0002650",)),
        Curie("TOY:1"),
        Setting.EVERYTHING,
    )
    assert found.standing is Standing.COVERED
    assert found.rank == found.family_rank == found.rank_without_absent == 1
    assert found.right
    assert (found.present, found.absent) == (2, 1)
    assert found.depth == 2
    assert found.posterior == found.posterior_of_truth
    assert 0 < found.outside < 1


def test_a_case_left_with_nothing_is_never_right(ranker: Ranker) -> None:
    found = judge(ranker, case("HP:0002650", own=("PMID:6",)), Curie("TOY:3"), Setting.OWN)
    assert found.standing is Standing.LEFT_WITH_NOTHING
    assert found.rank is None
    assert not found.right
    assert found.posterior_of_truth is None
    assert found.depth == 0


@pytest.mark.parametrize("disease", ["TOY:6", "TOY:404"])
def test_a_disease_that_is_not_covered(ranker: Ranker, disease: str) -> None:
    """TOY:404 is not in the release; TOY:6 is, and covered by another finding than its denial."""
    found = judge(ranker, case("HP:0001251"), Curie(disease), Setting.EVERYTHING)
    if disease == "TOY:6":
        assert found.standing is Standing.COVERED
    else:
        assert found.standing is Standing.NOT_COVERED
        assert found.rank is None
        assert not found.right


def test_without_a_finding_nothing_has_a_rank(ranker: Ranker) -> None:
    found = judge(ranker, case(), Curie("TOY:1"), Setting.EVERYTHING)
    assert found.standing is Standing.COVERED
    assert found.rank is None
    assert not found.right


@pytest.mark.parametrize("method", scorer.names())
def test_the_rank_is_the_place_in_the_order(knowledge: Knowledge, method: str) -> None:
    ranking = Ranker(knowledge, scorer.load(method), {}).rank(case("HP:0002202", "HP:0002066"))
    places = [rank_of(ranking, d) for d in ranking.order.tolist()]
    assert places == list(range(1, len(knowledge.diseases) + 1))


def test_figures_of_a_worked_example() -> None:
    """Ranks 1, 4 and none: top-1 1/3, top-3 1/3, top-5 and top-10 2/3, MRR (1 + 1/4) / 3."""
    found = measure(hits([1, 4, None]), ["a", "b", "b"], seed=1)
    assert (found.cases, found.diseases) == (3, 2)
    assert [found.top[k].value for k in CUTS] == pytest.approx([1 / 3, 1 / 3, 2 / 3, 2 / 3])
    assert found.mrr.value == pytest.approx(1.25 / 3)


def test_cases_of_a_disease_stay_together() -> None:
    """Of two diseases, one always right and one never, a resample has share 0, 1/4 ... 1 by
    diseases; by cases it could not be 0 or 1 so often that the interval spans everything."""
    values = np.array([1.0] * 50 + [0.0] * 50)
    found = Bootstrap(["a"] * 50 + ["b"] * 50, seed=0).mean(values)
    assert (found.low, found.value, found.high) == (0.0, 0.5, 1.0)


def test_no_case_no_figure() -> None:
    found = measure(hits([]), [], seed=0)
    assert found.cases == 0
    assert isnan(found.mrr.value)


@settings(max_examples=50, deadline=None)
@given(
    ranks=st.lists(st.one_of(st.none(), st.integers(1, 30)), min_size=1, max_size=30),
    seed=st.integers(0, 5),
)
def test_measures_are_ordered_and_inside_their_intervals(
    ranks: list[int | None], seed: int
) -> None:
    diseases = [str(i % 4) for i in range(len(ranks))]
    found = measure(hits(ranks), diseases, seed=seed)
    tops = [found.top[k].value for k in CUTS]
    assert tops == sorted(tops)
    assert tops[0] <= found.mrr.value + 1e-12
    for figure in (*found.top.values(), found.mrr):
        assert 0 <= figure.low <= figure.high <= 1
    again = measure(hits(ranks), diseases, seed=seed)
    assert again == found


def test_a_weighted_statistic_agrees_with_the_mean() -> None:
    values = np.array([0.2, 0.4, 0.9, 0.1])
    draws = Bootstrap(["a", "b", "b", "c"], seed=3)
    mean = draws.mean(values)
    other = draws.statistic(lambda weight: float((weight * values).sum() / weight.sum()))
    assert other.value == pytest.approx(mean.value)
    assert (other.low, other.high) == pytest.approx((mean.low, mean.high))


def test_a_change_is_paired() -> None:
    """Every case loses its first place: the change is -1 without any spread."""
    found = change(hits([1, 1, 1]), hits([2, 2, 2]), ["a", "b", "c"], seed=0)
    assert found.top[1].value == found.top[1].low == found.top[1].high == -1
    assert found.top[3].value == 0
    assert found.mrr.value == pytest.approx(-0.5)


def test_a_summary_counts_what_it_leaves_aside() -> None:
    outcomes = [
        outcome(case="a", rank=1),
        outcome(case="b", rank=None, right=False, posterior=0.2, present=12, depth=50),
        outcome(case="c", standing=Standing.LEFT_WITH_NOTHING, rank=None, right=False),
        outcome(case="d", standing=Standing.NOT_COVERED, rank=None, right=False, outside=0.8),
    ]
    found = summarise("coverage", Setting.EVERYTHING, outcomes, seed=0)
    assert found.measures.cases == 2
    assert found.measures.top[1].value == 0.5
    assert (found.left_with_nothing, found.not_covered) == (1, 1)
    assert found.by_family is None
    assert list(found.by_findings) == ["1-2", ">10"]
    assert list(found.by_depth) == ["1-5", ">40"]
    assert found.reliability is not None
    assert found.reliability.cases == 4
    assert found.reliability.right == 0.25
    assert found.outside is not None
    assert found.outside.value == 1.0


def test_without_uncovered_cases_calibration_is_not_measured() -> None:
    found = summarise("coverage", Setting.NAMING, [outcome()], seed=0)
    assert found.reliability is None
    assert found.outside is None


def test_the_share_outside_is_measured_with_nothing_removed_only() -> None:
    outcomes = [outcome(), outcome(standing=Standing.NOT_COVERED, rank=None, right=False)]
    assert summarise("x", Setting.OWN, outcomes, seed=0).outside is None
    assert summarise("x", Setting.OWN, outcomes, seed=0).reliability is not None


def test_the_cost_of_exclusions_is_without_less_with() -> None:
    outcomes = [
        outcome(case="a", rank=2, rank_without_absent=1, absent=1),
        outcome(case="b", rank=1, rank_without_absent=1),
    ]
    found = summarise("x", Setting.EVERYTHING, outcomes, seed=0).exclusions
    assert found.cases == 1
    assert (found.with_them.value, found.without.value, found.cost.value) == (0.5, 1.0, 0.5)


def test_the_first_of_a_family_counts_for_all_its_members() -> None:
    """Two subtypes of one disease; the case looks like the first, the second is the truth."""
    concepts = (doid(1), doid(10, 1), doid(11, 1))
    links = tuple((made.disease(n), f"DOID:{10 + n}") for n in (0, 1))
    ranker = made.ranker(made.graph(3, doid=concepts, links=links))
    findings = [*made.own(0), *made.own(1)[:2]]
    found = judge(ranker, made.case(findings), made.disease(1), Setting.EVERYTHING)
    assert (found.rank, found.family_rank) == (2, 1)
    alone = judge(ranker, made.case(findings), made.disease(2), Setting.EVERYTHING)
    assert (alone.rank, alone.family_rank) == (3, 2)


def test_families_are_measured_where_there_are_some() -> None:
    outcomes = [outcome(rank=4, family_rank=1), outcome(rank=2, family_rank=2)]
    found = summarise("x", Setting.EVERYTHING, outcomes, seed=0, grouped=True)
    assert found.by_family is not None
    assert found.by_family.top[1].value == 0.5
    assert found.measures.top[1].value == 0


@pytest.mark.parametrize("bands", [FINDINGS, DEPTHS])
def test_bands_leave_no_gap(bands: dict[str, tuple[int, float]]) -> None:
    edges = list(bands.values())
    assert edges[-1][1] == inf
    for (_, last), (first, _) in pairwise(edges):
        assert first == last + 1
