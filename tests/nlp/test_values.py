"""Measured values in text: how they are written, and what each becomes."""

from __future__ import annotations

import pytest

from domain.assertions import Sex
from domain.errors import EmptyInput
from nlp.reader import TextReader
from tests.nlp.measured import measurement, one, quote, said

#: Text of an adult: what the values in it mean; what is absent beside it is left out.
PRESENT: dict[str, tuple[str, ...]] = {
    # the forms of everyday notes
    "CRP 187 mg/L": ("Elevated circulating C-reactive protein concentration",),
    "HR 132": ("Tachycardia",),
    "SpO2 84 %": ("Hypoxemia",),
    "BMI 41": ("Obesity",),
    "head circumference -3.2 SD": ("Microcephaly",),
    "temp 39.6 C": ("Fever",),
    "BP 172/98": ("Elevated systolic blood pressure", "Elevated diastolic blood pressure"),
    "Na 128, K 6.1": ("Hyponatremia", "Hyperkalemia"),
    "Hb: 8.2 g/dL (12-16)": ("Anemia",),
    "her heart rate was 132 beats per minute": ("Tachycardia",),
    "C-reactive protein (CRP) of 187 mg/L": (
        "Elevated circulating C-reactive protein concentration",
    ),
    "Oxygen saturation on 2 L nasal cannula was 84%": ("Hypoxemia",),
    "K+ 2.9 mEq/L": ("Hypokalemia",),
    "CK 12,000 U/L": ("Elevated circulating creatine kinase concentration",),
    "QTc 520 ms, LVEF 25 to 30 %": (
        "Prolonged QTc interval",
        "Reduced left ventricular ejection fraction",
    ),
    "INR 4.5": ("Prolonged prothrombin time",),
    "pH 7.18, pCO2 22 mmHg, HCO3 8 mmol/L": (
        "Acidemia",
        "Hypocapnia",
        "Decreased serum bicarbonate concentration",
    ),
    "blood pressure was 84 over 50": (
        "Decreased systolic blood pressure",
        "Decreased diastolic blood pressure",
    ),
    "172/98 mmHg": ("Elevated systolic blood pressure", "Elevated diastolic blood pressure"),
    "HbA1c 9.2 %": ("Elevated hemoglobin A1c",),
    "HbA1c 75 mmol/mol": ("Elevated hemoglobin A1c",),
    "γ-GT 250 U/L": ("Elevated gamma-glutamyltransferase level",),
    # decimal commas, thousands, powers, old units
    "Potassium 6,4 mmol/l": ("Hyperkalemia",),
    "a temperature of 38,9°C": ("Fever",),
    "WBC 18.3 x 10^9/L": ("Leukocytosis",),
    "WBC count was 18,300 /µL": ("Leukocytosis",),
    "platelets 45,000/mm3": ("Thrombocytopenia",),
    "platelet count of 45 × 10⁹/L": ("Thrombocytopenia",),
    "plt 45k": ("Thrombocytopenia",),
    "Hb 8.2 g%": ("Anemia",),
    # Fahrenheit by its sign and by its size
    "temperature 103.2 °F": ("Fever",),
    "Temp 103.2": ("Fever",),
    "Temp 39.6": ("Fever",),
    # bounds and spans
    "CRP > 150 mg/L": ("Elevated circulating C-reactive protein concentration",),
    "HR 120-130 bpm": ("Tachycardia",),
    "SpO2 between 84 and 88%": ("Hypoxemia",),
    "eGFR <15 mL/min/1.73 m2": ("Decreased glomerular filtration rate",),
    # growth: as standard deviations, scores and centiles
    "OFC 44 cm, z-score -3.5": ("Microcephaly",),
    "head circumference 41 cm (-3.2 SDS)": ("Microcephaly",),
    "head circumference at the 0.4th centile": ("Microcephaly",),
    "head circumference above the 99th percentile": ("Macrocephaly",),
    "height 2.8 SD below the mean": ("Short stature",),
    "Height was below the 2nd percentile": ("Short stature",),
    # a unit before its value, in the name's own words
    "Na (mmol/L) 128": ("Hyponatremia",),
    "Sodium, mmol/L: 128": ("Hyponatremia",),
    # text in capitals
    "THE HEART RATE WAS 132 AND THE TEMPERATURE 39.6 DEGREES CELSIUS.": ("Tachycardia", "Fever"),
    "SODIUM 118 MMOL/L, HGB 8.2 G/DL": ("Hyponatremia", "Anemia"),
    # molar units
    "creatinine 300 µmol/L": ("Elevated circulating creatinine concentration",),
    "glucose 22 mmol/L": ("Hyperglycemia",),
    "calcium 3.4 mmol/L": ("Hypercalcemia",),
    "total cholesterol 7.8 mmol/L": ("Hypercholesterolemia",),
    "uric acid 640 umol/L": ("Hyperuricemia",),
    "bilirubin 110 µmol/L": ("Increased total bilirubin",),
    "ammonia 320 µmol/L": ("Hyperammonemia",),
    "lactate 45 mg/dL": ("Increased circulating lactate concentration",),
}

