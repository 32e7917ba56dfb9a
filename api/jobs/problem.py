"""What stopped a job, as the members of a problem document, without the content of a file."""

from __future__ import annotations

import errno
import logging
import re
import traceback
import uuid
from pathlib import Path
from typing import Any

from api.jobs.record import Action
from domain.errors import (
    DifferentiaError,
    GateRefused,
    InputError,
    NotInstalled,
    ReleaseError,
    SourceError,
    StoreError,
)

URN = "urn:differentia:problem:"
_FULL = (errno.ENOSPC, errno.EDQUOT)
_log = logging.getLogger("differentia.jobs")

#: What a message quotes comes out of a file; only an identifier may be said again.
_QUOTED = re.compile(r"(?<!\w)'(?:\\.|[^'\\])*'(?!\w)|\"(?:\\.|[^\"\\])*\"", re.DOTALL)
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,30}:[A-Za-z0-9_.-]{1,40}")

DIED = {
    "type": URN + "job-died",
    "title": "The job's process ended",
    "status": 500,
    "detail": "The process of this job ended before the job did. The active release is as it was, "
    "or as the job's last stage left it.",
    "mend": "Look at GET /v1/kg/releases, then start the job again.",
}


def problem_of(error: Exception, action: Action) -> dict[str, Any]:
    """A problem object: for an error of ours what it says, for a bug its number in the log."""
    match error:
        case SourceError():
            name = Path(error.file).name
            found = _problem("bad-source", "A source file cannot be used", 422, error)
            found["detail"] = found["detail"].replace(error.file, name)
            return found | {"file": name} | ({} if error.line is None else {"line": error.line})
        case GateRefused():
            found = _problem("gate-refused", "A check stopped it", 409, error)
            if action in ("load", "unload"):
                found["mend"] = 'Mend the source, or send "force": true, which the load log keeps.'
            return found
        case InputError():
            return _problem("invalid-input", "What was sent cannot be used", 422, error)
        case ReleaseError():
            return _problem("no-release", "A release cannot be used", 409, error)
        case StoreError() | NotInstalled():
            return _problem("no-store", "The store cannot be used", 503, error)
        case OSError() if is_full(error):
            return full()
        case _:
            return _bug(error)


def is_full(error: OSError) -> bool:
    """Whether the disk is full, or the share of it that we may use."""
    return error.errno in _FULL


def full() -> dict[str, Any]:
    """The disk is full."""
    return {
        "type": URN + "no-space",
        "title": "No space left",
        "status": 507,
        "detail": "There is no space left where releases and uploads are written.",
        "mend": "Make room (the action gc deletes old releases), then start the job again.",
    }


def _problem(kind: str, title: str, status: int, error: DifferentiaError) -> dict[str, Any]:
    found = {
        "type": URN + kind,
        "title": title,
        "status": status,
        "detail": _without_quotes(error.message),
    }
    return found if error.mend is None else found | {"mend": _without_quotes(error.mend)}


def _without_quotes(text: str) -> str:
    return _QUOTED.sub(lambda m: m[0] if _IDENTIFIER.fullmatch(m[0][1:-1]) else "'…'", text)


def _bug(error: Exception) -> dict[str, Any]:
    occurrence = uuid.uuid4().urn
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    places = " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames))
    _log.error("unexpected %s at %s (%s)", type(error).__name__, places, occurrence)
    return {
        "type": URN + "bug",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "Something in this service went wrong; that is a bug.",
        "mend": "Report it with the instance number; no file's content is in the log.",
        "instance": occurrence,
    }
