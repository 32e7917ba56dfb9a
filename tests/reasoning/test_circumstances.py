"""What every circumstance must hold, and what each of them says. On a toy release of its own."""

from __future__ import annotations

from dataclasses import replace
from math import log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.service import Service
from api.settings import Settings
from domain.ages import Onset
from domain.assertions import Sex
from domain.case import Case
from domain.differential import Contribution, Match
from domain.findings import Experiencer, Observation, State
from domain.identifiers import Curie
from reasoning import answer, circumstance
from reasoning.circumstance import Circumstance
from reasoning.ranking import LeaveOut, Ranker, Ranking
from tests.conftest import DATA, SOURCES

DISEASES = tuple(f"TOY:{i}" for i in range(1, 17))
PUBLICATIONS = tuple(f"PMID:{i}" for i in range(1, 18))


@pytest.fixture(scope="module")
def ranker(tmp_path_factory: pytest.TempPathFactory) -> Ranker:
    service = Service(Settings(home=tmp_path_factory.mktemp("patients")))
    files = SOURCES | {"hpo": [DATA / "patients.obo"], "hpoa": [DATA / "patients.hpoa"]}
    identifier, _ = service.build({name: [Path(f) for f in fs] for name, fs in files.items()})
    service.releases.activate(identifier)
    return service.ranker


@pytest.fixture(params=circumstance.names())
def one(request: pytest.FixtureRequest) -> Circumstance:
    return circumstance.load(request.param)


def seen(
    concept: str,
    state: State = State.PRESENT,
    relative: str | None = None,
    importance: float | None = None,
) -> Observation:
    return Observation(
        label=concept,
        concept=Curie(concept),
        state=state,
        experiencer=Experiencer.FAMILY if relative else Experiencer.PATIENT,
        kinship=relative,
        importance=importance,
    )


def case(*observations: Observation, age: float | None = None, sex: Sex = Sex.UNKNOWN) -> Case:
    return Case(id="x", observations=observations, age=age, sex=sex)


FAMILY = (seen("HP:0002650"), seen("HP:0002650", relative="mother"))
SEIZURE = seen("HP:0001250")
cases = st.builds(
    lambda found, age, sex: case(*found, age=age, sex=sex),
    st.sampled_from(
        [
            (),
            (SEIZURE,),
            FAMILY,
            (*FAMILY, SEIZURE),
            (SEIZURE, seen("HP:0002650", State.ABSENT)),
            (seen("HP:0001251"), seen("HP:0001250", State.ABSENT)),
        ]
    ),
    st.none() | st.floats(0, 110),
    st.sampled_from(Sex),
)
own_papers = st.frozensets(st.sampled_from(PUBLICATIONS), max_size=4)


def reasons(ranker: Ranker, ranking: Ranking, disease: str) -> dict[str, Contribution]:
    found = answer.ranked_disease(ranker, ranking, disease).hypothesis.contributions
    return {str(c.name): c for c in found if c.match is Match.CIRCUMSTANCE}


def values(
    ranker: Ranker, name: str, of: Case, own: frozenset[str] = frozenset()
) -> dict[str, float]:
    """What one circumstance does to each disease."""
    ranking = ranker.rank(of, LeaveOut(references=own))
    found = {}
    for disease in DISEASES:
        at = ranker.knowledge.disease(disease)
        assert at is not None
        reason = circumstance.load(name).reason(ranking.view, of, at)
        found[disease] = 0.0 if reason is None else reason.log_likelihood_ratio
    return {d: v for d, v in found.items() if v != 0}


# What holds for every file of the folder.


