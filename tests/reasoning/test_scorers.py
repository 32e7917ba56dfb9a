"""What every scoring method must get right, on the toy release. Runs over every file.

Arithmetic binds them all. The clinical rules bind those that are for patients; what a method that
is kept to compare with breaks of them is shown in its own tests.
"""

from __future__ import annotations

from math import inf, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.assertions import Sex
from domain.case import Case
from domain.differential import Match
from domain.findings import Observation, State
from domain.identifiers import Curie
from kg.arrays import Array
from reasoning import answer, scorer
from reasoning.evidence import EvidenceMatrix
from reasoning.knowledge import Knowledge
from reasoning.ranking import LeaveOut, Ranker
from reasoning.scorer import Sign
from reasoning.view import View
from tests.reasoning.conftest import number

TERMS = (
    "HP:0001250", "HP:0007359", "HP:0002197", "HP:0001251", "HP:0002066", "HP:0002650",
    "HP:0000252", "HP:0001638", "HP:0001639", "HP:0001640", "HP:0002202",
)  # fmt: skip
DISEASES = tuple(f"TOY:{i}" for i in range(1, 9))


FOR_PATIENTS = tuple(name for name in scorer.names() if not scorer.load(name).comparison)


@pytest.fixture(params=scorer.names())
def method(request: pytest.FixtureRequest) -> scorer.Scorer:
    return scorer.load(request.param)


@pytest.fixture(params=FOR_PATIENTS)
def for_patients(request: pytest.FixtureRequest) -> scorer.Scorer:
    return scorer.load(request.param)


@pytest.fixture(scope="session")
def rankers(knowledge: Knowledge) -> dict[str, Ranker]:
    return {name: Ranker(knowledge, scorer.load(name), {}) for name in scorer.names()}


@pytest.fixture(scope="session")
def view(ranker: Ranker) -> View:
    return ranker.rank(Case(id="x", observations=())).view


def effect(method: scorer.Scorer, view: View, term: str, disease: str, ratio: float) -> float:
    sign = sign_of(view.knowledge, term, ratio)
    return float(method.effects(view, view.matrix, sign)[number(view.knowledge, disease)])


def sign_of(knowledge: Knowledge, term: str, ratio: float) -> Sign:
    at = number(knowledge, term)
    return Sign(at, knowledge.terms.ref(at), ratio)


@pytest.mark.parametrize("disease", DISEASES)
@pytest.mark.parametrize("term", TERMS)
def test_exclusion_is_monotone(
    for_patients: scorer.Scorer, view: View, matrix: EvidenceMatrix, term: str, disease: str
) -> None:
    present, absent = (effect(for_patients, view, term, disease, r) for r in (inf, 0.0))
    entry = matrix.entry(number(view.knowledge, term), number(view.knowledge, disease))
    background = float(view.background.share[number(view.knowledge, term)])
    if entry is None:
        assert absent == 0
    elif entry[0] >= background:
        assert absent <= 0
        assert absent <= present
    else:
        assert present <= 0
        assert absent == 0


@pytest.mark.parametrize("disease", DISEASES)
@pytest.mark.parametrize("term", TERMS)
@pytest.mark.parametrize("ratio", [0.0, 0.2, 1.0, 3.0, 50.0, inf])
def test_number_and_reason_are_the_same(
    method: scorer.Scorer, view: View, term: str, disease: str, ratio: float
) -> None:
    sign = sign_of(view.knowledge, term, ratio)
    reason = method.reason(view, sign, number(view.knowledge, disease))
    assert reason.log_likelihood_ratio == pytest.approx(
        effect(method, view, term, disease, ratio), abs=1e-9
    )
    assert reason.finding == sign.ref
    if reason.path:
        assert {a.concept for a in reason.assertions} == {reason.path[-1].object.id}
        assert {a.disease for a in reason.assertions} == {disease}


@pytest.mark.parametrize("disease", DISEASES)
@pytest.mark.parametrize("term", TERMS)
def test_soft_evidence_lies_between_absence_and_presence(
    method: scorer.Scorer, view: View, term: str, disease: str
) -> None:
    present, absent = (effect(method, view, term, disease, r) for r in (inf, 0.0))
    assert effect(method, view, term, disease, 1.0) == 0
    for ratio in (1e-6, 0.1, 0.7, 1.5, 20.0, 1e9):
        value = effect(method, view, term, disease, ratio)
        assert min(absent, present, 0) - 1e-9 <= value <= max(absent, present, 0) + 1e-6


