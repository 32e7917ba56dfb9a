"""Numbers behind the names of analytes: value, unit, flag and the range that is printed with them.

The text is walked once; every pattern is tried at one place and reads a bounded stretch, so that
the work grows with the length of the text and no more. Nothing is judged here: a value is taken
as it stands, with all that its line says of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import inf

from domain.intervals import Interval
from nlp.values import patterns, shares
from nlp.values.names import Named, Names
from nlp.values.printed import flag_before, marks
from nlp.values.value import Value, fits, plausible
from nlp.values.way import Way, skip, step, unit_at
from ontologies.analytes import Analyte, Kind

#: How many things may stand between a name and its value.
_STEPS = 16
#: At most so many values of a series.
_SERIES = 6


class Scanner:
    """Finds values in texts by the names of a table."""

    def __init__(self, analytes: Sequence[Analyte]) -> None:
        self._names = Names(analytes)
        by_id = {a.id: a for a in analytes}
        self._pair = (by_id["systolic"], by_id["diastolic"])

    def find(self, text: str) -> list[Value]:
        """Values in the order of the text."""
        found: list[Value] = []
        taken = 0
        for named in self._names.find(text):
            if named.start < taken:
                continue
            if (share := shares.before(text, named, taken)) is not None:
                values = [share]
            elif named.analytes[0].kind is Kind.PRESSURE:
                values = self._pressure(text, named)
            else:
                values = self._values(text, named)
            found += values
            taken = max([taken, *(v.end for v in values)])
        found += self._bare_pressures(text, found)
        found = [_closed(text, v) for v in found]
        found.sort(key=lambda v: (v.start, v.end))
        return found

    def _values(self, text: str, named: Named) -> list[Value]:
        way = Way(named.end)
        growth = any(a.kind is Kind.GROWTH for a in named.analytes)
        for _ in range(_STEPS):
            if growth and (score := patterns.SCORE.match(text, way.at)):
                return _score(named, score)
            if when := patterns.WHEN.match(text, way.at):
                way.at = when.end()
                continue
            start = patterns.START.match(text, way.at)
            if start is not None:
                found = self._numbers(text, named, start, way)
                if found or not skip(text, start, way):
                    return found
            elif not step(text, way):
                return []
        return []

    def _numbers(self, text: str, named: Named, start: re.Match[str], way: Way) -> list[Value]:
        """The value that begins with a number, or the values of a series; none where it is not
        of this analyte."""
        first, low = _signed(start, named), start.end()
        ends: list[tuple[float, int]] = [(first, low)]
        upper: float | None = None
        onward = patterns.FROM_TO if way.rising else patterns.ARROW
        span = None if way.rising else _other_end(text, low, way)
        if span is not None:
            second = _signed(span, named)
            if (start["sign"] or "") in "-−–" and second < first:
                second = -abs(second)
            if second > first:
                upper, low = second, span.end()
        unit, written, at = unit_at(text, low)
        ends[0] = first, at
        if upper is None:
            while len(ends) < _SERIES and (more := onward.match(text, at)):
                later, its_own, at = unit_at(text, more.end())
                if later is not None:
                    unit, written = later, its_own
                ends.append((patterns.number(more["number"]), at))
                onward = patterns.ARROW
        if unit is None and way.unit is not None:
            unit, written = way.unit, way.written
        if patterns.OF_A_GROUP.match(text, at):
            return []
        kept = self._kept(text, named.analytes, unit, first, at)
        if not kept and unit == "L" and upper is None:
            unit, written, at = None, "", low  # not litres, but a flag: "K 2.0 L"
            kept = self._kept(text, named.analytes, unit, first, at)
        if not kept:
            return []
        value = Value(
            analytes=kept,
            start=named.start,
            end=at,
            measured=Interval(first, first if upper is None else upper),
            number=first,
            upper=upper,
            unit=unit,
            written=written,
        )
        if unit == "SD" and first > 0 and patterns.UNDER_MEAN.match(text, at):
            value = replace(value, number=-first, measured=Interval(-first, -first))
        if len(ends) > 1:
            return [replace(value, number=n, measured=Interval(n, n), end=at) for n, _ in ends]
        value = _bounded(value, start)
        return [v] if (v := _marked(text, value, way)) is not None else []

    def _kept(
        self, text: str, analytes: Sequence[Analyte], unit: str | None, value: float, at: int
    ) -> tuple[Analyte, ...]:
        """Of the analytes that a name may mean, those that can have this value in this unit."""
        if unit is not None:
            return tuple(
                a
                for a in analytes
                if shares.given(a, unit) or fits(a, unit) is not None
                if plausible(a, value, unit)
            )
        if not patterns.ENDS.match(text, at):
            after = patterns.NEXT_WORD.match(text, at)
            if after is None or not self._names.starts(after[1]):
                return ()
        return tuple(
            a
            for a in analytes
            if a.kind is not Kind.GROWTH
            and (not a.bare or any(plausible(a, value, u) for u in a.bare))
        )

    def _pressure(self, text: str, named: Named) -> list[Value]:
        way = Way(named.end)
        for _ in range(_STEPS):
            if when := patterns.WHEN.match(text, way.at):
                way.at = when.end()
                continue
            if found := patterns.PRESSURE.match(text, way.at):
                return self._pair_of(named.start, found)
            if patterns.START.match(text, way.at) or not step(text, way):
                return []
        return []

    def _bare_pressures(self, text: str, found: Sequence[Value]) -> Iterator[Value]:
        """ "172/98 mmHg" without a name."""
        taken = {v.end for v in found}
        for pair in patterns.BARE_PRESSURE.finditer(text):
            before = text[max(0, pair.start() - 60) : pair.start()]
            if pair.end() not in taken and not patterns.OTHER_VESSEL.search(before):
                yield from self._pair_of(pair.start(), pair)

    def _pair_of(self, start: int, found: re.Match[str]) -> list[Value]:
        upper, lower = float(found[1]), float(found[2])
        if upper <= lower or upper not in self._pair[0].plausible:
            return []
        return [
            Value(
                analytes=(analyte,),
                start=start,
                end=found.end(),
                measured=Interval(number, number),
                number=number,
                unit="mmHg",
                written=found[3] or "mmHg",
            )
            for analyte, number in zip(self._pair, (upper, lower), strict=True)
            if number in analyte.plausible
        ]


def _other_end(text: str, at: int, way: Way) -> re.Match[str] | None:
    """The other end of a span: "84-88 %", "84 % to 88 %"."""
    other = patterns.AND if way.between else patterns.OTHER
    if span := other.match(text, at):
        return span
    unit, _, after = unit_at(text, at)
    span = None if unit is None else other.match(text, after)
    return span if span is not None and unit_at(text, span.end())[0] == unit else None


def _closed(text: str, value: Value) -> Value:
    """The value with the bracket that it opened."""
    words = text[value.start : value.end]
    opened = words.count("(") > words.count(")")
    return (
        replace(value, end=value.end + 1) if opened and text.startswith(")", value.end) else value
    )


def _signed(found: re.Match[str], named: Named) -> float:
    value = patterns.number(found["number"])
    below_zero = any(a.plausible.low < 0 for a in named.analytes)
    return -value if below_zero and (found["sign"] or "+") in "-−–" else value


def _score(named: Named, found: re.Match[str]) -> list[Value]:
    value = _signed(found, named)
    kept = tuple(a for a in named.analytes if a.kind is Kind.GROWTH and abs(value) <= 15)
    if not kept:
        return []
    return [
        Value(
            analytes=kept,
            start=named.start,
            end=found.end(),
            measured=Interval(value, value),
            number=value,
            unit="SD",
            written="SD",
        )
    ]


def _bounded(value: Value, start: re.Match[str]) -> Value:
    sign = start["less"] or start["more"]
    if sign is None or value.upper is not None:
        return value
    closed = sign in ("<=", "≤", ">=", "≥", "at most", "at least")
    if start["less"]:
        return replace(value, bound="<", measured=Interval(-inf, value.number, False, not closed))
    return replace(value, bound=">", measured=Interval(value.number, inf, not closed, False))


def _marked(text: str, value: Value, way: Way) -> Value | None:
    """With its flag and its printed range; None where nothing tells what the number means."""
    blood = all(a.kind in (Kind.LAB, Kind.GAS) for a in value.analytes)
    found = marks(text, value.end, value.unit, blood=blood)
    flag, mark = found.flag, found.mark
    if flag is None:
        flag, mark = flag_before(text, value.start)
    printed = found.printed or way.printed
    meant = value.unit is not None or printed or flag or any(a.bare for a in value.analytes)
    if not meant:
        return None
    return replace(value, end=found.end, flag=flag, mark=mark, printed=printed)
