"""Abbreviations that a text defines: where they are used, and what they stand for there."""

from __future__ import annotations

from scispacy.abbreviation import filter_matches, find_abbreviation
from spacy.tokens import Doc

_PARENTHESIS_TOKENS = 10


def abbreviations(doc: Doc) -> list[tuple[int, int, str]]:
    """Uses of abbreviations that `doc` defines: (start, end, long form), in characters.

    scispaCy's Schwartz-Hearst rules decide what a definition is. Its own matcher is quadratic in
    the number of brackets, so the brackets are walked here; and a definition holds from where it
    stands until the next one of the same letters, so that text added later changes nothing before.
    """
    spans = []
    opened: int | None = None
    texts = [token.text for token in doc]
    for i, text in enumerate(texts):
        if text == "(":
            opened = i
        elif text == ")" and opened is not None:
            if 0 < i - opened - 1 <= _PARENTHESIS_TOKENS and opened > 0:
                spans.append((0, opened + 1, i))
            opened = None
    defined: list[tuple[int, str, str]] = []
    for long, short in filter_matches(spans, doc):
        short_span, long_span = find_abbreviation(long, short)
        if long_span is not None and len(short_span) == 1:
            defined.append((short_span.start, short_span.text, long_span.text))
    if not defined:
        return []
    shorts = {short for _, short, _ in defined}
    used = []
    active: dict[str, str] = {}
    upcoming = iter(sorted(defined))
    following = next(upcoming, None)
    for i, text in enumerate(texts):
        while following is not None and following[0] <= i:
            active[following[1]] = following[2]
            following = next(upcoming, None)
        name = text if text in shorts else text.removesuffix("s")
        if name in active:
            used.append((doc[i].idx, doc[i].idx + len(text), active[name]))
    return used
