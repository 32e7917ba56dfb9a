"""How far a sentence speaks of a person: to the end of a clause, or until the subject changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nlp.context_words import (
    APOSTROPHES,
    BE,
    BEARING,
    BREAKS,
    CLAUSES,
    COUNTS,
    DESCRIBED,
    FEELS,
    HEALTHY,
    INFORMS,
    OBJECTS,
    OF_THEM,
    PARTICIPLES,
    PREPOSITIONS,
    PRONOUNS,
    RELATIVES,
    SKIPPED,
)
from nlp.kinship import Person
from nlp.triggers import Hit

_REACH = 40  # words that are said of a subject
_PHRASE = 12  # words that follow "maternal"
_CLAUSE = 16  # words of a clause between commas


def only_owner(words: Sequence[str], hit: Hit) -> bool:
    """Whether the patient is named only as somebody's relation: "mother of the patient"."""
    if hit.end < len(words) and words[hit.end] in APOSTROPHES:
        return True
    at = hit.start - 1
    at -= at >= 0 and words[at] in ("the", "our", "this")
    return at >= 0 and words[at] in ("of", "like", "unlike")


def telling(words: Sequence[str], end: int) -> int | None:
    """The verb by which somebody named before `end` tells or acts for the patient, or None."""
    at = end
    following = words[at + 1] if at + 1 < len(words) else ""
    word = words[at] if at < len(words) else ""
    if word == "," and following in RELATIVES | {"aged", "a", "an", "the"}:
        close = _first(words, ",", at + 1, _CLAUSE)
        at = at if close is None else close + 1
    elif word == "who":
        verb = _verb(words, range(at + 1, at + 12))
        if verb is not None and "," not in words[at:verb]:
            return verb
    elif word == "and" and _informs(words, at + 2):
        return at + 2  # "parents and teachers report"
    elif word in ("at", "in", "on", "present"):
        return _verb(words, range(at + 1, at + 5))  # "wife at bedside reports"
    first = at
    while at < len(words) and at < first + 4 and words[at] in SKIPPED:
        at += 1
    return at if _informs(words, at) else None


def _first(words: Sequence[str], word: str, start: int, within: int) -> int | None:
    end = min(len(words), start + within)
    return next((n for n in range(start, end) if words[n] == word), None)


def _verb(words: Sequence[str], where: Iterable[int]) -> int | None:
    return next((n for n in where if _informs(words, n)), None)


def _informs(words: Sequence[str], at: int) -> bool:
    """Whether the word at `at` is the verb of somebody who tells or acts ("filmed the seizure")."""
    if not 0 < at < len(words):
        return False
    word, before = words[at], words[at - 1]
    following = words[at + 1] if at + 1 < len(words) else ""
    if word not in INFORMS:
        acts = word == "found" or (word.endswith("ed") and word not in BEARING)
        return acts and following in OBJECTS and before not in BE
    if before == "also" and word.startswith("complain"):
        return False  # "her roommates also complain of nausea"
    passive = before in BE or (before in SKIPPED and at > 1 and words[at - 2] in BE)
    if passive and word not in FEELS:
        return False  # "was noted to have"
    return word not in PARTICIPLES or following not in ("to", "as", "with")


def subject_end(
    words: Sequence[str], person: Person, hits: Sequence[Hit]
) -> tuple[int, int | None]:
    """Where a subject ends, and the pronoun from which on it may be the patient again."""
    starts, at = person.starts, person.end
    counted = words[starts] in COUNTS and not person.owned and words[at : at + 1] == [","]
    if counted and at + 1 < len(words) and words[at + 1] not in OF_THEM:
        return at, None  # "divorced, two sons, depression"
    opener = _opener(words, starts)
    limit = min(len(words), at + _REACH)
    for hit in hits:
        if at <= hit.start < limit and (_ends(words, hit) or (opener and hit.does("now"))):
            limit = hit.start
    enclosed = opener is not None and words[opener - 1] == ","
    bracketed = starts > 0 and words[starts - 1] == "("
    healthy = False
    doubtful = None
    for n in range(at, limit):
        word = words[n]
        if word == ";" or (word == ")" and bracketed):
            return n, doubtful
        if word == "," and (healthy or enclosed):
            return n, doubtful
        if word == "and" and (healthy or (n + 1 < limit and _informs(words, n + 1))):
            return n, doubtful
        if word in HEALTHY and n <= at + 5 and not BE.isdisjoint(words[at:n]):
            healthy = True
        if word in PRONOUNS and n > at and doubtful is None:
            female = PRONOUNS[word]
            if person.female is not None and person.female is not female:
                return n, doubtful
            clear = person.owner_female is not None and person.owner_female is not female
            if not clear and words[n - 1] in (",", "and"):
                doubtful = n
    return limit, doubtful


