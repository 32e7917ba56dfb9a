"""A hospital's own Turtle file: checked, loaded, ranked with its source named, taken away."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kg.shapes import validate_rdf
from tests.conftest import SOURCES

FILE = Path(__file__).resolve().parents[2] / "examples" / "hospital.ttl"
NAME = "example-hospital"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    from api.cli import main

    monkeypatch.setenv("DIFFERENTIA_HOME", str(tmp_path))

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(main, list(arguments))

    sources = [f"--source={name}={files[0]}" for name, files in SOURCES.items()]
    assert invoke("build", *sources).exit_code == 0
    return invoke


def answer(result: Result) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_it_keeps_to_the_shapes() -> None:
    assert validate_rdf(FILE) == []


def test_it_loads_appears_with_its_source_and_unloads(run: Run) -> None:
    asked = ("diagnose", "--finding", "HP:0001251", "--absent", "HP:0001250", "--top", "30")
    before = answer(run(*asked, "--format", "json"))
    assert run("kg", "validate", f"{NAME}={FILE}").exit_code == 0
    loaded = answer(run("kg", "load", f"{NAME}={FILE}", "--activate", "--json"))
    assert loaded["counts"]["diseases"] == 28
    found = answer(run(*asked, "--format", "json"))
    own = [h for h in found["differential"] if h["label"].startswith("Invented")]
    assert len(own) == 20
    rows = [a for h in own for c in h["contributions"] for a in c["assertions"]]
    assert {a["source"] for a in rows} == {NAME}
    assert rows
    assert all(a["references"] == ["h:register-2026"] for a in rows)
    assert NAME in found["versions"]
    assert run("kg", "unload", NAME, "--activate").exit_code == 0
    after = answer(run(*asked, "--format", "json"))
    assert after == before
