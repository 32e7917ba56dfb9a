"""`evaluate`: measure answers against known truth."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.commands.common import (
    console,
    jobs_option,
    open_service,
    per_disease_option,
    progress,
    release_option,
    rich_table,
)
from domain.errors import InvalidField

if TYPE_CHECKING:
    from api.evaluate import Chooser, Cohort, Evaluation
    from api.service import Service
    from api.spread import Workers
    from reasoning.evaluation import Outcome

#: The method that `fit` fits.
METHOD = "coverage"
FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group()
def evaluate() -> None:
    """Measure answers against known truth."""


@evaluate.command()
@click.argument("cases", type=click.Path(path_type=Path))
@per_disease_option
@click.option(
    "--scorer",
    "scorers",
    multiple=True,
    metavar="NAME",
    help="Scoring method to measure (default: the setting DIFFERENTIA_SCORER); repeatable.",
)
@click.option("--all-scorers", is_flag=True, help="Measure all scoring methods.")
@click.option(
    "--perturb",
    "perturbations",
    multiple=True,
    type=click.Choice(["simulate", "noise", "imprecise"]),
    help="Measure what this does to the ranking, in place of the usual tables; repeatable.",
)
@click.option("--report", type=FOLDER, metavar="DIR", help="Write a report with plots there.")
@click.option("--pheval", type=FOLDER, metavar="DIR", help="Write results for PhEval there.")
@click.option(
    "--folds",
    type=click.IntRange(2),
    metavar="K",
    help="Fit the method coverage K times and answer each case by a fit that saw neither its "
    "disease nor its publication.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, metavar="N",
              help="Seed of the bootstrap and of what is drawn.")  # fmt: skip
@jobs_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@release_option
def ranking(
    cases: Path,
    per_disease: int,
    scorers: tuple[str, ...],
    all_scorers: bool,
    perturbations: tuple[str, ...],
    report: Path | None,
    pheval: Path | None,
    folds: int | None,
    seed: int,
    jobs: int | None,
    as_json: bool,
    release: str | None,
) -> None:
    """Rank phenopackets with a known diagnosis and measure the answers: top-k, reciprocal rank,
    calibration, what is outside the knowledge base; with and without each case's own publication.
    """
    from api.evaluate import ByName, Evaluation, read_cohort
    from api.spread import WORTH, Workers, cores
    from reasoning import scorer
    from reasoning.perturb import SIMULATED

    for option, folder in (("--report", report), ("--pheval", pheval)):
        if folder is not None:
            _make(option, folder)
    service = open_service(release)
    names = scorer.names() if all_scorers else scorers or (service.settings.scorer,)
    methods = {name: service.ranker_with(name).versions["scorer"] for name in dict.fromkeys(names)}
    cohort = read_cohort(service, cases, per_disease=per_disease)
    found = Evaluation(
        versions={k: v for k, v in service.ready().items() if k != "scorer"},
        cohort=cohort,
        per_disease=per_disease,
        seed=seed,
        scorers=methods,
        families=service.knowledge.family_vocabulary,
    )
    choosers: dict[str, Chooser] = {name: ByName(scorer=name) for name in methods}
    outcomes: dict[str, list[Outcome]] = {}
    work = len(cohort.covered) + SIMULATED * ("simulate" in perturbations)
    with Workers(service, min(jobs or cores(), max(work // WORTH, 1))) as workers:
        if folds:
            choosers |= _folded(workers, cohort, folds, seed)
            found = replace(found, scorers={**methods, METHOD: f"{METHOD}, {folds}-fold"})
        if perturbations:
            found = _perturb(workers, service, found, choosers, dict.fromkeys(perturbations))
        else:
            found, outcomes = _measure(workers, found, choosers)
        if pheval is not None:
            _pheval(workers, found, choosers, pheval)
    if report is not None:
        from api.render.as_report import write_report

        write_report(found, outcomes, report)
        click.echo(f"Report: {report / 'report.md'}", err=True)
    if as_json:
        click.echo(json.dumps(_object(found), indent=1))
    else:
        _print(found)


def _folded(workers: Workers, cohort: Cohort, count: int, seed: int) -> dict[str, Chooser]:
    """The method that can be fitted, each case answered by what did not see its fold."""
    from api.fit import ByFold, examples, fit_folds

    with progress("reading", len(cohort.covered) + len(cohort.uncovered)) as bar:
        found = examples(workers, cohort, bar)
    return {METHOD: ByFold(folds=fit_folds(found, count, seed=seed))}


def _make(option: str, folder: Path) -> None:
    """Make a folder now rather than fail when all is measured. Raises InvalidField."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidField(option, f"{folder} cannot be made: {error.strerror}.") from None


