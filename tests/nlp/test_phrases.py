"""Findings told rather than named, urine by dipstick, and who the patient is."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from domain.assertions import PHENOTYPE, Concept, Sex
from domain.errors import SourceError
from domain.identifiers import Curie
from nlp.phrases import rows
from nlp.reader import TextReader
from ontologies.lexicon import Lexicon, build

_URINE = {
    "HP:0012461": "Bacteriuria",
    "HP:0003076": "Glycosuria",
    "HP:0002919": "Ketonuria",
    "HP:0031812": "Nitrituria",
    "HP:0012735": "Cough",
    "HP:0000822": "Hypertension",
}


@cache
def reader() -> TextReader:
    labels = {row["concept"]: row["label"] for row in rows()} | _URINE
    concepts = [Concept(id=Curie(i), label=x, category=PHENOTYPE) for i, x in labels.items()]
    return TextReader(Lexicon.from_entries(build(concepts)))


def said(text: str) -> set[str]:
    return {f"{o.label} {o.state}" for o in reader().read(text)}


TOLD = {
    "He is coughing up small amounts of blood.": "Hemoptysis present",
    "She denies coughing up blood.": "Hemoptysis absent",
    "He has lost 20 pounds over 2 months.": "Weight loss present",
    "She felt out of breath.": "Dyspnea present",
    "The pain radiates to the back.": "Back pain present",
    "Pain radiating down his left arm": "Radiation into left arm present",
    "The pain is worse when she breathes deeply.": "Pleuritic chest pain present",
    "Neck veins are flat.": "Elevated jugular venous pressure absent",
    "Neck veins are distended.": "Elevated jugular venous pressure present",
    "He needs three pillows at night to sleep.": "Orthopnea present",
    "His pulses are weak.": "Weak pulse present",
    "He has smoked one pack of cigarettes daily for 20 years.": "Tobacco use history present",
    "There is dullness. Breath sounds are decreased.": "Diminished breath sounds present",
    "The lungs are clear to auscultation.": "Abnormal breath sound absent",
    "Tenderness to palpation of the right upper quadrant": (
        "Pain in the right upper abdomen present"
    ),
    "She takes oral contraceptives.": "transient risk factor for thrombosis present",
    "She appears pale.": "Pallor present",
    "Blood cultures grow Staphylococcus aureus.": "Bacteremia present",
    "Blood cultures are negative.": "Bacteremia absent",
    "He returned on a 14 hour flight.": "recent immobilization present",
    "Her husband died last week.": "Triggered by emotion present",
    "CT shows fractures of the left 5th and 6th ribs.": "Fractured rib present",
    "He is unable to close his right eye.": "Facial palsy present",
    "Both knees are warm and swollen.": "Joint swelling present",
    "She vomits after coughing.": "Post-tussive vomiting present",
    "His fingertips are clubbed.": "Clubbing present",
    "Palpation reproduces the pain.": "Tenderness of the chest wall present",
    "His urine output has dropped.": "Oliguria present",
    "The cough keeps her awake at night.": "Cough at night present",
    "He has had this cough for about 11 years.": "Chronic cough present",
    "Three days after surgery she was breathless.": "recent surgery present",
    "A 3-month history of dry cough": "Chronic cough present",
    "The patient shares needles.": "Injection drug use present",
    "Echo shows right ventricular collapse.": "Diastolic collapse of the right ventricle present",
    "She has had recurrent bouts of bronchitis.": "Recurrent bronchitis present",
    "He has a rash that does not blanch.": "Purpura present",
    "She had close contact with a person who has tuberculosis.": (
        "Known contact with a person who has tuberculosis present"
    ),
    "She was stung by a bee.": "Insect sting before the reaction present",
    "He was stabbed in the left chest.": "Penetrating injury of chest or abdomen present",
    "He vomited and then felt pain.": "Retching or vomiting before the onset present",
    "He has tearing chest pain.": "Chest pain described as ripping or tearing present",
    "Urinalysis shows: Protein 2+": "Proteinuria present",
    "Urinalysis\nBlood none\n": "Hematuria absent",
    "Urinalysis\nNitrites Positive\nLeukocyte esterase positive\n": "Nitrituria present",
}


@pytest.mark.parametrize("text", TOLD)
def test_what_is_told(text: str) -> None:
    assert TOLD[text] in said(text)


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("He coughed. The wound shows blood.", "Hemoptysis present"),  # across a full stop
        ("Pain, cough that does not radiate to the back", "Back pain present"),
        ("Protein 2+ in the diet", "Proteinuria present"),  # not of urine
        ("He does not drink alcohol.", "Abnormal alcohol consumption present"),
        ("Her weak pulses", "Asthenia present"),
        ("He has had a cough for 3 weeks and lost weight over 4 months.", "Chronic cough present"),
        ("A 1-month history of cough", "Chronic cough present"),
        ("He uses cocaine.", "Injection drug use present"),
        ("A Black man has loose stools.", "Melena present"),
        ("He has a cough and smoked for 20 years.", "Chronic cough present"),
        ("Her mother died of an embolism.", "Triggered by emotion present"),
    ],
)
def test_what_is_not(text: str, never: str) -> None:
    assert never not in said(text)


def test_a_name_in_a_denial_is_not_read_beside_it() -> None:
    assert "Tobacco use history present" not in said("He does not smoke tobacco.")


@pytest.mark.parametrize(
    "row",
    ["one\tpresent\tHP:0000001\tx", "a x-ray-film\tpresent\tHP:0000001\tx", "a b\tmaybe\tc\td"],
)
def test_a_table_that_cannot_be_used_is_refused(tmp_path: Path, row: str) -> None:
    table = tmp_path / "phrases.tsv"
    table.write_text(f"phrase\tsays\tconcept\tlabel\n{row}\n")
    with pytest.raises(SourceError) as raised:
        list(rows(table))
    assert raised.value.line == 2


def test_the_patient_of_the_first_sentence() -> None:
    text = "A 45-year-old man has cough. His 12-year-old daughter is well."
    found = reader().patient(text)
    assert found is not None
    assert (found.age, found.sex) == (45, Sex.MALE)
    assert text[found.start : found.end] == "45-year-old man"


def test_a_relative_is_not_the_patient() -> None:
    assert reader().patient("His 70-year-old mother has hypertension.") is None
    assert reader().patient("Cough for 3 days.") is None


def test_a_parent_tells_of_the_child() -> None:
    text = "The mother reports that her daughter has had a cough."
    assert [o.experiencer for o in reader().read(text)] == ["patient"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He cannot climb stairs without dyspnea.", "Dyspnea present"),
        ("He climbs stairs without dyspnea.", "Dyspnea absent"),
        ("The lungs are negative for hypertension.", "Hypertension absent"),
    ],
)
def test_context_around_a_denial(text: str, expected: str) -> None:
    assert expected in said(text)


def test_began_a_while_ago_is_not_past() -> None:
    (found,) = reader().read("The cough began two months ago.")
    assert found.time == "now"
