"""Loads into Neo4j that are cut short: lost connections, a lost server, killed processes."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from api.compiled import compile_release
from api.service import Service
from domain.errors import StoreError
from kg import bolt_load
from kg.bolt_connection import Connection
from kg.bolt_releases import BoltReleases
from kg.build import draft, find_inputs
from tests.conftest import SOURCES
from tests.kg.conftest import Neo4j
from tests.kg.test_bolt import ROOT, answer, cypher

KILLS = 2
SEED = 20250116


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
