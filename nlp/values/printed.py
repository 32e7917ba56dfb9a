"""What stands behind a value: the laboratory's flag, and the range that it prints."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import inf

from domain.intervals import Interval
from nlp.values import patterns, units

#: How far before a name a word may say how its value is.
_BEFORE = 32
#: Units by their letters, which behind a range are a flag.
_FLAGLIKE = ("L", "U", "h")
_BRACKET = re.compile(r"[^\S\n]{0,2}(?:normal)?[)\]]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A reference range in a text: its words, its numbers, and its unit or None."""

    text: str
    normal: Interval
    unit: str | None


@dataclass(slots=True)
class Marks:
    """Flag ("high", "low", "normal") with its words, and range, up to character `end`."""

    end: int
    flag: str | None = None
    mark: str | None = None
    printed: Printed | None = None


def marks(text: str, at: int, unit: str | None, *, blood: bool) -> Marks:
    """The flag and the range behind a value that ends at `at`, in either order.

    A range without a word for it is believed only of what laboratories measure (`blood`), in
    brackets, in a column of its own, or behind a unit with nothing but a flag behind it.
    """
    found = Marks(at)
    for _ in range(3):
        if found.flag is None and (flag := patterns.FLAG.match(text, found.end)):
            found.flag, found.mark = flag.lastgroup, flag[0].strip(" \t,()[]\u00a0")
            found.end = flag.end()
            continue
        stands = patterns.RANGE.match(text, found.end)
        if found.printed is not None or stands is None:
            break
        printed, end = read_range(text, stands, unit, blood=blood)
        if printed is None:
            break
        found.printed, found.end = printed, end
    return found


def read_range(
    text: str, stands: re.Match[str], unit: str | None, *, blood: bool
) -> tuple[Printed | None, int]:
    """A matched range and where it ends; None where it may be something else."""
    end = stands.end()
    own = units.match(text, end + (text[end : end + 1] == " "))
    if own is not None and (spelled := units.spelled(own[0])) not in (None, *_FLAGLIKE):
        unit, end = spelled, own.end()
    bracket = stands["bracket"]
    closed = _BRACKET.match(text, end)
    if bracket and closed:
        end = closed.end()
    gap = stands["gap"]
    column = (len(gap) > 1 or gap == "\t") and not gap.strip(" \t\u00a0|")
    beside = unit is not None and stands["from"] and patterns.AFTER_RANGE.match(text, end)
    if not stands["label"] and not (blood and (column or (bracket and closed) or beside)):
        return None, end
    normal = _normal(stands)
    if normal is None:
        return None, end
    words = text[stands.end("gap") : end].strip("()[] \t")
    return Printed(text=words, normal=normal, unit=unit), end


def _normal(stands: re.Match[str]) -> Interval | None:
    if stands["from"]:
        low, high = patterns.number(stands["from"]), patterns.number(stands["to"])
        year = 1900 <= low <= 2100 and 1900 <= high <= 2100
        return Interval(low, high) if low < high and not year else None
    if stands["most"]:
        closed = stands["most"].lower() in ("<=", "≤", "up to")
        return Interval(-inf, patterns.number(stands["high"]), False, not closed)
    closed = stands["least"] in (">=", "≥")
    return Interval(patterns.number(stands["low"]), inf, not closed, False)


def flag_before(text: str, start: int) -> tuple[str | None, str | None]:
    """The flag that a word before the name is: "elevated CRP"."""
    found = patterns.BEFORE.search(text[max(0, start - _BEFORE) : start])
    return (None, None) if found is None else (found.lastgroup, found[0].split()[0])
