"""The reader as a whole: spans, sections, abbreviations, coordination, limits."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import EmptyInput, InputTooLarge, InvalidField
from domain.evidence import TextSpan
from domain.findings import Observation
from nlp.reader import TextReader
from ontologies.lexicon import Lexicon, build
from tests.nlp.conftest import NAMES, concepts

READER = TextReader(Lexicon.from_entries(build(concepts())))
_PIECES = st.sampled_from(
    [
        *(name for names in NAMES.values() for name in names),
        *("no", "without", "possible", "history of", "mother", "if", "but", "and", "or"),
        *("he", "she", "was", "absent", "family", "ASD", "[", "]", "é", "—", "'", "'s"),
        *(":", ",", ";", ".", "?", "(", ")", "-", "\n", "\r\n", "\n\n", "\t"),
        "Family history:",
        "PLAN",
        "(ASD)",
    ]
)
TEXTS = st.one_of(
    st.lists(_PIECES, min_size=1, max_size=40).map(" ".join),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=200),
).filter(lambda t: not t.isspace())


def spans(observations: tuple[Observation, ...]) -> list[TextSpan]:
    return [e for o in observations for e in o.evidence if isinstance(e, TextSpan)]


@given(TEXTS)
def test_quotes_are_the_source(text: str) -> None:
    for span in spans(READER.read(text)):
        assert text[span.start : span.end] == span.quote
        assert span.quote.strip()


@given(TEXTS)
def test_reading_twice_gives_the_same(text: str) -> None:
    assert READER.read(text) == READER.read(text)


@settings(max_examples=200)
@given(TEXTS, TEXTS)
def test_text_added_after_a_blank_line_changes_nothing_before(text: str, more: str) -> None:
    before = READER.read(text)
    after = READER.read(f"{text}\n\nPLAN:\n{more}")
    assert after[: len(before)] == before


def test_two_documents_do_not_share_abbreviations(reader: TextReader) -> None:
    first = reader.read("Atrial septal defect (ASD). The ASD is large.", "a")
    second = reader.read("ASD was seen.", "b")
    assert [o.label for o in first] == ["Atrial septal defect"] * 3
    assert [(o.label, o.concept) for o in second] == [("ASD", None)]


def test_an_abbreviation_means_what_was_last_defined(reader: TextReader) -> None:
    text = (
        "Atrial septal defect (ASD) was closed; no other ASD. "
        "Autism spectrum disorder (ASD) was diagnosed. ASD persists."
    )
    quotes = {(s.start, o.label) for o in reader.read(text) for s in spans((o,))}
    assert (text.index("other ASD") + 6, "Atrial septal defect") in quotes
    assert (text.index("ASD persists"), "Autism spectrum disorder") in quotes


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("hyper- and hypocalcemia", ["Hypercalcemia", "Hypocalcemia"]),
        ("pontine and cerebellar hypoplasia", ["Hypoplasia of the pons", "Cerebellar hypoplasia"]),
        ("hypoplastic thumbs and radii", ["Hypoplasia of the radius", "Thumb hypoplasia"]),
        ("SEIZURES AND DYSPNOEA", ["Seizure", "Dyspnea"]),
        ("head ache", ["Headache"]),
        ("pain in the chest", ["Chest pain"]),
        ("pleural-effusion", ["Pleural effusion"]),
        ("pleural\neffusion", ["Pleural effusion"]),
        ("pleural. effusion", ["Pleural effusion"]),
        ("12 34 5.6 7/8", []),
    ],
)
def test_names_are_found_in_their_forms(reader: TextReader, text: str, labels: list[str]) -> None:
    assert sorted(o.label for o in reader.read(text)) == sorted(labels)


def test_the_longest_name_wins(reader: TextReader) -> None:
    (observation,) = reader.read("A small pleural effusion.")
    assert spans((observation,))[0].quote == "pleural effusion"
    assert observation.link_score == 1.0


def test_sections_are_named_and_rule(reader: TextReader) -> None:
    text = (
        "PAST MEDICAL HISTORY: asthma, hypertension.\r\n\r\n"
        "FAMILY HISTORY:\r\nSeizures.\r\n\r\nEXAMINATION:\r\nAtaxia. No fever.\r\n"
    )
    read = {o.label: o for o in reader.read(text)}
    assert read["Asthma"].section == "past history"
    assert read["Hypertension"].time.value == "past"
    assert read["Seizure"].experiencer.value == "family"
    assert read["Ataxia"].experiencer.value == "patient"
    assert read["Fever"].state.value == "absent"


def test_a_heading_with_its_text_beside_it_ends_with_the_paragraph(reader: TextReader) -> None:
    (mother, patient) = reader.read("Family history: asthma.\n\nHe has seizures.")
    assert mother.experiencer.value == "family"
    assert patient.experiencer.value == "patient"


def test_limits(reader: TextReader) -> None:
    small = TextReader(Lexicon.from_entries(build(concepts())), max_chars=20)
    with pytest.raises(InputTooLarge, match="21 characters; the limit is 20"):
        small.read("x" * 21)
    with pytest.raises(EmptyInput):
        reader.read(" \n\t ")
    with pytest.raises(InvalidField, match="surrogate"):
        reader.read("fever \ud800")
    with pytest.raises(InvalidField, match="no word"):
        reader.contexts("fever", [(9, 12)])


def test_importing_the_package_is_light() -> None:
    code = "import sys, nlp, nlp.document, ontologies.lexicon; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
