"""Which diseases are a family, and which are not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.assertions import Concept
from domain.identifiers import Curie
from reasoning.hierarchy import LARGE, SMALL, Grouping, group
from tests.reasoning.made import disease, doid, graph


def grouped(
    diseases: int, concepts: tuple[Concept, ...], links: tuple[tuple[str, str], ...]
) -> Grouping:
    made = graph(diseases, doid=concepts, links=links)
    return group(made, [[disease(n)] for n in range(diseases)])


def families(found: Grouping) -> dict[str, tuple[int, ...]]:
    return {c.id: m for c, m in zip(found.families, found.members, strict=True)}


def place(n: int, at: int) -> tuple[str, str]:
    return disease(n), f"DOID:{at}"


def test_subtypes_of_one_parent_are_a_family_and_its_parent_says_no_more() -> None:
    found = grouped(
        3, (doid(1), doid(2, 1), doid(10, 2), doid(11, 2), doid(12, 1)),
        (place(0, 10), place(1, 11), place(2, 12)),
    )  # fmt: skip
    assert found.vocabulary == "DOID"
    # Disease 2 has no nearer relatives than the two others: its family holds all three.
    assert families(found) == {"DOID:2": (0, 1), "DOID:1": (0, 1, 2)}
    assert [[found.families[f].id for f in of] for of in found.of_disease] == [
        ["DOID:2"], ["DOID:2"], ["DOID:1"],
    ]  # fmt: skip


def test_diseases_of_one_concept_and_a_group_with_its_subtypes_are_families() -> None:
    found = grouped(
        4, (doid(1), doid(2, 1), doid(3, 1), doid(30, 3)),
        (place(0, 2), place(1, 2), place(2, 3), place(3, 30)),
    )  # fmt: skip
    assert families(found)["DOID:2"] == (0, 1)
    assert families(found)["DOID:3"] == (2, 3)


@pytest.mark.parametrize("stated", ["from the disease", "from the concept", "in the concept"])
def test_a_cross_reference_counts_whichever_end_states_it(stated: str) -> None:
    links = [place(0, 10), place(1, 11)]
    concepts = [doid(1), doid(10, 1), doid(11, 1)]
    if stated == "from the concept":
        links = [(o, s) for s, o in links]
    elif stated == "in the concept":
        concepts[1] = replace(concepts[1], xrefs=("UMLS CUI", "MIM:100000"))
        concepts[2] = replace(concepts[2], xrefs=("MIM:100001",))
        links = []
    found = grouped(2, tuple(concepts), tuple(links))
    assert families(found) == {"DOID:1": (0, 1)}


def test_two_places_are_none() -> None:
    found = grouped(
        3, (doid(1), doid(10, 1), doid(11, 1), doid(12, 1)),
        (place(0, 10), place(1, 11), place(2, 11), place(2, 12)),
    )  # fmt: skip
    assert families(found) == {"DOID:1": (0, 1)}
    assert found.of_disease[2] == ()


def test_obsolete_concepts_are_no_place_and_no_parent() -> None:
    found = grouped(
        2, (doid(1, obsolete=True), doid(10, 1), doid(11, 1)), (place(0, 10), place(1, 11))
    )
    assert families(found) == {}
    assert found.of_disease == ((), ())


def test_two_parents_are_two_families_but_an_ancestor_of_another_is_none() -> None:
    links = (place(0, 10), place(1, 11), place(2, 12))
    two = (doid(1), doid(2, 1), doid(3, 1), doid(10, 2, 3), doid(11, 2), doid(12, 3))
    found = grouped(3, two, links)
    assert [found.families[f].id for f in found.of_disease[0]] == ["DOID:2", "DOID:3"]
    one = (doid(1), doid(2, 1), doid(10, 1, 2), doid(11, 2), doid(12, 1))
    found = grouped(3, one, links)
    assert [found.families[f].id for f in found.of_disease[0]] == ["DOID:2"]


@pytest.mark.parametrize(
    ("children", "is_family"), [(SMALL, True), (LARGE, True), (LARGE + 1, False)]
)
def test_numbered_subtypes_are_a_family_up_to_a_limit(children: int, is_family: bool) -> None:
    concepts = (doid(1), *(doid(1000 + n, 1) for n in range(children)))
    found = grouped(children, concepts, tuple(place(n, 1000 + n) for n in range(children)))
    assert families(found) == ({"DOID:1": tuple(range(children))} if is_family else {})


def test_an_umbrella_of_many_families_is_none() -> None:
    """Twenty families of two, and one disease beside them: nothing says that it is like them."""
    pairs = 20
    concepts = [doid(1), doid(999, 1)]
    links = [place(2 * pairs, 999)]
    for f in range(pairs):
        concepts += [doid(100 + f, 1), doid(1000 + 2 * f, 100 + f), doid(1001 + 2 * f, 100 + f)]
        links += [place(2 * f, 1000 + 2 * f), place(2 * f + 1, 1001 + 2 * f)]
    found = grouped(2 * pairs + 1, tuple(concepts), tuple(links))
    assert len(families(found)) == pairs
    assert found.of_disease[2 * pairs] == ()


def test_the_vocabulary_that_groups_most_is_taken() -> None:
    own = (
        Concept(id=Curie("MONDO:1"), label="m", category="Disease"),
        *(
            Concept(id=Curie(f"MONDO:{10 + n}"), label="m", category="Disease",
                    parents=(Curie("MONDO:1"),)) for n in range(3)
        ),
    )  # fmt: skip
    links = (
        place(0, 10), place(1, 11), *((disease(n), f"MONDO:{10 + n}") for n in range(3))
    )  # fmt: skip
    found = grouped(3, (doid(1), doid(10, 1), doid(11, 1), *own), links)
    assert found.vocabulary == "MONDO"
    assert families(found) == {"MONDO:1": (0, 1, 2)}


def test_parents_of_the_diseases_themselves_need_no_cross_reference() -> None:
    made = graph(3)
    parent = disease(0)
    concepts = [
        replace(c, parents=(parent,)) if c.id in (disease(1), disease(2)) else c
        for c in made.concepts
    ]
    made = replace(made, concepts=tuple(concepts))
    found = group(made, [[disease(n)] for n in range(3)])
    assert found.vocabulary == "OMIM"
    assert families(found) == {parent: (0, 1, 2)}


def test_without_a_hierarchy_there_is_no_vocabulary() -> None:
    found = grouped(2, (doid(1), doid(2)), (place(0, 1), place(1, 2)))
    assert found == Grouping(vocabulary="", families=(), members=(), of_disease=((), ()))
