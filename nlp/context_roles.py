"""What part a person plays in a sentence, and which of its words are said of that person.

Somebody who only tells ("mother reports"), comes along ("with his father"), gives ("transplant
from his sister") or is the patient ("mother of three presents with") bears nothing but what a
clause of their own says ("his wife, who was treated for"). A subject bears what follows until
the subject changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from nlp.context_clauses import own_clause, own_words, phrase_end, subject_end, telling
from nlp.context_words import (
    AGED,
    APOSTROPHES,
    BE,
    BELONGINGS,
    CLOSES,
    COUNTS,
    EXAMINED,
    FINITE,
    INFORMS,
    LINKS,
    NEGATIONS,
    OPENERS,
    ORDINALS,
    PATIENT,
    PREPOSITIONS,
    PRESENTING,
    SOME,
    WHEN,
    listed,
)
from nlp.kinship import Person
from nlp.triggers import Hit

_AND = (["and"], ["or"], ["/"], ["&"], [",", "and"])
_CHILDREN = listed("son daughter child twin offspring")
#: Besides `PRESENTING`, what patients do, or is done with them.
_COMES = listed(
    "comes came visits visited returns returned brought seen sent taken evaluated rushed"
)
_PARENTS = listed("mother father parents parent mom dad")


class _Role(Enum):
    SUBJECT = auto()
    OBJECT = auto()
    TELLER = auto()
    PATIENT = auto()
    NOBODY = auto()


@dataclass(frozen=True, slots=True)
class Bearer:
    """A person with the words `start` to `end` that are said of them; from `doubtful_from` on it
    may be the patient again. `link` is the word that ties them to what stands before ("in")."""

    person: Person
    kinship: str
    start: int
    end: int
    link: int | None = None
    doubtful_from: int | None = None


def bearers(
    words: Sequence[str], capital: Sequence[bool], persons: Sequence[Person], hits: Sequence[Hit]
) -> list[Bearer]:
    """The people of a sentence who can have findings, in its order.

    `words` are in lower case, `capital` says which were not; `hits` are the sentence's triggers.
    """
    found: list[Bearer] = []
    last: tuple[Person, _Role, Bearer | None] | None = None
    for person in persons:
        joined = last is not None and _joined(words, last[0], person)
        role = last[1] if joined and last else _role(words, capital, person)
        if role in (_Role.SUBJECT, _Role.TELLER, _Role.PATIENT):
            found = [_cut(b, person.starts) for b in found]
        bearer = _bearer(words, person, role, hits)
        if bearer is not None:
            if joined and last and last[2] is not None:
                bearer = _together(bearer, last[2])
            found.append(bearer)
        last = (person, role, bearer)
    return found


def _joined(words: Sequence[str], one: Person, other: Person) -> bool:
    return list(words[one.end : other.starts]) in _AND and not other.side


def _together(bearer: Bearer, first: Bearer) -> Bearer:
    """Two people named together: "the maternal grandfather and an uncle had"."""
    return replace(
        bearer,
        person=replace(bearer.person, first=first.person.first),
        kinship=f"{first.kinship} and {bearer.kinship}",
        link=first.link if bearer.link is None else bearer.link,
    )


def _cut(bearer: Bearer, at: int) -> Bearer:
    return replace(bearer, end=at) if bearer.start < at < bearer.end else bearer


def _at(words: Sequence[str], n: int) -> str:
    return words[n] if 0 <= n < len(words) else ""


def _role(words: Sequence[str], capital: Sequence[bool], person: Person) -> _Role:
    starts, end = person.starts, person.end
    before, following = _at(words, starts - 1), _at(words, end)
    if before in NEGATIONS or "no" in words[starts : person.at]:
        # "no sick contacts", but "no other relatives have"
        return _Role.SUBJECT if following in FINITE else _Role.NOBODY
    if following in APOSTROPHES:
        theirs = _at(words, end + 1) not in BELONGINGS or _at(words, end + 2) == ":"
        return _Role.SUBJECT if theirs else _Role.NOBODY
    if person.side:
        return _Role.SUBJECT
    if _is_patient(words, person):
        return _Role.PATIENT
    if before in ("by", "per") or (before == "to" and _at(words, starts - 2) == "according"):
        return _Role.OBJECT if following == "with" else _Role.NOBODY
    if before in ("of", "in", "on", "from", "at"):
        if _examined(words, starts - 1):
            return _Role.SUBJECT
        if before == "of" and (starts == 1 or words[starts - 2] in SOME):
            return _subject(words, end)  # "two of his siblings", "of her sisters, one has"
    free = before == "" or before in OPENERS or before in PATIENT or before in INFORMS
    free = free or before.endswith("ly") or (capital[starts] and not capital[starts - 1])
    acts = following in FINITE
    if before in PREPOSITIONS:
        free = free or (before in WHEN and acts)
    elif acts or before in LINKS:
        free = True
    if not free:
        return _Role.OBJECT
    if before == "in" and starts > 1:
        return _Role.OBJECT
    return _subject(words, end)


def _subject(words: Sequence[str], end: int) -> _Role:
    return _Role.SUBJECT if telling(words, end) is None else _Role.TELLER


def _examined(words: Sequence[str], link: int) -> bool:
    """Whether somebody is examined: "ultrasound of the father showed"."""
    return not EXAMINED.isdisjoint(words[max(0, link - 4) : link])


def _is_patient(words: Sequence[str], person: Person) -> bool:
    """Whether the noun means the patient, or the patient beside somebody else: "mother of three
    presents", "second son of", "the boy and his mother both have"."""
    starts, end = person.starts, person.end
    phrase = words[starts : person.at]
    before, following, after = _at(words, starts - 1), _at(words, end), _at(words, end + 1)
    if before in ("and", "&") and _at(words, starts - 2) in PATIENT:
        return True
    if following == "and" and not PATIENT.isdisjoint(words[end + 1 : end + 3]):
        return True
    if before in BE and _at(words, starts - 2) in PATIENT:
        return True  # "she is the mother of"
    child = words[person.at] in _CHILDREN
    if person.owned:
        return child and ("their" in phrase or _told_by_parent(words[max(0, starts - 5) : starts]))
    if following == "of" and (after in COUNTS or after.isdigit()):
        return True
    aged = not AGED.isdisjoint(phrase) and "the" not in phrase
    comes = following in PRESENTING or following in _COMES
    if following in BE:  # "a 68-year-old grandmother is admitted"
        comes = after in PRESENTING or after in _COMES
    if aged and comes and before in ("", "this", "is"):
        return True
    if child and following in ("of", "born"):
        return PATIENT.isdisjoint(words[end + 1 : end + 4])
    return child and not ORDINALS.isdisjoint(phrase)


