"""The curated tables as one body of knowledge: each row with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.errors import SourceError
from domain.figures import Measure
from domain.identifiers import Curie
from ontologies import source
from ontologies.curated_knowledge import folder, names, read, read_table, tables
from tests.ontologies.curated import write
from tests.ontologies.samples import TOY_DISEASE, TOY_FIGURE, TOY_FINDING, TOY_PREVALENCE, tsv


@pytest.fixture
def toys(tmp_path: Path) -> Path:
    pleurisy = {"label": "toy pleurisy", "id": "MONDO:9999001"}
    word = TOY_FIGURE | {"measure": "class", "value": "rare", "n": "", "of": ""}
    collected = TOY_FIGURE | {"state": "collected", "opened": "", "words": "heart as it was"}
    write(
        tmp_path,
        "first",
        diseases=[TOY_DISEASE],
        findings=[TOY_FINDING],
        figures=[TOY_FIGURE, TOY_PREVALENCE],
    )
    return write(tmp_path, "second", diseases=[pleurisy], figures=[word, collected])


def test_each_row_keeps_its_group_file_line_and_cells(toys: Path) -> None:
    knowledge = read(toys)
    assert knowledge.groups == ("first", "second")
    (figure, *_) = knowledge.figures
    assert (figure.group, figure.file, figure.line) == ("first", "first.figures.tsv", 3)
    assert (figure.cells["concept_label"], figure.value.value) == ("Cardiomegaly", 0.74)
    assert [row.value.label for row in knowledge.diseases] == ["toy failure", "toy pleurisy"]
    assert [row.cells["obtained"] for row in knowledge.findings] == ["film"]


def test_what_is_said_of_a_disease_is_no_figure(toys: Path) -> None:
    knowledge = read(toys)
    said = knowledge.said_of(Curie("DX:toy-failure"))
    assert [row.value.measure for row in said] == [
        Measure.MUST_NOT_MISS, Measure.SETTLES, Measure.SETTLES,
    ]  # fmt: skip
    assert {row.line for row in said} == {3}
    assert knowledge.said_of(Curie("MONDO:9999001")) == ()


def test_the_summary_counts_what_was_opened(toys: Path) -> None:
    assert read(toys).summary() == (
        "2 diseases, 3 figures opened, 2 of them with a number, 2 references"
    )


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no table"):
        tables(tmp_path)


@pytest.mark.parametrize("name", ["toy.tsv", "figures.tsv", "toy.notes.tsv"])
def test_a_table_of_another_name_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(tsv(("id",)), "utf-8")
    with pytest.raises(SourceError, match="no table of diseases, findings or figures"):
        read_table(path)


def test_names_are_the_label_and_exact_synonyms(toys: Path) -> None:
    assert names(read(toys).diseases[0].value) == {"toy failure", "weak toy", "tf"}


def test_the_source_is_the_folder_that_is_shipped() -> None:
    common = source.load("common")
    assert common.reviewed
    assert common.carrier is not None
    assert common.carrier.locate() == folder()
    assert len(tables(folder())) >= 3


def test_a_folder_that_is_not_installed_is_named() -> None:
    with pytest.raises(SourceError, match="is not installed"):
        source.Shipped(name="no-such-folder").locate()
