"""Writing a release into Neo4j in batches, and deleting one.

(:Release {id, manifest, complete})-[:BUILT_FROM]->(:Source), and its concepts with what joins
them. A release is there once `complete` is true, which the last transaction of a load sets. What
an interrupted load left behind is passed over, and deleted by the next load of the same release
or by `sweep`.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Any

from domain.assertions import DISEASE, PHENOTYPE, SAME_AS
from domain.errors import GateRefused, StoreError
from kg import bolt_cases
from kg.bolt_connection import Connection, Row, Transaction
from kg.bolt_rows import assertion_row, concept_row, figure_row, link_row
from kg.graph import Graph

#: Rows in one write transaction.
BATCH = 10_000
_DELETED_AT_ONCE = 1_000

SCHEMA = (
    "CREATE CONSTRAINT concept_key IF NOT EXISTS "
    "FOR (c:Concept) REQUIRE (c.release, c.id) IS UNIQUE",
    "CREATE CONSTRAINT source_key IF NOT EXISTS FOR (s:Source) REQUIRE (s.release, s.id) IS UNIQUE",
    "CREATE CONSTRAINT release_key IF NOT EXISTS FOR (r:Release) REQUIRE r.id IS UNIQUE",
    "CREATE CONSTRAINT active_key IF NOT EXISTS FOR (a:Active) REQUIRE a.id IS UNIQUE",
    "CREATE CONSTRAINT log_key IF NOT EXISTS FOR (l:LoadLog) REQUIRE l.number IS UNIQUE",
    "CREATE INDEX concept_label IF NOT EXISTS FOR (c:Concept) ON (c.release, c.label)",
)
AWAIT = "CALL db.awaitIndexes(60)"

BEGIN = """
MERGE (r:Release {id: $id})
ON CREATE SET r.release = $id, r.complete = false, r.load = $load, r.batches = 0
WITH r WHERE r.load = $load
UNWIND $sources AS source
MERGE (s:Source {release: $id, id: source.name}) SET s += source
MERGE (r)-[:BUILT_FROM]->(s)
"""
# The lock comes first: a transaction that is repeated after its answer was lost waits for the
# one before, and sees that it was done.
CLAIM = """
MATCH (r:Release {id: $id, load: $load}) SET r.locked = $number
WITH r, r.batches < $number AS fresh
SET r.batches = CASE WHEN fresh THEN $number ELSE r.batches END
RETURN fresh
"""
FINISH = """
MATCH (r:Release {id: $id, load: $load})
SET r.complete = true, r.manifest = $manifest REMOVE r.locked, r.batches
RETURN r.id AS id
"""
# `+=` on what was just made: `=` would first look for properties to take away.
DISEASES = "UNWIND $rows AS row CREATE (c:Concept:Disease) SET c += row"
PHENOTYPES = "UNWIND $rows AS row CREATE (c:Concept:Phenotype) SET c += row"
OTHERS = "UNWIND $rows AS row CREATE (c:Concept) SET c += row"
_ENDS = """
UNWIND $rows AS row
MATCH (a:Concept {release: $release, id: row.from})
MATCH (b:Concept {release: $release, id: row.to})
"""
IS_A = _ENDS + "CREATE (a)-[:IS_A]->(b)"
REPLACED_BY = _ENDS + "CREATE (a)-[:REPLACED_BY]->(b)"
HAS_FINDING = _ENDS + "CREATE (a)-[x:HAS_FINDING]->(b) SET x += row.properties"
HAS_FIGURE = _ENDS + "CREATE (a)-[x:HAS_FIGURE]->(b) SET x += row.properties"
LINKED_SAME = _ENDS + "CREATE (a)-[x:SAME_AS]->(b) SET x += row.properties"
LINKED_XREF = _ENDS + "CREATE (a)-[x:XREF]->(b) SET x += row.properties"

# Under the lock of the one Active node, as a switch is: no release is deleted and made active at
# once.
WITHDRAW = """
MERGE (a:Active {id: 'active'}) SET a.locked = $id
WITH a MATCH (r:Release {id: $id})
WITH r, r.complete AS complete, EXISTS { (a)-[:IS]->(r) } AS active
FOREACH (x IN CASE WHEN active OR (complete AND NOT $whole) THEN [] ELSE [r] END |
  SET x.complete = false REMOVE x.load)
