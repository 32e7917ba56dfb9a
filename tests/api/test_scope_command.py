"""`differentia diagnose --scope`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api import common
from api.cli import main
from api.intake import CodedFinding
from api.service import Service
from domain.errors import InvalidField
from domain.figures import Setting


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
    [("scope", "all of it", "rare, common, all"), ("setting", "home", "ward")],
)
def test_another_word_is_refused_with_those_that_there_are(
    diagnose: Callable[..., Result], option: str, value: str, known: str
) -> None:
    done = diagnose(f"--{option}", value)
    assert done.exit_code == 2
    assert known in done.stderr


@pytest.mark.parametrize("scope", ["common", "all"])
@pytest.mark.parametrize("option", ["--counterfactuals", "--codes=MESH"])
def test_what_only_scope_rare_has_is_refused_by_name(
    diagnose: Callable[..., Result], option: str, scope: str
) -> None:
    done = diagnose("--scope", scope, option)
    assert done.exit_code == 2
    assert option.partition("=")[0] in done.stderr
    assert "scope rare" in done.stderr


@pytest.mark.parametrize("asked", [(), ("--scope", "all")], ids=["default", "asked"])
def test_all_is_ranked_where_the_release_has_figures(
    diagnose: Callable[..., Result], asked: tuple[str, ...]
) -> None:
    done = diagnose(*asked, "--setting", "primary", "--format", "json")
    assert done.exit_code == 0, done.output
    body = json.loads(done.stdout)
    assert (body["scope"]["asked"], body["scope"]["setting"]) == ("all", "primary")
    assert {"DX:toy-failure", "TOY:2"} <= {r["disease"] for r in body["differential"]}


def test_scope_rare_is_the_default_where_it_has_no_figures(run: Callable[..., Result]) -> None:
    done = run("diagnose", "--finding", "HP:0001640", "--format", "json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["scope"]["asked"] == "rare"


def test_scope_all_is_refused_where_it_has_no_figures(run: Callable[..., Result]) -> None:
    done = run("diagnose", "--finding", "HP:0001640", "--scope", "all")
    assert done.exit_code == 2
    assert "no figures of common disease" in done.stderr
    assert "`common`" in done.stderr


def test_what_only_scope_rare_has_asks_for_it(
    diagnose: Callable[..., Result], tmp_path: Path
) -> None:
    prior = tmp_path / "prior.tsv"
    rows = "disease\tgroup\tfigure\treference\nTOY:1\t\t20\tregister 2024\n"
    prior.write_text(f"# source: our clinic\n{rows}", "utf-8")
    for options in (("--counterfactuals",), ("--prior", str(prior))):
        done = diagnose(*options, "--format", "json")
        assert done.exit_code == 0, done.output
        assert json.loads(done.stdout)["scope"]["asked"] == "rare"
    refused = diagnose("--codes", "MESH")
    assert refused.exit_code == 2
    assert "no codes of that system" in refused.stderr


def test_the_text_of_all_names_both_kinds_and_no_percentage(
    diagnose: Callable[..., Result],
) -> None:
    done = diagnose()
    assert done.exit_code == 0, done.output
    said = " ".join(done.stdout.split())
    assert "2 common and emergency diseases" in said
    assert "Toy heart failure" in said
    assert "Toy cardiomyopathy" in said
    assert "Must not be missed" in said
    assert "measured against the same background" in said
    assert "No percentages" in said


@pytest.fixture
def explain(figures_home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Explains a disease for cardiomegaly among the toys with figures."""
    monkeypatch.setenv("DIFFERENTIA_HOME", str(figures_home))

    def invoke(disease: str, *arguments: str) -> Result:
        given = ("explain", disease, "--finding", "HP:0001640", *arguments)
        return CliRunner().invoke(main, list(given))

    return invoke


@pytest.mark.parametrize("scope", ["common", "all"])
def test_a_common_disease_is_explained_as_it_is_ranked(
    diagnose: Callable[..., Result], explain: Callable[..., Result], scope: str
) -> None:
    ranked = json.loads(diagnose("--scope", scope, "--format", "json").stdout)["differential"]
    (listed,) = (r for r in ranked if r["disease"] == "DX:toy-failure")
    told = explain("DX:toy-failure", "--scope", scope, "--format", "json")
    assert told.exit_code == 0, told.output
    same = json.loads(told.stdout)["explained"]
    assert same["disease"] == "DX:toy-failure"
    assert (same["rank"], same["score"]) == (listed["rank"], pytest.approx(listed["score"]))


@pytest.mark.parametrize(
    ("options", "two"),
    [
        (("--scope", "common", "--setting", "ward"), ("MONDO:9999001", "DX:toy-failure")),
        (("--scope", "all"), ("TOY:2", "DX:toy-failure")),
        ((), ("TOY:2", "DX:toy-failure")),
        (("--scope", "rare"), ("TOY:2", "TOY:1")),
    ],
)
def test_two_diseases_are_compared_in_every_scope(
    figures_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    two: tuple[str, str],
) -> None:
    monkeypatch.setenv("DIFFERENTIA_HOME", str(figures_home))
    given = ("compare", "--finding", "HP:0001640", "--diseases", *two, *options)
    done = CliRunner().invoke(main, [*given, "--format", "json"])
    assert done.exit_code == 0, done.output
    body = json.loads(done.stdout)
    assert body["scope"]["asked"] == (options[1] if options else "all")
    found = body["comparison"]
    said = " ".join(CliRunner().invoke(main, list(given)).stdout.split())
    for name, side in (("A", found["one"]), ("B", found["other"])):
        assert f"{name}: {side['rank']}. {side['label']} ({side['disease']})" in said
    assert f"score {found['one']['score']:.2f} {found['other']['score']:.2f}" in said
    for s in found["separators"]:
        assert s["label"] in said


def test_comparing_with_a_prior_of_ones_own_asks_for_scope_rare(
    figures_home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DIFFERENTIA_HOME", str(figures_home))
    prior = tmp_path / "prior.tsv"
    rows = "disease\tgroup\tfigure\treference\nTOY:1\t\t20\tregister 2024\n"
    prior.write_text(f"# source: our clinic\n{rows}", "utf-8")
    given = ["compare", "--finding", "HP:0001640", "--diseases", "TOY:1", "TOY:2"]
    done = CliRunner().invoke(main, [*given, "--prior", str(prior), "--format", "json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["scope"]["asked"] == "rare"
    refused = CliRunner().invoke(main, [*given, "--prior", str(prior), "--scope", "all"])
    assert refused.exit_code == 2
    assert "--prior" in refused.stderr


def test_what_a_scope_does_not_rank_is_refused_by_name(explain: Callable[..., Result]) -> None:
    done = explain("HP:0001640", "--scope", "common")
    assert done.exit_code == 2
    assert "HP:0001640 is not ranked in scope common. Ask for scope all." in done.output


@pytest.mark.parametrize("scope", ["rare", "common", "all"])
def test_a_known_disease_is_refused_as_known(figures_service: Service, scope: str) -> None:
    finding = CodedFinding(concept="HP:0001640", state="present", system="toy", field="x")
    disease = "TOY:2" if scope == "rare" else "MONDO:9999001"
    case = figures_service.case(findings=[finding], known=[disease])

    def ask() -> object:
        if scope == "rare":
            return figures_service.explain(case, disease)
        return common.explain(figures_service, case, Setting.WARD, disease, scope)

    with pytest.raises(InvalidField, match=f"{disease} is known of this patient") as caught:
        ask()
    assert caught.value.field == "disease"
