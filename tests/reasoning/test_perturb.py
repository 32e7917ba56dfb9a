"""Cases made harder, and cases drawn from the annotations."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.case import Case
from domain.findings import Observation, State
from domain.identifiers import Curie
from reasoning import perturb
from reasoning.knowledge import Knowledge
from reasoning.ranking import Ranker
from tests.reasoning.conftest import number


def case(*present: str, absent: tuple[str, ...] = ()) -> Case:
    said = [(p, State.PRESENT) for p in present] + [(a, State.ABSENT) for a in absent]
    return Case(
        id="x",
        observations=tuple(
            Observation(label=c, concept=Curie(c), state=state) for c, state in said
        ),
    )


def concepts(case: Case, state: State) -> list[str]:
    return [str(o.concept) for o in case.observations if o.state is state]


def use_of(knowledge: Knowledge) -> dict[str, float]:
    use = perturb.use(knowledge)
    return {knowledge.terms.id(int(t)): float(use[t]) for t in np.flatnonzero(use)}


def test_use_counts_rows_that_say_patients_had_it(knowledge: Knowledge) -> None:
    """Ataxia: 6/11 and 1/1 of TOY:1; its 0/2, 0/1 and TOY:6's exclusion do not count."""
    use = use_of(knowledge)
    assert use["HP:0001251"] == 2
    assert use["HP:0000252"] == 1
    assert "HP:0000006" not in use
    assert "HP:0002202" not in use  # only as past history


@pytest.mark.parametrize("seed", range(20))
def test_noise_has_nothing_to_do_with_the_disease(knowledge: Knowledge, seed: int) -> None:
    """TOY:7 has generalised seizures, seizures and (denied) scoliosis by way of obsolete ids."""
    before = case("HP:0002197", absent=("HP:0001639",))
    after = perturb.noise(before, knowledge, "TOY:7", seed=seed)
    added = [str(o.concept) for o in after.observations[len(before.observations) :]]
    assert after.observations[: len(before.observations)] == before.observations
    assert len(added) == perturb.NOISE_TERMS == len(set(added))
    own = {
        int(knowledge.arrays["row_term"][r]) for r in knowledge.rows_of(number(knowledge, "TOY:7"))
    }
    for term in map(knowledge.terms.number, added):
        assert term is not None
        assert not own & set(knowledge.ancestors[term].tolist())
        assert not any(term in knowledge.ancestors[t] for t in own)
        assert knowledge.terms.id(term) not in ("HP:0002197", "HP:0001639")
        assert use_of(knowledge)[knowledge.terms.id(term)] > 0


def test_noise_is_seeded_by_the_case_alone(knowledge: Knowledge) -> None:
    one = case("HP:0002197")
    assert perturb.noise(one, knowledge, "TOY:7", seed=1) == perturb.noise(
        one, knowledge, "TOY:7", seed=1
    )
    drawn = {
        tuple(sorted(concepts(perturb.noise(one, knowledge, "TOY:7", seed=s), State.PRESENT)))
        for s in range(30)
    }
    assert len(drawn) > 1
    named = {
        tuple(perturb.noise(replace(one, id=str(i)), knowledge, "TOY:7", seed=1).observations)
        for i in range(30)
    }
    assert len(named) > 1


def test_what_is_used_more_is_drawn_more(knowledge: Knowledge) -> None:
    """For TOY:4 (seizures, small head) there are five terms to draw, of use 1 to 3."""
    counts: dict[str, int] = {}
    for i in range(400):
        one = replace(case("HP:0000252"), id=str(i))
        for o in perturb.noise(one, knowledge, "TOY:4", seed=0).observations[1:]:
            counts[str(o.concept)] = counts.get(str(o.concept), 0) + 1
    use = use_of(knowledge)
    assert use["HP:0002650"] > use["HP:0001639"]
    assert counts["HP:0002650"] > counts["HP:0001639"] > 0


def test_imprecise_goes_to_the_parent_alone(knowledge: Knowledge) -> None:
    before = case("HP:0007359", "HP:0002066", absent=("HP:0001639",))
    after = perturb.imprecise(before, knowledge)
    assert concepts(after, State.PRESENT) == ["HP:0001250", "HP:0001251"]
    assert after.observations[0].label == "Seizure"
    assert concepts(after, State.ABSENT) == ["HP:0001639"]


def test_nothing_is_made_as_broad_as_the_root(knowledge: Knowledge) -> None:
    """The only parent of a top branch is HP:0000118 itself; inheritance is no finding."""
    before = case("HP:0000707", "HP:0002202", "HP:0000006")
    assert perturb.imprecise(before, knowledge) == before


