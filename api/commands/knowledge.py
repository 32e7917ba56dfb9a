"""`build`, `releases` and `concepts`: making knowledge, and looking at it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.commands.common import console, open_service, progress, release_option
from domain.errors import InvalidField

if TYPE_CHECKING:
    from kg.build import Built

SHOWN = 12


@click.command()
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="NAME=FILE",
    help="Take this file for a source (hpo, hpoa). Repeatable.",
)
@click.option(
    "--decisions",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What a person decided on obsolete terms (TSV).",
)
@click.option("--activate", is_flag=True, help="Make it the active release even where another is.")
@click.option("--json", "as_json", is_flag=True, help="Print the manifest's summary as JSON.")
def build(sources: tuple[str, ...], decisions: Path | None, activate: bool, as_json: bool) -> None:
    """Make a release of the knowledge base from its sources."""
    from kg.build import STAGES

    service = open_service()
    with progress("building", STAGES) as bar:
        built = service.build(_sources(sources), decisions=decisions, progress=bar)
    if activate or service.home.active_id() is None:
        service.home.activate(built.release.id)
    active = service.home.active_id()
    if as_json:
        summary = {k: v for k, v in built.release.manifest.items() if k != "files"}
        click.echo(json.dumps(summary | {"active": active == built.release.id}, indent=1))
        return
    _report(built, active)


def _sources(given: tuple[str, ...]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for text in given:
        name, equals, file = text.partition("=")
        if not equals or not file:
            raise InvalidField("--source", f"{text!r} is not NAME=FILE.")
        found[name] = Path(file)
    return found


def _report(built: Built, active: str | None) -> None:
    """What was read, repaired and left out, as the manifest has it."""
    out = console()
    m: dict[str, Any] = built.release.manifest
    out.print(f"Release {m['id']}" + ("" if built.new else " (already there: same input)"))
    for source in m["sources"]:
        out.print(f"  {source['title']}, {source['version']} ({source['licence']})")
    out.print("Holds    " + ", ".join(f"{n:,} {name}" for name, n in m["counts"].items()))
    out.print("Read     " + ", ".join(f"{n:,} {name}" for name, n in m["read"].items()))
    repaired = m["repaired"]
    out.print(f"Repaired {sum(repaired.values()):,} rows" + _ids(len(repaired)))
    for what, n in list(repaired.items())[:SHOWN]:
        out.print(f"  {n:5,}  {what}")
    left_out: dict[str, int] = {}
    for row in m["left_out"]:
        key = f"{row['concept']} ({row['polarity']}): {row['reason']}"
        left_out[key] = left_out.get(key, 0) + 1
    out.print(f"Left out {len(m['left_out']):,} rows" + _ids(len(left_out)))
    for what, n in list(left_out.items())[:SHOWN]:
        out.print(f"  {n:5,}  {what}")
    out.print(
        f"Noted    {len(m['warnings']):,}"
        + (f", the first: {m['warnings'][0]}" if m["warnings"] else "")
    )
    manifest = built.release.path / "manifest.json"
    out.print(f"All of it is in {manifest}")
    if active == m["id"]:
        out.print("It is the active release.")
    else:
        out.print(f"The active release is still {active}. `--activate` makes this one active.")


def _ids(n: int) -> str:
    return f", {n:,} identifiers" if n else ""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def releases(as_json: bool) -> None:
    """List the releases, and which is active."""
    service = open_service()
    active = service.home.active_id()
    found = [
        {
            "id": r.id,
            "active": r.id == active,
            "sources": r.versions(),
            "diseases": r.manifest["counts"]["diseases"],
            "assertions": r.manifest["counts"]["assertions"],
            "path": str(r.path),
        }
        for r in service.home.releases()
    ]
    if as_json:
        click.echo(json.dumps({"releases": found}, indent=1))
        return
    if not found:
        click.echo(f"There is no release in {service.home.path}. `differentia build` makes one.")
    for r in found:
        sources = ", ".join(f"{n} {v}" for n, v in r["sources"].items())
        mark = "*" if r["active"] else " "
        click.echo(
            f"{mark} {r['id']}  {r['diseases']:,} diseases, "
            f"{r['assertions']:,} assertions ({sources})"
        )


@click.group()
def concepts() -> None:
    """Find and show concepts of a release."""


@concepts.command()
@click.argument("text")
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@release_option
def search(text: str, limit: int, as_json: bool, release: str | None) -> None:
    """Find ids by name."""
    hits = open_service(release).search(text, limit=limit)
    if as_json:
        rows = [
            {"concept": h.id, "label": h.label, "matched": h.matched, "score": h.score}
            for h in hits
        ]
        click.echo(json.dumps({"concepts": rows}, indent=1, ensure_ascii=False))
        return
    if not hits:
        click.echo("Nothing like that. Try another word or a part of one.", err=True)
    for h in hits:
        also = "" if h.matched == h.label else f"  (as {h.matched!r})"
        click.echo(f"{h.id}  {h.label}{also}")


@concepts.command()
@click.argument("concept")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@release_option
def show(concept: str, as_json: bool, release: str | None) -> None:
    """Show one concept or disease: names, place in the hierarchy, and what is asserted."""
    from api.browse import concept_lines, concept_object

    service = open_service(release)
    found = service.concept(concept)
    if as_json:
        click.echo(json.dumps(concept_object(found, service.store), indent=1, ensure_ascii=False))
        return
    for line in concept_lines(found, service.store):
        click.echo(line)
