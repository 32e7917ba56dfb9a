"""What de-identification gives back: the new text, what was replaced, and offsets both ways."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from domain.errors import InvalidField


class Category(StrEnum):
    """What was replaced; the value is the word in its tag."""

    NAME = "NAME"
    DATE = "DATE"
    AGE = "AGE"
    ID = "ID"
    ADDRESS = "ADDRESS"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    URL = "URL"
    IP = "IP"
    ORGANISATION = "ORGANISATION"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Characters `start` to `end` (0-based, half-open) that could name a person."""

    start: int
    end: int
    category: Category


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """Characters `start` to `end` of the original became `new_start` to `new_end`, `surrogate`.

    `original` is that slice of the original; it is left out of the object's representation, so
    that printing or logging a result shows no one's name.
    """

    category: Category
    start: int
    end: int
    new_start: int
    new_end: int
    surrogate: str
    original: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deidentified:
    """A text without what could name a person. `replacements` are in its order, not overlapping."""

    text: str
    replacements: tuple[Replacement, ...]

    def to_original(self, start: int, end: int) -> tuple[int, int]:
        """Characters of the original behind `start` to `end` of `text` (0-based, half-open).

        Exact outside tags; a span that begins or ends within a tag takes in all that the tag
        stands for. Raises InvalidField where it does not lie within `text`.
        """
        if not 0 <= start <= end <= len(self.text):
            raise InvalidField("span", f"{start} to {end} does not lie within the text.")
        return self._mapped(start, end, _new, _old)

    def to_deidentified(self, start: int, end: int) -> tuple[int, int]:
        """Characters of `text` that `start` to `end` of the original became, as `to_original`."""
        if not 0 <= start <= end:
            raise InvalidField("span", f"{start} to {end} is no span.")
        return self._mapped(start, end, _old, _new)

    def _mapped(self, start: int, end: int, here: _Place, there: _Place) -> tuple[int, int]:
        before = bisect_right(self.replacements, start, key=lambda r: here(r)[0]) - 1
        first = start
        if before >= 0:
            (_, stop), (other, other_stop) = (f(self.replacements[before]) for f in (here, there))
            first = other if start < stop else start + other_stop - stop
        if start == end:
            return first, first
        until = bisect_left(self.replacements, end, key=lambda r: here(r)[0]) - 1
        if until < 0:
            return first, end
        stop, other_stop = here(self.replacements[until])[1], there(self.replacements[until])[1]
        return first, other_stop if end <= stop else end + other_stop - stop


_Place = Callable[[Replacement], tuple[int, int]]


def _old(replacement: Replacement) -> tuple[int, int]:
    return replacement.start, replacement.end


def _new(replacement: Replacement) -> tuple[int, int]:
    return replacement.new_start, replacement.new_end
