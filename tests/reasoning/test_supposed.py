"""Suppositions where age, sex and relatives count: what a relative has says something only if the
patient has it too, so that an answer moves it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.service import Service
from api.settings import Settings
from domain.assertions import Sex
from domain.case import Case
from domain.findings import Experiencer, Observation, State
from domain.identifiers import Curie
from domain.what_if import Supposed
from reasoning.counterfactuals import counterfactuals
from reasoning.next_findings import next_findings
from reasoning.ranking import Ranker
from reasoning.supposed import of_the_patient, rank_answered
from tests.conftest import DATA, SOURCES
from tests.reasoning.conftest import number
from tests.reasoning.some_cases import answered, said

TERMS = ("HP:0001250", "HP:0007359", "HP:0002197", "HP:0001251", "HP:0002650")


@pytest.fixture(scope="module")
def ranker(tmp_path_factory: pytest.TempPathFactory) -> Ranker:
    service = Service(Settings(home=tmp_path_factory.mktemp("patients")))
    files = SOURCES | {"hpo": [DATA / "patients.obo"], "hpoa": [DATA / "patients.hpoa"]}
    identifier, _ = service.build(files)
    service.releases.activate(identifier)
    return service.ranker


def hers(concept: str) -> Observation:
    return replace(said(concept), experiencer=Experiencer.FAMILY, kinship="mother")


cases = st.builds(
    lambda own, relative, age, sex: Case(id="x", observations=(*own, *relative), age=age, sex=sex),
    st.lists(
        st.builds(said, st.sampled_from(TERMS), st.sampled_from([State.PRESENT, State.ABSENT])),
        min_size=1,
        max_size=4,
    ),
    st.lists(st.builds(hers, st.sampled_from(TERMS)), max_size=2),
    st.sampled_from([None, 0.5, 4.0, 40.0]),
    st.sampled_from(Sex),
)


def without(case: Case, concept: Curie) -> Case:
    kept = (o for o in case.observations if o.concept != concept or not of_the_patient(o))
    return replace(case, observations=tuple(kept))


@settings(max_examples=60, deadline=None)
@given(given_case=cases)
def test_scores_without_a_finding_are_those_of_the_case_without_it(
    ranker: Ranker, given_case: Case
) -> None:
    now = ranker.rank(given_case)
    for c in counterfactuals(ranker, now):
        if c.supposed is not Supposed.WITHOUT:
            continue
        then = ranker.rank(without(given_case, c.finding.id))
        for s in c.shifts:
            disease = number(ranker.knowledge, s.disease.id)
            assert s.score_before + s.change == pytest.approx(float(then.scores[disease]), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(given_case=cases)
def test_an_answer_does_what_the_tool_then_says(ranker: Ranker, given_case: Case) -> None:
    now = ranker.rank(given_case)
    for proposed in next_findings(ranker, now):
        term = number(ranker.knowledge, proposed.concept.id)
        for present in (True, False):
            then = ranker.rank(answered(given_case, proposed.concept.id, present=present))
            told = rank_answered(ranker, now, term, present=present)
            assert told.scores == pytest.approx(then.scores, abs=1e-12)
            assert told.posterior == pytest.approx(then.posterior, abs=1e-12)


def test_what_a_mother_has_counts_only_while_the_patient_has_it(ranker: Ranker) -> None:
    """TOY:10 is recessive: a mother who has scoliosis too makes it half as plausible."""
    case = Case(id="x", observations=(said("HP:0002650"), said("HP:0001250"), hers("HP:0002650")))
    found = counterfactuals(ranker, ranker.rank(case))
    change = next(c for c in found if c.finding.id == "HP:0002650")
    shift = next(s for s in change.shifts if s.disease.id == "TOY:10")
    family = next(p for p in shift.parts if p.name == "family history")
    assert family.before < 0
    assert family.after == 0
