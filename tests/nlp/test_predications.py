"""Findings said in two parts, alone and in the reader."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.errors import SourceError
from domain.evidence import TextSpan
from nlp.predications import Predications, rows
from tests.nlp.chest import lexicon, reader, said

SENTENCES: dict[str, list[str]] = {
    "The heart is mildly enlarged.": ["Cardiomegaly present"],
    "Heart size and pulmonary vascularity are enlarged": ["Cardiomegaly present"],
    "Enlargement of the cardiac silhouette": ["Cardiomegaly present"],
    "CARDIAC SIZE REMAINS SLIGHTLY LARGE": ["Cardiomegaly present"],
    "Heart size XXXX mildly enlarged, aortic arch normal": ["Cardiomegaly present"],
    "The heart is not enlarged.": ["Cardiomegaly absent"],
    "No evidence that the heart is enlarged.": ["Cardiomegaly absent"],
    "The heart may be enlarged.": ["Cardiomegaly uncertain"],
    "The heart is borderline in size.": ["Cardiomegaly uncertain"],
    "Heart size is normal.": ["Cardiomegaly absent"],
    "Normal heart size.": ["Cardiomegaly absent"],
    "Cardiac silhouette and mediastinum size are within normal limits": [],
    "Heart size is not normal.": ["Cardiomegaly undetermined"],
    "The right heart is enlarged.": [],
    "Enlarged heart valve.": [],
    "The liver was palpable and enlarged.": ["Hepatomegaly present"],
    "The spleen tip is palpable.": ["Splenomegaly present"],
    "The liver is normal and the spleen is enlarged.": ["Splenomegaly present"],
    "Liver normal, enlarged spleen.": ["Splenomegaly present"],
    "Liver and spleen are enlarged.": ["Hepatomegaly present", "Splenomegaly present"],
    "The liver is soft. Enlarged nodes were felt.": ["Lymphadenopathy present"],
    "Head circumference was noted to be small.": ["Microcephaly present"],
    "Ears are small, low-set and posteriorly rotated.": [
        "Microtia present",
        "Low-set ears present",
        "Posteriorly rotated ears present",
    ],
    "His hair was very sparse.": ["Sparse hair present"],
    "Deep tendon reflexes were absent.": ["Areflexia present"],
    "Plantar reflexes were absent.": [],
    "Tone: decreased. Gait - ataxic.": ["Hypotonia present", "Gait ataxia present"],
    "Tone was not increased.": ["Hypertonia absent"],
    "Vision was markedly reduced.": ["Reduced visual acuity present"],
    "Platelets were low.": ["Thrombocytopenia present"],
    "low serum calcium": ["Hypocalcemia present"],
    "Urinary calcium was low.": [],
    "Creatinine was elevated.": ["Elevated circulating creatinine concentration present"],
    "Elevated calcium and decreased haptoglobin": ["Hypercalcemia present"],
    "Calcium, and decreased haptoglobin": [],
    "If the liver becomes enlarged, call.": ["Hepatomegaly present"],
}


@pytest.mark.parametrize("text", SENTENCES)
def test_what_is_said_in_two_parts(text: str) -> None:
    assert said(text) == SENTENCES[text]


def test_the_span_reaches_from_subject_to_predicate() -> None:
    text = "On the film the heart is not clearly enlarged today."
    (heart,) = reader().read(text)
    (span,) = (e for e in heart.evidence if isinstance(e, TextSpan))
    assert span.quote == "heart is not clearly enlarged"
    assert text[span.start : span.end] == span.quote
    assert [t.text for t in heart.triggers] == ["not"]


def test_denial_within_the_words_is_its_own_trigger() -> None:
    (heart,) = reader().read("Heart size is normal.")
    assert [t.text for t in heart.triggers] == ["Heart size is normal"]


def test_a_hypothesis_and_a_relative_stay_theirs() -> None:
    (liver,) = reader().read("If the liver becomes enlarged, call.")
    assert liver.time.value == "hypothetical"
    (heart,) = reader().read("His mother's heart was enlarged.")
    assert heart.experiencer.value == "family"


def test_a_name_in_one_piece_goes_before() -> None:
    (ears,) = reader().read("low-set ears")
    assert ears.link_score == 1.0


def test_every_row_can_be_met() -> None:
    found = Predications(lexicon())
    for row in rows():
        for subject in row["subject"].split("|"):
            predicate = row["predicate"].split("|")[0].lstrip("~")
            text = f"The {subject} is {predicate}."
            assert row["label"] in {p.entry.label for p in found.read(text)}, text


def test_rows_of_concepts_that_a_release_lacks_are_left_out() -> None:
    from ontologies.lexicon import Lexicon

    assert Predications(Lexicon.from_entries([])).read("The heart is enlarged.") == []


@pytest.mark.parametrize(
    "line",
    [
        "heart\tenlarged\tpresent\tHP:0001640",
        "heart\tenlarged\tperhaps\tHP:0001640\tCardiomegaly\tany\t",
        "heart\tenlarged\tpresent\tHP:0001640\tCardiomegaly\tsomewhere\t",
    ],
)
def test_a_table_that_cannot_be_read_is_named(tmp_path: Path, line: str) -> None:
    table = tmp_path / "table.tsv"
    table.write_text("subject\tpredicate\tsays\tconcept\tlabel\tcontext\tunless\n" + line + "\n")
    with pytest.raises(SourceError, match=r"table\.tsv:2"):
        list(rows(table))
    table.write_text("nothing\n")
    with pytest.raises(SourceError, match="no table"):
        list(rows(table))
