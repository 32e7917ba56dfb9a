"""The answer: hypotheses, each number together with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import fsum

from domain.assertions import Assertion
from domain.evidence import ConceptRef
from domain.findings import FindingUse, Note
from domain.identifiers import Curie


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
    RISK = "risk"


@dataclass(frozen=True, slots=True, kw_only=True)
class PathEdge:
    """One edge walked between a finding and a disease; `predicate` as in the graph."""

    subject: ConceptRef
    predicate: str
    object: ConceptRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """One finding's effect on one disease: the number and its reason are one object.

    `log_likelihood_ratio` is in nats. `finding` is None for a term that belongs to the whole
    disease (match `profile`), which then has a `name`. `frequency` and `background` are the
    shares of patients with the finding that the number was computed from: in this disease, and
    in the average candidate; None where they do not apply. `text` names the case it is.
    """

    match: Match
    log_likelihood_ratio: float
    finding: ConceptRef | None = None
    name: str | None = None
    frequency: float | None = None
    background: float | None = None
    text: str = ""
    path: tuple[PathEdge, ...] = ()
    assertions: tuple[Assertion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Typical:
    """A finding that is typical of a disease and was not mentioned; it may be present."""

    concept: ConceptRef
    frequency: float
    assertions: tuple[Assertion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """A disease with its reasons; the score is their sum and is stored nowhere. `codes` are those
    of the vocabulary that the caller asked for."""

    disease: Curie
    label: str
    prior_score: float
    contributions: tuple[Contribution, ...]
    same_as: tuple[Curie, ...] = ()
    codes: tuple[Curie, ...] = ()
    typical_not_mentioned: tuple[Typical, ...] = ()

    @property
    def score(self) -> float:
        """Natural log, uncalibrated: prior plus the sum of the contributions."""
        return fsum((self.prior_score, *(c.log_likelihood_ratio for c in self.contributions)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A hypothesis at its place; `posterior` is its share over all diseases before any cut."""

    rank: int
    hypothesis: Hypothesis
    posterior: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Two findings that cannot both hold, and what was done about it."""

    kind: str
    findings: tuple[ConceptRef, ...]
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What was ranked, and what was not: said before anything else."""

    statement: str
    ranked: int
    not_ranked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Differential:
    """The whole answer. `unexplained` are present findings that speak for no listed disease."""

    scope: Scope
    findings: tuple[FindingUse, ...]
    calibrated: bool
    ranked: tuple[Ranked, ...]
    outside_knowledge_base: float
    unexplained: tuple[ConceptRef, ...]
    conflicts: tuple[Conflict, ...]
    data_quality: tuple[Note, ...]
    versions: Mapping[str, str]
