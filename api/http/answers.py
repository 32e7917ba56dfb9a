"""What is answered over HTTP, described for /openapi.json: the JSON form field by field.

The bodies themselves are made by `api.render.as_json`; a test holds the two together.
"""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from api.case_models import Strict
from api.http.evidence_answers import EvidenceOut
from api.http.what_if_answers import (
    ComparedDiseaseOut,
    CounterfactualOut,
    DiseaseOut,
    MoveOut,
    NextFindingOut,
    SeparatorOut,
)
from domain.figures import Against, Class, Kind, Measure, Review, Setting


class ScopeOut(Strict):
    """What was ranked, and what was not."""

    statement: str
    ranked: int
    not_ranked: str
    asked: Literal["rare", "common", "all"]
    setting: Literal["primary", "emergency", "ward"] | None = Field(
        description="Where the patient was met; null in scope `rare`, where it plays no part."
    )
    prior_moves: list[MoveOut] = Field(
        description="Where the first diagnoses would stand without the shares of the complaint's "
        "causes (`before`), and where they do; empty where no complaint gave the prior."
    )


class OnsetOut(Strict):
    """When a finding began: an HPO onset term, or an age in years."""

    term: str | None
    years: float | None
    words: str


class HedgeOut(Strict):
    """The class of a hedge, and what its strength was measured on: of `n` findings hedged so,
    `coded` had their label; `counted_with` are the classes that were counted together."""

    model_config = ConfigDict(populate_by_name=True)

    kind: str = Field(alias="class")
    coded: int | None
    n: int | None
    base_rate: float | None
    counted_with: list[str]
    source: str | None


class JointOut(Strict):
    """Evidence of one origin: all of it moves a disease by at most `cap` nats."""

    group: str
    cap: float


class JointEffectOut(JointOut):
    """What all evidence of one origin does to a disease: `uncut` is the sum of what each counts
    alone, `cut` whether that is more than `cap`."""

    uncut: float
    cut: bool


class ObservationOut(Strict):
    """What one reader said, and where it was seen. `study` names the examination that it tells of,
    `earlier` the day of what was seen before this illness; null where neither is known."""

    label: str
    state: Literal["present", "absent", "uncertain", "undetermined"]
    time: Literal["now", "past", "hypothetical"]
    study: str | None
    earlier: str | None
    evidence: list[EvidenceOut]


class FindingOut(Strict):
    """A finding and whether it entered the score; `evidence` is that of all `observations`."""

    concept: str
    label: str
    state: Literal["present", "absent", "uncertain", "undetermined"]
    experiencer: Literal["patient", "family", "other"]
    kinship: str | None
    time: Literal["now", "past", "hypothetical"]
    earlier: str | None = Field(
        description="The latest day on which it was seen, where all were before this illness."
    )
    momentary: bool = Field(description="Absent at the time of its values only.")
    probability: float | None
    base_rate: float | None
    likelihood_ratio: float | None = Field(
        description="Of soft evidence: from it the effect comes."
    )
    joint: JointOut | None
    hedge: HedgeOut | None
    importance: float
    chief: bool
    onset: OnsetOut | None
    used: bool
    why_not: str | None
    observations: list[ObservationOut]
    evidence: list[EvidenceOut]


class EdgeOut(Strict):
    """One edge walked in the graph."""

    subject: str
    subject_label: str
    predicate: str
    object: str
    object_label: str


class AssertionOut(Strict):
    """One source row behind a number; `stated_concept` where the row names an older id."""

    disease: str
    concept: str
    stated_concept: str | None
    frequency: str | None
    evidence_code: str
    references: list[str]
    source: str
    line: int
    excluded: bool
    onset: str | None
    sex: str | None
    modifiers: list[str]


class FigureOut(Strict):
    """One figure of one reference, as printed. `measure` says what it is a figure of; `value` is
    the same as a number, null for a `class` (a word without a number); `says` puts it in words."""

    model_config = ConfigDict(populate_by_name=True)

    disease: str
    concept: str
    absent: bool
    words: str
    threshold: str
    kind: Kind
    measure: Measure
    printed: str
    value: float | None
    word: Class | None = Field(alias="class")
    count: int | None
    total: int | None
    interval: str
    population: str
    setting: Setting
    comparator: str
    against: Against | None
    reference: str
    link: str | None
    opened: str | None
    review: Review = Field(description="Only what was `opened` weighs.")
    note: str
    source: str
    line: int
    says: str


class ContributionOut(Strict):
    """One finding's effect on one disease, in nats; `finding` is null for a profile term."""

    finding: str | None
    label: str | None
    name: str | None
    group: Literal[
        "supporting",
        "conflicting",
        "unexplained",
        "without_effect",
        "whole_disease",
        "patient",
    ]
    match: Literal[
        "exact",
        "narrower",
        "broader",
        "shared",
        "none",
        "excluded_in_case",
        "excluded_in_disease",
        "profile",
        "circumstance",
        "risk",
    ]
    path: list[EdgeOut]
    seen: list[str]
    assertions: list[AssertionOut]
    log_likelihood_ratio: float
    alone: float | None
    likelihood_ratio: float | None
    joint: JointEffectOut | None
    frequency: float | None
    background: float | None
    importance: float
    chief: bool
    text: str
    figures: list[FigureOut] = Field(description="Of the literature, behind `frequency`.")
    background_figures: list[FigureOut] = Field(
        description="Behind the rate of patients with none of the candidates."
    )
    background_from: Literal["figures", "assumed"] | None = Field(
        description="What that rate rests on; null where no figure is behind the number."
    )


