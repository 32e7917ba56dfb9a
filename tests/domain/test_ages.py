"""Ages, and HPO's classes of them against HPO's own definitions."""

from __future__ import annotations

import re

import pytest

from domain.ages import DEATH_CLASSES, ONSET_CLASSES, Onset, age_in_years, age_words
from domain.errors import InvalidField
from kg.build import find_inputs

#: What the definitions and comments in HPO 2025-01-16 say of the ages in our tables.
SAID = {
    "HP:0030674": "Onset prior to birth",
    "HP:0011460": "up to 8 weeks following fertilization",
    "HP:0011461": "Onset prior to birth",
    "HP:0034199": "prior to birth in the first trimester",
    "HP:0034198": "prior to birth during the second trimester",
    "HP:0034197": "prior to birth during the third trimester",
    "HP:0003577": "present at birth",
    "HP:0003623": "within the first 28 days of life",
    "HP:0410280": "before the age of 16 years",
    "HP:0003593": "within the first 12 months of life",
    "HP:0011463": "between 1 and 5 years",
    "HP:0003621": "between the age of 5 and 15 years",
    "HP:0003581": "at the age of 16 years or later",
    "HP:0011462": "between 16 and 40 years",
    "HP:0025708": "greater than or equal to 16 to under 19 years",
    "HP:0025709": "greater than or equal to 19 to under 25 years",
    "HP:0025710": "greater than or equal to 25 to under 40 years",
    "HP:0003596": "at the age of 40 to 60 years",
    "HP:0003584": "after the age of 60 years",
    "HP:0005268": "before the 22th week of pregnancy",
    "HP:0003826": "Death of the fetus in utero",
    "HP:0034241": "Death of a fetus in the uterus",
    "HP:0003811": "within the first 28 days of life",
    "HP:0001522": "within the first 24 months of life",
    "HP:0003819": "between the ages of 2 and 10 years",
    "HP:0011421": "between the ages of 10 and 19 years",
    "HP:0100613": "between the age of 16 and 40 years",
    "HP:0033764": "between the age of 40 and 60 years",
}


@pytest.fixture(scope="module")
def stanzas() -> dict[str, str]:
    """The stanzas of the HPO that is built by default, by id."""
    (hpo,) = (i for i in find_inputs({}) if i.source.name == "hpo")
    text = hpo.path.read_text("utf-8")
    if "data-version: hp/releases/2025-01-16" not in text:
        pytest.skip("another HPO is installed than the one the table was made from")
    return {
        match[1]: block
        for block in text.split("\n\n")
        if (match := re.search(r"^id: (HP:\d+)$", block, re.MULTILINE))
    }


@pytest.mark.parametrize("term", [*ONSET_CLASSES, *DEATH_CLASSES])
def test_classes_are_as_hpo_defines_them(stanzas: dict[str, str], term: str) -> None:
    entry = (ONSET_CLASSES | DEATH_CLASSES)[term]
    assert f"\nname: {entry[0]}\n" in stanzas[term]
    assert SAID[term] in stanzas[term]


def test_a_class_lies_within_those_above_it(stanzas: dict[str, str]) -> None:
    for term, (_, begins, ends) in ONSET_CLASSES.items():
        assert begins <= ends
        for above in re.findall(r"^is_a: (HP:\d+)", stanzas[term], re.MULTILINE):
            if above in ONSET_CLASSES:
                assert ONSET_CLASSES[above][1] <= begins
                assert ends <= ONSET_CLASSES[above][2]


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("P34Y", 34),
        ("P1Y6M", 1.5),
        ("4.5", 4.5),
        ("P28D", 28 / 365.25),
        ("0", 0),
        ("P2W", 14 / 365.25),
    ],
)
def test_ages_are_read(text: str, years: float) -> None:
    assert age_in_years(text) == pytest.approx(years)
    assert Onset.parse(text).earliest == pytest.approx(years)


@pytest.mark.parametrize("text", ["", "old", "P", "-3", "131", "P1X", "nan", "HP:", ":"])
def test_what_is_no_age_is_refused_by_its_field(text: str) -> None:
    with pytest.raises(InvalidField) as refused:
        Onset.parse(text, "findings[2].onset")
    assert refused.value.field == "findings[2].onset"
    assert refused.value.mend or "beyond" in refused.value.message


def test_onset_classes_begin_at_an_age_or_nowhere() -> None:
    assert Onset.parse("HP:0003621").earliest == 5
    assert Onset.parse("HP:6000314").earliest is None
    assert str(Onset.parse("HP:0003621")) == "juvenile onset"
    assert str(Onset.parse("P3Y")) == "at 3 years"
    assert str(Onset.parse("0")) == "at birth"


@pytest.mark.parametrize(
    ("years", "words"),
    [
        (0, "0 days"), (1 / 365.25, "1 day"), (28 / 365.25, "28 days"), (0.25, "3 months"),
        (1.5, "18 months"), (2, "2 years"), (4.5, "4.5 years"), (16, "16 years"),
    ],
)  # fmt: skip
def test_ages_in_words(years: float, words: str) -> None:
    assert age_words(years) == words
