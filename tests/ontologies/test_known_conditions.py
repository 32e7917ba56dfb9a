"""The table of known conditions, against HPO as installed and the tables that are shipped."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks.knowledge import installed_hpo
from domain.errors import SourceError
from domain.figures import Measure
from domain.identifiers import Curie
from ontologies import source
from ontologies.curated_knowledge import folder, read
from ontologies.known_conditions import (
    FILE,
    KnownCondition,
    key,
    known_conditions,
    told_conditions,
)
from ontologies.known_conditions import read as read_conditions
from ontologies.tables import Table
from tests.ontologies.samples import tsv

COLUMNS = ("name", "finding", "finding_name", "diseases", "synonyms", "told", "why")
#: A chronic disease as people name it, what of it stays a candidate, and what does not.
ACUTE = {
    "COPD": ("DX:copd-exacerbation", "MONDO:0005002"),
    "asthma": ("MONDO:0850283", "MONDO:0004979"),
    "heart failure": ("DX:acute-heart-failure", "DX:chronic-heart-failure"),
    "coronary artery disease": ("MONDO:0004781", "MONDO:0005010"),
    "peptic ulcer": ("MONDO:0004260", "MONDO:0004247"),
    "abdominal aortic aneurysm": ("DX:ruptured-abdominal-aortic-aneurysm", "MONDO:0005350"),
    "hypertension": ("DX:hypertensive-emergency", "OMIM:145500"),
    "type 1 diabetes": ("MONDO:0012819", "OMIM:222100"),
    "sickle cell disease": ("MONDO:0005632", "OMIM:603903"),
}
#: What comes again, by name and id: known, and none the less a candidate.
AGAIN = (
    "myocardial infarction", "MONDO:0004781", "pulmonary embolism", "MONDO:0005279",
    "deep vein thrombosis", "DX:deep-vein-thrombosis", "spontaneous pneumothorax", "stroke",
    "MONDO:1060198", "adrenal insufficiency", "DOID:10493",
)  # fmt: skip


@pytest.fixture(scope="module")
def conditions() -> Mapping[str, KnownCondition]:
    return known_conditions()


@pytest.fixture(scope="module")
def findings() -> Mapping[Curie, str]:
    """Names of all that the release may be told of a patient: live terms of HPO, and our own."""
    concepts = [*installed_hpo().values(), *(row.value for row in read(folder()).findings)]
    return {c.id: c.label for c in concepts if not c.obsolete}


@pytest.fixture(scope="module")
def diseases() -> frozenset[str]:
    """What the release ranks: diseases of the tables, and of HPO's annotations as installed."""
    carrier = source.load("hpoa").carrier
    assert carrier is not None
    lines = carrier.locate().read_text("utf-8").splitlines()
    annotated = {line.partition("\t")[0] for line in lines if not line.startswith("#")}
    return frozenset(annotated | {row.value.id for row in read(folder()).diseases})


def test_there_are_conditions_of_every_sort(conditions: Mapping[str, KnownCondition]) -> None:
    every = {c.name: c for c in conditions.values()}.values()
    assert len(every) >= 25
    assert any(c.finding and c.diseases for c in every)
    assert any(c.finding and not c.diseases for c in every)
    assert any(c.diseases and not c.finding for c in every)


def test_findings_are_live_and_go_by_their_names(
    conditions: Mapping[str, KnownCondition], findings: Mapping[Curie, str]
) -> None:
    for condition in conditions.values():
        if condition.finding is not None:
            assert findings[condition.finding] == condition.finding_name, condition.name


def test_diseases_are_those_of_the_default_sources(
    conditions: Mapping[str, KnownCondition], diseases: frozenset[str]
) -> None:
    for condition in conditions.values():
        assert set(condition.diseases) <= diseases, condition.name


def test_a_row_without_finding_or_disease_says_why() -> None:
    for _, row in Table(FILE, COLUMNS):
        assert row["why"] or (row["finding"] and row["diseases"]), row["name"]


@pytest.mark.parametrize("name", ACUTE)
def test_a_chronic_disease_leaves_its_acute_form_a_candidate(
    conditions: Mapping[str, KnownCondition], diseases: frozenset[str], name: str
) -> None:
    acute, chronic = ACUTE[name]
    assert acute in diseases
    assert chronic in conditions[key(name)].diseases
    assert acute not in conditions[key(name)].diseases


@pytest.mark.parametrize("name", AGAIN)
def test_what_comes_again_sets_nothing_aside(
    conditions: Mapping[str, KnownCondition], name: str
) -> None:
    assert conditions[key(name)].diseases == ()


def test_nothing_that_must_not_be_missed_is_set_aside(
    conditions: Mapping[str, KnownCondition],
) -> None:
    tables = read(folder())
    serious = {
        row.value.disease for row in tables.statements if row.value.measure is Measure.MUST_NOT_MISS
    }
    known = {
        i
        for row in tables.diseases
        if row.value.id in serious
        for i in (row.value.id, *row.cells["same_as"].split("|"))
    }
    assert serious
    assert known.isdisjoint(i for c in conditions.values() for i in c.diseases)


def test_case_and_white_space_do_not_matter(conditions: Mapping[str, KnownCondition]) -> None:
    assert conditions[key(" High  Blood pressure ")] is conditions[key("OMIM:145500")]


def test_what_is_told_by_a_finding_leaves_the_acute_form(
    conditions: Mapping[str, KnownCondition],
) -> None:
    told = {c.name for c in told_conditions().values()}
    for name in ("COPD", "heart failure"):
        condition = conditions[key(name)]
        assert condition.name in told
        assert condition.finding is not None
        assert told_conditions()[condition.finding] is condition
    assert not any(conditions[key(name)].told for name in ("stroke", "coronary artery disease"))


def row(**cells: str) -> dict[str, str]:
    """A good row with other cells."""
    good = {"name": "toy", "finding": "HP:0001250", "finding_name": "Seizure", "why": "toy"}
    return dict.fromkeys(COLUMNS, "") | good | cells


def test_a_finding_names_its_condition_unless_several_share_it(tmp_path: Path) -> None:
    path = tmp_path / "known.tsv"
    path.write_text(tsv(COLUMNS, row(), row(name="other", finding="HP:0001251")), "utf-8")
    assert read_conditions(path)["hp:0001250"].name == "toy"
    path.write_text(tsv(COLUMNS, row(), row(name="other")), "utf-8")
    assert set(read_conditions(path)) == {"toy", "other"}


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"finding": "seizure"}, "identifier"),
        ({"diseases": "TOY:1|toy"}, "identifier"),
        ({"finding_name": ""}, "an id and a name"),
        ({"finding": ""}, "an id and a name"),
        ({"name": ""}, "empty or stands twice"),
        ({"synonyms": "TOY"}, "empty or stands twice"),
        ({"diseases": "TOY:1|TOY:1"}, "empty or stands twice"),
        ({"told": "maybe", "diseases": "TOY:1"}, "not yes or empty"),
        ({"told": "yes"}, "needs a finding and diseases"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(
    tmp_path: Path, cells: dict[str, str], fault: str
) -> None:
    path = tmp_path / "known.tsv"
    path.write_text(tsv(COLUMNS, row(**cells)), "utf-8")
    with pytest.raises(SourceError, match=f"known.tsv:3.*{fault}"):
        read_conditions(path)
