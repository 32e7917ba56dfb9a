"""What a case is made of, as it was sent: texts, films, and which day each is of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from domain.errors import InvalidField

if TYPE_CHECKING:
    from vision.reading import FilmReading

#: What is older than so many days before an illness is of an earlier time.
EARLIER_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPart:
    """A text by the name that its spans bear. `day` is that of which it tells; `study` names the
    examination whose report it is, as its film names it."""

    name: str
    text: str
    day: date | None = None
    study: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmPart:
    """A film as it was read, or refused; the day it was taken, and its study."""

    reading: FilmReading
    day: date | None = None
    study: str | None = None


def read_day(text: str, field: str) -> date:
    """The day of an ISO 8601 date or time. Raises InvalidField."""
    try:
        return datetime.fromisoformat(text.strip()).date()
    except ValueError:
        raise InvalidField(
            field, "is no date.", mend="Write it as 2026-03-02 or 2026-03-02T14:20."
        ) from None


def earlier(day: date | None, of_illness: date | None) -> str | None:
    """The day (ISO 8601) of what is older than an illness, else None."""
    if day is None or of_illness is None or (of_illness - day).days <= EARLIER_DAYS:
        return None
    return day.isoformat()
