"""`evaluate cases`: measure the ranking of common disease."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.commands.common import (
    console,
    open_service,
    print_tables,
    progress,
    release_option,
    write_output,
)

if TYPE_CHECKING:
    from api.evaluate_cases import CaseEvaluation
    from api.service import Service
    from domain.figures import Setting

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.option("--vignettes", type=FILE, metavar="FILE", help="Vignettes, a JSON object a line.")
@click.option("--ddxplus", type=FILE, metavar="FILE", help="Patients of DDXPlus, CSV or its .gz.")
@click.option("--rare", type=FILE, metavar="FILE",
              help="Phenopackets of rare diseases, to rank in scopes rare and all.")  # fmt: skip
@click.option(
    "--setting",
    "setting_name",
    default="emergency",
    show_default=True,
    metavar="NAME",
    help="Where the patients were met: primary, emergency or ward.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, metavar="N",
              help="Seed of the bootstrap and of what is drawn.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--markdown", type=FILE, metavar="FILE", help="Write the tables there as Markdown.")
@click.option(
    "--errors",
    type=FILE,
    metavar="FILE",
    help="Write each vignette there with its rank, what stood first and the findings used.",
)
@release_option
def cases(
    vignettes: Path | None,
    ddxplus: Path | None,
    rare: Path | None,
    setting_name: str,
    seed: int,
    as_json: bool,
    markdown: Path | None,
    errors: Path | None,
    release: str | None,
) -> None:
    """Rank vignettes and simulated patients among common diseases, by text or findings alone, and
    compare the model's likelihood ratios with printed ones: each measure with its interval,
    beside what was to be reached."""
    from api.common import setting_of
    from api.render.case_tables import as_markdown, as_object, errors_text, summary, tables

    found = _measure(
        open_service(release), vignettes, ddxplus, rare, setting_of(setting_name), seed
    )
    for text, path, name in (
        (as_markdown(found), markdown, "Tables"),
        (errors_text(found), errors, "Errors"),
    ):
        if path is not None:
            write_output(text, path)
            click.echo(f"{name}: {path}", err=True)
    if as_json:
        click.echo(json.dumps(as_object(found), indent=1, ensure_ascii=False))
        return
    out = console()
    out.print(summary(found), markup=False)
    print_tables(out, tables(found))


def _measure(
    service: Service,
    vignettes: Path | None,
    ddxplus: Path | None,
    rare: Path | None,
    setting: Setting,
    seed: int,
) -> CaseEvaluation:
    """Everything that was asked for; files are read before the first case is ranked."""
    from api import evaluate_cases as measure
    from api.vignettes import read_vignettes
    from reasoning.common.evaluation import published, ratios

    ranker = service.common
    items = read_vignettes(vignettes) if vignettes else ()
    patients = measure.known_patients(service, ddxplus) if ddxplus else []
    lines: list[measure.Line] = []
    judged: list[measure.Judged] = []
    placed: list[measure.Placed] = []
    if items:
        with progress("vignettes", len(items)) as bar:
            judged = measure.judge_vignettes(service, items, setting, seed=seed, done=bar)
        lines += measure.vignette_lines(judged, seed=seed)
    if patients:
        with progress("simulated patients", len(patients)) as bar:
            placed = measure.place_patients(service, patients, setting, done=bar)
        lines += measure.patient_lines(placed, seed=seed)
    if rare:
        with progress("rare diseases", len(measure.rare_cases(service, rare))) as bar:
            lines += measure.rare_lines(
                measure.place_rare(service, rare, setting, done=bar), seed=seed
            )
    printed = ratios(ranker)
    with progress("likelihood ratios", len(printed)) as bar:
        compared = published(ranker, setting, bar)
    lines += measure.ratio_lines(compared, seed=seed)
    return measure.CaseEvaluation(
        versions=ranker.versions,
        setting=setting,
        seed=seed,
        diseases=len(ranker.curated.diseases),
        lines=tuple(lines),
        judged=tuple(judged),
        conditions=measure.by_condition(placed),
        published=tuple(compared),
        printed=len(printed),
    )
