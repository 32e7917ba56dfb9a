"""Age and sex of the patient, read from a text where the caller gave none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from domain.ages import age_words
from domain.assertions import Sex
from domain.findings import Note

if TYPE_CHECKING:
    from nlp.reader import TextReader

CODE = "patient-from-text"


def from_text(
    reader: TextReader,
    texts: Sequence[tuple[str, str]],
    age: float | None,
    sex: Sex,
    sex_open: bool,
) -> tuple[float | None, Sex, list[Note]]:
    """Age (years) and sex, completed by the first of the (name, text) pairs that states them.

    What is known already stands; `sex_open` says whether an unknown sex may be completed. A note
    says what was read and where. Raises InputError for empty or huge text.
    """
    for name, text in texts:
        said = reader.patient(text)
        if said is None:
            continue
        words = []
        if age is None:
            age = said.age
            words.append(f"age ({age_words(age)})")
        if sex_open and sex is Sex.UNKNOWN and said.sex is not None:
            sex = said.sex
            words.append(f"sex ({sex.value.lower()})")
        if not words:
            return age, sex, []
        read = " and ".join(words)
        note = Note(
            level="info",
            code=CODE,
            subject=name,
            message=f"The patient's {read} were read from characters {said.start} to {said.end}."
            if len(words) > 1
            else f"The patient's {read} was read from characters {said.start} to {said.end}.",
            mend="Give age and sex with the request; what is given stands above the text.",
        )
        return age, sex, [note]
    return age, sex, []
