"""Age, sex and pregnancy of the patient as the text gives them: to choose reference ranges, and
to stand for what a caller did not say."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from domain.assertions import Sex
from domain.intervals import Interval
from nlp.values.person import Person
from nlp.values.times import ages

_OLD = re.compile(
    r"\b(?P<n>\d{1,3}(?:\.\d)?)[-\s]?(?:(?P<u>year|yr|month|mo|week|wk|day)s?[-\s]?(?:old|of\sage)"
    r"|(?P<yo>y\.?/?o\b\.?))"
    r"|\b(?:aged|age:?)\s(?P<m>\d{1,3})(?:\s(?P<v>year|month|week|day)s?)?\b",
    re.IGNORECASE,
)
_UNIT = {"yr": "year", "mo": "month", "wk": "week"}
_SEX = re.compile(
    r"[\s,-]{1,3}(?:[a-z-]+\s){0,4}?(?P<sex>(?P<male>man|male|gentleman|boy|(?-i:M))"
    r"|(?P<female>woman|female|lady|girl|(?-i:F)))\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r"[\s,-]{1,3}(?:[a-z-]+\s){0,2}?(?:father|mother|brother|sister|son|daughter|uncle|aunt|cousin"
    r"|nephew|niece|grand\w+|twin|husband|wife|sibling|parents?)\b",
    re.IGNORECASE,
)
_PREGNANT = re.compile(
    r"(?<!\bnot )(?<!\bnon-)\bpregnant\b"
    r"|\b\d{1,2}(?:\s?\+\s?\d)?\s?weeks?['’]?\s(?:of\s)?(?:gestation|pregnan)"
    r"|\b(?:first|second|third)[-\s]trimester|\bgravid\b|\bpostpartum\b|\bpuerper",
    re.IGNORECASE,
)
#: No more mentions than this are looked at.
_MENTIONS = 40

#: Whether characters of the text speak of the patient.
Own = Callable[[Sequence[tuple[int, int]]], Sequence[bool]]


#: How far into a text its first words on the patient may stand.
_OPENING = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What characters `start` to `end` (0-based, half-open) say of the patient: an age in years,
    and a sex or None."""

    age: float
    sex: Sex | None
    start: int
    end: int


def stated(text: str, own: Own) -> Stated | None:
    """Who the patient is by the opening of a text ("A 45-year-old man"), None where it does not
    say. `own` tells which characters speak of the patient."""
    found = [m for m in _OLD.finditer(text, 0, _OPENING) if not _RELATIVE.match(text, m.end())]
    theirs = own([m.span() for m in found]) if found else ()
    first = next((m for m, yes in zip(found, theirs, strict=True) if yes), None)
    if first is None:
        return None
    said = _SEX.match(text, first.end())
    return Stated(
        age=_ages(first).low,
        sex=_sex(text, first.end()),
        start=first.start(),
        end=first.end() if said is None else said.end(),
    )


def completed(person: Person, text: str, own: Own) -> Person:
    """The person with what the text says of age, sex and pregnancy where the caller said nothing.

    Of several ages all between them may hold. Of pregnancy a text is not read further: where it
    is spoken of, the person may be pregnant or not.
    """
    ages_open = person.ages == Person().ages
    if ages_open or person.sex is None:
        found = [m for m, _ in zip(_OLD.finditer(text), range(_MENTIONS), strict=False)]
        found = [m for m in found if not _RELATIVE.match(text, m.end())]
        theirs = own([m.span() for m in found]) if found else ()
        found = [m for m, yes in zip(found, theirs, strict=True) if yes]
        if ages_open and found:
            said = [_ages(m) for m in found]
            person = person.aged(
                Interval(min(a.low for a in said), max(a.high for a in said), high_open=True)
            )
        if person.sex is None:
            sexes = {s for m in found if (s := _sex(text, m.end())) is not None}
            person = Person(
                ages=person.ages,
                sex=sexes.pop() if len(sexes) == 1 else None,
                pregnant=person.pregnant,
            )
    if person.pregnant is None and _PREGNANT.search(text):
        both = frozenset((False, True))
        return Person(ages=person.ages, sex=person.sex, pregnant=both)
    return person


def _ages(found: re.Match[str]) -> Interval:
    unit = (found["u"] or found["v"] or "year").lower()
    return ages(float(found["n"] or found["m"]), _UNIT.get(unit, unit))


def _sex(text: str, at: int) -> Sex | None:
    found = _SEX.match(text, at)
    if found is None:
        return None
    return Sex.MALE if found["male"] else Sex.FEMALE
