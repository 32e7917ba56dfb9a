"""How common conditions are, whatever people come for: the shipped table, and rows it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.knowledge import installed_hpo
from domain.errors import SourceError
from domain.figures import Measure, Review, Setting
from domain.identifiers import Curie
from ontologies.backgrounds import backgrounds, read
from ontologies.curated_knowledge import folder
from ontologies.curated_knowledge import read as read_tables
from tests.ontologies.samples import tsv

COLUMNS = (
    "concept", "label", "words", "printed", "value", "n", "of", "population", "setting",
    "reference", "opened", "note",
)  # fmt: skip
GOOD = {
    "concept": "HP:0002099", "label": "Asthma", "words": "asthma now", "printed": "9.1 %",
    "value": "0.091", "n": "91", "of": "1000", "population": "invented adults",
    "setting": "general", "reference": "PMID:1", "opened": "2026-01-02", "note": "",
}  # fmt: skip


def table(path: Path, *rows: dict[str, str]) -> Path:
    """A table of good rows with other cells."""
    made = path / "backgrounds.tsv"
    made.write_text(tsv(COLUMNS, *(GOOD | row for row in rows)), "utf-8")
    return made


def test_what_ships_is_of_live_findings_each_with_reference_and_day() -> None:
    live = {c.id for c in installed_hpo().values() if not c.obsolete}
    live |= {row.value.id for row in read_tables(folder()).findings}
    assert len(backgrounds()) >= 20
    assert backgrounds().keys() <= live
    for figures in backgrounds().values():
        for figure in figures:
            assert figure.measure is Measure.PREVALENCE
            assert figure.review is Review.OPENED
            assert figure.reference
            assert figure.opened
            assert figure.value is not None
            assert 0 < figure.value < 1


def test_what_ships_goes_by_its_name() -> None:
    names = {c.id: c.label for c in installed_hpo().values()}
    names |= {row.value.id: row.value.label for row in read_tables(folder()).findings}
    file = Path(__file__).parents[2] / "ontologies" / "curated" / "backgrounds.tsv"
    lines = [x.split("\t") for x in file.read_text("utf-8").splitlines() if not x.startswith("#")]
    assert tuple(lines[0]) == COLUMNS
    for concept, label, *_ in lines[1:]:
        assert names[Curie(concept)] == label


def test_several_rows_of_a_condition_are_kept_in_order(tmp_path: Path) -> None:
    found = read(table(tmp_path, {}, {"value": "0.2", "setting": "emergency"}))
    (figures,) = found.values()
    assert [(f.value, f.setting) for f in figures] == [
        (0.091, Setting.GENERAL),
        (0.2, Setting.EMERGENCY),
    ]
    assert (figures[0].count, figures[0].total) == (91, 1000)


@pytest.mark.parametrize(
    "cells",
    [
        {"concept": "asthma"},
        {"value": "often"},
        {"value": "9.1"},
        {"setting": "the moon"},
        {"reference": ""},
        {"opened": ""},
        {"n": "few"},
    ],
)
def test_a_row_that_cannot_be_used_is_named(tmp_path: Path, cells: dict[str, str]) -> None:
    with pytest.raises(SourceError, match=r"backgrounds.tsv:4"):
        read(table(tmp_path, {}, cells))
