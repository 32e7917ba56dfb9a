"""A text cut at every edge of every span, so that overlapping spans can be marked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One span to mark: `key` names the finding it belongs to. Half-open, 0-based."""

    start: int
    end: int
    key: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A piece of text covered by the same marks all along; no marks for plain text.

    `marks` has the innermost (shortest) first. `starts` and `ends` are those of them whose span
    begins or ends with this segment.
    """

    text: str
    marks: tuple[Mark, ...] = ()
    starts: tuple[Mark, ...] = ()
    ends: tuple[Mark, ...] = ()


def segments(text: str, marks: Iterable[Mark]) -> tuple[Segment, ...]:
    """Cut `text` at the marks' edges; the segments' texts joined are `text` again.

    Marks that do not lie within the text, or are empty, are left out.

    >>> [s.text for s in segments("no focal seizures", [Mark(start=3, end=17, key=0)])]
    ['no ', 'focal seizures']
    """
    kept = [m for m in dict.fromkeys(marks) if 0 <= m.start < m.end <= len(text)]
    cuts = sorted({0, len(text), *(m.start for m in kept), *(m.end for m in kept)})
    kept.sort(key=lambda m: m.start)
    pieces: list[Segment] = []
    open_marks: list[Mark] = []
    waiting = iter(kept)
    coming = next(waiting, None)
    for start, end in pairwise(cuts):
        open_marks = [m for m in open_marks if m.end > start]
        while coming is not None and coming.start == start:
            open_marks.append(coming)
            coming = next(waiting, None)
        inner = tuple(sorted(open_marks, key=lambda m: (m.end - m.start, m.start, m.key)))
        pieces.append(
            Segment(
                text=text[start:end],
                marks=inner,
                starts=tuple(m for m in inner if m.start == start),
                ends=tuple(m for m in inner if m.end == end),
            )
        )
    return tuple(pieces)
