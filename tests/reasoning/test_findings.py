"""Fusing observations, and choosing which findings count."""

from __future__ import annotations

from typing import Any

import pytest

from domain.errors import InvalidField
from domain.findings import (
    Attribute,
    Experiencer,
    FindingUse,
    Observation,
    State,
    Time,
    Trigger,
)
from domain.identifiers import Curie
from reasoning.findings import choose, fuse
from reasoning.knowledge import Knowledge


def seen(concept: str, state: State = State.PRESENT, **fields: Any) -> Observation:
    return Observation(label=concept, concept=Curie(concept), state=state, **fields)


def said(words: str) -> Trigger:
    return Trigger(attribute=Attribute.NEGATED, text=words)


def uses(knowledge: Knowledge, *observations: Observation) -> dict[str, FindingUse]:
    chosen, _ = choose(fuse(observations, knowledge), knowledge)
    return {f"{u.finding.concept} {u.finding.state}": u for u in chosen}


def test_several_witnesses_are_one_finding(knowledge: Knowledge) -> None:
    found = fuse([seen("HP:0001250"), seen("HP:0001250", triggers=(said("definite"),))], knowledge)
    assert len(found) == 1
    assert len(found[0].observations) == 2
    assert found[0].label == "Seizure"


def test_the_same_observation_twice_changes_nothing(knowledge: Knowledge) -> None:
    once = fuse([seen("HP:0001250")], knowledge)
    assert fuse([seen("HP:0001250")] * 2, knowledge) == once


@pytest.mark.parametrize(
    ("states", "fused"),
    [
        ((State.PRESENT, State.ABSENT), State.UNDETERMINED),
        ((State.PRESENT, State.UNCERTAIN), State.PRESENT),
        ((State.ABSENT, State.UNCERTAIN), State.UNCERTAIN),
        ((State.ABSENT, State.UNDETERMINED), State.ABSENT),
        ((State.UNDETERMINED, State.UNDETERMINED), State.UNDETERMINED),
    ],
)
def test_fused_states(knowledge: Knowledge, states: tuple[State, State], fused: State) -> None:
    observations = [seen("HP:0001250", s, triggers=(said(str(i)),)) for i, s in enumerate(states)]
    assert fuse(observations, knowledge)[0].state is fused


@pytest.mark.parametrize(
    ("observation", "reason"),
    [
        (seen("HP:0001250", time=Time.HYPOTHETICAL), "hypothetical"),
        (seen("HP:0001250", experiencer=Experiencer.FAMILY, kinship="mother"), "mother"),
        (seen("HP:0001250", experiencer=Experiencer.OTHER), "somebody else"),
        (seen("HP:0001250", State.UNDETERMINED), "could not be settled"),
        (seen("HP:0001250", State.UNCERTAIN), "hedged"),
        (seen("HP:0000006"), "inheritance"),
    ],
)
def test_what_does_not_count_says_why(
    knowledge: Knowledge, observation: Observation, reason: str
) -> None:
    (use,) = uses(knowledge, observation).values()
    assert not use.used
    assert reason in str(use.why_not)


def test_past_findings_count_and_stay_marked(knowledge: Knowledge) -> None:
    (use,) = uses(knowledge, seen("HP:0001250", time=Time.PAST)).values()
    assert use.used
    assert use.finding.time is Time.PAST


def test_a_finding_implied_by_another_adds_nothing(knowledge: Knowledge) -> None:
    found = uses(knowledge, seen("HP:0001250"), seen("HP:0007359"))
    assert not found["HP:0001250 present"].used
    assert found["HP:0007359 present"].used
    absent = uses(knowledge, seen("HP:0001250", State.ABSENT), seen("HP:0007359", State.ABSENT))
    assert absent["HP:0001250 absent"].used
    assert not absent["HP:0007359 absent"].used


def test_a_present_child_with_an_absent_ancestor_is_a_conflict(knowledge: Knowledge) -> None:
    findings = fuse([seen("HP:0007359"), seen("HP:0001250", State.ABSENT)], knowledge)
    chosen, conflicts = choose(findings, knowledge)
    assert [u.used for u in chosen] == [True, False]
    assert [c.kind for c in conflicts] == ["present child, absent ancestor"]


def test_an_absent_child_of_a_present_finding_is_no_conflict(knowledge: Knowledge) -> None:
    findings = fuse([seen("HP:0001250"), seen("HP:0007359", State.ABSENT)], knowledge)
    chosen, conflicts = choose(findings, knowledge)
    assert all(u.used for u in chosen)
    assert not conflicts


def test_present_and_absent_is_a_conflict_without_effect(knowledge: Knowledge) -> None:
    findings = fuse([seen("HP:0001250"), seen("HP:0001250", State.ABSENT)], knowledge)
    chosen, conflicts = choose(findings, knowledge)
    assert [u.used for u in chosen] == [False]
    assert [c.kind for c in conflicts] == ["present and absent"]


@pytest.mark.parametrize(
    ("fields", "missing"),
    [({"probability": 0.7}, "base_rate"), ({"base_rate": 0.7}, "probability")],
)
def test_a_probability_travels_with_its_base_rate(fields: dict[str, float], missing: str) -> None:
    with pytest.raises(InvalidField, match=missing):
        seen("HP:0001250", State.UNCERTAIN, **fields)


def test_what_the_mother_had_in_the_pregnancy_is_not_the_patients(knowledge: Knowledge) -> None:
    of_mother = seen("HP:0002202", experiencer=Experiencer.FAMILY, kinship="mother", pregnancy=True)
    found = uses(knowledge, of_mother, seen("HP:0001250"))
    use = found["HP:0002202 present"]
    assert not use.used
    assert str(use.why_not).startswith("of the pregnancy (mother): not the patient's own finding")
    assert "past history of 1 disease," in str(use.why_not)
    assert found["HP:0001250 present"].used
