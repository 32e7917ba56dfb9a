"""What a conflict does to the ranking: each side heard alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.case import Case
from domain.differential import Conflict, Side
from domain.evidence import ConceptRef
from domain.findings import Joint, Observation, State
from domain.identifiers import Curie
from reasoning.disputes import MOST, weighed
from tests.reasoning.some_cases import case, said

ONE, OTHER = (ConceptRef(id=Curie(f"TOY:{i}"), label=f"toy {i}") for i in (1, 2))
SEIZURE = "HP:0001250"


@dataclass(frozen=True)
class Order:
    """A ranking of two diseases."""

    case: Case
    diseases: tuple[ConceptRef, ...]

    def first(self, n: int) -> list[ConceptRef]:
        return list(self.diseases[:n])

    def place(self, disease: ConceptRef) -> int:
        return self.diseases.index(disease) + 1


def by_presence(heard: Case) -> Order:
    """`ONE` stands first where a seizure is said to be there and nobody denies it."""
    states = {o.state for o in heard.observations}
    return Order(heard, (ONE, OTHER) if states == {State.PRESENT} else (OTHER, ONE))


def side(*observations: Observation) -> Side:
    ref = ConceptRef(id=Curie(SEIZURE), label="Seizure")
    return Side(finding=ref, state=observations[0].state, observations=observations)


THERE, NOT_THERE = said(SEIZURE), said(SEIZURE, State.ABSENT)
DISPUTE = Conflict(
    kind="read otherwise", findings=(), message="", sides=(side(THERE), side(NOT_THERE))
)


def test_each_side_alone_has_its_moves() -> None:
    (found,) = weighed([DISPUTE], by_presence(case(THERE, NOT_THERE)), by_presence)
    there, not_there = found.sides
    assert [(m.disease, m.before, m.after) for m in there.moves] == [(OTHER, 1, 2), (ONE, 2, 1)]
    assert [(m.disease, m.before, m.after) for m in not_there.moves] == [(OTHER, 1, 1), (ONE, 2, 2)]


def test_what_a_report_cut_is_silenced_too() -> None:
    """The side holds the observation with its lesser cap, the case with its own."""
    film = replace(THERE, probability=0.5, base_rate=0.1, joint=Joint(group="films", cap=1.4))
    cut = replace(film, joint=Joint(group="beside a report", cap=0.2))
    heard: list[tuple[Observation, ...]] = []

    def listening(one: Case) -> Order:
        heard.append(one.observations)
        return by_presence(one)

    now = by_presence(case(film, NOT_THERE))
    weighed([replace(DISPUTE, sides=(side(cut), side(NOT_THERE)))], now, listening)
    assert heard == [(film,), (NOT_THERE,)]


def test_a_conflict_of_one_side_and_those_beyond_the_first_stay_as_they_are() -> None:
    bare = replace(DISPUTE, sides=(side(THERE),))
    found = weighed([bare, *[DISPUTE] * MOST], by_presence(case(THERE, NOT_THERE)), by_presence)
    assert found[0] == bare
    assert found[-1] == DISPUTE
    assert all(s.moves for c in found[1:MOST] for s in c.sides)


def test_nothing_is_ranked_where_nothing_is_disputed() -> None:
    def never(_: Case) -> Order:
        raise AssertionError

    assert weighed([], by_presence(case(THERE)), never) == ()
