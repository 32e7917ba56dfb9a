"""Sentences whose words change what a mention means, traps among them."""

from __future__ import annotations

import pytest

from domain.findings import Observation
from nlp.reader import TextReader

#: Text: what is read of each mention, as "label state [experiencer] [time]".
TRAPS: dict[str, tuple[str, ...]] = {
    "No evidence of pneumothorax, effusion or pneumonia, but there is cardiomegaly": (
        "Pneumothorax absent",
        "Pleural effusion absent",
        "Pneumonia absent",
        "Cardiomegaly present",
    ),
    "mother had breast cancer": ("Breast carcinoma present family",),
    "cannot exclude pulmonary embolism": ("Pulmonary embolism uncertain",),
    "Pulmonary embolism cannot be excluded.": ("Pulmonary embolism uncertain",),
    "history of asthma, now resolved": ("Asthma present past",),
    "Asthma has resolved.": ("Asthma present past",),
    "if fever develops": ("Fever present hypothetical",),
    "not only ataxia but also dysarthria": ("Ataxia present", "Dysarthria present"),
    "not only ataxic but also dysarthric": ("Ataxia present", "Dysarthria present"),
    "no change in the known effusion": ("Pleural effusion present",),
    "HEPATOSPLENOMEGALY: NEGATIVE": ("Hepatosplenomegaly absent",),
    "denies chest pain; reports dyspnoea": ("Chest pain absent", "Dyspnea present"),
    "Neither seizures nor ataxia": ("Seizure absent", "Ataxia absent"),
    "possible pneumonia, definite effusion": ("Pneumonia uncertain", "Pleural effusion present"),
    "His brother has seizures; he does not": ("Seizure present family",),
    "His brother has seizures; he has ataxia": ("Seizure present family", "Ataxia present"),
    "Family history: seizures in two cousins": ("Seizure present family past",),
    "no family history of cardiomyopathy": ("Cardiomyopathy absent family past",),
    "rule out sepsis": ("Sepsis uncertain",),
    "without fever": ("Fever absent",),
    "fever was absent": ("Fever absent",),
    "unlikely to have hypertension": ("Hypertension uncertain",),
    "planned for cardiac catheterisation if dyspnea worsens": ("Dyspnea present hypothetical",),
    "Suspected pulmonary embolism was ruled out.": ("Pulmonary embolism absent",),
    "no seizures, has ataxia": ("Seizure absent", "Ataxia present"),
    "Probably no fever.": ("Fever uncertain",),
    "Not without fever.": ("Fever undetermined",),
    "Any seizures?": ("Seizure undetermined",),
    "? pneumonia": ("Pneumonia uncertain",),
    "Seizures: yes/no": ("Seizure undetermined",),
    "Fever: no Cough: yes": ("Fever absent", "Cough present"),
    "Seizures: no recent ones": ("Seizure undetermined",),
    "Headache (-), cough (+)": ("Headache absent", "Cough present"),
    "[ ] seizures": ("Seizure undetermined",),
    "Mother reports that he has seizures.": ("Seizure present",),
    "Seizures (mother), cough": ("Seizure present family", "Cough present"),
    "He has headache. No cough.\nFever\n": ("Headache present", "Cough absent", "Fever present"),
    "Born to healthy parents with microcephaly.": ("Microcephaly present",),
    "The father had asthma, and he has seizures.": (
        "Asthma present family",
        "Seizure undetermined",
    ),
    "Her mother has asthma. She also has hypertension.": (
        "Asthma present family",
        "Hypertension undetermined",
    ),
    "The patient's mother has asthma.": ("Asthma present family",),
    "Her husband had pneumonia.": ("Pneumonia present other",),
    "A two-day history of fever.": ("Fever present",),
    "Relative lucency suggests pneumonia.": ("Pneumonia uncertain",),
    "Two relatives had seizures.": ("Seizure present family",),
    "No sick contacts, no fever.": ("Fever absent",),
    "She had cough, fever and headache were absent.": (
        "Cough undetermined",
        "Fever absent",
        "Headache absent",
    ),
    "In general, no change in headache, cough or fever.": (
        "Headache present",
        "Cough undetermined",
        "Fever undetermined",
    ),
    "Testing for sepsis was negative.": ("Sepsis absent",),
}


def said(observation: Observation) -> str:
    """An observation as the table above writes it."""
    parts = [observation.label, observation.state.value]
    if observation.experiencer.value != "patient":
        parts.append(observation.experiencer.value)
    if observation.time.value != "now":
        parts.append(observation.time.value)
    return " ".join(parts)


@pytest.mark.parametrize("text", TRAPS)
def test_traps(reader: TextReader, text: str) -> None:
    assert tuple(said(o) for o in reader.read(text)) == TRAPS[text]


def test_whatever_is_not_plainly_present_names_its_triggers(reader: TextReader) -> None:
    for text in TRAPS:
        for observation in reader.read(text):
            if said(observation) != f"{observation.label} present":
                assert observation.triggers, text


def test_kinship_is_kept_as_printed(reader: TextReader) -> None:
    (cousins,) = reader.read("Family history: seizures in two cousins")
    assert cousins.kinship == "two cousins"
    (aunt,) = reader.read("His maternal aunt had seizures.")
    assert aunt.kinship == "maternal aunt"


def test_a_sibling_who_lacks_a_finding_says_nothing_of_the_patient(reader: TextReader) -> None:
    observations = reader.read("His brother has seizures; he does not")
    assert [o for o in observations if o.experiencer.value == "patient"] == []


def test_mentions_deep_in_an_endless_sentence_are_undetermined(reader: TextReader) -> None:
    text = "no fever " + "and cough " * 400
    states = [o.state.value for o in reader.read(text)]
    assert states[:3] == ["absent", "absent", "absent"]
    assert states[-1] == "undetermined"
    assert "present" not in states


def test_context_of_given_targets(reader: TextReader) -> None:
    text = "No gallops. Status post appendectomy."
    gallops, surgery = reader.contexts(text, [(3, 10), (24, 36)])
    assert gallops.state.value == "absent"
    assert surgery.time.value == "past"
