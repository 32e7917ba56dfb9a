"""What POST /v1/kg/jobs is sent: a JSON object, alone or as a part beside uploaded files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import request
from pydantic import TypeAdapter, ValidationError
from werkzeug.datastructures import FileStorage
from werkzeug.utils import secure_filename

from api.http.bodies import require_json
from api.http.kg_models import TAKES_DECISIONS, TAKES_FILES, JobRequest, SourceName
from api.http.models import Problem
from api.http.problems import of_validation, refused
from api.jobs.board import DECISIONS, SOURCES
from api.jobs.record import Asked

MULTIPART = "multipart/form-data"
_JOB = "job"
_NAME = TypeAdapter(SourceName)

#: How the body is described in /openapi.json.
BODY = {
    "required": True,
    "content": {
        "application/json": {"schema": JobRequest.model_json_schema()},
        MULTIPART: {
            "schema": {
                "type": "object",
                "description": "Beside `job`, each file is a part named by its source (hpo, hpoa, "
                "or a name of your own); a source of several files has several parts. "
                "`decisions` is a decisions file.",
                "required": [_JOB],
                "properties": {
                    _JOB: JobRequest.model_json_schema(),
                    DECISIONS: {"type": "string", "format": "binary"},
                },
                "additionalProperties": {"type": "string", "format": "binary"},
            },
            "encoding": {_JOB: {"contentType": "application/json"}},
        },
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A job that was sent, and its files by the name of their part."""

    asked: Asked
    files: Mapping[str, list[FileStorage]]

    def save(self, folder: Path) -> None:
        """Write the files into a job's folder. Raises OSError."""
        for name, files in self.files.items():
            place = folder / DECISIONS if name == DECISIONS else folder / SOURCES / name
            for number, file in enumerate(files):
                target = place / f"{number:04}"
                target.mkdir(parents=True)
                file.save(target / _file_name(file))


def read_job() -> Sent | Problem:
    """The job of the request under way, or what is wrong with it.

    Raises HTTPException for a body that is too large, of another kind, or cannot be read.
    """
    files: dict[str, list[FileStorage]] = {}
    try:
        if request.mimetype == MULTIPART:
            files = request.files.to_dict(flat=False)
            if set(request.form) - {_JOB}:
                return refused("request", "There is a field here that is not known.")
            body = JobRequest.model_validate_json(request.form.get(_JOB, "{}"))
        else:
            require_json()
            body = JobRequest.model_validate(request.get_json())
    except ValidationError as error:
        return of_validation(error)
    decisions = files.get(DECISIONS, [])
    sources = {name: found for name, found in files.items() if name != DECISIONS}
    if sources and body.action not in TAKES_FILES:
        return refused("files", "This action takes no file.")
    if decisions and body.action not in TAKES_DECISIONS:
        return refused(DECISIONS, "This action takes no decisions file.")
    if len(decisions) > 1:
        return refused(DECISIONS, "There can be one decisions file.")
    for name in sources:
        try:
            _NAME.validate_python(name)
        except ValidationError:
            return refused("files", "A file's part is not named by a source, as hpo or hpoa.")
    asked = Asked(
        action=body.action,
        files={name: [_file_name(f) for f in found] for name, found in sources.items()},
        catalogue=tuple(body.catalogue),
        without=tuple(body.without),
        decisions=_file_name(decisions[0]) if decisions else None,
        release=body.release,
        force=body.force,
        activate=body.activate,
        keep=body.keep,
    )
    return Sent(asked=asked, files=files)


def _file_name(file: FileStorage) -> str:
    """The last part of the sender's name for a file, with nothing in it that leads elsewhere."""
    return secure_filename(file.filename or "")[-100:] or "file"
