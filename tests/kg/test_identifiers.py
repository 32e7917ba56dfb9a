from __future__ import annotations

from pathlib import Path

import pytest

from domain.assertions import PHENOTYPE, Concept
from domain.errors import SourceError
from domain.identifiers import Curie
from kg.identifiers import How, Resolver, read_decisions


def term(identifier: str, **fields: object) -> Concept:
    return Concept(id=Curie(identifier), label=identifier, category=PHENOTYPE, **fields)  # type: ignore[arg-type]


def ids(*texts: str) -> tuple[Curie, ...]:
    return tuple(Curie(t) for t in texts)


CONCEPTS = (
    term("HP:1", alt_ids=ids("HP:8", "HP:9")),
    term("HP:2"),
    term("HP:3", obsolete=True, replaced_by=ids("HP:2")),
    term("HP:4", obsolete=True, consider=ids("HP:1", "HP:2")),
    term("HP:5", obsolete=True, replaced_by=ids("HP:1", "HP:2")),
    term("HP:6", obsolete=True),
    term("HP:9", obsolete=True, replaced_by=ids("HP:2")),
)


@pytest.mark.parametrize(
    ("identifier", "excluded", "concept", "how"),
    [
        ("HP:1", False, "HP:1", How.CURRENT),
        ("HP:8", False, "HP:1", How.ALTERNATIVE),
        ("HP:8", True, "HP:1", How.ALTERNATIVE),
        ("HP:3", False, "HP:2", How.REPLACED),
        ("HP:3", True, None, How.SET_ASIDE),
        ("HP:4", False, None, How.SET_ASIDE),
        ("HP:5", False, None, How.SET_ASIDE),
        ("HP:6", False, None, How.SET_ASIDE),
        ("HP:7", False, None, How.UNKNOWN),
    ],
)
def test_resolution(identifier: str, excluded: bool, concept: str | None, how: How) -> None:
    found = Resolver.of(CONCEPTS).resolve(identifier, excluded=excluded)
    assert (found.concept, found.how) == (concept, how)


def test_an_obsolete_stanza_rules_even_where_the_id_is_also_an_alternative() -> None:
    assert Resolver.of(CONCEPTS).resolve("HP:9").concept == "HP:2"


def test_a_decision_carries_an_exclusion_over(tmp_path: Path) -> None:
    table = tmp_path / "decisions.tsv"
    table.write_text(
        "# ours\nsubject\tpolarity\tdecision\tobject\tby\tdate\treason\n"
        "HP:3\texcluded\tuse\tHP:2\tA. Person\t2026-01-01\tsame meaning\n"
        "HP:4\tpresent\tleave_out\t\tA. Person\t2026-01-01\ttoo vague\n"
    )
    resolver = Resolver.of(CONCEPTS, read_decisions(table))
    assert resolver.resolve("HP:3", excluded=True).concept == "HP:2"
    assert resolver.resolve("HP:4").how is How.DECIDED
    assert resolver.resolve("HP:4", excluded=True).how is How.SET_ASIDE


def test_a_table_with_other_columns_is_no_decisions_file(tmp_path: Path) -> None:
    table = tmp_path / "decisions.tsv"
    table.write_text("subject\tobject\n")
    with pytest.raises(SourceError, match="no decisions file"):
        read_decisions(table)
