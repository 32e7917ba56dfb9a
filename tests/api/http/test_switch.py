"""A release switched from outside is followed by a running application, whole answers only."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from api.http.app import create_app
from api.service import Service
from api.settings import Settings
from domain.errors import StoreError
from kg.release import Home
from reasoning.ranking import Ranker
from tests.conftest import DATA, SOURCES

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from reasoning.ranking import Ranking

ASKED = {"text": "Girl with ataxia.", "findings": [{"concept": "HP:0001250", "state": "present"}]}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases; in the second, the ataxia of a disease is never seen."""
    home = tmp_path_factory.mktemp("switch")
    other = home / "other.hpoa"
    other.write_text((DATA / "toy.hpoa").read_text("utf-8").replace("6/11", "0/11"), "utf-8")
    outside = Service(Settings(home=home))
    for hpoa in (DATA / "toy.hpoa", other):
        outside.build(SOURCES | {"hpoa": [hpoa]})
    return home


@pytest.fixture
def outside(home: Path) -> Home:
    """Another process's view of the home; the first release is active."""
    (home / "load-log.jsonl").unlink(missing_ok=True)
    releases = Service(Settings(home=home)).releases
    assert isinstance(releases, Home)
    releases.activate(releases.ids()[0])
    return releases


@pytest.fixture
def client(home: Path) -> FlaskClient:
    return create_app(Service(Settings(home=home))).test_client()


def ask(client: FlaskClient) -> bytes:
    response = client.post("/v1/differentials", json=ASKED)
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.get_data()


def test_the_next_request_answers_from_the_release_switched_to(
    client: FlaskClient, outside: Home
) -> None:
    first, second = outside.ids()
    before = ask(client)
    assert client.get("/readyz").get_json()["versions"]["release"] == first
    outside.activate(second)
    after = client.post("/v1/differentials", json=ASKED).get_json()
    assert after["versions"]["release"] == second
    assert client.get("/readyz").get_json()["versions"]["release"] == second
    assert second.encode() not in before
    assert Service(Settings(home=outside.path)).loader.rollback() == (second, first)
    assert ask(client) == before


def test_concepts_and_the_page_follow_too(
    client: FlaskClient, outside: Home, tmp_path: Path
) -> None:
    assert client.get("/v1/concepts?q=qovvkarb").get_json()["concepts"] == []
    renamed = tmp_path / "renamed.obo"
    renamed.write_text(
        (DATA / "toy.obo").read_text("utf-8").replace("name: Ataxia", "name: Qovvkarb"), "utf-8"
    )
    service = Service(Settings(home=outside.path))
    made, _ = service.build(SOURCES | {"hpo": [renamed]})
    service.releases.activate(made)
    try:
        found = client.get("/v1/concepts?q=qovvkarb").get_json()["concepts"]
        assert found[0]["id"] == "HP:0001251"
        page = client.post("/", data={"text": "Girl with qovvkarb."}).get_data(as_text=True)
        assert "HP:0001251" in page
    finally:
        service.releases.activate(next(i for i in outside.ids() if i != made))
        shutil.rmtree(outside.folder(made))


def test_a_switch_in_the_middle_of_a_request_waits_for_the_next(
    client: FlaskClient, outside: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, second = ask(client), outside.ids()[1]
    rank = Ranker.rank

    def switched(*args: Any, **named: Any) -> Ranking:
        outside.activate(second)
        return rank(*args, **named)

    with monkeypatch.context() as patched:
        patched.setattr(Ranker, "rank", switched)
        assert ask(client) == before
    assert second.encode() in ask(client)


def test_threads_never_see_a_mixture(home: Path, outside: Home) -> None:
    app = create_app(Service(Settings(home=home)))
    answers = set()
    for release in outside.ids():
        outside.activate(release)
        answers.add(ask(app.test_client()))
    assert len(answers) == 2
    seen: list[bytes] = []
    stop = threading.Event()

    def keep_asking() -> None:
        client = app.test_client()
        while not stop.is_set():
            seen.append(ask(client))

    threads = [threading.Thread(target=keep_asking) for _ in range(3)]
    for thread in threads:
        thread.start()
    for turn in range(6):
        outside.activate(outside.ids()[turn % 2])
        count = len(seen)
        while len(seen) < count + 4 and any(t.is_alive() for t in threads):
            stop.wait(0.005)
    stop.set()
    for thread in threads:
        thread.join()
    assert set(seen) == answers


def test_a_release_named_in_the_settings_stays(home: Path, outside: Home) -> None:
    first, second = outside.ids()
    client = create_app(Service(Settings(home=home, release=first))).test_client()
    before = ask(client)
    outside.activate(second)
    assert ask(client) == before


def test_no_active_release_is_a_problem_and_not_an_old_answer(
    client: FlaskClient, outside: Home
) -> None:
    ask(client)
    (outside.path / "active").unlink()
    assert client.get("/readyz").status_code == 503
    assert client.post("/v1/differentials", json=ASKED).status_code == 503
    assert client.get("/healthz").status_code == 200


def test_a_database_is_asked_once_a_second_and_may_be_down(
    outside: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = outside.ids()
    service = Service(Settings(home=outside.path, store="bolt://127.0.0.1:1"))
    # The releases are the folder's: what is tested is how often they are asked.
    service.releases = outside
    clock, asked = [100.0], []
    active_id = Home.active_id

    def counted(self: Home) -> str | None:
        asked.append(clock[0])
        return active_id(self)

    def down(self: Home) -> str | None:
        asked.append(clock[0])
        raise StoreError("It does not answer.")

    monkeypatch.setattr("api.service.time.monotonic", lambda: clock[0])
    monkeypatch.setattr(Home, "active_id", counted)
    assert service.current() is service.current()
    monkeypatch.setattr(Home, "active_id", active_id)
    outside.activate(second)
    monkeypatch.setattr(Home, "active_id", counted)
    assert service.current().release == first
    assert len(asked) == 1
    clock[0] += 1.01
    assert service.current().release == second
    assert service.current().releases is outside
    clock[0] += 1.01
    monkeypatch.setattr(Home, "active_id", down)
    for _ in range(3):
        assert service.current().release == second
    assert len(asked) == 3
    fresh = Service(Settings(home=outside.path, store="bolt://127.0.0.1:1"))
    fresh.releases = outside
    with pytest.raises(StoreError):
        fresh.current()
