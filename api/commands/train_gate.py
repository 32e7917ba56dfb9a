"""`train gate`: train what refuses images that are no adult's frontal chest film."""

from __future__ import annotations

import os
from pathlib import Path

import click

from api.commands.train_vision import Bars
from domain.errors import NotInstalled


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), multiple=True, required=True,
              metavar="DIR|CSV", help="Films, as for `train vision`, with children; may be "
              "repeated.")  # fmt: skip
@click.option("--pictures", type=click.Path(path_type=Path, exists=True, file_okay=False),
              multiple=True, required=True, metavar="DIR",
              help="Pictures that are no films (photographs, drawings); may be "
              "repeated.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("film-gate"),
              show_default=True, metavar="DIR", help="Where to write the gate.")  # fmt: skip
@click.option("--steps", type=click.IntRange(1), default=2400, show_default=True, metavar="N",
              help="Steps of 64 images.")  # fmt: skip
@click.option("--scratch", is_flag=True, help="Start from random weights, not from ImageNet's.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, metavar="N",
              help="Seed of everything drawn at random.")  # fmt: skip
@click.option("--threads", type=click.IntRange(1), metavar="N",
              help="Threads of the processor (default: all cores).")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="The gate's card on stdout.")
def gate(
    data: tuple[Path, ...],
    pictures: tuple[Path, ...],
    out: Path,
    steps: int,
    scratch: bool,
    seed: int,
    threads: int | None,
    as_json: bool,
) -> None:
    """Train the gate that comes before the network: it refuses what is no adult's frontal chest
    film, upright and whole. Writes gate.safetensors and its card, gate.json, with what it refused
    of each kind."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        from vision.training.gate_making import make_gate
        from vision.training.gate_training import GateSettings
        from vision.training.machine import worker
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] not in ("torch", "torchvision"):
            raise
        raise NotInstalled("PyTorch", "vision") from None
    with worker(threads), Bars() as bars:
        settings = GateSettings(pretrained=not scratch, steps=steps, seed=seed)
        card = make_gate(data, pictures, out, settings, bars)
    if as_json:
        click.echo(card.model_dump_json())
        return
    width = max(len(kind) for kind in card.figures)
    click.echo(f"{'kind':{width}}  {'n':>6}  refused")
    for kind, figure in card.figures.items():
        share = "-" if figure.refused is None else f"{figure.refused:.1%}"
        click.echo(f"{kind:{width}}  {figure.n:>6}  {share:>7}")
    click.echo(f"The gate and its card: {out}")
