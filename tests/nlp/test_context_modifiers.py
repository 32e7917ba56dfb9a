"""Side, severity and site of mentions."""

from __future__ import annotations

import pytest

from nlp.reader import TextReader

MODIFIERS: dict[str, dict[str, tuple[str, ...]]] = {
    "Small left pleural effusion.": {"Pleural effusion": ("Left",)},
    "Mild to moderate cardiomegaly.": {"Cardiomegaly": ("Mild", "Moderate")},
    "Bilateral pleural effusions, right greater than left.": {"Pleural effusion": ("Bilateral",)},
    "Severe left-sided headache and mild cough.": {
        "Headache": ("Severe", "Left"),
        "Cough": ("Mild",),
    },
    "Pneumonia in the right upper lobe.": {"Pneumonia": ("Right", "upper lobe")},
    "RUL pneumonia and left basilar consolidation.": {
        "Pneumonia": ("Right", "RUL"),
        "Parenchymal consolidation": ("Left", "basilar"),
    },
    "Ataxia of the lower limbs.": {"Ataxia": ("lower limbs",)},
    "Pleural effusions are present bilaterally.": {"Pleural effusion": ("Bilateral",)},
    "Effusion seen on the left.": {"Pleural effusion": ("Left",)},
    "Cerebellar hypoplasia is moderate to severe.": {
        "Cerebellar hypoplasia": ("Moderate", "Severe")
    },
    "Consolidation at the left lung base.": {"Parenchymal consolidation": ("Left", "lung base")},
    "No left effusion.": {"Pleural effusion": ("Left",)},
    # never from the words of another mention, nor from a verb
    "Mild cough and fever.": {"Cough": ("Mild",), "Fever": ()},
    "Right pneumothorax and effusion.": {"Pneumothorax": ("Right",), "Pleural effusion": ()},
    "He was left with ataxia.": {"Ataxia": ()},
    "The patient left hospital with fever.": {"Fever": ()},
    "Chest pain radiating to the left arm.": {"Chest pain": ()},
    "Right heart catheterisation; cardiomegaly.": {"Cardiomegaly": ()},
}


@pytest.mark.parametrize("text", MODIFIERS)
def test_modifiers(reader: TextReader, text: str) -> None:
    assert {o.label: o.modifiers for o in reader.read(text)} == MODIFIERS[text]


def test_a_site_across_lines_is_one_phrase(reader: TextReader) -> None:
    (observation,) = reader.read("pneumonia in the right\r\n  upper lobe")
    assert observation.modifiers == ("Right", "upper lobe")