def _measure(
    workers: Workers, found: Evaluation, choosers: Mapping[str, Chooser]
) -> tuple[Evaluation, dict[str, list[Outcome]]]:
    """The usual tables, and the outcomes by scoring method."""
    from api.evaluate import outcomes
    from reasoning.evaluation import Setting, summarise

    results = []
    kept: dict[str, list[Outcome]] = {}
    grouped = bool(found.families)
    for scorer, chooser in choosers.items():
        kept[scorer] = []
        for setting in Setting:
            with progress(f"{scorer}, {setting.value}", len(found.cohort.of(setting))) as bar:
                some = outcomes(workers, found.cohort, setting, chooser, bar)
            kept[scorer] += some
            results.append(summarise(scorer, setting, some, seed=found.seed, grouped=grouped))
    return replace(found, results=tuple(results)), kept


def _perturb(
    workers: Workers,
    service: Service,
    found: Evaluation,
    choosers: Mapping[str, Chooser],
    kinds: Iterable[str],
) -> Evaluation:
    from api.evaluate import Perturbed, disturbed, simulated
    from reasoning.perturb import simulated_diseases

    made, seed = [], found.seed
    for scorer, chooser in choosers.items():
        for kind in kinds:
            simulate = kind == "simulate"
            total = len(found.cohort.covered)
            if simulate:
                total = len(simulated_diseases(service.knowledge, seed=seed))
            with progress(f"{scorer}, {kind}", total) as bar:
                change = (
                    simulated(workers, service.knowledge, chooser, seed=seed, done=bar)
                    if simulate
                    else disturbed(workers, found.cohort, kind, chooser, seed=seed, done=bar)
                )
            made.append(Perturbed(kind=kind, scorer=scorer, change=change))
    return replace(found, perturbed=tuple(made))


def _pheval(
    workers: Workers, found: Evaluation, choosers: Mapping[str, Chooser], folder: Path
) -> None:
    from api.evaluate import write_pheval
    from reasoning.evaluation import Setting

    total = len(found.cohort.of(Setting.EVERYTHING))
    for scorer, chooser in choosers.items():
        with progress(f"{scorer}, for PhEval", total) as bar:
            write_pheval(workers, found.cohort, chooser, folder / scorer, done=bar)


def _print(found: Evaluation) -> None:
    from api.render.tables import summary, tables

    out = console()
    out.print(summary(found), markup=False)
    for table in tables(found, every=False):
        out.print()
        out.print(table.title, style="bold", markup=False)
        if table.note:
            out.print(table.note, style="dim", markup=False)
        out.print(rich_table(table))


def _object(found: Evaluation) -> dict[str, Any]:
    """Everything that was measured; a figure that could not be is null."""
    cohort = found.cohort
    results = [asdict(r) for r in found.results]
    for r in results:
        r.update(r.pop("measures"))
    return {
        "versions": dict(found.versions),
        "scorers": dict(found.scorers),
        "families": found.families or None,
        "covered": len(cohort.covered),
        "not_covered": cohort.not_covered,
        "not_covered_ranked": len(cohort.uncovered),
        "beyond_cap": cohort.beyond_cap,
        "unusable": cohort.unusable,
        "seed": found.seed,
        "results": _finite(results),
        "perturbed": _finite([asdict(p) for p in found.perturbed]),
    }


def _finite(value: Any) -> Any:
    """The same with null for what is not a number."""
    if isinstance(value, dict):
        return {k: _finite(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(v) for v in value]
    return None if isinstance(value, float) and isnan(value) else value
