"""What is answered over HTTP, described for /openapi.json: the JSON form field by field.

The bodies themselves are made by `api.render.as_json`; a test holds the two together.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.http.models import Strict


class ScopeOut(Strict):
    """What was ranked, and what was not."""

    statement: str
    ranked: int
    not_ranked: str


class TextOut(Strict):
    """Characters of a document, 0-based and half-open."""

    kind: Literal["text"]
    document: str
    start: int
    end: int
    quote: str


class CodeOut(Strict):
    """A code that somebody entered."""

    kind: Literal["code"]
    system: str
    code: str


class ImageOut(Strict):
    """A box (x, y, width, height, in pixels) of an image, or the whole image."""

    kind: Literal["image"]
    image: str
    box: list[float] | None
    model: str


class SignalOut(Strict):
    """Seconds of one channel of a recording."""

    kind: Literal["signal"]
    record: str
    channel: str
    start_s: float
    end_s: float
    model: str


class ValueOut(Strict):
    """One measured value."""

    kind: Literal["value"]
    code: str
    value: float
    unit: str
    reference_range: str | None
    time: str | None
    source: str


EvidenceOut = Annotated[
    TextOut | CodeOut | ImageOut | SignalOut | ValueOut, Field(discriminator="kind")
]


class FindingOut(Strict):
    """A finding and whether it entered the score."""

    concept: str
    label: str
    state: Literal["present", "absent", "uncertain", "undetermined"]
    experiencer: Literal["patient", "family", "other"]
    kinship: str | None
    time: Literal["now", "past", "hypothetical"]
    probability: float | None
    base_rate: float | None
    used: bool
    why_not: str | None
    evidence: list[EvidenceOut]


class EdgeOut(Strict):
    """One edge walked in the graph."""

    subject: str
    subject_label: str
    predicate: str
    object: str
    object_label: str


class AssertionOut(Strict):
    """One source row behind a number."""

    frequency: str | None
    evidence_code: str
    references: list[str]
    source: str
    line: int
    excluded: bool
    onset: str | None
    sex: str | None


class ContributionOut(Strict):
    """One finding's effect on one disease, in nats; `finding` is null for a profile term."""

    finding: str | None
    label: str | None
    name: str | None
    match: Literal[
        "exact",
        "narrower",
        "broader",
        "shared",
        "none",
        "excluded_in_case",
        "excluded_in_disease",
        "profile",
        "risk",
    ]
    path: list[EdgeOut]
    assertions: list[AssertionOut]
    log_likelihood_ratio: float
    frequency: float | None
    background: float | None
    text: str


class TypicalOut(Strict):
    """A finding typical of a disease that was not mentioned; it may be present."""

    concept: str
    label: str
    frequency: float
    assertions: list[AssertionOut]


class RankedOut(Strict):
    """A disease at its place. `score` is `prior_score` plus the sum of the contributions."""

    rank: int
    disease: str
    same_as: list[str]
    codes: list[str]
    label: str
    posterior: float
    score: float
    prior_score: float
    contributions: list[ContributionOut]
    typical_not_mentioned: list[TypicalOut]


class RefOut(Strict):
    """A concept with its label."""

    concept: str
    label: str


class ConflictOut(Strict):
    """Findings that cannot all hold."""

    kind: str
    findings: list[RefOut]
    message: str


class NoteOut(Strict):
    """One line of the data-quality block."""

    level: str
    code: str
    subject: str
    message: str
    mend: str | None


class DifferentialOut(Strict):
    """The whole answer."""

    scope: ScopeOut
    findings: list[FindingOut]
    calibrated: bool
    differential: list[RankedOut]
    outside_knowledge_base: float
    unexplained: list[RefOut]
    conflicts: list[ConflictOut]
    data_quality: list[NoteOut]
    versions: dict[str, str]


class ConceptHitOut(Strict):
    """A concept that a search found, and the words it was found by."""

    id: str
    label: str
    matched: str
    score: float


class ConceptsOut(Strict):
    """Concepts found, the best first."""

    concepts: list[ConceptHitOut]


class HealthOut(Strict):
    """The process answers."""

    status: Literal["ok"]


class ReadyOut(Strict):
    """The release in use can be ranked against."""

    status: Literal["ready"]
    versions: dict[str, str]
