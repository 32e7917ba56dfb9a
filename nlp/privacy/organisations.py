"""Hospitals, practices, laboratories and employers, by the words that end or begin their names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.privacy.cues import FUNCTION
from nlp.privacy.result import Category, Found
from nlp.privacy.tokens import Tokens
from nlp.privacy.vocabulary import is_eponym, is_given, is_surname, is_word


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: End the name of a place of care whatever stands before them, unless that is general.
_STRONG = _set("hospital hospitals infirmary hospice sanatorium polyclinic university")
#: The same as two words.
_DOUBLE = {
    "medical": _set("center centre group college school practice associates clinic foundation"),
    "health": _set("center centre system systems service services board care group partners"),
    "nursing": _set("home"),
    "care": _set("home centre center group"),
    "nhs": _set("trust foundation"),
    "foundation": _set("trust"),
    "family": _set("practice clinic"),
    "group": _set("practice"),
    "district": _set("general"),
    "primary": _set("school"),
    "secondary": _set("school"),
    "grammar": _set("school"),
    "high": _set("school"),
    "elementary": _set("school"),
    "mutual": _set("insurance assurance"),
    "diagnostic": _set("centre center laboratory laboratories"),
    "cancer": _set("centre center institute"),
    "heart": _set("centre center institute"),
}  # fmt: skip
#: End a name where a word before them is nobody's ordinary word.
_WEAK = _set(
    "clinic clinics surgery practice college school institute laboratory laboratories labs lab"
    " trust group ltd limited inc plc llc llp pvt pharmacy partners associates foundation company"
    " corporation corp services industries bank academy center centre house lodge healthcare"
    " diagnostics medicare nursery holdings enterprises sons solutions hotel church prison"
    " solicitors insurance assurance plan mutual society association charity council authority"
    " agency barristers attorneys wing doctors pathology taxis builders garage farm club restaurant"
)
#: Forms of companies: whatever stands before them is a name.
_LEGAL = _set("ltd limited inc plc llc llp pvt gmbh")
#: Stand within the names of hospitals.
_WITHIN = _set(
    "general memorial royal regional university city county district children's childrens children"
    " community medical central north south east west northern southern eastern western saint st"
    " our lady queen king prince princess mercy holy sacred heart good hope teaching national"
    " veterans va presbyterian baptist methodist catholic lutheran adventist trinity christ cross"
    " sir college specialist rural women's womens maternity port new lake fort mount upper lower"
    " great little san santa health nursing care diagnostic cancer institute rehabilitation free"
    " victoria charity apollo cottage base private public family group nhs foundation trust"
)
#: Say nothing about which one.
_GENERAL = _set(
    "the this our your their his her a an local same outside another other any each general"
    " community day teaching district referring receiving psychiatric children's childrens"
    " university field cottage private public mental acute tertiary secondary base regional"
    " county city state national military veterans rehabilitation medical surgical women's"
    " maternity dental eye family walk-in out-patient outpatient inpatient in-patient emergency"
    " at in to from of and dear hospital medicine department by for nearby"
)
#: Begin the names of towns.
_TOWNS = _set("port new north south east west lake mount fort upper lower great little san santa")
_CONNECTS = _set("of and & the for de la")
_AFTER = _set("of for at")
_WORKS = re.compile(
    r"\b(?:work(?:s|ed|ing)?|employed|job|retired|position|insured|cover(?:ed)?)(?: \w{1,20}){0,3}?"
    r" (?:for|at|by|from|with)[ ]+|\bemployers?(?:'s name)?(?:[ ]?[:|=,]\s{0,3}|[ ])",
    re.IGNORECASE,
)
_COMPANY = re.compile(
    r"[A-Z][\w'’&]*(?:-[A-Z][\w'’]*)*"
    r"(?:(?:,[ ]|[ ](?:and|AND|&)[ ]|[ ])[A-Z][\w'’&]*(?:-[A-Z][\w'’]*)*){0,4}"
)
#: A practice named for its doctors.
_DOCTORS = re.compile(
    r"\bDrs\.?[ ][A-Z][\w'’-]+(?:,[ ][A-Z][\w'’-]+){0,4},?[ ](?:and|&)[ ][A-Z][\w'’-]+(?![\w-])"
)


def find_organisations(tokens: Tokens) -> Iterator[Found]:
    """Names of organisations; "the hospital" and "Cardiology Clinic" stay."""
    text = tokens.text
    for at, token in enumerate(tokens.items):
        if token.form not in ("capital", "upper") and token.text != "GmbH":
            continue
        word = token.text.lower()
        strong = word in _STRONG or (
            tokens.word(at - 1) in _DOUBLE and (word in _DOUBLE[tokens.word(at - 1)])
        )
        strong = strong or (word in _LEGAL and at > 0 and tokens.joined(at))
        strong = strong or (word == "institute" and tokens.word(at + 1) == "of")
        if strong or word in _WEAK:
            span = _name(tokens, at, strong=strong)
            if span is not None:
                first, last = tokens.items[span[0]].start, tokens.items[span[1]].end
                yield Found(start=first, end=last, category=Category.ORGANISATION)
    for match in _DOCTORS.finditer(text):
        yield Found(start=match.start(), end=match.end(), category=Category.ORGANISATION)
    for match in _WORKS.finditer(text):
        company = _COMPANY.match(text, match.end())
        if company is not None and not _ordinary(company[0]):
            yield Found(start=company.start(), end=company.end(), category=Category.ORGANISATION)


def _ordinary(name: str) -> bool:
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", name)
    return all("-" not in w and is_word(w) and not is_surname(w) for w in words)


def _name(tokens: Tokens, at: int, *, strong: bool) -> tuple[int, int] | None:
    """First and last token of the name whose kind is said by token `at`."""
    first, last = _leftmost(tokens, at), at
    loud = tokens.items[at].loud
    before = range(first, at)
    proper = [i for i in before if _proper(tokens, i)]
    told = [
        i for i in before
        if tokens.items[i].form in ("capital", "upper") and tokens.word(i) not in _GENERAL
    ]  # fmt: skip
    right = _rightmost(tokens, at) if strong or proper else at
    if right > at and any(_proper(tokens, i) for i in range(at + 1, right + 1)):
        last = right
        proper = proper or [right]
    elif right > at and (proper or told):
        last = right
    if not proper and not (strong and told):
        return None
    if loud and not proper and not (_bounded(tokens, first) and _known(tokens.word(first))):
        return None
    while tokens.word(first) in ("and", "of", "at", "for", "&", "a"):
        first += 1
    return first, last


def _bounded(tokens: Tokens, at: int) -> bool:
    return tokens.opens(at) or tokens.word(at - 1) in (",", "to", "from", "at", "of", "by")


def _leftmost(tokens: Tokens, at: int) -> int:
    first = at
    while at - first < 7 and tokens.joined(first):
        before = tokens.get(first - 1)
        assert before is not None
        word = before.text.lower()
        if before.text == "The":
            return first - 1
        if before.form in ("capital", "upper", "initial") and word not in _CONNECTS:
            if before.loud and is_word(word) and word not in _WITHIN and not _known(word):
                break
        elif word in ("s", "'", "’", ".") or (word in _CONNECTS or word == ","):
            behind = tokens.get(first - 2)
            if behind is None or behind.form not in ("capital", "upper", "initial", "mark"):
                break
            if word == "," and tokens.word(first) not in ("and", "&"):
                break
            if word == "." and behind.text.lower() not in ("st", "mt", "ft"):
                break
            if word in ("and", "of", "the", "for") and not tokens.joined(first - 1):
                break
        else:
            break
        first -= 1
    return first


def _rightmost(tokens: Tokens, at: int) -> int:
    """Behind "Hospital": "of Saint Mary", "Port Scott", "NHS Trust"."""
    last = at
    while last - at < 6 and tokens.joined(last + 1):
        token = tokens.get(last + 1)
        assert token is not None
        word = token.text.lower()
        if word in _AFTER and tokens.joined(last + 2):
            following = tokens.get(last + 2)
            if following is None or following.form not in ("capital", "upper"):
                break
        elif token.form not in ("capital", "upper"):
            break
        elif is_word(word) and word not in _WITHIN:
            after_prefix = tokens.word(last) in _TOWNS | {"saint", "st", "of", "and"}
            if not after_prefix and (not _within_institute(tokens, at) or last - at > 3):
                break
        elif token.form == "upper" and not token.loud and word not in _WITHIN:
            break
        last += 1
    return last


def _within_institute(tokens: Tokens, at: int) -> bool:
    return tokens.word(at) == "institute" and tokens.word(at + 1) == "of"


def _known(word: str) -> bool:
    return (is_given(word) or is_surname(word)) and word not in FUNCTION


def _proper(tokens: Tokens, at: int) -> bool:
    """Whether a token is part of a proper name."""
    token = tokens.items[at]
    if token.text.lower() in ("saint", "st") and token.form in ("capital", "upper"):
        following = tokens.get(at + 2 if tokens.word(at + 1) == "." else at + 1)
        return following is not None and following.form in ("capital", "upper")
    if token.form not in ("capital", "upper"):
        return False
    if is_eponym(token.text):
        return is_given(token.text) or tokens.word(at - 1) == "&" or tokens.word(at + 1) == "&"
    if tokens.word(at + 1) == "&" or (tokens.word(at - 1) == "&" and is_surname(token.text)):
        return True
    if token.form == "upper" and not token.loud:
        return False
    if tokens.word(at - 1) in _TOWNS:
        return not is_word(token.text) or is_given(token.text) or is_surname(token.text)
    return not is_word(token.text) or (
        is_given(token.text) and tokens.word(at) not in _GENERAL and not token.loud
    )
