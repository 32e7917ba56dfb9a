"""Rows that a second reader would doubt, and rows that are in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.figure_doubts import doubts
from ontologies.curated_knowledge import read
from tests.ontologies.curated import Cells, write
from tests.ontologies.samples import TOY_FIGURE

WORD = TOY_FIGURE | {
    "measure": "class", "value": "common", "n": "", "of": "", "ci": "", "comparator": "",
    "against": "", "note": "",
}  # fmt: skip


def doubted(tmp_path: Path, *rows: Cells) -> list[str]:
    write(tmp_path, "toy", figures=list(rows))
    return [code for _, code, _ in doubts(read(tmp_path).figures)]


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("is common", "common"),
        ("typically shows", "common"),
        ("most frequent symptoms", "common"),
        ("found in almost all patients", "very_common"),
        ("characterised by frequent cough", "very_common"),
        ("is uncommon", "rare"),
        ("is not uncommon", "occasional"),
        ("less common symptoms include", "occasional"),
        ("never occurs", "absent"),
        ("manifestations can include", "listed"),
        ("after a common cold one may find", "listed"),
    ],
)
def test_a_word_that_says_another_class_is_doubted(printed: str, said: str, tmp_path: Path) -> None:
    assert doubted(tmp_path, WORD | {"printed": printed, "value": said}) == []
    other = "rare" if said != "rare" else "common"
    assert doubted(tmp_path, WORD | {"printed": printed, "value": other}) == ["another-class"]


def test_a_note_answers_and_a_word_that_says_nothing_is_not_doubted(tmp_path: Path) -> None:
    row = WORD | {"printed": "often in severe disease", "value": "listed"}
    assert doubted(tmp_path, row | {"note": "said of severe disease only"}) == []
    assert doubted(tmp_path, WORD | {"printed": "fever, cough and chills"}) == []


@pytest.mark.parametrize(
    ("cells", "doubt"),
    [
        ({}, False),
        ({"n": "", "printed": "13.1 %", "value": "0.131", "of": "70"}, True),
        ({"n": "", "printed": "12.9 %", "value": "0.129", "of": "70"}, False),
        ({"n": "", "printed": "12.9 %", "value": "0.129", "of": "7000"}, False),
        ({"n": "", "printed": "13.1 %", "value": "0.131", "of": ""}, False),
    ],
)
def test_the_printed_share_is_one_of_the_total(cells: Cells, doubt: bool, tmp_path: Path) -> None:
    assert doubted(tmp_path, TOY_FIGURE | cells) == ["share-and-count"] * doubt


def test_the_same_patients_under_other_words_are_doubted(tmp_path: Path) -> None:
    again = TOY_FIGURE | {"population": "toys of one shop, fifty"}
    assert doubted(tmp_path, TOY_FIGURE, again) == ["patients-twice"]
    assert doubted(tmp_path, TOY_FIGURE, again | {"reference": "PMID:12"}) == []
    assert doubted(tmp_path, TOY_FIGURE, again | {"n": "74", "of": "100"}) == []
