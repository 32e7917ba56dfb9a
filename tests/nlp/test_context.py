"""Sentences whose words change what a mention means."""

from __future__ import annotations

import pytest

from domain.findings import Observation
from nlp.reader import TextReader
from nlp.triggers import HEDGES, rows

#: Text: what is read of each mention, as "label state [hedge] [experiencer] [time]".
SENTENCES: dict[str, tuple[str, ...]] = {
    "Pulmonary embolism cannot be excluded.": ("Pulmonary embolism uncertain cannot exclude",),
    "Asthma has resolved.": ("Asthma present past",),
    "She had asthma in the past.": ("Asthma present past",),
    "She had asthma in the past ten years.": ("Asthma present past",),
    "She had asthma in the past 24 hours.": ("Asthma present",),
    "A 40-year-old driver had asthma.": ("Asthma present",),
    "A man is evaluated for asthma.": ("Asthma present",),
    "not only ataxia but also dysarthria": ("Ataxia present", "Dysarthria present"),
    "Neither seizures nor ataxia": ("Seizure absent", "Ataxia absent"),
    "His brother has seizures; he does not": ("Seizure present family",),
    "His brother has seizures; he has ataxia": ("Seizure present family", "Ataxia present"),
    "Family history: seizures in two cousins": ("Seizure present family past",),
    "no family history of cardiomyopathy": ("Cardiomyopathy absent family past",),
    "rule out sepsis": ("Sepsis uncertain question",),
    "without fever": ("Fever absent",),
    "fever was absent": ("Fever absent",),
    "unlikely to have hypertension": ("Hypertension uncertain unlikely",),
    "planned for cardiac catheterisation if dyspnea worsens": ("Dyspnea present hypothetical",),
    "no seizures, has ataxia": ("Seizure absent", "Ataxia present"),
    "Probably no fever.": ("Fever uncertain unlikely",),
    "Any seizures?": ("Seizure undetermined",),
    "? pneumonia": ("Pneumonia uncertain question",),
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
    "She lost her husband to pneumonia.": ("Pneumonia present other",),
    "He lost his wife in May and has pneumonia.": ("Pneumonia present",),
    "A two-day history of fever.": ("Fever present",),
    "Relative lucency suggests pneumonia.": ("Pneumonia uncertain suggestive",),
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
    if observation.hedge is not None:
        parts.append(observation.hedge)
    if observation.experiencer.value != "patient":
        parts.append(observation.experiencer.value)
    if observation.time.value != "now":
        parts.append(observation.time.value)
    return " ".join(parts)


@pytest.mark.parametrize("text", SENTENCES)
def test_what_is_read(reader: TextReader, text: str) -> None:
    assert tuple(said(o) for o in reader.read(text)) == SENTENCES[text]


def test_whatever_is_not_plainly_present_names_its_triggers(reader: TextReader) -> None:
    for text in SENTENCES:
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


def test_what_the_mother_had_in_the_pregnancy_is_hers_and_marked(reader: TextReader) -> None:
    texts = (
        "Maternal diabetes was diet-controlled.",
        "Mother had gestational diabetes during the pregnancy.",
        "Born to a 30-year-old woman with preeclampsia.",
        "Prenatal exposure to maternal diabetes.",
    )
    for text in texts:
        (o,) = reader.read(text)
        assert (o.experiencer.value, o.kinship, o.pregnancy) == ("family", "mother", True), text
    (history,) = reader.read("Maternal history of asthma.")
    assert (history.experiencer.value, history.kinship, history.pregnancy) == (
        "family",
        "mother",
        False,
    )
    (own,) = reader.read("She was admitted with preeclampsia.")
    assert (own.experiencer.value, own.pregnancy) == ("patient", False)


def test_every_attribute_names_its_words_and_their_place(reader: TextReader) -> None:
    text = "FAMILY HISTORY:\r\nMother: possible\tasthma until 1998, no seizures."
    for o in reader.read(text):
        for t in o.triggers:
            assert t.start is not None
            assert t.end is not None
            assert text[t.start : t.end] == t.text
    asthma, seizure = reader.read(text)
    assert [(t.attribute.value, t.text) for t in asthma.triggers] == [
        ("uncertain", "possible"),
        ("experiencer", "Mother"),
        ("section", "FAMILY HISTORY"),
    ]
    assert ("negated", "no") in [(t.attribute.value, t.text) for t in seizure.triggers]


def test_every_hedge_has_a_known_class() -> None:
    for effects, phrase, hedge in rows():
        assert (hedge in HEDGES) is ("uncertain" in effects), phrase
    assert set(HEDGES) == {hedge for _, _, hedge in rows() if hedge is not None}


def test_context_of_given_targets(reader: TextReader) -> None:
    text = "No gallops. Status post appendectomy."
    gallops, surgery = reader.contexts(text, [(3, 10), (24, 36)])
    assert gallops.state.value == "absent"
    assert surgery.time.value == "past"


def test_a_target_that_holds_part_of_a_trigger_leaves_the_rest_of_it(reader: TextReader) -> None:
    text = "In general, no change in vision."
    (context,) = reader.contexts(text, [(text.index("change"), text.index("."))])
    assert context.state.value == "absent"