@pytest.mark.parametrize("disease", DISEASES)
@pytest.mark.parametrize("term", TERMS)
def test_evidence_against_never_speaks_for_and_never_beats_absence(
    for_patients: scorer.Scorer, view: View, term: str, disease: str
) -> None:
    absent = effect(for_patients, view, term, disease, 0.0)
    for ratio in (1e-6, 0.1, 0.7):
        value = effect(for_patients, view, term, disease, ratio)
        assert absent - 1e-9 <= value <= 0


@pytest.mark.parametrize("before", [(), ("HP:0002650",), ("HP:0002066", "HP:0001640")])
@pytest.mark.parametrize("term", TERMS)
def test_the_whole_score_is_monotone(
    for_patients: scorer.Scorer,
    view: View,
    matrix: EvidenceMatrix,
    term: str,
    before: tuple[str, ...],
) -> None:
    """A finding present, absent, or not mentioned beside others: profile terms included."""

    def total(*signs: Sign) -> Array:
        return sum(
            (for_patients.effects(view, matrix, s) for s in signs),
            for_patients.profile(view, matrix, signs),
        )

    others = [sign_of(view.knowledge, t, inf) for t in before if t != term]
    silent = total(*others)
    present = total(*others, sign_of(view.knowledge, term, inf)) - silent
    absent = total(*others, sign_of(view.knowledge, term, 0.0)) - silent
    background = float(view.background.share[number(view.knowledge, term)])
    for disease in range(len(DISEASES)):
        entry = matrix.entry(number(view.knowledge, term), disease)
        denied = any(
            matrix.pair_disease[p] == disease
            for a in view.knowledge.ancestors[number(view.knowledge, term)]
            for p in matrix.denied(int(a))
        )
        assert absent[disease] <= 1e-12
        if entry is not None and entry[0] >= background:
            assert absent[disease] <= present[disease] + 1e-12
        elif entry is not None or denied:
            assert present[disease] <= 1e-12
            assert absent[disease] == pytest.approx(0, abs=1e-12)


def test_absence_goes_down(for_patients: scorer.Scorer, view: View) -> None:
    assert effect(for_patients, view, "HP:0001250", "TOY:1", 0.0) < 0
    assert effect(for_patients, view, "HP:0007359", "TOY:4", 0.0) == 0


def test_presence_goes_up(method: scorer.Scorer, view: View) -> None:
    assert effect(method, view, "HP:0001250", "TOY:1", inf) > 0
    assert effect(method, view, "HP:0001638", "TOY:2", inf) > 0


def test_a_comparison_method_says_so_in_the_answer(rankers: dict[str, Ranker]) -> None:
    """A warning with the method's name; and none where the method is for patients."""
    warned = {
        name
        for name, ranker in rankers.items()
        for note in ranker.rank(Case(id="x", observations=())).notes
        if note.code == "comparison-method" and note.level == "warning" and name in note.message
    }
    assert warned == set(scorer.names()) - set(FOR_PATIENTS)
    assert {"lirical", "resnik"} <= warned


@pytest.mark.parametrize(
    ("term", "disease", "ratio", "match"),
    [
        ("HP:0002650", "TOY:3", inf, Match.EXACT),
        ("HP:0001638", "TOY:2", inf, Match.NARROWER),
        ("HP:0007359", "TOY:4", inf, Match.BROADER),
        ("HP:0002202", "TOY:3", inf, Match.NONE),
        ("HP:0002650", "TOY:3", 0.0, Match.EXCLUDED_IN_CASE),
        ("HP:0001251", "TOY:6", inf, Match.EXCLUDED_IN_DISEASE),
        ("HP:0002066", "TOY:6", inf, Match.EXCLUDED_IN_DISEASE),
    ],
)
def test_match_kinds(view: View, term: str, disease: str, ratio: float, match: Match) -> None:
    sign = sign_of(view.knowledge, term, ratio)
    reason = scorer.load("likelihood").reason(view, sign, number(view.knowledge, disease))
    assert reason.match is match


@pytest.mark.parametrize("name", ["likelihood", "coverage"])
def test_a_relative_at_the_floor_is_none(view: View, name: str) -> None:
    """No relative is shown as known where it tells no more than a finding without one."""
    method = scorer.load(name)
    floor = -method.settings()["floor"]
    kinds = {Match.SHARED: 0, Match.NONE: 0}
    for term in TERMS:
        for disease in range(len(DISEASES)):
            reason = method.reason(view, sign_of(view.knowledge, term, inf), disease)
            if reason.match is Match.SHARED:
                assert reason.log_likelihood_ratio > floor
            if reason.match is Match.NONE:
                assert not reason.assertions
                assert not reason.path
            if reason.match in kinds:
                kinds[reason.match] += 1
    assert all(kinds.values())


