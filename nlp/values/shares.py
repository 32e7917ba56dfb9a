"""Shares of the white cells: "26 % eosinophils" beside a count of all of them is a count too.

Ranges are of counts; a share alone means little, for it depends on the other cells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from domain.intervals import Interval
from nlp.values.names import Named
from nlp.values.value import Value, fits, plausible, rounded
from ontologies.analytes import Analyte

WHOLE = "white_cells"
#: Analytes that a differential count gives in per cent of them.
CELLS = frozenset(("neutrophils", "lymphocytes", "eosinophils", "monocytes"))
_SHARE = "%"
#: Characters before a name in which its share may stand.
_REACH = 16
_BEFORE = re.compile(r"(?<![\w.,])(\d{1,2}(?:\.\d+)?)\s?(?:%|percent)\s(?:of\s)?$")
_OWN_VALUE = re.compile(r"\s?[:=]?\s?\d")


def given(analyte: Analyte, unit: str | None) -> bool:
    """Whether a value of this unit is a share of the white cells."""
    return unit == _SHARE and analyte.id in CELLS


def before(text: str, named: Named, taken: int) -> Value | None:
    """The share that stands before its name, "26% eosinophils", behind character `taken`; None
    where there is none, or the name has a value behind it."""
    kept = tuple(a for a in named.analytes if a.id in CELLS)
    start = max(taken, named.start - _REACH)
    found = _BEFORE.search(text[start : named.start])
    if not kept or found is None or _OWN_VALUE.match(text, named.end):
        return None
    share = float(found[1])
    return Value(
        analytes=kept,
        start=start + found.start(),
        end=named.end,
        measured=Interval(share, share),
        number=share,
        unit=_SHARE,
        written=_SHARE,
    )


def counted(values: Sequence[Value]) -> list[Value]:
    """The values of one text, shares of the white cells as counts where it says how many there
    are, and only once. Other shares are left out, unless a flag or a range says what they mean."""
    wholes = {count for v in values if (count := _whole(v)) is not None}
    whole = wholes.pop() if len(wholes) == 1 else None
    told = (_counted(v, whole) if whole is not None else v for v in values)
    return [v for v in told if v.printed or v.flag or not given(v.analytes[0], v.unit)]


def _whole(value: Value) -> float | None:
    """White cells in 1e9/L, None where it is another value, or its unit or number is open."""
    analyte = value.analytes[0]
    if analyte.id != WHOLE or value.bound or value.upper is not None:
        return None
    units = (value.unit,) if value.unit is not None else analyte.bare
    found = {
        rounded(value.number * factor[0])
        for unit in units
        if (value.unit is not None or plausible(analyte, value.number, unit))
        and (factor := fits(analyte, unit)) is not None
    }
    return found.pop() if len(found) == 1 else None


def _counted(value: Value, whole: float) -> Value:
    analyte = value.analytes[0]
    if not given(analyte, value.unit) or value.printed or value.flag:
        return value
    count = rounded(value.number / 100 * whole)
    upper = None if value.upper is None else rounded(value.upper / 100 * whole)
    if value.bound or not plausible(analyte, count, analyte.unit):
        return value
    return replace(
        value,
        number=count,
        upper=upper,
        measured=Interval(count, count if upper is None else upper),
        unit=analyte.unit,
        written=analyte.unit,
        derived=f"{value.number:g} % of {whole:g} x 10^9/L white cells",
    )
