"""What only Neo4j can do wrong: logins, other hands in the database, other servers."""

from __future__ import annotations

import logging
import re
import socket
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from api.case_store import keep
from api.compiled import compile_release
from api.intake import CodedFinding
from api.service import Service
from domain.errors import InvalidField, ReleaseCorrupt, StoreError
from kg.bolt_connection import check_version
from kg.bolt_releases import BoltReleases
from kg.server import free_port
from tests.conftest import SOURCES
from tests.kg.conftest import Neo4j, again, close

ROOT = Path(__file__).resolve().parents[2]
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
