"""Sanity gates, on small graphs made for each."""

from __future__ import annotations

from math import sqrt
from typing import Any

import pytest

from domain.assertions import PHENOTYPE, Aspect, Assertion, Concept, Frequency, Sex
from domain.identifiers import Curie
from kg.checks import against, check, wilson
from kg.graph import Graph

PARENTS = {
    "HP:0000001": (),
    "HP:0000118": ("HP:0000001",),
    "HP:0001250": ("HP:0000118",),
    "HP:0007359": ("HP:0001250",),
    "HP:0010460": ("HP:0000118",),
    "HP:0000140": ("HP:0010460",),
    "HP:0003674": ("HP:0000001",),
    "HP:0003577": ("HP:0003674",),
}


def graph(*assertions: Assertion) -> Graph:
    concepts = [
        Concept(id=Curie(i), label=i, category=PHENOTYPE, parents=tuple(map(Curie, parents)))
        for i, parents in PARENTS.items()
    ]
    return Graph.of(concepts, assertions)


def row(concept: str, frequency: Frequency | None = None, **fields: Any) -> Assertion:
    base: dict[str, Any] = {
        "disease": Curie("TOY:1"),
        "aspect": Aspect.PHENOTYPE,
        "excluded": False,
        "onset": None,
        "sex": None,
        "modifiers": (),
        "evidence_code": "PCS",
        "references": ("PMID:1",),
        "source": "toy",
        "line": 1,
    }
    return Assertion(concept=Curie(concept), frequency=frequency, **(base | fields))


def of(count: int, total: int) -> Frequency:
    return Frequency(count=count, total=total)


def codes(*assertions: Assertion) -> list[str]:
    return [i.code for i in check(graph(*assertions))]


@pytest.mark.parametrize(("count", "total"), [(7, 14), (1, 3), (0, 20), (20, 20), (81, 263)])
def test_wilson_ends_are_where_the_score_test_rejects(count: int, total: int) -> None:
    """Each end p solves |count/total - p| = z sqrt(p (1 - p) / total), but at 0 and 1."""
    for p in wilson(count, total):
        distance = abs(count / total - p)
        assert distance == pytest.approx(1.959963984540054 * sqrt(p * (1 - p) / total), abs=1e-9)


def test_a_child_more_frequent_than_its_parent() -> None:
    assert codes(row("HP:0007359", of(38, 40)), row("HP:0001250", of(4, 40))) == [
        "child-more-frequent"
    ]
    assert codes(row("HP:0007359", of(4, 40)), row("HP:0001250", of(38, 40))) == []
    assert codes(row("HP:0007359", of(2, 2)), row("HP:0001250", of(1, 2))) == []


def test_rows_are_pooled_before_they_are_compared() -> None:
    rows = [row("HP:0007359", of(1, 1), line=n) for n in range(1, 41)]
    assert codes(*rows, row("HP:0001250", of(4, 40), line=50)) == ["child-more-frequent"]


def test_classes_are_compared_by_their_ranges() -> None:
    often, rarely = (Frequency(term=Curie(t)) for t in ("HP:0040281", "HP:0040283"))
    assert codes(row("HP:0007359", often), row("HP:0001250", rarely)) == ["child-more-frequent"]
    assert codes(row("HP:0007359", rarely), row("HP:0001250", often)) == []


def test_present_and_excluded() -> None:
    assert codes(row("HP:0001250"), row("HP:0001250", excluded=True)) == ["present-and-excluded"]
    assert codes(row("HP:0001250", of(0, 4)), row("HP:0001250", excluded=True)) == []
    assert codes(row("HP:0001250", of(3, 4)), row("HP:0001250", of(0, 4))) == []


def test_a_finding_of_the_other_sex() -> None:
    assert codes(row("HP:0000140", sex=Sex.MALE)) == ["sex-contradiction"]
    assert codes(row("HP:0000140", sex=Sex.FEMALE)) == []
    assert codes(row("HP:0000140", of(0, 9), sex=Sex.MALE)) == []


def test_an_onset_that_is_none() -> None:
    assert codes(row("HP:0001250", onset=Curie("HP:0001250"))) == ["onset-contradiction"]
    assert codes(row("HP:0001250", onset=Curie("HP:0003577"))) == []


def manifest(rows: int, warnings: int = 0, **fields: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "rows_by_source": {"hpoa": rows},
        "warnings": {"hpoa": {"child-more-frequent": warnings}},
        "left_out": [],
    }
    return base | fields


@pytest.mark.parametrize(
    ("now", "before", "found"),
    [
        (manifest(860), manifest(1000), []),
        (manifest(840), manifest(1000), ["row-shortfall"]),
        (manifest(1000, 199), manifest(1000, 99), ["warnings-jumped"]),
        (manifest(1000, 198), manifest(1000, 99), []),
        (manifest(1000, 2099), manifest(1000, 2000), []),
        (manifest(1000, 5000), None, []),
        (manifest(1000, rows_by_source={}), manifest(1000), []),
    ],
)
def test_what_stops_a_load(
    now: dict[str, Any], before: dict[str, Any] | None, found: list[str]
) -> None:
    assert [i.code for i in against(now, before)] == found


def test_a_dangling_id_stops_a_load() -> None:
    left_out = [
        {"source": "hpoa", "line": 7, "disease": "TOY:1", "concept": "HP:9999999",
         "polarity": "present", "reason": "not in the ontology", "kind": "dangling"},
        {"source": "hpoa", "line": 8, "disease": "TOY:1", "concept": "HP:0000057",
         "polarity": "present", "reason": "obsolete", "kind": "obsolete"},
    ]  # fmt: skip
    (issue,) = against(manifest(10, left_out=left_out), None)
    assert (issue.code, issue.line) == ("dangling-id", 7)
