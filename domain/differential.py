"""The answer: hypotheses, each number together with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import fsum
from typing import Literal

from domain.assertions import Assertion
from domain.evidence import ConceptRef
from domain.figures import Figure
from domain.findings import FindingUse, Note, Observation, State
from domain.identifiers import Curie
from domain.what_if import Counterfactual, How, Move, NextFinding


class Match(StrEnum):
    """How the knowledge base met a finding. The word describes the knowledge base's term:
    `narrower` means that the disease is annotated with a more specific term than was found."""

    EXACT = "exact"
    NARROWER = "narrower"
    BROADER = "broader"
    SHARED = "shared"
    NONE = "none"
    EXCLUDED_IN_CASE = "excluded_in_case"
    EXCLUDED_IN_DISEASE = "excluded_in_disease"
    PROFILE = "profile"
    CIRCUMSTANCE = "circumstance"
    RISK = "risk"


@dataclass(frozen=True, slots=True, kw_only=True)
class PathEdge:
    """One edge walked between a finding and a disease; `predicate` as in the graph."""

    subject: ConceptRef
    predicate: str
    object: ConceptRef


@dataclass(frozen=True, slots=True, kw_only=True)
class JointEffect:
    """What the findings of one origin (`group`) do to a disease together, in nats: `uncut` is the
    sum of what each would count alone, `cap` the most that they may."""

    group: str
    cap: float
    uncut: float

    @property
    def cut(self) -> bool:
        """Whether they count less together than they would."""
        return abs(self.uncut) > self.cap


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """One finding's effect on one disease: the number and its reason are one object.

    `log_likelihood_ratio` is in nats. `finding` is None for a term that belongs to the whole
    disease (match `profile`), which then has a `name`. `frequency` and `background` are the
    shares of patients with the finding that the number was computed from: in this disease, and
    in the average candidate; None where they do not apply. `alone` is what the finding would
    count by itself: it counts less beside others that tell the same. `ratio` is the likelihood
    ratio of soft evidence, None where the finding was stated plainly; `joint` what all evidence of
    its origin does together, None where it has none. `importance` is what the
    number was multiplied by, `chief` marks a chief complaint. `text` names the case it is.
    `figures` are those of the literature that `frequency` rests on, `background_figures` those
    that `background` does.
    """

    match: Match
    log_likelihood_ratio: float
    finding: ConceptRef | None = None
    name: str | None = None
    frequency: float | None = None
    background: float | None = None
    alone: float | None = None
    ratio: float | None = None
    joint: JointEffect | None = None
    importance: float = 1.0
    chief: bool = False
    text: str = ""
    path: tuple[PathEdge, ...] = ()
    assertions: tuple[Assertion, ...] = ()
    figures: tuple[Figure, ...] = ()
    background_figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Typical:
    """A finding that is typical of a disease and was not mentioned; it may be present."""

    concept: ConceptRef
    frequency: float
    assertions: tuple[Assertion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """A disease with its reasons; the score is their sum and is stored nowhere. `prior_reason`
    says how the prior score came about, `prior_figure` is the share of a complaint's causes that it
    rests on; `codes` are those of the vocabulary that the caller asked
    for."""

    disease: Curie
    label: str
    prior_score: float
    contributions: tuple[Contribution, ...]
    prior_reason: str = ""
    prior_figure: Figure | None = None
    same_as: tuple[Curie, ...] = ()
    codes: tuple[Curie, ...] = ()
    typical_not_mentioned: tuple[Typical, ...] = ()

    @property
    def score(self) -> float:
        """Natural log, uncalibrated: prior plus the sum of the contributions."""
        return fsum((self.prior_score, *(c.log_likelihood_ratio for c in self.contributions)))

    @property
    def chief_unexplained(self) -> tuple[ConceptRef, ...]:
        """Chief complaints that do not speak for it, which a diagnosis ought to explain."""
        return tuple(
            c.finding
            for c in self.contributions
            if c.chief and c.finding is not None and c.log_likelihood_ratio <= 0
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A hypothesis at its place; `posterior` is its share over all diseases before any cut."""

    rank: int
    hypothesis: Hypothesis
    posterior: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One finding of the case, or one term for the whole disease, in two diseases; None where a
    disease has no such term."""

    one: Contribution | None
    other: Contribution | None

    @property
    def reason(self) -> Contribution:
        """The one that there is, the first disease's if both are: it names what this is about."""
        found = self.one or self.other
        if found is None:
            raise ValueError("A row of a comparison has a contribution to either disease.")
        return found

    @property
    def difference(self) -> float:
        """What it adds to the first disease more than to the second, in nats."""
        first, second = self.one, self.other
        return (0.0 if first is None else first.log_likelihood_ratio) - (
            0.0 if second is None else second.log_likelihood_ratio
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Separator:
    """A finding that the case does not mention and that would part two diseases.

    `one` and `other` are its shares in their patients, None where nothing is recorded;
    `if_present` and `if_absent` what each answer would add to the difference of their scores.
    """

    concept: ConceptRef
    how: How
    one: float | None
    other: float | None
    if_present: float
    if_absent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What separates two diseases: `rows` by size of their difference. With the difference of
    the priors they sum to that of the scores."""

    one: Ranked
    other: Ranked
    rows: tuple[Compared, ...]
    separators: tuple[Separator, ...]

    @property
    def difference(self) -> float:
        """The first disease's score less the second's."""
        return self.one.hypothesis.score - self.other.hypothesis.score


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a conflict: what its observations say of a finding, and what they would do:
    `moves` are where the diseases that either side puts first stand now (`before`), and where
    they would if this side alone were heard (`after`)."""

    finding: ConceptRef
    state: State
    observations: tuple[Observation, ...]
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Two statements that cannot both hold, and what was done about it. `sides` are those who made
    them; neither is preferred without saying so."""

    kind: str
    findings: tuple[ConceptRef, ...]
    message: str
    sides: tuple[Side, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownUse:
    """A condition that the patient is known to have: never suggested. `finding` is what it counts
    as, None where it has no effect; `diseases` are the ranked diseases that were left out for it.
    """

    label: str
    finding: ConceptRef | None
    diseases: tuple[ConceptRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorUse:
    """Where prior scores come from. `kind` is uniform, caller, or complaint (the printed shares of
    a complaint's causes); `source` and `figures` (how many
    diseases have one of their own) are None and 0 where no source of prevalence was there."""

    kind: Literal["uniform", "caller", "complaint"] = "uniform"
    source: str | None = None
    figures: int = 0
    statement: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What was ranked, and what was not: said before anything else. `asked` is the scope that was
    asked for (rare, common, all), `setting` where the patient was met, None where it plays no part.
    `prior_moves` are where the first diseases would stand without the prior of a complaint
    (`before`), and where they do."""

    statement: str
    ranked: int
    not_ranked: str
    asked: str = "rare"
    setting: str | None = None
    prior_moves: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyMember:
    """A listed hypothesis as a member of a family, with its own place and score."""

    rank: int
    disease: ConceptRef
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Subtypes of one disease. `members` are those among the listed hypotheses, `others` how many
    more were ranked; `posterior` is the share of all of them together. `source` is the
    vocabulary whose hierarchy says so."""

    id: Curie
    label: str
    source: str
    members: tuple[FamilyMember, ...]
    others: int
    posterior: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Families:
    """The listed hypotheses by family; `alone` are those of none. `reason` says why nothing is
    grouped and what would do, "" where something is."""

    status: Literal["grouped", "not_grouped"] = "not_grouped"
    reason: str = "Families were not looked up."
    groups: tuple[Family, ...] = ()
    alone: tuple[FamilyMember, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PairMember:
    """One of two diseases. `contributions` are those that count for the pair: the findings that
    this one explains better, absent findings, and what belongs to the disease as a whole."""

    rank: int
    disease: ConceptRef
    contributions: tuple[Contribution, ...]

    @property
    def explains(self) -> tuple[ConceptRef, ...]:
        """The findings that speak for this disease, the strongest first."""
        found = [c for c in self.contributions if c.log_likelihood_ratio > 0]
        found.sort(key=lambda c: -c.log_likelihood_ratio)
        return tuple(c.finding for c in found if c.finding is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two diseases at once. `price` is what the second costs, in nats (negative); `best_score`
    the score of the best single disease. `unexplained` are the specific present findings that
    speak for neither."""

    first: PairMember
    second: PairMember
    prior_score: float
    price: float
    best_score: float
    unexplained: tuple[ConceptRef, ...]

    @property
    def score(self) -> float:
        """Natural log, uncalibrated: prior, price and the sum of both members' contributions."""
        both = (*self.first.contributions, *self.second.contributions)
        return fsum((self.prior_score, self.price, *(c.log_likelihood_ratio for c in both)))

    @property
    def gain(self) -> float:
        """How far the score stands above that of the best single disease."""
        return self.score - self.best_score


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Pairs of diseases, where the best single one leaves specific present findings
    (`unexplained`) unexplained; never part of the ranking. `price` and `margin` (nats) are what a
    pair had to gain, None where none was tried; `reason` says why none is shown, or what those
    shown assume."""

    status: Literal["shown", "none_shown"] = "none_shown"
    reason: str = "Pairs were not looked for."
    pairs: tuple[Pair, ...] = ()
    unexplained: tuple[ConceptRef, ...] = ()
    price: float | None = None
    margin: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Serious:
    """A disease that must not be missed, wherever it stands: `why` a reference says so, what of
    the case speaks for it and against, and the findings that would settle it. `assessed` is
    whether anything of the case speaks of it at all."""

    disease: ConceptRef
    rank: int
    why: Figure
    speaks_for: tuple[Contribution, ...]
    speaks_against: tuple[Contribution, ...]
    assessed: bool
    settled_by: tuple[ConceptRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MustNotMiss:
    """Diseases that must not be missed: only from a loaded, referenced source. Where none is
    ranked, an empty list would read as safety: the status says that none was looked for."""

    status: Literal["assessed", "not_assessed"] = "not_assessed"
    diseases: tuple[Serious, ...] = ()
    reason: str = (
        "No loaded source says which diseases must not be missed, so that none was looked for. "
        "This is no sign of safety."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationUse:
    """Whether posteriors may be shown to people: only in a setting in which calibration was
    measured. `ceiling` is the most that may be shown; `statement` says what was measured, or why
    none is shown."""

    calibrated: bool = False
    ceiling: float = 1.0
    statement: str = "No percentages: calibration was not measured."


@dataclass(frozen=True, slots=True, kw_only=True)
class Differential:
    """The whole answer. `unexplained` are present findings that speak for no listed disease;
    `counterfactuals` and `comparison` are None where they were not asked for."""

    scope: Scope
    findings: tuple[FindingUse, ...]
    calibration: CalibrationUse
    ranked: tuple[Ranked, ...]
    outside_knowledge_base: float
    unexplained: tuple[ConceptRef, ...]
    conflicts: tuple[Conflict, ...]
    data_quality: tuple[Note, ...]
    versions: Mapping[str, str]
    prior: PriorUse = PriorUse()
    next_findings: tuple[NextFinding, ...] = ()
    counterfactuals: tuple[Counterfactual, ...] | None = None
    comparison: Comparison | None = None
    families: Families = Families()
    pairs: Pairs = Pairs()
    must_not_miss: MustNotMiss = MustNotMiss()
    known: tuple[KnownUse, ...] = ()
