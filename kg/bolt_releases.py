"""Releases in Neo4j: side by side in one database, one of them active.

(:Release {id, manifest, complete})-[:BUILT_FROM]->(:Source), (:Active)-[:IS]->(:Release),
(:LoadLog). A release is there once `complete` is true, which the last transaction of a load
sets; what an interrupted load left behind is passed over, and deleted by the next load of the
same release or by `sweep`.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

from domain.assertions import DISEASE, PHENOTYPE, SAME_AS
from domain.errors import GateRefused, ReleaseCorrupt, ReleaseNotFound, StoreError
from kg import bolt_cases
from kg.bolt import BoltStore, read_graph
from kg.bolt_connection import Connection, Row, Transaction
from kg.bolt_rows import Maker, assertion_row, concept_row, link_row
from kg.cases import Cases, LookUp
from kg.compiled import CompiledCache, content_of, is_modified
from kg.graph import Graph
from kg.identifiers import Resolver
from kg.release import log_line
from kg.releases import Compile
from kg.store import GraphStore

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

IDS = "MATCH (r:Release {complete: true}) RETURN r.id AS id"
MANIFEST = "MATCH (r:Release {id: $id, complete: true}) RETURN r.manifest AS manifest"
ACTIVE = "MATCH (:Active)-[:IS]->(r:Release {complete: true}) RETURN r.id AS id"
DATABASE_ID = "CALL db.info() YIELD id, creationDate RETURN id, creationDate"
HISTORY = "MATCH (l:LoadLog) RETURN l.line AS line ORDER BY l.number"

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
SET r.complete = true, r.manifest = $manifest REMOVE r.load, r.locked, r.batches
RETURN r.id AS id
"""
DISEASES = "UNWIND $rows AS row CREATE (c:Concept:Disease) SET c = row"
PHENOTYPES = "UNWIND $rows AS row CREATE (c:Concept:Phenotype) SET c = row"
OTHERS = "UNWIND $rows AS row CREATE (c:Concept) SET c = row"
_ENDS = """
UNWIND $rows AS row
MATCH (a:Concept {release: $release, id: row.from})
MATCH (b:Concept {release: $release, id: row.to})
"""
IS_A = _ENDS + "CREATE (a)-[:IS_A]->(b)"
REPLACED_BY = _ENDS + "CREATE (a)-[:REPLACED_BY]->(b)"
HAS_FINDING = _ENDS + "CREATE (a)-[x:HAS_FINDING]->(b) SET x = row.properties"
LINKED_SAME = _ENDS + "CREATE (a)-[x:SAME_AS]->(b) SET x = row.properties"
LINKED_XREF = _ENDS + "CREATE (a)-[x:XREF]->(b) SET x = row.properties"

# The lock on the one Active node puts switches and log lines in an order.
SWITCH = """
MERGE (a:Active {id: 'active'}) SET a.locked = $id
WITH a OPTIONAL MATCH (a)-[was:IS]->(before:Release)
WITH a, was, before MATCH (r:Release {id: $id, complete: true})
CREATE (a)-[:IS]->(r) DELETE was
RETURN before.id AS before, r.manifest AS manifest
"""
LOG = """
MERGE (a:Active {id: 'active'}) SET a.lines = coalesce(a.lines, 0) + 1
CREATE (l:LoadLog {number: a.lines, release: $release, action: $action, time: $time,
                   user: $user, line: $line})
"""
WITHDRAW = """
MATCH (r:Release {id: $id}) SET r.complete = false REMOVE r.load
WITH r RETURN EXISTS { (:Active)-[:IS]->(r) } AS active
"""
DELETE_CONCEPTS = """
MATCH (c:Concept {release: $id}) WITH c LIMIT $limit DETACH DELETE c RETURN count(*) AS deleted
"""
DELETE_RELEASE = """
MATCH (r:Release {id: $id}) OPTIONAL MATCH (r)-[:BUILT_FROM]->(s:Source) DETACH DELETE s, r
"""
INCOMPLETE = "MATCH (r:Release {complete: false}) RETURN r.id AS id"


