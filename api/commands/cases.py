"""`cases`: those that were kept in the graph; listed, shown, exported, deleted."""

from __future__ import annotations

import json
from pathlib import Path

import click

from api.commands.common import console, open_service, write_output


@click.group()
def cases() -> None:
    """Cases kept with --store-case: coded data and offsets, no free text."""


@cases.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_cases(as_json: bool) -> None:
    """List the cases."""
    kept = open_service().cases
    found = [kept.get(identifier) for identifier in kept.ids()]
    if as_json:
        rows = [
            {"id": c.id, "stored": c.stored, "observations": len(c.observations)} for c in found
        ]
        click.echo(json.dumps({"cases": rows}, indent=1))
        return
    for c in found:
        click.echo(f"{c.id}  {c.stored}  {len(c.observations)} observations")
    if not found:
        click.echo("No case is kept. `differentia diagnose --store-case` keeps one.", err=True)


@cases.command()
@click.argument("case")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--support",
    is_flag=True,
    help="From where it was seen to the diseases that show it and their references.",
)
@click.option(
    "--top",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    metavar="N",
    help="With --support: at most N rows of each place; JSON has all.",
)
def show(case: str, as_json: bool, support: bool, top: int) -> None:
    """Show a case, and which diseases its present findings speak for."""
    from api.render.as_support import print_support, rows_object
    from kg.cases import to_object

    service = open_service()
    found = service.cases.get(case)
    diseases = service.cases.diseases_of(case)
    rows = service.cases.supported(case) if support else []
    if as_json:
        linked = {concept: list(ids) for concept, ids in diseases.items()}
        more = {"supported": rows_object(rows)} if support else {}
        click.echo(json.dumps(to_object(found) | {"diseases_of": linked} | more, indent=1))
        return
    click.echo(f"{found.id}  stored {found.stored} on release {found.release}")
    for o in found.observations:
        before = "" if o.earlier is None else f", {o.earlier:,} days before this illness"
        study = "" if o.study is None else f", study {o.study}"
        whose = f"{o.experiencer.value}, {o.time.value}{before}{study}"
        click.echo(f"  {o.state.value:<12} {o.concept}  {whose}")
    for concept, ids in diseases.items():
        click.echo(f"  {concept} is seen in {len(ids):,} diseases of the active release")
    if support:
        print_support(found, rows, console(), top=top)


@cases.command()
@click.argument("case", required=False)
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Write there instead of stdout.",
)  # fmt: skip
def export(case: str | None, output: Path | None) -> None:
    """Write a case, or all of them, as JSON lines."""
    from kg.cases import to_object

    kept = open_service().cases
    lines = [json.dumps(to_object(kept.get(i))) for i in ([case] if case else kept.ids())]
    write_output("\n".join(lines), output)


@cases.command()
@click.argument("case")
def delete(case: str) -> None:
    """Delete a case."""
    open_service().cases.remove(case)
    click.echo(f"Case {case} is deleted.")
