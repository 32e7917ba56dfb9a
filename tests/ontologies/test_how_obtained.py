"""The table of how findings are obtained, against the HPO that is installed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from domain.assertions import Concept
from domain.errors import SourceError
from domain.identifiers import Curie
from domain.what_if import How
from ontologies import how_obtained, source
from ontologies.formats import obo
from ontologies.tables import Table

ABNORMALITY, MODIFIER = Curie("HP:0000118"), Curie("HP:0012823")


@pytest.fixture(scope="module")
def hpo() -> Mapping[Curie, Concept]:
    carrier = source.load("hpo").carrier
    assert carrier is not None
    return {c.id: c for c in obo.read(carrier.locate(), "hpo").concepts}


def above(hpo: Mapping[Curie, Concept], concept: Curie) -> set[Curie]:
    found = {concept}
    for parent in hpo[concept].parents:
        found |= above(hpo, parent)
    return found


def test_every_row_is_a_live_finding_of_the_release_by_its_name(
    hpo: Mapping[Curie, Concept],
) -> None:
    rows = [row for _, row in Table(how_obtained.FILE, ("id", "label"))]
    assert len(rows) > 200
    for row in rows:
        concept = hpo[Curie(row["id"])]
        assert not concept.obsolete
        assert concept.label == row["label"]
        assert {ABNORMALITY, MODIFIER} & above(hpo, concept.id), row["label"]
        assert row["reason"]


def test_every_way_is_used_and_the_root_has_one() -> None:
    table = how_obtained.how_obtained()
    assert {way.how for way in table.values()} == set(How)
    assert table[ABNORMALITY].how is How.EXAMINE
    assert how_obtained.how_obtained() is table


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("HP:0000118\tx\tguess\t\tx", "guess"),
        ("HP:0000118\tx\task\tGIRL\tx", "GIRL"),
        ("nonsense\tx\task\t\tx", "nonsense"),
        ("HP:0000118\tx\task\t\tx\nHP:0000118\tx\task\t\tx", "twice"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(tmp_path: Path, row: str, fault: str) -> None:
    path = tmp_path / "how.tsv"
    path.write_text(f"id\tlabel\thow\tsex\treason\n{row}\n")
    with pytest.raises(SourceError, match=fault) as caught:
        how_obtained.read(path)
    assert caught.value.line == 2 + row.count("\n")


@pytest.mark.parametrize(
    ("word", "how"),
    [
        ("ask", How.ASK),
        ("history", How.ASK),
        ("examine", How.EXAMINE),
        ("measure", How.EXAMINE),
        ("film", How.IMAGE),
        ("ct", How.IMAGE),
        ("ultrasound", How.IMAGE),
        ("ecg", How.SIGNAL),
        ("lab", How.LABORATORY),
    ],
)
def test_findings_that_hpo_lacks_go_by_the_tables_of_common_disease(
    tmp_path: Path, word: str, how: How
) -> None:
    head = "id\tlabel\tsynonyms\tparent\tparent_label\tobtained\twhy\n"
    row = f"DX:toy-lines\tToy lines\t\tHP:0001626\tHeart\t{word}\tHPO has no toys\n"
    (tmp_path / "toy.findings.tsv").write_text(head + row)
    found = how_obtained.findings(tmp_path)
    assert {concept: way.how for concept, way in found.items()} == {"DX:toy-lines": how}


def test_every_finding_of_our_own_has_a_way() -> None:
    own = {i for i in how_obtained.how_obtained() if i.prefix == "DX"}
    assert len(own) > 500
    gradient = how_obtained.how_obtained()[Curie("DX:alveolar-arterial-gradient-raised")]
    assert gradient.how is How.LABORATORY
