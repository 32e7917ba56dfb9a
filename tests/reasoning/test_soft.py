"""Soft evidence beside plain statements and beside other soft evidence of the same."""

from __future__ import annotations

from typing import Any

import pytest

from domain.errors import InvalidField
from domain.evidence import ImageRegion
from domain.findings import FindingUse, Joint, Observation, State, Time
from domain.identifiers import Curie
from reasoning.findings import choose, fuse
from reasoning.knowledge import Knowledge
from reasoning.ranking import Ranker
from reasoning.scorer import Sign
from reasoning.supposed import settled
from tests.reasoning.conftest import number
from tests.reasoning.some_cases import case, said

SEIZURE, FOCAL = "HP:0001250", "HP:0007359"
FILMS = Joint(group="films", cap=2.0)


def film(
    concept: str = SEIZURE,
    state: State = State.PRESENT,
    p: float = 0.3,
    name: str = "film.png",
    **fields: Any,
) -> Observation:
    """What a model decided of an image, at a base rate of .1."""
    return Observation(
        label=concept,
        concept=Curie(concept),
        state=state,
        probability=p,
        base_rate=0.1,
        joint=FILMS,
        momentary=True,
        evidence=(ImageRegion(image=name, box=None, model="m"),),
        **fields,
    )


def chosen(knowledge: Knowledge, *observations: Observation) -> tuple[list[FindingUse], list[str]]:
    found, conflicts = choose(fuse(observations, knowledge), knowledge)
    assert {c.kind for c in conflicts} <= {"read otherwise"}
    return list(found), [c.message for c in conflicts]


def test_what_was_decided_is_kept_with_its_strength(knowledge: Knowledge) -> None:
    (use,), conflicts = chosen(knowledge, film(state=State.ABSENT, p=0.05))
    f = use.finding
    assert use.used
    assert (f.state, f.probability, f.base_rate, f.joint) == (State.ABSENT, 0.05, 0.1, FILMS)
    assert f.ratio == pytest.approx(9 / 19)
    assert not conflicts


@pytest.mark.parametrize("state", [State.PRESENT, State.ABSENT])
def test_a_plain_statement_stands_above_a_film(knowledge: Knowledge, state: State) -> None:
    for order in ((said(SEIZURE, state), film()), (film(), said(SEIZURE, state))):
        (use,), conflicts = chosen(knowledge, *order)
        f = use.finding
        assert use.used
        assert (f.state, f.probability, f.joint) == (state, None, None)
        assert len(f.observations) == 2
        assert bool(conflicts) is (state is State.ABSENT)
        assert all("film.png was read as present" in message for message in conflicts)


def test_the_film_beside_a_statement_changes_no_score(ranker: Ranker) -> None:
    plain = ranker.rank(case(said(SEIZURE)))
    for p in (0.02, 0.9):
        both = ranker.rank(case(said(SEIZURE), film(p=p)))
        assert (both.scores == plain.scores).all()


def test_two_films_count_once_by_the_stronger(knowledge: Knowledge) -> None:
    weak, strong = film(p=0.2, name="1.png"), film(p=0.6, name="2.png")
    (use,), conflicts = chosen(knowledge, weak, strong)
    assert use.finding.probability == 0.6
    assert [e.image for e in use.finding.evidence if isinstance(e, ImageRegion)] == [
        "1.png",
        "2.png",
    ]
    assert not conflicts


def test_two_films_that_disagree_are_shown_as_such(knowledge: Knowledge) -> None:
    (use,), (message,) = chosen(
        knowledge, film(p=0.6, name="1.png"), film(state=State.ABSENT, p=0.08, name="2.png")
    )
    assert (use.finding.state, use.finding.probability) == (State.PRESENT, 0.6)
    assert "1.png, 2.png" in message
    assert "only the strongest evidence counts" in message


