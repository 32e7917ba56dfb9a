"""Releases in Neo4j: side by side in one database, one of them active.

(:Active)-[:IS]->(:Release {id, manifest, complete}) is the switch, (:LoadLog) who did what. How a
release is written and deleted is in `kg/bolt_load.py`.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from domain.errors import ReleaseCorrupt, ReleaseNotFound
from kg import bolt_cases, bolt_load
from kg.bolt import BoltStore, read_graph
from kg.bolt_connection import Connection, Reader, Transaction
from kg.bolt_rows import Maker
from kg.cases import Cases, LookUp
from kg.compiled import CompiledCache, content_of, is_modified
from kg.graph import Graph
from kg.identifiers import Resolver
from kg.release import log_line
from kg.releases import Compile
from kg.store import GraphStore

IDS = "MATCH (r:Release {complete: true}) RETURN r.id AS id"
MANIFEST = "MATCH (r:Release {id: $id, complete: true}) RETURN r.manifest AS manifest"
ACTIVE = "MATCH (:Active)-[:IS]->(r:Release {complete: true}) RETURN r.id AS id"
DATABASE_ID = "CALL db.info() YIELD id, creationDate RETURN id, creationDate"
HISTORY = "MATCH (l:LoadLog) RETURN l.line AS line ORDER BY l.number"

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

    def add(self, manifest: dict[str, Any], graph: Graph, resolver: Resolver) -> None:  # noqa: ARG002
        """Write a release whole or not at all; one that is there stays as it is.

        The resolver is not written: concepts and the manifest's decisions make it again.
        """
        bolt_load.load(self._connection, manifest, graph)

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
        bolt_load.clear(self._connection, release)
        self._cache().forget(release)
        self.log("remove", release=release)

    def sweep(self) -> list[str]:
        """Delete what interrupted loads and removals left behind; the ids of their releases.

        Not to be called while something is loaded or removed: that would be taken for a rest."""
        return bolt_load.sweep(self._connection)

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
                graph = self._read(reader, release)
                resolver = Resolver.of(graph.concepts, bolt_cases.decisions_of(manifest))
                still = reader.bookmark() == state
                folder = cache.write(
                    release, state if still else None, graph, resolver, manifest["content_sha256"]
                )
        self._compiled[release] = folder
        return folder

    def graph(self, release: str) -> Graph:
        """A release as the database holds it now, whole."""
        with self._connection.reading() as reader:
            return self._read(reader, release)

    def _read(self, reader: Reader, release: str) -> Graph:
        return read_graph(reader, release, Maker(self.where))

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
