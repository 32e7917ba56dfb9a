"""`train vision`: train a network on films."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from api.commands.common import progress
from domain.errors import InvalidField, NotInstalled


@click.command()
@click.option(
    "--data",
    "data",
    type=click.Path(path_type=Path, exists=True),
    multiple=True,
    required=True,
    metavar="DIR|CSV",
    help="Folder with labels.csv and images, or a CSV beside its images; may be repeated.",
)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("film-model"),
              show_default=True, metavar="DIR", help="Where to write the run.")  # fmt: skip
@click.option("--model", default="lite", show_default=True, metavar="NAME",
              help="Network, by its file's name in vision/models/.")  # fmt: skip
@click.option("--setting", "settings", multiple=True, metavar="NAME=VALUE",
              help="A setting of the network, as variant=1; may be repeated.")  # fmt: skip
@click.option("--scratch", is_flag=True, help="Start from random weights, not from ImageNet's.")
@click.option("--side", type=click.IntRange(32), default=160, show_default=True, metavar="PX",
              help="Side of the network's input.")  # fmt: skip
@click.option("--fold", type=click.IntRange(0, 4), default=0, show_default=True, metavar="K",
              help="Part of the patients that is held out.")  # fmt: skip
@click.option("--epochs", type=click.IntRange(1), metavar="N",
              help="Exactly N epochs on all training patients (default: up to 12, stopped early "
              "by an inner 8 % of them).")  # fmt: skip
@click.option("--batch-size", type=click.IntRange(1), default=32, show_default=True, metavar="N",
              help="Films of a step, of all processes together.")  # fmt: skip
@click.option("--lr", type=click.FloatRange(0, min_open=True), default=1e-3, show_default=True,
              metavar="RATE", help="Highest learning rate.")  # fmt: skip
@click.option("--ema", type=click.FloatRange(0, 1), default=0.997, show_default=True,
              metavar="DECAY", help="Decay of the averaged weights a step.")  # fmt: skip
@click.option("--auxiliary", type=click.FloatRange(0), default=0.0, show_default=True,
              metavar="WEIGHT", help="Weight of sex, view and age, learnt beside.")  # fmt: skip
@click.option("--pos-weight", type=click.FloatRange(0, 1), default=0.0, show_default=True,
              metavar="POWER", help="Count positives (negatives / positives) ** POWER "
              "times.")  # fmt: skip
@click.option("--smoothing", type=click.FloatRange(0, 1), default=0.0, show_default=True,
              metavar="SHARE", help="Move targets towards the label's prevalence.")  # fmt: skip
@click.option("--soften", type=click.FloatRange(0, 1), default=0.25, show_default=True,
              metavar="SHARE", help="Share of steps whose films are blurred.")  # fmt: skip
@click.option("--teacher", "teachers", type=click.Path(path_type=Path, dir_okay=False, exists=True),
              multiple=True, metavar="FILE", help="Scores of a teacher (scores.npz) to learn from "
              "beside the labels; may be repeated.")  # fmt: skip
@click.option("--teacher-weight", type=click.FloatRange(0, 1), default=0.5, show_default=True,
              metavar="SHARE", help="The teacher's share in a target.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, metavar="N",
              help="Seed of everything drawn at random.")  # fmt: skip
@click.option("--threads", type=click.IntRange(1), metavar="N",
              help="Threads of the processor (default: all cores).")  # fmt: skip
@click.option("--resume", is_flag=True, help="Go on with the unfinished run in --out, if any.")
@click.option("--checkpoint-minutes", type=click.FloatRange(0), default=10.0, show_default=True,
              metavar="MIN", help="Checkpoint this often, and after each epoch.")  # fmt: skip
@click.option("--tensorboard", is_flag=True, help="Write events for TensorBoard into --out.")
@click.option("--json", "as_json", is_flag=True, help="The record of the run on stdout.")
def vision(
    data: tuple[Path, ...],
    out: Path,
    teachers: tuple[Path, ...],
    threads: int | None,
    resume: bool,
    checkpoint_minutes: float,
    tensorboard: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Train a network on films and their labels. Writes weights (model.safetensors), the record
    (run.json), scores of the held-out films (scores.npz) and a plot. `torchrun` starts it on
    several GPUs."""
    # Waiting threads that spin take the cores of those that compute; read when torch is loaded.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        from vision.training.session import train_network
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] not in ("torch", "torchvision", "PIL"):
            raise
        raise NotInstalled("PyTorch", "vision") from None
    bars = Bars()
    with bars:
        record = train_network(
            _recipe(**options),
            data,
            out,
            teachers=teachers,
            resume=resume,
            threads=threads,
            tensorboard=tensorboard,
            every_seconds=checkpoint_minutes * 60,
            told=bars,
        )
    if record is None:
        return
    if as_json:
        click.echo(json.dumps(record))
        return
    for entry in record["history"]:
        inner = (
            f", mean AUROC of the inner part {entry['inner']['mean']:.3f}"
            if ("inner" in entry)
            else ""
        )
        click.echo(f"epoch {entry['epoch']}: loss {entry['loss']:.4f}{inner}")
    films = record["films"]
    click.echo(
        f"Trained on {films['train']} films in {record['seconds'] / 60:.1f} minutes; "
        f"{films['held_out']} held-out films scored: {out}"
    )


def _recipe(
    *, settings: tuple[str, ...], scratch: bool, lr: float, soften: float, **others: Any
) -> Any:
    from vision.training.augment import Augmentation
    from vision.training.recipe import Recipe

    return Recipe(
        settings=dict(_setting(text) for text in settings),
        pretrained=not scratch,
        learning_rate=lr,
        augmentation=Augmentation(soften=soften),
        **others,
    )


def _setting(text: str) -> tuple[str, object]:
    """NAME=VALUE; a value that reads as a number is one."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise InvalidField("--setting", f"{text!r} is not NAME=VALUE.")
    for kind in (int, float):
        try:
            return name, kind(value)
        except ValueError:
            continue
    return name, value


class Bars:
    """A progress bar for each stage, on stderr, where that is a terminal."""

    def __init__(self) -> None:
        self._stage: str | None = None
        self._open: Any = None
        self._bar: Callable[..., None] | None = None

    def __enter__(self) -> Bars:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def __call__(self, title: str, done: int, total: int) -> None:
        """Move the bar of the present stage."""
        if not sys.stderr.isatty():
            return
        stage = title.split()[0]
        if stage != self._stage:
            self._close()
            self._stage, self._open = stage, progress(title, total)
            self._bar = self._open.__enter__()
        assert self._bar is not None
        self._bar(done, title=title)

    def _close(self) -> None:
        if self._open is not None:
            self._open.__exit__(None, None, None)
        self._open = self._stage = None
