"""Every error as an RFC 9457 problem document that never repeats what was sent.

What a caller sends may be clinical text, wherever it was put: in a value, as the name of a
field, as an id. Problem documents therefore name places, limits and mends, and the log names
exception types and code lines.
"""

from __future__ import annotations

import logging
import traceback
import uuid
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

from flask import Response, request
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from api.http.bodies import json_response
from api.http.models import DifferentialRequest, FieldProblem, Problem
from domain.errors import (
    DifferentiaError,
    EmptyInput,
    ImageRefused,
    InputError,
    InputTooLarge,
    InvalidField,
    NotInstalled,
    ReleaseError,
    SourceError,
    StoreError,
    UnknownConcept,
)

MEDIA_TYPE = "application/problem+json"
_URN = "urn:differentia:problem:"
_log = logging.getLogger("differentia.http")

_DETAILS = {
    400: "The request could not be read.",
    401: "This address is for whoever runs the service.",
    404: "There is nothing at this address.",
    405: "This address does not take this method.",
    413: "The request is larger than this service takes.",
    415: "The request's body is not of a kind that this address takes.",
}
_MENDS = {
    400: "Send a JSON object, encoded as UTF-8.",
    401: "Send the header Authorization: Bearer, with the admin token.",
    404: "/docs lists the addresses there are.",
    405: "The Allow header lists the methods that it takes.",
    415: "Send a JSON object with the header Content-Type: application/json.",
}
#: What the file alone says against an image. Any other reason is told from what it shows.
UNREADABLE = {
    "not-an-image": (415, "Not an image"),
    "too-large": (413, "Too large"),
    "truncated": (422, "The image cannot be read"),
    "cannot-decode": (422, "The image cannot be read"),
}
#: Kinds of pydantic's errors whose messages are made of our own limits and names only.
_SAFE = frozenset(
    [
        "bool_parsing",
        "bool_type",
        "dict_type",
        "finite_number",
        "float_parsing",
        "float_type",
        "greater_than",
        "greater_than_equal",
        "identifier",
        "importance",
        "int_from_float",
        "int_parsing",
        "int_type",
        "less_than",
        "less_than_equal",
        "list_type",
        "literal_error",
        "missing",
        "missing_for_action",
        "model_type",
        "not_for_action",
        "probability_alone",
        "source_name",
        "string_pattern_mismatch",
        "string_too_long",
        "string_too_short",
        "string_type",
        "string_unicode",
        "too_long",
        "too_short",
    ]
)