def test_words_that_hedge_and_a_film_are_two_witnesses(knowledge: Knowledge) -> None:
    hedged = Observation(
        label="possible", concept=Curie(SEIZURE), state=State.UNCERTAIN,
        probability=0.2, base_rate=0.1,
    )  # fmt: skip
    (use,), _ = chosen(knowledge, hedged, film(p=0.6))
    assert (use.finding.state, use.finding.joint) == (State.PRESENT, FILMS)
    (use,), _ = chosen(knowledge, hedged, film(p=0.15))
    assert (use.finding.state, use.finding.joint) == (State.UNCERTAIN, None)


def test_a_hedge_without_strength_leaves_the_film(knowledge: Knowledge) -> None:
    hedged = Observation(label="possible", concept=Curie(SEIZURE), state=State.UNCERTAIN)
    (use,), _ = chosen(knowledge, hedged, film())
    assert use.used
    assert use.finding.probability == 0.3


def test_what_contradicts_itself_is_not_settled_by_a_film(knowledge: Knowledge) -> None:
    observations = (said(SEIZURE), said(SEIZURE, State.ABSENT), film())
    found, conflicts = choose(fuse(observations, knowledge), knowledge)
    assert [u.finding.state for u in found] == [State.UNDETERMINED]
    assert not found[0].used
    assert [c.kind for c in conflicts] == ["present and absent"]


@pytest.mark.parametrize("state", [State.PRESENT, State.ABSENT])
def test_a_statement_settles_what_it_implies(knowledge: Knowledge, state: State) -> None:
    (plain, read), conflicts = chosen(knowledge, said(FOCAL), film(SEIZURE, state))
    assert plain.used
    assert not read.used
    assert str(read.why_not).startswith("settled by")
    assert bool(conflicts) is (state is State.ABSENT)


def test_an_exclusion_settles_what_is_below(knowledge: Knowledge) -> None:
    (plain, read), conflicts = chosen(knowledge, said(SEIZURE, State.ABSENT), film(FOCAL))
    assert plain.used
    assert not read.used
    assert len(conflicts) == 1
    (_, read), conflicts = chosen(knowledge, said(FOCAL, State.ABSENT), film(SEIZURE))
    assert read.used  # the absence of a narrower finding settles nothing
    assert not conflicts


def test_what_is_settled_leaves_no_importance(knowledge: Knowledge) -> None:
    (plain, _), _ = chosen(knowledge, said(FOCAL), film(SEIZURE, importance=2.5))
    assert plain.finding.importance == 1.0


def test_another_time_is_no_conflict(knowledge: Knowledge) -> None:
    past = Observation(label="past", concept=Curie(SEIZURE), state=State.PRESENT, time=Time.PAST)
    found, conflicts = chosen(knowledge, past, film(state=State.ABSENT, p=0.05))
    assert [u.used for u in found] == [True, False]
    assert "another time" in str(found[1].why_not)
    assert not conflicts


def test_only_what_speaks_against_is_of_one_moment(ranker: Ranker) -> None:
    """Whatever was decided: the sign knows the ratio alone."""

    def sign(p: float, state: State) -> Sign:
        return ranker.rank(case(film(p=p, state=state))).signs[0]

    assert sign(0.05, State.PRESENT).momentary
    assert sign(0.05, State.ABSENT).momentary
    assert not sign(0.3, State.ABSENT).momentary
    assert sign(0.3, State.ABSENT) == sign(0.3, State.PRESENT)


def test_what_is_likely_leaves_related_findings_open(ranker: Ranker, knowledge: Knowledge) -> None:
    ranking = ranker.rank(case(film(FOCAL, p=0.9)))
    closed = settled(knowledge, ranking.view.passing, ranking.uses)
    assert closed[number(knowledge, FOCAL)]
    assert not closed[number(knowledge, SEIZURE)]


def test_a_cap_is_above_nothing() -> None:
    with pytest.raises(InvalidField, match="cap"):
        Joint(group="films", cap=0.0)
