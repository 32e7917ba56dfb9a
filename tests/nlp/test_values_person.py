"""Age, sex and pregnancy: what decides a range, and what is undetermined without them."""

from __future__ import annotations

import pytest

from domain.assertions import Sex
from nlp.reader import TextReader
from tests.nlp.measured import measurement, one, said


@pytest.mark.parametrize(
    ("text", "age", "state"),
    [
        ("HR 132", None, "undetermined"),
        ("HR 132", 0.1, "absent"),
        ("HR 132", 54.0, "present"),
        ("HR 240", None, "present"),
        ("respiratory rate 40/min", None, "undetermined"),
        ("respiratory rate 40/min", 0.1, "absent"),
        ("respiratory rate 40/min", 30.0, "present"),
        ("temp 39.6 C", None, "present"),
        ("SpO2 84 %", None, "present"),
        ("Na 118 mmol/L", None, "present"),
    ],
)
def test_age_chooses_the_range(
    reader: TextReader, text: str, age: float | None, state: str
) -> None:
    assert one(reader, text, age=age).state.value == state


@pytest.mark.parametrize(
    ("known", "state"),
    [
        ({"age": 30.0, "sex": Sex.MALE}, "present"),
        ({"age": 30.0, "sex": Sex.FEMALE, "pregnant": False}, "absent"),
        ({"age": 30.0, "sex": Sex.FEMALE}, "absent"),
        ({"age": 30.0}, "undetermined"),
        ({"age": 30.0, "sex": Sex.UNKNOWN}, "undetermined"),
        ({"sex": Sex.MALE}, "undetermined"),
        ({}, "undetermined"),
    ],
)
def test_sex_chooses_the_range(reader: TextReader, known: dict[str, object], state: str) -> None:
    found = [f for f in said(reader, "Hb 12.5 g/dL", **known) if f.startswith("Anemia")]
    assert found == [f"Anemia {state}"]


@pytest.mark.parametrize(
    ("pregnant", "state"), [(True, "absent"), (False, "present"), (None, "undetermined")]
)
def test_pregnancy_chooses_the_range(reader: TextReader, pregnant: bool | None, state: str) -> None:
    found = said(reader, "Hb 11.4 g/dL", age=30.0, sex=Sex.FEMALE, pregnant=pregnant)
    assert found[0] == f"Anemia {state}"


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("A 54-year-old man with HR 132.", "present"),
        ("54 yo male, HR 132", "present"),
        ("HR 132 (54 y/o M)", "present"),
        ("This woman, aged 54, had HR 132.", "present"),
        ("A 2-week-old boy with HR 132.", "absent"),
        ("Her 54-year-old mother was well. HR 132.", "undetermined"),
    ],
)
def test_the_text_says_the_age(reader: TextReader, text: str, state: str) -> None:
    assert one(reader, text).state.value == state


def test_a_callers_age_beats_that_of_the_text(reader: TextReader) -> None:
    assert one(reader, "A 54-year-old man with HR 132.", age=0.1).state.value == "absent"


def test_the_text_says_the_sex(reader: TextReader) -> None:
    assert said(reader, "A 30-year-old man. Hb 12.5 g/dL")[0] == "Anemia present"
    assert said(reader, "A 30-year-old woman. Hb 12.5 g/dL")[0] == "Anemia absent"


def test_a_pregnancy_that_is_spoken_of_leaves_what_depends_on_it_open(reader: TextReader) -> None:
    text = "A 30-year-old woman at 24 weeks of gestation. ALP 250 U/L"
    assert said(reader, text)[0].endswith("undetermined")
    assert said(reader, text.replace("at 24 weeks of gestation", "who is not pregnant"))[
        0
    ].endswith("present")


def test_what_could_not_be_judged_says_on_what_it_depends(reader: TextReader) -> None:
    several = measurement(one(reader, "HR 132"))
    assert several.reference_range is not None
    assert "ranges by age" in several.reference_range
    none = measurement(one(reader, "D-dimer 4.2 mg/L", age=5.0))
    assert none.reference_range is not None
    assert none.reference_range.startswith("depends on age")
    assert none.source == ""


@pytest.mark.parametrize(
    ("text", "label", "state"),
    [
        ("Hb 8.1", "Anemia", "undetermined"),  # g/dL, or 8.1 mmol/L
        ("Hb 81", "Anemia", "present"),  # g/L only
        ("glucose 5.1", "Hypoglycemia", "undetermined"),
        ("calcium 9.4", "Hypercalcemia", "absent"),
        ("temp 101.8", "Fever", "present"),
    ],
)
def test_a_missing_unit_is_judged_where_all_that_may_be_meant_agree(
    reader: TextReader, text: str, label: str, state: str
) -> None:
    found = said(reader, text, age=40.0, sex=Sex.MALE)
    assert f"{label} {state}" in found
