"""Words that mean the chest only in a report of chest imaging."""

from __future__ import annotations

import pytest

from nlp.imaging import ChestImaging
from ontologies.curated_names import CHEST
from tests.nlp.chest import reader, said

FILM = "FINDINGS: The cardiomediastinal silhouette is normal. "


def test_radiologists_words_in_a_report() -> None:
    text = FILM + "There is a 7 mm nodule in the right lung base, a small effusion and no edema."
    assert said(text) == [
        "Pulmonary nodule present",
        "Pleural effusion present",
        "Pulmonary edema absent",
    ]


def test_what_is_heard_over_the_lung_is_no_image() -> None:
    text = "There is pitting edema of both ankles. There are crackles over both lung bases."
    assert "Pulmonary edema present" not in said(text)
    assert not ChestImaging(text).film_at(0)
    assert "Pulmonary edema present" in said("Edema at both lung bases.")


def test_the_same_words_elsewhere() -> None:
    text = "EXAMINATION: The knee has an effusion. A nodule of the skin; edema of the legs.\n"
    # the effusion is told, and not linked: this lexicon has no joint for it
    assert said(text) == ["effusion present", "Edema present"]


@pytest.mark.parametrize(
    "text",
    [
        "Small left lower lobe infiltrate.",
        "CXR: infiltrate.",
        "HOSPITAL COURSE: The chest x-ray showed a right upper lobe infiltrate.",
        "IMPRESSION: Cardiomegaly. Infiltrate. No effusion.",
        "Lungs are clear. No infiltrate.",
        "Heart size normal.\n\nNo infiltrate.",
    ],
)
def test_where_an_infiltrate_is_of_the_lung(text: str) -> None:
    assert any(x.startswith("Pulmonary infiltrates") for x in said(text))


@pytest.mark.parametrize(
    "text",
    [
        "The skin showed an infiltrate.",
        "PHYSICAL EXAM: Lungs are clear to auscultation. Infiltrate of the skin.",
        "IMPRESSION: Infiltrate of the skin.",
        "Chest x-ray normal.\n\nEXAMINATION: Infiltrate of the skin.",
        "HISTORY: Pneumothorax of the left lung. Infiltrate of the skin.",
        "Skin infiltrate.\n\nThe chest x-ray showed pneumothorax.",
    ],
)
def test_where_it_is_not(text: str) -> None:
    assert not any(x.startswith("Pulmonary infiltrates") for x in said(text))


@pytest.mark.parametrize("text", ["thyroid mass", "mass effect", "cystic fibrosis", "bone mass"])
def test_other_things_of_the_same_name(text: str) -> None:
    assert said(f"{FILM}There is {text}.") == []


def test_a_granuloma_is_no_nodule_and_a_nodular_opacity_an_opacity() -> None:
    text = FILM + "Calcified granuloma. Nodular opacity at the left base. Calcified nodule."
    assert said(text) == [
        "Granuloma present",
        "Pulmonary opacity present",
        "Calcified pulmonary nodule present",
    ]


def test_what_follows_decides_nothing() -> None:
    text = "A nodule was felt."
    more = f"{text}\n\n{FILM}"
    assert ChestImaging(text).at(2) == ChestImaging(more).at(2) == ""
    assert ChestImaging(more).at(len(more) - 2) == CHEST


@pytest.mark.parametrize(
    "text",
    [
        "XXXX XXXX. XXXX opacities in the XXXX, XXXX scarring. No XXXX of a pleural effusion.",
        "HEART SIZE XXXX. LUNGS ARE CLEAR WITHOUT INFILTRATE, EFFUSION, OR PNEUMOTHORAX.",
        "Cardiac silhouette and mediastinum size are within normal limits.",
    ],
)
def test_marks_of_de_identification_and_capitals_break_nothing(text: str) -> None:
    observations = reader().read(text)
    assert all(o.state.value == "absent" for o in observations if "effusion" in o.label)
    assert observations == reader().read(text)


def test_capitals_are_read_as_small_letters() -> None:
    text = FILM + "No infiltrate, effusion or pneumothorax. Mild edema."
    assert said(text.upper()) == said(text)
