"""What readers say (`Observation`) and what it means in the graph (`Finding`)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.errors import InvalidField
from domain.evidence import Evidence
from domain.identifiers import Curie


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A reader's own words about one thing.

    `concept` is the reader's link into the graph, None where nothing matched well enough.
    `probability` is calibrated and always travels with the `base_rate` of the set it was
    calibrated on; both are None or neither is. `triggers` are the words that decided state,
    experiencer and time; `kinship` keeps the family member's word.
    """

    label: str
    state: State
    concept: Curie | None = None
    link_score: float | None = None
    experiencer: Experiencer = Experiencer.PATIENT
    kinship: str | None = None
    time: Time = Time.NOW
    probability: float | None = None
    base_rate: float | None = None
    section: str | None = None
    modifiers: tuple[str, ...] = ()
    triggers: tuple[str, ...] = ()
    onset: Curie | None = None
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Observations of one concept, fused: several witnesses, one finding."""

    concept: Curie
    label: str
    state: State
    experiencer: Experiencer
    kinship: str | None
    time: Time
    probability: float | None
    base_rate: float | None
    onset: Curie | None
    observations: tuple[Observation, ...]

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
