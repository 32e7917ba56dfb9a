"""Loading over HTTP: jobs in processes of their own, seen through the addresses only."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from api.http.app import create_app
from api.http.kg_models import JobOut, JobsOut, ManifestOut, ReleasesOut
from api.jobs import board as boards
from api.jobs.board import Board
from api.jobs.record import Asked
from api.service import Service
from api.settings import Settings
from tests.conftest import DATA

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

TOKEN = "a token of the tests"
ADMIN = {"Authorization": f"Bearer {TOKEN}"}
JOBS = "/v1/kg/jobs"
HPOA = (DATA / "toy.hpoa").read_text("utf-8")
LONGEST_S = 60.0


@pytest.fixture
def settings(toy_home: Path, tmp_path: Path) -> Settings:
    home = tmp_path / "home"
    shutil.copytree(toy_home, home)
    return Settings(home=home, admin_token=TOKEN, max_upload_mb=1)


@pytest.fixture
def client(settings: Settings) -> FlaskClient:
    return create_app(Service(settings)).test_client()


def post(client: FlaskClient, job: dict[str, object], **files: str) -> TestResponse:
    """Send a job, with uploaded files by source where there are any."""
    if not files:
        return client.post(JOBS, json=job, headers=ADMIN)
    parts: dict[str, Any] = {
        name: (io.BytesIO(text.encode()), f"../{name}.hpoa") for name, text in files.items()
    }
    return client.post(JOBS, data={"job": json.dumps(job), **parts}, headers=ADMIN)


def ended(client: FlaskClient, address: str) -> dict[str, Any]:
    until = time.monotonic() + LONGEST_S
    while True:
        body: dict[str, Any] = client.get(address, headers=ADMIN).get_json()
        JobOut.model_validate(body)
        if body["state"] in ("done", "failed"):
            return body
        assert time.monotonic() < until, body
        time.sleep(0.05)


def run(client: FlaskClient, job: dict[str, object], **files: str) -> dict[str, Any]:
    """Send a job and wait for its end."""
    response = post(client, job, **files)
    assert response.status_code == 202, response.get_data(as_text=True)
    queued = response.get_json()
    JobOut.model_validate(queued)
    assert queued["state"] == "queued"
    return ended(client, response.headers["Location"])


def active(client: FlaskClient) -> str:
    body = client.get("/v1/kg/releases", headers=ADMIN).get_json()
    ReleasesOut.model_validate(body)
    assert [r["id"] for r in body["releases"] if r["active"]] == [body["active"]]
    return str(body["active"])


def first_disease(client: FlaskClient) -> str:
    asked = {"findings": [{"concept": "HP:0001251", "state": "present"}], "top": 1}
    answer = client.post("/v1/differentials", json=asked).get_json()
    return str(answer["differential"][0]["disease"])


def test_without_a_token_in_the_settings_there_is_nothing(toy_service: Service) -> None:
    client = create_app(toy_service).test_client()
    for path in (JOBS, "/v1/kg/releases"):
        assert client.get(path, headers=ADMIN).status_code == 404
    assert client.post(JOBS, json={"action": "gc"}, headers=ADMIN).status_code == 404
    assert not [p for p in client.get("/openapi.json").get_json()["paths"] if "/kg/" in p]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer a token of the test"},
        {"Authorization": "Bearer é"},
        {"Authorization": "Basic YTphIHRva2VuIG9mIHRoZSB0ZXN0cw=="},
    ],
)
def test_the_token_is_asked_for_everywhere(client: FlaskClient, headers: dict[str, str]) -> None:
    for method, path in (
        ("POST", JOBS),
        ("GET", JOBS),
        ("GET", f"{JOBS}/x"),
        ("GET", f"{JOBS}/x/plan.html"),
        ("GET", "/v1/kg/releases"),
        ("GET", "/v1/kg/releases/x"),
    ):
        response = client.open(path, method=method, headers=headers)
        assert response.status_code == 401
        assert response.content_type == "application/problem+json"
        assert response.headers["WWW-Authenticate"].startswith("Bearer ")
    assert client.get("/healthz").status_code == 200


def test_the_token_is_never_shown(settings: Settings) -> None:
    assert TOKEN not in repr(settings)


def test_a_loaded_and_activated_file_answers_the_next_request(client: FlaskClient) -> None:
    old = active(client)
    assert first_disease(client) == "TOY:1"
    changed = HPOA.replace("6/11", "0/90").replace("1/1\t", "0/1\t")
    body = run(client, {"action": "load", "activate": True}, hpoa=changed)
    assert body["state"] == "done", body
    assert (body["done"], body["total"]) == (6, 6)
    assert body["asked"] == {
        "action": "load",
        "activate": True,
        "files": {"hpoa": ["hpoa.hpoa"]},
    }
    result = body["result"]
    assert result["new"]
    assert result["active"] == result["release"] == active(client) != old
    assert first_disease(client) != "TOY:1"
    manifest = client.get(f"/v1/kg/releases/{result['release']}", headers=ADMIN).get_json()
    ManifestOut.model_validate(manifest)
    assert [s["name"] for s in manifest["sources"]] == ["common", "hpo", "hpoa", "omim_orphanet"]
    back = run(client, {"action": "rollback"})
    assert back["result"] == {"active": old, "before": result["release"]}
    assert first_disease(client) == "TOY:1"
    there = run(client, {"action": "activate", "release": result["release"]})
    assert there["result"] == {"active": result["release"], "before": old}
    run(client, {"action": "activate", "release": old})
    assert run(client, {"action": "gc", "keep": 0})["result"] == {"deleted": [result["release"]]}
    listed = client.get(JOBS, headers=ADMIN).get_json()
    JobsOut.model_validate(listed)
    did = [j["asked"]["action"] for j in listed["jobs"]]
    assert did == ["gc", "activate", "activate", "rollback", "load"]


def test_a_plan_is_in_numbers_and_to_browse_and_changes_nothing(
    client: FlaskClient, settings: Settings
) -> None:
    releases = sorted((settings.home / "releases").rglob("*"))
    body = run(client, {"action": "plan"}, hpoa=HPOA.replace("6/11", "2/11"))
    assert body["state"] == "done", body
    assert body["result"]["changed"] == 1
    assert body["result"]["stopped_by"] == 0
    assert body["result"]["changes"] == {"hpoa": {"frequency changed": 1}}
    assert body["result"]["active"] == active(client) != body["result"]["release"]
    address = f"{JOBS}/{body['id']}"
    with client.get(f"{address}/changes.tsv", headers=ADMIN) as table:
        assert "6/11" in table.get_data(as_text=True)
    with client.get(f"{address}/plan.html", headers=ADMIN) as page:
        assert page.content_type.startswith("text/html")
        assert page.headers["Content-Disposition"].startswith("attachment")
    for other in ("alive", "sources", "..", "plan.tsv"):
        assert client.get(f"{address}/{other}", headers=ADMIN).status_code == 404
    assert sorted((settings.home / "releases").rglob("*")) == releases
    assert not list((settings.home / "jobs").rglob("*.hpoa"))


def test_a_source_of_a_hospital_s_own_comes_and_goes(client: FlaskClient) -> None:
    own = "\n".join(line for line in HPOA.splitlines() if not line.startswith("TOY:"))
    own += "\nOWN:1\tOwn ataxia\t\tHP:0001251\tPMID:1\tPCS\t\t30/30\t\t\tP\tOWN:us[2025-01-01]\n"
    body = run(client, {"action": "load", "activate": True}, hospital=own)
    assert body["state"] == "done", body
    assert first_disease(client) == "OWN:1"
    gone = run(client, {"action": "unload", "without": ["hospital"], "activate": True})
    assert gone["state"] == "done", gone
    assert not gone["result"]["new"]
    assert first_disease(client) == "TOY:1"


def test_what_is_in_a_file_is_never_said_again(client: FlaskClient) -> None:
    before = active(client)
    secret = HPOA.replace("HP:0001639", "Zebulon Quux has leprosy", 1)
    body = run(client, {"action": "load"}, hpoa=secret)
    assert body["state"] == "failed"
    problem = body["problem"]
    assert problem["type"].endswith("bad-source")
    assert problem["file"] == "hpoa.hpoa"
    assert problem["line"] == next(
        n for n, line in enumerate(secret.splitlines(), 1) if "Quux" in line
    )
    assert "Quux" not in json.dumps(body)
    assert "/" not in problem["detail"].replace("hpoa.hpoa", "")
    assert active(client) == before


def test_a_gate_stops_a_load_and_force_opens_it(client: FlaskClient) -> None:
    dangling = HPOA.replace("HP:0002650", "HP:7777777", 1)
    body = run(client, {"action": "load"}, hpoa=dangling)
    assert body["state"] == "failed"
    assert body["problem"]["type"].endswith("gate-refused")
    assert "HP:7777777" in body["problem"]["detail"]
    assert '"force": true' in body["problem"]["mend"]
    planned = run(client, {"action": "plan"}, hpoa=dangling)["result"]
    assert planned["stopped_by"] == len(planned["errors"]) > 0


def test_a_release_that_is_not_there(client: FlaskClient) -> None:
    body = run(client, {"action": "activate", "release": "0123456789ab"})
    assert body["state"] == "failed"
    assert body["problem"]["type"].endswith("no-release")
    for release in ("0123456789ab", "active", "~", "..."):
        assert client.get(f"/v1/kg/releases/{release}", headers=ADMIN).status_code == 404
    for job in ("20250101T000000000000-00000000", "..", "lock"):
        assert client.get(f"{JOBS}/{job}", headers=ADMIN).status_code == 404


@pytest.mark.parametrize(
    ("job", "location"),
    [
        ({}, "action"),
        ({"action": "Quux"}, "action"),
        ({"action": "gc", "force": True}, "request"),
        ({"action": "activate"}, "request"),
        ({"action": "activate", "release": "/etc/Quux"}, "release"),
        ({"action": "unload"}, "request"),
        ({"action": "load", "catalogue": ["../Quux"]}, "catalogue[0]"),
        ({"action": "load", "sources": {"hpo": "/etc/Quux"}}, "request"),
        ({"action": "gc", "keep": -1}, "keep"),
    ],
)
def test_a_job_that_does_not_fit_is_refused_before_it_begins(
    client: FlaskClient, settings: Settings, job: dict[str, object], location: str
) -> None:
    response = post(client, job)
    assert response.status_code == 422
    assert [e["location"] for e in response.get_json(force=True)["errors"]] == [location]
    assert "Quux" not in response.get_data(as_text=True)
    assert not (settings.home / "jobs").exists()


@pytest.mark.parametrize(
    ("job", "part"),
    [
        ({"action": "gc"}, "hpoa"),
        ({"action": "unload", "without": ["hpoa"]}, "hpoa"),
        ({"action": "rollback"}, "decisions"),
        ({"action": "load"}, "../Quux"),
        ({"action": "load"}, "Quux Quux"),
    ],
)
def test_a_file_that_does_not_fit(client: FlaskClient, job: dict[str, object], part: str) -> None:
    response = post(client, job, **{part: HPOA})
    assert response.status_code == 422
    assert "Quux" not in response.get_data(as_text=True)


def test_too_large_an_upload_and_another_kind_of_body(client: FlaskClient) -> None:
    kind = "multipart/form-data; boundary=x"
    response = client.post(JOBS, data=b"x" * 1_000_001, content_type=kind, headers=ADMIN)
    assert response.status_code == 413
    assert "1,000,000 bytes" in response.get_json(force=True)["mend"]
    plain = client.post(JOBS, data="x", content_type="text/plain", headers=ADMIN)
    assert plain.status_code == 415
    broken = client.post(JOBS, data="{", content_type="application/json", headers=ADMIN)
    assert broken.status_code == 400
    not_json = client.post(JOBS, data={"job": "Quux", "f": (io.BytesIO(), "f")}, headers=ADMIN)
    assert not_json.status_code == 422
    assert "Quux" not in not_json.get_data(as_text=True)


def test_one_job_at_a_time_whichever_worker_is_asked(
    client: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    spawn: Callable[..., None] = Board._spawn
    held: list[int] = []

    def keep(self: Board, job_id: str, *locks: int) -> None:
        # Stands for the job's process, which has both locks until it ends.
        held.extend(os.dup(lock) for lock in locks)

    monkeypatch.setattr(Board, "_spawn", keep)
    address = post(client, {"action": "rollback"}).headers["Location"]
    monkeypatch.setattr(Board, "_spawn", spawn)
    other = create_app(Service(settings)).test_client()
    refused = post(other, {"action": "gc"})
    assert refused.status_code == 409
    assert refused.content_type == "application/problem+json"
    assert other.get(address, headers=ADMIN).get_json()["state"] == "queued"
    for lock in held:
        os.close(lock)
    died = other.get(address, headers=ADMIN).get_json()
    JobOut.model_validate(died)
    assert died["state"] == "failed"
    assert died["problem"]["type"].endswith("job-died")
    assert run(other, {"action": "gc"})["state"] == "done"
    assert other.get(address, headers=ADMIN).get_json()["state"] == "failed"


def test_a_job_whose_process_is_killed_has_failed_and_the_next_one_runs(
    client: FlaskClient, settings: Settings
) -> None:
    before, answer = active(client), first_disease(client)
    changed = HPOA.replace("6/11", "2/11")
    address = post(client, {"action": "load", "activate": True}, hpoa=changed).headers["Location"]
    alive = settings.home / "jobs" / address.rpartition("/")[2] / "alive"
    os.kill(int(alive.read_text()), signal.SIGKILL)
    body = ended(client, address)
    assert body["state"] == "failed"
    assert body["problem"]["type"].endswith("job-died")
    assert (active(client), first_disease(client)) == (before, answer)
    body = run(client, {"action": "load", "activate": True}, hpoa=changed)
    assert body["state"] == "done", body
    assert not list((settings.home / "jobs").rglob("*.hpoa"))


def test_a_job_outlives_the_worker_that_started_it(client: FlaskClient, settings: Settings) -> None:
    script = (
        "import os, sys; from pathlib import Path; from api.jobs.board import Board;"
        "from api.jobs.record import Asked; from api.settings import Settings;"
        "job = Board(Settings(home=Path(sys.argv[1]))).start(Asked(action='gc'), lambda f: None);"
        "print(job.id, flush=True); os._exit(1)"
    )
    worker = subprocess.run(
        [sys.executable, "-c", script, str(settings.home)], capture_output=True, text=True
    )
    assert worker.returncode == 1, worker.stderr
    assert ended(client, f"{JOBS}/{worker.stdout.strip()}")["result"] == {"deleted": []}


def test_old_jobs_are_forgotten(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boards, "KEPT", 2)
    monkeypatch.setattr(Board, "_spawn", lambda self, job_id, *locks: None)
    board = Board(settings)
    made = [board.start(Asked(action="gc"), lambda folder: None) for _ in range(5)]
    ids = [job.id for job in made if job is not None]
    # Two from before, and the one that has just begun.
    assert [job.id for job in board.all()] == ids[:1:-1]
    assert {p.name for p in board.path.iterdir() if p.is_dir()} == set(ids[2:])


def test_a_full_disk_is_said_and_leaves_no_job(
    client: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, *args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("werkzeug.datastructures.FileStorage.save", full)
        response = post(client, {"action": "load"}, hpoa=HPOA)
    assert response.status_code == 507
    assert client.get(JOBS, headers=ADMIN).get_json() == {"jobs": []}
    assert [p.name for p in (settings.home / "jobs").iterdir()] == ["lock"]


def test_the_description_has_every_address_and_the_token(client: FlaskClient) -> None:
    described = client.get("/openapi.json").get_json()
    paths = {p: v for p, v in described["paths"].items() if p.startswith("/v1/kg/")}
    assert set(paths) == {
        "/v1/kg/jobs",
        "/v1/kg/jobs/{job}",
        "/v1/kg/jobs/{job}/{file}",
        "/v1/kg/releases",
        "/v1/kg/releases/{release}",
    }
    for path in paths.values():
        for operation in path.values():
            assert operation["security"] == [{"admin": []}]
            assert "401" in operation["responses"]
    assert described["components"]["securitySchemes"]["admin"]["scheme"] == "bearer"
    body = paths["/v1/kg/jobs"]["post"]["requestBody"]["content"]
    assert set(body) == {"application/json", "multipart/form-data"}
    assert {"Problem", "JobOut", "ReleasesOut"} <= set(described["components"]["schemas"])
    assert all(
        not isinstance(v, dict) or "security" not in v
        for path, operations in described["paths"].items()
        if not path.startswith("/v1/kg/")
        for v in operations.values()
    )
