"""Age and sex read from texts where the caller gave none."""

from __future__ import annotations

from api.parts import TextPart
from api.patient_of import CODE, TWO, from_text
from domain.assertions import Sex
from nlp.reader import TextReader
from ontologies.lexicon import Lexicon

READER = TextReader(Lexicon.from_entries([]))
NOTE = TextPart(name="note", text="A 45-year-old man presents with cough.")
LETTER = TextPart(name="letter", text="A 71-year-old woman was seen.")


def test_the_text_completes_what_the_caller_left_open() -> None:
    age, sex, notes = from_text(READER, [NOTE], None, Sex.UNKNOWN, True)
    assert (age, sex) == (45, Sex.MALE)
    assert [n.code for n in notes] == [CODE]
    assert "2 to 17" in notes[0].message


def test_what_the_caller_says_stands() -> None:
    age, sex, notes = from_text(READER, [NOTE], 45.5, Sex.MALE, False)
    assert (age, sex, notes) == (45.5, Sex.MALE, [])
    age, sex, _ = from_text(READER, [NOTE], None, Sex.UNKNOWN, False)
    assert (age, sex) == (45, Sex.UNKNOWN)


def test_a_text_of_another_age_is_named_and_what_was_given_stands() -> None:
    age, sex, notes = from_text(READER, [NOTE], 60.0, Sex.FEMALE, False)
    assert (age, sex) == (60.0, Sex.FEMALE)
    assert [(n.code, n.subject) for n in notes] == [(TWO, "ages"), (TWO, "sexes")]
    assert "60 years as given, 45 years in note" in notes[0].message


def test_texts_of_two_patients_are_named_and_neither_is_taken() -> None:
    for texts in ([NOTE, LETTER], [LETTER, NOTE]):
        age, sex, notes = from_text(READER, texts, None, Sex.UNKNOWN, True)
        assert (age, sex) == (None, Sex.UNKNOWN)
        assert [(n.code, n.subject) for n in notes] == [(TWO, "ages"), (TWO, "sexes")]
        assert "45 years in note" in notes[0].message
        assert "71 years in letter" in notes[0].message