TABLE = """Sodium      128  mmol/L   135-145   L
Potassium\t6.1\tmmol/L\t3.5-5.0\tH
Creatinine  0.9  mg/dL    0.6-1.2
Ferritin    2400 ng/mL    (24-336)  H
| CRP | 187 | mg/L | 0-5 |
"""


@pytest.mark.parametrize(("text", "present"), PRESENT.items())
def test_values_beyond_their_range_are_present(
    reader: TextReader, text: str, present: tuple[str, ...]
) -> None:
    found = said(reader, text, age=54.0, sex=Sex.MALE)
    assert [f for f in found if f.endswith("present")] == [f"{p} present" for p in present]


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("HR 72", {"Tachycardia", "Bradycardia"}),
        ("temp 36.8 C", {"Fever", "Hypothermia"}),
        ("K 4.1 mmol/L", {"Hyperkalemia", "Hypokalemia"}),
        ("BMI 22", {"Obesity", "Overweight", "Decreased body mass index"}),
        ("SpO2 98 %", {"Hypoxemia"}),
        ("CRP <0.3 mg/L", {"Elevated circulating C-reactive protein concentration"}),
        ("platelets 250 x 10^9/L", {"Thrombocytosis", "Thrombocytopenia"}),
    ],
)
def test_values_within_their_range_are_absent_at_that_time(
    reader: TextReader, text: str, absent: set[str]
) -> None:
    found = reader.values(text, age=54.0, sex=Sex.MALE)
    assert {o.label for o in found} == absent
    assert all(o.state.value == "absent" and o.momentary for o in found)


def test_a_table_is_read_by_its_own_ranges(reader: TextReader) -> None:
    found = reader.values(TABLE)
    assert said(reader, TABLE) == (
        "Hyponatremia present",
        "Hyperkalemia present",
        "Elevated circulating creatinine concentration absent",
        "Increased circulating ferritin concentration present",
        "Elevated circulating C-reactive protein concentration present",
    )
    assert {measurement(o).source for o in found} == {"printed in the text"}
    assert [measurement(o).flag for o in found] == ["L", "H", None, "H", None]
    assert measurement(found[0]).reference_range == "135-145"


def test_a_range_in_the_text_beats_ours(reader: TextReader) -> None:
    assert said(reader, "K 5.2 mmol/L", age=54.0)[0] == "Hyperkalemia present"
    printed = one(reader, "K 5.2 mmol/L (normal 3.5-5.5)", age=54.0)
    assert (printed.label, printed.state.value) == ("Hyperkalemia", "absent")
    assert measurement(printed).reference_range == "normal 3.5-5.5"
    assert said(reader, "CRP (normal <5) 4", age=54.0) == (
        "Elevated circulating C-reactive protein concentration absent",
    )
    other_unit = one(reader, "Hb 82 g/L (12-16 g/dL)")
    assert (other_unit.label, other_unit.state.value) == ("Anemia", "present")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("K 5.2 mmol/L (H)", "Hyperkalemia present"),
        ("K 2.0 L", "Hypokalemia present"),
        ("K+ 2.9 mEq/L (L)", "Hypokalemia present"),
        ("elevated CRP of 6 mg/L", "Elevated circulating C-reactive protein concentration present"),
        ("K 4.4 mmol/L, normal", "Hyperkalemia absent"),
        ("Ferritin 900 ng/mL ↑", "Increased circulating ferritin concentration present"),
    ],
)
def test_a_flag_beats_our_range(reader: TextReader, text: str, found: str) -> None:
    assert said(reader, text)[0] == found
    assert measurement(one(reader, text)).source == "flagged in the text"


