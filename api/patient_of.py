"""Age and sex of the patient, read from the texts where the caller gave none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from api.parts import TextPart
from domain.ages import age_words
from domain.assertions import Sex
from domain.findings import Note

if TYPE_CHECKING:
    from nlp.reader import TextReader
    from nlp.values.patient import Stated

CODE, TWO = "patient-from-text", "two-patients"
#: Ages that differ by no more are those of one patient on two days, years.
_APART = 1.0


def from_text(
    reader: TextReader, texts: Sequence[TextPart], age: float | None, sex: Sex, sex_open: bool
) -> tuple[float | None, Sex, list[Note]]:
    """Age (years) and sex, completed from the texts that state them.

    What is known already stands; `sex_open` says whether an unknown sex may be completed. Where
    texts disagree with it or with each other, nothing is taken from them and a note names them: it
    may be that they tell of two patients. Notes say what was read and where. Raises InputError for
    empty or huge text.
    """
    said = [(t.name, s) for t in texts if (s := reader.patient(t.text)) is not None]
    notes: list[Note] = []
    ages, sexes = said, [(name, s) for name, s in said if s.sex is not None]
    stated = [s.age for _, s in ages] + ([] if age is None else [age])
    if ages and max(stated) - min(stated) > _APART:
        words = [f"{age_words(s.age)} in {name}" for name, s in ages]
        notes.append(_two("ages", words, None if age is None else age_words(age)))
        ages = []
    known = [] if sex is Sex.UNKNOWN else [sex]
    if len({*known, *(s.sex for _, s in sexes)}) > 1:
        words = [f"{s.sex.value.lower()} in {n}" for n, s in sexes if s.sex is not None]
        notes.append(_two("sexes", words, sex.value.lower() if known else None))
        sexes = []
    read: dict[str, tuple[Stated, list[str]]] = {}
    if age is None and ages:
        name, first = ages[0]
        age = first.age
        read.setdefault(name, (first, []))[1].append(f"age ({age_words(age)})")
    if sex_open and sex is Sex.UNKNOWN and sexes:
        name, first = sexes[0]
        sex = first.sex or sex
        read.setdefault(name, (first, []))[1].append(f"sex ({sex.value.lower()})")
    notes += [_read(name, stated, words) for name, (stated, words) in read.items()]
    return age, sex, notes


def _two(what: str, words: Sequence[str], given: str | None) -> Note:
    stated = ", ".join([*([] if given is None else [f"{given} as given"]), *words])
    return Note(
        level="warning",
        code=TWO,
        subject=what,
        message=f"The parts state different {what}: {stated}. "
        + ("What was given stands." if given is not None else "None of them was used."),
        mend="See that all parts are of one patient, and give age and sex with the case.",
    )


def _read(name: str, said: Stated, words: Sequence[str]) -> Note:
    verb = "were" if len(words) > 1 else "was"
    return Note(
        level="info",
        code=CODE,
        subject=name,
        message=f"The patient's {' and '.join(words)} {verb} read from characters {said.start} to "
        f"{said.end}.",
        mend="Give age and sex with the request; what is given stands above the text.",
    )
