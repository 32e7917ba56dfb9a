"""What may be asked and is answered under /v1/kg: jobs and releases."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from api.case_models import Strict
from domain.errors import InvalidField
from ontologies import source as catalogue

#: The fields that each action takes beside `action`, and the one that it needs.
_TAKES = {
    "plan": {"catalogue", "without"},
    "load": {"catalogue", "force", "activate"},
    "unload": {"without", "force", "activate"},
    "validate": {"catalogue"},
    "activate": {"release"},
    "rollback": set[str](),
    "gc": {"keep"},
}
_NEEDS = {"unload": "without", "activate": "release"}
#: Actions that take uploaded files, and those that take a decisions file.
TAKES_FILES = frozenset(["plan", "load", "validate"])
TAKES_DECISIONS = frozenset(["plan", "load", "unload", "validate"])


def source_name(text: str) -> str:
    """A text that can name a source. Raises PydanticCustomError."""
    try:
        return catalogue.find(text).name
    except InvalidField:
        raise PydanticCustomError(
            "source_name", "A source's name is 2 to 41 small letters, digits, - and _."
        ) from None


SourceName = Annotated[str, Field(min_length=2, max_length=41), AfterValidator(source_name)]


class JobRequest(Strict):
    """A job: what to do, and the fields that this action takes."""

    action: Literal["plan", "load", "unload", "validate", "activate", "rollback", "gc"]
    catalogue: list[SourceName] = Field(
        default_factory=list,
        max_length=50,
        description="plan, load, validate: take the installed file for these sources.",
    )
    without: list[SourceName] = Field(
        default_factory=list, max_length=50, description="unload, plan: take these sources away."
    )
    release: str | None = Field(
        default=None, pattern="^[0-9a-f]{12}$", description="activate: the release's id."
    )
    force: bool = Field(default=False, description="load, unload: in spite of errors.")
    activate: bool = Field(default=False, description="load, unload: make it the active release.")
    keep: int | None = Field(
        default=None, ge=0, le=1000, description="gc: releases to keep for going back to."
    )

    @model_validator(mode="after")
    def _fits_the_action(self) -> Self:
        if self.model_fields_set - {"action"} - _TAKES[self.action]:
            raise PydanticCustomError(
                "not_for_action", "There is a field here that this action does not take."
            )
        needed = _NEEDS.get(self.action)
        if needed is not None and not getattr(self, needed):
            raise PydanticCustomError(
                "missing_for_action", "A field is missing that this action needs: /docs names it."
            )
        return self


class JobPath(BaseModel):
    """A job in an address."""

    job: str = Field(max_length=100, description="The job's id.")


class JobFilePath(JobPath):
    """A file of a job in an address."""

    file: str = Field(max_length=100, description="plan.html or changes.tsv.")


class ReleasePath(BaseModel):
    """A release in an address."""

    release: str = Field(max_length=100, description="The release's id.")


class AskedOut(Strict):
    """What a job was asked; `files` are the names of the uploaded files by source."""

    action: str
    files: dict[str, list[str]] = Field(default_factory=dict)
    catalogue: list[str] = Field(default_factory=list)
    without: list[str] = Field(default_factory=list)
    decisions: str | None = None
    release: str | None = None
    force: bool = False
    activate: bool = False
    keep: int | None = None


class JobProblem(BaseModel):
    """What stopped a job, in the form of a problem document; for a source file with its name
    and, where it is known, the line."""

    model_config = ConfigDict(extra="forbid")

    type: str
    title: str
    status: int
    detail: str
    mend: str | None = None
    instance: str | None = None
    file: str | None = None
    line: int | None = None


class JobSummaryOut(Strict):
    """How far a job is. `done` of `total` steps are behind it; times are in UTC."""

    id: str
    asked: AskedOut
    state: Literal["queued", "running", "done", "failed"]
    stage: str
    done: int
    total: int
    created: str
    started: str | None
    finished: str | None
    problem: JobProblem | None


class JobOut(JobSummaryOut):
    """A job with what came out of it; docs/http.md describes the result of each action."""

    result: dict[str, object] | None


class JobsOut(Strict):
    """The jobs that are remembered, the newest first."""

    jobs: list[JobSummaryOut]


class ReleaseOut(Strict):
    """A release in a few numbers; `sources` are versions by name."""

    id: str
    active: bool
    sources: dict[str, str]
    counts: dict[str, int]


class ReleasesOut(Strict):
    """The releases there are, and the one that answers."""

    active: str | None
    releases: list[ReleaseOut]


class ManifestOut(BaseModel):
    """A release's manifest: what it was made from, and what was read, repaired and left out."""

    model_config = ConfigDict(extra="allow")

    id: str
    active: bool
    sources: list[dict[str, object]]
    counts: dict[str, int]
