"""What a value means: held against the range that is printed with it, else against our own.

A range in the text beats the laboratory's bare flag, and both beat our table. By our table a
value is judged only if every range that may hold for the person gives the same answer; where the
unit is not written, only if every unit that may be meant does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from statistics import NormalDist

from domain.evidence import ConceptRef
from domain.findings import State
from domain.intervals import Interval
from nlp.values import units
from nlp.values.person import Person
from nlp.values.value import Value, plausible, rounded
from ontologies.analytes import Analyte, Kind
from ontologies.reference_ranges import Limit, ReferenceRange

PRINTED = "printed in the text"
FLAGGED = "flagged in the text"
_METHOD = "held against a reference range"
_SHOWN = 3


_Limited = tuple[ReferenceRange, Limit]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a value says of one finding (None where it says of none), by which range of whom.
    `usual` is that range in the value's own unit, None where it is not one range."""

    analyte: Analyte
    finding: ConceptRef | None
    state: State
    range: str | None = None
    source: str = ""
    method: str = ""
    usual: Interval | None = None


class Judge:
    """Judges the values of one text: the ranges that hold for a person are looked up once."""

    def __init__(self, ranges: Mapping[str, Sequence[ReferenceRange]]) -> None:
        self._ranges = ranges
        self._chosen: dict[tuple[Person, str, str, str], tuple[_Limited, ...]] = {}

    def verdicts(self, value: Value, person: Person) -> tuple[Verdict, ...]:
        """What a value means of one person: what is present, else what is absent or
        undetermined."""
        first = value.analytes[0]
        blood = first.kind in (Kind.LAB, Kind.GAS)
        if blood and value.printed is not None:
            found = _by_printed(value, first)
        elif blood and value.flag is not None:
            found = _by_flag(value, first)
        else:
            found = self._by_table(value, person)
        present = [v for v in found if v.state is State.PRESENT]
        return tuple(present or found) or (
            Verdict(analyte=first, finding=None, state=State.UNDETERMINED),
        )

    def _by_table(self, value: Value, person: Person) -> list[Verdict]:
        """By our own ranges, in every unit that may be meant."""
        readings = [
            (analyte, unit)
            for analyte in value.analytes
            for unit in ((value.unit,) if value.unit is not None else analyte.bare)
            if value.unit is not None or plausible(analyte, value.number, unit)
        ]
        taken = dict.fromkeys(u for _, u in readings if value.unit is None and u != "1")
        taken_as = f"taken as {' or '.join(taken)}" if taken else ""
        method = "; ".join(filter(None, (_METHOD, value.derived, taken_as)))
        judged = [self._reading(a, u, value.measured, person) for a, u in readings]
        found: dict[str, Verdict] = {}
        for verdict in (v for one in judged for v in one.values()):
            assert verdict.finding is not None
            said = [one.get(verdict.finding.id) for one in judged]
            agreed = all(v is not None and v.state is verdict.state for v in said)
            if agreed:
                usual = verdict.usual if len(readings) == 1 else None
                found[verdict.finding.id] = replace(verdict, method=method, usual=usual)
            else:
                found[verdict.finding.id] = Verdict(
                    analyte=verdict.analyte, finding=verdict.finding, state=State.UNDETERMINED,
                    range="depends on the unit, which is not written",
                )  # fmt: skip
        return list(found.values())

    def _reading(
        self, analyte: Analyte, unit: str, measured: Interval, person: Person
    ) -> dict[str, Verdict]:
        """Verdicts by finding, in one unit."""
        found: dict[str, Verdict] = {}
        own = self._ranges.get(analyte.id, ())
        for finding in {x.finding.id: x.finding for r in own for x in r.limits}.values():
            chosen = self._limits(analyte, finding, unit, person)
            states = {_limited(analyte, measured, unit, r, limit) for r, limit in chosen}
            ranges = [r for r, _ in chosen]
            found[finding.id] = Verdict(
                analyte=analyte,
                finding=finding,
                state=states.pop() if len(states) == 1 else State.UNDETERMINED,
                range=_words(ranges),
                source=_sources(ranges),
                usual=_usual(analyte, ranges, unit),
            )
        return found

    def _limits(
        self, analyte: Analyte, finding: ConceptRef, unit: str, person: Person
    ) -> tuple[_Limited, ...]:
        """The limits of a finding that may hold for a person, of the same unit if there are."""
        key = (person, analyte.id, finding.id, unit)
        if key not in self._chosen:
            own = [(r, x) for r in self._ranges[analyte.id] for x in r.limits
                   if x.finding == finding]  # fmt: skip
            in_unit = [r for r, _ in own if r.unit == unit]
            chosen = person.chosen(in_unit, analyte.from_age) if in_unit else None
            if chosen is None:
                chosen = person.chosen([r for r, _ in own], analyte.from_age) or ()
            self._chosen[key] = tuple((r, x) for r, x in own if r in chosen)
        return self._chosen[key]