def test_of_several_parents_the_first_by_label(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scoliosis below both the nervous system (first id) and the cardiovascular (first label)."""
    nervous, heart = (number(knowledge, i) for i in ("HP:0000707", "HP:0001626"))
    scoliosis = number(knowledge, "HP:0002650")
    assert nervous < heart
    real = knowledge.parents

    class Parents:
        def __getitem__(self, term: int) -> object:
            return np.array([nervous, heart]) if term == scoliosis else real[term]

    monkeypatch.setattr(knowledge, "parents", Parents())
    after = perturb.imprecise(case("HP:0002650"), knowledge)
    assert concepts(after, State.PRESENT) == ["HP:0001626"]


def test_only_diseases_with_counts_are_simulated(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted rows: TOY:1 four, TOY:3 three, TOY:5 and TOY:7 two; TOY:8's is past history."""
    assert perturb.simulated_diseases(knowledge, seed=0) == []
    monkeypatch.setattr(perturb, "LEAST_COUNTED", 2)
    able = [number(knowledge, d) for d in ("TOY:1", "TOY:3", "TOY:5", "TOY:7")]
    assert perturb.simulated_diseases(knowledge, seed=0) == able
    drawn = {tuple(perturb.simulated_diseases(knowledge, seed=s, count=2)) for s in range(60)}
    assert len(drawn) == 6
    assert all(len(d) == 2 and set(d) <= set(able) for d in drawn)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), disease=st.sampled_from(["TOY:1", "TOY:3", "TOY:5", "TOY:7"]))
def test_a_simulated_patient_contradicts_nothing(
    ranker: Ranker, knowledge: Knowledge, seed: int, disease: str
) -> None:
    at = number(knowledge, disease)
    patient = perturb.patient(knowledge, at, seed=seed)
    assert patient == perturb.patient(knowledge, at, seed=seed)
    assert patient.present
    assert not set(patient.present) & set(patient.absent)
    assert not set(patient.unknown) & {*patient.present, *patient.absent}
    above = {a for t in patient.present for a in knowledge.ancestors[t].tolist()}
    assert not above & set(patient.absent)
    plain = perturb.with_present(knowledge, patient, seed=seed)
    present = concepts(plain, State.PRESENT)
    assert 1 <= len(present) <= perturb.MOST_PRESENT
    assert {number(knowledge, c) for c in present} <= set(patient.present)
    ranking = ranker.rank(plain)
    both = perturb.with_absent(knowledge, patient, plain, ranking, seed=seed)
    assert concepts(both, State.PRESENT) == present
    absent = {number(knowledge, c) for c in concepts(both, State.ABSENT)}
    assert len(absent) <= perturb.MOST_ABSENT
    assert not absent & above
    used = ranker.rank(both)
    assert not used.conflicts


def test_frequencies_come_from_the_counts(knowledge: Knowledge) -> None:
    """TOY:3: scoliosis 20/20 is Beta(21.2, 2.8), small head 0/40 Beta(1.2, 42.8), ataxia 0/1
    Beta(1.2, 3.8); a patient has at least one of them."""
    at = number(knowledge, "TOY:3")
    patients = [perturb.patient(knowledge, at, seed=s) for s in range(600)]
    scoliosis, small = number(knowledge, "HP:0002650"), number(knowledge, "HP:0000252")
    some = 1 - 2.8 / 24 * 42.8 / 44 * 3.8 / 5
    for term, expected in ((scoliosis, 21.2 / 24), (small, 1.2 / 44)):
        has = np.mean([term in p.present for p in patients])
        assert has == pytest.approx(expected / some, abs=0.03)


def test_findings_of_rivals_are_among_the_absent_ones(ranker: Ranker, knowledge: Knowledge) -> None:
    """A patient with scoliosis alone lacks what the other diseases show: not seizures of the
    patient's own disease whose state was not drawn."""
    at = number(knowledge, "TOY:3")
    patient = perturb.Patient(
        disease=at,
        present=(number(knowledge, "HP:0002650"),),
        absent=(),
        unknown=(number(knowledge, "HP:0001250"),),
    )
    plain = case("HP:0002650")
    drawn: set[str] = set()
    for seed in range(30):
        both = perturb.with_absent(knowledge, patient, plain, ranker.rank(plain), seed=seed)
        drawn |= set(concepts(both, State.ABSENT))
    assert {"HP:0001251", "HP:0001639", "HP:0001640", "HP:0000252"} == drawn
