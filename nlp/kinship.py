"""Whose finding it is: family words, and the cases in which they only tell or bear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FEMALE = _set(
    "mother mom mum mommy sister daughter aunt niece grandmother granddaughter stepsister"
    " half-sister great-grandmother wife girlfriend stepmother"
)
_MALE = _set(
    "father dad daddy brother son uncle nephew grandfather grandson stepbrother half-brother"
    " great-grandfather husband boyfriend stepfather"
)
_FAMILY = (
    (_FEMALE | _MALE)
    - _set("wife husband girlfriend boyfriend stepmother stepfather stepsister stepbrother")
) | _set("parent sibling sib twin cousin grandparent grandchild relative kindred")
#: People who are not of one blood with the patient.
_OTHERS = _set(
    "wife husband partner spouse roommate flatmate girlfriend boyfriend neighbour neighbor donor"
    " coworker colleague classmate friend contact stepmother stepfather stepsister stepbrother"
    " housemate caregiver carer playmate"
)
#: Words that name a person only behind certain others ("relative lucency", "eye contact").
_NEEDS = {
    "relative": _set(
        "a the one another his her degree affected close distant other maternal paternal"
    ),
    "contact": _set("sick close household family school infected"),
}
#: Verbs that make a relative the one who tells.
_INFORMS = _set(
    "report reports reported state states stated say says said notice notices noticed note notes"
    " noted describe describes described deny denies denied give gives gave recall recalls recalled"
    " think thinks thought believe believes believed feel feels felt observe observes observed"
    " bring brings brought call calls called tell tells told mention mentions mentioned worry"
    " worries worried concerned confirm confirms confirmed endorse endorses endorsed complain"
    " complains complained witness witnesses witnessed claims claimed volunteered ask asks asked"
    " accompanied saw sees"
)
_CHILD = _set("son daughter twin sibling child")
_ORDINAL = _set(
    "first second third fourth fifth sixth 1st 2nd 3rd 4th 5th only eldest oldest youngest elder"
)
_SKIPPED_BEFORE = _set("his her the their a an my 's ’s maternal paternal biological own")
_SKIPPED_AFTER = _set("and also has had then , who father mother parents")
_COMPANY = _set(
    "lives live living lived discussed spoke speaking presents presented came here resides"
)
_SIDES = _set("maternal paternal older younger elder half great affected identical two three four")
#: Relatives so described are named for what they do not have.
_UNTOUCHED = _set(
    "healthy unaffected normal unrelated consanguineous nonconsanguineous asymptomatic"
)
_BEFORE_KIN = _set("in of affecting among ( [")


@dataclass(frozen=True, slots=True)
class Relative:
    """A relative or other person named in a sentence, at word `at`.

    `kinship` is as printed ("maternal aunt"); `bears` says that it can have findings: somebody
    who only tells, or who bore the patient, does not. `introduced` is the word from which a
    phrase such as "in two cousins" begins, None where the relative is not so introduced.
    """

    at: int
    kinship: str
    family: bool
    female: bool
    male: bool
    bears: bool
    introduced: int | None


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and word[:-1] in _FAMILY | _OTHERS else word


def relatives(words: Sequence[str]) -> list[Relative]:
    """People other than the patient in a sentence of lower-case words."""
    found = []
    for at, word in enumerate(words):
        name = _singular(word)
        if name not in _FAMILY and name not in _OTHERS:
            continue
        before = words[at - 1] if at > 0 else ""
        if name in _NEEDS and word != "relatives" and before not in _NEEDS[name]:
            continue
        first = at
        while first > 0 and words[first - 1] in _SIDES:
            first -= 1
        found.append(
            Relative(
                at=at,
                kinship=" ".join(words[first : at + 1]),
                family=name in _FAMILY,
                female=name in _FEMALE,
                male=name in _MALE,
                bears=not _only_tells(words, at) and not _is_patient(words, at, name),
                introduced=_introduction(words, first),
            )
        )
    return found


def _only_tells(words: Sequence[str], at: int) -> bool:
    """Whether the relative informs ("mother reports") or accompanies ("lives with his mother")."""
    after = at + 1
    while after < len(words) and after <= at + 3 and words[after] in _SKIPPED_AFTER:
        after += 1
    if after < len(words) and words[after] in _INFORMS:
        return True
    before = at - 1
    while before >= 0 and words[before] in _SKIPPED_BEFORE:
        before -= 1
    if before < 0:
        return False
    earlier = words[before - 1] if before > 0 else ""
    if words[before] in ("by", "per"):
        return True
    if words[before] == "from":
        return earlier in ("history", "obtained", "information", "reports", "report")
    if words[before] == "to":
        return earlier == "according"
    return words[before] == "with" and earlier in _COMPANY


def _is_patient(words: Sequence[str], at: int, name: str) -> bool:
    """Whether nobody else is meant: "second son of", "born to healthy parents", "no contacts"."""
    window = words[max(0, at - 3) : at]
    following = words[at + 1] if at + 1 < len(words) else ""
    if name in _CHILD and (following in ("of", "born") or any(w in _ORDINAL for w in window)):
        return True
    if any(w in ("no", "denies", "without") for w in window):
        return True  # "no sick contacts"
    if any(w in _UNTOUCHED for w in window) and following not in ("who", "whose", "had"):
        return True
    born = any(w in ("born", "delivered") for w in words[max(0, at - 8) : at])
    return born and following not in ("with", "who", "whose", "had", "has")


def _introduction(words: Sequence[str], first: int) -> int | None:
    for back in range(first - 1, max(-1, first - 5), -1):
        if words[back] in _BEFORE_KIN:
            return back
        if words[back] in (";", ".", ":", "and", "or", "with"):
            return None
    return None
