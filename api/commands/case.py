"""`diagnose` and `explain`: one case in, a differential out."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from api.commands.common import console, open_service, release_option, write_output
from api.intake import CodedFinding
from domain.errors import InvalidField

if TYPE_CHECKING:
    from api.service import Service
    from domain.case import Case
    from domain.differential import Differential, Ranked

F = TypeVar("F", bound=Callable[..., Any])
SYSTEM = "command line"
STDIN = "-"


def inputs(command: F) -> F:
    """Adds the options that describe a case."""
    options = (
        click.option(
            "--text",
            "texts",
            multiple=True,
            metavar="FILE|-",
            help="A report; - reads stdin. Repeatable.",
        ),
        click.option(
            "--finding",
            "present",
            multiple=True,
            metavar="ID[=P/BASE]",
            help="A finding; if uncertain, with calibrated probability and base rate.",
        ),
        click.option(
            "--absent",
            multiple=True,
            metavar="ID",
            help="A finding that was looked for and is absent. Repeatable.",
        ),
        click.option(
            "--phenopacket",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="A GA4GH phenopacket (JSON).",
        ),
        click.option("--age", metavar="AGE", help="ISO 8601 duration (P34Y, P2Y6M) or years."),
        click.option("--sex", metavar="SEX", help="MALE, FEMALE, OTHER_SEX or UNKNOWN_SEX."),
        click.option(
            "--format",
            "form",
            type=click.Choice(["text", "json", "html"]),
            default="text",
            show_default=True,
        ),
        click.option(
            "--output",
            type=click.Path(path_type=Path, dir_okay=False),
            metavar="FILE",
            help="Write there instead of stdout.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return release_option(command)


@click.command()
@inputs
@click.option("--top", type=click.IntRange(1, 20_000), metavar="N", help="Diagnoses to show.")
@click.option("--codes", metavar="SYSTEM", help="Add codes of this vocabulary (SNOMEDCT, MESH).")
@click.option(
    "--store-case",
    is_flag=False,
    flag_value="",
    metavar="[ID]",
    help="Keep the case in the graph: coded data and offsets, no free text.",
)
def diagnose(
    release: str | None, top: int | None, codes: str | None, store_case: str | None, **given: Any
) -> None:
    """Rank diseases for one case, with the reasons."""
    service = open_service(release)
    case, documents = _case(service, given)
    if store_case is not None:
        from api.case_store import keep

        click.echo(f"The case is kept as {keep(service, case, store_case or None)}.", err=True)
    differential = service.diagnose(case, top=top or service.settings.top, codes=codes)
    _show(differential, None, documents, given["form"], given["output"])


@click.command()
@click.argument("disease")
@inputs
def explain(disease: str, release: str | None, **given: Any) -> None:
    """Say why DISEASE is where it is, however far down."""
    service = open_service(release)
    case, documents = _case(service, given)
    differential, one = service.explain(case, disease)
    _show(differential, one, documents, given["form"], given["output"])


def _case(service: Service, given: dict[str, Any]) -> tuple[Case, dict[str, str]]:
    """The case, and its documents by name for the renderers."""
    from api import phenopackets

    documents = dict(_read_text(name, service.settings.max_text_chars) for name in given["texts"])
    packet = given["phenopacket"]
    case = service.case(
        texts=tuple(documents.items()),
        findings=[*map(_coded, given["present"]), *(_absent(i) for i in given["absent"])],
        phenopacket=phenopackets.read_one(packet) if packet else None,
        age=given["age"],
        sex=given["sex"],
    )
    return case, documents


def _read_text(name: str, limit: int) -> tuple[str, str]:
    from nlp.document import decode

    if name == STDIN:
        return "stdin", decode(sys.stdin.buffer.read(4 * limit + 1), max_bytes=4 * limit)
    path = Path(name)
    try:
        with path.open("rb") as handle:
            data = handle.read(4 * limit + 1)
    except OSError as error:
        raise InvalidField("--text", f"{name} cannot be read: {error.strerror}.") from None
    return path.name, decode(data, max_bytes=4 * limit)


def _coded(text: str) -> CodedFinding:
    """`HP:0001250` or `HP:0001250=0.8/0.1`."""
    concept, equals, rest = text.partition("=")
    if not equals:
        return CodedFinding(concept=concept, system=SYSTEM)
    probability, slash, base_rate = rest.partition("/")
    if not slash:
        raise InvalidField(
            "base_rate",
            f"missing in --finding {text!r}.",
            mend="Write ID=PROBABILITY/BASE_RATE: a probability means nothing without the share "
            "of positives where it was calibrated.",
        )
    try:
        p, b = float(probability), float(base_rate)
    except ValueError:
        raise InvalidField("--finding", f"{rest!r} is not PROBABILITY/BASE_RATE.") from None
    return CodedFinding(
        concept=concept, state="uncertain", probability=p, base_rate=b, system=SYSTEM
    )


def _absent(concept: str) -> CodedFinding:
    return CodedFinding(concept=concept, state="absent", system=SYSTEM)


def _show(
    differential: Differential,
    one: Ranked | None,
    documents: dict[str, str],
    form: str,
    output: Path | None,
) -> None:
    """Render the answer, or one disease of it, in the form that was asked for."""
    if form == "json":
        from api.render.as_json import differential_json, ranked_json

        answer = differential_json(differential)
        if one is not None:
            answer["explained"] = ranked_json(one)
        write_output(json.dumps(answer, indent=2, ensure_ascii=False), output)
    elif form == "html":
        from api.render.as_html import html_report

        if one is not None:
            import dataclasses

            differential = dataclasses.replace(differential, ranked=(one,))
        write_output(html_report(differential, documents), output)
    elif output is None:
        _print(differential, one, documents, console())
    else:
        from rich.console import Console

        buffer = io.StringIO()
        _print(differential, one, documents, Console(file=buffer, width=100, highlight=False))
        write_output(buffer.getvalue(), output)


def _print(
    differential: Differential, one: Ranked | None, documents: dict[str, str], to: Any
) -> None:
    from api.render.as_text import write_explanation, write_text

    if one is None:
        write_text(differential, to, documents)
    else:
        write_explanation(differential, one, to, documents)