@settings(max_examples=60, deadline=None)
@given(of=cases, own=own_papers)
@pytest.mark.parametrize("name", circumstance.names())
def test_number_and_reason_agree(ranker: Ranker, name: str, of: Case, own: frozenset[str]) -> None:
    """For every disease, also those whose rows are not all visible."""
    one = circumstance.load(name)
    view = ranker.rank(of, LeaveOut(references=own)).view
    for disease in range(len(ranker.knowledge.diseases)):
        effects = one.effects(view, view.matrix_for(disease), of)
        reason = one.reason(view, of, disease)
        number = 0.0 if effects is None else float(effects[disease])
        assert number == (0.0 if reason is None else reason.log_likelihood_ratio)
        if reason is not None:
            assert reason.match is Match.CIRCUMSTANCE
            assert reason.finding is None
            assert reason.name
            assert reason.text
            assert reason.assertions
            assert not {r for a in reason.assertions for r in a.references} & own


def test_a_case_that_says_nothing_moves_nothing(ranker: Ranker, one: Circumstance) -> None:
    of = case(seen("HP:0001250"))
    view = ranker.rank(of).view
    assert one.effects(view, view.matrix, of) is None
    assert all(one.reason(view, of, d) is None for d in range(len(DISEASES)))
    assert one.notes(of) == ()


@settings(max_examples=60, deadline=None)
@given(of=cases, own=own_papers)
def test_no_disease_is_ever_removed(ranker: Ranker, of: Case, own: frozenset[str]) -> None:
    ranking = ranker.rank(of, LeaveOut(references=own))
    assert np.all(np.isfinite(ranking.scores))
    assert np.all(ranking.posterior > 0)
    assert sorted(ranking.order.tolist()) == list(range(len(DISEASES)))
    assert float(ranking.posterior.sum()) + ranking.outside == pytest.approx(1)


def test_only_against(ranker: Ranker, one: Circumstance) -> None:
    """Having a record is no advantage."""
    of = case(*FAMILY, age=30, sex=Sex.FEMALE)
    view = ranker.rank(of).view
    effects = one.effects(view, view.matrix, of)
    assert effects is not None
    assert np.all(effects <= 0)
    assert np.any(effects < 0)


@settings(max_examples=60, deadline=None)
@given(of=cases, own=own_papers)
def test_the_score_is_the_sum_with_circumstances(
    ranker: Ranker, of: Case, own: frozenset[str]
) -> None:
    ranking = ranker.rank(of, LeaveOut(references=own))
    for place in range(len(DISEASES)):
        hypothesis = answer.ranked(ranker, ranking, place).hypothesis
        at = int(ranking.order[place])
        assert hypothesis.score == pytest.approx(float(ranking.scores[at]), abs=1e-9)


def test_every_circumstance_is_named_in_the_answer(ranker: Ranker) -> None:
    for name in circumstance.names():
        assert f"{name} (" in ranker.versions["circumstances"]
        assert circumstance.load(name).settings()
    notes = {n.code for n in ranker.rank(case(*FAMILY, age=3, sex=Sex.MALE)).notes}
    assert {"age-used", "sex-used", "family-history"} <= notes


# Age


def test_implausible_only_if_every_stated_onset_is_later(ranker: Ranker) -> None:
    later = circumstance.load("age").settings()["later"]
    assert values(ranker, "age", case(age=15.9))["TOY:1"] == later
    assert "TOY:1" not in values(ranker, "age", case(age=16))
    for spared in ("TOY:2", "TOY:13", "TOY:14"):  # an early onset, one without an age, none
        assert spared not in values(ranker, "age", case(age=0))


def test_a_course_that_has_ended_counts_by_the_share_that_had_died(ranker: Ranker) -> None:
    lived = log(1 - (7 + 4 * 0.3) / (9 + 4))
    assert values(ranker, "age", case(age=10))["TOY:3"] == pytest.approx(lived)
    assert "TOY:3" not in values(ranker, "age", case(age=0.01))
    assert "TOY:4" not in values(ranker, "age", case(age=10))  # how many died is not stated


