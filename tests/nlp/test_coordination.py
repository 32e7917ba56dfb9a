"""Lists that share words, and lists that do not."""

from __future__ import annotations

import pytest

from domain.evidence import TextSpan
from nlp.reader import TextReader
from ontologies.lexicon import Lexicon, build
from tests.ontologies.test_lexicon import concept, exact

CONCEPTS = [
    concept(1, "Abnormality of the outer ear"),
    concept(2, "Abnormality of the middle ear"),
    concept(3, "Abnormality of the inner ear"),
    concept(4, "Renal malformation", exact("Abnormality of the kidney")),
    concept(5, "Limb malformation"),
    concept(6, "Ear malformation"),
    concept(7, "Palmar pits"),
    concept(8, "Plantar pits"),
    concept(9, "Mild intellectual disability"),
    concept(10, "Moderate intellectual disability"),
    concept(11, "Severe tremor"),
    concept(12, "Tremor"),
    concept(13, "Severe ataxia"),
    concept(14, "Branchial fistula"),
    concept(15, "Branchial cyst"),
    concept(16, "Hip synostosis"),
    concept(17, "Synostosis"),
    concept(18, "Dysplastic hip"),
    concept(19, "Increased skull ossification", exact("Sclerosis of the skull")),
    concept(20, "Failure to thrive in infancy"),
    concept(21, "Failure to thrive"),
    concept(22, "Rib calcification"),
    concept(23, "Rib anomaly"),
    concept(24, "Calcification of the falx"),
    concept(25, "Conductive hearing loss"),
    concept(26, "Sensorineural hearing loss"),
    concept(27, "Mixed hearing loss"),
    concept(28, "Left-sided tremor"),
]
READER = TextReader(Lexicon.from_entries(build(CONCEPTS)))


def read(text: str) -> set[str]:
    return {o.label for o in READER.read(text)}


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("palmar/plantar pits", {"Palmar pits", "Plantar pits"}),
        ("palmar and/or plantar pits", {"Palmar pits", "Plantar pits"}),
        ("renal, limb and ear malformations",
         {"Renal malformation", "Limb malformation", "Ear malformation"}),
        ("renal, limb, and ear malformations",
         {"Renal malformation", "Limb malformation", "Ear malformation"}),
        ("abnormality of the outer, middle and inner ear",
         {"Abnormality of the outer ear", "Abnormality of the middle ear",
          "Abnormality of the inner ear"}),
        ("hearing loss of conductive, sensorineural, or mixed type",
         {"Conductive hearing loss", "Sensorineural hearing loss", "Mixed hearing loss"}),
        ("mild to moderate intellectual disability",
         {"Mild intellectual disability", "Moderate intellectual disability"}),
        ("mild-to-moderate intellectual disability",
         {"Mild intellectual disability", "Moderate intellectual disability"}),
        ("branchial fistulae or cysts", {"Branchial fistula", "Branchial cyst"}),
        # how severe the first is says nothing of the second
        ("severe ataxia and tremor", {"Severe ataxia", "Tremor"}),
        # nor does its side
        ("left-sided ataxia and tremor", {"Tremor"}),
        # between commas stand whole names too: they lend each other nothing
        ("synostosis, and dysplastic hips", {"Synostosis", "Dysplastic hip"}),
        # the last part goes on
        ("rib anomalies and calcification of the falx",
         {"Rib anomaly", "Calcification of the falx"}),
        # a word that turns round, or begins a place, parts
        ("tremor and no severe ataxia", {"Tremor", "Severe ataxia"}),
        ("ataxia and no severe", set()),
        ("pits and plaques over the palmar side", set()),
        # small words that part
        ("in infancy with failure to thrive", {"Failure to thrive"}),
        # an adjective whose noun follows
        ("sclerosis of the skull", {"Increased skull ossification"}),
        ("sclerosis of the cranial base", set()),
    ],
)  # fmt: skip
def test_lists(text: str, labels: set[str]) -> None:
    assert read(f"He had {text}.") == labels


def test_the_span_is_the_whole_list() -> None:
    text = "He had palmar and plantar pits."
    spans = {
        (o.label, e.quote) for o in READER.read(text) for e in o.evidence if isinstance(e, TextSpan)
    }
    assert ("Palmar pits", "palmar and plantar pits") in spans
    assert ("Plantar pits", "plantar pits") in spans


def test_a_long_list_takes_linear_time() -> None:
    from time import perf_counter

    def seconds(n: int) -> float:
        text = "He had " + ", ".join(["renal"] * n) + " and limb malformations."
        start = perf_counter()
        READER.read(text)
        return perf_counter() - start

    seconds(10)
    assert seconds(4_000) < 40 * max(seconds(400), 0.01)


def test_what_is_named_after_a_part_of_the_body_is_none() -> None:
    reader = TextReader(Lexicon.from_entries(build([concept(1, "Large chest")])))
    assert reader.read("A large chest tube was placed.") == ()
    assert len(reader.read("A large chest was seen.")) == 1


def test_a_chromosomes_arm_is_no_finding() -> None:
    reader = TextReader(Lexicon.from_entries(build([concept(1, "Short arms")])))
    assert reader.read("A deletion on the short arm of chromosome 4.") == ()
    assert len(reader.read("He has short arms.")) == 1
