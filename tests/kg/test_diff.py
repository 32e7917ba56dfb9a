"""Changes between graphs: each kind once, and nothing for a row that only moved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from domain.assertions import (
    DISEASE,
    PHENOTYPE,
    SAME_AS,
    Aspect,
    Assertion,
    Concept,
    Frequency,
    Link,
    Synonym,
)
from domain.identifiers import Curie
from kg.diff import compare, summary
from kg.graph import Graph
from kg.loading import InMemory

TERM = Concept(
    id=Curie("HP:1"),
    label="One",
    category=PHENOTYPE,
    synonyms=(Synonym(text="Uno", scope="exact"),),
)
OTHER = Concept(id=Curie("HP:2"), label="Two", category=PHENOTYPE, parents=(Curie("HP:1"),))
TOY = Concept(id=Curie("TOY:1"), label="Toy", category=DISEASE)
ROW = Assertion(
    disease=Curie("TOY:1"),
    concept=Curie("HP:1"),
    aspect=Aspect.PHENOTYPE,
    excluded=False,
    frequency=Frequency(count=1, total=2),
    onset=None,
    sex=None,
    modifiers=(),
    evidence_code="PCS",
    references=("PMID:1",),
    source="toy",
    line=1,
)
LINK = Link(subject=Curie("TOY:1"), predicate=SAME_AS, object=Curie("TOY:2"), source="map", line=1)
BASE = ([TERM, OTHER, TOY], [ROW], [LINK])


def changes(concepts: Any = None, rows: Any = None, links: Any = None) -> list[str]:
    new = Graph.of(
        BASE[0] if concepts is None else concepts,
        BASE[1] if rows is None else rows,
        BASE[2] if links is None else links,
    )
    found = compare(InMemory(Graph.of(*BASE)), InMemory(new))
    return [f"{c.kind} {c.action} {c.subject}" for c in found]


def test_equal_graphs_do_not_differ() -> None:
    assert changes() == []


def test_a_row_that_moved_within_its_file_has_not_changed() -> None:
    assert changes(rows=[replace(ROW, line=99)]) == []


def test_terms() -> None:
    assert changes([TERM, TOY]) == ["term removed HP:2"]
    new = Concept(id=Curie("HP:3"), label="Three", category=PHENOTYPE)
    assert changes([*BASE[0], new]) == ["term added HP:3"]
    gone = replace(OTHER, obsolete=True, replaced_by=(Curie("HP:1"),), parents=())
    assert changes([TERM, gone, TOY]) == ["term obsoleted HP:2"]
    assert changes([replace(TERM, label="Eins"), OTHER, TOY]) == ["label changed HP:1"]
    assert changes([replace(TERM, synonyms=()), OTHER, TOY]) == ["synonym removed HP:1"]
    assert changes([TERM, replace(OTHER, parents=()), TOY]) == ["parent removed HP:2"]


def test_assertions() -> None:
    assert changes(rows=[]) == ["assertion removed TOY:1"]
    assert changes(rows=[ROW, replace(ROW, concept=Curie("HP:2"))]) == ["assertion added TOY:1"]
    assert changes(rows=[replace(ROW, frequency=None)]) == ["frequency changed TOY:1"]
    assert changes(rows=[replace(ROW, excluded=True)]) == ["polarity changed TOY:1"]
    other_paper = replace(ROW, references=("PMID:2",))
    assert changes(rows=[other_paper]) == ["assertion added TOY:1", "assertion removed TOY:1"]


def test_the_same_statement_twice_is_counted_twice() -> None:
    assert changes(rows=[ROW, replace(ROW, line=2)]) == ["assertion added TOY:1"]


def test_links() -> None:
    assert changes(links=[]) == ["link removed TOY:1"]


def test_summary_counts_by_source() -> None:
    found = compare(InMemory(Graph.of(*BASE)), InMemory(Graph.of([TERM], [], [])))
    assert summary(found) == {
        "HP": {"term removed": 1},
        "TOY": {"term removed": 1},
        "map": {"link removed": 1},
        "toy": {"assertion removed": 1},
    }
