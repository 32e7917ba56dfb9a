"""What only Neo4j can do wrong: lost connections, other hands in the database, half loads."""

from __future__ import annotations

import logging
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from api.case_store import keep
from api.intake import CodedFinding
from api.service import Service, compile_release
from domain.errors import InvalidField, ReleaseCorrupt, StoreError
from kg import bolt_load
from kg.bolt_connection import Connection, check_version
from kg.bolt_releases import BoltReleases
from kg.build import draft, find_inputs
from kg.server import free_port
from tests.conftest import SOURCES
from tests.kg.conftest import Neo4j, again, close

ROOT = Path(__file__).resolve().parents[2]
KILLS = 2
SEED = 20250116
SEIZURE = CodedFinding(concept="HP:0001250")


def cypher(neo4j: Neo4j, query: str, **parameters: object) -> list[dict[str, object]]:
    """What a person at the database does."""
    connection = neo4j.connection()
    rows = connection.write(lambda tx: [dict(r) for r in tx.rows(query, **parameters)])
    connection.close()
    return rows


def answer(service: Service) -> list[tuple[str, float]]:
    """The ranking of one case, by a service that starts now."""
    fresh = again(service)
    differential = fresh.diagnose(fresh.case(findings=[SEIZURE]), top=20)
    close(fresh)
    return [(r.hypothesis.disease, r.hypothesis.score) for r in differential.ranked]


def test_ranking_needs_no_release_on_disk(bolt: Service, toy_service: Service) -> None:
    ours = bolt.diagnose(bolt.case(findings=[SEIZURE]), top=20)
    assert not (bolt.settings.home / "releases").exists()
    assert ours == toy_service.diagnose(toy_service.case(findings=[SEIZURE]), top=20)


def test_it_is_compiled_again_only_after_a_change(bolt: Service, empty: Neo4j) -> None:
    made = []

    def counted(folder: Path, *what: object) -> None:
        made.append(folder)
        compile_release(folder, *what)  # type: ignore[arg-type]

    auth = (empty.user, empty.password)
    releases = BoltReleases(empty.url, auth, bolt.settings.home / "elsewhere", counted)
    first = releases.compiled(bolt.release)
    assert releases.compiled(bolt.release) == first
    assert len(made) == 1
    # A commit that changes nothing of the release is looked at, and compiles nothing.
    releases.log("test")
    assert releases.compiled(bolt.release) == first
    assert len(made) == 1
    cypher(empty, "MATCH (c:Concept {id: 'HP:0001250'}) SET c.label = 'Fit'")
    assert releases.compiled(bolt.release) != first
    assert len(made) == 2
    releases.close()


def test_a_change_by_cypher_changes_the_answer_which_says_so(bolt: Service, empty: Neo4j) -> None:
    before = answer(bolt)
    assert "modified" not in bolt.ready()
    changed = cypher(
        empty,
        """MATCH (d:Disease {id: 'TOY:4'})-[a:HAS_FINDING]->(:Phenotype {id: 'HP:0001250'})
           SET a.excluded = true RETURN a.line AS line""",
    )
    assert len(changed) == 1
    after = answer(bolt)
    assert after != before
    assert dict(after)["TOY:4"] < dict(before)["TOY:4"]
    fresh = again(bolt)
    assert fresh.ready()["modified"] == "yes"
    differential = fresh.diagnose(fresh.case(findings=[SEIZURE]))
    assert differential.versions["modified"] == "yes"
    with pytest.raises(ReleaseCorrupt, match="was changed"):
        fresh.releases.verify(fresh.release)
    close(fresh)
    cypher(
        empty,
        """MATCH (d:Disease {id: 'TOY:4'})-[a:HAS_FINDING]->(:Phenotype {id: 'HP:0001250'})
           SET a.excluded = false""",
    )
    assert answer(bolt) == before
    assert "modified" not in again(bolt).ready()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("REMOVE a.line", "has no 'line'"),
        ("SET a.aspect = 'X'", "cannot be read"),
        ("SET a.frequency_count = 'many'", "not of type int"),
        ("SET a.onset = 'soon'", "not an identifier"),
        ("SET a.excluded = 'no'", "not of type bool"),
    ],
)
def test_what_cannot_be_read_is_named(
    bolt: Service, empty: Neo4j, change: str, message: str
) -> None:
    cypher(empty, f"MATCH (d:Disease {{id: 'TOY:4'}})-[a:HAS_FINDING]->() {change}")
    with pytest.raises(ReleaseCorrupt, match=message) as error:
        again(bolt).ready()
    assert "HAS_FINDING from TOY:4" in str(error.value)


