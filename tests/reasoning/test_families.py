"""Families in an answer, and the rank by family."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.service import Service
from domain.differential import Differential
from reasoning import answer
from reasoning.families import families_of, family_rank, relatives
from reasoning.knowledge import Knowledge
from reasoning.ranking import Ranker, Ranking
from tests.reasoning import made
from tests.reasoning.made import disease, doid, own

#: Diseases 0 and 1 are one family, 2, 3 and 4 another; 5, 6 and 7 stand alone.
CONCEPTS = (
    doid(1), doid(2, 1, label="first family"), doid(3, 1, label="second family"),
    *(doid(10 + n, 2) for n in (0, 1)), *(doid(10 + n, 3) for n in (2, 3, 4)),
)  # fmt: skip
LINKS = tuple((disease(n), f"DOID:{10 + n}") for n in range(5))
FAMILIES = ({0, 1}, {2, 3, 4}, {5}, {6}, {7})


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    return made.ranker(made.graph(8, doid=CONCEPTS, links=LINKS))


def rank(ranker: Ranker, *diseases: int) -> Ranking:
    """A case with fewer and fewer findings of each of some diseases, in this order."""
    return ranker.rank(made.case([t for i, n in enumerate(diseases) for t in own(n)[i:]]))


def ask(ranker: Ranker, *diseases: int, top: int = 8) -> tuple[Ranking, Differential]:
    ranking = rank(ranker, *diseases)
    return ranking, answer.differential(ranker, ranking, top)


def test_listed_subtypes_stand_together_each_with_its_own_score(ranker: Ranker) -> None:
    ranking, d = ask(ranker, 2, 5, 0, 4, top=4)
    assert d.families.status == "grouped"
    assert d.families.reason == ""
    second, first = d.families.groups
    assert (second.id, second.label, second.source) == ("DOID:3", "second family", "DOID")
    listed = {r.rank: r.hypothesis for r in d.ranked}
    for group in (second, first):
        for m in group.members:
            assert (m.disease.id, m.score) == (listed[m.rank].disease, listed[m.rank].score)
    assert [m.disease.id for m in second.members] == [disease(2), disease(4)]
    assert [m.disease.id for m in first.members] == [disease(0)]
    assert (second.others, first.others) == (1, 1)
    assert [m.disease.id for m in d.families.alone] == [disease(5)]
    assert second.posterior == pytest.approx(float(ranking.posterior[[2, 3, 4]].sum()), abs=1e-12)


def test_families_leave_order_and_scores_as_they_are(ranker: Ranker) -> None:
    plain = made.ranker(made.graph(8))
    one, with_families = ask(ranker, 2, 5, 0)
    other, without = ask(plain, 2, 5, 0)
    assert np.array_equal(one.scores, other.scores)
    assert with_families.ranked == without.ranked
    assert without.families.status == "not_grouped"
    assert "Disease Ontology" in without.families.reason
    assert not without.families.groups


def test_diseases_of_no_family_are_said_to_be_ungrouped(ranker: Ranker) -> None:
    _, d = ask(ranker, 5, 6, top=2)
    assert d.families.status == "not_grouped"
    assert d.families.reason == "None of these diseases has a family in DOID."


def test_without_findings_nothing_is_grouped(ranker: Ranker) -> None:
    _, d = ask(ranker)
    assert (d.families.status, d.families.reason) == ("not_grouped", "No disease was ranked.")


def test_the_wider_of_two_nested_families_is_shown_where_it_groups_more() -> None:
    concepts = (doid(1), doid(2, 1), doid(10, 2), doid(11, 2), doid(12, 1))
    links = tuple((disease(n), f"DOID:{10 + n}") for n in range(3))
    ranker = made.ranker(made.graph(6, doid=concepts, links=links))
    _, d = ask(ranker, 0, 1, 2, top=3)
    assert [(g.id, len(g.members), g.others) for g in d.families.groups] == [("DOID:1", 3, 0)]
    _, d = ask(ranker, 0, 1, 4, top=3)
    assert [(g.id, len(g.members), g.others) for g in d.families.groups] == [("DOID:2", 2, 0)]


def test_relatives_and_families_of_a_disease(ranker: Ranker) -> None:
    knowledge = ranker.knowledge
    assert relatives(knowledge, 3).tolist() == [2, 3, 4]
    assert relatives(knowledge, 6).tolist() == [6]
    assert [f.label for f in families_of(knowledge, 1)] == ["first family"]
    assert families_of(knowledge, 7) == ()


@settings(max_examples=60, deadline=None)
@given(order=st.permutations(range(8)), truth=st.integers(0, 7))
def test_rank_by_family_counts_families(ranker: Ranker, order: list[int], truth: int) -> None:
    ranking = rank(ranker, *order[: made.OWN])
    by_family: list[int] = []
    for n in ranking.order.tolist():
        unit = next(i for i, members in enumerate(FAMILIES) if n in members)
        if unit not in by_family:
            by_family.append(unit)
    mine = next(i for i, members in enumerate(FAMILIES) if truth in members)
    place = int(np.flatnonzero(ranking.order == truth)[0]) + 1
    found = family_rank(ranking, disease(truth))
    assert found == by_family.index(mine) + 1
    assert found is not None
    assert found <= place


def test_rank_by_family_of_what_is_not_ranked(ranker: Ranker) -> None:
    ranking = rank(ranker, 2)
    assert family_rank(ranking, "OMIM:999999") is None


def test_without_a_hierarchy_the_rank_by_family_is_the_rank() -> None:
    ranker = made.ranker(made.graph(8))
    ranking = rank(ranker, 3, 6)
    for n in range(8):
        place = int(np.flatnonzero(ranking.order == n)[0]) + 1
        assert family_rank(ranking, disease(n)) == place


def test_an_index_compiled_before_there_were_families_has_none(toy_service: Service) -> None:
    old = {k: v for k, v in toy_service.knowledge.arrays.items() if "famil" not in k}
    knowledge = Knowledge(old)
    assert knowledge.family_vocabulary == ""
    assert families_of(knowledge, 0) == ()
    assert relatives(knowledge, 0).tolist() == [0]
