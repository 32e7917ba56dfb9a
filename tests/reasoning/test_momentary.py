"""What was absent at one moment: it excludes what lasts, and nothing that comes and goes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.assertions import DISEASE, PHENOTYPE, Assertion, Concept
from domain.case import Case
from domain.differential import Match
from domain.evidence import Measurement, TextSpan
from domain.findings import FindingUse, Observation, State, Time
from domain.identifiers import Curie
from kg.graph import Graph
from reasoning import answer
from reasoning.findings import choose, fuse
from reasoning.ranking import Ranker
from reasoning.supposed import answered, settled
from tests.reasoning import made

FAST = Curie("HP:0001649")
SINUS = Curie("HP:0011703")
PAROXYSMAL = Curie("HP:0006688")
FLUTTER = Curie("HP:0004749")
OTHER = Curie("HP:0009999")
TERMS = {
    FAST: ("Tachycardia", made.ROOT),
    SINUS: ("Sinus tachycardia", FAST),
    PAROXYSMAL: ("Paroxysmal tachycardia", FAST),
    FLUTTER: ("Flutter in paroxysms", PAROXYSMAL),
    OTHER: ("Other finding", made.ROOT),
}
LASTING, SPELLS, RECURRENT, TRIGGERED, BESIDE = (made.disease(n) for n in range(5))
#: Disease: its finding, and modifiers of the row ("Recurrent", "Triggered by cold").
ROWS: list[tuple[Curie, Curie, tuple[str, ...]]] = [
    (LASTING, SINUS, ()),
    (SPELLS, PAROXYSMAL, ()),
    (RECURRENT, FAST, ("HP:0031796",)),
    (TRIGGERED, FAST, ("HP:0025206",)),
    (BESIDE, OTHER, ()),
    *((made.disease(n), OTHER, ()) for n in range(10, 60)),  # tachycardia is not the rule
]


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    concepts = [Concept(id=made.ROOT, label="Phenotypic abnormality", category=PHENOTYPE)]
    concepts += [
        Concept(id=i, label=label, category=PHENOTYPE, parents=(parent,))
        for i, (label, parent) in TERMS.items()
    ]
    modifier = Curie("HP:0012823")
    concepts += [
        Concept(id=modifier, label="Clinical modifier", category=PHENOTYPE),
        Concept(id=Curie("HP:0025204"), label="Triggered by", category=PHENOTYPE,
                parents=(modifier,)),
        Concept(id=Curie("HP:0025206"), label="Triggered by cold", category=PHENOTYPE,
                parents=(Curie("HP:0025204"),)),
        Concept(id=Curie("HP:0031796"), label="Recurrent", category=PHENOTYPE,
                parents=(modifier,)),
    ]  # fmt: skip
    concepts += [Concept(id=d, label=f"Disease {d}", category=DISEASE) for d, _, _ in ROWS]
    rows: list[Assertion] = [
        replace(made.assertion(d, term, n), modifiers=tuple(map(Curie, modifiers)))
        for n, (d, term, modifiers) in enumerate(ROWS)
    ]
    return made.ranker(Graph.of(concepts, rows))


def seen(concept: Curie, state: State = State.PRESENT, **fields: Any) -> Observation:
    return Observation(label=TERMS[concept][0], concept=concept, state=state, **fields)


def moment(concept: Curie = FAST, **fields: Any) -> Observation:
    return seen(concept, State.ABSENT, momentary=True, **fields)


def uses(ranker: Ranker, *observations: Observation) -> list[FindingUse]:
    chosen, conflicts = choose(fuse(observations, ranker.knowledge), ranker.knowledge)
    assert conflicts == ()
    return list(chosen)


def case(*observations: Observation) -> Case:
    return Case(id="made", observations=observations)


def effect(ranker: Ranker, disease: Curie, *observations: Observation) -> float:
    """What the first finding alone does to a disease."""
    ranking = ranker.rank(case(*observations))
    at = ranker.knowledge.diseases.number(disease)
    assert at is not None
    return answer.reason(ranker, ranking, ranking.signs[0], at).log_likelihood_ratio


def test_a_normal_pulse_excludes_what_lasts_and_no_spells(ranker: Ranker) -> None:
    lasting = seen(FAST, State.ABSENT)
    assert effect(ranker, LASTING, moment()) == effect(ranker, LASTING, lasting) < -0.1
    for disease in (SPELLS, RECURRENT, TRIGGERED):
        assert effect(ranker, disease, moment()) == 0.0
        assert effect(ranker, disease, lasting) < -0.1


def test_the_ranking_agrees_with_its_reasons(ranker: Ranker) -> None:
    found = answer.differential(ranker, ranker.rank(case(moment(), seen(OTHER))), len(ROWS))
    assert {r.hypothesis.disease for r in found.ranked} >= {LASTING, SPELLS, RECURRENT, TRIGGERED}
    for r in found.ranked:
        told = sum(c.log_likelihood_ratio for c in r.hypothesis.contributions)
        assert r.hypothesis.score == pytest.approx(r.hypothesis.prior_score + told)


def test_the_reason_says_why_it_weighs_nothing(ranker: Ranker) -> None:
    found = answer.differential(ranker, ranker.rank(case(moment(), seen(OTHER))), len(ROWS))
    spells = next(r.hypothesis for r in found.ranked if r.hypothesis.disease == SPELLS)
    pulse = next(c for c in spells.contributions if c.match is Match.EXCLUDED_IN_CASE)
    assert "comes and goes" in pulse.text
    assert pulse.log_likelihood_ratio == 0.0


def test_a_moment_never_conflicts_with_a_presence_of_another_time(ranker: Ranker) -> None:
    for present in (
        seen(FAST),
        seen(FAST, time=Time.PAST),
        seen(SINUS),
        seen(PAROXYSMAL, time=Time.PAST),
    ):
        for order in ((present, moment()), (moment(), present)):
            by_state = {u.finding.state: u for u in uses(ranker, *order)}
            assert by_state[State.PRESENT].used
            assert not by_state[State.ABSENT].used
            assert str(by_state[State.ABSENT].why_not).startswith("absent at one time only")


def test_a_lasting_absence_still_conflicts(ranker: Ranker) -> None:
    observations = (seen(FAST), seen(FAST, State.ABSENT))
    found, conflicts = choose(fuse(observations, ranker.knowledge), ranker.knowledge)
    assert [u.finding.state for u in found] == [State.UNDETERMINED]
    assert conflicts


def test_a_moment_leaves_an_uncertain_finding_as_it_is(ranker: Ranker) -> None:
    doubt = seen(FAST, State.UNCERTAIN, probability=0.7, base_rate=0.1)
    found = fuse((doubt, moment()), ranker.knowledge)
    assert [f.state for f in found] == [State.UNCERTAIN, State.ABSENT]
    assert found[0].probability == 0.7


def test_a_moment_beside_a_lasting_absence_is_that_absence(ranker: Ranker) -> None:
    (found,) = fuse((seen(FAST, State.ABSENT), moment()), ranker.knowledge)
    assert found.state is State.ABSENT
    assert not found.momentary
    assert len(found.observations) == 2


def test_a_moment_of_the_past_does_not_count(ranker: Ranker) -> None:
    (use,) = uses(ranker, moment(time=Time.PAST))
    assert not use.used
    assert "at one time in the past" in str(use.why_not)


def test_a_momentary_absence_implies_no_lasting_one(ranker: Ranker) -> None:
    found = {u.finding.concept: u for u in uses(ranker, moment(), seen(SINUS, State.ABSENT))}
    assert found[FAST].used
    assert found[SINUS].used
    found = {u.finding.concept: u for u in uses(ranker, moment(), moment(SINUS))}
    assert found[FAST].used
    assert not found[SINUS].used


def test_words_and_value_are_one_finding_with_two_witnesses(ranker: Ranker) -> None:
    span = TextSpan(document="report", start=0, end=6, quote="HR 132")
    value = Measurement(
        code="8867-4", value=132.0, unit="/min", reference_range="60-100", time=None, source="made"
    )
    by_value = seen(FAST, momentary=True, evidence=(span, value))
    (use,) = uses(ranker, seen(FAST), by_value)
    assert use.used
    assert not use.finding.momentary
    assert len(use.finding.observations) == 2
    assert value in use.finding.evidence


def test_what_comes_and_goes_is_still_asked(ranker: Ranker) -> None:
    ranking = ranker.rank(case(moment()))
    closed = settled(ranking.view.knowledge, ranking.view.passing, ranking.uses)

    def is_closed(concept: Curie) -> bool:
        at = ranker.knowledge.terms.number(concept)
        assert at is not None
        return bool(closed[at])

    assert is_closed(FAST)
    assert is_closed(SINUS)
    assert not is_closed(PAROXYSMAL)
    assert not is_closed(FLUTTER)


def test_an_answer_does_what_the_tool_then_says(ranker: Ranker) -> None:
    ranking = ranker.rank(case(moment()))
    at = ranker.knowledge.terms.number(PAROXYSMAL)
    assert at is not None
    supposed = {(s.term, s.ratio) for s in answered(ranking, at, present=True)}
    then = {(s.term, s.ratio) for s in ranker.rank(case(moment(), seen(PAROXYSMAL))).signs}
    assert supposed == then


def test_typical_findings_that_come_in_spells_are_still_named(ranker: Ranker) -> None:
    found = answer.differential(ranker, ranker.rank(case(moment(), seen(OTHER))), len(ROWS))
    typical = {
        r.hypothesis.disease: [t.concept.id for t in r.hypothesis.typical_not_mentioned]
        for r in found.ranked
    }
    assert typical[SPELLS] == [PAROXYSMAL]
    assert typical[LASTING] == []
