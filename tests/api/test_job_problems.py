"""What a job says of its failure."""

from __future__ import annotations

import errno
import json
import logging
from pathlib import Path

import pytest

from api.http.kg_models import JobProblem
from api.jobs.problem import problem_of
from domain.errors import (
    DifferentiaError,
    GateRefused,
    InvalidField,
    NotInstalled,
    ReleaseNotFound,
    SourceError,
    StoreError,
)
from ontologies import format as formats

SECRET = "Zebulon Quux's leprosy"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (SourceError("/in/a/job/x.obo", f"{SECRET!r} is no id.", line=3, mend="Mend it."), 422),
        (InvalidField("decisions", f"{SECRET!r} is no decision."), 422),
        (GateRefused("The load was stopped."), 409),
        (ReleaseNotFound("There is no such release."), 409),
        (StoreError("It does not answer."), 503),
        (NotInstalled("The driver", "neo4j"), 503),
        (OSError(errno.ENOSPC, "No space left on device", "/home/x"), 507),
        (RuntimeError(SECRET), 500),
        (OSError(errno.EACCES, "Permission denied", f"/home/{SECRET}"), 500),
    ],
)
def test_each_error_is_a_problem_without_what_a_file_holds(
    error: Exception, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        problem = problem_of(error, "load")
    JobProblem.model_validate(problem)
    assert problem["status"] == status
    assert isinstance(error, DifferentiaError) == ("instance" not in problem and status != 507)
    said = json.dumps(problem) + caplog.text
    for word in ("Zebulon", "Quux", "leprosy", "/in/a/job", "/home"):
        assert word not in said
    assert (problem.get("instance", "no number") in caplog.text) == (status == 500)


def test_an_identifier_may_be_said_again() -> None:
    error = SourceError("x.hpoa", "'HP:7777777' is dangling, 'Mr Quux' too.", line=1)
    detail = problem_of(error, "load")["detail"]
    assert "HP:7777777" in detail
    assert "Quux" not in detail


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a.obo", f"format-version: 1.2\n\n[Term]\nid: HP:1\nsynonym: {SECRET} EXACT []\n", 5),
        ("b.obo", f"format-version: 1.2\n\n[Term]\nid: {SECRET}\nname: x\n", 4),
        ("a.ttl", f"@prefix ex: <http://e/> .\nex:a ex:b {SECRET} .\n", 2),
        ("b.ttl", "@prefix ex: <http://e/> .\nex:a Zebulon:Quux ex:b .\n", 2),
        ("a.jsonld", '{"@context": {},\n "@id": Zebulon}', 2),
    ],
)
def test_a_malformed_file_is_named_with_its_line_and_not_quoted(
    tmp_path: Path, name: str, text: str, line: int
) -> None:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    with pytest.raises(SourceError) as error:
        formats.read(path, "own")
    problem = problem_of(error.value, "load")
    assert (problem["file"], problem["line"]) == (name, line)
    assert str(tmp_path) not in json.dumps(problem)
    assert "Zebulon" not in json.dumps(problem)
