"""A real Neo4j for the tests, and releases of both stores."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from api.compiled import compile_release
from api.service import Service
from api.settings import Settings
from kg.bolt_connection import Connection
from kg.bolt_releases import BoltReleases
from kg.release import Home
from kg.releases import Releases
from kg.server import LocalServer, free_port
from tests.conftest import SOURCES

ROOT = Path(__file__).resolve().parents[2]
#: The jars stay between runs; git ignores the folder.
LIB = ROOT / ".cache" / "neo4j" / "lib"
#: A server that lives for a minute starts sooner when it compiles less.
SHORT_LIVED = {"JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}


@dataclass(frozen=True, kw_only=True)
class Neo4j:
    """Where the tests' server is, and how to log in."""

    url: str
    user: str
    password: str
    home: Path | None = None

    def connection(self) -> Connection:
        return Connection(self.url, self.user, self.password)

    def releases(self, folder: Path) -> BoltReleases:
        return BoltReleases(self.url, (self.user, self.password), folder, compile_release)

    def settings(self, home: Path) -> Settings:
        return Settings(
            home=home, store=self.url, neo4j_user=self.user, neo4j_password=self.password
        )


def absent(why: str) -> None:
    """Skip, saying why; in CI a skip is a failure."""
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(f"CI must run the tests with Neo4j: {why}")
    pytest.skip(why)


@pytest.fixture(scope="session")
def neo4j(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neo4j]:
    """The server of NEO4J_URI, which must be empty; else one of our own."""
    if url := os.environ.get("NEO4J_URI"):
        given = Neo4j(
            url=url,
            user=os.environ.get("NEO4J_USER", "neo4j"),
            password=os.environ.get("NEO4J_PASSWORD", "neo4j"),
        )
        connection = given.connection()
        if connection.read("MATCH (n) RETURN n LIMIT 1"):
            pytest.fail(f"{url} is not empty, and these tests delete what they find.")
        connection.close()
        yield given
        return
    if shutil.which("java") is None or (not LIB.is_dir() and shutil.which("mvn") is None):
        absent("NO NEO4J: set NEO4J_URI, or install a JDK and Maven, to test the Neo4j store")
    home = tmp_path_factory.mktemp("neo4j")
    started = json.loads(command("start", home, "--port", str(free_port())).stdout)
    try:
        password = Path(started["password_file"]).read_text().strip()
        yield Neo4j(url=started["url"], user="neo4j", password=password, home=home)
    finally:
        assert json.loads(command("stop", home).stdout)["stopped"]
    assert not LocalServer(home, LIB).status().running


def command(
    name: str, home: Path, *options: str, **settings: str
) -> subprocess.CompletedProcess[str]:
    """`differentia neo4j NAME --home HOME --json`, as a person runs it."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("DIFFERENTIA_")}
    words = [
        "-c",
        "from api.cli import main; main()",
        "neo4j",
        name,
        "--home",
        str(home),
        "--json",
        *options,
    ]
    done = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=kept | {"DIFFERENTIA_HOME": str(ROOT / ".cache"), **SHORT_LIVED} | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    return done


def wipe(neo4j: Neo4j) -> None:
    connection = neo4j.connection()
    connection.write(lambda tx: tx.rows("MATCH (n) DETACH DELETE n"))
    connection.close()


@pytest.fixture
def empty(neo4j: Neo4j) -> Iterator[Neo4j]:
    """The server, with nothing in its database."""
    wipe(neo4j)
    yield neo4j
    wipe(neo4j)


@pytest.fixture(params=["file", "neo4j"])
def releases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Releases]:
    """No release yet, in each kind of store."""
    if request.param == "file":
        yield Home(tmp_path, compile_release)
        return
    made = request.getfixturevalue("empty").releases(tmp_path / "compiled")
    yield made
    made.close()


@pytest.fixture(params=["file", "neo4j"])
def any_service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Service]:
    """The toy release, active in each kind of store."""
    settings = Settings(home=tmp_path)
    if request.param == "neo4j":
        neo4j: Neo4j = request.getfixturevalue("empty")
        settings = neo4j.settings(tmp_path)
    service = Service(settings)
    service.releases.activate(service.build(SOURCES)[0])
    yield service
    close(service)


@pytest.fixture
def bolt(empty: Neo4j, tmp_path: Path) -> Iterator[Service]:
    """The toy release, active in Neo4j; its home holds no release."""
    service = Service(empty.settings(tmp_path))
    service.releases.activate(service.build(SOURCES)[0])
    yield service
    close(service)


def again(service: Service) -> Service:
    """Another service of the same settings, as a process started later would have."""
    return Service(replace(service.settings))


def close(service: Service) -> None:
    if isinstance(service.releases, BoltReleases):
        service.releases.close()