class Refused(Exception):
    """A request that cannot be answered, with its problem document."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


def refused(location: str, message: str) -> Problem:
    """What was sent does not fit, at one place."""
    return Problem(
        type=_URN + "invalid-request",
        title="The request does not fit",
        status=422,
        detail="What was sent does not fit together.",
        mend="/docs describes every field.",
        errors=[FieldProblem(location=location, message=message)],
    )


def problem_response(problem: Problem) -> Response:
    """A problem document as a response with its status."""
    body = problem.model_dump(exclude_none=True)
    return json_response(body, status=problem.status, media_type=MEDIA_TYPE)


def of_validation(error: ValidationError) -> Problem:
    """A request that does not fit its model: each field by its place, without its value."""
    errors = []
    for e in error.errors(include_url=False, include_context=False, include_input=False):
        extra = e["type"] == "extra_forbidden"
        message = e["msg"] if e["type"] in _SAFE else "This value cannot be used."
        errors.append(
            FieldProblem(
                location=_place(e["loc"][:-1] if extra else e["loc"]),
                message="There is a field here that is not known." if extra else message,
            )
        )
    return Problem(
        type=_URN + "invalid-request",
        title="The request does not fit",
        status=422,
        detail=f"{len(errors)} of its fields cannot be used.",
        mend="/docs describes every field.",
        errors=errors,
    )


def _place(location: tuple[int | str, ...]) -> str:
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".") or "request"


def of_error(error: DifferentiaError, request: DifferentialRequest | None = None) -> Problem:
    """One of our own errors; `request` lets an unknown concept be named by its place."""
    match error:
        case UnknownConcept():
            findings = request.findings if request is not None else []
            where = [i for i, f in enumerate(findings) if f.concept == error.concept]
            places = [f"findings[{i}].concept" for i in where]
            compared = request.compare if request is not None else []
            places += [f"compare[{i}]" for i, c in enumerate(compared) if c == error.concept]
            places = places or ["findings"]
            near = [{"id": str(i), "label": label} for i, label in error.suggestions]
            return Problem(
                type=_URN + "unknown-concept",
                title="Unknown concept",
                status=422,
                detail="An id is not a concept of the release in use.",
                mend="GET /v1/concepts?q= finds ids.",
                errors=[FieldProblem(location=p, message="Not a known id.") for p in places],
                suggestions=near or None,
            )
        case InvalidField():
            return Problem(
                type=_URN + "invalid-field",
                title="A field cannot be used",
                status=422,
                detail="A field holds a value that cannot be used.",
                mend=error.mend,
                errors=[FieldProblem(location=error.field, message="This value cannot be used.")],
            )
        case EmptyInput():
            return Problem(
                type=_URN + "empty-input",
                title="Nothing to work on",
                status=422,
                detail="The request holds no text, finding, value or phenopacket to work on.",
                mend="Send at least one of text, findings, labs and phenopacket.",
            )
        case InputTooLarge():
            return Problem(
                type=_URN + "too-large",
                title="Too large",
                status=413,
                detail=error.message,
                mend=error.mend,
            )
        case ImageRefused():
            status, title = UNREADABLE.get(error.reason, (422, "The image is not read"))
            # Made of our own words: nothing of a file or of a patient stands in them.
            return Problem(
                type=_URN + error.reason,
                title=title,
                status=status,
                detail=error.detail,
                mend=error.mend,
            )
        case InputError():
            return Problem(
                type=_URN + "invalid-input",
                title="The input cannot be used",
                status=422,
                detail="What was sent cannot be used.",
                mend=error.mend,
            )
        case ReleaseError():
            return Problem(
                type=_URN + "no-release",
                title="The knowledge base is not ready",
                status=503,
                detail="The release that this service ranks against cannot be used.",
                mend="Whoever runs the service: `differentia doctor` says what is missing.",
            )
        case StoreError():
            return Problem(
                type=_URN + "no-store",
                title="The graph store does not answer",
                status=503,
                detail="The database that holds the releases cannot be used.",
                mend="Whoever runs the service: `differentia doctor` says what is missing.",
            )
        case NotInstalled():
            return Problem(
                type=_URN + "not-installed",
                title="A part of this service is not installed",
                status=501,
                detail="This address needs an optional part that is not installed here.",
                mend=f"Whoever runs the service: {error.mend}",
            )
        case SourceError():
            return Problem(
                type=_URN + "no-model",
                title="A model cannot be used",
                status=503,
                detail="A file that this service needs is missing or malformed.",
                mend="Whoever runs the service: `differentia doctor` says what is missing.",
            )
        case _:
            return of_bug(error)


def of_http(error: HTTPException, limit: int | None = None) -> Problem:
    """An error of the web framework; `limit` is the largest body here, in bytes."""
    status = error.code or 500
    mend = _MENDS.get(status)
    if isinstance(error, RequestEntityTooLarge) and limit is not None:
        mend = f"The limit is {limit:,} bytes."
    return Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=_DETAILS.get(status, "The request could not be answered."),
        mend=mend,
    )


def of_bug(error: Exception) -> Problem:
    """Anything else is our fault: the log gets its type and place, the caller its number."""
    occurrence = uuid.uuid4().urn
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    places = " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames))
    _log.error("unexpected %s at %s (%s)", type(error).__name__, places, occurrence)
    return Problem(
        type=_URN + "bug",
        title="Internal Server Error",
        status=500,
        detail="Something in this service went wrong; that is a bug.",
        mend="Report it with the instance number; what was sent is not in the log.",
        instance=occurrence,
    )


def handlers() -> dict[type[Exception], Callable[[Exception], Response]]:
    """Error handlers for an application."""

    def http(error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        prepared = error.get_response()
        if error.response is not None or (error.code or 500) < 400:
            assert isinstance(prepared, Response)
            return prepared
        response = problem_response(of_http(error, request.max_content_length))
        for name in ("Allow", "WWW-Authenticate"):
            if name in prepared.headers:
                response.headers[name] = prepared.headers[name]
        return response

    def ours(error: Exception) -> Response:
        assert isinstance(error, DifferentiaError)
        return problem_response(of_error(error))

    def refused(error: Exception) -> Response:
        assert isinstance(error, Refused)
        return problem_response(error.problem)

    def other(error: Exception) -> Response:
        return problem_response(of_bug(error))

    return {HTTPException: http, DifferentiaError: ours, Refused: refused, Exception: other}
