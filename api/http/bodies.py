"""JSON in and out: reading a body strictly, writing one with its fields in order."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from flask import Response, request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

if TYPE_CHECKING:
    from api.settings import Settings


#: Room in a request for everything that is not its text: findings, a phenopacket.
_BESIDE_TEXT = 2 * 1024 * 1024
_UTF8 = 4


def body_limit(settings: Settings) -> int:
    """Most bytes of a request without films."""
    return settings.max_text_chars * _UTF8 + _BESIDE_TEXT


def json_response(
    body: Mapping[str, object], *, status: int = 200, media_type: str = "application/json"
) -> Response:
    """An object as a response. ASCII only, so that a lone surrogate in a label cannot break it."""
    text = json.dumps(body, allow_nan=False)
    return Response(text + "\n", status=status, content_type=media_type)


def require_json() -> None:
    """Refuse a body that is not declared as JSON (415) or cannot be read as an object (400).

    Runs before the framework validates the body, because it takes both for a missing body.
    """
    if not request.is_json:
        raise UnsupportedMediaType
    try:
        body = request.get_json()
    except RecursionError:
        raise BadRequest from None
    if not isinstance(body, dict) or _has_lone_surrogate(body):
        raise BadRequest


def _has_lone_surrogate(body: dict[str, object]) -> bool:
    """Whether an escape names half a character, which no text holds and no reader takes."""
    if b"\\ud" not in request.get_data().lower():
        return False
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False
