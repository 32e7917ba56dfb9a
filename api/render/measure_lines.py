"""Measures with their floors and goals, as a table and as JSON would have them."""

from __future__ import annotations

from collections.abc import Iterable
from math import isnan
from typing import Any

from api.evaluate_cases import Line
from api.render.tables import Cell, plain


def known(value: float) -> float | None:
    """A figure to six digits, None where it is not defined."""
    return None if isnan(value) else round(value, 6)


def as_objects(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Each measure as an object."""
    return [
        {
            "name": line.name.strip(),
            "n": line.n,
            "value": known(line.figure.value),
            "low": known(line.figure.low),
            "high": known(line.figure.high),
            "unit": line.unit,
            "floor": line.floor,
            "goal": line.goal,
            "beside": line.beside or None,
        }
        for line in lines
    ]


def as_row(line: Line) -> tuple[Cell, ...]:
    """Each measure as a row: name, n, figure, floor and goal."""
    digits = 1 if line.unit == "ranks" else 3
    return (
        line.name,
        f"{line.n:,}",
        plain(line.figure, digits),
        _bound(line.floor, line.unit),
        _bound(line.goal, line.unit),
    )


def _bound(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    return f"{value:.3g}" if unit != "ranks" else f"{value:.0f}"
