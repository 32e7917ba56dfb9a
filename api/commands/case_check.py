"""`case check` and `case schema`: what is wrong with a case as it is written down."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.commands.common import open_service, release_option
from domain.errors import InputError

if TYPE_CHECKING:
    from api.case_file.checking import Checked


@click.group("case")
def case_file() -> None:
    """Look at a case file, or a folder of one case, before it is ranked."""


@case_file.command("check")
@click.argument("path", type=click.Path(path_type=Path), metavar="DIR|FILE")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@release_option
def check(path: Path, as_json: bool, release: str | None) -> None:
    """Say all that is wrong with a case, and what would do; exit code 2 if anything is."""
    from api.case_file.checking import check_case

    try:
        checked = check_case(path, open_service(release))
    except InputError as error:
        if not as_json:
            raise
        click.echo(_json({"case": str(path), "usable": False, "wrong": [_refused(path, error)]}))
        sys.exit(2)
    click.echo(_json(checked.as_json()) if as_json else _words(checked))
    if checked.wrong:
        sys.exit(2)


@case_file.command("schema")
def schema() -> None:
    """Print the JSON Schema of case files."""
    from api.case_file.schema import case_schema_text

    click.echo(case_schema_text(), nl=False)


def _json(answer: dict[str, Any]) -> str:
    return json.dumps(answer, indent=2, ensure_ascii=False)


def _refused(path: Path, error: InputError) -> dict[str, str | None]:
    return {
        "level": "error",
        "code": "case-not-used",
        "subject": path.name,
        "message": error.message,
        "mend": error.mend,
    }


def _words(checked: Checked) -> str:
    lines = [f"{checked.name}: {checked.held or 'nothing that can be used'}"]
    for what, notes in (("wrong", checked.wrong), ("note", checked.notes)):
        lines += [f"{what}: {n.subject}: {n.message} {n.mend or ''}".strip() for n in notes]
    if not checked.wrong:
        lines.append("Nothing is wrong with it.")
    return "\n".join(lines)
