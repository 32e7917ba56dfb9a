"""Fields of a page that hold one thing a line: measured values, conditions that are known."""

from __future__ import annotations

import re

from api.http.models import FieldProblem, Problem
from api.http.problems import Refused
from api.jobs.problem import URN
from api.labs import check, of_option
from domain.errors import InvalidField

#: Which part of a value is meant, behind its place.
_PART = re.compile(r"\.(code|value|unit|time)$")


def known_lines(text: str) -> list[str]:
    """Conditions, one a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def value_lines(text: str) -> list[dict[str, str | float]]:
    """`NAME=VALUE UNIT`, one a line, as `labs` of a request.

    Raises Refused for lines that are no value, each by its number and name with what is wrong:
    whoever wrote them is who reads it.
    """
    found: list[dict[str, str | float]] = []
    errors = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            lab = of_option(line, f"Line {number},")
            check(lab)
        except InvalidField as error:
            errors.append(_named(error))
            continue
        found.append({"code": lab.code, "value": lab.value, "unit": lab.unit.strip()})
    if errors:
        raise Refused(
            Problem(
                type=URN + "invalid-field",
                title="Some values cannot be used" if errors[1:] else "A value cannot be used",
                status=422,
                detail="Each value stands on its own line with its name, number and unit.",
                errors=errors,
            )
        )
    return found


def _named(error: InvalidField) -> FieldProblem:
    """`Line 2, CRP`, with what is wrong and what would do."""
    said = error.message.removeprefix(f"{error.field}: ")
    part = _PART.search(error.field)
    place = error.field if part is None else error.field[: part.start()]
    message = " ".join(filter(None, (part and part[1], said, error.mend)))
    return FieldProblem(location=place, message=message)