def test_a_small_denial_is_weak_and_a_large_one_strong(view: View) -> None:
    """0/1 bounds the number by log(4/5), 0/40 by log(4/44), where the floor lets it."""
    method = scorer.load("likelihood")
    floor = -method.settings()["floor"]
    weak = effect(method, view, "HP:0001251", "TOY:3", inf)
    strong = effect(method, view, "HP:0000252", "TOY:3", inf)
    assert floor <= weak <= log(4 / 5) + 1e-9
    assert floor <= strong <= max(log(4 / 44), floor) + 1e-9


def test_the_worked_number(view: View, matrix: EvidenceMatrix) -> None:
    """Scoliosis, seen in 20 of 20 with TOY:3: log f - log b."""
    f = (20 + 1.2) / 24
    shares = matrix.entries(number(view.knowledge, "HP:0002650"))[1]
    b = (float(shares.sum()) + 0.5) / (8 + 1)
    value = effect(scorer.load("likelihood"), view, "HP:0002650", "TOY:3", inf)
    assert value == pytest.approx(log(f / b), abs=1e-6)


case_findings = st.dictionaries(
    st.sampled_from(TERMS),
    st.one_of(
        st.sampled_from([State.PRESENT, State.ABSENT]),
        st.tuples(st.floats(0.01, 0.99), st.floats(0.01, 0.99)),
    ),
    max_size=8,
)


def observations(found: dict[str, object]) -> tuple[Observation, ...]:
    made = []
    for concept, said in found.items():
        if isinstance(said, State):
            made.append(Observation(label=concept, concept=Curie(concept), state=said))
        else:
            assert isinstance(said, tuple)
            p, base = said
            made.append(
                Observation(
                    label=concept,
                    concept=Curie(concept),
                    state=State.UNCERTAIN,
                    probability=p,
                    base_rate=base,
                )
            )
    return tuple(made)


@pytest.mark.parametrize("name", scorer.names())
@settings(max_examples=60, deadline=None)
@given(
    found=case_findings,
    sex=st.sampled_from(Sex),
    own=st.sets(st.sampled_from(["PMID:1", "PMID:6", "PMID:7"])),
)
def test_scores_are_sums_and_shares_sum_to_one(
    rankers: dict[str, Ranker], name: str, found: dict[str, object], sex: Sex, own: set[str]
) -> None:
    ranker = rankers[name]
    case = Case(id="x", observations=observations(found), sex=sex)
    ranking = ranker.rank(case, LeaveOut(references=frozenset(own)))
    assert float(ranking.posterior.sum()) + ranking.outside == pytest.approx(1, abs=1e-9)
    for place in range(len(DISEASES)):
        ranked = answer.ranked(ranker, ranking, place)
        at = int(ranking.order[place])
        assert ranked.hypothesis.score == pytest.approx(float(ranking.scores[at]), abs=1e-9)
    assert np.all(np.diff(ranking.scores[ranking.order]) <= 0)


@pytest.mark.parametrize("name", scorer.names())
@settings(max_examples=40, deadline=None)
@given(found=case_findings)
def test_order_of_the_findings_does_not_matter(
    rankers: dict[str, Ranker], name: str, found: dict[str, object]
) -> None:
    ranker = rankers[name]
    forward = ranker.rank(Case(id="x", observations=observations(found)))
    backward = ranker.rank(Case(id="x", observations=observations(found)[::-1]))
    assert np.allclose(forward.scores, backward.scores, atol=1e-9)


@pytest.mark.parametrize("name", scorer.names())
def test_without_its_own_publication_a_row_is_not_there(
    rankers: dict[str, Ranker], name: str, knowledge: Knowledge
) -> None:
    ranker = rankers[name]
    case = Case(id="x", observations=observations({"HP:0002650": State.PRESENT}))
    everything = ranker.rank(case)
    without = ranker.rank(case, LeaveOut(references=frozenset({"PMID:6"})))
    at = number(knowledge, "TOY:3")
    assert without.scores[at] < everything.scores[at]
    others = [number(knowledge, d) for d in DISEASES if d != "TOY:3"]
    assert np.array_equal(without.scores[others], everything.scores[others])
    assert not ranker.covers("TOY:3", LeaveOut(references=frozenset({"PMID:6"})))


def test_a_row_with_two_references_stays_while_one_is_left(knowledge: Knowledge) -> None:
    assert len(knowledge.rows_citing(frozenset({"PMID:5"}))) == 0
    assert len(knowledge.rows_citing(frozenset({"PMID:5"}), any_of=True)) == 1
    assert len(knowledge.rows_citing(frozenset({"PMID:4", "PMID:5"}))) == 2
    assert len(knowledge.rows_citing(frozenset({"PMID:404"}))) == 0
