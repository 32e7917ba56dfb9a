"""Age and sex read from a text where the caller gave none."""

from __future__ import annotations

from api.patient_of import CODE, from_text
from domain.assertions import Sex
from nlp.reader import TextReader
from ontologies.lexicon import Lexicon

READER = TextReader(Lexicon.from_entries([]))
TEXT = [("note", "A 45-year-old man presents with cough.")]


def test_the_text_completes_what_the_caller_left_open() -> None:
    age, sex, notes = from_text(READER, TEXT, None, Sex.UNKNOWN, True)
    assert (age, sex) == (45, Sex.MALE)
    assert [n.code for n in notes] == [CODE]
    assert "2 to 17" in notes[0].message


def test_what_the_caller_says_stands() -> None:
    age, sex, notes = from_text(READER, TEXT, 60.0, Sex.FEMALE, False)
    assert (age, sex, notes) == (60.0, Sex.FEMALE, [])
    age, sex, _ = from_text(READER, TEXT, None, Sex.UNKNOWN, False)
    assert (age, sex) == (45, Sex.UNKNOWN)
