"""Values of the ledger, each drawn against its reference range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.render.measured import range_words
from api.render.witnesses import Anchors, FindingRow, Place, Told, told
from domain.evidence import Measurement, TextSpan

#: Length of the drawing. A closed range is its middle third; one with a single end, other than 0,
#: is the half on its side of that end.
WIDTH = 120.0
#: From how many times a limit on the distance is told in words.
_TIMES = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeBar:
    """A value (`start` to `end`, one point for a plain number) and the usual range (`low` to
    `high`), in units of `WIDTH`. `beyond` is the side on which the value leaves the drawing."""

    low: float
    high: float
    start: float
    end: float
    beyond: str
    outside: bool
    words: str

    @property
    def middle(self) -> float:
        """Where the value's dot stands."""
        return round((self.start + self.end) / 2, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRow:
    """One value: what it is held against, where it was written, what it says."""

    anchor: str
    value: Measurement
    bar: RangeBar | None
    ranges: tuple[str, ...]
    written: tuple[Place, ...]
    says: tuple[Told, ...]

    @property
    def rows(self) -> tuple[FindingRow, ...]:
        """The findings that it tells of."""
        return tuple({t.row.key: t.row for t in self.says}.values())

    @property
    def earlier(self) -> str | None:
        """The day of a value from before this illness."""
        return next((d for r in self.rows if (d := _earlier(r, self.value)) is not None), None)


def value_rows(anchors: Anchors, rows: Sequence[FindingRow]) -> tuple[ValueRow, ...]:
    """The values of a case; one that text and laboratory both gave is one row. Those outside their
    range stand first."""
    made = [_row(n, same, rows) for n, same in enumerate(anchors.values)]
    return tuple(sorted(made, key=lambda v: (v.earlier is not None, not _outside(v))))


def range_bar(m: Measurement) -> RangeBar | None:
    """A value against its usual range; None where that is not known as numbers."""
    if m.usual is None or m.usual == (None, None):
        return None
    low, high = m.usual
    first, last = _axis(low, high)

    def at(number: float) -> float:
        return round(WIDTH * min(max((number - first) / (last - first), 0.0), 1.0), 1)

    start = first if m.bound.startswith("<") else m.value
    end = last if m.bound.startswith(">") else m.value if m.upper is None else m.upper
    far = "high" if end > last else "low" if start < first else ""
    outside = (high is not None and start > high) or (low is not None and end < low)
    return RangeBar(
        low=at(first if low is None else low),
        high=at(last if high is None else high),
        start=at(start),
        end=at(end),
        beyond=far,
        outside=outside,
        words=_bar_words(m),
    )


def usual_words(m: Measurement) -> str:
    """ "range 3.5 to 5 mmol/L", "range up to 8 mg/L"; "" where it is not known as numbers."""
    low, high = m.usual or (None, None)
    if low is None and high is None:
        return ""
    if low is None or (low == 0 and high is not None):
        said = f"up to {high:.4g}"
    elif high is None:
        said = f"from {low:.4g}"
    else:
        said = f"{low:.4g} to {high:.4g}"
    return f"range {said} {m.unit}".rstrip()


def _row(n: int, same: tuple[Measurement, ...], rows: Sequence[FindingRow]) -> ValueRow:
    shown = next((m for m in same if m.usual is not None), same[0])
    written = dict.fromkeys(
        place
        for row in rows
        for w in row.witnesses
        if any(p.evidence in same for p in w.places)
        for place in w.places
        if isinstance(place.evidence, TextSpan)
    )
    return ValueRow(
        anchor=f"value-{n}",
        value=shown,
        bar=range_bar(shown),
        ranges=tuple(dict.fromkeys(range_words(m) for m in same)),
        written=_each_once(written),
        says=told(rows, same),
    )


def _each_once(places: dict[Place, None]) -> tuple[Place, ...]:
    """One place for words that tell of several findings."""
    return tuple({p.evidence: p for p in reversed(places)}.values())[::-1]


def _axis(low: float | None, high: float | None) -> tuple[float, float]:
    if low is not None and high is not None and (low != 0 or high <= 0):
        return low - (high - low), high + (high - low)
    end = high if high is not None else low
    assert end is not None
    # One end: it is the middle, and the drawing begins or ends at 0.
    reach = abs(end) or 1.0
    return end - reach, end + reach


def _bar_words(m: Measurement) -> str:
    low, high = m.usual or (None, None)
    said = f"{m.amount}, {usual_words(m)}"
    if not m.bound and high is not None and high > 0 and m.value >= _TIMES * high:
        said += f"; {m.value / high:.2g} times the upper end"
    elif not m.bound and low is not None and m.value > 0 and low >= _TIMES * m.value:
        said += f"; {m.value / low:.2g} of the lower end"
    return said


def _outside(row: ValueRow) -> bool:
    return row.bar is not None and row.bar.outside


def _earlier(row: FindingRow, value: Measurement) -> str | None:
    return next((o.earlier for o in row.use.finding.observations if value in o.evidence), None)
