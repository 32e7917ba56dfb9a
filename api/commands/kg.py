"""`kg`: knowledge loaded safely; plan, load, compare, switch, go back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.commands.common import open_service, parse_sources, progress, release_option

if TYPE_CHECKING:
    from api.service import Service
    from kg.gate import Move

sources_argument = click.argument("sources", nargs=-1, metavar="[NAME[=FILE] ...]")
url_option = click.option(
    "--allow-url", is_flag=True, help="Take NAME=URL; the catalogue's addresses need no flag."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
decisions_option = click.option(
    "--decisions",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What a person decided on obsolete terms and on equal diseases (TSV).",
)
golden_option = click.option(
    "--golden",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="Golden cases to replay (default: benchmarks/golden of the checkout).",
)


@click.group()
def kg() -> None:
    """Load knowledge, see what it does, go back."""


@kg.command()
@sources_argument
@url_option
@click.option("--without", multiple=True, metavar="NAME", help="Take a source away. Repeatable.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where plan.html and changes.tsv go.",
)
@decisions_option
@golden_option
@json_option
def plan(
    sources: tuple[str, ...],
    allow_url: bool,
    without: tuple[str, ...],
    out: Path | None,
    decisions: Path | None,
    golden: Path | None,
    as_json: bool,
) -> None:
    """Show what a load would change; nothing is written but the plan itself."""
    from api.render.as_plan import plan_lines, plan_object, write_plan
    from kg.build import STAGES

    service = open_service()
    with progress("planning", STAGES) as bar:
        inputs = service.loader.inputs(_files(service, sources, allow_url), without)
        planned = service.loader.plan(inputs, decisions=decisions, progress=bar)
    moves = _replay_plan(service, planned, golden)
    made = planned.draft
    shown = (planned.changes, planned.errors, made.manifest["warnings"], moves)
    folder = out or service.settings.home / "plans" / made.id
    page = write_plan(folder, f"Plan of release {made.id}", *shown)
    if as_json:
        extra = {"release": made.id, "page": str(page)}
        click.echo(json.dumps(plan_object(*shown) | extra, indent=1))
        return
    click.echo(
        f"Release {made.id} would be made; the active one is {service.releases.active_id()}."
    )
    for line in plan_lines(*shown):
        click.echo(line)
    click.echo(f"To browse: {page}, and every change in {folder / 'changes.tsv'}")


def _files(service: Service, sources: tuple[str, ...], allow_url: bool) -> dict[str, list[Path]]:
    return parse_sources(sources, allow_url=allow_url, folder=service.settings.home / "downloads")


def _replay_plan(service: Service, planned: object, folder: Path | None) -> list[Move] | None:
    from api import golden
    from kg.loading import Plan

    found = golden.folder(folder)
    if service.releases.active_id() is None or found is None:
        return None
    assert isinstance(planned, Plan)
    return golden.replay_plan(service, planned, found)


@kg.command()
@sources_argument
@url_option
@click.option("--activate", is_flag=True, help="Make it the active release.")
@click.option("--force", is_flag=True, help="Load in spite of errors; the load log keeps that.")
@decisions_option
@golden_option
@json_option
def load(
    sources: tuple[str, ...],
    allow_url: bool,
    activate: bool,
    force: bool,
    decisions: Path | None,
    golden: Path | None,
    as_json: bool,
) -> None:
    """Make a release: the active one's sources, with those named added or replaced."""
    service = open_service()
    _load(
        service,
        _files(service, sources, allow_url),
        (),
        activate,
        force,
        decisions,
        golden,
        as_json,
    )


@kg.command()
@click.argument("source")
@click.option("--activate", is_flag=True, help="Make it the active release.")
@click.option("--force", is_flag=True, help="Load in spite of errors; the load log keeps that.")
@decisions_option
@golden_option
@json_option
def unload(
    source: str,
    activate: bool,
    force: bool,
    decisions: Path | None,
    golden: Path | None,
    as_json: bool,
) -> None:
    """Make a release of the active one's sources without SOURCE."""
    service = open_service()
    _load(service, {}, (source,), activate, force, decisions, golden, as_json)


def _load(
    service: Service,
    sources: dict[str, list[Path]],
    without: tuple[str, ...],
    activate: bool,
    force: bool,
    decisions: Path | None,
    golden: Path | None,
    as_json: bool,
) -> None:
    from api import golden as cases
    from api.commands.knowledge import manifest_lines
    from api.render.as_plan import plan_lines, plan_object
    from kg.build import STAGES

    before = service.releases.active_id()
    with progress("loading", STAGES) as bar:
        inputs = service.loader.inputs(sources, without)
        identifier, new = service.loader.load(
            inputs, decisions=decisions, force=force, progress=bar
        )
    manifest = service.releases.manifest(identifier)
    folder = cases.folder(golden)
    moves = None
    if before is not None and identifier != before and folder is not None:
        moves = cases.replay_releases(service.on(before), service.on(identifier), folder)
    if before is None or activate:
        service.releases.activate(identifier)
    active = service.releases.active_id()
    if as_json:
        gate = plan_object((), (), manifest["warnings"], moves)
        facts = {"release": identifier, "new": new, "active": active, "counts": manifest["counts"]}
        click.echo(
            json.dumps(facts | {k: gate[k] for k in ("golden", "movers", "warnings")}, indent=1)
        )
        return
    click.echo(f"Release {identifier}" + ("" if new else " (already there: same input)"))
    for line in manifest_lines(manifest):
        click.echo(line)
    if moves is not None:
        for line in list(plan_lines((), (), {}, moves))[1:]:
            click.echo(line)
    if active == identifier:
        click.echo("It is the active release.")
    else:
        click.echo(f"The active release is still {active}: `differentia kg activate {identifier}`.")