def _ends(words: Sequence[str], hit: Hit) -> bool:
    return hit.does("stop") or (hit.does("patient") and not only_owner(words, hit))


def _opener(words: Sequence[str], starts: int) -> int | None:
    """The word that opens the clause in which a noun phrase stands ("whose parents"), or None."""
    for n in range(starts - 1, max(0, starts - 4), -1):
        if words[n] in RELATIVES:
            return n
        if words[n] in (",", ";", "and"):
            return None
    return None


def own_clause(
    words: Sequence[str], person: Person, hits: Sequence[Hit], *, tells: bool
) -> tuple[int, int]:
    """Words said of somebody who is no subject: "a mother with diabetes", "his wife, who was
    treated for"; of somebody who `tells`, only a relative clause is. Empty where there is none."""
    at = person.end
    nothing = at, at
    start = at + 1 if words[at : at + 1] in ([","], ["("]) else at
    if start >= len(words) or not _opens_clause(words, person, start, tells=tells):
        return nothing
    described = not DESCRIBED.isdisjoint(words[person.starts : person.at])
    if described and person.family and not person.owned:
        return nothing  # "son of healthy parents with"
    end = min(len(words), at + _REACH)
    if tells and words[at] == "who" and (verb := telling(words, at)) is not None:
        end = verb
    for hit in hits:
        if start <= hit.start < end and _ends(words, hit):
            end = hit.start
    for n in range(start + 1, end):
        if words[n] in (";", ")") or (words[n] in PRONOUNS and person.owned):
            return start, n
        if words[n] == "," and not _list_goes_on(words, n):
            return start, n
    return start, end


def _opens_clause(words: Sequence[str], person: Person, start: int, *, tells: bool) -> bool:
    at, opener = person.end, words[start]
    following = words[start + 1] if start + 1 < len(words) else ""
    if opener in ("who", "whose"):
        return not (tells and following in INFORMS)
    if start > at:
        if words[at] == "(":
            return not tells
        return opener in ("having", "himself", "herself") or following == "whom"
    before = words[person.starts - 1] if person.starts > 0 else ""
    if (before, opener) in (("lost", "to"), ("in", "for")):
        return True  # "lost his father to stroke", "pacemaker in the grandfather for heart block"
    return not tells and opener in CLAUSES


def own_words(words: Sequence[str], person: Person) -> tuple[int, int] | None:
    """What somebody tells of themselves: "reports that she herself has", or None."""
    for n in range(person.end + 1, len(words)):
        if words[n] in ("herself", "himself") and person.female in (None, words[n] == "herself"):
            had = not {"has", "had"}.isdisjoint(words[max(0, n - 6) : n])
            if words[n - 1] in PRONOUNS or had:
                return person.end, len(words)
    return None


def phrase_end(words: Sequence[str], start: int) -> int:
    """Where what follows "maternal" ends: "maternal fever and chorioamnionitis were noted"."""
    limit = min(len(words), start + _PHRASE)
    for n in range(start, limit):
        word = words[n]
        if word in (";", ":", ".", ")", "(", "in", "during") or word in BREAKS:
            return n
        if n > start and word in PREPOSITIONS and word != "of":
            return n
        if word == "," and not _list_goes_on(words, n):
            return n
    return limit


def _list_goes_on(words: Sequence[str], comma: int) -> bool:
    """Whether a comma stands inside a list: "diabetes, hypertension and obesity"."""
    for n in range(comma + 1, min(len(words), comma + 6)):
        if words[n] in ("and", "or"):
            return True
        if words[n] in BREAKS or words[n] in PREPOSITIONS:
            return False
    return False
