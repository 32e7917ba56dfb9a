"""The rules across the curated tables, each broken once, and the tables that are shipped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from domain.assertions import PHENOTYPE, Concept, Synonym
from domain.identifiers import Curie
from kg.issues import Issue
from kg.knowledge_checks import check, check_folder
from ontologies.curated_knowledge import read
from tests.ontologies.curated import Cells, write
from tests.ontologies.samples import TOY_DISEASE, TOY_FIGURE, TOY_FINDING, TOY_PREVALENCE

PLEURISY = {"label": "toy pleurisy", "id": "MONDO:9999001"}
OTHER_FINDING = TOY_FINDING | {"id": "DX:toy-dots", "label": "Toy dots", "synonyms": "dots"}


def term(identifier: str, label: str, *synonyms: str, obsolete: bool = False) -> Concept:
    return Concept(
        id=Curie(identifier),
        label=label,
        category=PHENOTYPE,
        synonyms=tuple(Synonym(text=text, scope="exact") for text in synonyms),
        obsolete=obsolete,
    )


HPO = {
    c.id: c
    for c in (
        term("HP:0000001", "All"),
        term("HP:0001626", "Cardiac toys"),
        term("HP:0001640", "Cardiomegaly", "large heart"),
        term("HP:0009999", "Toy pleurisy"),
        term("HP:0008888", "Old toy", obsolete=True),
    )
}


def issues(
    folder: Path,
    diseases: Sequence[Cells] = (),
    findings: Sequence[Cells] = (),
    figures: Sequence[Cells] = (),
) -> list[Issue]:
    write(
        folder,
        diseases=[TOY_DISEASE, *diseases],
        findings=[TOY_FINDING, *findings],
        figures=[TOY_FIGURE, TOY_PREVALENCE, *figures],
    )
    return check_folder(folder, HPO)[1]


def test_tables_in_order_have_no_issue(tmp_path: Path) -> None:
    assert issues(tmp_path, diseases=[PLEURISY], findings=[OTHER_FINDING]) == []


@pytest.mark.parametrize(
    ("cells", "code", "message"),
    [
        ({"id": "DX:toy-failure"}, "disease-twice", "has the same id as toy.diseases.tsv:3"),
        ({"label": "Toy failure"}, "disease-twice", "called as toy.diseases.tsv:3 (toy failure)"),
        (
            {"synonyms": "x|Weak  TOY"},
            "disease-twice",
            "is called as toy.diseases.tsv:3 (weak toy)",
        ),
        ({"same_as": "OMIM:100001"}, "same-as-twice", "is the same as what is toy.diseases.tsv:3"),
        ({"must_not_miss_why": "it stops"}, "no-reference", "names no reference"),
        ({"settled_why": "PMID:1"}, "settled-by-nothing", "is of no test"),
        (
            {"settled_by": "HP:1", "settled_why": "PMID:1", "opened": "2026-01-02"},
            "unknown-finding",
            "HP:1 does not exist",
        ),
    ],
)
def test_a_second_disease_that_breaks_a_rule(
    cells: Cells, code: str, message: str, tmp_path: Path
) -> None:
    (issue,) = issues(tmp_path, diseases=[{**PLEURISY, **cells}])
    assert (issue.severity, issue.code, issue.line) == ("error", code, 4)
    assert issue.source == "toy.diseases.tsv"
    assert message in issue.message


def test_codes_may_be_shared_and_only_fused_entries_may_not(tmp_path: Path) -> None:
    assert issues(tmp_path, diseases=[{**PLEURISY, "same_as": "DOID:7"}]) == []


@pytest.mark.parametrize(
    ("cells", "severity", "code", "message"),
    [
        ({"id": "DX:toy-lines"}, "error", "finding-twice", "has the same id as"),
        ({"synonyms": "lines of the toy"}, "warning", "name-shared", "(lines of the toy)"),
        ({"parent": "HP:0000002"}, "error", "unknown-parent", "HP:0000002 does not exist"),
        ({"parent": "HP:0008888"}, "error", "unknown-parent", "HP:0008888 is obsolete"),
        (
            {"parent": "DX:toy-dots", "parent_label": "Toy dots"},
            "error",
            "unknown-parent",
            "is below itself",
        ),
        ({"parent_label": "Toys"}, "error", "wrong-label", "is 'Toys', not 'Cardiac toys'"),
        ({"label": "Normal toy"}, "error", "normal-finding", "'Normal toy' is a normal result"),
        ({"label": "CARDIOMEGALY"}, "error", "finding-in-hpo", "HP:0001640 'cardiomegaly' too"),
        ({"label": "Large heart"}, "error", "finding-in-hpo", "HP:0001640 'large heart' too"),
        ({"synonyms": "large heart"}, "warning", "finding-in-hpo", "HP:0001640 'large heart'"),
        (
            {"label": "Large heart", "parent": "HP:0001640", "parent_label": "Cardiomegaly"},
            "warning",
            "finding-in-hpo",
            "HP:0001640 'large heart' too",
        ),
    ],
)
def test_a_second_finding_that_breaks_a_rule(
    cells: Cells, severity: str, code: str, message: str, tmp_path: Path
) -> None:
    (issue,) = issues(tmp_path, findings=[{**OTHER_FINDING, **cells}])
    assert (issue.severity, issue.code, issue.line) == (severity, code, 4)
    assert message in issue.message


def test_a_label_that_stands_twice_is_an_error(tmp_path: Path) -> None:
    found = issues(tmp_path, findings=[OTHER_FINDING | {"label": "toy lines ON film"}])
    assert {(issue.severity, issue.code) for issue in found} == {
        ("error", "finding-twice"),
        ("warning", "name-shared"),
    }


def test_an_obsolete_name_is_free(tmp_path: Path) -> None:
    assert issues(tmp_path, findings=[OTHER_FINDING | {"label": "Old toy"}]) == []


@pytest.mark.parametrize(
    ("cells", "code", "message"),
    [
        ({"disease": "DX:nothing"}, "unknown-disease", "is in no table of diseases"),
        ({"disease_label": "toy"}, "wrong-label", "disease_label is 'toy', not 'toy failure'"),
        ({"concept": "HP:0000002"}, "unknown-finding", "HP:0000002 does not exist"),
        ({"concept": "HP:0008888"}, "unknown-finding", "HP:0008888 is obsolete"),
        ({"concept": "DX:toy-dots"}, "unknown-finding", "DX:toy-dots does not exist"),
        ({"concept_label": "Heart"}, "wrong-label", "is 'Heart', not 'Cardiomegaly'"),
        (
            {"threshold": "> 0.5 ratio", "words": "other words, the same figure"},
            "figure-twice",
            "counts one paper a second time beside toy.figures.tsv:3",
        ),
        ({"opened": "2026-13-40"}, "no-date", "has no date on which it was opened"),
    ],
)
def test_a_third_figure_that_breaks_a_rule(
    cells: Cells, code: str, message: str, tmp_path: Path
) -> None:
    (issue,) = issues(tmp_path, figures=[TOY_FIGURE | {"threshold": "> 0.6 ratio", **cells}])
    assert (issue.severity, issue.code, issue.source, issue.line) == (
        "error", code, "toy.figures.tsv", 5,
    )  # fmt: skip
    assert message in issue.message


def test_a_paper_counts_once_over_all_groups(tmp_path: Path) -> None:
    write(tmp_path, "another", figures=[TOY_FIGURE | {"words": "of another group"}])
    (issue,) = issues(tmp_path)
    assert (issue.code, issue.source) == ("figure-twice", "toy.figures.tsv")
    assert "another.figures.tsv:3" in issue.message


OWN = TOY_FIGURE | {
    "disease": "MONDO:9999001", "disease_label": "toy pleurisy", "concept": "HP:0009999",
    "concept_label": "Toy pleurisy",
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "measure", "side", "allowed"),
    [
        ("film", "sensitivity", "present", True),
        ("ct", "specificity", "present", True),
        ("ultrasound", "lr_pos", "present", True),
        ("ecg", "lr_neg", "absent", True),
        ("lab", "sensitivity", "present", True),
        ("film", "frequency", "present", False),
        ("film", "share", "present", False),
        ("sign", "sensitivity", "present", False),
        ("symptom", "frequency", "present", False),
    ],
)
def test_a_disease_is_its_own_finding_only_as_the_result_of_a_test(
    kind: str, measure: str, side: str, allowed: bool, tmp_path: Path
) -> None:
    found = issues(
        tmp_path,
        diseases=[PLEURISY],
        figures=[OWN | {"kind": kind, "measure": measure, "side": side}],
    )
    assert [issue.code for issue in found] == ([] if allowed else ["own-finding"])
    assert all("HP:0009999 (toy pleurisy) is the disease itself" in i.message for i in found)


def test_what_settles_a_disease_may_show_the_disease(tmp_path: Path) -> None:
    settled = {"settled_by": "HP:0009999", "settled_why": "PMID:1", "opened": "2026-01-02"}
    assert issues(tmp_path, diseases=[{**PLEURISY, **settled}]) == []


def test_a_weighing_edge_without_reference_or_date_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, diseases=[TOY_DISEASE], findings=[TOY_FINDING], figures=[TOY_FIGURE])
    knowledge = read(tmp_path)
    (row,) = knowledge.figures
    bare = replace(row, value=replace(row.value, reference="a textbook", opened=""))
    found = check(replace(knowledge, figures=(bare,)), HPO)
    assert [(issue.severity, issue.code) for issue in found] == [
        ("error", "no-date"), ("error", "no-reference"),
    ]  # fmt: skip


def test_a_table_that_cannot_be_read_is_an_issue_beside_the_others(tmp_path: Path) -> None:
    found = issues(
        tmp_path,
        diseases=[PLEURISY | {"label": "toy failure"}],
        figures=[TOY_FIGURE | {"opened": "", "words": "not opened"}],
    )
    assert [(issue.code, issue.line) for issue in found] == [
        ("disease-twice", 4), ("unreadable", 5),
    ]  # fmt: skip
    assert re.search("what was not opened has no weight", found[1].message)
