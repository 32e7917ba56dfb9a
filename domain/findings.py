"""What readers say (`Observation`) and what it means in the graph (`Finding`)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import inf

from domain.ages import Onset
from domain.errors import InvalidField
from domain.evidence import Evidence
from domain.identifiers import Curie

#: How much a finding may count, as a multiple of what it counts by itself, and a chief complaint.
LEAST_IMPORTANCE, MOST_IMPORTANCE = 0.1, 3.0
CHIEF_IMPORTANCE = 2.0


def likelihood_ratio(probability: float, base_rate: float) -> float:
    """What a calibrated probability says as evidence: its odds over those of the base rate."""
    return (probability / (1 - probability)) / (base_rate / (1 - base_rate))


class State(StrEnum):
    """Whether something was there. `undetermined` means that the context could not be read."""

    PRESENT = "present"
    ABSENT = "absent"
    UNCERTAIN = "uncertain"
    UNDETERMINED = "undetermined"


class Experiencer(StrEnum):
    """Whose finding it is."""

    PATIENT = "patient"
    FAMILY = "family"
    OTHER = "other"


class Time(StrEnum):
    """When it held. `hypothetical` covers the planned and the feared."""

    NOW = "now"
    PAST = "past"
    HYPOTHETICAL = "hypothetical"


class Attribute(StrEnum):
    """What the words around a mention say of it."""

    NEGATED = "negated"
    UNCERTAIN = "uncertain"
    TIME = "time"
    EXPERIENCER = "experiencer"
    SECTION = "section"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """Words that decided one attribute of an observation.

    Characters `start` to `end` (0-based, half-open) of the document that the observation's
    `TextSpan` names; both are None where no words stand behind it.
    """

    attribute: Attribute
    text: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """Soft evidence of one origin, which depends on itself: all that is of this `group` moves a
    disease by at most `cap` nats, either way. `group` names the origin in words."""

    group: str
    cap: float

    def __post_init__(self) -> None:
        if not self.cap > 0:
            raise InvalidField("cap", f"{self.cap:g} is not above 0.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A reader's own words about one thing.

    `concept` is the reader's link into the graph, None where nothing matched well enough;
    `candidates` are then what it may mean, the likeliest first.
    `probability` is calibrated and always travels with the `base_rate` of the set it was
    calibrated on; both are None or neither is. With them, what it counts follows from their
    likelihood ratio alone and `state` is what the reader decided; `joint` says what it may count
    at most with others of its origin. `triggers` are the words that decided state,
    experiencer, time and section; `kinship` keeps the family member's word, `hedge` names the
    class of the words that made it uncertain. `pregnancy` marks what the mother had while she
    carried the patient: the experiencer is family, but it is part of the patient's history
    before birth. `momentary` says that what was looked at holds for that time only, as a measured
    value does: an absence of then excludes nothing that comes and goes. `importance` multiplies
    what the finding counts, None where nobody said; `chief` marks a chief complaint, which the
    answer must explain (importance 2 unless stated). `study` names the examination that it tells
    of, where that is known: what a film's reader says and what a report says of the film are of
    one study, and one source. `earlier` is the day (ISO 8601) of what is older than this illness
    and was present-day then: its `time` is past. `known` marks what says that a condition is
    known: nothing new has to explain it.
    """

    label: str
    state: State
    concept: Curie | None = None
    candidates: tuple[Curie, ...] = ()
    link_score: float | None = None
    experiencer: Experiencer = Experiencer.PATIENT
    kinship: str | None = None
    pregnancy: bool = False
    time: Time = Time.NOW
    hedge: str | None = None
    probability: float | None = None
    base_rate: float | None = None
    joint: Joint | None = None
    section: str | None = None
    modifiers: tuple[str, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    momentary: bool = False
    onset: Onset | None = None
    importance: float | None = None
    chief: bool = False
    study: str | None = None
    earlier: str | None = None
    known: bool = False
    evidence: tuple[Evidence, ...] = ()

    def __post_init__(self) -> None:
        if (self.probability is None) != (self.base_rate is None):
            missing = "probability" if self.probability is None else "base_rate"
            raise InvalidField(
                missing,
                f"missing for {self.label!r}.",
                mend="A probability always travels with the base rate of its calibration set.",
            )
        for name in ("probability", "base_rate"):
            value: float | None = getattr(self, name)
            if value is not None and not 0.0 < value < 1.0:
                raise InvalidField(
                    name,
                    f"{value} is not between 0 and 1 (both exclusive).",
                    mend="Use state present or absent for what is certain.",
                )
        most = self.importance
        if most is not None and not LEAST_IMPORTANCE <= most <= MOST_IMPORTANCE:
            raise InvalidField(
                "importance",
                f"{most:g} is not between {LEAST_IMPORTANCE:g} and {MOST_IMPORTANCE:g}.",
                mend="1 is the usual; chief marks a chief complaint.",
            )
        if self.chief and self.state is State.ABSENT:
            raise InvalidField(
                "importance",
                f"{self.label!r} is absent and cannot be the chief complaint.",
                mend="Give it an importance as a number, or none.",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Observations of one concept, fused: several witnesses, one finding. It counts with the
    largest importance that a witness gave it, and began when the earliest says. `probability`,
    `base_rate` and `joint` are those of the strongest witness, None where it was stated plainly.
    """

    concept: Curie
    label: str
    state: State
    experiencer: Experiencer
    kinship: str | None
    time: Time
    probability: float | None
    base_rate: float | None
    onset: Onset | None
    observations: tuple[Observation, ...]
    importance: float = 1.0
    chief: bool = False
    joint: Joint | None = None

    @property
    def ratio(self) -> float:
        """The likelihood ratio of the evidence for it: infinite for a plain presence, 0 for a
        plain absence, 1 for what says nothing."""
        if self.probability is not None and self.base_rate is not None:
            return likelihood_ratio(self.probability, self.base_rate)
        return {State.PRESENT: inf, State.ABSENT: 0.0}.get(self.state, 1.0)

    @property
    def momentary(self) -> bool:
        """Whether it is an absence of one moment only: nobody said so of more than a moment.
        Of soft evidence, whatever was decided, it is what speaks against."""
        if self.probability is not None:
            soft = [o for o in self.observations if o.probability is not None]
            return self.ratio < 1 and all(o.momentary for o in soft)
        absent = [o for o in self.observations if o.state is State.ABSENT]
        return self.state is State.ABSENT and bool(absent) and all(o.momentary for o in absent)

    @property
    def known(self) -> bool:
        """Whether it is there because a condition is known, whoever else saw it."""
        return any(o.known for o in self.observations)

    @property
    def earlier(self) -> str | None:
        """The latest day of those on which it was seen, where all were before this illness."""
        days = [o.earlier for o in self.observations if o.earlier is not None]
        return max(days) if days and len(days) == len(self.observations) else None

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Every place where the finding was seen."""
        return tuple(e for o in self.observations for e in o.evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingUse:
    """A finding and whether it entered the score; `why_not` says why it did not."""

    finding: Finding
    used: bool
    why_not: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One line of the data-quality block: what was repaired, ignored, conflicting or unknown."""

    level: str
    code: str
    subject: str
    message: str
    mend: str | None = None
