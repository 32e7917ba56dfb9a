"""`train`: train a part of the readers on annotated data."""

from __future__ import annotations

from pathlib import Path

import click

from api.commands.common import open_service, progress, release_option


@click.group()
def train() -> None:
    """Train a part of the readers on annotated data."""


@train.command()
@click.argument("corpora", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "format_",
    type=click.Choice(("annotations", "jsonl")),
    help="Format of the corpora (default: seen from their content).",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Settings of the component and its training (default: those that ship).",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("text-model"),
    show_default=True,
    metavar="DIR",
    help="Where to write the component with its model card.",
)
@click.option("--folds", type=click.IntRange(2), default=5, show_default=True, metavar="K",
              help="Folds of the cross-validated figures on the card.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, metavar="N",
              help="Seed of the folds and of the bootstrap.")  # fmt: skip
@click.option("--data", default="", metavar="TEXT", help="Name, licence and citation of CORPORA.")
@release_option
def text(
    corpora: tuple[Path, ...],
    format_: str | None,
    config: Path | None,
    output: Path,
    folds: int,
    seed: int,
    data: str,
    release: str | None,
) -> None:
    """Train a component of the text reader on annotated texts: names that the release lacks, and
    which of the findings that the reader sees an annotator would have marked. Use it with
    DIFFERENTIA_TEXT_MODEL=DIR."""
    from api import train_text
    from nlp.corpora import read_corpus
    from nlp.text_model import DEFAULT_CONFIG, TextConfig

    service = open_service(release, text_model="none")
    settings = TextConfig.read(config or DEFAULT_CONFIG)
    read = [read_corpus(path, format_) for path in corpora]
    with progress("training", settings.training.epochs) as bar:

        def told(title: str, epoch: int, most: int, loss: float) -> None:
            bar(epoch * settings.training.epochs / most, title=f"{title}, loss {loss:.3f}")

        answers = train_text.cross_validated(
            service, read, settings, folds=folds, seed=seed, progress=told
        )
        model = train_text.train(service, read, settings, told)
    named = data or ", ".join(path.name for path in corpora)
    made = train_text.card(
        service, read, settings, model, answers, folds=folds, seed=seed, data=named
    )
    train_text.write(model, made, output)
    click.echo(made)
    click.echo(f"Component and model card: {output}", err=True)
