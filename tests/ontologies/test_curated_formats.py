"""The three formats of the curated tables: what a row becomes, and each rule with its message."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest

from domain.assertions import DISEASE, PHENOTYPE
from domain.errors import SourceError
from domain.figures import Against, Class, Kind, Measure, Review, Setting
from domain.identifiers import Curie
from ontologies.content import DB_XREF, EXACT_MATCH, Content
from ontologies.formats import curated_diseases, curated_figures, curated_findings
from tests.ontologies.samples import TOY_DISEASE, TOY_FIGURE, TOY_FINDING, TOY_PREVALENCE, tsv

Cells = dict[str, str]


def figures(folder: Path, *rows: Mapping[str, str]) -> Content:
    path = folder / "toy.figures.tsv"
    path.write_text(tsv(curated_figures.COLUMNS, *rows), "utf-8")
    return curated_figures.read(path, "common")


def diseases(folder: Path, *rows: Mapping[str, str]) -> Content:
    path = folder / "toy.diseases.tsv"
    path.write_text(tsv(curated_diseases.COLUMNS, *rows), "utf-8")
    return curated_diseases.read(path, "common")


def findings(folder: Path, *rows: Mapping[str, str]) -> Content:
    path = folder / "toy.findings.tsv"
    path.write_text(tsv(curated_findings.COLUMNS, *rows), "utf-8")
    return curated_findings.read(path, "common")


def test_a_figure_keeps_all_that_is_printed(tmp_path: Path) -> None:
    figure, prevalence = figures(tmp_path, TOY_FIGURE, TOY_PREVALENCE).figures
    assert (figure.disease, figure.concept, figure.absent) == (
        Curie("DX:toy-failure"), Curie("HP:0001640"), False,
    )  # fmt: skip
    assert (figure.measure, figure.kind, figure.value) == (Measure.SENSITIVITY, Kind.FILM, 0.74)
    assert (figure.printed, figure.count, figure.total, figure.interval) == (
        "74 %", 37, 50, "60-85",
    )  # fmt: skip
    assert (figure.words, figure.threshold, figure.note) == (
        "large heart", "> 0.5 ratio", "a note",
    )  # fmt: skip
    assert (figure.population, figure.setting) == ("50 toys", Setting.EMERGENCY)
    assert (figure.comparator, figure.against) == ("toys without it", Against.WITHOUT)
    assert (figure.reference, figure.opened, figure.weighs) == ("PMID:11", "2026-01-02", True)
    assert (figure.source, figure.line, prevalence.line) == ("common", 3, 4)
    assert (prevalence.concept, prevalence.against) == (curated_figures.ALL, None)


def test_a_word_is_a_class_and_no_number(tmp_path: Path) -> None:
    row = TOY_FIGURE | {"measure": "class", "value": "rare", "printed": "seldom", "n": "", "of": ""}
    (figure,) = figures(tmp_path, row).figures
    assert (figure.word, figure.value) == (Class.RARE, None)


def test_what_was_only_collected_needs_no_date_and_weighs_nothing(tmp_path: Path) -> None:
    (figure,) = figures(tmp_path, TOY_FIGURE | {"state": "collected", "opened": ""}).figures
    assert figure.review is Review.COLLECTED
    assert not figure.weighs


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"disease": "toy"}, "'toy' is not an identifier"),
        ({"measure": "often"}, "'often' is none of frequency"),
        ({"measure": "settles"}, "settles belongs into the table of diseases"),
        ({"measure": "must_not_miss"}, "must_not_miss belongs into the table of diseases"),
        ({"concept": ""}, "is empty, and sensitivity is of a finding"),
        ({"measure": "specificity", "comparator": ""}, "is not named, and specificity means"),
        ({"measure": "lr_pos", "against": ""}, "is not named, and lr_pos means nothing without"),
        ({"against": "nobody"}, "'nobody' is none of without"),
        ({"words": ""}, "words: is empty"),
        ({"printed": ""}, "printed: is empty"),
        ({"population": ""}, "population: is empty"),
        ({"reference": "a textbook"}, "is neither PMID"),
        ({"reference": ""}, "is neither PMID"),
        ({"opened": ""}, "has no date, and what was not opened has no weight"),
        ({"opened": "last year"}, "has no date, and what was not opened has no weight"),
        ({"state": "read"}, "'read' is none of opened, collected"),
        ({"threshold": "about 5"}, "is not a comparison, as in '>= 38 C'"),
        ({"value": "0.5"}, "0.5 is not 37/50"),
        ({"value": "most"}, "'most' is no number"),
        ({"value": "74"}, "74 is no share: it must be from 0 to 1"),
        ({"measure": "lr_pos", "value": "-1"}, "-1 cannot be"),
        ({"measure": "lr_pos", "value": "nan"}, "nan cannot be"),
        ({"measure": "class", "value": "0.74"}, "'0.74' is none of very_common"),
        ({"side": ""}, "is neither present nor absent"),
        ({"measure": "lr_neg"}, "is present, and lr_neg is of the absent finding"),
        ({"n": "many"}, "'many' is no count"),
        ({"of": "-5"}, "'-5' is no count"),
        ({"kind": "smell"}, "'smell' is none of symptom"),
        ({"setting": "home"}, "'home' is none of primary"),
    ],
)
def test_a_figure_that_breaks_a_rule_is_named_with_its_line(
    cells: Cells, fault: str, tmp_path: Path
) -> None:
    with pytest.raises(SourceError, match=re.escape(fault)) as caught:
        figures(tmp_path, TOY_PREVALENCE, TOY_FIGURE | cells)
    assert caught.value.line == 4


def test_a_row_that_says_what_another_says_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="says what line 3 says") as caught:
        figures(tmp_path, TOY_FIGURE, TOY_FIGURE | {"printed": "75 %", "n": "", "of": ""})
    assert caught.value.line == 4


def test_a_finding_is_a_concept_below_its_parent(tmp_path: Path) -> None:
    (concept,) = findings(tmp_path, TOY_FINDING).concepts
    assert (concept.id, concept.label) == (Curie("DX:toy-lines"), "Toy lines on film")
    assert (concept.category, concept.parents) == (PHENOTYPE, (Curie("HP:0001626"),))
    assert [(s.text, s.scope) for s in concept.synonyms] == [("lines of the toy", "exact")]


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"label": ""}, "names no label or no parent"),
        ({"parent": ""}, "names no label or no parent"),
        ({"obtained": "guess"}, "obtained is none of ask, ct"),
    ],
)
def test_a_finding_that_breaks_a_rule_is_named_with_its_line(
    cells: Cells, fault: str, tmp_path: Path
) -> None:
    with pytest.raises(SourceError, match=fault) as caught:
        findings(tmp_path, TOY_FINDING | cells)
    assert caught.value.line == 3


def test_a_disease_brings_names_mappings_and_what_is_said_of_it(tmp_path: Path) -> None:
    content = diseases(tmp_path, TOY_DISEASE, {"label": "toy pleurisy", "id": "MONDO:9999001"})
    failure, pleurisy = content.concepts
    assert (failure.category, failure.label) == (DISEASE, "toy failure")
    assert [s.text for s in failure.synonyms] == ["weak toy", "TF"]
    assert pleurisy.synonyms == ()
    assert [(m.predicate, m.object, m.line) for m in content.mappings] == [
        (EXACT_MATCH, "OMIM:100001", 3),
        (DB_XREF, "DOID:7", 3),
    ]
    grave, *settles = content.figures
    assert (grave.measure, grave.words, grave.reference) == (
        Measure.MUST_NOT_MISS, "it stops", "PMID:11",
    )  # fmt: skip
    assert [(f.measure, f.concept, f.reference, f.opened) for f in settles] == [
        (Measure.SETTLES, "HP:0001640", "PMCID:PMC12", "2026-01-02"),
        (Measure.SETTLES, "DX:toy-lines", "PMCID:PMC12", "2026-01-02"),
    ]


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"id": "toy"}, "'toy' is not an identifier"),
        ({"label": ""}, "DX:toy-failure has no label"),
        ({"same_as": "lupus"}, "'lupus' is not an identifier"),
        ({"must_not_miss": "everyone knows"}, "must_not_miss: is neither PMID"),
        ({"settled_why": ""}, "settled_why: is neither PMID"),
        ({"settled_by": "a film"}, "'a film' is not an identifier"),
        ({"opened": ""}, "has no date, and what was not opened has no weight"),
    ],
)
def test_a_disease_that_breaks_a_rule_is_named_with_its_line(
    cells: Cells, fault: str, tmp_path: Path
) -> None:
    with pytest.raises(SourceError, match=re.escape(fault)) as caught:
        diseases(tmp_path, TOY_DISEASE | cells)
    assert caught.value.line == 3


@pytest.mark.parametrize("form", [curated_figures, curated_findings, curated_diseases])
def test_a_column_that_lacks_is_named(form: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "toy.tsv"
    path.write_text(tsv(form.COLUMNS[:-1]), "utf-8")
    with pytest.raises(SourceError, match=f"lacks the column {form.COLUMNS[-1]}"):
        form.read(path, "common")
