"""`evaluate vision`: measure the reader of films on films with labels."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.commands.common import console, progress, rich_table, write_output
from domain.errors import InvalidField, NotInstalled

if TYPE_CHECKING:
    from api.evaluate_vision import RunsMeasured, ShippedMeasured, Told
    from api.render.tables import Table
    from vision.card import ModelCard
    from vision.measuring.evaluate import Evaluation

FOLDER = click.Path(path_type=Path, file_okay=False)


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
@click.option("--model", "model", type=FOLDER, metavar="DIR",
              help="Folder of a model card and weights (default: those that ship).")  # fmt: skip
@click.option("--runs", "runs", type=click.Path(path_type=Path, file_okay=False, exists=True),
              multiple=True, metavar="DIR", help="Run of `train vision`, one for each part of the "
              "patients: measure these trainings instead; repeat it five times.")  # fmt: skip
@click.option("--card", type=FOLDER, metavar="DIR",
              help="With --runs: write the model card there, with the weights of the run "
              "of the lowest part.")  # fmt: skip
@click.option("--name", default="chest-film", show_default=True, metavar="NAME",
              help="With --card: the model's name.")  # fmt: skip
@click.option("--markdown", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Write the model card there, to be read.")  # fmt: skip
@click.option("--report", type=FOLDER, metavar="DIR",
              help="Write a report with calibration plots there.")  # fmt: skip
@click.option("--draws", type=click.IntRange(100), default=1000, show_default=True, metavar="N",
              help="Resamples of the bootstrap.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, metavar="N",
              help="Seed of the bootstrap.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def vision(
    data: tuple[Path, ...],
    model: Path | None,
    runs: tuple[Path, ...],
    card: Path | None,
    name: str,
    markdown: Path | None,
    report: Path | None,
    draws: int,
    seed: int,
    as_json: bool,
) -> None:
    """Measure the reader of films on films with labels, beside what can be told without reading
    them: AUROC, average precision, sensitivity, specificity, calibration, by label and by group of
    patients. Films of patients that the model was trained with are left out, and so are
    children's."""
    # Waiting threads that spin take the cores of those that compute; read when torch is loaded.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    if not runs and card is not None:
        raise InvalidField("--card", "needs the trainings.", mend="Add --runs, once a part.")
    if runs and model is not None:
        raise InvalidField("--model", "is not used with --runs.")
    try:
        if runs:
            _runs(data, runs, card, name, markdown, report, draws, seed, as_json)
        else:
            _shipped(data, model, markdown, report, draws, seed, as_json)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] not in ("torch", "torchvision"):
            raise
        raise NotInstalled("PyTorch", "vision") from None


def _runs(
    data: tuple[Path, ...],
    runs: tuple[Path, ...],
    card: Path | None,
    name: str,
    markdown: Path | None,
    report: Path | None,
    draws: int,
    seed: int,
    as_json: bool,
) -> None:
    from api.evaluate_vision import measure_runs
    from api.model_card import build_card, kept_gate, write_card
    from api.service import VERSION

    if len(runs) < 2:
        raise InvalidField("--runs", "one run holds out one part only.", mend="Give all five.")
    with _bars() as told:
        found = measure_runs(data, runs, seed=seed, draws=draws, told=told)
    gate = {} if card is None else kept_gate(card)
    made = build_card(
        found, name=name, version=VERSION, data=[p.resolve().name for p in data], gate=gate
    )
    if card is not None:
        write_card(made, found.weights, card)
        click.echo(f"Model card and weights: {card}", err=True)
    _markdown(made, markdown)
    shown = _tables_of_runs(found)
    if report is not None:
        _report(shown, found.measured.out_of_fold, report)
    if as_json:
        click.echo(json.dumps(_object_of_runs(found, seed), indent=1))
        return
    _print(shown)


