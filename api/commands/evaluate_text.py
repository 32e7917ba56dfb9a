"""`evaluate text`: measure the reader on annotated texts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.commands.common import (
    console,
    open_service,
    progress,
    release_option,
    rich_table,
    write_output,
)

if TYPE_CHECKING:
    from api.evaluate_text import Reader
    from api.service import Service
    from nlp.corpora import Corpus

FORMATS = ("annotations", "sentences", "reports", "jsonl")


@click.command()
@click.argument("corpora", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    help="Format of the corpora (default: seen from their content).",
)
@click.option(
    "--labels", type=click.Path(path_type=Path), metavar="FILE", help="Labels of the reports."
)
@click.option("--baseline", is_flag=True, help="Measure a plain dictionary beside the reader.")
@click.option(
    "--errors",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write every error there, with the words around it.",
)
@click.option(
    "--folds",
    type=click.IntRange(2),
    metavar="K",
    help="Train K components as `train text` does and let each document be read by one that has "
    "not seen it.",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="With --folds: settings of the training.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, metavar="N",
              help="Seed of the bootstrap and of the folds.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@release_option
def text(
    corpora: tuple[Path, ...],
    format_: str | None,
    labels: Path | None,
    baseline: bool,
    errors: Path | None,
    folds: int | None,
    config: Path | None,
    seed: int,
    as_json: bool,
    release: str | None,
) -> None:
    """Read annotated texts and measure what was found: precision, recall and F1 of findings by
    document and by mention, of attributes, of labels, each with its interval."""
    from api import evaluate_text
    from api.render.text_tables import as_object, common_errors, errors_text, tables
    from nlp.corpora import read_corpus

    service = open_service(release)
    read = [read_corpus(path, format_, labels=labels) for path in corpora]
    readers: dict[str, Reader] = {"reader": service.reader}
    if baseline:
        readers["dictionary"] = evaluate_text.dictionary(service)
    results = []
    for corpus in read:
        folded = _folded(service, corpus, folds, config, seed) if folds else {}
        for name, reader in (readers | folded).items():
            with progress(f"{corpus.name}, {name}", len(corpus.documents)) as bar:
                results.append(
                    evaluate_text.evaluate(
                        service, corpus, reader=reader, name=name, seed=seed, done=bar
                    )
                )
    ours = [r for r in results if r.reader != "dictionary"]
    if errors is not None:
        write_output(errors_text(ours), errors)
        click.echo(f"Errors: {errors}", err=True)
    if as_json:
        found = {"versions": service.ready(), "seed": seed}
        click.echo(json.dumps(found | {"results": [as_object(r) for r in results]}, indent=1))
        return
    out = console()
    out.print(
        f"Release {service.release}. Intervals: 95 %, bootstrap by document, seed {seed}.",
        markup=False,
    )
    for table in tables(results):
        out.print()
        out.print(table.title, style="bold", markup=False)
        out.print(table.note, style="dim", markup=False)
        out.print(rich_table(table))
    for result in ours:
        if result.misses:
            title = f"\n{result.corpus}, {result.reader}: errors made most often"
            out.print(title, style="bold", markup=False)
            out.print("\n".join(common_errors(result)), markup=False)


def _folded(
    service: Service, corpus: Corpus, folds: int, config: Path | None, seed: int
) -> dict[str, Reader]:
    """The reader with components trained on the other folds, where the corpus can teach one."""
    from api.train_text import cross_validated
    from nlp.text_model import DEFAULT_CONFIG, TextConfig

    if not corpus.has_concepts:
        return {}
    settings = TextConfig.read(config or DEFAULT_CONFIG)
    with progress(f"{corpus.name}, training", settings.training.epochs) as bar:

        def told(title: str, epoch: int, most: int, loss: float) -> None:
            done = epoch * settings.training.epochs / most
            bar(done, title=f"{corpus.name}, {title}, loss {loss:.3f}")

        answers = cross_validated(
            service, [corpus], settings, folds=folds, seed=seed, progress=told
        )
    return {f"trained, {folds} folds": answers}