@kg.command()
@sources_argument
@url_option
@decisions_option
@click.option(
    "--limit",
    type=click.IntRange(0),
    default=50,
    show_default=True,
    metavar="N",
    help="Issues to print; 0 prints all.",
)
@json_option
def validate(
    sources: tuple[str, ...], allow_url: bool, decisions: Path | None, limit: int, as_json: bool
) -> None:
    """Check the active release with the sources named added or replaced; nothing is written."""
    from api.render.as_plan import issues_json
    from api.validation import validate as run

    service = open_service()
    with progress("checking", 4) as bar:
        issues = run(
            service, _files(service, sources, allow_url), decisions=decisions, progress=bar
        )
    worst = [i for i in issues if i.severity == "error"]
    shown = issues if limit == 0 else issues[:limit]
    if as_json:
        click.echo(json.dumps({"issues": issues_json(issues), "errors": len(worst)}, indent=1))
    else:
        for issue in shown:
            click.echo(str(issue))
        more = f", {len(issues) - len(shown):,} more not shown" if len(shown) < len(issues) else ""
        click.echo(f"{len(worst):,} errors, {len(issues) - len(worst):,} warnings and notes{more}.")
    if worst:
        raise SystemExit(1)


@kg.command()
@click.argument("old")
@click.argument("new")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write plan.html and changes.tsv there.",
)
@golden_option
@json_option
def diff(old: str, new: str, out: Path | None, golden: Path | None, as_json: bool) -> None:
    """Compare two releases, and how they answer the golden cases."""
    from api import golden as cases
    from api.render.as_plan import plan_lines, plan_object, write_plan
    from kg.diff import compare

    service = open_service()
    one, other = (service.on(service.releases_named(r)) for r in (old, new))
    changes = compare(one.store, other.store)
    folder = cases.folder(golden)
    moves = None if folder is None else cases.replay_releases(one, other, folder)
    shown = (changes, (), service.releases.manifest(other.release)["warnings"], moves)
    if out is not None:
        click.echo(
            f"To browse: {write_plan(out, f'{one.release} to {other.release}', *shown)}", err=True
        )
    if as_json:
        click.echo(json.dumps(plan_object(*shown), indent=1))
        return
    for line in plan_lines(*shown):
        click.echo(line)


@kg.command()
@json_option
def releases(as_json: bool) -> None:
    """List the releases, and which is active."""
    home = open_service().releases
    active = home.active_id()
    manifests = [home.manifest(identifier) for identifier in home.ids()]
    found = [
        {
            "id": m["id"],
            "active": m["id"] == active,
            "sources": {s["name"]: s["version"] for s in m["sources"]},
            "diseases": m["counts"]["diseases"],
            "assertions": m["counts"]["assertions"],
            "figures": m["counts"].get("figures", 0),  # releases of former builders have none
        }
        for m in manifests
    ]
    if as_json:
        click.echo(json.dumps({"releases": found}, indent=1))
        return
    if not found:
        click.echo(f"There is no release in {home.where}. `differentia build` makes one.")
    for r in found:
        named = ", ".join(f"{n} {v}".strip() for n, v in r["sources"].items())
        mark = "*" if r["active"] else " "
        counts = f"{r['diseases']:,} diseases, {r['assertions']:,} assertions"
        if r["figures"]:
            counts += f", {r['figures']:,} figures"
        click.echo(f"{mark} {r['id']}  {counts} ({named})")


@kg.command()
@click.argument("release")
def activate(release: str) -> None:
    """Make RELEASE the active one: one atomic switch that running workers follow."""
    service = open_service()
    identifier = service.releases_named(release)
    service.releases.verify(identifier)
    service.releases.activate(identifier)
    click.echo(f"Release {identifier} is active.")


@kg.command()
def rollback() -> None:
    """Go back to the release that was active before."""
    left, now = open_service().loader.rollback()
    click.echo(f"Release {now} is active again; {left} is still there.")


@kg.command()
@click.option(
    "--keep",
    type=click.IntRange(0),
    default=2,
    show_default=True,
    metavar="N",
    help="Releases to keep for going back to.",
)
def gc(keep: int) -> None:
    """Delete releases that are neither active nor kept for going back to. Cases stay."""
    doomed = open_service().loader.gc(keep=keep)
    click.echo(f"Deleted: {', '.join(doomed)}." if doomed else "Nothing to delete.")


@kg.command()
@click.argument("disease")
@click.argument("finding", required=False)
@json_option
@release_option
def provenance(disease: str, finding: str | None, as_json: bool, release: str | None) -> None:
    """Who says that DISEASE shows FINDING: source, release, line, loaded by whom and when."""
    from api.browse import provenance_lines, provenance_objects

    service = open_service(release)
    found = provenance_objects(service, disease, finding)
    if as_json:
        click.echo(json.dumps({"statements": found}, indent=1, ensure_ascii=False))
        return
    for line in provenance_lines(found):
        click.echo(line)


@kg.command()
@click.argument("form", type=click.Choice(["kgx", "turtle", "obographs"]))
@click.argument("out", type=click.Path(path_type=Path))
@release_option
def export(form: str, out: Path, release: str | None) -> None:
    """Write a release as KGX TSV (a folder), Turtle or OBO Graphs JSON."""
    from kg.export import export as write
    from kg.graph import graph_of

    service = open_service(release)
    write(graph_of(service.store), service.releases.manifest(service.release), form, out)
    click.echo(f"Release {service.release}: {out}", err=True)
