"""Telephone, fax and pager numbers: found by a label before them, or by their form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.privacy.result import Category, Found

_EXTENSION = r"(?:[ ]?,?[ ]?(?:x|ext\.?|extension)[ ]?\d{1,6})?"
_LABELLED = re.compile(
    rf"""\b(?:tel(?:ephone)?|(?:tele)?phone|ph|mob(?:ile)?|cell|fax|f|t|m|pager|page|bleep|beeper|ext
      |extension|hotline|helpline|landline|call(?:ed)?|ring|rang|contact|dial|whatsapp|sms|text
      |number|no|home|work|switchboard|reception|secretary|via|on|at|bp)
    (?:[ ](?:no\.?|number|line|us|at|on|is|phone|tel|me|them|her|him|back)){{0,3}}
    [ ]?[:.#|]?[ ]{{0,3}}
    (?P<number>(?:\+?\(?\d(?:[\d]|[ ().–/-]{{1,3}}(?=[(\d])){{5,20}}\d){_EXTENSION})(?![./-]\d|\w)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SHORT = re.compile(
    r"\b(?:bleep|bleeped|pager|paged?|beeper|ext\.?|extension|x)(?: (?:no\.?|number|on|at))?"
    r"[ ]?[:.#|(]?[ ]{0,2}(?P<number>\d{3,6})\b(?![/.,-]\d)",
    re.IGNORECASE,
)
_SHAPES = re.compile(
    rf"""(?<![\w./-])(?<!\b\d,)(?<!\b\d\d,)(?<!\b\d\d\d,)(?:
      \+[1-9](?:[ .()-]{{0,2}}\d){{7,14}}
    | (?:1[ .-]?)?\([2-9]\d\d\)[ .-]?\d{{3}}[ .-]?\d{{4}}
    | (?:1[ .-])?[2-9]\d\d[.-]\d{{3}}[.-]\d{{4}}
    | (?:001[ .-])[2-9]\d\d[ .-]?\d{{3}}[ .-]?\d{{4}}
    | \(0\d{{1,5}}\)[ .-]?\d{{2,4}}[ .-]?\d{{3,4}}(?:[ -]?\d{{1,4}})?
    | 0\d{{1,4}}[ .-]\d{{3,8}}(?:[ .-]\d{{2,5}}){{0,3}}
    | 00[1-9]\d(?:[ .()-]{{0,2}}\d){{7,12}}
    | 1[38]00[ ]\d{{3}}[ ]\d{{3}} | 13[ ]\d\d[ ]\d\d
    | [6-9]\d{{4}}[ -]\d{{5}}
    | (?:(?<=[,:;|(\t])|(?<=[,:;|(-][ ]))[1-9]\d{{3}}[ .-]\d{{4}}(?=[\s,;)|]|$)
    ){_EXTENSION}(?![\w%]|[-.]\d)""",
    re.VERBOSE | re.IGNORECASE,
)


def find_phones(text: str) -> Iterator[Found]:
    """Numbers that reach a person; fewer than seven digits only for bleeps and extensions."""
    for match in _LABELLED.finditer(text):
        digits = sum(c.isdigit() for c in match["number"])
        if 7 <= digits <= 20:
            yield _found(match.span("number"))
    for pattern, group in ((_SHORT, "number"), (_SHAPES, 0)):
        for match in pattern.finditer(text):
            yield _found(match.span(group))


def _found(span: tuple[int, int]) -> Found:
    return Found(start=span[0], end=span[1], category=Category.PHONE)
