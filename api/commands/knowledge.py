"""`build` and `concepts`: making knowledge, and looking at it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from api.commands.common import (
    console,
    open_service,
    parse_sources,
    progress,
    release_option,
)

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
@click.option("--force", is_flag=True, help="Load in spite of errors; the load log keeps that.")
@click.option("--json", "as_json", is_flag=True, help="Print the manifest's summary as JSON.")
def build(
    sources: tuple[str, ...], decisions: Path | None, activate: bool, force: bool, as_json: bool
) -> None:
    """Make a release of the knowledge base from its sources."""
    from kg.build import STAGES

    service = open_service()
    given = parse_sources(sources)
    with progress("building", STAGES) as bar:
        identifier, new = service.build(given, decisions=decisions, force=force, progress=bar)
    releases = service.releases
    if activate or releases.active_id() is None:
        releases.activate(identifier)
    active = releases.active_id()
    manifest = releases.manifest(identifier)
    if as_json:
        summary = {k: v for k, v in manifest.items() if k != "files"}
        click.echo(json.dumps(summary | {"active": active == identifier}, indent=1))
        return
    out = console()
    out.print(f"Release {identifier}" + ("" if new else " (already there: same input)"))
    for line in manifest_lines(manifest):
        out.print(line)
    out.print(f"All of it is in its manifest, in {releases.where}.")
    if active == identifier:
        out.print("It is the active release.")
    else:
        out.print(f"The active release is still {active}. `--activate` makes this one active.")


def manifest_lines(m: dict[str, Any]) -> Iterator[str]:
    """What was read, repaired and left out, for a terminal."""
    # A source may have several files; each is told once.
    yield from dict.fromkeys(
        f"  {source['title']}, {source['version'] or 'no version'} ({source['licence']})"
        for source in m["sources"]
    )
    yield "Holds    " + ", ".join(f"{n:,} {name}" for name, n in m["counts"].items() if n)
    yield "Read     " + ", ".join(f"{n:,} {name}" for name, n in m["read"].items())
    repaired = m["repaired"]
    yield f"Repaired {sum(repaired.values()):,} rows" + _ids(len(repaired))
    yield from (f"  {n:5,}  {what}" for what, n in list(repaired.items())[:SHOWN])
    left_out = Counter(f"{r['concept']} ({r['polarity']}): {r['reason']}" for r in m["left_out"])
    yield f"Left out {len(m['left_out']):,} rows" + _ids(len(left_out))
    yield from (f"  {n:5,}  {what}" for what, n in left_out.most_common(SHOWN))
    if m["to_decide"]:
        yield f"For a person to decide: {len(m['to_decide']):,} pairs of diseases, the first:"
        yield from (
            f"         {d['subject']} {d['object']}: {d['reason']}" for d in m["to_decide"][:3]
        )
    yield f"Noted    {len(m['notes']):,}" + (f", the first: {m['notes'][0]}" if m["notes"] else "")


def _ids(n: int) -> str:
    return f", {n:,} identifiers" if n else ""


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
