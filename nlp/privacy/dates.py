"""Dates: found in the forms that reports use, and moved by a constant in the same form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_NUMBER = {name[:n]: i for i, name in enumerate(_MONTHS, 1) for n in (3, len(name))} | {"sept": 9}
_MONTH = "(?:" + "|".join(sorted(_NUMBER, key=len, reverse=True)) + r")\b"
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?[ ](?:the[ ])?"
_YEAR = r"(?:19|20)\d\d"
_TH = r"(?:st|nd|rd|th)?"
_END = r"(?!\w|/|[.-]\d)"
_UNIT = r"(?![ ]?(?:m[gl]|kg|k?cal|g|%|/|units?|cells|ml|base|bp|mm)\b)"
#: Two digits behind a month are its year where no unit, time or thing counted follows.
_YEAR_ONLY = (
    r"(?![\w:%°/]|[.,]\d|[ ]?(?:m?c?g|ml|l|units?|patients|years?|yrs?|days?|weeks?|months?|hours?"
    r"|tablets?|times|mm|cm|bpm|of)\b)"
)
#: One pass finds all forms; every repetition is bounded.
_FORMS = re.compile(
    rf"""(?<![\w./-])(?<!\b\d,)(?<!\b\d\d,)(?<!\b\d\d\d,)(?:
      (?P<weekday>{_WEEKDAY})?(?:
        (?P<ymd>{_YEAR}(?P<s1>[-/.])\d\d?(?P=s1)\d\d?)(?:(?=T\d)|{_END})
      | (?P<numeric>\d\d?(?P<s2>[ ]?[-/.][ ]?)\d\d?(?P=s2)(?:{_YEAR}|\d\d)){_END}
      | (?P<dmy>(?P<first>\d\d?{_TH}(?:[ ]?[-–/][ ]?|[ ](?:to|and|until|or)[ ]))?
          \d\d?{_TH}(?:[ ]of)?(?:[ .-]{{0,2}}|/){_MONTH}
          (?:\.?,?[ ]?(?:{_YEAR}|'\d\d\b)|[-/.](?:{_YEAR}|\d\d)|[ ]\d\d{_YEAR_ONLY})?)(?!\w|[-/]\d)
      | (?P<mdy>{_MONTH}\.?[ /-]?\d\d?{_TH}
          (?:(?:,[ ]?|[ /-]){_YEAR}|(?<=\d\d)[ ]\d\d{_YEAR_ONLY})?)
          (?![\w/]|[.-]\d|[ ]?%|[ ][mk]?g\b)
      )
    | (?P<my>{_MONTH}\.?,?[ /-]?(?:of[ ])?(?:{_YEAR}|'\d\d\b))(?!\w|-\d)
    | (?P<m_y>(?:0?[1-9]|1[0-2])[/-]{_YEAR}){_END}
    | (?P<day>\d\d?/\d\d?){_END}
    | (?P<years>{_YEAR}[ ]?[-–/][ ]?{_YEAR}){_END}{_UNIT}
    | (?P<year>{_YEAR}){_END}{_UNIT}
    )""",
    re.VERBOSE | re.IGNORECASE,
)
#: What stands before a bare year.
_IN = re.compile(
    r"(?:\b(?:on|since|from|until|till|in|during|by|before|after|of|year|dated?|due|circa|early"
    r"|late|mid|spring|summer|autumn|fall|winter|between|born|d\.?o\.?b\.?):?\s?(?:the )?"
    r"|\(\s?|,\s)$",
    re.IGNORECASE,
)
#: What stands before a day without its year.
_ON = re.compile(
    r"\b(?:on|since|from|until|till|dated?|due|seen|reviewed|admitted|discharged):?\s?$",
    re.IGNORECASE,
)
#: What follows a day and month, or what looks like them, where it is none.
_NOT_A_DAY = re.compile(
    r"\s?(?:\w+ )?(?:murmur|strength|power|mm|cm|inch|pain|score|of\b|reflex|beats|vision|systolic"
    r"|diastolic|%)",
    re.IGNORECASE,
)
_VERB = re.compile(r"\s(?:be|have|need|also|require|not|well|develop|cause|occur)\b", re.IGNORECASE)
_PIECE = re.compile(r"(?P<n>\d+)|(?P<th>(?<=\d)(?:st|nd|rd|th)\b)|(?P<word>[a-z]+)", re.IGNORECASE)
_ROLES = {
    "ymd": "ymd", "numeric": "", "dmy": "dmy", "mdy": "mdy", "my": "my", "m_y": "my", "day": "",
    "years": "yy", "year": "y",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenDate:
    """A date as it stands at characters `start` to `end`.

    `pieces` are its texts with their roles: d, m, y; f for the first day of several, t for the
    ending of an ordinal, empty for what stands between. `value` is the day meant (the middle of
    the month or year where no day was written), None where there is no such day.
    """

    start: int
    end: int
    pieces: tuple[tuple[str, str], ...]
    value: date | None

    def moved(self, shift: timedelta) -> str | None:
        """The date after `shift`, written as it was, without a weekday; None where it cannot be."""
        if self.value is None:
            return None
        new = self.value + shift
        numbers = [t for r, t in self.pieces if r and r in "dfm" and t.isdigit()]
        spelt = any(r == "m" and not t.isdigit() for r, t in self.pieces)
        # "25 May" does not say how a day of one digit is written; 25/05 does.
        padded = any(t[0] == "0" for t in numbers) if spelt else all(len(t) > 1 for t in numbers)
        days = {"d": new, "f": new}
        firsts = [int(t) for r, t in self.pieces if r == "f"]
        if firsts:
            lasts = next(int(t) for r, t in self.pieces if r == "d")
            days["f"] = new - timedelta(days=lasts - firsts[0])
        across = days["f"].month != new.month
        out = []
        day = new
        for role, text in self.pieces:
            if role in ("d", "f"):
                day = days[role]
                out.append(f"{day.day:0{2 if padded and len(text) == 2 else 1}d}")
                if role == "f" and across:
                    out.append(f" {_MONTHS[day.month - 1].title()}")
            elif role == "t":
                out.append("" if across and day is days["f"] else _ordinal(day.day, text))
            elif role == "m":
                out.append(_month(new.month, text, padded=padded))
            elif role == "y":
                year = int(text) + new.year - self.value.year
                out.append(str(year) if len(text) == 4 else f"{year % 100:02d}")
            else:
                out.append(text)
        return "".join(out)


def find_dates(text: str, *, day_first: bool | None, today: date) -> list[WrittenDate]:
    """Dates of `text` in its order.

    `day_first` decides what 03/04/2019 is; None lets the text's clearer dates decide, and takes
    the day first where there is none. A day without its year is of the year of the date before.
    """
    matches = [m for m in _FORMS.finditer(text) if _is_date(m)]
    if day_first is None:
        day_first = _votes(matches) >= 0
    year = today.year
    found = []
    for match in matches:
        written = _read(match, day_first=day_first, today=today, year=year)
        if written is None:
            continue
        if written.value is not None and any(role == "y" for role, _ in written.pieces):
            year = written.value.year
        found.append(written)
    return found


def is_one_date(text: str) -> bool:
    """Whether a whole text is one date without a weekday, as the tag of a date holds it."""
    match = _FORMS.fullmatch(text)
    return match is not None and match["weekday"] is None


def _form(match: re.Match[str]) -> str:
    return next(form for form in _ROLES if match[form] is not None)


def _is_date(match: re.Match[str]) -> bool:
    text, (start, end) = match.string, match.span()
    form = _form(match)
    before, after = text[max(0, start - 16) : start], text[end : end + 20]
    if form == "year":
        return _IN.search(before) is not None
    if form == "day":
        return _ON.search(before) is not None and not _NOT_A_DAY.match(after)
    if form in ("dmy", "mdy") and len(re.findall(r"\d+", match[form])) == 1:
        # "2 may have", "MAY BE": the verb, and "march" of a lower-case note.
        month = next(m[0] for m in re.finditer(_MONTH, match[form], re.IGNORECASE))
        return month not in ("may", "march", "mar") and not (
            month.lower() == "may" and _VERB.match(after)
        )
    return True


def _votes(matches: Iterable[re.Match[str]]) -> int:
    """How many numeric dates must have the day first, less those that must have the month."""
    total = 0
    for match in matches:
        written = match["numeric"] or match["day"]
        if written:
            first, second = (int(n) for n in re.findall(r"\d+", written)[:2])
            total += (first > 12 >= second) - (second > 12 >= first)
    return total


def _read(match: re.Match[str], *, day_first: bool, today: date, year: int) -> WrittenDate | None:
    """The date of a match, None where its numbers are no date's."""
    form = _form(match)
    start = match.end("weekday") if match["weekday"] else match.start()
    written = match.string[start : match.end()]
    numbers = [int(n) for n in re.findall(r"\d+", written)]
    roles = _ROLES[form]
    if form in ("numeric", "day"):
        orders = ("dm", "md") if day_first else ("md", "dm")
        fits = [o for o in orders if numbers[o.index("m")] <= 12 and numbers[o.index("d")] <= 31]
        if not fits or (form == "numeric" and "." in written and len(written) < 8):
            return None
        roles = fits[0] + ("y" if form == "numeric" else "")
    if form == "dmy" and match["first"]:
        roles = "f" + roles
    pieces = tuple(_pieces(written, roles))
    value = _value(pieces, today, year)
    return WrittenDate(start=match.start(), end=match.end(), pieces=pieces, value=value)


def _pieces(written: str, roles: str) -> Iterator[tuple[str, str]]:
    """The texts of a date with their roles; a word that names a month takes the role m."""
    waiting = list(roles)
    at = 0
    for match in _PIECE.finditer(written):
        if match.start() > at:
            yield "", written[at : match.start()]
        at = match.end()
        if match["th"]:
            yield "t", match[0]
        elif match["word"] and match[0].lower() not in _NUMBER:
            yield "", match[0]
        else:
            yield waiting.pop(0), match[0]
    if at < len(written):
        yield "", written[at:]


def _value(pieces: Iterable[tuple[str, str]], today: date, year: int) -> date | None:
    day, month = 15, 7
    for role, text in pieces:
        if role == "d":
            day = int(text)
        elif role == "m":
            month = int(text) if text.isdigit() else _NUMBER[text.lower()]
        elif role == "y":
            year = int(text)
            if len(text) == 2:
                year += 1900 if year > today.year % 100 + 1 else 2000
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _ordinal(day: int, like: str) -> str:
    ending = "th" if 10 < day < 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return ending.upper() if like.isupper() else ending


def _month(month: int, like: str, *, padded: bool) -> str:
    if like.isdigit():
        return f"{month:0{2 if padded and len(like) == 2 else 1}d}"
    name = _MONTHS[month - 1]
    name = name[:3] if len(like) <= 3 or like.lower() == "sept" else name
    return name.upper() if like.isupper() else name if like.islower() else name.title()
