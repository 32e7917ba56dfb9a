"""Figures as edges of KGX: what is written is read again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from domain.errors import SourceError
from domain.figures import Class, Figure, Measure
from ontologies.curated_knowledge import folder, read
from ontologies.formats import kgx_figures
from tests.ontologies.samples import KGX_FIGURE, KGX_FIGURES, tsv


def toy(tmp_path: Path) -> Figure:
    path = tmp_path / "toy.tsv"
    path.write_text(KGX_FIGURES, "utf-8")
    (figure,) = kgx_figures.read(path, "another").figures
    return figure


def again(figures: list[Figure], path: Path) -> list[Figure]:
    header = "\t".join(kgx_figures.COLUMNS)
    path.write_text("\n".join([header, *kgx_figures.rows(figures)]) + "\n", "utf-8")
    return list(kgx_figures.read_figures(path))


def test_the_source_is_the_one_that_the_edge_names(tmp_path: Path) -> None:
    assert toy(tmp_path).source == "common"


def test_every_figure_that_is_shipped_comes_back_as_it_was(tmp_path: Path) -> None:
    knowledge = read(folder())
    shipped = [row.value for row in (*knowledge.figures, *knowledge.statements)]
    assert len(shipped) > 900
    assert again(shipped, tmp_path / "figures.tsv") == shipped


def test_a_word_and_an_absence_come_back(tmp_path: Path) -> None:
    word = replace(
        toy(tmp_path), measure=Measure.CLASS, value=None, word=Class.RARE, count=None,
        absent=True, note="with  \t two lines\nof it",
    )  # fmt: skip
    assert again([word], tmp_path / "figures.tsv") == [replace(word, note="with two lines of it")]


@pytest.mark.parametrize(
    ("measure", "predicate"),
    [
        (Measure.FREQUENCY, "biolink:has_phenotype"),
        (Measure.SENSITIVITY, "biolink:has_phenotype"),
        (Measure.SPECIFICITY, "biolink:related_to"),
        (Measure.SHARE, "biolink:related_to"),
    ],
)
def test_only_what_patients_have_is_a_phenotype(
    measure: Measure, predicate: str, tmp_path: Path
) -> None:
    (line,) = kgx_figures.rows([replace(toy(tmp_path), measure=measure)])
    assert line.split("\t")[kgx_figures.COLUMNS.index("predicate")] == predicate


def test_edges_have_ids_of_their_own() -> None:
    knowledge = read(folder())
    by_file: dict[str, list[Figure]] = {}
    for row in (*knowledge.figures, *knowledge.statements):
        by_file.setdefault(row.file, []).append(row.value)
    for figures in by_file.values():
        ids = [line.partition("\t")[0] for line in kgx_figures.rows(figures)]
        assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"subject": "toy"}, "'toy' is not an identifier"),
        ({"measure": "often"}, "'often' is not a valid Measure"),
        ({"has_quotient": "most"}, "could not convert string to float"),
        ({"source_line": ""}, "invalid literal for int"),
    ],
)
def test_an_edge_that_cannot_be_read_is_named_with_its_line(
    cells: dict[str, str], fault: str, tmp_path: Path
) -> None:
    path = tmp_path / "figures.tsv"
    path.write_text(tsv(kgx_figures.COLUMNS, KGX_FIGURE | cells), "utf-8")
    with pytest.raises(SourceError, match=fault) as caught:
        list(kgx_figures.read_figures(path))
    assert caught.value.line == 3