def test_a_wrong_password_is_said_and_not_shown(neo4j: Neo4j, tmp_path: Path) -> None:
    settings = replace(neo4j.settings(tmp_path), neo4j_password="not-the-password")
    with pytest.raises(StoreError, match="DIFFERENTIA_NEO4J_PASSWORD") as error:
        Service(settings).release  # noqa: B018
    assert neo4j.url in str(error.value)
    assert "not-the-password" not in f"{error.value!r}{error.value}{settings!r}"


def test_a_server_that_is_down_is_named(tmp_path: Path) -> None:
    url = f"bolt://127.0.0.1:{free_port()}"
    releases = BoltReleases(url, ("neo4j", "some-password"), tmp_path, compile_release)
    with pytest.raises(StoreError, match="does not answer") as error:
        releases.ids()
    assert url in str(error.value)
    assert "some-password" not in str(error.value)


def test_something_that_is_no_neo4j_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"bolt://127.0.0.1:{listener.getsockname()[1]}"

        def refuse() -> None:
            taken, _ = listener.accept()
            with taken:
                taken.recv(64)
                taken.sendall(b"\0\0\0\0")  # Bolt for: no version of yours

        answering = threading.Thread(target=refuse)
        answering.start()
        releases = BoltReleases(url, ("neo4j", "some-password"), tmp_path, compile_release)
        with pytest.raises(StoreError, match=re.escape(url)):
            releases.ids()
        answering.join()


@pytest.mark.parametrize("agent", ["Neo4j/4.4.1", "Other/5.1", "", "Neo4j/"])
def test_an_unsupported_server_is_refused(agent: str) -> None:
    with pytest.raises(StoreError, match="not supported"):
        check_version("bolt://x", agent)


@pytest.mark.parametrize("agent", ["Neo4j/5.26.12", "Neo4j/2025.01.0"])
def test_a_supported_server_is_not(agent: str) -> None:
    check_version("bolt://x", agent)


@pytest.mark.parametrize(
    ("store", "message"),
    [
        ("bolt://neo4j:secret-word@localhost:7687", "holds a user or a password"),
        ("http://localhost:7474", "no kind of store"),
        ("bolt://", "no address"),
        ("bolt://localhost:port", "no address"),
        ("file:", "names no folder"),
    ],
)
def test_a_store_that_is_none_is_refused(tmp_path: Path, store: str, message: str) -> None:
    from api.settings import Settings

    with pytest.raises(InvalidField, match=message) as error:
        Service(Settings(home=tmp_path, store=store)).releases  # noqa: B018
    assert "secret-word" not in str(error.value)


