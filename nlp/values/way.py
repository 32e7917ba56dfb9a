"""The way from a name to its value: words, brackets, a unit in between, other amounts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlp.values import patterns, units
from nlp.values.printed import Printed, read_range

#: At most so many amounts of something else.
_SKIPS = 2
#: A unit that stands no further off is of the number before it.
_NEAR = 2


@dataclass(slots=True)
class Way:
    """What was met on the way from a name to its value."""

    at: int
    unit: str | None = None
    written: str = ""
    printed: Printed | None = None
    skips: int = 0
    rising: bool = False
    between: bool = False


def step(text: str, way: Way) -> bool:
    """Over one thing that may stand before a value; False where it may not."""
    if aside := patterns.ASIDE.match(text, way.at):
        unit = units.spelled(aside[1].strip())
        if unit is not None:
            way.unit, way.written = unit, aside[1].strip()
        elif (inside := patterns.RANGE.match(text, aside.start(1))) and inside["label"]:
            way.printed = read_range(text, inside, way.unit, blood=True)[0]
        elif any(c.isdigit() for c in aside[1]):
            opened = patterns.OPEN.match(text, way.at)
            way.at = way.at if opened is None else opened.end()
            return opened is not None
        way.at = aside.end()
        return True
    if (comma := patterns.COMMA.match(text, way.at)) is not None:
        found = units.match(text, comma.end())
        if found is not None and (unit := units.spelled(found[0])) is not None:
            way.unit, way.written, way.at = unit, found[0], found.end()
            return True
        return False
    if opened := patterns.OPEN.match(text, way.at) or patterns.MARK.match(text, way.at):
        way.at = opened.end()
        return True
    word = patterns.WORD.match(text, way.at)
    if word is None or word[1].lower() not in patterns.FILLERS:
        return False
    way.rising |= word[1].lower() == "from"
    way.between |= word[1].lower() == "between"
    way.at = word.end(1)
    return True


def skip(text: str, start: re.Match[str], way: Way) -> bool:
    """Over an amount of something else: "41 cm (-3.2 SD)", "on 2 L oxygen"."""
    unit, _, at = unit_at(text, start.end())
    if unit is None or way.skips == _SKIPS:
        return False
    way.skips += 1
    way.at = at
    if comma := patterns.COMMA.match(text, at):
        way.at = comma.end()
    return True


def unit_at(text: str, at: int) -> tuple[str | None, str, int]:
    """The unit at a place: as the tables spell it, as it is written, and where it ends."""
    gap = patterns.BEFORE_UNIT.match(text, at)
    assert gap is not None
    found = units.match(text, gap.end())
    unit = None if found is None else units.spelled(found[0])
    if found is None or unit is None:
        return None, "", at
    if gap.end() - at > _NEAR and len(found[0]) == 1 and found[0] != "%":
        return None, "", at  # a letter in a column of its own is a flag
    return unit, unit if unit == "centile" else found[0], found.end()