def _shipped(
    data: tuple[Path, ...],
    model: Path | None,
    markdown: Path | None,
    report: Path | None,
    draws: int,
    seed: int,
    as_json: bool,
) -> None:
    import vision
    from api.evaluate_vision import measure_shipped
    from vision.card import read_card

    shipped = read_card(model or Path(vision.__file__).parent / "weights")
    with _bars() as told:
        found = measure_shipped(data, shipped, seed=seed, draws=draws, told=told)
    _markdown(shipped.card, markdown)
    shown = _tables_of_shipped(found, shipped.card)
    if report is not None:
        _report(shown, found.evaluation, report)
    if as_json:
        click.echo(json.dumps(_object_of_shipped(found, shipped.card, seed), indent=1))
        return
    _print(shown)


@contextmanager
def _bars() -> Iterator[Told]:
    """A progress bar that changes its title with what is being done."""
    with progress("reading", None) as bar:
        yield lambda what, done, total: bar(done, title=f"{what} ({done:,} of {total:,})"
                                            if total > 1 else what)  # fmt: skip


def _tables_of_runs(found: RunsMeasured) -> list[Table]:
    from api.model_card import figures_tables

    return figures_tables(found)


def _tables_of_shipped(found: ShippedMeasured, card: ModelCard) -> list[Table]:
    from api.render.vision_tables import group_tables, label_tables, pointing_table

    left = ", ".join(f"{n:,} {why}" for why, n in found.left_out.items() if n)
    note = (
        "At the operating points of the model card and with its probabilities. These hold the "
        "card's base rates: where a finding is rarer or commoner, they are too high or too low, "
        "and likelihood ratios may hold all the same. Supported: by the card."
    )
    tables = [
        *label_tables(
            f"{card.name} {card.version}",
            found.evaluation,
            {label.label: label.supported for label in card.labels},
            f"{note} Films left out: {left}." if left else note,
        ),
        *group_tables(found.evaluation),
    ]
    if found.pointing is not None:
        tables.append(pointing_table(found.pointing))
    return tables


def _print(tables: list[Table]) -> None:
    out = console()
    out.print("Intervals: 95 %, bootstrap by patient.", markup=False)
    for table in tables:
        out.print()
        out.print(table.title, style="bold", markup=False)
        if table.note:
            out.print(table.note, style="dim", markup=False)
        out.print(rich_table(table))


def _markdown(card: ModelCard, file: Path | None) -> None:
    from api.render.as_model_card import markdown

    if file is not None:
        write_output(markdown(card), file)
        click.echo(f"Model card: {file}", err=True)


def _report(tables: list[Table], e: Evaluation, folder: Path) -> None:
    from api.render.as_vision_report import write_vision_report

    write_vision_report(tables, e, folder)
    click.echo(f"Report: {folder / 'report.md'}", err=True)


def _object_of_runs(found: RunsMeasured, seed: int) -> dict[str, Any]:
    from api.render.vision_tables import asdict_models, evaluation_object

    measured = found.measured
    supported = {label: yes for label, (yes, _) in measured.supported.items()}
    return {
        "seed": seed,
        "test": evaluation_object(measured.test, supported),
        "out_of_fold": evaluation_object(measured.out_of_fold, supported),
        "why": {label: why for label, (_, why) in measured.supported.items()},
        "joint": None if measured.joint is None else asdict_models(measured.joint),
        "pointing": None if found.pointing is None else asdict_models(found.pointing),
    }


def _object_of_shipped(found: ShippedMeasured, card: ModelCard, seed: int) -> dict[str, Any]:
    from api.render.vision_tables import asdict_models, evaluation_object

    supported: Mapping[str, bool] = {c.label: c.supported for c in card.labels}
    return {
        "seed": seed,
        "model": {"name": card.name, "version": card.version, "sha256": card.weights_sha256},
        "left_out": dict(found.left_out),
        **evaluation_object(found.evaluation, supported),
        "pointing": None if found.pointing is None else asdict_models(found.pointing),
    }