class BoltReleases:
    """Releases in a Neo4j database; connects when first asked.

    `cache_dir` holds what is compiled from them. Raises StoreError where the server is down,
    refuses the login or is lost.
    """

    def __init__(
        self,
        url: str,
        auth: tuple[str, str | None],
        cache_dir: Path,
        compile_release: Compile,
        *,
        retry_s: float = 15.0,
    ) -> None:
        self._connection = Connection(url, *auth, retry_s=retry_s)
        self._cache_dir = cache_dir
        self._compile = compile_release
        self._compiled: dict[str, Path] = {}

    @property
    def where(self) -> str:
        """The address."""
        return self._connection.url

    def close(self) -> None:
        """Close the connection; the next use opens it again."""
        self._connection.close()

    def ids(self) -> list[str]:
        """Ids of the complete releases, sorted."""
        return sorted(row["id"] for row in self._connection.read(IDS))

    def manifest(self, release: str) -> dict[str, Any]:
        """A release's manifest. Raises ReleaseNotFound or ReleaseCorrupt."""
        rows = self._connection.read(MANIFEST, id=release)
        if not rows:
            known = ", ".join(self.ids()) or "none"
            raise ReleaseNotFound(
                f"There is no release {release!r}.", mend=f"In {self.where}: {known}."
            )
        try:
            data = json.loads(rows[0]["manifest"])
        except (TypeError, ValueError):
            data = None
        if not isinstance(data, dict) or not {"id", "sources", "counts"} <= data.keys():
            raise ReleaseCorrupt(
                f"In {self.where}, the manifest of release {release} is damaged.",
                mend="Remove the release and build it again.",
            )
        return data

    def active_id(self) -> str | None:
        """Id of the active release, or None."""
        rows = self._connection.read(ACTIVE)
        return rows[0]["id"] if rows else None

    def add(self, manifest: dict[str, Any], graph: Graph, resolver: Resolver) -> None:
        """Write a release whole or not at all; one that is there stays as it is.

        The resolver is not written: concepts and the manifest's decisions make it again.
        """
        release, load = str(manifest["id"]), uuid.uuid4().hex
        if release in self.ids():
            return
        self._connection.define(*SCHEMA, *bolt_cases.SCHEMA, AWAIT)
        self._clear(release)
        sources = _sources(manifest)
        self._connection.write(lambda tx: tx.rows(BEGIN, id=release, load=load, sources=sources))
        # One batch is made while the server writes the one before.
        with ThreadPoolExecutor(max_workers=1) as writer:
            under_way: Future[None] | None = None
            for number, (query, rows) in enumerate(_batches(graph, release), start=1):
                if under_way is not None:
                    under_way.result()
                under_way = writer.submit(self._write_batch, release, load, number, query, rows)
            if under_way is not None:
                under_way.result()
        text = json.dumps(manifest, sort_keys=True, ensure_ascii=False)
        done = self._connection.write(
            lambda tx: tx.rows(FINISH, id=release, load=load, manifest=text)
        )
        if not done and release not in self.ids():
            raise self._taken_over(release)

    def _write_batch(
        self, release: str, load: str, number: int, query: str, rows: Sequence[Row]
    ) -> None:
        def work(tx: Transaction) -> None:
            claimed = tx.rows(CLAIM, id=release, load=load, number=number)
            if not claimed:
                raise self._taken_over(release)
            if claimed[0]["fresh"]:
                tx.rows(query, release=release, rows=rows)

        self._connection.write(work)

    def _taken_over(self, release: str) -> StoreError:
        return StoreError(
            f"Another load of release {release} into {self.where} began meanwhile; "
            "this one has stopped.",
            mend="One at a time: wait for the other one.",
        )

    def activate(self, release: str) -> None:
        """Make a release the active one: one transaction, in which cases are tied to it and the
        load log gets its line."""

        def work(tx: Transaction) -> bool:
            switched = tx.rows(SWITCH, id=release)
            if switched:
                manifest = json.loads(switched[0]["manifest"])
                bolt_cases.link(tx, release, bolt_cases.decisions_of(manifest))
                _log(tx, "activate", release=release, before=switched[0]["before"])
            return bool(switched)

        if not self._connection.write(work):
            self.manifest(release)  # says that there is none
            raise ReleaseNotFound(f"Release {release} is not in {self.where}.")

    def remove(self, release: str) -> None:
        """Delete a release that is not active. Raises GateRefused for the active one."""
        self.manifest(release)
        self._clear(release)
        self._cache().forget(release)
        self.log("remove", release=release)

    def sweep(self) -> list[str]:
        """Delete what interrupted loads and removals left behind; the ids of their releases.

        Not to be called while something is loaded or removed: that would be taken for a rest."""
        left = sorted(row["id"] for row in self._connection.read(INCOMPLETE))
        for release in left:
            self._clear(release)
        return left

    def _clear(self, release: str) -> None:
        """Withdraw a release, then delete it; the node that says it is there goes last."""

        def withdraw(tx: Transaction) -> None:
            if any(row["active"] for row in tx.rows(WITHDRAW, id=release)):
                raise GateRefused(
                    f"Release {release} is active.", mend="Activate another one first."
                )

        def delete(tx: Transaction) -> int:
            return int(tx.rows(DELETE_CONCEPTS, id=release, limit=_DELETED_AT_ONCE)[0]["deleted"])

        self._connection.write(withdraw)
        while self._connection.write(delete):
            pass
        self._connection.write(lambda tx: tx.rows(DELETE_RELEASE, id=release))

    def log(self, action: str, **facts: object) -> None:
        """Append what was done, with time and user."""
        self._connection.write(lambda tx: _log(tx, action, **facts))

    def history(self) -> list[dict[str, Any]]:
        """The log, oldest first."""
        return [json.loads(row["line"]) for row in self._connection.read(HISTORY)]

    def store(self, release: str) -> GraphStore:
        """The graph of a release."""
        return BoltStore(str(self.manifest(release)["id"]), self._connection)

    def cases(self, look_up: LookUp) -> Cases:  # noqa: ARG002
        """Cases in the same database: its own relationships say what they stand for."""
        return bolt_cases.BoltCases(self._connection)

    def compiled(self, release: str) -> Path:
        """A folder with the release's `index/` and `lexicon.tsv`, compiled from what the
        database holds now; the same folder while nothing is committed."""
        manifest = self.manifest(release)
        cache = self._cache()
        with self._connection.reading() as reader:
            state = reader.bookmark()
            folder = cache.find(release, state)
            if folder is None:
                graph = read_graph(reader, release, Maker(self.where))
                resolver = Resolver.of(graph.concepts, bolt_cases.decisions_of(manifest))
                still = reader.bookmark() == state
                folder = cache.write(
                    release, state if still else None, graph, resolver, manifest["content_sha256"]
                )
        self._compiled[release] = folder
        return folder

    def modified(self, release: str) -> bool:
        """Whether what `compiled` last gave is of other content than what was loaded."""
        return is_modified(self._compiled.get(release) or self.compiled(release))

    def verify(self, release: str) -> None:
        """Compare the graph with the hash of its load. Raises ReleaseCorrupt."""
        folder = self.compiled(release)
        if is_modified(folder):
            raise ReleaseCorrupt(
                f"Release {release} was changed in {self.where} after it was loaded: its content "
                f"is {content_of(folder)[:12]}, loaded was "
                f"{self.manifest(release)['content_sha256'][:12]}.",
                mend="Answers from it say `modified`. Remove it and build it again to undo that.",
            )

    def _cache(self) -> CompiledCache:
        row = self._connection.read(DATABASE_ID)[0]
        database = hashlib.sha256(f"{row['id']} {row['creationDate']}".encode()).hexdigest()[:12]
        return CompiledCache(self._cache_dir, database, self._compile)


