"""The table for films, against the HPO that is installed and the table for reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.errors import SourceError
from domain.identifiers import Curie
from ontologies import film_labels, source
from ontologies.chest_labels import chest_labels
from ontologies.film_labels import Relation
from ontologies.formats import obo

HEADER = "label\tconcept\tname\trelation\twhy\n"


def test_films_have_the_labels_of_reports_in_their_order() -> None:
    assert list(film_labels.film_labels()) == list(chest_labels())


def test_labels_stand_for_live_concepts_by_their_names() -> None:
    carrier = source.load("hpo").carrier
    assert carrier is not None
    hpo = {c.id: c for c in obo.read(carrier.locate(), "hpo").concepts}
    for label in film_labels.film_labels().values():
        assert label.why
        if label.concept is not None:
            assert (hpo[label.concept].obsolete, hpo[label.concept].label) == (False, label.name)


def test_no_concept_is_meant_by_two_labels() -> None:
    meant = [f.concept for f in film_labels.film_labels().values() if f.concept is not None]
    assert len(meant) == len(set(meant)) == 13


def test_an_exact_concept_is_one_that_reports_are_held_against() -> None:
    """A film and its report speak of the same concept, so that they can be fused."""
    for label in film_labels.film_labels().values():
        if label.relation is Relation.EXACT:
            assert label.concept in chest_labels()[label.label]


def test_a_diagnosis_is_never_exact() -> None:
    pneumonia = film_labels.film_labels()["Pneumonia"]
    assert pneumonia.relation is Relation.RELATED
    assert pneumonia.concept == Curie("HP:0031457")
    assert Curie("HP:0002090") not in {f.concept for f in film_labels.film_labels().values()}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("label\tconcept\n", "lacks the column name"),
        (f"{HEADER}Mass\tno id\tMass\texact\t\n", ":2"),
        (f"{HEADER}Mass\tHP:0000001\tAll\tsame\t\n", "'same' is not a relation"),
        (f"{HEADER}Mass\tHP:0000001\tAll\t\t\n", "has a relation"),
        (f"{HEADER}Mass\t\t\texact\t\n", "has a relation"),
        (f"{HEADER}Mass\t\t\t\t\nMass\t\t\t\t\n", "twice"),
    ],
)
def test_a_table_that_cannot_be_used_is_named(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "labels.tsv"
    path.write_text(text)
    with pytest.raises(SourceError, match=fault):
        film_labels.read(path)
