"""A case as it comes in: observations, and what is known of the patient."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.assertions import Sex
from domain.errors import InvalidField
from domain.findings import Note, Observation

_DURATION = re.compile(
    r"^P(?=\d|T\d)(?:(\d+(?:\.\d+)?)Y)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)W)?"
    r"(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$"
)
_DAYS = (365.25, 30.4375, 7.0, 1.0, 1 / 24, 1 / 1440, 1 / 86400)
OLDEST_YEARS = 130.0


def age_in_years(text: str, field: str = "age") -> float:
    """Read an ISO 8601 duration, or a bare number of years.

    >>> age_in_years("P1Y6M")
    1.5
    >>> age_in_years("34")
    34.0
    """
    text = text.strip()
    if re.fullmatch(r"\d+(\.\d+)?", text):
        years = float(text)
    elif match := _DURATION.match(text):
        years = sum(float(n or 0) * d for n, d in zip(match.groups(), _DAYS, strict=True)) / 365.25
    else:
        raise InvalidField(
            field,
            f"{text[:40]!r} is not an age.",
            mend="Write an ISO 8601 duration (P34Y, P2Y6M, P10D) or a number of years.",
        )
    if years > OLDEST_YEARS:
        raise InvalidField(field, f"{years:g} years is beyond {OLDEST_YEARS:g}.")
    return years


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
class Case:
    """Observations of one patient. `age` in years; `references` are the case's own papers,
    read only when its own publication is to be left out."""

    id: str
    observations: tuple[Observation, ...]
    age: float | None = None
    sex: Sex = Sex.UNKNOWN
    references: frozenset[str] = frozenset()
    notes: tuple[Note, ...] = ()