def test_a_flag_against_its_printed_range_leaves_it_open(reader: TextReader) -> None:
    found = said(reader, "Sodium 140 mmol/L 135-145 H")
    assert found == ("Hypernatremia undetermined", "Hyponatremia undetermined")


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("On day 3 Na 128 mmol/L", "On day 3"),
        ("Na 128 mmol/L on day 3", "on day 3"),
        ("HR 132 at 14:20", "at 14:20"),
        ("CRP at 14:20 was 187 mg/L", "at 14:20"),
        ("On admission: CRP 187 mg/L", "On admission"),
        ("sodium on 12/03/2021 was 128 mmol/L", "12/03/2021"),
        ("2021-03-04 Na 128 mmol/L", "2021-03-04"),
        ("Na was 128 mmol/L on 3 March 2021", "3 March 2021"),
        ("Na 128 mmol/L", None),
    ],
)
def test_the_time_of_a_value_is_kept(reader: TextReader, text: str, time: str | None) -> None:
    assert measurement(one(reader, text, age=54.0)).time == time


def test_each_value_of_a_line_has_its_own_time(reader: TextReader) -> None:
    found = reader.values("HR 88 at 10:30, HR 140 at 11:00, CRP on day 5 was 4 mg/L.", age=60.0)
    times = {f"{o.label} {o.state.value}": measurement(o).time for o in found}
    assert times["Tachycardia absent"] == "at 10:30"
    assert times["Tachycardia present"] == "at 11:00"
    assert times["Elevated circulating C-reactive protein concentration absent"] == "on day 5"


def test_a_series_is_a_value_each(reader: TextReader) -> None:
    found = reader.values("CRP rose from 3 to 187 mg/L; lactate 4.2 -> 1.0 mmol/L", age=54.0)
    assert [(measurement(o).value, o.state.value) for o in found] == [
        (3.0, "absent"), (187.0, "present"), (4.2, "present"), (1.0, "absent"),
    ]  # fmt: skip


def test_a_value_is_kept_as_it_was_given(reader: TextReader) -> None:
    troponin = measurement(one(reader, "troponin <0.01 ng/mL", age=54.0))
    assert (troponin.bound, troponin.value, troponin.unit) == ("<", 0.01, "ng/mL")
    assert troponin.amount == "<0.01 ng/mL"
    rate = measurement(one(reader, "HR 110-120 bpm", age=54.0))
    assert (rate.value, rate.upper, rate.amount) == (110.0, 120.0, "110 to 120 bpm")
    assert (rate.code, rate.name) == ("8867-4", "heart rate")
    bare = measurement(one(reader, "SpO2 84", age=54.0))
    assert bare.unit == ""
    assert bare.method.endswith("taken as %")


def test_the_span_holds_name_value_and_range(reader: TextReader) -> None:
    text = "Labs today: Hb: 8.2 g/dL (12-16) and more."
    assert quote(one(reader, text)).quote == "Hb: 8.2 g/dL (12-16)"


def test_a_value_without_a_range_of_ours_is_recognised_only(reader: TextReader) -> None:
    found = reader.values("RDW 19 %", age=54.0)
    assert [(o.label, o.concept, o.state.value) for o in found] == [
        ("red cell distribution width", None, "undetermined")
    ]


def test_an_empty_text_is_refused(reader: TextReader) -> None:
    with pytest.raises(EmptyInput):
        reader.values("  \n")


def test_a_text_without_values_has_none(reader: TextReader) -> None:
    assert reader.values("A man of 54 years with seizures since 2019.") == ()
