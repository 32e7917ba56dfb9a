"""The tables for chest films and reports, against the HPO that is installed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from domain.assertions import Concept
from domain.errors import SourceError
from domain.identifiers import Curie
from nlp.predications import rows
from ontologies import chest_labels, source
from ontologies.curated_names import CHEST, curated_names
from ontologies.formats import obo
from ontologies.lexicon import Lexicon, build
from ontologies.tables import Table


@pytest.fixture(scope="module")
def hpo() -> Mapping[Curie, Concept]:
    carrier = source.load("hpo").carrier
    assert carrier is not None
    return {c.id: c for c in obo.read(carrier.locate(), "hpo").concepts}


def test_the_fourteen_labels_in_their_order() -> None:
    assert list(chest_labels.chest_labels()) == [
        "Atelectasis",
        "Cardiomegaly",
        "Effusion",
        "Infiltration",
        "Mass",
        "Nodule",
        "Pneumonia",
        "Pneumothorax",
        "Consolidation",
        "Edema",
        "Emphysema",
        "Fibrosis",
        "Pleural_Thickening",
        "Hernia",
    ]


def test_labels_stand_for_live_concepts_by_their_names(hpo: Mapping[Curie, Concept]) -> None:
    for _, row in Table(chest_labels.FILE, ("concept", "name")):
        concept = hpo[Curie(row["concept"])]
        assert not concept.obsolete
        assert concept.label == row["name"]


def test_no_concept_is_meant_by_two_labels() -> None:
    meant = [c for concepts in chest_labels.chest_labels().values() for c in concepts]
    assert len(meant) == len(set(meant))


def test_predications_name_live_concepts_by_their_names(hpo: Mapping[Curie, Concept]) -> None:
    for row in rows():
        concept = hpo[Curie(row["concept"])]
        assert (concept.obsolete, concept.label) == (False, row["label"])


def test_curated_names_are_of_live_concepts(hpo: Mapping[Curie, Concept]) -> None:
    for name in curated_names():
        assert not hpo[name.concept].obsolete, name


def test_a_name_of_chest_imaging_stands_beside_what_it_means_elsewhere(
    hpo: Mapping[Curie, Concept],
) -> None:
    some = [hpo[Curie(i)] for i in ("HP:0000969", "HP:0100598", "HP:0002202")]
    lexicon = Lexicon.from_entries(build(some, curated_names()))
    anywhere, chest = lexicon.find("edema"), lexicon.find("edema", CHEST)
    assert anywhere is not None
    assert chest is not None
    assert (anywhere.label, chest.label) == ("Edema", "Pulmonary edema")
    assert lexicon.find("effusion") is None
    effusion = lexicon.find("effusion", CHEST)
    assert effusion is not None
    assert effusion.label == "Pleural effusion"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("label\tname\n", "lacks the column concept"),
        ("label\tconcept\nMass\tno id\n", ":2"),
        ("label\tconcept\nMass\tHP:0000001\nMass\tHP:0000001\n", "twice"),
    ],
)
def test_a_table_that_cannot_be_used_is_named(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "labels.tsv"
    path.write_text(text)
    with pytest.raises(SourceError, match=fault):
        chest_labels.read(path)
