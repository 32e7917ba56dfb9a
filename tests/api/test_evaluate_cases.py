"""`differentia evaluate cases` and what it stands on, on the toy release with figures."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.ddxplus import SimulatedPatient
from api.evaluate_cases import (
    CHOICE_BOUNDS,
    Judged,
    Names,
    Placed,
    by_condition,
    chosen,
    judge_vignettes,
    patient_lines,
    place_patients,
    ratio_lines,
    vignette_lines,
)
from api.render.case_tables import errors_text
from api.service import Service
from api.vignettes import Vignette, read_vignettes
from domain.case import Case
from domain.errors import SourceError
from domain.figures import Figure, Measure, Setting
from domain.findings import Observation, State
from domain.identifiers import Curie
from reasoning.common.evaluation import Published
from tests.reasoning.common.made import figure

Run = Callable[..., Result]
HERE = Setting.EMERGENCY
#: Both diseases of the toys, one that they lack, and a text in which nothing is read.
ROWS = (
    {
        "id": "one",
        "text": "A man is breathless. The film shows cardiomegaly.",
        "right": "heart failure",
        "choices": ["Weak toy", "Toy pleurisy", "Flat battery"],
    },
    {"id": "two", "text": "There is a pleural effusion.", "right": "pleurisy", "choices": []},
    {"id": "three", "text": "There is a pleural effusion.", "right": "flat battery"},
    {"id": "four", "text": "She wants a new toy.", "right": "pleurisy"},
)


@pytest.fixture
def material_file(tmp_path: Path) -> Path:
    path = tmp_path / "vignettes.jsonl"
    path.write_text("\n".join(map(json.dumps, ROWS)), "utf-8")
    return path


@pytest.fixture
def run_figures(figures_home: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    from api.cli import main

    monkeypatch.setenv("DIFFERENTIA_HOME", str(figures_home))
    return lambda *arguments: CliRunner().invoke(main, ["evaluate", "cases", *arguments])


def vignette(right: str = "a", choices: tuple[str, ...] = (), name: str = "v") -> Vignette:
    return Vignette(id=name, text="", right=re.compile(right, re.IGNORECASE), choices=choices)


def judged(rank: int | None, *, right: str = "a", **given: object) -> Judged:
    stated = Judged(vignette=vignette(right), right="A", rank=rank, first="B", findings=())
    return replace(stated, **given)  # type: ignore[arg-type]


def ratio(printed: float, share: float, rate: float, *, absent: bool = False) -> Published:
    measure = Measure.LR_NEGATIVE if absent else Measure.LR_POSITIVE
    stated: Figure = figure("HP:1", printed, measure=measure, absent=absent)
    return Published(figure=stated, share=share, rate=rate, rate_figures=())


def test_vignettes_are_read(material_file: Path, tmp_path: Path) -> None:
    first, *rest = read_vignettes(material_file)
    assert (first.id, first.choices) == ("one", ("Weak toy", "Toy pleurisy", "Flat battery"))
    assert first.is_right(("cor", "Toy HEART failure"))
    assert not first.is_right(("Toy pleurisy",))
    assert [v.id for v in rest] == ["two", "three", "four"]
    packed = tmp_path / "v.jsonl.gz"
    packed.write_bytes(gzip.compress(b'{"text": "x", "right": "y"}\n'))
    assert read_vignettes(packed)[0].id == "1"


@pytest.mark.parametrize(
    "bad",
    ["{", "[]", '{"text": "x"}', '{"text": 1, "right": "y"}', '{"text": "x", "right": "("}',
     '{"text": "x", "right": "y", "choices": [1]}'],
)  # fmt: skip
def test_a_line_that_is_no_vignette_is_named(tmp_path: Path, bad: str) -> None:
    path = tmp_path / "v.jsonl"
    path.write_text('{"text": "x", "right": "y"}\n' + bad + "\n", "utf-8")
    with pytest.raises(SourceError, match=r"v\.jsonl:2.*no vignette"):
        read_vignettes(path)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "v.jsonl"
    path.write_text("\n", "utf-8")
    with pytest.raises(SourceError, match="holds no vignette"):
        read_vignettes(path)


def test_each_vignette_is_read_and_placed(figures_service: Service, material_file: Path) -> None:
    done: list[int] = []
    found = judge_vignettes(
        figures_service, read_vignettes(material_file), HERE, seed=0, done=done.append
    )
    assert done == [1, 2, 3, 4]
    one, two, three, four = found
    assert (one.right, one.rank, one.first) == ("Toy heart failure", 1, "Toy heart failure")
    assert "Cardiomegaly" in one.findings
    assert (two.right, two.rank) == ("Toy pleurisy", 1)
    # No disease of ours is right; in the last no finding is read.
    assert (three.right, three.rank, three.first) == ("", None, "Toy pleurisy")
    assert (four.right, four.rank, four.first, four.findings) == ("Toy pleurisy", None, "", ())


def test_names_are_labels_and_synonyms_of_all_ids(figures_service: Service) -> None:
    names = Names(figures_service)
    numbers = figures_service.common.curated.numbers
    failure = numbers["DX:toy-failure"]
    assert names.named("WEAK TOYS (old)") == names.named("toy heart failure") == {failure}
    assert names.named("toy heart") == set()
    assert names.right(vignette("^toy")) == {failure, numbers["MONDO:9999001"]}


def test_the_right_choice_stands_before_the_others(
    figures_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.evaluate_cases.LEAST_CHOICES", 2)
    names = Names(figures_service)
    numbers = figures_service.common.curated.numbers
    failure, pleurisy = numbers["DX:toy-failure"], numbers["MONDO:9999001"]
    item = vignette("failure|feeble", ("Feeble heart", "Toy pleurisy", "Flat battery"))
    # "Feeble heart" is no name of ours, but it is the right choice, and the right answer is ours.
    assert chosen(names, item, [failure, pleurisy]) is True
    assert chosen(names, item, [pleurisy, failure]) is False
    both = vignette("toy", ("Toy heart failure", "Toy pleurisy"))
    assert chosen(names, both, [failure, pleurisy]) is None
    few = vignette("failure", ("Toy heart failure", "Flat battery"))
    assert chosen(names, few, [failure, pleurisy]) is None
    alike = vignette("^weak", ("Weak toy", "Toy heart failure"))
    assert chosen(names, alike, [failure, pleurisy]) is False
    lacking = vignette("battery", ("Toy heart failure", "Toy pleurisy", "Flat battery"))
    assert chosen(names, lacking, [failure, pleurisy]) is False


def test_shares_of_vignettes_and_what_an_unrelated_finding_moves() -> None:
    some = [
        judged(1, right="a", chosen=True, added="x", after=1),
        judged(3, right="b", chosen=False, added="x", after=6),
        judged(2, right="c", added="x", after=1),
        judged(None, right="d"),
    ]
    first, third, tenth, choices, most, median = vignette_lines(some, seed=0)
    assert [line.figure.value for line in (first, third, tenth)] == [0.25, 0.75, 0.75]
    assert first.figure.low <= 0.25 <= first.figure.high
    assert {line.n for line in (first, third, tenth)} == {4}
    assert (choices.n, choices.figure.value) == (2, 0.5)
    assert (choices.floor, choices.goal) == CHOICE_BOUNDS
    assert (most.n, most.figure.value, most.unit) == (3, 3.0, "ranks")
    assert median.figure.value == 1.0
    assert vignette_lines(some, seed=0) == [first, third, tenth, choices, most, median]


def test_a_patient_of_a_disease_is_placed(figures_service: Service) -> None:
    stated = Observation(label="x", concept=Curie("HP:0002202"), state=State.PRESENT)
    patient = SimulatedPatient(
        row=1,
        condition="Pleurisy",
        disease=Curie("MONDO:9999001"),
        case=Case(id="p", observations=(stated,)),
    )
    nothing = replace(patient, case=Case(id="q", observations=()))
    done: list[int] = []
    found = place_patients(figures_service, [patient, nothing], HERE, done=done.append)
    assert [p.rank for p in found] == [1, None]
    assert done == [1, 2]


def test_patients_by_condition_the_weakest_first() -> None:
    placed = [Placed(condition=c, rank=r) for c, r in (("a", 1), ("a", 2), ("b", 4), ("b", None))]
    assert by_condition(placed) == {"b": (2, 0.0, 0.0), "a": (2, 0.5, 1.0)}
    assert list(by_condition(placed)) == ["b", "a"]
    first, third = patient_lines(placed, seed=0)
    assert (first.n, first.figure.value, third.figure.value) == (4, 0.25, 0.5)
    # Whole conditions are drawn: either has all or nothing in the first three.
    assert (third.figure.low, third.figure.high) == (0.0, 1.0)
    assert "2 conditions" in first.name


def test_ratios_stand_beside_the_best_constant() -> None:
    met, missed = ratio(5.0, 0.5, 0.1), ratio(30.0, 0.5, 0.1)
    negative = ratio(0.5, 0.5, 0.1, absent=True)
    pooled, positive, alone = ratio_lines([met, missed, negative], seed=0)
    assert pooled.n == 3
    assert pooled.figure.value == pytest.approx(2 / 3)
    assert pooled.floor == pytest.approx(1 / 3)
    assert (positive.n, positive.figure.value, positive.floor) == (2, 0.5, 0.5)
    assert (alone.n, alone.figure.value, alone.floor) == (1, 1.0, 1.0)
    assert "one for each kind meets 0.667" in pooled.beside


def test_without_ratios_there_is_no_figure() -> None:
    assert [(line.n, line.floor) for line in ratio_lines([], seed=0)] == [(0, None)] * 3


def test_errors_name_labels_and_no_text() -> None:
    found = [judged(2, findings=("Fever", "no Cough"), chosen=False), judged(None, right="z")]
    evaluation = type("E", (), {"judged": tuple(found)})
    text = errors_text(evaluation)  # type: ignore[arg-type]
    assert text.index("rank none") < text.index("rank 2")
    assert "first: B" in text
    assert "findings: Fever; no Cough" in text
    assert "of the choices: wrong" in text


def test_the_command_prints_and_writes(
    run_figures: Run, material_file: Path, tmp_path: Path
) -> None:
    tables, errors = tmp_path / "t.md", tmp_path / "e.txt"
    result = run_figures(
        "--vignettes", str(material_file), "--markdown", str(tables), "--errors", str(errors)
    )
    assert result.exit_code == 0, result.output
    assert "vignettes: top-1" in result.stdout
    assert "setting emergency" in result.stdout
    lines = tables.read_text("utf-8").splitlines()
    (top,) = (line for line in lines if line.startswith("| vignettes: top-1 |"))
    assert top.startswith("| vignettes: top-1 | 4 | 0.500 (")
    assert top.endswith("| 0.3 | 0.6 |")
    (pooled,) = (line for line in lines if line.startswith("| LR+ and LR- within"))
    assert "| 1 | 1.000 (" in pooled
    assert "three: rank none, right: none of our diseases" in errors.read_text("utf-8")
    assert "wants a new toy" not in errors.read_text("utf-8")


def test_json_has_everything(run_figures: Run, material_file: Path) -> None:
    result = run_figures("--vignettes", str(material_file), "--json", "--setting", "ward")
    found = json.loads(result.stdout)
    assert found["setting"] == "ward"
    names = [m["name"] for m in found["measures"]]
    assert names[0] == "vignettes: top-1"
    assert len(found["vignettes"]) == 4
    (compared,) = found["likelihood_ratios"]
    assert (compared["printed"], compared["reference"]) == (3.3, "DOI:10.1000/toy(1)")
    # (0.74 of 50, drawn to 0.22 by 1) over the printed rate of the others.
    assert compared["modelled"] == pytest.approx((0.74 * 50 + 0.22) / 51 / 0.22, abs=1e-3)
    # None of the items counts: its figure is null, not 0.
    assert found["measures"][3]["n"] == 0
    assert found["measures"][3]["value"] is None


def test_patients_of_no_known_condition_are_refused(run_figures: Run, tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("age,sex,diagnosis,features\n40,F,Pneumonia,\"['E_91']\"\n", "utf-8")
    result = run_figures("--ddxplus", str(path))
    assert result.exit_code != 0
    assert "no patient of a condition" in result.output


def test_an_unknown_setting_is_named(run_figures: Run) -> None:
    result = run_figures("--setting", "moon")
    assert result.exit_code != 0
    assert "moon" in result.output