def test_what_ones_own_publication_states_is_left_out(ranker: Ranker) -> None:
    own = frozenset({"PMID:12"})
    assert values(ranker, "age", case(age=10))["TOY:12"] < -1.5  # died before it could begin
    assert "TOY:12" not in values(ranker, "age", case(age=10), own)
    assert values(ranker, "age", case(age=0.01))["TOY:12"] == -1.5


def test_age_is_said_with_the_rows_that_say_it(ranker: Ranker) -> None:
    ranking = ranker.rank(case(seen("HP:0001250"), age=10))
    reason = reasons(ranker, ranking, "TOY:1")["age"]
    assert reason.text == "every stated onset is later than 10 years: from 16 years"
    assert [a.concept for a in reason.assertions] == ["HP:0003581"]
    reason = reasons(ranker, ranking, "TOY:3")["age"]
    assert reason.text == "most of its patients had died by 28 days; this one lived longer"
    assert [str(a.frequency) for a in reason.assertions] == ["7/9"]
    assert reason.frequency is not None
    assert reason.log_likelihood_ratio == pytest.approx(log(1 - reason.frequency))


def test_an_onset_later_than_the_age_is_noted(ranker: Ranker) -> None:
    for onset, expected in ((Onset(years=12), 1), (Onset(years=3), 0)):
        late = replace(SEIZURE, onset=onset)
        of = case(late, replace(late, experiencer=Experiencer.FAMILY), age=10)
        notes = [n for n in ranker.rank(of).notes if n.code == "onset-after-age"]
        assert len(notes) == expected


def absence(ranker: Ranker, concept: str, disease: str, age: float | None) -> Contribution:
    ranking = ranker.rank(case(seen("HP:0001251"), seen(concept, State.ABSENT), age=age))
    found = answer.ranked_disease(ranker, ranking, disease).hypothesis.contributions
    return next(c for c in found if c.finding is not None and c.finding.id == concept)


@pytest.mark.parametrize(
    ("concept", "disease", "shown_from"),
    [
        ("HP:0002650", "TOY:11", 5.0),  # the finding's own onset
        ("HP:0007359", "TOY:1", 16.0),  # the disease's
        ("HP:0001250", "TOY:1", 16.0),  # of a narrower finding
        ("HP:0002650", "TOY:12", 60.0),
    ],
)
def test_absence_counts_nothing_before_the_disease_shows_it(
    ranker: Ranker, concept: str, disease: str, shown_from: float
) -> None:
    young = absence(ranker, concept, disease, shown_from - 0.1)
    assert young.log_likelihood_ratio == 0
    assert f"shown only from {shown_from:g} years" in young.text
    for age in (None, shown_from, 90.0):
        assert absence(ranker, concept, disease, age).log_likelihood_ratio < 0


@pytest.mark.parametrize(
    ("concept", "disease"),
    [("HP:0001250", "TOY:11"), ("HP:0001250", "TOY:14"), ("HP:0001250", "TOY:16")],
)
def test_absence_counts_where_something_of_it_is_shown_early_or_nothing_is_stated(
    ranker: Ranker, concept: str, disease: str
) -> None:
    assert absence(ranker, concept, disease, 1.0).log_likelihood_ratio < 0


# Sex


def test_diseases_of_the_other_sex(ranker: Ranker) -> None:
    other = circumstance.load("sex").settings()["other"]
    girl = values(ranker, "sex", case(sex=Sex.FEMALE))
    assert girl == {"TOY:5": other, "TOY:8": other}
    boy = values(ranker, "sex", case(sex=Sex.MALE))
    assert boy == {"TOY:9": other, "TOY:15": other}
    for sex in (Sex.UNKNOWN, Sex.OTHER):
        assert values(ranker, "sex", case(sex=sex)) == {}


def test_inheritance_stated_by_ones_own_publication_is_left_out(ranker: Ranker) -> None:
    assert "TOY:5" not in values(ranker, "sex", case(sex=Sex.FEMALE), frozenset({"PMID:5"}))


