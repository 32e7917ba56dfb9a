"""A differential count in per cent means what the count of white cells makes of it."""

from __future__ import annotations

import pytest

from nlp.reader import TextReader
from tests.nlp.measured import measurement, said

MAN = "A 45-year-old man. "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("White cell count 23,000/mm3 with 26% eosinophils", "Eosinophilia present"),
        ("WBC 9.0 x10^9/L. Neutrophils 60%, eosinophils 1%.", "Eosinophilia absent"),
        ("60% neutrophils, 30% lymphocytes. WBC 20,000/mm3.", "Neutrophilia present"),
        ("WBC 1.5 x10^9/L, neutrophils 20%", "Neutropenia present"),
    ],
)
def test_a_share_beside_the_whole_is_judged(reader: TextReader, text: str, expected: str) -> None:
    assert expected in said(reader, MAN + text)


def test_the_answer_says_what_the_count_was_made_of(reader: TextReader) -> None:
    found = reader.values(f"{MAN}White cell count 23,000/mm3 with 26% eosinophils")
    (eosinophils,) = (o for o in found if o.label == "Eosinophilia")
    measured = measurement(eosinophils)
    assert (measured.value, measured.unit) == (5.98, "1e9/L")
    assert "26 % of 23 x 10^9/L white cells" in measured.method


@pytest.mark.parametrize(
    "text",
    [
        "Eosinophils 12%.",
        "White cells 4.1 x10^9/L, later white cells 22 x10^9/L; 80% neutrophils",
        "Hematocrit 40% and neutrophils were not counted. WBC 9 x10^9/L",
        "WBC 9 x10^9/L. CSF: 90% neutrophils.",
    ],
)
def test_a_share_of_nothing_known_says_nothing(reader: TextReader, text: str) -> None:
    assert not [words for words in said(reader, MAN + text) if "philia" in words]
