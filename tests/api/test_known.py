"""Known conditions of a case: evidence, never a suggestion, and nothing dangerous is silenced."""

from __future__ import annotations

from itertools import permutations

import pytest

from api import common
from api.intake import CodedFinding
from api.known import SYSTEM, known_conditions
from api.service import Service
from domain.case import Case
from domain.differential import Differential
from domain.evidence import CodedEntry
from domain.figures import Setting
from domain.findings import State, Time

STAYS, SILENT = "known-condition-stays-candidate", "known-condition-without-effect"
HCM, FAILURE = "HP:0001639", "DX:toy-failure"


def case(service: Service, *known: str) -> Case:
    """A toy case with an effusion and a large heart."""
    findings = [
        CodedFinding(concept=i, state="present", system="toy", field=i)
        for i in ("HP:0002202", "HP:0001640")
    ]
    return service.case(findings=findings, known=known)


def answer(service: Service, *known: str, scope: str = "all") -> Differential:
    """What it is answered."""
    return common.diagnose(service, case(service, *known), Setting.EMERGENCY, 20, scope)


def ranked(found: Differential) -> set[str]:
    return {i for r in found.ranked for i in (r.hypothesis.disease, *r.hypothesis.same_as)}


def test_a_condition_of_the_table_is_a_finding(toy_service: Service) -> None:
    (known,), (observation,), notes = known_conditions(toy_service, ["hocm"])
    assert (known.label, known.finding) == ("hypertrophic cardiomyopathy", HCM)
    assert "MONDO:0005045" in known.diseases
    assert (observation.concept, observation.state) == (HCM, State.PRESENT)
    assert observation.time is Time.NOW
    assert observation.evidence == (CodedEntry(system=SYSTEM, code=known.label),)
    assert notes == []


def test_neither_order_nor_repetition_nor_the_name_matters(toy_service: Service) -> None:
    names = ("HCM", "HP:0001639", "Toy scoliosis", "nonsense")
    first = known_conditions(toy_service, names)
    assert len(first[0]) == 3
    for given in permutations(names):
        assert known_conditions(toy_service, given) == first
    assert known_conditions(toy_service, [*names, " hypertrophic  Cardiomyopathy ", ""]) == first


def test_a_disease_of_the_release_goes_by_name_or_id(toy_service: Service) -> None:
    for name in ("toy SCOLIOSIS", "TOY:3"):
        (known,), observations, (note,) = known_conditions(toy_service, [name])
        assert (known.label, known.diseases) == ("Toy scoliosis", ("TOY:3",))
        assert (observations, note.code) == ([], SILENT)
        assert "is not suggested" in note.message
        assert note.mend is None


def test_a_finding_of_the_release_goes_by_name_synonym_or_id(toy_service: Service) -> None:
    for name in ("Seizure", "epileptic seizure", "HP:0001250", "HP:0001303"):
        (known,), (observation,), notes = known_conditions(toy_service, [name])
        assert (known.label, known.diseases, known.finding) == ("Seizure", (), "HP:0001250")
        assert (observation.concept, notes) == ("HP:0001250", [])


@pytest.mark.parametrize("name", ["some words", "OMIM:1", "HP:0000005", "HP:0000535"])
def test_what_the_release_has_not_is_shown_and_has_no_effect(
    toy_service: Service, name: str
) -> None:
    (known,), observations, (note,) = known_conditions(toy_service, [name])
    assert (known.label, known.diseases, known.finding) == (name, (), None)
    assert (observations, note.code, note.subject) == ([], SILENT, name)
    assert note.mend is not None


def test_a_condition_whose_finding_this_release_lacks_is_still_known(toy_service: Service) -> None:
    (known,), observations, (note,) = known_conditions(toy_service, ["COPD"])
    assert known.finding is None
    assert "MONDO:0005002" in known.diseases
    assert (observations, note.code, note.mend) == ([], SILENT, None)


@pytest.mark.parametrize("scope", ["all", "common"])
def test_a_known_disease_is_evidence_and_no_suggestion(
    figures_service: Service, scope: str
) -> None:
    assert "MONDO:9999001" in ranked(answer(figures_service, scope=scope))
    found = answer(figures_service, "toy pleurisy", scope=scope)
    assert "MONDO:9999001" not in ranked(found)
    assert [k.label for k in found.known] == ["Toy pleurisy"]
    assert [r.rank for r in found.ranked] == list(range(1, len(found.ranked) + 1))


def test_it_is_set_aside_in_scope_rare_too(toy_service: Service) -> None:
    assert "TOY:2" in ranked(toy_service.diagnose(case(toy_service), top=20))
    found = toy_service.diagnose(case(toy_service, "Toy cardiomyopathy"), top=20)
    assert "TOY:2" not in ranked(found)


@pytest.mark.parametrize("name", ["toy heart failure", FAILURE])
def test_what_must_not_be_missed_stays_a_candidate(figures_service: Service, name: str) -> None:
    before, found = answer(figures_service), answer(figures_service, name)
    notes = [n for n in found.data_quality if n.code == STAYS]
    assert [(n.level, n.subject) for n in notes] == [("warning", "Toy heart failure")]
    assert [r.hypothesis.disease for r in found.ranked] == [
        r.hypothesis.disease for r in before.ranked
    ]
    assert FAILURE in {s.disease.id for s in found.must_not_miss.diseases}


@pytest.mark.parametrize(("known", "unexplained"), [((), True), (("HCM",), False)])
def test_what_is_known_is_not_left_unexplained(
    figures_service: Service, known: tuple[str, ...], unexplained: bool
) -> None:
    # The scoliosis of the toys explains all of these but the heart.
    shown = [HCM, "HP:0002650", "HP:0000252", "HP:0001251"]
    findings = [CodedFinding(concept=i, state="present", system="toy", field=i) for i in shown]
    stated = figures_service.case(findings=findings, known=known)
    for found in (
        figures_service.diagnose(stated, top=1),
        common.diagnose(figures_service, stated, Setting.WARD, 2),
    ):
        assert (HCM in {f.id for f in found.unexplained}) is unexplained