def _sources(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """The sources by name, each with the checksums of all its files."""
    files: dict[str, list[str]] = {}
    for source in manifest["sources"]:
        files.setdefault(source["name"], []).append(source["sha256"])
    by_name = {s["name"]: s for s in manifest["sources"]}
    return [{**source, "sha256": files[name]} for name, source in by_name.items()]


def _log(tx: Transaction, action: str, **facts: object) -> None:
    line = log_line(action, **facts)
    tx.rows(
        LOG,
        release=facts.get("release"),
        action=action,
        time=line["time"],
        user=line["user"],
        line=json.dumps(line, ensure_ascii=False),
    )


def _batches(graph: Graph, release: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Every row of a graph with the query that writes it: nodes first, then what joins them."""
    labelled = {DISEASE: DISEASES, PHENOTYPE: PHENOTYPES}
    for query in (DISEASES, PHENOTYPES, OTHERS):
        chosen = (c for c in graph.concepts if labelled.get(c.category, OTHERS) == query)
        yield from _cut(query, (concept_row(c, release) for c in chosen))
    yield from _cut(IS_A, _pairs(graph, {c.id: c.parents for c in graph.concepts}))
    yield from _cut(REPLACED_BY, _pairs(graph, {c.id: c.replaced_by for c in graph.concepts}))
    yield from _cut(HAS_FINDING, map(assertion_row, graph.assertions))
    for query, same in ((LINKED_SAME, True), (LINKED_XREF, False)):
        links = (x for x in graph.links if (x.predicate == SAME_AS) is same)
        yield from _cut(query, map(link_row, links))


def _pairs(graph: Graph, ends: dict[Any, Sequence[str]]) -> Iterator[dict[str, Any]]:
    return (
        {"from": c, "to": end} for c, all_ends in ends.items() for end in all_ends if end in ends
    )


def _cut(query: str, rows: Iterator[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    while batch := list(islice(rows, BATCH)):
        yield query, batch
