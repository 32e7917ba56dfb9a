"""Frequencies as tables write them: `7/14`, `45%`, or an HPO frequency term."""

from __future__ import annotations

import re

from domain.assertions import FREQUENCY_CLASSES, Frequency
from domain.errors import InvalidField
from domain.identifiers import Curie

_COUNTS = re.compile(r"^(\d+)\s*/\s*(\d+)$")
_PERCENT = re.compile(r"^(\d+(?:\.\d+)?)\s*%$")


def read_frequency(text: str) -> Frequency | None:
    """A frequency, None for an empty text. Raises InvalidField.

    >>> print(read_frequency("7/14"), read_frequency("45%"), read_frequency("HP:0040281"))
    7/14 45% very frequent (80% to 99%)
    """
    text = text.strip()
    if not text:
        return None
    if counts := _COUNTS.match(text):
        return counted(int(counts[1]), int(counts[2]))
    if percent := _PERCENT.match(text):
        return percentage(float(percent[1]))
    if text in FREQUENCY_CLASSES:
        return Frequency(term=Curie(text))
    raise InvalidField(
        "frequency",
        f"{text[:40]!r} is no n/m, percentage or HPO frequency term.",
        mend="Write 7/14, 45% or one of HP:0040280 to HP:0040285.",
    )


def counted(count: int, total: int) -> Frequency:
    """`count` of `total` patients. Raises InvalidField where that cannot be."""
    if total <= 0 or not 0 <= count <= total:
        raise InvalidField(
            "frequency",
            f"{count}/{total} counts more patients than there were.",
            mend="Write how many patients had it, of how many were looked at.",
        )
    return Frequency(count=count, total=total)


def percentage(value: float) -> Frequency:
    """`value` of a hundred patients. Raises InvalidField outside 0 to 100."""
    if not 0 <= value <= 100:
        raise InvalidField("frequency", f"{value:g}% is not between 0 and 100 %.")
    return Frequency(percent=value)
