"""Names by analogy: what they rest on, and what they must not become."""

from __future__ import annotations

from domain.identifiers import Curie
from ontologies.analogy import analogies

SMALL_IS_UNDERDEVELOPED = [
    (Curie("HP:1"), "small ear"), (Curie("HP:1"), "underdeveloped ear"),
    (Curie("HP:2"), "small nose"), (Curie("HP:2"), "underdeveloped nose"),
    (Curie("HP:3"), "small chin"), (Curie("HP:3"), "underdeveloped chin"),
    (Curie("HP:4"), "small tongue"),
]  # fmt: skip


def made(names: list[tuple[Curie, str]], *more: str) -> dict[str, str]:
    taken = [*(name for _, name in names), *more]
    return {found.key: found.concept for found in analogies(names, taken)}


def test_a_piece_that_three_concepts_swap_is_swapped_elsewhere() -> None:
    assert made(SMALL_IS_UNDERDEVELOPED) == {"underdeveloped tongue": "HP:4"}


def test_two_concepts_are_not_enough() -> None:
    names = [n for n in SMALL_IS_UNDERDEVELOPED if n[0] != "HP:3"]
    assert made(names) == {}


def test_words_that_somebody_has_in_any_order_are_left_alone() -> None:
    assert made(SMALL_IS_UNDERDEVELOPED, "tongue underdeveloped") == {}


def test_a_name_that_two_concepts_would_get_is_nobodys() -> None:
    names = [*SMALL_IS_UNDERDEVELOPED, (Curie("HP:5"), "tongue small")]
    assert "underdeveloped tongue" not in made(names)


def test_names_of_one_concept_stand_for_each_other_inside_longer_names() -> None:
    names = [
        (Curie("HP:1"), "hearing impairment"),
        (Curie("HP:1"), "deafness"),
        (Curie("HP:2"), "mild hearing impairment"),
    ]
    assert made(names) == {"mild deafness": "HP:2"}


def test_leaving_out_a_word_is_no_analogy() -> None:
    names = [
        (Curie("HP:1"), "broken wrist bone"), (Curie("HP:1"), "wrist bone"),
        (Curie("HP:2"), "broken hand bone"), (Curie("HP:2"), "hand bone"),
        (Curie("HP:3"), "broken foot bone"), (Curie("HP:3"), "foot bone"),
        (Curie("HP:4"), "broken rib bone"),
    ]  # fmt: skip
    assert made(names) == {}
