"""A value as it stands in a text, and whether it can be one of its analyte."""

from __future__ import annotations

from dataclasses import dataclass
from math import isinf

from domain.intervals import Interval
from nlp.values import units
from nlp.values.printed import Printed
from ontologies.analytes import Analyte, Kind

_DIGITS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value as it stands: characters `start` to `end` from its name to its last mark.

    `measured` are the numbers that it can be: one, or what "<" or a span leaves open. `unit` is
    as the tables spell it, None where none is written, and `written` as the text has it. `flag`
    is "high", "low" or "normal" where the text says so, `mark` in its own words. `derived` says
    of what the number was made, where the text gives another.
    """

    analytes: tuple[Analyte, ...]
    start: int
    end: int
    measured: Interval
    number: float
    bound: str = ""
    upper: float | None = None
    unit: str | None = None
    written: str = ""
    flag: str | None = None
    mark: str | None = None
    printed: Printed | None = None
    derived: str = ""


def fits(analyte: Analyte, unit: str) -> tuple[float, float] | None:
    """Factor and offset from a unit to the analyte's own, None where it is not measured so."""
    if analyte.kind is Kind.GROWTH:
        return (1.0, 0.0) if unit in ("SD", "centile") else None
    return units.conversion(
        unit, analyte.unit, molar_mass=analyte.molar_mass, valence=analyte.valence
    )


def plausible(analyte: Analyte, value: float, unit: str) -> bool:
    """Whether a value in this unit can be one of the analyte at all."""
    if analyte.kind is Kind.GROWTH and unit != analyte.unit:
        return 0 <= value <= 100 if unit == "centile" else abs(value) <= 15
    found = fits(analyte, unit)
    if found is None:
        return unit == "%" and 0 <= value <= 100  # a share of the cells, where a count is wanted
    return rounded(value * found[0] + found[1]) in analyte.plausible


def rounded(number: float) -> float:
    """A converted number as exact as it is: conversion must not move it over a limit."""
    return number if isinf(number) else float(f"{number:.{_DIGITS}g}")
