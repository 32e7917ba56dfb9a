"""Films of a request, in memory: as parts of a form, or one as the whole body.

Nothing of a film touches the disk. The framework would spool a large part to a temporary file;
`InMemory` holds it in memory instead, up to the limit of the request.
"""

from __future__ import annotations

import io
import re
from typing import IO, TYPE_CHECKING

from flask import Request, request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from api.http import problems
from api.http.models import FieldProblem, Problem
from api.http.problems import Refused, refused
from api.jobs.problem import URN
from domain.errors import ImageRefused
from vision.reading import Refusal

if TYPE_CHECKING:
    from api.service import Service

MULTIPART = "multipart/form-data"
#: Kinds of body that are one film.
KINDS = ("image/png", "image/jpeg", "application/dicom")
BINARY = {"type": "string", "format": "binary"}
#: The name of a form's parts that are films.
PART = "images"
#: Films of one request: each takes about a second, and a worker has two minutes.
MAX_FILMS = 16
MEGABYTE = 1_000_000
_NAME = 100
#: Endpoints (by blueprint) whose uploads are large and no patient's: these may be spooled.
_SPOOLED = frozenset({"knowledge"})
#: A film with the name that it was sent under.
Sent = tuple[str, bytes]


class InMemory(Request):
    """A request whose uploaded files stay in memory."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if self.blueprint in _SPOOLED:
            return super()._get_file_stream(
                total_content_length, content_type, filename, content_length
            )
        return io.BytesIO()


def body_film() -> list[Sent]:
    """The body as one film. Raises Refused."""
    if request.mimetype not in KINDS:
        raise Refused(
            problems.of_http(UnsupportedMediaType()).model_copy(
                update={"mend": f"Send {MULTIPART}, or one film as {', '.join(KINDS)}."}
            )
        )
    data = request.get_data(cache=False)
    if not data:
        raise Refused(_none_sent())
    return [("image", data)]


def form_films() -> list[Sent]:
    """The films of a form, in their order; an empty list where it has none.

    A part with another name than `images` is refused: it would be lost. Raises Refused.
    """
    if (set(request.files) | set(request.form)) - {PART}:
        raise Refused(refused("request", f"There is a part here that is not named {PART}."))
    if PART in request.form:
        raise Refused(refused(PART, "This part is no file."))
    films = files_of(PART, MAX_FILMS)
    for at, (_, data) in enumerate(films):
        if not data:
            raise Refused(refused(f"{PART}[{at}]", "This file is empty."))
    return films


def files_of(part: str, most: int) -> list[Sent]:
    """The files of a form's parts of one name, in their order. Raises Refused beyond `most`."""
    files = [f for f in request.files.getlist(part) if f.filename]
    if len(files) > most:
        raise Refused(
            Problem(
                type=URN + "too-large",
                title="Too many files",
                status=413,
                detail="The request has more files than this service takes at once.",
                mend=f"The limit is {most} parts named {part}.",
                errors=[FieldProblem(location=part, message="There are too many of them.")],
            )
        )
    return [
        (file_name(file.filename) or f"{part.removesuffix('s')} {at + 1}", file.stream.read())
        for at, file in enumerate(files)
    ]


def sent_films() -> list[Sent]:
    """The films of the request under way, of which there must be one. Raises Refused, or
    HTTPException."""
    found = form_films() if request.mimetype == MULTIPART else body_film()
    if not found:
        raise Refused(_none_sent())
    return found


def form_part(name: str) -> bytes:
    """A part of the form that is text, whether it was sent as a file or as a field; b"" without
    one. Raises RequestEntityTooLarge."""
    if (file := request.files.get(name)) is None:
        return request.form.get(name, "").encode()
    most = request.max_form_memory_size
    data = file.stream.read()
    if most is not None and len(data) > most:
        raise RequestEntityTooLarge
    return data


def limit_body(service: Service, *, alone: bool = False) -> None:
    """Lets the request under way hold films: `alone`, or beside as much else as any request."""
    beside = 0 if alone else request.max_content_length or 0
    request.max_content_length = beside + service.settings.max_films_mb * MEGABYTE


def unreadable(refusal: Refusal, at: int) -> Problem | None:
    """The problem document of a file that is no readable image; None where the film was read and
    is refused for what it shows or says, which is an answer."""
    if refusal.reason not in problems.UNREADABLE:
        return None
    error = ImageRefused(refusal.reason, refusal.detail, mend=refusal.mend)
    place = FieldProblem(location=f"{PART}[{at}]", message="This file cannot be read.")
    return problems.of_error(error).model_copy(update={"errors": [place]})


def _none_sent() -> Problem:
    return Problem(
        type=URN + "empty-input",
        title="Nothing to work on",
        status=422,
        detail="The request holds no film.",
        mend=f"Send a form with parts named {PART}, or one film as the body.",
    )


def file_name(sent: str | None) -> str:
    """The last part of the sender's name for a file, on one line."""
    last = re.split(r"[/\\]", sent or "")[-1]
    return "".join(c for c in last if c.isprintable()).strip()[-_NAME:]
