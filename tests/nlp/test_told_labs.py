"""Laboratory values told in words mean what their numbers would."""

from __future__ import annotations

from functools import cache

import pytest

from domain.assertions import PHENOTYPE, Concept
from nlp.reader import TextReader
from nlp.told_labs import lab_rows
from ontologies.analytes import analytes
from ontologies.lexicon import Lexicon, build


@cache
def reader() -> TextReader:
    concepts = {
        ref.id: Concept(id=ref.id, label=ref.label, category=PHENOTYPE)
        for a in analytes().values()
        for ref in (a.above, a.below)
        if ref is not None
    }
    return TextReader(Lexicon.from_entries(build(list(concepts.values()))))


def said(text: str) -> set[str]:
    return {f"{o.label} {o.state}" for o in reader().read(text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ferritin is low.", "Decreased circulating ferritin concentration present"),
        ("Elevated BNP", "Increased circulating brain natriuretic peptide concentration present"),
        ("low haptoglobin", "Reduced haptoglobin level present"),
        ("The anion gap is increased.", "Elevated serum anion gap present"),
        ("The prothrombin time is prolonged.", "Prolonged prothrombin time present"),
        ("TSH is normal.", "Decreased thyroid-stimulating hormone level absent"),
        ("Amylase is not elevated.", "Hyperamylasemia absent"),
    ],
)
def test_a_value_told_in_words_is_read(text: str, expected: str) -> None:
    assert expected in said(text)


@pytest.mark.parametrize(
    "text",
    [
        "The coronary calcium score is high.",
        "Ascitic fluid amylase is elevated.",
        "He takes iron. Blood pressure is high.",
        "A diet low in folate intake",
    ],
)
def test_another_sample_or_a_diet_is_none(text: str) -> None:
    assert not said(text)


def test_every_laboratory_value_that_means_something_has_its_rows() -> None:
    found = {row["concept"] for row in lab_rows(analytes())}
    assert {"HP:0003281", "HP:0012343", "HP:0002925", "HP:0031098"} <= found


def test_what_is_told_of_another_fluid_is_not_told_of_blood() -> None:
    far = "Cerebrospinal fluid has 2,300 cells, mostly neutrophils, and low glucose."
    assert said(far) == set()
    assert said("Blood has 2,300 cells, mostly neutrophils, and low glucose.") == {
        "Hypoglycemia present"
    }
