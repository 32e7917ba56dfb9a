"""`rank`: many cases at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from api.commands.common import open_service, progress, release_option
from domain.errors import DifferentiaError, InputError, InvalidField

if TYPE_CHECKING:
    from api.service import Service


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
