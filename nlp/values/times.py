"""When a value was taken, in the words of the text, and at which age."""

from __future__ import annotations

import re
from bisect import bisect_left

from domain.intervals import Interval

_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_SPAN = r"(?:minutes?|hours?|days?|weeks?|months?|years?)"
_TIME = re.compile(
    rf"\b(?:(?:on|by|at|until)\s)?(?:hospital\s|postoperative\s|post-?op\s)?day\s\d{{1,3}}"
    rf"(?:\sof\s(?:life|admission|illness))?\b"
    rf"|\b(?:on|at)\s(?:the\stime\sof\s)?(?:admission|arrival|presentation|discharge|birth|baseline"
    rf"|diagnosis|follow-up|triage|delivery)\b"
    rf"|\bat\s\d{{1,2}}[:.h]\d{{2}}(?:\s?(?:am|pm|hrs|hours|h))?\b|\b\d{{1,2}}:\d{{2}}(?:\s?[ap]m)?\b"
    rf"|\b\d{{4}}-\d{{2}}-\d{{2}}(?:[T ]\d{{2}}:\d{{2}})?|\b\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2,4}}\b"
    rf"|\b\d{{1,2}}\s{_MONTH}(?:\s\d{{4}})?\b|\b{_MONTH}\s\d{{1,2}}(?:,?\s\d{{4}})?\b"
    rf"|\b\d{{1,3}}\s{_SPAN}\s(?:later|ago|after\s\w+|before\s\w+)"
    rf"|\bin\s(?:{_MONTH}\s)?(?:19|20)\d{{2}}\b"
    rf"|\b(?:today|yesterday|this\smorning|last\s(?:week|month|year)|overnight)\b"
    rf"|\bat\s(?:the\s)?age\s(?:of\s)?\d{{1,3}}(?:\.\d)?(?:\s{_SPAN})?|\bat\s\d{{1,3}}\s{_SPAN}\sof\sage",
    re.IGNORECASE,
)
_AGE = re.compile(
    rf"\bat\s(?:the\s)?age\s(?:of\s)?(?P<a>\d{{1,3}}(?:\.\d)?)(?:[\s-](?P<u>{_SPAN}))?"
    rf"|\bat\s(?P<b>\d{{1,3}}(?:\.\d)?)\s(?P<v>{_SPAN})(?:\sof\sage|\sold)"
    rf"|\bat\s(?P<birth>birth|delivery)\b|\b(?P<new>day\s[0-7]\sof\slife)\b",
    re.IGNORECASE,
)
_YEARS = {
    "minute": 0.0, "hour": 0.0, "day": 1 / 365.25, "week": 7 / 365.25, "month": 1 / 12, "year": 1.0,
}  # fmt: skip
_CLAUSE = re.compile(r"[,;.\n](?!\d)")
#: How far behind a value its time may follow, and how far before it may stand.
_AFTER, _BEFORE = 28, 400


class Times:
    """The times that a text states, found once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._times = list(_TIME.finditer(text))
        self._ages = list(_AGE.finditer(text))
        self._time_starts = [m.start() for m in self._times]
        self._age_starts = [m.start() for m in self._ages]

    def of(self, start: int, end: int, sentence: tuple[int, int], stop: int) -> str | None:
        """The time of a value: what stands in it, or follows it before the next value (`stop`),
        or before it in its sentence, the nearest."""
        clause = _CLAUSE.search(self._text, end, end + _AFTER)
        limit = min(end + _AFTER, stop, sentence[1], clause.start() if clause else end + _AFTER)
        inside = bisect_left(self._time_starts, end) - 1
        before = self._times[inside] if inside >= 0 else None
        after = self._times[inside + 1] if inside + 1 < len(self._times) else None
        found = before if before is not None and before.start() >= start else None
        if found is None and after is not None and after.end() <= limit:
            found = after
        if (
            found is None
            and before is not None
            and before.start() >= max(sentence[0], start - _BEFORE)
        ):
            found = before
        return None if found is None else re.sub(r"\s+", " ", found[0])

    def age_of(self, start: int, end: int, sentence: tuple[int, int]) -> Interval | None:
        """The ages, in years, at which the sentence says that it was measured."""
        last = bisect_left(self._age_starts, min(end + _AFTER, sentence[1])) - 1
        if last < 0 or self._age_starts[last] < max(sentence[0], start - _BEFORE):
            return None
        said = self._ages[last]
        if said["birth"] or said["new"]:
            return Interval(0, 8 / 365.25, high_open=True)
        return ages(float(said["a"] or said["b"]), (said["u"] or said["v"] or "years").lower())


def ages(number: float, unit: str) -> Interval:
    """Ages that "3 months" may be: from then to a month later."""
    step = _YEARS[unit.removesuffix("s")]
    if step == 0:
        return Interval(0, 3 / 365.25, high_open=True)
    return Interval(number * step, (number + 1) * step, high_open=True)
