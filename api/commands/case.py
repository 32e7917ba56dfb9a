"""`diagnose` and `explain`: one case in, a differential out."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from api.commands.common import console, open_service, release_option, write_output
from api.intake import CodedFinding, importance
from api.parts import FilmPart, TextPart
from domain.errors import InputError, InvalidField

if TYPE_CHECKING:
    from api.service import Service
    from domain.case import Case
    from domain.differential import Differential, Ranked
    from reasoning.prior import Prior
    from vision.reading import FilmReading

F = TypeVar("F", bound=Callable[..., Any])
SYSTEM = "command line"
#: What may be known of a finding on the command line.
_KEYS = ("state", "p", "base", "importance", "onset", "relative")
_FORM = "ID,p=0.7,base=0.1 or ID,importance=chief,onset=P3Y (see docs/cli.md)"


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
            "findings",
            multiple=True,
            metavar="ID[,KEY=VALUE...]",
            help=f"A finding, with what is known of it: {', '.join(_KEYS)}. Repeatable.",
        ),
        click.option(
            "--absent",
            multiple=True,
            metavar="ID",
            help="A finding that was looked for and is absent. Repeatable.",
        ),
        click.option(
            "--lab",
            multiple=True,
            metavar="NAME=VALUE UNIT",
            help="A measured value, as 'CRP=187 mg/L'. Repeatable.",
        ),
        click.option(
            "--labs",
            multiple=True,
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="A table of them (CSV): code (LOINC or name), value, unit, time. Repeatable.",
        ),
        click.option(
            "--phenopacket",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="A GA4GH phenopacket (JSON).",
        ),
        click.option(
            "--image",
            "images",
            multiple=True,
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="A frontal chest film of an adult: PNG, JPEG or DICOM. Repeatable.",
        ),
        click.option("--age", metavar="AGE", help="ISO 8601 duration (P34Y, P2Y6M) or years."),
        click.option("--sex", metavar="SEX", help="MALE, FEMALE, OTHER_SEX or UNKNOWN_SEX."),
        click.option(
            "--prior",
            type=click.Path(path_type=Path, dir_okay=False),
            metavar="FILE",
            help="Figures by disease or group to start from (TSV), instead of all alike.",
        ),
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


def scopes(command: F) -> F:
    """Adds --scope and --setting."""
    options = (
        click.option(
            "--scope",
            metavar="SCOPE",
            help="What to rank: rare (diseases of the HPO annotations), common (common and "
            "emergency disease), all. Default: all; rare with what only it has (--prior, --codes, "
            "--counterfactuals).",
        ),
        click.option(
            "--setting",
            default="emergency",
            show_default=True,
            metavar="PLACE",
            help="Where the patient is met, for scopes common and all: primary, emergency, ward.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@inputs
@scopes
@click.option("--top", type=click.IntRange(1, 20_000), metavar="N", help="Diagnoses to show.")
@click.option("--codes", metavar="SYSTEM", help="Add codes of this vocabulary (SNOMEDCT, MESH).")
@click.option(
    "--counterfactuals",
    is_flag=True,
    help="Say what each finding does: the case without it, and with the other answer.",
)
@click.option(
    "--store-case",
    is_flag=False,
    flag_value="",
    metavar="[ID]",
    help="Keep the case in the graph: coded data and offsets, no free text.",
)
def diagnose(
    release: str | None,
    top: int | None,
    codes: str | None,
    counterfactuals: bool,
    store_case: str | None,
    scope: str | None,
    setting: str,
    **given: Any,
) -> None:
    """Rank diseases for one case, with the reasons."""
    from api import common

    place = common.setting_of(setting)
    only_rare = {"prior": given["prior"], "codes": codes, "counterfactuals": counterfactuals}
    service = open_service(release)
    scope = common.scope_for(service, scope, {f"--{k}": v for k, v in only_rare.items()})
    case, documents = _case(service, given)
    if store_case is not None:
        from api.case_store import keep

        click.echo(f"The case is kept as {keep(service, case, store_case or None)}.", err=True)
    if scope != common.RARE:
        found = common.diagnose(service, case, place, top or service.settings.top, scope)
        _show(found, None, documents, given["form"], given["output"])
        return
    differential = service.diagnose(
        case,
        top=top or service.settings.top,
        codes=codes,
        prior=_prior(given["prior"]),
        what_if=counterfactuals,
    )
    _show(differential, None, documents, given["form"], given["output"])


@click.command()
@inputs
@click.option(
    "--diseases",
    nargs=2,
    required=True,
    metavar="A B",
    help="The two diseases, as OMIM:154700 ORPHA:60030.",
)
def compare(diseases: tuple[str, str], release: str | None, **given: Any) -> None:
    """Say what separates two diseases in one case, and what would."""
    service = open_service(release)
    case, documents = _case(service, given)
    differential = service.diagnose(
        case, top=service.settings.top, prior=_prior(given["prior"]), compare=diseases
    )
    _show(differential, None, documents, given["form"], given["output"])


@click.command()
@click.argument("disease")
@inputs
@scopes
def explain(
    disease: str, release: str | None, scope: str | None, setting: str, **given: Any
) -> None:
    """Say why DISEASE is where it is, however far down."""
    from api import common

    place = common.setting_of(setting)
    service = open_service(release)
    scope = common.scope_for(service, scope, {"--prior": given["prior"]})
    case, documents = _case(service, given)
    if scope == common.RARE:
        differential, one = service.explain(case, disease, prior=_prior(given["prior"]))
    else:
        differential, one = common.explain(service, case, place, disease, scope)
    _show(differential, one, documents, given["form"], given["output"])


def _prior(path: Path | None) -> Prior:
    """The caller's prior; the same for every disease where none is given."""
    from api.priors import read
    from reasoning.prior import UNIFORM

    return UNIFORM if path is None else read(path)


