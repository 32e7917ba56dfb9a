"""`differentia neo4j`: a server of one's own."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

from domain.errors import InvalidField, StoreError
from kg.bolt_connection import Connection
from kg.server import LocalServer, fetch_jars, free_port
from tests.kg.conftest import LIB, Neo4j, absent, command

PASSWORD = "a-password-of-the-test"


@pytest.fixture
def ours(neo4j: Neo4j) -> Path:
    if neo4j.home is None:
        pytest.skip("NEO4J_URI names a server that these tests did not start")
    return neo4j.home


def test_status_says_where_it_runs(neo4j: Neo4j, ours: Path) -> None:
    done = command("status", ours)
    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert found["running"]
    assert found["url"] == neo4j.url
    assert Path(f"/proc/{found['pid']}").exists() or not Path("/proc/self").exists()


def test_starting_it_again_changes_nothing(neo4j: Neo4j, ours: Path) -> None:
    before = json.loads(command("status", ours).stdout)
    assert json.loads(command("start", ours, "--port", str(free_port())).stdout) == before


def test_the_password_it_made_is_its_owners_alone(neo4j: Neo4j, ours: Path) -> None:
    file = Path(json.loads(command("status", ours).stdout)["password_file"])
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(neo4j.password) >= 20
    for other in ("server.json", "server.log"):
        assert neo4j.password not in (ours / other).read_text()


def test_it_keeps_its_data_and_its_password(ours: Path, tmp_path: Path) -> None:
    home, settings = tmp_path / "home", {"DIFFERENTIA_NEO4J_PASSWORD": PASSWORD}
    for action in ("CREATE (n:Kept {n: 1}) RETURN n.n AS n", "MATCH (n:Kept) RETURN n.n AS n"):
        started = json.loads(command("start", home, "--port", str(free_port()), **settings).stdout)
        assert started["password_file"] is None
        connection = Connection(started["url"], "neo4j", PASSWORD)

        def work(tx: object, query: str = action) -> list[int]:
            return [row["n"] for row in tx.rows(query)]  # type: ignore[attr-defined]

        assert connection.write(work) == [1]
        connection.close()
        assert json.loads(command("stop", home).stdout)["stopped"]
    assert command("status", home).returncode == 1
    assert not json.loads(command("stop", home).stdout)["stopped"]
    assert PASSWORD not in "".join(
        f.read_text(errors="replace") for f in home.iterdir() if f.is_file()
    )


def server(tmp_path: Path) -> LocalServer:
    return LocalServer(tmp_path / "home", LIB)


def test_a_port_that_is_taken_is_named(ours: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StoreError, match=f"Port {port}"):
            server(tmp_path).start(port)


def test_a_short_password_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(InvalidField, match="8 characters"):
        server(tmp_path).start(free_port(), "short")
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(("missing", "name"), [("java", "Java"), ("mvn", "Maven")])
def test_what_is_not_installed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str, name: str
) -> None:
    (tmp_path / "java").write_text("#!/bin/sh\n")
    (tmp_path / "java").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path if missing == "mvn" else tmp_path / "none"))
    with pytest.raises(StoreError, match=f"{name} is not installed"):
        LocalServer(tmp_path / "home", tmp_path / "lib").start(free_port(), PASSWORD)


def test_maven_that_fails_leaves_no_jars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    maven = tmp_path / "mvn"
    maven.write_text('#!/bin/sh\necho "[ERROR] no such artifact"\nexit 1\n')
    maven.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(StoreError, match="no such artifact"):
        fetch_jars(tmp_path / "lib")
    assert not list(tmp_path.glob("*lib*"))


def test_a_server_that_ends_at_once_says_why(ours: Path, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "data").write_text("no folder")
    with pytest.raises(StoreError, match="did not start") as error:
        server(tmp_path).start(free_port(), PASSWORD)
    assert PASSWORD not in str(error.value)
    assert not server(tmp_path).status().running


def test_another_process_with_that_id_is_not_the_server(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "server.json").write_text(json.dumps({"pid": os.getpid(), "port": 7687}))
    assert not server(tmp_path).status().running
    assert not server(tmp_path).stop()


def test_in_ci_a_skip_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception):
        absent("there is no Java")
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception):
        absent("there is no Java")