def test_no_credentials_are_logged(
    empty: Neo4j, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        service = Service(empty.settings(tmp_path))
        service.releases.activate(service.build(SOURCES)[0])
        service.ready()
        close(service)
    assert any(r.name.startswith("neo4j") for r in caplog.records)
    assert empty.password not in caplog.text


class Wire:
    """A proxy before the server whose connections can be cut."""

    def __init__(self, url: str) -> None:
        host, _, port = url.rpartition("//")[2].partition(":")
        self._target = (host, int(port))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets: list[socket.socket] = []
        self.url = f"bolt://127.0.0.1:{self._listener.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(self._target)
            self._sockets += [near, far]
            for one, other in ((near, far), (far, near)):
                thread = threading.Thread(target=self._carry, args=(one, other))
                self._threads.append(thread)
                thread.start()

    @staticmethod
    def _carry(one: socket.socket, other: socket.socket) -> None:
        try:
            while data := one.recv(65536):
                other.sendall(data)
        except OSError:
            pass
        finally:
            for end in (one, other):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def cut(self) -> None:
        """Break what is connected now."""
        for end in self._sockets:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join()
        for end in self._sockets:
            end.close()


@pytest.fixture
def wire(empty: Neo4j) -> Iterator[Wire]:
    made = Wire(empty.url)
    yield made
    made.close()


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bolt_load, "BATCH", 3)


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("at", [1, 4, 9])
def test_a_connection_that_breaks_is_taken_up_again(
    empty: Neo4j, wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """The server may have committed what it could not confirm: nothing is written twice."""
    calls = 0
    write = Connection.write

    def interrupted(self: Connection, work: object) -> object:
        nonlocal calls
        calls += 1
        if calls != at:
            return write(self, work)  # type: ignore[arg-type]
        cutting = threading.Timer(0.01, wire.cut)
        cutting.start()
        try:
            return write(self, work)  # type: ignore[arg-type]
        finally:
            cutting.join()

    monkeypatch.setattr(Connection, "write", interrupted)
    made = draft(find_inputs(SOURCES))
    releases = BoltReleases(wire.url, (empty.user, empty.password), tmp_path, compile_release)
    releases.add(made.manifest, made.graph, made.assembled.resolver)
    assert calls > at
    assert releases.graph(made.id).content_hash == made.graph.content_hash
    releases.close()


@pytest.mark.usefixtures("small_batches")
def test_a_server_lost_in_mid_load_leaves_the_active_release(
    bolt: Service, empty: Neo4j, wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = answer(bolt)
    hpoa = tmp_path / "new.hpoa"
    hpoa.write_text(SOURCES["hpoa"][0].read_text().replace("6/11", "1/11"))
    made = draft(find_inputs({**SOURCES, "hpoa": [hpoa]}))
    written = 0
    write_batch = bolt_load._write

    def lost(*what: object) -> None:
        nonlocal written
        written += 1
        if written == 5:
            wire.close()
        write_batch(*what)  # type: ignore[arg-type]

    monkeypatch.setattr(bolt_load, "_write", lost)
    auth = (empty.user, empty.password)
    releases = BoltReleases(wire.url, auth, tmp_path, compile_release, retry_s=0.5)
    with pytest.raises(StoreError, match="was lost") as error:
        releases.add(made.manifest, made.graph, made.assembled.resolver)
    assert wire.url in str(error.value)
    assert empty.password not in str(error.value)
    releases.close()

    assert bolt.releases.ids() == [bolt.release]
    assert answer(bolt) == before
    monkeypatch.setattr(bolt_load, "_write", write_batch)
    bolt.releases.add(made.manifest, made.graph, made.assembled.resolver)
    bolt.releases.verify(made.id)
    assert bolt.releases.sweep() == []


def test_what_an_interrupted_load_left_is_swept(empty: Neo4j, tmp_path: Path) -> None:
    releases = empty.releases(tmp_path)
    made = draft(find_inputs(SOURCES))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bolt_load, "BATCH", 3)
        patch.setattr(bolt_load, "_finish", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            releases.add(made.manifest, made.graph, made.assembled.resolver)
    assert releases.ids() == []
    assert cypher(empty, "MATCH (c:Concept) RETURN count(c) AS n") != [{"n": 0}]
    assert releases.sweep() == [made.id]
    assert cypher(empty, "MATCH (n) WHERE NOT n:Active RETURN count(n) AS n") == [{"n": 0}]
    releases.close()


def test_of_two_loads_of_one_release_the_first_stops(
    empty: Neo4j, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (empty.releases(tmp_path) for _ in range(2))
    made = draft(find_inputs(SOURCES))
    batches = bolt_load.batches

    def meanwhile(*what: object) -> Iterator[object]:
        monkeypatch.setattr(bolt_load, "batches", batches)
        second.add(made.manifest, made.graph, made.assembled.resolver)
        yield from batches(*what)  # type: ignore[arg-type]

    monkeypatch.setattr(bolt_load, "batches", meanwhile)
    with pytest.raises(StoreError, match="Another load"):
        first.add(made.manifest, made.graph, made.assembled.resolver)
    first.verify(made.id)
    first.close()
    second.close()


@pytest.mark.parametrize("kill", range(KILLS))
def test_a_killed_load_leaves_the_active_release_intact(
    bolt: Service, empty: Neo4j, tmp_path: Path, kill: int
) -> None:
    before = answer(bolt)
    passed = loaded_by_a_process(empty, tmp_path / "counted", 0)
    assert passed.returncode == 0, passed.stderr
    other = passed.stdout.split()[0]
    points = int(passed.stdout.split()[1])
    assert points > 100
    bolt.releases.remove(other)

    fatal = random.Random(SEED + kill).randint(1, points)
    killed = loaded_by_a_process(empty, tmp_path / "killed", fatal)
    assert killed.returncode == -signal.SIGKILL, (fatal, killed.stdout, killed.stderr)
    assert bolt.releases.active_id() == bolt.release
    assert answer(bolt) == before

    done = loaded_by_a_process(empty, tmp_path / "again", 0)
    assert done.returncode == 0, done.stderr
    bolt.releases.verify(other)
    assert bolt.releases.sweep() == []


def loaded_by_a_process(neo4j: Neo4j, home: Path, fatal: int) -> subprocess.CompletedProcess[str]:
    """Load 500 terms in another process, which dies at a point (0: never)."""
    return subprocess.run(
        [sys.executable, "-m", "tests.kg.killed_bolt_load", str(home), str(fatal)],
        cwd=ROOT,
        env=os.environ
        | {
            "DIFFERENTIA_STORE": neo4j.url,
            "DIFFERENTIA_NEO4J_USER": neo4j.user,
            "DIFFERENTIA_NEO4J_PASSWORD": neo4j.password,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_case_is_one_path_from_a_disease(bolt: Service, empty: Neo4j) -> None:
    keep(bolt, bolt.case(findings=[CodedFinding(concept="HP:0001251")]), "c")
    found = cypher(
        empty,
        """MATCH (:Case {id: 'c'})-[:HAS_OBSERVATION]->(o {state: 'present'})-[:OF]->(p:Phenotype)
                 <-[:IS_A*0..]-()<-[a:HAS_FINDING {excluded: false}]-(d:Disease)
           WHERE coalesce(a.frequency_count, 1) > 0
           RETURN DISTINCT o.concept AS concept, p.label AS label, d.id AS disease""",
    )
    assert found == [{"concept": "HP:0001251", "label": "Ataxia", "disease": "TOY:1"}]


def test_cypher_and_the_driver_stay_in_their_files() -> None:
    query = re.compile(r"\b(MATCH|MERGE|UNWIND)\b[^\n]*[({]")
    driver = re.compile(r"^\s*(import|from) neo4j\b", re.MULTILINE)
    with_query, with_driver = set(), set()
    for room in ("api", "domain", "kg", "nlp", "ontologies", "reasoning", "signals", "vision"):
        for file in (ROOT / room).rglob("*.py"):
            text = file.read_text("utf-8")
            if query.search(text):
                with_query.add(str(file.relative_to(ROOT)))
            if driver.search(text):
                with_driver.add(str(file.relative_to(ROOT)))
    assert with_query
    assert all(name.startswith("kg/bolt") for name in with_query)
    assert with_driver == {"kg/bolt_connection.py"}