def _by_printed(value: Value, analyte: Analyte) -> list[Verdict]:
    printed = value.printed
    assert printed is not None
    measured = value.measured
    if printed.unit is not None and value.unit is not None:
        converted = convert(analyte, measured, value.unit, printed.unit)
        if converted is None:
            return []
        measured = converted
    high = _compared(measured, Interval(printed.normal.high, inf, not printed.normal.high_open))
    low = _compared(
        measured, Interval(-inf, printed.normal.low, False, not printed.normal.low_open)
    )
    if value.flag is not None and value.flag != _word(high, low):
        high = low = State.UNDETERMINED
    usual: Interval | None = printed.normal
    if printed.unit is not None and value.unit is not None:
        usual = convert(analyte, printed.normal, printed.unit, value.unit)
    return [
        replace(v, usual=usual) for v in _sides(value, analyte, high, low, printed.text, PRINTED)
    ]


def _by_flag(value: Value, analyte: Analyte) -> list[Verdict]:
    states = {True: State.PRESENT, False: State.ABSENT}
    return _sides(
        value, analyte, states[value.flag == "high"], states[value.flag == "low"], None, FLAGGED
    )


def _sides(
    value: Value, analyte: Analyte, high: State, low: State, text: str | None, source: str
) -> list[Verdict]:
    return [
        Verdict(analyte=analyte, finding=finding, state=state, range=text, source=source,
                method="held against the text's own range" if text else f"flag {value.mark}")
        for finding, state in ((analyte.above, high), (analyte.below, low))
        if finding is not None
    ]  # fmt: skip


def _word(high: State, low: State) -> str:
    return "high" if high is State.PRESENT else "low" if low is State.PRESENT else "normal"


def _compared(measured: Interval, present: Interval, absent: Interval | None = None) -> State:
    """Present where all that was measured lies there, absent where nothing of it does."""
    if present.covers(measured):
        return State.PRESENT
    away = not present.meets(measured) if absent is None else absent.covers(measured)
    return State.ABSENT if away else State.UNDETERMINED


def _limited(
    analyte: Analyte, measured: Interval, unit: str, of: ReferenceRange, limit: Limit
) -> State:
    converted = convert(analyte, measured, unit, of.unit)
    if converted is None:
        return State.UNDETERMINED
    never = Interval(inf, inf, True, True) if limit.absent is None else limit.absent
    return _compared(converted, limit.present, never)


def _usual(analyte: Analyte, ranges: Sequence[ReferenceRange], unit: str) -> Interval | None:
    """What all of the ranges call usual, in this unit; None where they have nothing in common."""
    low, high = Interval(), Interval()
    for one in ranges:
        found = convert(analyte, one.normal, one.unit, unit)
        if found is None:
            return None
        low = max(low, found, key=lambda r: (r.low, r.low_open))
        high = min(high, found, key=lambda r: (r.high, not r.high_open))
    if not ranges or low.low >= high.high or (low.low == -inf and high.high == inf):
        return None
    return Interval(low.low, high.high, low.low_open, high.high_open)


def _words(ranges: Sequence[ReferenceRange]) -> str:
    if not ranges:
        return "depends on age, sex or pregnancy, which is not known or has no range"
    printed = list(dict.fromkeys(r.printed for r in ranges))
    if len(printed) > _SHOWN:
        return f"{len(printed)} ranges by age, sex or pregnancy"
    return "; ".join(printed)


def _sources(ranges: Sequence[ReferenceRange]) -> str:
    named = dict.fromkeys(f"{r.source.title} ({r.source.reference})" for r in ranges)
    return "; ".join(named) if len(named) <= _SHOWN else "several"


def convert(analyte: Analyte, measured: Interval, unit: str, to: str) -> Interval | None:
    """What was measured in another unit, None where it cannot be."""
    if unit == to:
        return _rounded(measured)
    if analyte.kind is Kind.GROWTH and {unit, to} == {"SD", "centile"}:
        turn = _to_centile if to == "centile" else _to_score
        low, high = turn(measured.low), turn(measured.high)
        return _rounded(Interval(low, high, measured.low_open, measured.high_open))
    found = units.conversion(unit, to, molar_mass=analyte.molar_mass, valence=analyte.valence)
    return None if found is None else _rounded(measured.scaled(*found))


def _to_centile(score: float) -> float:
    return 100 * NormalDist().cdf(score)


def _to_score(centile: float) -> float:
    if 0 < centile < 100:
        return NormalDist().inv_cdf(centile / 100)
    return -inf if centile <= 0 else inf


def _rounded(measured: Interval) -> Interval:
    low, high = rounded(measured.low), rounded(measured.high)
    return Interval(low, high, measured.low_open, measured.high_open)
