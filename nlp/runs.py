"""A text as runs of words, each between marks that no name reaches across."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ontologies.wordforms import JOINED_PREFIXES, folded_word, tokens

CONJUNCTIONS = frozenset(("and", "or", "nor"))
_INNER_GAP = re.compile(r"[\s,()/'&+\-‐‑–]*")
_COMMA_LIKE = re.compile(r"[,()/&+]|- | -")
_BAR = re.compile(r"\s*/\s*")


@dataclass(frozen=True, slots=True)
class Word:
    """A word in normal form and folded (None: a small word), with its characters.

    `comma`: a comma, bracket or the like stands before it; `bar`: just a slash does.
    """

    text: str
    folded: str | None
    start: int
    end: int
    comma: bool
    bar: bool


def comma_like(text: str) -> bool:
    """Whether a name itself is written with a comma or the like."""
    return _COMMA_LIKE.search(text) is not None


def runs(text: str, barriers: Sequence[int]) -> Iterator[list[Word]]:
    """Words in runs that no full stop, semicolon, colon or sentence start (`barriers`, in order)
    interrupts."""
    run: list[Word] = []
    previous = 0
    listed = list(tokens(text))
    for n, (word, start, end) in enumerate(listed):
        gap = text[previous:start]
        comma = bar = False
        if gap not in (" ", "-", ""):
            at = bisect_right(barriers, start) - 1
            crosses = at >= 0 and barriers[at] >= previous and previous > 0
            if crosses or not _INNER_GAP.fullmatch(gap):
                if run:
                    yield run
                run = []
            comma = _COMMA_LIKE.search(gap) is not None
            bar = _BAR.fullmatch(gap) is not None
        previous = end
        whole = _suspended(text, listed, n) if word in JOINED_PREFIXES else None
        if whole is not None:
            word, end = whole
        run.append(Word(word, folded_word(word), start, end, comma and bool(run), bar))
    if run:
        yield run


def _suspended(text: str, listed: Sequence[tuple[str, int, int]], n: int) -> tuple[str, int] | None:
    """The word that a hanging prefix stands for: "hyper- and hypocalcemia" is hypercalcemia."""
    prefix, _, end = listed[n]
    if n + 2 >= len(listed) or text[end : end + 2] != "- " or listed[n + 1][0] not in CONJUNCTIONS:
        return None
    word, _, word_end = listed[n + 2]
    for other in JOINED_PREFIXES:
        if word.startswith(other) and len(word) > len(other) + 3:
            return prefix + word[len(other) :], word_end
    return None
