"""Intervals of numbers with open or closed ends: reference ranges, ages, what was measured."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isnan

from domain.errors import InvalidField


@dataclass(frozen=True, slots=True)
class Interval:
    """Numbers from `low` to `high`; an open end is not one of them."""

    low: float = -inf
    high: float = inf
    low_open: bool = False
    high_open: bool = False

    def __post_init__(self) -> None:
        if isnan(self.low) or isnan(self.high) or self.low > self.high:
            raise InvalidField("interval", f"{self.low:g} to {self.high:g} is no interval.")

    def __contains__(self, value: float) -> bool:
        above = value > self.low if self.low_open else value >= self.low
        return above and (value < self.high if self.high_open else value <= self.high)

    def covers(self, other: Interval) -> bool:
        """Whether every number of `other` is one of these."""
        low = self.low < other.low or (
            self.low == other.low and (other.low_open or not self.low_open)
        )
        high = self.high > other.high or (
            self.high == other.high and (other.high_open or not self.high_open)
        )
        return low and high

    def meets(self, other: Interval) -> bool:
        """Whether a number is in both."""
        first, second = (self, other) if self.low <= other.low else (other, self)
        if first.high != second.low:
            return first.high > second.low and first.low <= second.high
        return not (first.high_open or second.low_open)

    def scaled(self, factor: float, offset: float = 0.0) -> Interval:
        """Each number times a positive factor, plus an offset."""
        return Interval(
            self.low * factor + offset, self.high * factor + offset, self.low_open, self.high_open
        )

    def __str__(self) -> str:
        """ "3.5 to 5", "at least 18.5", "less than 30", "any"."""
        low = f"{'more than' if self.low_open else 'at least'} {self.low:g}"
        high = f"{'less than' if self.high_open else 'at most'} {self.high:g}"
        if self.low == -inf:
            return "any" if self.high == inf else high
        if self.high == inf:
            return low
        if self.low_open or self.high_open:
            return f"{low}, {high}"
        return f"{self.low:g} to {self.high:g}"
