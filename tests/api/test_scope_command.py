"""`differentia diagnose --scope common`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import main


@pytest.fixture
def diagnose(figures_home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Diagnoses cardiomegaly among the toys with figures."""
    monkeypatch.setenv("DIFFERENTIA_HOME", str(figures_home))

    def invoke(*arguments: str) -> Result:
        given = ("diagnose", "--finding", "HP:0001640", *arguments)
        return CliRunner().invoke(main, list(given))

    return invoke


def test_a_setting_is_taken_and_said(diagnose: Callable[..., Result]) -> None:
    done = diagnose("--scope", "Common", "--setting", "ward", "--format", "json")
    assert done.exit_code == 0, done.output
    body = json.loads(done.stdout)
    assert (body["scope"]["asked"], body["scope"]["setting"]) == ("common", "ward")
    assert body["differential"][0]["disease"] == "DX:toy-failure"


def test_the_text_shows_figures_and_what_must_not_be_missed(
    diagnose: Callable[..., Result],
) -> None:
    done = diagnose("--scope", "common")
    assert done.exit_code == 0, done.output
    said = " ".join(done.stdout.split())
    assert "in patients with the disease who were tested: 74%" in said
    assert "Must not be missed" in said
    assert "PMID:11" in said


@pytest.mark.parametrize(
    ("option", "value", "known"),
    [("scope", "all of it", "rare, common"), ("setting", "home", "ward")],
)
def test_another_word_is_refused_with_those_that_there_are(
    diagnose: Callable[..., Result], option: str, value: str, known: str
) -> None:
    done = diagnose(f"--{option}", value)
    assert done.exit_code == 2
    assert known in done.stderr


@pytest.mark.parametrize("option", ["--counterfactuals", "--codes=MESH"])
def test_what_scope_common_does_not_have_is_refused(
    diagnose: Callable[..., Result], option: str
) -> None:
    done = diagnose("--scope", "common", option)
    assert done.exit_code == 2
    assert option.partition("=")[0] in done.stderr
    assert "scope rare" in done.stderr
