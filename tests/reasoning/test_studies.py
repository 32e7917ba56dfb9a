"""A film beside its report: one examination, one source."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.findings import Joint, Observation, State
from domain.identifiers import Curie
from reasoning.findings import fuse
from reasoning.knowledge import Knowledge
from reasoning.ranking import Ranker
from reasoning.studies import BESIDE_REPORT, beside_report, group
from tests.reasoning.some_cases import case, said

SEIZURE, ATAXIA, SCOLIOSIS = "HP:0001250", "HP:0001251", "HP:0002650"
FILM = "1.2.3"


def read(concept: str, p: float = 0.9, *, cap: float = 1.4, study: str = FILM) -> Observation:
    """What a reader said of a film."""
    return Observation(
        label=concept,
        concept=Curie(concept),
        state=State.PRESENT,
        probability=p,
        base_rate=0.1,
        joint=Joint(group="films", cap=cap),
        study=study,
    )


def told(concept: str, state: State = State.PRESENT, study: str | None = FILM) -> Observation:
    return replace(said(concept, state), study=study)


@pytest.mark.parametrize("state", [State.PRESENT, State.ABSENT])
def test_beside_a_report_the_reader_counts_at_most_a_little(state: State) -> None:
    film, report = beside_report((read(ATAXIA), told(SEIZURE, state)))
    assert film.joint == Joint(group=group(FILM), cap=BESIDE_REPORT)
    assert report == told(SEIZURE, state)


@pytest.mark.parametrize(
    "other",
    [
        told(SEIZURE, study=None),
        told(SEIZURE, study="another"),
        told(SEIZURE, State.UNCERTAIN),
        told(SEIZURE, State.UNDETERMINED),
        read(SEIZURE),
    ],
)
def test_only_a_plain_statement_of_the_same_study_is_its_report(other: Observation) -> None:
    film, _ = beside_report((read(ATAXIA), other))
    assert film == read(ATAXIA)


def test_a_lower_cap_of_the_reader_stands() -> None:
    film, _ = beside_report((read(ATAXIA, cap=0.1), told(SEIZURE)))
    assert film.joint is not None
    assert film.joint.cap == 0.1


def test_films_of_other_studies_keep_their_own_cap(knowledge: Knowledge) -> None:
    found = fuse((read(ATAXIA), read(SCOLIOSIS, study="9"), told(SEIZURE)), knowledge)
    caps = {str(f.concept): f.joint.cap for f in found if f.joint is not None}
    assert caps == {ATAXIA: BESIDE_REPORT, SCOLIOSIS: 1.4}


def test_no_disease_moves_by_more_than_that(ranker: Ranker) -> None:
    report = told(SEIZURE)
    alone = ranker.rank(case(report)).scores
    beside = ranker.rank(case(report, read(ATAXIA, 0.99), read(SCOLIOSIS, 0.99))).scores
    without = ranker.rank(case(told(SEIZURE, study=None), read(ATAXIA, 0.99))).scores
    assert abs(beside - alone).max() <= BESIDE_REPORT + 1e-9
    assert abs(without - alone).max() > 2 * BESIDE_REPORT
