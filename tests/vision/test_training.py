"""Training: it learns, it continues after being killed, several processes share it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from click.testing import CliRunner, Result

from api.cli import main
from domain.errors import InvalidField
from tests.vision.drawn_set import draw_set
from vision.data.images import load_films
from vision.data.table import read_table
from vision.network import load_model, load_weights
from vision.training.loop import Run
from vision.training.machine import worker
from vision.training.recipe import Recipe
from vision.training.score import aurocs, score
from vision.training.session import train_network

#: A network that starts from nothing and takes a hundred steps: no dropout, quick statistics.
SETTINGS = {"dropout": 0.0, "drop_path": 0.0, "momentum": 0.1}
OPTIONS = (
    *(f"--setting={name}={value}" for name, value in SETTINGS.items()),
    *("--scratch", "--threads=1", "--side=48", "--batch-size=16", "--lr=2e-3", "--ema=.8"),
)
#: Four steps an epoch, three epochs.
SHORT = (*OPTIONS, "--epochs=3")


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_set(tmp_path_factory.mktemp("few"), films=88, seed=1)


def train(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["train", "vision", *arguments])


def started(*arguments: str, processes: int = 1) -> subprocess.Popen[str]:
    """The command in processes of its own."""
    command: Sequence[str] = (sys.executable, "-m", "api.cli")
    if processes > 1:
        launcher = ("-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}")
        command = (sys.executable, *launcher, "-m", "api.cli")
    return subprocess.Popen(
        [*command, "train", "vision", *arguments],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def scores(folder: Path) -> dict[str, Any]:
    with np.load(folder / "scores.npz") as file:
        return dict(file)


def test_it_learns_what_is_on_the_films(tmp_path: Path) -> None:
    data, out = draw_set(tmp_path / "data", films=320), tmp_path / "run"
    result = train(f"--data={data}", f"--out={out}", "--epochs=8", *OPTIONS, "--json")
    assert result.exit_code == 0, result.output
    record = json.loads(result.stdout)
    assert record == json.loads((out / "run.json").read_text("utf-8"))
    assert record["history"][-1]["loss"] < record["history"][0]["loss"]
    held = scores(out)
    disc, bar = aurocs(held["logits"], held["labels"])
    assert disc > 0.85
    assert bar > 0.6
    assert len(held["logits"]) == record["films"]["held_out"] == len(held["features"])
    assert (out / "run.png").read_bytes()[:4] == b"\x89PNG"
    assert not (out / "checkpoint.pt").exists()

    # The weights that were written are those that were measured.
    network = load_model("lite").build(2, side=48, pretrained=False, **SETTINGS)
    load_weights(network, out / "model.safetensors")
    table = read_table([data])
    rows = [table.image_index.tolist().index(name) for name in held["image_index"].tolist()]
    again = score(network, torch.from_numpy(load_films(table)[rows]), side=48)
    np.testing.assert_allclose(again.logits, held["logits"], atol=1e-5)

    refused = train(f"--data={data}", f"--out={out}", "--epochs=8", *OPTIONS)
    assert refused.exit_code == 2
    assert "finished run" in refused.output


def test_a_killed_run_goes_on_as_if_it_had_not_been(few: Path, tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert train(f"--data={few}", f"--out={whole}", *SHORT).exit_code == 0

    arguments = (f"--data={few}", f"--out={killed}", *SHORT, "--checkpoint-minutes=0")
    process = started(*arguments)
    checkpoint = killed / "checkpoint.pt"
    while not checkpoint.exists() and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not (killed / "model.safetensors").exists(), "it was over before it could be killed"
    step = torch.load(checkpoint, weights_only=True)["step"]
    assert 0 < step < 12

    refused = train(*arguments)
    assert refused.exit_code == 2
    assert "--resume" in refused.output
    other = train(*arguments, "--resume", "--seed=5")
    assert other.exit_code == 2
    assert "seed: the run to continue has 0, not 5." in other.output

    assert train(*arguments, "--resume").exit_code == 0
    assert (killed / "model.safetensors").read_bytes() == (whole / "model.safetensors").read_bytes()
    losses = [
        [epoch["loss"] for epoch in json.loads((run / "run.json").read_text("utf-8"))["history"]]
        for run in (whole, killed)
    ]
    assert losses[0] == losses[1]


def test_two_processes_train_together(few: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    process = started(f"--data={few}", f"--out={out}", *SHORT, "--json", processes=2)
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 0, said
    record = json.loads((out / "run.json").read_text("utf-8"))
    assert record["machine"]["processes"] == 2
    assert len(record["history"]) == 3
    assert record["history"][-1]["loss"] < record["history"][0]["loss"]
    assert np.isfinite(scores(out)["logits"]).all()


def run_of(folder: Path, **changes: Any) -> Run:
    values: dict[str, Any] = {
        "pretrained": False,
        "settings": SETTINGS,
        "side": 32,
        "batch_size": 16,
        "epochs": 1,
    }
    table = read_table([folder])
    with worker(1) as here:
        return Run(Recipe(**(values | changes)), table, here=here)


def test_the_same_seed_gives_the_same_weights(few: Path, tmp_path: Path) -> None:
    films = load_films(read_table([few]))
    first, second, other = (
        run_of(few, seed=seed).train(films, tmp_path).network.state_dict() for seed in (3, 3, 4)
    )
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)


def test_it_stops_early_and_keeps_the_best_epoch(few: Path, tmp_path: Path) -> None:
    # Learning at such a rate is noise: the inner part soon gets no better.
    run = run_of(few, epochs=None, patience=1, learning_rate=0.05, auxiliary=0.0)
    assert len(run.split.inner)
    trained = run.train(load_films(run.table), tmp_path)
    means = [epoch["inner"]["mean"] for epoch in trained.history]
    assert len(means) < run.recipe.most_epochs
    assert means[-1] <= max(means[:-1])
    found = score(trained.network, run.films[run.split.inner], side=32)
    assert np.nanmean(aurocs(found.logits, run.table.labels[run.split.inner])) == max(means)


def test_a_teacher_is_learnt_from(few: Path, tmp_path: Path) -> None:
    from vision.training.targets import Targets

    table = read_table([few])
    rows = np.arange(len(table))
    file = tmp_path / "teacher.npz"
    np.savez(
        file,
        image_index=table.image_index[:2],
        logits=np.zeros((2, 2)),
        label_names=np.array(table.names),
    )
    table.labels[0] = np.nan
    targets = Targets.of(table, rows, Recipe(teacher_weight=0.25), [file])
    assert targets.labels[0].tolist() == [0.5, 0.5]
    assert targets.labels[1].tolist() == pytest.approx(
        [0.75 * label + 0.125 for label in table.labels[1].tolist()]
    )
    np.testing.assert_array_equal(targets.labels[2:].numpy(), table.labels[2:])


def test_what_is_not_known_moves_nothing(few: Path) -> None:
    from vision.training.targets import Targets

    table = read_table([few])
    rows = np.arange(len(table))
    table.labels[:4, 1] = np.nan
    targets = Targets.of(table, rows, Recipe(), [])
    answer = torch.zeros(4, 2, requires_grad=True)
    targets.loss((answer, None), torch.arange(4), 0.0).backward()  # type: ignore[no-untyped-call]
    assert answer.grad is not None
    assert (answer.grad[:, 1] == 0).all()
    # Binary cross-entropy at 0: (1/2 - label) / films.
    expected = (0.5 - torch.from_numpy(table.labels[:4, 0])) / 4
    torch.testing.assert_close(answer.grad[:, 0], expected)


def test_rare_labels_can_count_more(few: Path) -> None:
    from vision.training.targets import Targets

    table = read_table([few])
    table.labels[:, 0] = 0
    table.labels[:11, 0] = 1
    found = Targets.of(table, np.arange(len(table)), Recipe(pos_weight=0.5), [])
    assert float(found.pos_weight[0]) == pytest.approx(((88 - 11) / 11) ** 0.5)
    table.labels[:, 0] = 0
    with pytest.raises(InvalidField, match="Disc: among the training films"):
        Targets.of(table, np.arange(len(table)), Recipe(), [])


def test_bad_options_are_named(few: Path, tmp_path: Path) -> None:
    for argument, message in (
        ("--model=lita", "Known: convnext, densenet121, efficientnet, lite, torchxrayvision."),
        ("--setting=variant", "'variant' is not NAME=VALUE"),
        ("--setting=depth=3", "the network 'lite' has no 'depth'"),
        ("--batch-size=500", "fewer than a batch of 500"),
    ):
        result = train(f"--data={few}", f"--out={tmp_path}", "--scratch", argument)
        assert result.exit_code == 2
        assert message in result.output


def test_events_for_tensorboard(few: Path, tmp_path: Path) -> None:
    pytest.importorskip("tensorboard", reason="needs the extra `training`")
    recipe = Recipe(pretrained=False, settings=SETTINGS, side=32, batch_size=16, epochs=1)
    train_network(recipe, [few], tmp_path, threads=1, tensorboard=True)
    assert list((tmp_path / "tensorboard").glob("events.out.*"))


def test_the_options_default_to_the_recipe(few: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[Recipe] = []
    monkeypatch.setattr(
        "vision.training.session.train_network", lambda recipe, *_, **__: used.append(recipe)
    )
    assert train(f"--data={few}").exit_code == 0
    assert used == [Recipe()]
