"""Ages of life: HPO's classes of onset and of death in years, and when a finding began.

The years are those of the terms' own definitions in HPO 2025-01-16. Where a definition and its
comment differ (HP:0003593, and with it HP:0410280, begins at 28 days or at birth) the wider range
stands. Everything before birth and at birth is 0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import inf

from domain.errors import InvalidField
from domain.identifiers import Curie

_DURATION = re.compile(
    r"^P(?=\d|T\d)(?:(\d+(?:\.\d+)?)Y)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)W)?"
    r"(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$"
)
_DAYS = (365.25, 30.4375, 7.0, 1.0, 1 / 24, 1 / 1440, 1 / 86400)
OLDEST_YEARS = 130.0
_28_DAYS = 28 / 365.25
#: The term above all onset terms.
ONSET = Curie("HP:0003674")

#: HPO's onset terms: (label, age at which the class begins, and at which it ends), in years.
#: Terms without an age (HP:4000040 and others) are not here.
ONSET_CLASSES: dict[str, tuple[str, float, float]] = {
    "HP:0030674": ("Antenatal onset", 0.0, 0.0),
    "HP:0011460": ("Embryonal onset", 0.0, 0.0),
    "HP:0011461": ("Fetal onset", 0.0, 0.0),
    "HP:0034199": ("Late first trimester onset", 0.0, 0.0),
    "HP:0034198": ("Second trimester onset", 0.0, 0.0),
    "HP:0034197": ("Third trimester onset", 0.0, 0.0),
    "HP:0003577": ("Congenital onset", 0.0, 0.0),
    "HP:0003623": ("Neonatal onset", 0.0, _28_DAYS),
    "HP:0410280": ("Pediatric onset", 0.0, 16.0),
    "HP:0003593": ("Infantile onset", 0.0, 1.0),
    "HP:0011463": ("Childhood onset", 1.0, 5.0),
    "HP:0003621": ("Juvenile onset", 5.0, 16.0),
    "HP:0003581": ("Adult onset", 16.0, inf),
    "HP:0011462": ("Young adult onset", 16.0, 40.0),
    "HP:0025708": ("Early young adult onset", 16.0, 19.0),
    "HP:0025709": ("Intermediate young adult onset", 19.0, 25.0),
    "HP:0025710": ("Late young adult onset", 25.0, 40.0),
    "HP:0003596": ("Middle age onset", 40.0, 60.0),
    "HP:0003584": ("Late onset", 60.0, inf),
}

#: HPO's terms for the age of death: (label, age by which such a course has ended), in years.
DEATH_CLASSES: dict[str, tuple[str, float]] = {
    "HP:0005268": ("Miscarriage", 0.0),
    "HP:0003826": ("Stillbirth", 0.0),
    "HP:0034241": ("Prenatal death", 0.0),
    "HP:0003811": ("Neonatal death", _28_DAYS),
    "HP:0001522": ("Death in infancy", 2.0),
    "HP:0003819": ("Death in childhood", 10.0),
    "HP:0011421": ("Death in adolescence", 19.0),
    "HP:0100613": ("Death in early adulthood", 40.0),
    "HP:0033764": ("Death in middle age", 60.0),
}


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Onset:
    """When a finding of a patient began: an age in years, or a class of HPO; one of the two."""

    years: float | None = None
    term: Curie | None = None

    @classmethod
    def parse(cls, text: str, field: str = "onset") -> Onset:
        """An HPO id, an ISO 8601 duration or a number of years. Raises InvalidField.

        >>> Onset.parse("P1Y6M").years
        1.5
        """
        if ":" not in text:
            return cls(years=age_in_years(text, field))
        try:
            return cls(term=Curie.parse(text))
        except InvalidField as error:
            raise InvalidField(field, error.message, mend=error.mend) from None

    @property
    def earliest(self) -> float | None:
        """The age from which it may have been there, in years; None for a class without one."""
        if self.term is None:
            return self.years
        return ONSET_CLASSES[self.term][1] if self.term in ONSET_CLASSES else None

    def __str__(self) -> str:
        if self.years is not None:
            return "at birth" if self.years == 0 else f"at {age_words(self.years)}"
        return ONSET_CLASSES.get(str(self.term), (str(self.term),))[0].lower()


def age_words(years: float) -> str:
    """An age as people say it.

    >>> age_words(0.25), age_words(1.0), age_words(16)
    ('3 months', '12 months', '16 years')
    """
    if years < 2 / 12:
        return _counted(years * 365.25, "day")
    if years < 2:
        return _counted(years * 12, "month")
    return _counted(years, "year")


def _counted(number: float, unit: str) -> str:
    shown = f"{number:.1f}".removesuffix(".0")
    return f"{shown} {unit}" if shown == "1" else f"{shown} {unit}s"