def _case(service: Service, given: dict[str, Any]) -> tuple[Case, dict[str, str]]:
    """The case, and its documents by name for the renderers."""
    from api import labs, phenopackets

    values = [labs.of_option(text) for text in given["lab"]]
    values += [value for path in given["labs"] for value in labs.of_table(path)]
    documents = dict(_read_text(name, service.settings.max_text_chars) for name in given["texts"])
    packet = given["phenopacket"]
    case = service.case(
        texts=[TextPart(name=name, text=text) for name, text in documents.items()],
        findings=[*map(_coded, given["findings"]), *(_absent(i) for i in given["absent"])],
        phenopacket=phenopackets.read_one(packet) if packet else None,
        images=[
            FilmPart(reading=film)
            for film in (_read_images(service, given["images"]) if given["images"] else ())
        ],
        labs=values,
        age=given["age"],
        sex=given["sex"],
    )
    return case, documents


def _read_text(name: str, limit: int) -> tuple[str, str]:
    from api.documents import read_one, said

    try:
        document = read_one(name, max_chars=limit)
    except InputError as error:
        raise InvalidField("--text", f"{name}: {said(error)}") from None
    return document.name, document.text


def _read_images(service: Service, paths: Sequence[Path]) -> list[FilmReading]:
    """What the model sees on each film, by the shortest name that tells it from the others."""
    from api.film_files import find_films

    for path in paths:
        if not path.is_file():
            raise InvalidField("--image", f"{path}: no such file.")
    films = find_films(paths).films
    reader = service.film_reader
    return [replace(reader.read_file(film.path), file=film.name) for film in films]


def _coded(text: str) -> CodedFinding:
    """`HP:0001250`, or with what is known of it: `HP:0001250,p=0.7,base=0.1`."""
    concept, *details = (part.strip() for part in text.split(","))
    field = f"--finding {concept}"
    given: dict[str, str] = {}
    for detail in details:
        key, equals, value = (part.strip() for part in detail.partition("="))
        if key not in _KEYS or not equals or not value:
            raise InvalidField(field, f"{detail[:40]!r} is not understood.", mend=f"Write {_FORM}.")
        if key in given:
            raise InvalidField(field, f"{key} is given twice.")
        given[key] = value
    if ("p" in given) != ("base" in given):
        missing = "base_rate (base=)" if "p" in given else "probability (p=)"
        raise InvalidField(
            field,
            f"{missing} is missing.",
            mend="Write ID,p=0.7,base=0.1: a probability means nothing without the share of "
            "positives where it was calibrated.",
        )
    weight = given.get("importance")
    return CodedFinding(
        concept=concept,
        state=given.get("state", "uncertain" if "p" in given else "present"),
        probability=_number(given, "p", field),
        base_rate=_number(given, "base", field),
        onset=given.get("onset"),
        importance=None if weight is None else importance(weight, f"{field}.importance"),
        relative=given.get("relative"),
        system=SYSTEM,
        field=field,
    )


def _number(given: dict[str, str], key: str, field: str) -> float | None:
    if key not in given:
        return None
    try:
        return float(given[key])
    except ValueError:
        raise InvalidField(f"{field}.{key}", f"{given[key][:40]!r} is no number.") from None


def _absent(concept: str) -> CodedFinding:
    return CodedFinding(concept=concept, state="absent", system=SYSTEM, field=f"--absent {concept}")


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
            differential = replace(differential, ranked=(one,))
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
    from api.render.as_text import write_comparison, write_explanation, write_text

    if one is not None:
        write_explanation(differential, one, to, documents)
    elif differential.comparison is not None:
        write_comparison(differential, differential.comparison, to, documents)
    else:
        write_text(differential, to, documents)
