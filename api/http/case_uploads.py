"""A whole case as it comes over HTTP: the JSON object, and files beside it as parts of a form.

A part that fails is a note of the answer. What was sent is named by its place in a problem
document, never by its name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from flask import request
from pydantic import ValidationError

from api.case_models import MAX_TEXTS, LabTableIn
from api.case_parts import Failed, PartsReader
from api.http import problems
from api.http.bodies import body_limit, require_json
from api.http.film_uploads import (
    BINARY,
    MAX_FILMS,
    MEGABYTE,
    MULTIPART,
    PART,
    Sent,
    file_name,
    files_of,
    form_part,
    limit_body,
)
from api.http.models import DifferentialRequest, FieldProblem, Problem
from api.http.problems import Refused, refused
from api.labs import COLUMNS, MAX_LABS, MAX_TABLE_BYTES, Lab
from api.parts import read_day
from domain.errors import EmptyInput, ImageRefused, InputTooLarge, InvalidField

if TYPE_CHECKING:
    from api.service import Service

#: The name that spans of a request's `text` bear.
DOCUMENT = "report"
#: The part of a form that holds the case; the parts that are files.
CASE, TEXTS, LABS = "case", "texts", "labs"
#: Tables of values of one case.
MAX_TABLES = 16
_MOST = {TEXTS: MAX_TEXTS, PART: MAX_FILMS, LABS: MAX_TABLES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploads:
    """The files of a form by kind, each with its name, in their order."""

    texts: Sequence[Sent] = ()
    images: Sequence[Sent] = ()
    labs: Sequence[Sent] = ()


def asked_with_files(service: Service) -> tuple[DifferentialRequest, Uploads]:
    """The request under way and its files. Raises Refused, or HTTPException."""
    try:
        if request.mimetype != MULTIPART:
            require_json()
            return DifferentialRequest.model_validate(request.get_json()), Uploads()
        limit_body(service)
        uploads = _uploads()
        return DifferentialRequest.model_validate_json(form_part(CASE) or b"{}"), uploads
    except ValidationError as error:
        raise Refused(problems.of_validation(error)) from None


def _uploads() -> Uploads:
    """The files of the form. Raises Refused: a part of another name would be lost."""
    if (set(request.files) | set(request.form)) - {CASE, *_MOST}:
        known = ", ".join([CASE, *_MOST])
        raise Refused(refused("request", f"There is a part here that is none of {known}."))
    if found := set(_MOST) & set(request.form):
        raise Refused(refused(min(found), "This part is no file."))
    return Uploads(
        texts=files_of(TEXTS, MAX_TEXTS),
        images=files_of(PART, MAX_FILMS),
        labs=files_of(LABS, MAX_TABLES),
    )


def gather(asked: DifferentialRequest, uploads: Uploads, parts: PartsReader) -> None:
    """Reads texts, films and values of a request into `parts`.

    A file that the case names has the day and study that it gives; one that it does not name is
    used as well, without them.
    """
    if asked.text is not None:
        parts.text("text", DOCUMENT, asked.text)
    files = _Files(TEXTS, uploads.texts, parts)
    for at, one in enumerate(asked.texts):
        place = f"{TEXTS}[{at}]"
        words: str | bytes | None = one.text
        name = one.name or f"text {at + 1}"
        if one.file is not None:
            name = one.name or file_name(one.file)
            words = files.take(f"{place}.file", one.file)
        if words is not None:
            parts.text(place, name, words, day=_day(one.day), study=one.study)
    for at, (name, data) in enumerate(files.rest(), start=len(asked.texts)):
        parts.text(f"{TEXTS}[{at}]", name, data)

    files = _Files(PART, uploads.images, parts)
    for at, film in enumerate(asked.images):
        data_of = files.take(f"{PART}[{at}].file", film.file)
        if data_of is not None:
            name, day = file_name(film.file), _day(film.day)
            parts.film(f"{PART}[{at}]", name, data_of, day=day, study=film.study)
    for at, (name, data) in enumerate(files.rest(), start=len(asked.images)):
        parts.film(f"{PART}[{at}]", name, data)

    files = _Files(LABS, uploads.labs, parts)
    for at, lab in enumerate(asked.labs):
        place = f"{LABS}[{at}]"
        if not isinstance(lab, LabTableIn):
            parts.labs.append(Lab(**lab.model_dump(), field=place))
        elif (table := files.take(f"{place}.file", lab.file)) is not None:
            parts.table(place, file_name(lab.file), table)
    for at, (name, data) in enumerate(files.rest(), start=len(asked.labs)):
        parts.table(f"{LABS}[{at}]", name, data)
    if asked.packet_file is not None:
        error = InvalidField(
            "phenopacket.file",
            "is not taken over HTTP.",
            mend="Put the phenopacket itself into the case.",
        )
        parts.lost("phenopacket.file", file_name(asked.packet_file), error)


class _Files:
    """Uploaded files of one kind, to be taken by the names that the case gives them: of several
    of one name one after the other, and the last of them as often as it is named."""

    def __init__(self, part: str, sent: Sequence[Sent], parts: PartsReader) -> None:
        self._part, self._sent, self._parts = part, sent, parts
        self._by_name: dict[str, list[int]] = defaultdict(list)
        for at, (name, _) in enumerate(sent):
            self._by_name[name].append(at)
        self._taken: set[int] = set()

    def take(self, place: str, named: str) -> bytes | None:
        """The bytes of a file by its name, whatever folder stands before it; None, and a note,
        where it was not sent."""
        waiting = self._by_name.get(file_name(named))
        if not waiting:
            error = InvalidField(
                place, "was not sent.", mend=f"Send it as a part {self._part} with its name."
            )
            self._parts.lost(place, file_name(named), error)
            return None
        at = waiting[0] if len(waiting) == 1 else waiting.pop(0)
        self._taken.add(at)
        return self._sent[at][1]

    def rest(self) -> list[Sent]:
        """The files that the case does not name."""
        return [one for at, one in enumerate(self._sent) if at not in self._taken]


def _day(text: str | None) -> date | None:
    return None if text is None else read_day(text, "day")


def nothing_left(failed: Sequence[Failed]) -> Problem:
    """The problem document where every part that was sent failed: of the kind of the first, naming
    each by its place."""
    first = problems.of_error(failed[0].error)
    errors = [FieldProblem(location=f.place, message=_message(f)) for f in failed]
    return first.model_copy(update={"errors": errors})


def _message(failed: Failed) -> str:
    match failed.error:
        case EmptyInput():
            return "There is nothing in this part."
        case InputTooLarge():
            return "This part is larger than its limit."
        case ImageRefused(reason=reason):
            unreadable = reason in problems.UNREADABLE
            return "This file cannot be read." if unreadable else "This film is not read."
        case InvalidField(field=field) if field.endswith(".file"):
            return "This file was not sent."
        case _:
            return "This part cannot be used."


def body_of(service: Service, schema: Mapping[str, str]) -> dict[str, Any]:
    """How the body is described in /openapi.json, with the limits of this service."""
    settings = service.settings
    films = settings.max_films_mb * MEGABYTE

    def files(most: int, words: str) -> dict[str, Any]:
        return {"type": "array", "maxItems": most, "items": BINARY, "description": words}

    return {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "allOf": [schema],
                    "description": f"Up to {body_limit(settings):,} bytes.",
                }
            },
            MULTIPART: {
                "schema": {
                    "type": "object",
                    "description": "A case with its files. A file that the case names (`texts[]."
                    "file`, `images[].file`, `labs[].file`) has the day and study given there. "
                    f"Together up to {body_limit(settings) + films:,} bytes.",
                    "properties": {
                        CASE: schema,
                        TEXTS: files(
                            MAX_TEXTS,
                            f"Text files, each up to {settings.max_text_chars:,} characters.",
                        ),
                        PART: files(MAX_FILMS, "PNG, JPEG or DICOM, told from the bytes."),
                        LABS: files(
                            MAX_TABLES,
                            f"Tables (CSV) with columns {', '.join(COLUMNS)}, each up to "
                            f"{MAX_TABLE_BYTES:,} bytes; {MAX_LABS:,} values in all.",
                        ),
                    },
                    "additionalProperties": False,
                },
                "encoding": {CASE: {"contentType": "application/json"}},
            },
        },
    }
