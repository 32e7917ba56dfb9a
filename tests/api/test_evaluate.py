"""`differentia evaluate ranking` and what it stands on, on the toy release."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from api.evaluate import ByName, Evaluation, Known, disturbed, outcomes, read_cohort, simulated
from api.render.tables import tables
from api.service import Service
from api.spread import Workers
from domain.errors import DifferentiaError, EmptyInput, InvalidField
from reasoning import perturb, scorer
from reasoning.evaluation import Setting, Standing, judge, rank_of, summarise
from reasoning.ranking import Ranker

Run = Callable[..., Result]
#: Case, disease, present findings, absent ones, and the case's own publication.
CASES = (
    ("a1", "TOY:1", ("HP:0001251", "HP:0007359"), ("HP:0002650",), "PMID:1"),
    ("a2", "TOY:1", ("HP:0002066",), (), "PMID:2"),
    ("a3", "TOY:1", ("HP:0007359",), (), "PMID:2"),
    ("b1", "TOY:3", ("HP:0002650",), ("HP:0001250",), "PMID:6"),
    ("c1", "TOY:2", ("HP:0001639",), ("HP:0001250",), "PMID:4"),
    ("d1", "TOY:404", ("HP:0002202", "HP:0001640"), (), "PMID:40"),
    ("d2", "TOY:404", ("HP:0002202",), (), "PMID:41"),
)
#: Covered cases that each setting leaves with nothing: that of TOY:3 loses its one paper, that of
#: TOY:2 a row of two papers as well.
LEFT = {Setting.EVERYTHING: 0, Setting.OWN: 1, Setting.NAMING: 2, Setting.SOURCES: 1}


def packet(case: str, disease: str, present: Any, absent: Any, own: str) -> dict[str, Any]:
    features: list[dict[str, Any]] = [{"type": {"id": i}} for i in present]
    features += [{"type": {"id": i}, "excluded": True} for i in absent]
    return {
        "id": case,
        "subject": {"id": case},
        "phenotypicFeatures": features,
        "diseases": [{"term": {"id": disease, "label": "Toy"}}],
        "metaData": {"externalReferences": [{"id": own}]},
    }


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    path = tmp_path / "cases.jsonl"
    lines = [json.dumps(packet(*case)) for case in CASES]
    path.write_text("\n".join([*lines, '{"id": "without a diagnosis"}', ""]), "utf-8")
    return path


def measured(run: Run, *arguments: str) -> dict[str, Any]:
    result = run("evaluate", "ranking", *arguments, "--json")
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout, parse_constant=pytest.fail)
    assert isinstance(found, dict)
    return found


def test_a_cohort_keeps_the_first_cases_of_each_disease(toy_service: Service, cases: Path) -> None:
    everything = read_cohort(toy_service, cases, per_disease=0)
    assert [k.case.id for k in everything.covered] == ["a1", "a2", "a3", "b1", "c1"]
    assert [k.case.id for k in everything.uncovered] == ["d1", "d2"]
    assert (everything.not_covered, everything.beyond_cap, everything.unusable) == (2, 0, 1)
    one = read_cohort(toy_service, cases, per_disease=1)
    assert [k.case.id for k in one.covered] == ["a1", "b1", "c1"]
    assert [k.case.id for k in one.uncovered] == ["d1"]
    assert (one.not_covered, one.beyond_cap) == (2, 2)


def test_cases_that_are_not_covered_are_ranked_where_they_count(
    toy_service: Service, cases: Path
) -> None:
    cohort = read_cohort(toy_service, cases, per_disease=0)
    assert {s for s in Setting if len(cohort.of(s)) == 7} == {Setting.EVERYTHING, Setting.OWN}
    assert all(len(cohort.of(s)) == 5 for s in (Setting.NAMING, Setting.SOURCES))


def test_a_cohort_without_a_covered_case_is_refused(toy_service: Service, tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text(json.dumps(packet(*CASES[-1])), "utf-8")
    with pytest.raises(EmptyInput, match="no case whose disease"):
        read_cohort(toy_service, path, per_disease=5)


@pytest.mark.parametrize("setting", [Setting.OWN, Setting.SOURCES])
def test_any_number_of_processes_gives_the_same(
    toy_service: Service, cases: Path, setting: Setting
) -> None:
    cohort = read_cohort(toy_service, cases, per_disease=0)
    found = []
    heard: list[int] = []
    for jobs in (1, 2):
        with Workers(toy_service, jobs) as workers:
            found.append(
                outcomes(workers, cohort, setting, ByName(scorer="coverage"), heard.append)
            )
    assert found[0] == found[1]
    assert [o.case for o in found[0]] == [k.case.id for k in cohort.of(setting)]
    assert heard[-1] == len(cohort.of(setting))


def refuse(service: Service, item: int) -> int:
    raise InvalidField("item", f"{item} is refused.", mend="Take another.")


def test_an_error_in_a_process_comes_back_whole(toy_service: Service) -> None:
    with (
        Workers(toy_service, 2) as workers,
        pytest.raises(DifferentiaError, match=r"item: 7 is refused\. Take another\."),
    ):
        workers.map(refuse, [7])


@dataclass(frozen=True)
class Held:
    """A ranker for each case, as folds need: here one method for disease TOY:1, another else."""

    def __call__(self, service: Service, known: Known, /) -> Ranker:
        return service.ranker_with("likelihood" if known.disease == "TOY:1" else "coverage")


def test_each_case_may_have_a_ranker_of_its_own(toy_service: Service, cases: Path) -> None:
    cohort = read_cohort(toy_service, cases, per_disease=0)
    with Workers(toy_service, 1) as workers:
        found = outcomes(workers, cohort, Setting.EVERYTHING, Held(), lambda _: None)
    for known, outcome in zip(cohort.of(Setting.EVERYTHING), found, strict=True):
        ranker = Held()(toy_service, known)
        assert outcome == judge(ranker, known.case, known.disease, Setting.EVERYTHING)
    assert toy_service.ranker_with("likelihood") is toy_service.ranker_with("likelihood")


def test_all_scorers_in_all_settings(run: Run, cases: Path) -> None:
    found = measured(run, str(cases), "--per-disease", "0", "--all-scorers")
    assert [(r["scorer"], r["setting"]) for r in found["results"]] == [
        (name, setting.value) for name in scorer.names() for setting in Setting
    ]
    assert set(found["scorers"]) == set(scorer.names())
    for r in found["results"]:
        assert r["left_with_nothing"] == LEFT[Setting(r["setting"])]
        assert r["cases"] + r["left_with_nothing"] == 5
        assert set(r["top"]) == {"1", "3", "5", "10"}
        assert sum(b["cases"] for b in r["by_findings"].values()) == r["cases"]
        assert sum(b["cases"] for b in r["by_depth"].values()) == r["cases"]
    everything = found["results"][0]
    assert everything["not_covered"] == 2
    assert everything["reliability"]["cases"] == 7
    assert 0 <= everything["outside"]["value"] <= 1
    assert found["results"][3]["reliability"] is None


def test_own_publication_is_a_worked_example(run: Run, cases: Path) -> None:
    """Without PMID:6 nothing is left of TOY:3; the first hypothesis for it is then never right."""
    found = measured(run, str(cases), "--per-disease", "1")
    assert (found["covered"], found["not_covered"], found["not_covered_ranked"]) == (3, 2, 1)
    own = found["results"][1]
    assert (own["setting"], own["cases"], own["left_with_nothing"]) == (
        "own publication removed", 2, 1
    )  # fmt: skip
    assert own["reliability"]["cases"] == 4
    assert own["reliability"]["right"] <= 0.5


def test_the_terminal_shows_what_json_holds(run: Run, cases: Path) -> None:
    found = measured(run, str(cases))
    shown = run("evaluate", "ranking", str(cases)).stdout
    first = found["results"][0]
    assert f"nothing removed: {first['cases']} cases of {first['diseases']} diseases" in shown
    assert f"{100 * first['top']['1']['value']:.1f}" in shown
    assert "A lower bound on leakage" in " ".join(shown.split())
    assert "not grouped" in shown
    assert "Calibration of the first posterior" in shown


def test_nothing_depends_on_the_order_of_the_cases(run: Run, cases: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.jsonl"
    other.write_text("\n".join(reversed(cases.read_text("utf-8").splitlines())), "utf-8")
    assert measured(run, str(cases)) == measured(run, str(other))


def test_a_report_says_the_same(run: Run, cases: Path, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    found = measured(run, str(cases), "--all-scorers", "--report", str(folder))
    text = (folder / "report.md").read_text("utf-8")
    for r in found["results"]:
        top, cells = r["top"]["1"], f"| {r['scorer']} | "
        value, low, high = (100 * top[k] for k in ("value", "low", "high"))
        assert f"{cells}{value:.1f} ({low:.1f} to {high:.1f}) | " in text
    assert found["versions"]["release"] in text
    images = {line.split("](")[1].rstrip(")") for line in text.splitlines() if line[:2] == "!["}
    assert images == {p.name for p in folder.glob("*.svg")}
    assert {f"reliability-{name}.svg" for name in scorer.names()} < images
    lines = (folder / "outcomes.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == len(scorer.names()) * (7 + 7 + 5 + 5)
    assert {json.loads(line)["standing"] for line in lines} == set(Standing)


def test_plots_are_whole_and_need_nothing_else(run: Run, cases: Path, tmp_path: Path) -> None:
    measured(run, str(cases), "--report", str(tmp_path))
    for path in tmp_path.glob("*.svg"):
        root = ET.fromstring(path.read_text("utf-8"))
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        text = path.read_text("utf-8")
        assert "nan" not in text
        assert "prefers-color-scheme:dark" in text
        assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


def test_pheval_gets_a_file_a_case(run: Run, cases: Path, tmp_path: Path) -> None:
    measured(run, str(cases), "--per-disease", "0", "--pheval", str(tmp_path))
    folder = tmp_path / "coverage"
    assert sorted(p.stem for p in folder.iterdir()) == sorted(c[0] for c in CASES)
    lines = (folder / "b1.tsv").read_text("utf-8").splitlines()
    assert lines[0] == "disease_identifier\tscore\tgrouping_id"
    rows = [line.split("\t") for line in lines[1:]]
    assert len(rows) == 8
    assert all(disease == group for disease, _, group in rows)
    scores = [float(score) for _, score, _ in rows]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("kind", ["noise", "imprecise"])
def test_a_perturbation_is_measured_beside_the_cases_as_they_are(
    run: Run, cases: Path, kind: str, tmp_path: Path
) -> None:
    found = measured(run, str(cases), "--perturb", kind, "--report", str(tmp_path))
    assert found["results"] == []
    (made,) = found["perturbed"]
    assert (made["kind"], made["scorer"]) == (kind, "coverage")
    change = made["change"]
    before = measured(run, str(cases))["results"][0]["top"]["1"]
    assert change["before"]["top"]["1"] == before
    for k in ("1", "3", "5", "10"):
        moved = change["after"]["top"][k]["value"] - change["before"]["top"][k]["value"]
        assert change["top"][k]["value"] == pytest.approx(moved)
    assert f"Perturbed: {kind}" in (tmp_path / "report.md").read_text("utf-8")


def test_noise_is_the_mean_of_its_seeds(toy_service: Service, cases: Path) -> None:
    cohort = read_cohort(toy_service, cases, per_disease=0)
    ranker = toy_service.ranker
    right = []
    for known in cohort.covered:
        number = toy_service.knowledge.disease(known.disease)
        assert number is not None
        for seed in range(3, 3 + perturb.NOISE_SEEDS):
            noisy = perturb.noise(known.case, toy_service.knowledge, known.disease, seed=seed)
            right.append(rank_of(ranker.rank(noisy), number) == 1)
    with Workers(toy_service, 1) as workers:
        made = disturbed(
            workers, cohort, "noise", ByName(scorer=ranker.scorer.name), seed=3, done=lambda _: None
        )
    assert made.after.top[1].value == pytest.approx(sum(right) / len(right))


def test_simulated_patients(toy_service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(perturb, "LEAST_COUNTED", 2)
    with Workers(toy_service, 1) as workers:
        made = [
            simulated(
                workers,
                toy_service.knowledge,
                ByName(scorer="coverage"),
                seed=seed,
                done=lambda _: None,
            )
            for seed in (1, 1)
        ]
    assert made[0] == made[1]
    assert made[0].before.cases == made[0].before.diseases == 4


def test_a_release_without_counts_cannot_simulate(run: Run, cases: Path) -> None:
    result = run("evaluate", "ranking", str(cases), "--perturb", "simulate")
    assert result.exit_code == 2
    assert "counts that a simulation needs" in result.stderr


def test_an_unknown_scorer_is_refused(run: Run, cases: Path) -> None:
    result = run("evaluate", "ranking", str(cases), "--scorer", "oracle")
    assert result.exit_code == 2
    assert "coverage" in result.stderr


@pytest.mark.parametrize("option", ["--report", "--pheval"])
def test_a_folder_that_cannot_be_made_is_named(
    run: Run, cases: Path, tmp_path: Path, option: str
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    result = run("evaluate", "ranking", str(cases), option, str(tmp_path / "file" / "x"))
    assert result.exit_code == 2
    assert option in result.stderr


def test_figures_by_family_stand_beside_those_by_id(toy_service: Service, cases: Path) -> None:
    cohort = read_cohort(toy_service, cases, per_disease=0)
    with Workers(toy_service, 1) as workers:
        found = outcomes(
            workers, cohort, Setting.EVERYTHING, ByName(scorer="coverage"), lambda _: None
        )
    second = [replace(o, rank=2) if o.standing is Standing.COVERED else o for o in found]
    evaluation = Evaluation(
        versions={"release": "toy"},
        cohort=cohort,
        per_disease=0,
        seed=0,
        scorers={"coverage": "coverage"},
        families="DOID",
        results=(summarise("coverage", Setting.EVERYTHING, second, seed=0, grouped=True),),
    )
    table = next(tables(evaluation, every=False))
    assert [row[0] for row in table.rows] == ["coverage", "  by family"]
    assert table.rows[0][1] == ("0.0", "0.0 to 0.0")
    assert table.rows[1][1] != table.rows[0][1]
    assert "By family: DOID" in table.note
