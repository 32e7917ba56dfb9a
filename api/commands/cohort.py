"""`rank` and `evaluate`: many cases at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from api.commands.common import console, open_service, progress, release_option
from domain.errors import DifferentiaError, InputError, InvalidField

if TYPE_CHECKING:
    from api.service import Service
    from reasoning.evaluation import Figure, Measures

OWN = "--without-own-publication"


@click.command()
@click.argument("cases", type=click.Path(path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Results, one JSON object a line.",
)
@click.option(
    "--top",
    type=click.IntRange(1, 20_000),
    default=100,
    show_default=True,
    metavar="N",
    help="Diagnoses a case.",
)
@click.option(
    "--without-own-publication",
    "own",
    is_flag=False,
    flag_value="all",
    type=click.Choice(["all", "any"]),
    help="Ignore assertions all of whose references (any: one of them) are the case's own.",
)
@release_option
def rank(cases: Path, out: Path, top: int, own: str | None, release: str | None) -> None:
    """Rank the phenopackets in CASES: a folder, a JSON file or a .jsonl[.gz]."""
    from api import phenopackets

    service = open_service(release)
    service.ready()
    failed = done = 0
    temporary = out.with_name(f".{out.name}.part")
    try:
        handle: TextIO = temporary.open("w", encoding="utf-8")
    except OSError as error:
        raise InvalidField("--out", f"{out} cannot be written: {error.strerror}.") from None
    with handle, progress("ranking", phenopackets.count(cases)) as bar:
        for identifier, packet in phenopackets.read_many(cases):
            line = _line(service, identifier, packet, top, own)
            failed += "error" in line
            handle.write(json.dumps(line, ensure_ascii=False) + "\n")
            done += 1
            bar(done)
    temporary.replace(out)
    click.echo(f"{done - failed:,} cases ranked, {failed:,} failed: {out}", err=True)


def _line(
    service: Service,
    identifier: str,
    packet: dict[str, Any] | InputError,
    top: int,
    own: str | None,
) -> dict[str, object]:
    """One case's result; what is wrong with it instead, where it cannot be ranked."""
    from api.render.as_json import notes_json
    from reasoning import answer
    from reasoning.ranking import LeaveOut

    try:
        if isinstance(packet, InputError):
            raise packet
        case = service.case(phenopacket=packet, case_id=identifier)
        away = None if own is None else LeaveOut(references=case.references, any_of=own == "any")
        ranking = service.rank(case, away)
    except DifferentiaError as error:
        return {"case": identifier, "error": str(error), "release": service.release}
    ranked = answer.first(service.ranker, ranking, top, explained=False)
    return {
        "case": identifier,
        "differential": [
            {
                "rank": r.rank,
                "disease": r.hypothesis.disease,
                "same_as": list(r.hypothesis.same_as),
                "label": r.hypothesis.label,
                "posterior": r.posterior,
            }
            for r in ranked
        ],
        "outside_knowledge_base": ranking.outside,
        "findings_used": len(ranking.signs),
        "data_quality": notes_json(ranking.notes),
        "release": service.release,
    }


@click.group()
def evaluate() -> None:
    """Measure answers against known truth."""


@evaluate.command()
@click.argument("cases", type=click.Path(path_type=Path))
@click.option(
    "--per-disease",
    type=click.IntRange(0),
    default=5,
    show_default=True,
    metavar="N",
    help="At most the first N cases of a disease, by case id; 0 takes all.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the bootstrap.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@release_option
def ranking(cases: Path, per_disease: int, seed: int, as_json: bool, release: str | None) -> None:
    """Rank phenopackets with a known diagnosis: top-1, top-3, top-10 and mean reciprocal rank,
    as they are and without each case's own publication."""
    from api.evaluate import outcomes, read_cohort
    from reasoning.evaluation import measure

    service = open_service(release)
    cohort = read_cohort(service, cases, per_disease=per_disease)
    results: list[tuple[str, Measures, int]] = []
    for name, leave_out in (
        ("nothing removed", None),
        ("own publication removed", "all"),
        ("rows naming it removed", "any"),
    ):
        with progress(name, len(cohort.covered)) as bar:
            found, nothing = outcomes(service, cohort.covered, leave_out=leave_out, done=bar)
        results.append((name, measure(found, seed=seed), nothing))
    if as_json:
        click.echo(json.dumps(_object(service, cohort, seed, results), indent=1))
        return
    out = console()
    out.print(
        f"Release {service.release}, {service.ranker.versions['scorer']}. "
        f"{len(cohort.covered):,} covered cases, at most {per_disease or 'all'} a disease; "
        f"{cohort.not_covered:,} whose disease is not covered, {cohort.beyond_cap:,} beyond the "
        f"limit, {cohort.unusable:,} unusable. Intervals: 95 %, bootstrap by disease, seed {seed}."
    )
    out.print(_table(results))


def _table(results: list[tuple[str, Measures, int]]) -> Any:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE, padding=(0, 1))
    for column in ("", "n", "diseases", "nothing\nleft", "top-1 %", "top-3 %", "top-10 %", "MRR"):
        table.add_column(column, justify="right" if column else "left", no_wrap=bool(column))
    for name, m, nothing in results:
        shares = [_percent(m.top[k]) for k in sorted(m.top)]
        mrr = f"{m.mrr.value:.3f}\n{m.mrr.low:.3f}-{m.mrr.high:.3f}"
        table.add_row(name, f"{m.cases:,}", f"{m.diseases:,}", f"{nothing:,}", *shares, mrr)
    return table


def _percent(figure: Figure) -> str:
    return f"{100 * figure.value:.1f}\n{100 * figure.low:.1f}-{100 * figure.high:.1f}"


def _object(
    service: Service, cohort: Any, seed: int, results: list[tuple[str, Measures, int]]
) -> dict[str, object]:
    from dataclasses import asdict

    return {
        "versions": service.ready(),
        "covered": len(cohort.covered),
        "not_covered": cohort.not_covered,
        "beyond_cap": cohort.beyond_cap,
        "unusable": cohort.unusable,
        "seed": seed,
        "results": [
            {"setting": name, "left_with_nothing": nothing, **asdict(m)}
            for name, m, nothing in results
        ],
    }
