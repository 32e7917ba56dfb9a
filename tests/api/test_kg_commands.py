"""`differentia kg`, from the command line, on the toy sources."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.conftest import SOURCES

Run = Callable[..., Result]
HPOA = SOURCES["hpoa"][0].read_text()
GOLDEN = {
    "id": "golden-1",
    "phenotypicFeatures": [{"type": {"id": "HP:0001251"}}, {"type": {"id": "HP:0007359"}}],
    "interpretations": [{"diagnosis": {"disease": {"id": "TOY:1", "label": "Toy"}}}],
}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `differentia` in a home of its own, where the toy release is active."""
    from api.cli import main

    monkeypatch.setenv("DIFFERENTIA_HOME", str(tmp_path / "home"))

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(main, list(arguments))

    sources = [f"--source={name}={files[0]}" for name, files in SOURCES.items()]
    assert invoke("build", *sources).exit_code == 0
    return invoke


@pytest.fixture
def golden(tmp_path: Path) -> str:
    folder = tmp_path / "golden"
    folder.mkdir()
    (folder / "one.json").write_text(json.dumps(GOLDEN))
    return str(folder)


def write(folder: Path, text: str, name: str = "new.hpoa") -> str:
    (folder / name).write_text(text)
    return f"hpoa={folder / name}"


def answer(result: Result) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_plan_then_load_then_activate_then_back(run: Run, tmp_path: Path, golden: str) -> None:
    (first,) = [r["id"] for r in answer(run("kg", "releases", "--json"))["releases"]]
    changed = write(tmp_path, HPOA.replace("6/11", "0/11").replace("1/1\t", "0/1\t"))
    planned = answer(run("kg", "plan", changed, "--golden", golden, "--json"))
    assert planned["changes"]["hpoa"] == {"frequency changed": 2}
    assert planned["golden"]["cases"] == 1
    page = Path(planned["page"])
    assert "frequency changed" in page.read_text()
    assert len((page.parent / "changes.tsv").read_text().splitlines()) == 3
    assert len(answer(run("kg", "releases", "--json"))["releases"]) == 1

    loaded = answer(run("kg", "load", changed, "--golden", golden, "--json"))
    assert (loaded["new"], loaded["active"]) == (True, first)
    assert loaded["release"] == planned["release"]
    diff = answer(run("kg", "diff", first, loaded["release"], "--golden", golden, "--json"))
    assert diff["changes"] == planned["changes"]

    assert run("kg", "activate", loaded["release"]).exit_code == 0
    back = run("kg", "rollback")
    assert back.exit_code == 0
    assert f"{first} is active again" in back.stdout
    assert loaded["release"] in run("kg", "gc", "--keep", "0").stdout


def test_a_golden_case_that_names_an_obsolete_term_is_reported(
    run: Run, tmp_path: Path, golden: str
) -> None:
    text = SOURCES["hpo"][0].read_text()
    old = "id: HP:0007359\nname: Focal-onset seizure\n"
    new = (
        "id: HP:0007359\nname: obsolete Focal-onset seizure\n"
        "is_obsolete: true\nreplaced_by: HP:0001250\n"
    )
    assert old in text
    block = text[text.index(old) :].split("\n\n")[0]
    (tmp_path / "next.obo").write_text(text.replace(block, new.rstrip()))
    planned = answer(
        run("kg", "plan", f"hpo={tmp_path / 'next.obo'}", "--golden", golden, "--json")
    )
    assert planned["golden"]["touched by obsolete terms"] == 1
    assert planned["movers"][0]["obsolete_terms"] == ["HP:0007359"]


def test_loading_with_an_error_is_refused_unless_forced(run: Run, tmp_path: Path) -> None:
    broken = write(tmp_path, HPOA.replace("HP:0002650", "HP:7777777", 1))
    refused = run("kg", "load", broken)
    assert refused.exit_code == 1
    assert "HP:7777777" in refused.stderr
    assert "--force" in refused.stderr
    assert run("kg", "load", broken, "--force").exit_code == 0


def test_validate_lists_issues_and_exits_with_one(run: Run, tmp_path: Path) -> None:
    assert run("kg", "validate").exit_code == 0
    broken = write(tmp_path, HPOA.replace("HP:0002650", "HP:7777777", 1))
    found = run("kg", "validate", broken, "--json")
    assert found.exit_code == 1
    codes = {i["code"] for i in json.loads(found.stdout)["issues"]}
    assert "dangling-id" in codes


def test_provenance_names_source_line_and_loader(run: Run) -> None:
    said = answer(run("kg", "provenance", "TOY:3", "HP:0002650", "--json"))["statements"]
    (statement,) = said
    assert statement["line"] == 12
    assert statement["version"] == "2025-01-02"
    assert statement["references"] == ["PMID:6"]
    assert statement["loaded_by"]
    assert statement["loaded_at"]
    assert "line 12" in run("kg", "provenance", "TOY:3", "HP:0002650").stdout


@pytest.mark.parametrize("command", ["plan", "load", "validate"])
def test_a_remote_address_needs_a_flag(run: Run, command: str) -> None:
    refused = run("kg", command, "own=https://host.invalid/own.ttl")
    assert refused.exit_code == 2
    assert "--allow-url" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("unload", "mondo"), "not in the active release"),
        (("activate", "0123456789ab"), "no release"),
        (("diff", "0123456789ab", "active"), "no release"),
        (("rollback",), "no earlier release"),
        (("load", "hpoa=/nowhere/x.hpoa"), "no such file"),
        (("load", "hpoa="), "names no file"),
        (("provenance", "TOY:99"), "not a concept"),
    ],
)
def test_what_cannot_be_done_is_said(run: Run, arguments: tuple[str, ...], message: str) -> None:
    result = run("kg", *arguments)
    assert result.exit_code in (1, 2)
    assert message in result.stderr
    assert "Traceback" not in result.output


def test_the_shipped_mapping_is_taken_away_and_brought_back(run: Run, golden: str) -> None:
    """It has no address: its name alone means the shipped file."""
    without = answer(run("kg", "plan", "--without", "omim_orphanet", "--golden", golden, "--json"))
    assert "omim_orphanet" not in without["changes"]
    (first,) = (r for r in answer(run("kg", "releases", "--json"))["releases"] if r["active"])
    assert "omim_orphanet" in first["sources"]
    answer(run("kg", "unload", "omim_orphanet", "--activate", "--golden", golden, "--json"))
    (second,) = (r for r in answer(run("kg", "releases", "--json"))["releases"] if r["active"])
    assert "omim_orphanet" not in second["sources"]
    answer(run("kg", "load", "omim_orphanet", "--activate", "--golden", golden, "--json"))
    (third,) = (r for r in answer(run("kg", "releases", "--json"))["releases"] if r["active"])
    assert third["id"] == first["id"]