RETURN complete, active
"""
DELETE_CONCEPTS = """
MATCH (c:Concept {release: $id}) WITH c LIMIT $limit DETACH DELETE c RETURN count(*) AS deleted
"""
DELETE_RELEASE = """
MATCH (r:Release {id: $id}) OPTIONAL MATCH (r)-[:BUILT_FROM]->(s:Source) DETACH DELETE s, r
"""
INCOMPLETE = "MATCH (r:Release {complete: false}) RETURN r.id AS id"


def load(connection: Connection, manifest: Mapping[str, Any], graph: Graph) -> None:
    """Write a release whole or not at all; one that is there stays as it is. Raises StoreError."""
    release, this = str(manifest["id"]), uuid.uuid4().hex
    connection.define(*SCHEMA, *bolt_cases.SCHEMA, AWAIT)
    if not clear(connection, release, whole=False):
        return
    sources = _sources(manifest)
    connection.write(lambda tx: tx.rows(BEGIN, id=release, load=this, sources=sources))
    # One batch is made while the server writes the one before.
    with ThreadPoolExecutor(max_workers=1) as writer:
        under_way: Future[None] | None = None
        for number, (query, rows) in enumerate(batches(graph, release), start=1):
            if under_way is not None:
                under_way.result()
            under_way = writer.submit(_write, connection, release, this, number, query, rows)
        if under_way is not None:
            under_way.result()
    text = json.dumps(manifest, sort_keys=True, ensure_ascii=False)
    connection.write(lambda tx: _finish(tx, connection, release, this, text))


def _write(
    connection: Connection, release: str, this: str, number: int, query: str, rows: Sequence[Row]
) -> None:
    def work(tx: Transaction) -> None:
        claimed = tx.rows(CLAIM, id=release, load=this, number=number)
        if not claimed:
            raise _taken_over(connection, release)
        if claimed[0]["fresh"]:
            tx.rows(query, release=release, rows=rows)

    connection.write(work)


def _finish(tx: Transaction, connection: Connection, release: str, this: str, text: str) -> None:
    if not tx.rows(FINISH, id=release, load=this, manifest=text):
        raise _taken_over(connection, release)


def _taken_over(connection: Connection, release: str) -> StoreError:
    return StoreError(
        f"Another load of release {release} into {connection.url} began meanwhile; "
        "this one has stopped.",
        mend="One at a time: wait for the other one.",
    )


def clear(connection: Connection, release: str, *, whole: bool = True) -> bool:
    """Delete a release, or only what an interrupted load left of it where not `whole`; whether
    it is gone. The node that says it is there goes last. Raises GateRefused for the active one.
    """

    def withdraw(tx: Transaction) -> Row | None:
        return next(iter(tx.rows(WITHDRAW, id=release, whole=whole)), None)

    def delete(tx: Transaction) -> int:
        return int(tx.rows(DELETE_CONCEPTS, id=release, limit=_DELETED_AT_ONCE)[0]["deleted"])

    found = connection.write(withdraw)
    if found is None:
        return True
    if found["complete"] and not whole:
        return False
    if found["active"]:
        raise GateRefused(f"Release {release} is active.", mend="Activate another one first.")
    while connection.write(delete):
        pass
    connection.write(lambda tx: tx.rows(DELETE_RELEASE, id=release))
    return True


def sweep(connection: Connection) -> list[str]:
    """Delete what interrupted loads and removals left behind; the ids of their releases."""
    left = sorted(row["id"] for row in connection.read(INCOMPLETE))
    for release in left:
        clear(connection, release)
    return left


def _sources(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The sources by name, each with the checksums of all its files."""
    files: dict[str, list[str]] = {}
    for source in manifest["sources"]:
        files.setdefault(source["name"], []).append(source["sha256"])
    by_name = {s["name"]: s for s in manifest["sources"]}
    return [{**source, "sha256": files[name]} for name, source in by_name.items()]


def batches(graph: Graph, release: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Every row of a graph with the query that writes it: nodes first, then what joins them."""
    labelled = {DISEASE: DISEASES, PHENOTYPE: PHENOTYPES}
    for query in (DISEASES, PHENOTYPES, OTHERS):
        chosen = (c for c in graph.concepts if labelled.get(c.category, OTHERS) == query)
        yield from _cut(query, (concept_row(c, release) for c in chosen))
    yield from _cut(IS_A, _pairs({c.id: c.parents for c in graph.concepts}))
    yield from _cut(REPLACED_BY, _pairs({c.id: c.replaced_by for c in graph.concepts}))
    yield from _cut(HAS_FINDING, map(assertion_row, graph.assertions))
    yield from _cut(HAS_FIGURE, map(figure_row, graph.figures))
    for query, same in ((LINKED_SAME, True), (LINKED_XREF, False)):
        links = (x for x in graph.links if (x.predicate == SAME_AS) is same)
        yield from _cut(query, map(link_row, links))


def _pairs(ends: dict[Any, Sequence[str]]) -> Iterator[dict[str, Any]]:
    return (
        {"from": c, "to": end} for c, all_ends in ends.items() for end in all_ends if end in ends
    )


def _cut(query: str, rows: Iterable[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    waiting = iter(rows)
    while batch := list(islice(waiting, BATCH)):
        yield query, batch
