"""Findings as they are coded on the command line."""

from __future__ import annotations

from api.intake import CodedFinding, importance
from domain.errors import InvalidField

SYSTEM = "command line"
#: What may be known of a finding on the command line.
KEYS = ("state", "p", "base", "importance", "onset", "relative")
_FORM = "ID,p=0.7,base=0.1 or ID,importance=chief,onset=P3Y (see docs/cli.md)"


def coded_finding(text: str) -> CodedFinding:
    """`HP:0001250`, or with what is known of it: `HP:0001250,p=0.7,base=0.1`. Raises
    InvalidField."""
    concept, *details = (part.strip() for part in text.split(","))
    field = f"--finding {concept}"
    given: dict[str, str] = {}
    for detail in details:
        key, equals, value = (part.strip() for part in detail.partition("="))
        if key not in KEYS or not equals or not value:
            raise InvalidField(field, f"{detail[:40]!r} is not understood.", mend=f"Write {_FORM}.")
        if key in given:
            raise InvalidField(field, f"{key} is given twice.")
        given[key] = value
    if ("p" in given) != ("base" in given):
        missing = "base_rate (base=)" if "p" in given else "probability (p=)"
        raise InvalidField(
            field,
            f"{missing} is missing.",
            mend="Write ID,p=0.7,base=0.1: a probability means nothing without the share of "
            "positives where it was calibrated.",
        )
    weight = given.get("importance")
    return CodedFinding(
        concept=concept,
        state=given.get("state", "uncertain" if "p" in given else "present"),
        probability=_number(given, "p", field),
        base_rate=_number(given, "base", field),
        onset=given.get("onset"),
        importance=None if weight is None else importance(weight, f"{field}.importance"),
        relative=given.get("relative"),
        system=SYSTEM,
        field=field,
    )


def _number(given: dict[str, str], key: str, field: str) -> float | None:
    if key not in given:
        return None
    try:
        return float(given[key])
    except ValueError:
        raise InvalidField(f"{field}.{key}", f"{given[key][:40]!r} is no number.") from None


def absent_finding(concept: str) -> CodedFinding:
    """A finding that was looked for and is absent."""
    return CodedFinding(concept=concept, state="absent", system=SYSTEM, field=f"--absent {concept}")
