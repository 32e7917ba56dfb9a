"""A whole training: films read, network trained, everything written."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Protocol

from domain.errors import InvalidField, NotInstalled
from vision.data.images import load_films
from vision.data.table import read_table
from vision.training.checkpoint import NAME as CHECKPOINT
from vision.training.loop import Run, Step
from vision.training.machine import described, worker
from vision.training.output import PLOT, RECORD, WEIGHTS, plot_run, write_run, write_scores
from vision.training.recipe import Recipe


class Told(Protocol):
    """Who hears how far a training is."""

    def __call__(self, title: str, done: int, total: int) -> None:
        """`done` of `total` things of the present stage are done."""


def train_network(
    recipe: Recipe,
    data: Sequence[Path],
    folder: Path,
    *,
    teachers: Sequence[Path] = (),
    resume: bool = False,
    threads: int | None = None,
    tensorboard: bool = False,
    every_seconds: float = 600.0,
    told: Told | None = None,
) -> dict[str, Any] | None:
    """Train by `recipe` on the films of `data` and write weights, record, scores and plot into
    `folder`. Returns the record; None in the processes beside the leading one. Raises InvalidField
    where `folder` holds a run and `resume` is not said, and whatever reading the data raises."""
    _check(folder, resume=resume)
    with worker(threads) as here:
        tell = told if told is not None and here.leads else _unheard
        table = read_table(data)
        # What is wrong with the recipe is told before a hundred thousand films are read.
        run = Run(recipe, table, here=here, teachers=teachers)
        films = load_films(table, lambda done: tell("reading films", done, len(table)))
        folder.mkdir(parents=True, exist_ok=True)
        with _events(folder if tensorboard and here.leads else None) as events:

            def step_told(step: Step) -> None:
                tell(f"epoch {step.epoch + 1}, loss {step.loss:.4f}", step.done, step.total)

            trained = run.train(
                films,
                folder,
                resume=resume,
                every_seconds=every_seconds,
                told=step_told,
                epoch_told=events,
            )
        if not here.leads:
            return None
        record = {
            "recipe": recipe.as_dict(),
            "labels": list(table.names),
            "data": list(table.set_names),
            "teachers": [path.name for path in teachers],
            "films": {
                "read": len(table),
                "train": len(trained.split.train),
                "inner": len(trained.split.inner),
                "held_out": len(trained.split.held_out),
                "train_digest": run.fingerprint,
            },
            "machine": described(here),
            "seconds": round(trained.seconds, 1),
            "history": trained.history,
        }
        tell("scoring held-out films", 0, 1)
        write_scores(trained, table, films, side=recipe.side, folder=folder)
        plot_run(trained.history, folder / PLOT)
        write_run(trained, record, folder)
        (folder / CHECKPOINT).unlink(missing_ok=True)
        tell("scoring held-out films", 1, 1)
        return record


def _unheard(title: str, done: int, total: int) -> None:
    """Nobody listens."""


def _check(folder: Path, *, resume: bool) -> None:
    if (folder / WEIGHTS).exists() and (folder / RECORD).exists():
        raise InvalidField("--out", f"{folder} holds a finished run.", mend="Name another folder.")
    if (folder / CHECKPOINT).exists() and not resume:
        raise InvalidField(
            "--out",
            f"{folder} holds an unfinished run.",
            mend="Go on with it by --resume, or name another folder.",
        )


def _events(folder: Path | None) -> AbstractContextManager[Callable[[dict[str, Any]], None]]:
    """Writes each epoch's figures for TensorBoard; nowhere where no folder is given."""
    if folder is None:
        return nullcontext(lambda _: None)
    try:
        return _Events(folder / "tensorboard")
    except ImportError:
        raise NotInstalled("TensorBoard", "training") from None


class _Events(AbstractContextManager[Callable[[dict[str, Any]], None]]):
    def __init__(self, folder: Path) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self.writer: Any = SummaryWriter(str(folder))

    def __enter__(self) -> Callable[[dict[str, Any]], None]:
        return self._write

    def __exit__(self, *_: object) -> None:
        self.writer.close()

    def _write(self, entry: dict[str, Any]) -> None:
        self.writer.add_scalar("loss", entry["loss"], entry["epoch"])
        if inner := entry.get("inner"):
            self.writer.add_scalar("inner/mean AUROC", inner["mean"], entry["epoch"])
            for name, value in inner["auroc"].items():
                if value is not None and not math.isnan(value):
                    self.writer.add_scalar(f"inner/{name}", value, entry["epoch"])
