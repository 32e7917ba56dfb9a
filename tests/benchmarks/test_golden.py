"""The golden cases: well-formed, in the words of the installed HPO, each with its paper."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from api import phenopackets
from api.evaluate import truth
from api.intake import CodedFinding
from domain.assertions import Aspect, Concept, Sex
from domain.identifiers import Curie
from ontologies import format as formats
from ontologies import source
from ontologies.content import Content

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks" / "golden"
FILES = sorted(FOLDER.glob("*.json"))
TABLE = FOLDER / "README.md"
#: Columns of the table: file, disease, reference, title, address, date, what was read.
COLUMNS = 7
REFERENCE = re.compile(r"PMID:\d+|PMCID:PMC\d+|DOI:10\.\d{4,9}/\S+")
ADDRESS = {"PMID": "https://pubmed.ncbi.nlm.nih.gov/", "DOI": "https://doi.org/"}
NO_TITLE = "title not shown on the page opened"
every_case = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def packet(path: Path) -> dict[str, Any]:
    return phenopackets.read_one(path)


def reference(path: Path) -> dict[str, str]:
    """The one external reference of a case."""
    (only,) = packet(path)["metaData"]["externalReferences"]
    return dict(only)


def of_state(found: list[CodedFinding], state: str) -> list[str]:
    return [f.concept for f in found if f.state == state]


def carried(name: str) -> Content:
    """The file of the source `name` that the base install brings along."""
    carrier = source.load(name).carrier
    assert carrier is not None
    return formats.read(carrier.locate(), name)


@pytest.fixture(scope="module")
def terms() -> dict[Curie, Concept]:
    return {concept.id: concept for concept in carried("hpo").concepts}


@pytest.fixture(scope="module")
def annotated() -> set[Curie]:
    """Diseases with a phenotype that is asserted and not excluded."""
    return {
        a.disease
        for a in carried("hpoa").assertions
        if a.aspect is Aspect.PHENOTYPE and not a.excluded
    }


@pytest.fixture(scope="module")
def rows() -> dict[str, list[str]]:
    """Rows of the table by case file."""
    cells = [
        [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        for line in TABLE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and ".json | " in line
    ]
    names = [row[0] for row in cells]
    assert len(names) == len(set(names)), "a case file stands twice in the table"
    return {row[0]: row for row in cells}


def test_there_are_at_least_thirty() -> None:
    assert len(FILES) >= 30


@every_case
def test_is_a_case_the_service_reads(path: Path) -> None:
    case = packet(path)
    found = phenopackets.features(case)
    present, absent = of_state(found, "present"), of_state(found, "absent")
    assert 5 <= len(present) <= 12
    assert len(found) == len(present) + len(absent) == len({f.concept for f in found})
    assert phenopackets.sex(case) in {Sex.FEMALE, Sex.MALE, Sex.UNKNOWN}
    age = phenopackets.age(case)
    assert age is None or 0 <= age <= 100
    assert case["id"] == f"golden-{path.stem}"
    assert case["metaData"]["phenopacketSchemaVersion"] == "2.0"


@every_case
def test_terms_are_live_and_carry_their_labels(path: Path, terms: dict[Curie, Concept]) -> None:
    for finding in phenopackets.features(packet(path)):
        concept = terms[Curie.parse(finding.concept)]
        assert not concept.obsolete, f"{finding.concept} is obsolete"
        assert concept.label == finding.label


@every_case
def test_no_present_finding_is_excluded_by_an_absent_one(
    path: Path, terms: dict[Curie, Concept]
) -> None:
    """An excluded term excludes its descendants, so none of them may be present."""
    found = phenopackets.features(packet(path))
    absent = {Curie.parse(term) for term in of_state(found, "absent")}
    for term in of_state(found, "present"):
        above, queue = set[Curie](), [Curie.parse(term)]
        while queue:
            above.add(current := queue.pop())
            queue.extend(terms[current].parents)
        assert not above & absent


@every_case
def test_the_diagnosis_is_annotated(path: Path, annotated: set[Curie]) -> None:
    case = packet(path)
    assert len(case["interpretations"]) == 1
    assert truth(case) in annotated


@every_case
def test_the_paper_is_in_the_table(path: Path, rows: dict[str, list[str]]) -> None:
    named = reference(path)
    assert REFERENCE.fullmatch(named["id"])
    kind, number = named["id"].split(":", 1)
    assert named["reference"].startswith(
        ADDRESS.get(kind, "https://pmc.ncbi.nlm.nih.gov/articles/") + number
    )
    row = rows[path.name]
    assert len(row) == COLUMNS
    _, disease, identifier, title, address, opened, read = row
    assert (disease, identifier) == (str(truth(packet(path))), named["id"])
    assert title.strip("()").casefold() == named["description"].casefold()
    assert address.startswith(("http://", "https://"))
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", opened)
    assert read


def test_the_table_names_no_other_file(rows: dict[str, list[str]]) -> None:
    assert set(rows) == {path.name for path in FILES}


def test_no_case_stands_twice() -> None:
    """Not by its paper, not by its title, not by its findings."""
    titles = [t for path in FILES if (t := reference(path)["description"].casefold()) != NO_TITLE]
    findings = [json.dumps(packet(path)["phenotypicFeatures"], sort_keys=True) for path in FILES]
    papers = [reference(path)["id"].casefold() for path in FILES]
    for values in (papers, titles, findings):
        assert [value for value, n in Counter(values).items() if n > 1] == []


def test_they_are_spread() -> None:
    """Both sexes, children and adults, many diseases, excluded findings too."""
    cases = [packet(path) for path in FILES]
    sexes = Counter(phenopackets.sex(case) for case in cases)
    ages = [age for case in cases if (age := phenopackets.age(case)) is not None]
    assert min(sexes[Sex.FEMALE], sexes[Sex.MALE]) >= 10
    assert sum(age < 16 for age in ages) >= 10
    assert sum(age >= 18 for age in ages) >= 10
    assert len({truth(case) for case in cases}) >= 30
    excluded = [of_state(phenopackets.features(case), "absent") for case in cases]
    assert sum(map(bool, excluded)) >= 5


def test_none_is_a_development_case(material: Path) -> None:
    taken = {
        (r.get("id", "").casefold(), r.get("description", "").casefold())
        for _, case in phenopackets.read_many(material / "phenopackets-dev.jsonl.gz")
        if isinstance(case, dict)
        for r in case["metaData"].get("externalReferences", ())
    }
    identifiers = {identifier for identifier, _ in taken}
    titles = {title.strip(" .") for _, title in taken}
    assert identifiers
    for path in FILES:
        named = reference(path)
        assert named["id"].casefold() not in identifiers
        assert named["description"].casefold().strip(" .") not in titles
