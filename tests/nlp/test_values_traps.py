"""Numbers that are not the patient's values, and values that are not of now."""

from __future__ import annotations

import pytest

from domain.assertions import Sex
from domain.findings import Time
from nlp.reader import TextReader
from tests.nlp.measured import said

#: Numbers that are no measured value of anybody.
NOTHING = [
    # effects and groups
    "HR 0.71 (95 % CI 0.60-0.84)",
    "HR = 71 (95% CI 60-80)",
    "the hazard ratio was 0.71; HR 1.4, p < 0.01",
    "mean HbA1c was 7.5 ± 1.2 %",
    "CRP was 12 mg/L (IQR 4-20)",
    "head circumference was at the 50th centile in three patients",
    # people, ages, dates, places
    "PT 12 had seizures, PT 13 had none",
    "12/14 patients; PT 12/14",
    "A 41-year-old man was seen on 12/03/2021 at 14:20.",
    "p.Arg12His in exon 6, c.132A>G, K562 cells, chromosome 12",
    "K-ras G12D, CK7 and CD 4",
    # drugs and food
    "aspirin 100 mg daily and vitamin D 1000 IU",
    "potassium chloride 20 mEq, calcium carbonate 500 mg, sodium chloride 0.9 %",
    "iron 325 mg daily",
    "Medications: magnesium 400, potassium 20",
    "salt: sodium restriction to 2 g daily",
    # other fluids
    "urine sodium 20 mmol/L, urinary protein 3 g/L",
    "CSF: protein 0.9 g/L, glucose 2.1 mmol/L",
    "pleural fluid LDH 900 U/L",
    "24-hour urine calcium 400 mg/dL",
    # other pressures, other tests
    "pulmonary artery pressure 60/30 mmHg",
    "creatinine clearance 40 mL/min",
    "CK-MB 45 ng/mL",
    # a size without its standard
    "head circumference 44 cm, height 160 cm, weight 48 kg",
    # impossible values
    "SpO2 840 %, temp 396 C, HR 4 bpm, sodium 1.2 mmol/L",
    "BP 98/172",
    "sodium 128 mg",
]

#: Texts of an adult: "label state [experiencer] [time]" of each value.
OTHERS: dict[str, tuple[str, ...]] = {
    "mother's HbA1c 9 %": ("Elevated hemoglobin A1c present mother",),
    "His father had a BMI of 41.": ("Obesity present father",),
    "Family history: brother with ferritin 3000 ng/mL (20-300)": (
        "Increased circulating ferritin concentration present brother past",
    ),
    "HbA1c was 9.2 % 2 years ago.": ("Elevated hemoglobin A1c present past",),
    "Past medical history: HbA1c 9.2 % in 2019.": ("Elevated hemoglobin A1c present past",),
}

#: Goals, limits and conditions: read, and of no patient.
AIMS = [
    "goal INR 2-3",
    "INR goal: INR 2-3",
    "target SpO2 > 94 %",
    "keep SpO2 > 92%",
    "titrate to HR < 60",
    "if K > 6 mmol/L call the doctor",
    "If temp > 38.5 C, give paracetamol.",
    "Return if temperature above 38.5 C.",
    "Call for chest pain, any weight gain above 2 kg, or a temperature above 38.5 C.",
    "Hypertension was defined as BP 140/90 or more.",
    "Patients with CRP > 100 mg/L were excluded.",
    "Normal: sodium 135-145 mmol/L",
]


@pytest.mark.parametrize("text", NOTHING)
def test_other_numbers_are_no_values(reader: TextReader, text: str) -> None:
    assert said(reader, text, age=54.0, sex=Sex.MALE) == ()


@pytest.mark.parametrize(("text", "found"), OTHERS.items())
def test_values_of_others_and_of_the_past_stay_there(
    reader: TextReader, text: str, found: tuple[str, ...]
) -> None:
    present = [f for f in said(reader, text, age=54.0, sex=Sex.MALE) if " present" in f]
    assert tuple(present) == found


@pytest.mark.parametrize("text", AIMS)
def test_goals_and_conditions_are_hypothetical(reader: TextReader, text: str) -> None:
    found = reader.values(text, age=54.0, sex=Sex.MALE)
    assert found
    assert {o.time for o in found} == {Time.HYPOTHETICAL}
    assert all(o.triggers for o in found)


def test_a_goal_rules_its_own_clause(reader: TextReader) -> None:
    found = said(reader, "Goal INR 2-3, INR today 4.5", age=54.0)
    assert found == (
        "Prolonged prothrombin time present hypothetical",
        "Prolonged prothrombin time present",
    )


def test_words_around_a_value_do_not_turn_it(reader: TextReader) -> None:
    assert said(reader, "No cough, HR 132.", age=54.0)[0] == "Tachycardia present"
    assert said(reader, "Possible pneumonia, SpO2 84 %.")[0] == "Hypoxemia present"
    assert said(reader, "No hypoxemia: SpO2 98 %.", age=54.0)[0] == "Hypoxemia absent"


def test_blood_beside_another_fluid(reader: TextReader) -> None:
    text = "Urine sodium 20 mmol/L. Serum sodium 128 mmol/L."
    assert said(reader, text, age=54.0) == ("Hyponatremia present",)


@pytest.mark.parametrize(
    "before",
    ["He has dark urine.", "She has heavy menstrual periods.", "The left lower quadrant hurts."],
)
def test_urine_of_an_earlier_sentence_is_none_of_a_value(reader: TextReader, before: str) -> None:
    assert said(reader, f"{before} HR 132. Serum sodium 128 mmol/L.", age=54.0)[-1] == (
        "Hyponatremia present"
    )
    assert "Hyponatremia present" in said(reader, f"{before} Sodium 128 mmol/L.", age=54.0)


def test_the_relative_of_whom_nothing_is_known_is_judged_as_such(reader: TextReader) -> None:
    assert said(reader, "Hb 12.5 g/dL", age=54.0, sex=Sex.MALE)[0] == "Anemia present"
    found = said(reader, "his sister's Hb 12.5 g/dL", age=54.0, sex=Sex.MALE)
    assert found[0] == "Anemia undetermined sister"


def test_an_earlier_value_is_judged_for_earlier_ages(reader: TextReader) -> None:
    now = said(reader, "HR 132", age=54.0)
    past = said(reader, "Past medical history: HR 132 in 1990.", age=54.0)
    assert (now[0], past[0]) == ("Tachycardia present", "Tachycardia undetermined past")
    at_birth = said(reader, "At birth his heart rate was 150 bpm.", age=54.0)
    assert at_birth[0] == "Tachycardia absent"