class TypicalOut(Strict):
    """A finding typical of a disease that was not mentioned; it may be present."""

    concept: str
    label: str
    frequency: float
    seen: str
    assertions: list[AssertionOut]


class RefOut(Strict):
    """A concept with its label."""

    concept: str
    label: str


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
    prior_reason: str
    prior_figure: FigureOut | None
    chief_unexplained: list[RefOut]
    contributions: list[ContributionOut]
    typical_not_mentioned: list[TypicalOut]


class SideOut(Strict):
    """One side of a conflict: who says so, and where the first diagnoses would stand (`after`) if
    they alone were heard; `moves` is empty where that was not worked out."""

    finding: RefOut
    state: Literal["present", "absent", "uncertain", "undetermined"]
    observations: list[ObservationOut]
    moves: list[MoveOut]


class ConflictOut(Strict):
    """Statements that cannot all hold, and what was done about it."""

    kind: str
    findings: list[RefOut]
    message: str
    sides: list[SideOut]


class KnownOut(Strict):
    """A condition that the patient is known to have: evidence, never suggested. `finding` is what
    it counts as, null where it has no effect; `diseases` were left out for it."""

    label: str
    finding: RefOut | None
    diseases: list[DiseaseOut]


class NoteOut(Strict):
    """One line of the data-quality block."""

    level: str
    code: str
    subject: str
    message: str
    mend: str | None


class FamilyMemberOut(Strict):
    """A listed disease as a member of a family, with its own place and score."""

    rank: int
    disease: str
    label: str
    score: float


class FamilyOut(Strict):
    """Subtypes of one disease: the listed ones, and how many more were ranked; `posterior` is the
    share of all of them together."""

    id: str
    label: str
    source: str
    members: list[FamilyMemberOut]
    others: int
    posterior: float


class FamiliesOut(Strict):
    """The listed diseases by family, where a loaded source gives the hierarchy."""

    status: Literal["grouped", "not_grouped"]
    reason: str
    groups: list[FamilyOut]
    not_grouped: list[FamilyMemberOut]


class PairMemberOut(Strict):
    """One of two diseases, with what counts of it beside the other."""

    rank: int
    disease: str
    label: str
    explains: list[RefOut]
    contributions: list[ContributionOut]


class PairOut(Strict):
    """Two diseases at once: `score` is `prior_score`, `price` and both members' contributions."""

    score: float
    prior_score: float
    price: float
    gain: float
    members: list[PairMemberOut] = Field(min_length=2, max_length=2)
    unexplained: list[RefOut]


class PairsOut(Strict):
    """Pairs of diseases where one does not explain the case; never part of the ranking."""

    status: Literal["shown", "none_shown"]
    reason: str
    unexplained_by_first: list[RefOut]
    price: float | None
    margin: float | None
    pairs: list[PairOut]


class SeriousOut(Strict):
    """A disease that must not be missed, wherever it stands. Where `assessed` is false nothing in
    the case speaks of it, which is no sign of its absence."""

    disease: str
    label: str
    rank: int
    assessed: bool
    why: FigureOut
    speaks_for: list[ContributionOut]
    speaks_against: list[ContributionOut]
    settled_by: list[RefOut]


class MustNotMissOut(Strict):
    """Diseases that must not be missed; none is named where no source of them is loaded, or in
    scope `rare`, and the status is then `not_assessed`."""

    status: Literal["assessed", "not_assessed"]
    reason: str
    diseases: list[SeriousOut]


class PriorOut(Strict):
    """Where prior scores come from; `source` is null where there was none."""

    kind: Literal["uniform", "caller", "complaint"]
    source: str | None
    figures: int
    statement: str


class ComparedOut(Strict):
    """One reason in both diseases, null where a disease has no such term; `difference` is the
    first's number less the second's."""

    one: ContributionOut | None
    other: ContributionOut | None
    difference: float


class ComparisonOut(Strict):
    """Two diseases side by side: with the difference of the priors, the rows sum to that of the
    scores."""

    one: ComparedDiseaseOut
    other: ComparedDiseaseOut
    difference: float
    rows: list[ComparedOut]
    separators: list[SeparatorOut]


class CalibrationOut(Strict):
    """`ceiling` is the most that may be shown to people; `statement` says what was measured."""

    ceiling: float
    statement: str


class DifferentialOut(Strict):
    """The whole answer. `counterfactuals` and `comparison` are null where not asked for."""

    scope: ScopeOut
    findings: list[FindingOut]
    prior: PriorOut
    calibrated: bool
    calibration: CalibrationOut
    differential: list[RankedOut]
    outside_knowledge_base: float
    unexplained: list[RefOut]
    conflicts: list[ConflictOut]
    known_conditions: list[KnownOut]
    data_quality: list[NoteOut]
    versions: dict[str, str]
    families: FamiliesOut
    pairs: PairsOut
    must_not_miss: MustNotMissOut
    next_findings: list[NextFindingOut]
    counterfactuals: list[CounterfactualOut] | None
    comparison: ComparisonOut | None


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
