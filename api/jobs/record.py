"""What a job is asked, and how far it is: small JSON files, replaced whole."""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

Action = Literal["plan", "load", "unload", "validate", "activate", "rollback", "gc"]
State = Literal["queued", "running", "done", "failed"]

_ID = re.compile(r"\d{8}T\d{12}-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a job is to do. `files` are the names of the uploaded files by source; `catalogue`
    are sources whose file is the installed one; `decisions` names an uploaded decisions file."""

    action: Action
    files: dict[str, list[str]] = field(default_factory=dict)
    catalogue: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    decisions: str | None = None
    release: str | None = None
    force: bool = False
    activate: bool = False
    keep: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job as everybody sees it. `done` of `total` steps are behind it, `stage` names the one
    under way; times are ISO 8601 in UTC; `problem` has the members of a problem document."""

    id: str
    asked: Asked
    state: State = "queued"
    stage: str = "waiting"
    done: int = 0
    total: int = 0
    created: str
    started: str | None = None
    finished: str | None = None
    result: dict[str, Any] | None = None
    problem: dict[str, Any] | None = None

    @property
    def unfinished(self) -> bool:
        """Whether it still has something to do."""
        return self.state in ("queued", "running")

    def to_json(self) -> dict[str, Any]:
        """A JSON object; what was asked shows only what was said."""
        asked = {k: v for k, v in asdict(self.asked).items() if v or (v == 0 and k == "keep")}
        return {**asdict(self), "asked": asked}

    @classmethod
    def of_json(cls, found: dict[str, Any]) -> Job:
        """The job that `to_json` gave."""
        asked = found["asked"]
        lists = {k: tuple(asked[k]) for k in ("catalogue", "without") if k in asked}
        return cls(**{**found, "asked": Asked(**{**asked, **lists})})


def is_job_id(text: str) -> bool:
    """Whether a text has the form of a job's id, and so is safe in a path."""
    return _ID.fullmatch(text) is not None


def now() -> str:
    """The time, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def write(path: Path, job: Job) -> None:
    """Write a job's file by one atomic rename."""
    temporary = path.with_name(f".{path.name}-{os.getpid()}")
    text = json.dumps(job.to_json(), indent=1, ensure_ascii=False)
    try:
        temporary.write_text(text + "\n", "utf-8")
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def read(path: Path) -> Job | None:
    """The job in a file, or None where there is none that this version can read."""
    try:
        return Job.of_json(json.loads(path.read_text("utf-8")))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
