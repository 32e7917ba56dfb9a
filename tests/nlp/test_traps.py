"""Sentences on which simpler readers of context stumble; what is read of each mention."""

from __future__ import annotations

import pytest

from nlp.reader import TextReader
from tests.nlp.test_context import said

#: Text: "label state [hedge] [experiencer] [time]" of each mention in its order.
TRAPS: dict[str, tuple[str, ...]] = {
    # a list is ruled as a whole, and "but" ends it
    "No evidence of pneumothorax, effusion or consolidation, but there is cardiomegaly": (
        "Pneumothorax absent",
        "Pleural effusion absent",
        "Parenchymal consolidation absent",
        "Cardiomegaly present",
    ),
    "No fever, cough or headache, but chest pain.": (
        "Fever absent",
        "Cough absent",
        "Headache absent",
        "Chest pain present",
    ),
    "Fever and cough and headache were absent.": (
        "Fever absent",
        "Cough absent",
        "Headache absent",
    ),
    "denies chest pain; reports dyspnoea": ("Chest pain absent", "Dyspnea present"),
    "He has no cough. chest pain since Monday.": ("Cough absent", "Chest pain present"),
    "Seizures were not observed but ataxia was.": ("Seizure absent", "Ataxia present"),
    "Neither seizures nor ataxia were seen.": ("Seizure absent", "Ataxia absent"),
    "Pneumonia, not asthma.": ("Pneumonia present", "Asthma absent"),
    "Asthma rather than pneumonia.": ("Asthma present", "Pneumonia absent"),
    # it is the test that is negative, in a clause or a list of its own
    "He was treated for pneumonia, and a sputum culture was negative.": ("Pneumonia present",),
    "There was fever with negative cultures.": ("Fever present",),
    "Workup for pneumonia and sepsis was negative.": ("Pneumonia absent", "Sepsis absent"),
    "Fever, cough and the headache were absent.": (
        "Fever absent",
        "Cough absent",
        "Headache absent",
    ),
    "Pneumonia testing is positive and fever is absent.": ("Pneumonia present", "Fever absent"),
    # a "no" that denies nothing
    "not only ataxic but also dysarthric": ("Ataxia present", "Dysarthria present"),
    "no change in the known effusion": ("Pleural effusion present",),
    "Without change in the cardiomegaly.": ("Cardiomegaly present",),
    "No worsening of ataxia.": ("Ataxia present",),
    "Findings not unlike pneumonia.": ("Pneumonia uncertain suggestive",),
    "No seizures until the age of 5.": ("Seizure undetermined",),
    "Not without fever.": ("Fever undetermined",),
    # doubt is neither presence nor absence
    "cannot exclude pulmonary embolism": ("Pulmonary embolism uncertain cannot exclude",),
    "Pneumonia has not been excluded.": ("Pneumonia uncertain cannot exclude",),
    "The absence of fever does not exclude pneumonia.": (
        "Fever absent",
        "Pneumonia uncertain cannot exclude",
    ),
    "possible pneumonia, definite effusion": (
        "Pneumonia uncertain possible",
        "Pleural effusion present",
    ),
    "He is unlikely to have sepsis.": ("Sepsis uncertain unlikely",),
    "I do not think he has asthma.": ("Asthma uncertain unlikely",),
    "It is not clear whether she has seizures.": ("Seizure uncertain question",),
    "There is no evidence for or against pneumonia.": ("Pneumonia uncertain question",),
    "Suspected pulmonary embolism was ruled out.": ("Pulmonary embolism absent",),
    # a patient who is a grandmother, and what was in childhood
    "A 68-year-old grandmother is admitted because of dyspnea.": ("Dyspnea present",),
    "A 66-year-old grandfather comes to the clinic with a cough.": ("Cough present",),
    "As a girl she had fever and ataxia.": ("Fever present past", "Ataxia present"),
    # whose
    "mother had breast cancer": ("Breast carcinoma present family",),
    "The mother, who has epilepsy in the family, reports seizures.": ("Seizure present",),
    "Mother of three presents with headache.": ("Headache present",),
    "Unlike his brother, he has no seizures.": ("Seizure absent",),
    "No family history of seizures, but he has seizures.": (
        "Seizure absent family past",
        "Seizure present",
    ),
    # when
    "history of asthma, now resolved": ("Asthma present past",),
    "if fever develops": ("Fever present hypothetical",),
    "Return if chest pain or dyspnea.": (
        "Chest pain present hypothetical",
        "Dyspnea present hypothetical",
    ),
    "Pneumonia in 1998, seizures since 1998.": ("Pneumonia present past", "Seizure present"),
    "Seizures began in childhood; asthma as a child.": (
        "Seizure present",
        "Asthma present past",
    ),
    "HISTORY OF PRESENT ILLNESS: fever for two days.": ("Fever present",),
    "Cardiomegaly is no longer present.": ("Cardiomegaly absent",),
    "Denies any history of seizures.": ("Seizure absent past",),
    # lists, tables, boxes
    "HEPATOSPLENOMEGALY: NEGATIVE": ("Hepatosplenomegaly absent",),
    "Chest pain: denies. Dyspnea: yes.": ("Chest pain absent", "Dyspnea present"),
    "Fever\tno\nCough\tyes\nHeadache\tno": ("Fever absent", "Cough present", "Headache absent"),
    "| Fever | no |\n| Cough | yes |\n| Headache | - |": (
        "Fever absent",
        "Cough present",
        "Headache absent",
    ),
    "Seizures  -   Ataxia  +": ("Seizure absent", "Ataxia present"),
    "[x] Fever\n[ ] Cough\n☑ Headache\n☐ Seizures": (
        "Fever present",
        "Cough undetermined",
        "Headache present",
        "Seizure undetermined",
    ),
    # names
    "hyper- and hypocalcemia": ("Hypercalcemia present", "Hypocalcemia present"),
}


@pytest.mark.parametrize("text", TRAPS)
def test_traps(reader: TextReader, text: str) -> None:
    assert tuple(said(o) for o in reader.read(text)) == TRAPS[text]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Atrial septal defect (ASD) was closed at 3 years. The ASD was large.", "Atrial septal"),
        ("Autism spectrum disorder (ASD) was diagnosed. The ASD is severe.", "Autism spectrum"),
    ],
)
def test_an_abbreviation_means_what_the_text_defines(
    reader: TextReader, text: str, label: str
) -> None:
    labels = [o.label for o in reader.read(text)]
    assert len(labels) == 3
    assert all(found.startswith(label) for found in labels)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Echocardiography: secundum ASD with a left-to-right shunt.", "Atrial septal defect"),
        ("Delayed speech, poor eye contact; ASD according to ADOS.", "Autism spectrum disorder"),
        ("ASD was seen.", None),
    ],
)
def test_an_undefined_abbreviation_is_settled_by_its_company_or_left_alone(
    reader: TextReader, text: str, right: str | None
) -> None:
    of_asd = [
        o.label
        for o in reader.read(text)
        if o.label in ("Atrial septal defect", "Autism spectrum disorder")
    ]
    assert of_asd in ([], [right])
