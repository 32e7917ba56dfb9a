"""`differentia fit ranking`, what it writes, and what uses it, on the toy release."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result

from api import parameters
from api.evaluate import read_cohort
from api.fit import ByFold, card, examples, fit_all, fit_folds
from api.service import Service
from api.settings import Settings
from api.spread import Workers
from domain.errors import InvalidField
from reasoning.calibration import Calibration
from reasoning.evaluation import Setting, judge
from reasoning.fitting import LEAST_IN_BIN, scores
from reasoning.scorers.coverage import CoverageScorer

Run = Callable[..., Result]
#: Case, disease, present findings, publications; TOY:3 and TOY:4 share one.
CASES = (
    ("a1", "TOY:1", ("HP:0001251", "HP:0007359"), ("PMID:101",)),
    ("a2", "TOY:1", ("HP:0002066",), ("PMID:102",)),
    ("b1", "TOY:3", ("HP:0002650",), ("PMID:6",)),
    ("b2", "TOY:3", ("HP:0002650", "HP:0000252"), ("PMID:103", "PMID:105")),
    ("c1", "TOY:2", ("HP:0001639",), ("PMID:104",)),
    ("c2", "TOY:4", ("HP:0000252", "HP:0001250"), ("PMID:105",)),
    ("e1", "TOY:5", ("HP:0001250", "HP:0002650"), ("PMID:106",)),
    ("f1", "TOY:7", ("HP:0002197",), ("PMID:107",)),
    ("d1", "TOY:404", ("HP:0002202",), ("PMID:108",)),
)
GROUPS = 6
FINDINGS = ("--finding", "HP:0001251", "--finding", "HP:0007359", "--format", "json")


def write(path: Path, cases: Any = CASES) -> Path:
    lines = [
        json.dumps(
            {
                "id": case,
                "subject": {"id": case},
                "phenotypicFeatures": [{"type": {"id": i}} for i in present],
                "diseases": [{"term": {"id": disease, "label": "Toy"}}],
                "metaData": {"externalReferences": [{"id": i} for i in own]},
            }
        )
        for case, disease, present, own in cases
    ]
    path.write_text("\n".join(lines), "utf-8")
    return path


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    return write(tmp_path / "clinic.jsonl")


def fitted(run: Run, cases: Path, out: Path, *more: str) -> dict[str, Any]:
    result = run("fit", "ranking", str(cases), "--out", str(out), "--jobs", "1", *more)
    assert result.exit_code == 0, result.stderr
    found = json.loads(out.read_text("utf-8"), parse_constant=pytest.fail)
    assert isinstance(found, dict)
    return found


def answer(run: Run) -> dict[str, Any]:
    result = run("diagnose", *FINDINGS)
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    return found


def test_a_file_with_its_card_is_written(
    run: Run, cases: Path, tmp_path: Path, toy_service: Service
) -> None:
    found = fitted(run, cases, tmp_path / "p.json", "--folds", "3", "--seed", "4", "--data", "us")
    made = found["card"]
    assert found["scorer"] == "coverage"
    assert set(found["parameters"]) == set(CoverageScorer().settings())
    assert (made["seed"], made["folds"], made["cases"]) == (4, 3, len(CASES))
    assert (made["diseases"], made["groups"], made["data"]) == (7, GROUPS, "us")
    assert made["sources"] == toy_service.versions == found["calibration"]["versions"]
    assert len(made["weights_by_fold"]) == 3
    everything = made["cross_validated"]["nothing removed"]
    assert everything["cases"] == 8
    assert 0 <= everything["top-1"] <= everything["top-3"] <= everything["top-10"] == 1
    # PMID:6 is all that is known of TOY:3.
    assert made["cross_validated"]["own publication removed"]["cases"] == 7
    assert made["cross_validated"]["calibration, own publication removed"]["cases"] == len(CASES)
    text = (tmp_path / "p.json").read_text("utf-8")
    assert not any(f'"{case[0]}"' in text for case in CASES)
    assert "HP:" not in text


def test_the_name_of_the_file_stands_for_the_data(run: Run, cases: Path, tmp_path: Path) -> None:
    assert fitted(run, cases, tmp_path / "p.json", "--folds", "2")["card"]["data"] == cases.name


def test_a_seed_and_the_cases_decide_and_nothing_fitted_before(
    run: Run, cases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = fitted(run, cases, tmp_path / "1.json", "--folds", "2")
    other = once | {"parameters": once["parameters"] | {"coverage": 0.0, "cost": 1.0}}
    (tmp_path / "other.json").write_text(json.dumps(other), "utf-8")
    monkeypatch.setenv(parameters.SETTING, str(tmp_path / "other.json"))
    write(cases, CASES[::-1])
    assert fitted(run, cases, tmp_path / "2.json", "--folds", "2") == once


def test_the_setting_uses_the_file(
    run: Run, cases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = answer(run)
    found = fitted(run, cases, tmp_path / "p.json", "--folds", "2")
    found["parameters"] |= {"weight": 0.9, "coverage": 2.0}
    (tmp_path / "p.json").write_text(json.dumps(found), "utf-8")
    monkeypatch.setenv(parameters.SETTING, str(tmp_path / "p.json"))
    after = answer(run)
    assert "weight 0.9" in after["versions"]["scorer"]
    one, other = (
        next(h for h in d["differential"] if h["disease"] == "TOY:1") for d in (before, after)
    )
    shipped = parameters.shipped("coverage").parameters["weight"]
    for disease, weight in ((one, shipped), (other, 0.9)):
        for_it = [c for c in disease["contributions"] if c["finding"] is not None]
        strongest = max(for_it, key=lambda c: c["alone"])
        assert strongest["log_likelihood_ratio"] == pytest.approx(weight * strongest["alone"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "differentia-parameters/0"}, "the format is not"),
        ({"parameters": {"weight": "much"}}, "much"),
        ({"parameters": {"weight": float("nan")}}, "no finite number"),
        ({"parameters": {"wieght": 0.4}}, "has no 'wieght'"),
        ({"scorer": "likelihood"}, "for the scoring method 'likelihood'"),
        ({"scorer": "nonsense"}, "for the scoring method 'nonsense'"),
        ({"colour": "red"}, "colour"),
        ({"calibration": {}}, "scale"),
        ({"calibration": {"scale": 1, "ceiling": 1, "outside": [], "versions": {}}}, "1 to 3"),
        ({"calibration": {"scale": 0, "ceiling": 1, "outside": [1], "versions": {}}}, "above 0"),
        ({"calibration": {"scale": 1, "ceiling": 9, "outside": [1], "versions": {}}}, "ceiling"),
        ({"calibration": {"scale": 1, "ceiling": 1, "outside": [1], "versions": None}}, "None"),
    ],
)
def test_a_wrong_file_is_refused_by_name(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], message: str
) -> None:
    good = json.loads(parameters.shipped("coverage").dump())
    path = tmp_path / "p.json"
    path.write_text(json.dumps(good | change), "utf-8")
    monkeypatch.setenv(parameters.SETTING, str(path))
    result = run("diagnose", *FINDINGS)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"[]", b"{}", b"no JSON"])
def test_what_is_no_parameter_file_is_refused_by_name(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    path = tmp_path / "odd.json"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv(parameters.SETTING, str(path))
    result = run("diagnose", *FINDINGS)
    assert result.exit_code == 2
    assert parameters.SETTING in result.stderr
    assert "odd.json" in result.stderr.replace("\n", "")


def test_a_file_reads_back_as_it_was_written() -> None:
    found = parameters.shipped("coverage")
    assert parameters.Parameters.parse(found.dump(), "x") == found
    assert found.calibration.measured
    assert parameters.shipped("likelihood") == parameters.Parameters(scorer="likelihood")


def test_another_hospital_refits(
    toy_service: Service, cases: Path, tmp_path: Path, toy_home: Path
) -> None:
    """Thirty cases of theirs without publications: percentages are measured on those."""
    many = [
        (f"{case}-{i}", disease, present, ())
        for i in range(5)
        for case, disease, present, _ in CASES
    ]
    assert len(many) >= LEAST_IN_BIN
    made = {}
    for name, some in (("few", CASES), ("many", many)):
        cohort = read_cohort(toy_service, write(cases, some), per_disease=0)
        with Workers(toy_service, 1) as workers:
            found = examples(workers, cohort, lambda _: None)
        without = fit_folds(found, 2, seed=0)
        made[name] = card(toy_service, found, without, fit_all(found), seed=0, data=name)
    assert made["few"].calibration.measured == ""
    assert made["many"].calibration.measured == "45 cases with coded findings, 2 folds"
    calibrated = {}
    for name, file in made.items():
        path = tmp_path / f"{name}.json"
        path.write_text(file.dump(), "utf-8")
        service = Service(Settings(home=toy_home, parameters=str(path)))
        assert service.ranker.calibration == file.calibration
        case = read_cohort(service, cases, per_disease=1).covered[0].case
        calibrated[name] = service.diagnose(case).calibration
    assert not calibrated["few"].calibrated
    assert calibrated["many"].calibrated
    assert "45 cases" in calibrated["many"].statement
    assert "published" not in calibrated["many"].statement
    assert calibrated["many"].ceiling == made["many"].calibration.ceiling


def test_no_fold_saw_its_cases(toy_service: Service, cases: Path) -> None:
    cohort = read_cohort(toy_service, cases, per_disease=0)
    with Workers(toy_service, 1) as workers:
        found = examples(workers, cohort, lambda _: None)
    without = fit_folds(found, 3, seed=1)
    assert without.groups == GROUPS
    assert without.fold["b1"] == without.fold["b2"] == without.fold["c2"]
    for number, part in enumerate(without.fitted):
        kept = [pair for pair in found if without.fold[pair[0].case.id] != number]
        assert fit_all(kept) == part
    chooser = ByFold(folds=without)
    for known, some in found:
        ranker = chooser(toy_service, known)
        part = without.fitted[without.fold[known.case.id]]
        assert ranker.scorer.settings() == pytest.approx(part.parameters)
        assert ranker is chooser(toy_service, known)
        ranking = ranker.rank(known.case)
        expected = np.sort(scores(some[0], part.parameters))
        assert np.sort(ranking.scores) == pytest.approx(expected, abs=1e-4)
        outcome = judge(ranker, known.case, known.disease, Setting.EVERYTHING)
        assert outcome.posterior == pytest.approx(float(ranking.posterior.max()))


def test_cases_of_one_id_are_in_one_fold(toy_service: Service, tmp_path: Path) -> None:
    """Otherwise one would be answered by a fit that saw it."""
    twins = [("same" if case[0] in ("a1", "f1") else case[0], *case[1:]) for case in CASES]
    cohort = read_cohort(toy_service, write(tmp_path / "c.jsonl", twins), per_disease=0)
    with Workers(toy_service, 1) as workers:
        found = examples(workers, cohort, lambda _: None)
    assert fit_folds(found, 2, seed=0).groups == GROUPS - 1


def test_too_many_folds_are_refused(run: Run, cases: Path, tmp_path: Path) -> None:
    result = run("fit", "ranking", str(cases), "--out", str(tmp_path / "p"), "--folds", "40",
                 "--jobs", "1")  # fmt: skip
    assert result.exit_code == 2
    assert "--folds" in result.stderr
    assert "groups cannot make 40 folds" in " ".join(result.stderr.split())
    assert not (tmp_path / "p").exists()


def test_cases_without_findings_cannot_be_fitted_on(toy_service: Service, cases: Path) -> None:
    cohort = read_cohort(toy_service, cases, per_disease=0)
    bare = [replace(k, case=replace(k.case, observations=())) for k in cohort.covered]
    with Workers(toy_service, 1) as workers:
        found = examples(workers, replace(cohort, covered=tuple(bare)), lambda _: None)
    with pytest.raises(InvalidField, match="no case whose disease can be ranked"):
        fit_all(found)


def test_a_file_that_cannot_be_written_is_named(run: Run, cases: Path, tmp_path: Path) -> None:
    out = tmp_path / "missing" / "p.json"
    result = run("fit", "ranking", str(cases), "--out", str(out), "--folds", "2", "--jobs", "1")
    assert result.exit_code == 2
    assert "--out" in result.stderr


def test_evaluation_by_folds(run: Run, cases: Path) -> None:
    arguments = ("evaluate", "ranking", str(cases), "--folds", "2", "--json", "--jobs", "1")
    result = run(*arguments, "--scorer", "likelihood")
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout, parse_constant=pytest.fail)
    assert found["scorers"]["coverage"] == "coverage, 2-fold"
    measured = {(r["scorer"], r["setting"]) for r in found["results"]}
    assert measured == {(s, k.value) for s in ("coverage", "likelihood") for k in Setting}
    again = run(*arguments, "--scorer", "likelihood")
    assert json.loads(again.stdout) == found


@pytest.mark.parametrize("folds", ["0", "1", "many"])
def test_folds_are_two_or_more(run: Run, cases: Path, folds: str) -> None:
    result = run("evaluate", "ranking", str(cases), "--folds", folds)
    assert result.exit_code == 2
    assert "--folds" in result.stderr


def test_the_shipped_card_says_what_it_was_measured_on() -> None:
    found = parameters.shipped("coverage")
    assert isinstance(found.calibration, Calibration)
    assert f"{found.card['cases']:,}" in found.calibration.measured
    assert found.card["cross_validated"]
    assert {"seed", "sources", "data", "not_fitted"} <= set(found.card)
