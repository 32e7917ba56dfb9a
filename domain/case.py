"""A case as it comes in: observations, and what is known of the patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from domain.assertions import Sex
from domain.errors import InvalidField
from domain.findings import Note, Observation
from domain.identifiers import Curie


def parse_sex(text: str, field: str = "sex") -> Sex:
    """Read a sex in GA4GH's words, or as male, female, M, F."""
    key = text.strip().upper()
    short = {
        "M": "MALE",
        "F": "FEMALE",
        "OTHER": "OTHER_SEX",
        "UNKNOWN": "UNKNOWN_SEX",
        "": "UNKNOWN_SEX",
    }
    try:
        return Sex(short.get(key, key))
    except ValueError:
        raise InvalidField(
            field,
            f"{text[:40]!r} is not a sex.",
            mend="Use MALE, FEMALE, OTHER_SEX or UNKNOWN_SEX.",
        ) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A condition that the patient is known to have. `diseases` are its ids, which are never
    suggested; `finding` is the finding of the graph that says so, None where there is none."""

    label: str
    diseases: tuple[Curie, ...]
    finding: Curie | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Observations of one patient. `age` in years; `references` are the case's own papers,
    read only when its own publication is to be left out. `versions` are those of the readers
    whose parameters are no part of a release. `day` is that of this illness, where it is known."""

    id: str
    observations: tuple[Observation, ...]
    age: float | None = None
    sex: Sex = Sex.UNKNOWN
    references: frozenset[str] = frozenset()
    notes: tuple[Note, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    known: tuple[Known, ...] = ()
    day: date | None = None
