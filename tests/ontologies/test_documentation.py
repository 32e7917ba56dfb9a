"""docs/formats.md says what is so."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

import pytest

from domain.figures import Kind, Measure, Review, Setting
from kg.export import FORMS
from kg.shapes import MAX_ASSERTIONS, SHAPES, validate_rdf
from ontologies import format as formats
from ontologies import rdf_files
from ontologies import vocabulary as v
from ontologies.formats import kgx_figures, table

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "formats.md").read_text("utf-8")
CELLS = set(re.findall(r"`([^`]+)`", "".join(re.findall(r"^\| *(`.*?) *\|", TEXT, re.MULTILINE))))


def example(language: str, folder: Path) -> Path:
    found = re.search(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    assert found
    path = folder / f"example.{language}"
    path.write_text(found[1], "utf-8")
    return path


@pytest.mark.parametrize("language", ["csv", "turtle"])
def test_the_examples_can_be_loaded(language: str, tmp_path: Path) -> None:
    content = formats.read(example(language, tmp_path), "hospital")
    assert len(content.concepts) == 1
    assert len(content.assertions) >= 2
    assert sum(a.excluded for a in content.assertions) == 1


def test_the_example_in_turtle_breaks_no_rule(tmp_path: Path) -> None:
    assert validate_rdf(example("turtle", tmp_path)) == []


def test_the_example_of_a_figure_can_be_loaded_and_breaks_no_rule(tmp_path: Path) -> None:
    first, figure = re.findall(r"```turtle\n(.*?)```", TEXT, re.DOTALL)
    path = tmp_path / "figure.ttl"
    path.write_text(first + figure, "utf-8")
    (read,) = formats.read(path, "hospital").figures
    assert (read.disease, read.measure, read.value) == ("h:D1", Measure.SPECIFICITY, 0.78)
    assert validate_rdf(path) == []


@pytest.mark.parametrize("kind", [Measure, Kind, Setting, Review])
def test_every_value_of_a_figure_is_described(kind: type[StrEnum]) -> None:
    (row,) = re.findall(rf"^\| {kind.__name__.lower()} \| (.*) \|$", TEXT, re.MULTILINE)
    assert set(kind) <= set(re.findall(r"\w+", row))


def test_every_column_of_figures_is_described() -> None:
    section = TEXT.split("### Figures of the literature")[1].split("\n## ")[0]
    beyond = {"id", "subject", "predicate", "object", "category", "primary_knowledge_source"}
    assert set(kgx_figures.COLUMNS) - beyond <= set(re.findall(r"`(\w+)`", section))


def test_every_format_word_column_and_form_is_described() -> None:
    assert set(formats.names()) <= CELLS
    assert set(FORMS) <= CELLS
    assert {*table.REQUIRED, *table.OPTIONAL} <= CELLS
    assert {w.replace(v.OURS, "dif:") for w in v.WORDS} <= CELLS
    assert not {c for c in CELLS if c.startswith("dif:")} - {
        w.replace(v.OURS, "dif:") for w in v.WORDS
    }


def test_every_rule_is_described() -> None:
    rules = set(re.findall(r"^shape:([a-z-]+) a ", SHAPES.read_text("utf-8"), re.MULTILINE))
    assert len(rules) == 31
    assert rules | {"unknown-word"} <= CELLS


def test_the_limits_are_those_of_the_code() -> None:
    assert f"{MAX_ASSERTIONS:,} assertions" in re.sub(r"\s+", " ", TEXT)
    assert f"RDF {rdf_files.MAX_BYTES // 10**6} MB" in TEXT
    assert f"up to {rdf_files.ENTITY_NUMBER} internal entities" in TEXT
    assert f"at most {rdf_files.ENTITY_LENGTH} characters" in TEXT
