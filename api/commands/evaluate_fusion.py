"""`evaluate fusion`: measure what a film adds to a report."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from api.commands.common import console, open_service, print_tables, progress, release_option
from domain.errors import NotInstalled


@click.command()
@click.option(
    "--images",
    "images",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    multiple=True,
    required=True,
    metavar="FOLDER",
    help="Folder with labels.csv and images of ChestX-ray14; may be repeated.",
)
@click.option("--n", "n", type=click.IntRange(1), default=150, show_default=True, metavar="N",
              help="Cases of each measure.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, metavar="N",
              help="Seed of the bootstrap and of what is drawn.")  # fmt: skip
@click.option("--recipe", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
              help="Tables that the cases are made by (default: benchmarks/fusion).")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@release_option
def fusion(
    images: tuple[Path, ...],
    n: int,
    seed: int,
    recipe: Path | None,
    as_json: bool,
    release: str | None,
) -> None:
    """Compose cases, declared synthetic, of a text of ours and a film that its reader was never
    trained on, and measure what the film adds to the text: each measure with its interval over
    patients, beside what was to be reached."""
    # Waiting threads that spin take the cores of those that compute; read when torch is loaded.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from api import evaluate_fusion as measure
    from api.fusion_cases import RECIPE
    from api.render.fusion_tables import as_object, summary, tables

    service = open_service(release)
    try:
        material = measure.Material(service, images, recipe or RECIPE, seed)
        with progress("films", len(material.rows)) as bar:
            material.read(bar)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] not in ("torch", "torchvision"):
            raise
        raise NotInstalled("PyTorch", "vision") from None
    with progress("composed cases", n) as bar:
        composed = measure.compose(material, n, bar)
    with progress("unrelated films", n + n // 2) as bar:
        added = measure.add_unrelated(material, n, bar)
    with progress("contradictions", n) as bar:
        contradicted = measure.contradict(material, n, bar)
    found = measure.evaluate(material, composed, added, contradicted)
    if as_json:
        click.echo(json.dumps(as_object(found), indent=1, ensure_ascii=False))
        return
    out = console()
    out.print(summary(found), markup=False)
    print_tables(out, tables(found))
