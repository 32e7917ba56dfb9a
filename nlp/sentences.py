"""Sentence ends in clinical text: full stops, but also list items, headings and short lines."""

from __future__ import annotations

import re
from typing import Any, cast

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

#: The component's name in a spaCy pipeline.
NAME = "differentia_sentences"

_BEFORE_STOP = "al approx ca cf dr e.g fig hx i.e mr mrs ms no nr pt prof sp st vs resp dept"
_ABBREVIATIONS = frozenset(_BEFORE_STOP.split(" "))
_BULLET = re.compile(r"[ \t]*(?:\||[-*•–·▪►+]\s|\(?\d{1,2}[.)]\s|\[[ xX]?\]|[☐☑☒✓])")
_LABEL = re.compile(r"[ \t]*[A-Za-z][A-Za-z0-9 /&'()-]{1,50}:")


def sentence_starts(text: str) -> list[int]:
    """Offsets at which sentences begin: after . ! ? before a capital, number or line end; at blank
    lines, list items and labelled lines; and at a capital after a line that stops early.

    Only the paragraph around a line decides, so that text added later changes nothing before it.
    """
    starts = {0}
    for match in _STOP.finditer(text):
        before = text[max(0, match.start() - 12) : match.start()]
        word = re.split(r"[\s(\[,]", before)[-1]
        mark = match["mark"]
        if mark[0] == "." and (
            word.lower() in _ABBREVIATIONS or (len(word) == 1 and word.isupper())
        ):
            continue
        if mark[0] == "?" and (not before or before[-1].isspace()):
            continue  # "? pneumonia": a query before a word, not the end of a question
        starts.add(match.end())
    starts.update(match.start() for match in _INLINE_ITEM.finditer(text))
    offset = 0
    for paragraph in _PARAGRAPHS.split(text):
        _line_starts(paragraph, offset, starts)
        offset += len(paragraph)
    return sorted(starts)


_STOP = re.compile(
    r"(?<![.!?])(?P<mark>[.!?]+)[\"'”’)\]]*"
    r"(?:[ \t]+(?=[A-Z0-9\[(*\"'“‘•-])|[ \t]*(?=[\r\n])|(?<=[a-z]\.)(?=[A-Z][a-z]))"
)
_INLINE_ITEM = re.compile(r"(?<=[ \t]{2})\d{1,2}\)[ \t]")
_PARAGRAPHS = re.compile(r"(\n[ \t\r]*\n\s*)")


def _line_starts(paragraph: str, offset: int, starts: set[int]) -> None:
    if paragraph.isspace():
        starts.add(offset + len(paragraph))
        return
    lines = paragraph.split("\n")
    width = max(len(line) for line in lines)
    at = offset
    for previous, line in zip([None, *lines], lines, strict=False):
        if previous is not None:
            stripped = line.lstrip()
            early = len(previous.rstrip()) < 0.6 * max(width, 40)
            if (
                _BULLET.match(line)
                or _LABEL.match(line)
                or (early and stripped[:1].isupper())
                or previous.rstrip().endswith(":")
            ):
                starts.add(at)
        at += len(line) + 1


@Language.component(NAME)
def mark_sentences(doc: Doc) -> Doc:
    """spaCy component: sets the sentence starts of `doc` from its text."""
    following = iter(sentence_starts(doc.text))
    upcoming: int | None = next(following)
    marks = np.full((len(doc), 1), -1, dtype=np.int64)
    marks[:1] = 1
    for n, token in enumerate(doc):
        if upcoming is not None and token.idx >= upcoming and not token.is_space:
            marks[n] = 1
            while upcoming is not None and upcoming <= token.idx:
                upcoming = next(following, None)
    # one array: setting the attribute token by token looks through the whole text each time
    return doc.from_array(["SENT_START"], cast(Any, marks.astype(np.uint64)))


def sentence_bounds(doc: Doc) -> list[tuple[int, int]]:
    """Token numbers (half-open) of the sentences that `mark_sentences` set, in linear time."""
    starts = [int(n) for n in np.flatnonzero(doc.to_array(["SENT_START"]) == 1)]
    return list(zip(starts, [*starts[1:], len(doc)], strict=True))