def test_sex_is_said_with_the_rows_that_say_it(ranker: Ranker) -> None:
    ranking = ranker.rank(case(seen("HP:0001250"), sex=Sex.FEMALE))
    reason = reasons(ranker, ranking, "TOY:5")["sex"]
    assert "X-linked recessive inheritance" in reason.text
    assert {a.concept for a in reason.assertions} == {"HP:0001419", "HP:0003829"}
    ranking = ranker.rank(case(seen("HP:0001250"), sex=Sex.MALE))
    reason = reasons(ranker, ranking, "TOY:9")["sex"]
    assert "female patients only" in reason.text
    assert {a.sex for a in reason.assertions} == {Sex.FEMALE}


# Family


@pytest.mark.parametrize("relative", ["mother", "Father", "parents", "two sons", "daughter"])
def test_a_finding_shared_with_a_parent_or_child_is_against_recessive_diseases(
    ranker: Ranker, relative: str
) -> None:
    of = case(seen("HP:0002650"), seen("HP:0002650", relative=relative))
    halved = -log(2)
    assert values(ranker, "family", of) == {"TOY:5": halved, "TOY:10": halved}


@pytest.mark.parametrize(
    "observations",
    [
        (seen("HP:0002650"), seen("HP:0002650", relative="sister")),
        (seen("HP:0002650"), seen("HP:0002650", relative="grandmother")),
        (seen("HP:0002650"), seen("HP:0001250", relative="mother")),
        (seen("HP:0002650"), seen("HP:0002650", State.ABSENT, relative="mother")),
        (seen("HP:0002650", State.ABSENT), seen("HP:0002650", relative="mother")),
        (seen("HP:0000007"), seen("HP:0000007", relative="mother")),
    ],
)
def test_other_family_findings_move_nothing(
    ranker: Ranker, observations: tuple[Observation, ...]
) -> None:
    assert values(ranker, "family", case(*observations)) == {}


def test_a_narrower_finding_of_a_relative_is_shared(ranker: Ranker) -> None:
    of = case(seen("HP:0001250"), seen("HP:0007359", relative="father"))
    assert set(values(ranker, "family", of)) == {"TOY:5", "TOY:10"}


def test_family_findings_are_not_the_patients(ranker: Ranker) -> None:
    ranking = ranker.rank(case(seen("HP:0001250"), seen("HP:0002650", relative="sister")))
    alone = ranker.rank(case(seen("HP:0001250")))
    assert np.array_equal(ranking.scores, alone.scores)
    assert [u.used for u in ranking.uses] == [True, False]
    assert "family history (sister)" in str(ranking.uses[1].why_not)


# What everything known of a patient has in common.


@settings(max_examples=60, deadline=None)
@given(
    order=st.permutations(
        [
            seen("HP:0007359"),
            seen("HP:0001250", importance=2.5),
            seen("HP:0002197"),
            seen("HP:0002650", State.ABSENT),
            seen("HP:0002650", relative="mother"),
            seen("HP:0001251", importance=0.5),
        ]
    ),
    age=st.none() | st.floats(0, 90),
    sex=st.sampled_from(Sex),
)
def test_order_of_input_does_not_matter(
    ranker: Ranker, order: list[Observation], age: float | None, sex: Sex
) -> None:
    straight = ranker.rank(case(*sorted(order, key=str), age=age, sex=sex))
    shuffled = ranker.rank(case(*order, age=age, sex=sex))
    assert np.allclose(straight.scores, shuffled.scores, atol=1e-9)


def test_without_circumstances_only_findings_count(ranker: Ranker) -> None:
    plain = Ranker(ranker.knowledge, ranker.scorer, {})
    found = (seen("HP:0001250"), seen("HP:0002650", State.ABSENT))
    assert np.array_equal(plain.rank(case(*found, age=1)).scores, plain.rank(case(*found)).scores)
