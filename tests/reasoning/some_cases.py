"""Cases over the toy release's terms, of every kind of statement, for properties."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from domain.assertions import Sex
from domain.case import Case
from domain.findings import Experiencer, Joint, Observation, State, Time
from domain.identifiers import Curie

TERMS = (
    "HP:0000707", "HP:0001250", "HP:0007359", "HP:0002197", "HP:0001251", "HP:0002066",
    "HP:0002650", "HP:0000252", "HP:0001638", "HP:0001639", "HP:0001640", "HP:0002202",
)  # fmt: skip


def said(concept: str, state: State = State.PRESENT) -> Observation:
    """A plain statement of a finding."""
    return Observation(label=concept, concept=Curie(concept), state=state)


def case(*observations: Observation, sex: Sex = Sex.UNKNOWN) -> Case:
    """A case of these statements."""
    return Case(id="x", observations=observations, sex=sex)


def answered(case: Case, concept: str, *, present: bool) -> Case:
    """The same case with one more finding."""
    state = State.PRESENT if present else State.ABSENT
    return replace(case, observations=(*case.observations, said(concept, state)))


shares = st.floats(0.02, 0.98)
plain = st.builds(
    Observation,
    label=st.just("seen"),
    concept=st.sampled_from(TERMS).map(Curie),
    state=st.sampled_from([State.PRESENT, State.PRESENT, State.ABSENT]),
    time=st.sampled_from([Time.NOW, Time.NOW, Time.PAST]),
    importance=st.sampled_from([None, None, 2.5]),
)
uncertain = st.builds(
    Observation,
    label=st.just("seen"),
    concept=st.sampled_from(TERMS).map(Curie),
    state=st.just(State.UNCERTAIN),
    probability=shares,
    base_rate=shares,
)
FILMS = Joint(group="films", cap=0.3)
read = st.builds(
    Observation,
    label=st.just("read"),
    concept=st.sampled_from(TERMS).map(Curie),
    state=st.sampled_from([State.PRESENT, State.ABSENT]),
    probability=shares,
    base_rate=shares,
    momentary=st.booleans(),
    joint=st.sampled_from([FILMS, None]),
)
beside = st.builds(
    Observation,
    label=st.just("seen"),
    concept=st.sampled_from(TERMS).map(Curie),
    state=st.sampled_from(State),
    experiencer=st.sampled_from([Experiencer.PATIENT, Experiencer.FAMILY]),
    kinship=st.sampled_from(["mother", "sister", None]),
    time=st.sampled_from([Time.NOW, Time.HYPOTHETICAL]),
)
cases = st.builds(
    Case,
    id=st.just("x"),
    observations=st.lists(st.one_of(plain, plain, uncertain, read, beside), max_size=7).map(tuple),
    age=st.sampled_from([None, 0.5, 30.0]),
    sex=st.sampled_from(Sex),
)
