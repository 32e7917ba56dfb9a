"""The options that describe a case, and the case that they describe."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from api.commands.coded import KEYS, absent_finding, coded_finding
from api.commands.common import release_option
from api.parts import TextPart, read_day
from domain.errors import InputError, InvalidField

if TYPE_CHECKING:
    from api.case_parts import PartsReader
    from api.service import Service
    from domain.case import Case
    from vision.film import Film

F = TypeVar("F", bound=Callable[..., Any])
#: What may stand behind the file of a part, and only there.
_TRAILING = re.compile(r",(?P<key>day|study)=(?P<value>[^,]*)$")
_PART = "FILE[,day=DATE][,study=NAME]"
#: Where a patient is met if nobody says so.
EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A case as it was given; its documents, and for a page its films, by the names that findings
    bear; and where the patient is met."""

    case: Case
    documents: Mapping[str, str]
    films: Mapping[str, Film]
    setting: str


def inputs(command: F) -> F:
    """Adds the options that describe a case."""
    options = (
        click.option(
            "--case",
            "case_path",
            type=click.Path(path_type=Path),
            metavar="DIR|FILE",
            help="A case file (case.yaml), or a folder of one case. Other options add to it; "
            "--age, --sex, --day and --setting stand above it.",
        ),
        click.option(
            "--text",
            "texts",
            multiple=True,
            metavar=_PART.replace("FILE", "FILE|-"),
            help="A report, its day and study; - reads stdin. Repeatable.",
        ),
        click.option(
            "--finding",
            "findings",
            multiple=True,
            metavar="ID[,KEY=VALUE...]",
            help=f"A finding, with what is known of it: {', '.join(KEYS)}. Repeatable.",
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
            metavar=_PART,
            help="A frontal chest film of an adult: PNG, JPEG or DICOM, its day and study. "
            "Repeatable.",
        ),
        click.option(
            "--known",
            multiple=True,
            metavar="NAME|ID",
            help="A condition that the patient is known to have: evidence, and never suggested. "
            "Repeatable.",
        ),
        click.option("--age", metavar="AGE", help="ISO 8601 duration (P34Y, P2Y6M) or years."),
        click.option("--sex", metavar="SEX", help="MALE, FEMALE, OTHER_SEX or UNKNOWN_SEX."),
        click.option(
            "--day",
            metavar="DATE",
            help="The day of this illness (ISO 8601; default: that of the latest part). What is "
            "more than 30 days older is past.",
        ),
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
            metavar="PLACE",
            help="Where the patient is met, for scopes common and all: primary, emergency, ward. "
            f"Default: that of the case file, else {EMERGENCY}.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def given_case(service: Service, given: Mapping[str, Any], setting: str | None) -> Given:
    """The case of the options of `inputs`, and the setting, which stands above that of the case.

    What a case file or folder holds and cannot be used becomes a note; what an option names and
    cannot be used is refused. Raises InputError.
    """
    from api import labs, phenopackets
    from api.case_file.case_read import CaseRead
    from api.case_parts import PartsReader
    from api.one_account import each_once

    day = None if given["day"] is None else read_day(given["day"], "--day")
    values = [labs.of_option(text) for text in given["lab"]]
    values += [value for path in given["labs"] for value in labs.of_table(path)]
    texts = [_text(given_text, service) for given_text in given["texts"]]
    packet = None if given["phenopacket"] is None else phenopackets.read_one(given["phenopacket"])
    findings = [*map(coded_finding, given["findings"]), *map(absent_finding, given["absent"])]

    parts = PartsReader(service, keep_films=given["form"] == "html")
    path = given["case_path"]
    read = CaseRead(name="", parts=parts)
    if path is not None:
        from api.case_file.reading import read_case

        read = read_case(path, service, parts=parts)
    if packet is not None and read.phenopacket is not None:
        raise InvalidField("--phenopacket", "the case has one already.", mend="Give one of them.")
    _films(service, given["images"], parts)
    parts.texts += texts
    parts.labs += values
    findings += read.findings
    if path is not None and not (parts.usable or findings or packet or read.phenopacket):
        raise read.nothing()
    case = service.case(
        texts=parts.texts,
        findings=findings,
        phenopacket=packet or read.phenopacket,
        images=parts.images,
        labs=parts.labs,
        known=[*read.known, *given["known"]],
        age=given["age"] or read.age,
        sex=given["sex"] or read.sex,
        day=day or read.day,
        notes=parts.notes,
    )
    return Given(
        case=case,
        documents={part.name: part.text for part in each_once(parts.texts)[0]},
        films=parts.films,
        setting=setting or read.setting or EMERGENCY,
    )


def _part(text: str, option: str) -> tuple[str, date | None, str | None]:
    """`FILE,day=2026-03-02,study=chest` as file, day and study. Raises InvalidField."""
    known: dict[str, str] = {}
    file = text
    while (found := _TRAILING.search(file)) is not None:
        if found["key"] in known:
            raise InvalidField(option, f"{found['key']} is given twice.", mend=f"Write {_PART}.")
        known[found["key"]] = found["value"].strip()
        file = file[: found.start()]
    if not file or not all(known.values()):
        raise InvalidField(option, f"{text!r} is not understood.", mend=f"Write {_PART}.")
    day = read_day(known["day"], f"{option} {file}, day") if "day" in known else None
    return file, day, known.get("study")


def _text(text: str, service: Service) -> TextPart:
    from api.documents import read_one, said

    name, day, study = _part(text, "--text")
    try:
        document = read_one(name, max_chars=service.settings.max_text_chars)
    except InputError as error:
        raise InvalidField("--text", f"{name}: {said(error)}") from None
    return TextPart(name=document.name, text=document.text, day=day, study=study)


def _films(service: Service, images: Sequence[str], parts: PartsReader) -> None:
    """What the model sees on each film, by the shortest name that tells it from the others."""
    from api.case_file.places import contents
    from api.film_files import find_films
    from vision.decoding.limits import MAX_BYTES

    named: dict[Path, tuple[date | None, str | None]] = {}
    for text in images:
        file, day, study = _part(text, "--image")
        path = Path(file)
        if not path.is_file():
            raise InvalidField("--image", f"{path}: no such file.")
        named.setdefault(path, (day, study))
    if not named:
        return
    _ = service.film_reader  # says what is not installed before anything is read
    for film in find_films(list(named)).films:
        day, study = named[film.path]
        try:
            data = contents(film.path, MAX_BYTES)
        except InputError as error:
            parts.lost("--image", film.name, error)
        else:
            parts.film("--image", film.name, data, day=day, study=study)
