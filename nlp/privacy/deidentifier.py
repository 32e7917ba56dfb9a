"""Text in, the same text without what could name a person out."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import chain

from nlp.privacy.addresses import find_addresses
from nlp.privacy.ages import find_ages
from nlp.privacy.columns import find_in_columns
from nlp.privacy.dates import WrittenDate, find_dates, is_one_date
from nlp.privacy.identifiers import find_codes
from nlp.privacy.organisations import find_organisations
from nlp.privacy.people import find_names
from nlp.privacy.phones import find_phones
from nlp.privacy.result import Category, Deidentified, Found, Replacement
from nlp.privacy.surrogates import TAG, Surrogates
from nlp.privacy.tokens import Tokens

__all__ = ["Deidentifier"]

#: Stands for each character of a tag while the rest is searched; no pattern takes it for a word.
_FILLER = "\ue000"
#: A date so many days before the last one of a text tells that somebody is over 89.
_OLDEST_DAYS = 89 * 365


class Deidentifier:
    """Replaces what could name a person by typed tags.

    `[NAME-KQTBR]` stands for one name wherever it occurs in the documents of a patient, a date
    `[DATE 3 May 2019]` is the true one moved by a constant of that patient, and an age over 89 is
    `[AGE 90+]`. Codes and shift come from `key` by HMAC; without one a random key is made, and
    tags then agree only within this object. Nothing is kept between texts.

    `categories` says what is replaced. `day_first` decides what 03/04/2019 means; None leaves it
    to the text's clearer dates.
    """

    def __init__(
        self,
        key: bytes | None = None,
        *,
        categories: Collection[Category] = tuple(Category),
        day_first: bool | None = None,
        today: date | None = None,
    ) -> None:
        self._key = secrets.token_bytes(32) if key is None else key
        self._categories = frozenset(categories)
        self._day_first = day_first
        self._today = today

    def deidentify(self, text: str, patient: str | None = None) -> Deidentified:
        """The text with tags. Tags that it already holds stay: doing it twice changes nothing.

        `patient` names whose documents belong together; it is hashed and appears nowhere. Without
        it, codes and shift are those of this one text.
        """
        surrogates = Surrogates(self._key, patient, text)
        done: list[_Tagged] = []
        result = Deidentified(text=text, replacements=())
        # What stands beside a tag can look different from before: repeated until nothing is found.
        # Each turn takes words away, so it ends; the second finds nothing in nearly all texts.
        names: list[str] = []
        while found := self._tagged(_masked(result.text), surrogates, names):
            for start, end, category, tag in found:
                done.append((*result.to_original(start, end), category, tag))
            done.sort()
            result = _built(text, done)
        return result

    def _tagged(self, text: str, surrogates: Surrogates, names: list[str]) -> list[_Tagged]:
        """What to replace in a text whose tags are masked, in its order, with the tags for it;
        `names` are those of earlier turns, and get the ones found now."""
        today = self._today or date.today()  # noqa: DTZ011  a birth date has no time zone
        dates = find_dates(text, day_first=self._day_first, today=today)
        by_place = {(d.start, d.end): d for d in dates}
        as_found = [Found(start=d.start, end=d.end, category=Category.DATE) for d in dates]
        tokens = Tokens(text)
        found = chain(
            as_found,
            *(find(text) for find in _IN_CHARACTERS),
            *(find(tokens) for find in _IN_WORDS),
        )
        last = max((d.value for d in dates if d.value is not None), default=today)
        wanted = (f for f in found if f.category in self._categories)
        merged = _merged(_outside_tags(text, wanted))
        names += [text[f.start : f.end] for f in merged if f.category is Category.NAME]
        people = _people(names)
        tagged = []
        for f in merged:
            written = by_place.get((f.start, f.end))
            if f.category is Category.DATE:
                tag = _date_tag(written, max(last, today), surrogates)
            elif f.category is Category.AGE:
                tag = "[AGE 90+]"
            else:
                value = text[f.start : f.end]
                tag = surrogates.tag(f.category, people.get(value) or _comparable(value))
            tagged.append((f.start, f.end, f.category, tag))
        return tagged


_IN_CHARACTERS = (find_codes, find_phones, find_ages, find_in_columns)
_IN_WORDS = (find_names, find_addresses, find_organisations)
_WORD = re.compile(r"[^\W\d_]+")
_Tagged = tuple[int, int, Category, str]


def _masked(text: str) -> str:
    """The text with a filler for every tag; offsets stay."""
    pieces = []
    at = 0
    for match in TAG.finditer(text):
        if match["date"] is None or is_one_date(match["date"]):
            pieces += [text[at : match.start()], _FILLER * len(match[0])]
            at = match.end()
    return "".join([*pieces, text[at:]])


def _outside_tags(text: str, found: Iterable[Found]) -> Iterator[Found]:
    """What was found, in pieces where a tag lies within."""
    for f in found:
        if _FILLER not in text[f.start : f.end]:
            yield f
            continue
        at = f.start
        for piece in text[f.start : f.end].split(_FILLER):
            if piece.strip():
                yield Found(start=at, end=at + len(piece), category=f.category)
            at += len(piece) + 1


def _merged(found: Iterable[Found]) -> list[Found]:
    """Overlapping finds as one, of the category of the longest of them."""
    merged: list[Found] = []
    for f in sorted(found, key=lambda f: (f.start, -f.end, f.category)):
        if merged and f.start < merged[-1].end:
            last = merged[-1]
            longer = f if f.end - f.start > last.end - last.start else last
            end = max(last.end, f.end)
            merged[-1] = Found(start=last.start, end=end, category=longer.category)
        else:
            merged.append(f)
    return merged


def _date_tag(written: WrittenDate | None, last: date, surrogates: Surrogates) -> str:
    if written is None or written.value is None or (last - written.value).days > _OLDEST_DAYS:
        return "[DATE]"
    return f"[DATE {written.moved(surrogates.shift)}]"


def _people(names: Iterable[str]) -> dict[str, str]:
    """Whom each name stands for: its words in any order; one word alone stands for the only longer
    name that holds it."""
    words = {name: tuple(sorted(_WORD.findall(name.casefold()))) for name in names}
    longer: dict[str, set[tuple[str, ...]]] = {}
    for parts in words.values():
        for part in parts if len(parts) > 1 else ():
            longer.setdefault(part, set()).add(parts)
    found = {}
    for name, parts in words.items():
        whole = longer.get(parts[0], set()) if len(parts) == 1 else set()
        found[name] = " ".join(whole.pop() if len(whole) == 1 else parts)
    return found


def _comparable(value: str) -> str:
    """A value as it is compared: letters and digits, in one case."""
    return "".join(c for c in value.casefold() if c.isalnum())


def _built(text: str, tagged: Iterable[_Tagged]) -> Deidentified:
    """The text with its tags in place; `tagged` in its order, not overlapping."""
    pieces: list[str] = []
    replacements = []
    at = length = 0
    for start, end, category, tag in tagged:
        length += start - at
        replacements.append(
            Replacement(
                category=category,
                start=start,
                end=end,
                new_start=length,
                new_end=length + len(tag),
                surrogate=tag,
                original=text[start:end],
            )
        )
        pieces += [text[at:start], tag]
        length += len(tag)
        at = end
    pieces.append(text[at:])
    return Deidentified(text="".join(pieces), replacements=tuple(replacements))
