"""What may be sent to POST /v1/annotations, and what it answers, described for /openapi.json.

The bodies themselves are made by `api.render.as_annotations`; a test holds the two together.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.case_models import Strict
from api.http.answers import HedgeOut, NoteOut

MAX_DOCUMENTS = 1000
State = Literal["present", "absent", "uncertain", "undetermined"]
Time = Literal["now", "past", "hypothetical"]
Name = Annotated[str, Field(min_length=1, max_length=300)]


class DocumentIn(Strict):
    """A report in English; its name stands in the answer."""

    name: Name | None = Field(default=None, description="`report`, or `report 1` and so on.")
    text: str


class SpanIn(Strict):
    """Characters `start` to `end` (from 0, end excluded) of a document."""

    document: Name
    start: int = Field(ge=0)
    end: int = Field(ge=1)


class AnnotationRequest(Strict):
    """Documents to annotate. `age` and `sex` choose the reference ranges of values."""

    model_config = ConfigDict(
        extra="forbid",
        allow_inf_nan=False,
        json_schema_extra={
            "examples": [
                {
                    "documents": [
                        {"name": "letter", "text": "Girl of 4 years with seizures. No ataxia."}
                    ],
                    "age": "P4Y",
                    "sex": "FEMALE",
                }
            ]
        },
    )

    documents: list[DocumentIn] = Field(min_length=1, max_length=MAX_DOCUMENTS)
    spans: list[SpanIn] | None = Field(
        default=None,
        max_length=100_000,
        description="Judge the context of these only: a finding for each, in their order.",
    )
    age: str | None = Field(default=None, max_length=40, description="ISO 8601 duration: P4Y6M.")
    sex: Literal["MALE", "FEMALE", "OTHER_SEX", "UNKNOWN_SEX"] | None = None
    deidentify: bool = Field(
        default=False, description="Replace names, dates, places and numbers of people first."
    )


def schema_in_one(model: type[BaseModel]) -> dict[str, Any]:
    """A model's JSON schema without references: what it holds stands in its place."""
    schema = model.model_json_schema()
    parts: dict[str, Any] = schema.pop("$defs", {})

    def whole(value: Any) -> Any:
        if isinstance(value, list):
            return [whole(v) for v in value]
        if not isinstance(value, dict):
            return value
        name = str(value.get("$ref", "")).rpartition("/")[2]
        return whole(parts[name]) if name else {k: whole(v) for k, v in value.items()}

    found: dict[str, Any] = whole(schema)
    return found


class AnnotationQuery(Strict):
    """The form of the answer."""

    format: Literal["json", "html", "phenopacket"] | None = Field(
        default=None, description="`json`, unless the header Accept prefers `text/html`."
    )


class TriggerOut(Strict):
    """Words that decided one attribute; no place where no words stand behind it."""

    attribute: Literal["negated", "uncertain", "time", "experiencer", "section"]
    text: str
    start: int | None
    end: int | None


class MentionOut(Strict):
    """A finding that a text names. `concept` is null where it could not be linked; `uncertainty`
    is the measured strength of its hedge, from 0 to 1."""

    concept: str | None
    label: str
    start: int
    end: int
    quote: str
    state: State
    uncertainty: float | None
    time: Time
    experiencer: Literal["patient", "family", "other"]
    section: str | None
    modifiers: list[str]
    triggers: list[TriggerOut]
    link_score: float | None
    kinship: str | None
    pregnancy: bool
    hedge: HedgeOut | None
    candidates: list[str]


class ReadValueOut(Strict):
    """A value that a text gives, and what it implies at its own time."""

    concept: str | None
    label: str
    start: int
    end: int
    quote: str
    state: State
    analyte: str
    value: float
    unit: str
    reference_range: str | None
    range_source: str | None
    time: Time
    method: str | None
    code: str
    bound: str | None = Field(description="< or > where only a limit was measured.")
    upper: float | None = Field(description="The other end, where a span was given.")
    flag: str | None = Field(description="The laboratory's own word on it.")
    when: str | None = Field(description="ISO 8601, or the words of the text.")
    experiencer: Literal["patient", "family", "other"]
    section: str | None


class AnnotatedOut(Strict):
    """A document and what was read in it."""

    document: str
    values: list[ReadValueOut]
    findings: list[MentionOut]
    notes: list[NoteOut]
    versions: dict[str, str]
    replacements: dict[str, int] | None = Field(
        default=None, description="How many of each category were replaced, if that was asked for."
    )


class AnnotationsOut(Strict):
    """Documents in the order they were sent."""

    documents: list[AnnotatedOut]