def _told_by_parent(before: Sequence[str]) -> bool:
    """Whether a parent tells of the child: "the mother reports that her daughter"."""
    return not _PARENTS.isdisjoint(before) and not INFORMS.isdisjoint(before)


def _bearer(
    words: Sequence[str], person: Person, role: _Role, hits: Sequence[Hit]
) -> Bearer | None:
    start, end, doubtful = person.end, person.end, None
    if person.side and _at(words, person.end) not in ("history", "hx"):
        end = phrase_end(words, start)
    elif role is _Role.SUBJECT:
        end, doubtful = subject_end(words, person, hits)
    elif _lost(words, person):
        start = person.end + 1
        end = phrase_end(words, start)
    elif role is _Role.TELLER:
        start, end = own_words(words, person) or own_clause(words, person, hits, tells=True)
    elif role is not _Role.PATIENT:
        start, end = own_clause(words, person, hits, tells=role is _Role.NOBODY)
    link = None
    if role in (_Role.SUBJECT, _Role.OBJECT) and not person.side:
        link = _link(words, person)
    if start == end and link is None:
        return None
    return Bearer(person, person.kinship, start, end, link, doubtful)


def _lost(words: Sequence[str], person: Person) -> bool:
    """Whether it is told what somebody died of: "lost her husband in a car accident"."""
    bereaved = _at(words, person.starts - 1) in ("lost", "losing")
    return bereaved and _at(words, person.end) in ("in", "to", "from", "through")


def _link(words: Sequence[str], person: Person) -> int | None:
    """The word by which the person closes what stands before ("in two cousins", "(mother)")."""
    for back in range(person.starts - 1, max(0, person.starts - 5), -1):
        word, next_to = words[back], back == person.starts - 1
        if word in ("in", "affecting", "among"):
            return back
        if word == "of":
            if next_to and words[back - 1] not in SOME:
                return back
            continue  # "in two of his siblings"
        if word in LINKS:
            following = _at(words, person.end)
            closed = following == "" or following in CLOSES or following.isdecimal()
            return back if closed and next_to else None
        if word in OPENERS:
            return None
    return None
