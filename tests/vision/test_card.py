"""`evaluate vision`: from five runs to a card, and a card's model on films of one's own."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from click.testing import Result
from PIL import Image

from api.model_card import kept_gate
from api.render.as_model_card import markdown
from domain.errors import InvalidField, SourceError
from tests.vision.films import chest_like
from tests.vision.made_model import SIDE, made_model
from tests.vision.made_scores import made
from vision.card import LEAST_POSITIVES, ModelCard, read_card
from vision.data.table import ADJUDICATED, read_table
from vision.measuring.scores import Scores, read_run

Run = Callable[..., Result]

FILMS = 1800
#: AUROC .92 and .5; the others of the collection are known of no film.
APART = {"Effusion": 2.0, "Nodule": 0.0}


def collection() -> Scores:
    """Films of a collection like ChestX-ray14, scored by models that have not seen them."""
    scores = made(APART, films=FILMS, rate=0.2)
    number = np.arange(FILMS) // 3 + 1000
    return replace(
        scores,
        image=np.array([f"{n:08d}_{i % 3:03d}.png" for i, n in enumerate(number)]),
        patient=number.astype(str),
    )


def write_table(scores: Scores, folder: Path, *, boxes: bool = False) -> Path:
    """A CSV of the films beside ten drawn ones that they all share."""
    folder.mkdir()
    for i in range(10):
        Image.fromarray(chest_like(32, seed=i)).save(folder / f"{i}.png")
    path = folder / "films.csv"
    with path.open("w", newline="") as handle:
        writer = csv.writer(handle)
        head = ["file", "image_index", "px", "patient_id", "age", "sex", "view", "part"]
        writer.writerow([*head, *scores.labels, "bbox_1024_json"])
        for i in range(len(scores)):
            drawn = json.dumps([["Effusion", [0, 0, 512, 1024]]]) if boxes and i < 6 else ""
            writer.writerow(
                [f"{i % 10}.png", scores.image[i], 128, scores.patient[i], int(scores.age[i]),
                 scores.sex[i], scores.view[i], scores.part[i],
                 *scores.truth[i].astype(int), drawn]
            )  # fmt: skip
    return path


def write_run(scores: Scores, part: int, folder: Path, weights: Path, **changed: Any) -> Path:
    """A run as `train vision` leaves it."""
    from vision.training.recipe import Recipe

    folder.mkdir()
    some = scores.where(scores.part == part)
    np.savez(
        folder / "scores.npz",
        image_index=some.image, patient=some.patient, px=some.px, age=some.age, sex=some.sex,
        view=some.view, labels=some.truth, adjudicated=some.adjudicated, boxed=some.boxed,
        logits=some.logits, label_names=np.array(some.labels),
    )  # fmt: skip
    record = {
        "recipe": Recipe(fold=part, side=SIDE, **changed).as_dict(),
        "labels": list(scores.labels),
        "data": ["films"],
        "films": {"train": 1440},
        "machine": {"device": "cpu", "cores": 2},
        "seconds": 120.0,
        "history": [],
    }
    (folder / "run.json").write_text(json.dumps(record))
    shutil.copy(weights, folder / "model.safetensors")
    return folder


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Path]]:
    """A table, and five runs on it."""
    folder = tmp_path_factory.mktemp("runs")
    scores = collection()
    weights = made_model(folder / "model", labels=tuple(APART)).weights
    table = write_table(scores, folder / "data", boxes=True)
    return table, [write_run(scores, k, folder / f"run{k}", weights) for k in range(5)]


def arguments(table: Path, folders: list[Path], *more: str) -> list[str]:
    given = ["evaluate", "vision", "--data", str(table), "--draws", "100"]
    for folder in folders:
        given += ["--runs", str(folder)]
    return [*given, *more]


@pytest.fixture(scope="module")
def shipped(
    runs: tuple[Path, list[Path]], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, Any]]:
    """The folder that `--card` writes, and what was printed."""
    from click.testing import CliRunner

    from api.cli import main

    folder = tmp_path_factory.mktemp("card")
    table, folders = runs
    more = ["--card", str(folder), "--markdown", str(folder / "card.md"), "--json", "--report",
            str(folder / "report")]  # fmt: skip
    result = CliRunner().invoke(main, arguments(table, folders, *more))
    assert result.exit_code == 0, result.output
    return folder, json.loads(result.stdout)


def test_five_runs_make_a_card_that_can_be_read(shipped: tuple[Path, dict[str, Any]]) -> None:
    card = read_card(shipped[0]).card
    effusion, nodule = card.labels

    assert read_card(shipped[0]).weights.is_file()
    assert card.supported == ("Effusion",)
    assert card.architecture.labels == ("Effusion", "Nodule")
    assert card.architecture.side == SIDE
    assert card.joint_cap > 0
    assert effusion.films == sum(s.films for s in effusion.strata)
    assert effusion.positives == sum(s.positives for s in effusion.strata)
    assert all(s.positives >= LEAST_POSITIVES for s in effusion.strata)
    assert effusion.auroc.value == pytest.approx(0.92, abs=0.03)
    # AUROC is the test part's, all else is of all parts.
    assert effusion.auroc.n == FILMS / 5
    assert effusion.calibration_error is not None
    assert effusion.calibration_error.value < 0.03
    assert not nodule.supported
    assert nodule.strata == ()
    assert nodule.operating_point is None
    assert nodule.why.startswith("Not supported: AUROC less the better baseline")


def test_the_card_s_odds_are_its_likelihood_ratios(shipped: tuple[Path, dict[str, Any]]) -> None:
    effusion = read_card(shipped[0]).card.labels[0]

    base = effusion.base_rate / (1 - effusion.base_rate)
    for s in effusion.strata:
        odds = s.probability / (1 - s.probability)
        assert odds / base == pytest.approx(s.likelihood_ratio.value)
    assert effusion.operating_point is not None
    assert effusion.stratum(effusion.operating_point).likelihood_ratio.value > 1


def test_the_card_names_data_split_training_and_failures(
    shipped: tuple[Path, dict[str, Any]],
) -> None:
    text = (shipped[0] / "card.md").read_text("utf-8")
    sections = read_card(shipped[0]).card.sections

    for words in ("NIH Clinical Center is the data provider", "Wang X, Peng Y", "Majkowska",
                  "## Intended use", "## Known failures", "## By age (years)",
                  "differentia train vision --data films.csv --fold 0 --side 64",
                  "2 minutes", "cores 2", "### Effusion"):  # fmt: skip
        assert words in text
    assert "- Nodule. Not supported" in text
    # Patients of the test part were not learnt from; nobody else is missing.
    assert len(sections["split"]["trained_on"].split()) == FILMS / 3 * 4 / 5
    assert sections["split"]["trained_on"] not in text
    assert str(shipped[0]) not in text


def test_what_is_printed_holds_both_evaluations_and_the_boxes(
    shipped: tuple[Path, dict[str, Any]],
) -> None:
    _, printed = shipped

    assert printed["test"]["films"] == FILMS / 5
    assert printed["out_of_fold"]["films"] == FILMS
    assert [f["supported"] for f in printed["out_of_fold"]["labels"]] == [True, False]
    baselines = printed["test"]["labels"][0]["baselines"]
    assert set(baselines) == {"intensity histogram", "view, age, sex"}
    assert baselines["view, age, sex"]["value"] == pytest.approx(0.5, abs=0.1)
    assert printed["pointing"]["trials"] == 6
    assert printed["pointing"]["chance"] == pytest.approx(0.5, abs=0.01)


def test_a_report_has_a_calibration_plot(shipped: tuple[Path, dict[str, Any]]) -> None:
    folder = shipped[0] / "report"

    assert "calibration-effusion.svg" in (folder / "report.md").read_text("utf-8")
    assert (folder / "calibration-effusion.svg").read_text("utf-8").startswith("<svg")


def test_a_card_s_model_is_measured_on_patients_that_it_has_not_seen(
    run: Run, runs: tuple[Path, list[Path]], shipped: tuple[Path, dict[str, Any]]
) -> None:
    result = run(*arguments(runs[0], [], "--model", str(shipped[0]), "--json"))

    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["films"] == FILMS / 5
    assert found["left_out"]["of patients that the model was trained with"] == FILMS * 4 / 5
    # The weights are random.
    assert 0.4 < found["labels"][0]["auroc"]["value"] < 0.6


def test_a_patient_of_another_hospital_with_the_same_number_is_somebody_else(
    run: Run, shipped: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    other = collection().where(np.arange(60))
    other = replace(other, image=np.array([f"scan-{i}.png" for i in range(60)]))

    table = write_table(other, tmp_path / "own")
    result = run(*arguments(table, [], "--model", str(shipped[0])))

    assert result.exit_code == 0, result.output
    assert "60 films of 20 patients" in result.stdout
    assert "they are too high or too low" in result.stdout
    assert "chest-film 0.1.0: calibration" in result.stdout
    assert "intensity" in result.stdout


def test_without_an_unseen_patient_there_is_nothing_to_measure(
    run: Run, shipped: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    seen = collection()
    table = write_table(seen.where(seen.part == 2), tmp_path / "seen")

    result = run(*arguments(table, [], "--model", str(shipped[0])))

    assert result.exit_code == 2
    assert "360 of patients that the model was trained with" in result.stderr


def test_trainings_that_differ_are_not_one_model(
    run: Run, runs: tuple[Path, list[Path]], tmp_path: Path
) -> None:
    other = write_run(
        collection(), 1, tmp_path / "other", runs[1][0] / "model.safetensors", ema=0.5
    )

    result = run(*arguments(runs[0], [runs[1][0], other]))

    assert result.exit_code == 2
    assert "--runs: the trainings differ in ema" in result.stderr


@pytest.mark.parametrize(
    ("more", "said"),
    [(["--card", "x"], "--card: needs the trainings"), ([], "one run holds out one part")],
)
def test_what_cannot_be_measured_is_said(
    run: Run, runs: tuple[Path, list[Path]], more: list[str], said: str
) -> None:
    table, folders = runs

    result = run(*arguments(table, [] if more else folders[:1], *more))

    assert result.exit_code == 2
    assert said in result.stderr


def test_the_gate_of_the_folder_stays_with_the_card(
    shipped: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    assert kept_gate(tmp_path) == {}
    card = read_card(shipped[0]).card
    gated = ModelCard.model_validate(card.model_dump() | {"gate": {"thresholds": {"child": 3.5}}})
    (tmp_path / "card.json").write_text(gated.model_dump_json())
    assert kept_gate(tmp_path) == {"thresholds": {"child": 3.5}}

    figures = {"adults": {"n": 100, "refused": 0.02}, "child": {"n": 40, "refused": 0.95}}
    (tmp_path / "gate.json").write_text(json.dumps({"thresholds": {}, "figures": figures}))
    assert kept_gate(tmp_path)["figures"] == figures

    text = markdown(card.model_copy(update={"gate": kept_gate(tmp_path)}))
    assert "| child | 40 | 95.0 % |" in text
    (tmp_path / "gate.json").write_text("[1]")
    with pytest.raises(SourceError, match="is no gate"):
        kept_gate(tmp_path)


def test_what_a_training_writes_is_what_is_read(
    runs: tuple[Path, list[Path]], shipped: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    from vision.data.images import load_films
    from vision.network import load_network
    from vision.training.output import write_scores

    table = read_table([write_table(collection().where(np.arange(12)), tmp_path / "data")])
    rows = np.array([0, 3, 7])
    trained: Any = SimpleNamespace(
        network=load_network(read_card(shipped[0])), split=SimpleNamespace(held_out=rows)
    )
    write_scores(trained, table, load_films(table), side=SIDE, folder=tmp_path)
    shutil.copy(runs[1][3] / "run.json", tmp_path)

    scores, record = read_run(tmp_path)

    assert record["recipe"]["fold"] == 3
    assert scores.labels == table.names == ("Effusion", "Nodule")
    assert scores.image.tolist() == table.image_index[rows].tolist()
    assert scores.truth == pytest.approx(table.labels[rows])
    assert scores.part.tolist() == [3, 3, 3]
    assert scores.adjudicated.shape == (3, len(ADJUDICATED))


def test_a_folder_that_is_no_run_is_said_by_name(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"run\.json: cannot be read"):
        read_run(tmp_path)
    (tmp_path / "run.json").write_text("{}")
    with pytest.raises(SourceError, match="is no record of a training"):
        read_run(tmp_path)


def test_scores_of_another_shape_are_refused() -> None:
    scores = collection()
    with pytest.raises(InvalidField, match="logits and truth"):
        replace(scores, logits=scores.logits[:, :1])
    with pytest.raises(InvalidField, match="is not a number"):
        replace(scores, logits=np.full_like(scores.logits, np.inf))
