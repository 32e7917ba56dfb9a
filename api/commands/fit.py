"""`fit`: fit a scoring method on cases whose disease is known."""

from __future__ import annotations

from pathlib import Path

import click

from api.commands.common import (
    jobs_option,
    open_service,
    per_disease_option,
    progress,
    release_option,
)
from domain.errors import InvalidField


@click.group()
def fit() -> None:
    """Fit parameters on known cases."""


@fit.command()
@click.argument("cases", type=click.Path(path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where to write the parameters, with their model card.",
)
@per_disease_option
@click.option(
    "--folds",
    type=click.IntRange(2),
    default=5,
    show_default=True,
    metavar="K",
    help="Folds of the cross-validated figures on the card.",
)
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, metavar="N",
    help="Seed of the folds.",
)  # fmt: skip
@click.option("--data", default="", metavar="TEXT", help="Name, licence and citation of CASES.")
@jobs_option
@release_option
def ranking(
    cases: Path,
    out: Path,
    per_disease: int,
    folds: int,
    seed: int,
    data: str,
    jobs: int | None,
    release: str | None,
) -> None:
    """Fit the scoring method and its calibration on the phenopackets in CASES, whose diseases
    are known. Use the file with DIFFERENTIA_PARAMETERS."""
    from api.evaluate import read_cohort
    from api.fit import card, examples, fit_all, fit_folds
    from api.spread import Workers, cores

    service = open_service(release)
    cohort = read_cohort(service, cases, per_disease=per_disease)
    count = len(cohort.covered) + len(cohort.uncovered)
    with Workers(service, jobs or cores()) as workers, progress("ranking", count) as bar:
        found = examples(workers, cohort, bar)
    click.echo(f"Fitting {folds} times without one fold, then on all ...", err=True)
    without = fit_folds(found, folds, seed=seed)
    made = card(service, found, without, fit_all(found), seed=seed, data=data or cases.name)
    try:
        out.write_text(made.dump(), "utf-8")
    except OSError as error:
        raise InvalidField("--out", f"{out} cannot be written: {error.strerror}.") from None
    for name, value in made.card["cross_validated"].items():
        click.echo(f"{name}: {value}")
    click.echo(", ".join(f"{k} {v:g}" for k, v in made.parameters.items()))
    click.echo(f"Parameters and model card: {out}", err=True)
