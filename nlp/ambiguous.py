"""Abbreviations that a text does not define and that mean several things: the words around decide.

"ASD" is a defect of the heart beside "murmur" and "echo", a disorder of behaviour beside "speech"
and "school". A meaning is taken where clearly more words of its own stand around the abbreviation
than of any other; otherwise the abbreviation is left open, with what it may mean.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.identifiers import Curie
from nlp.runs import Word
from ontologies.abbreviations import Meaning, meanings
from ontologies.lexicon import Lexicon, LexiconEntry
from ontologies.wordforms import words

#: Most words before and behind an abbreviation that are asked, all of the same paragraph.
AROUND = 60
#: Words so close count `WEIGHT` times ("MR imaging").
NEAR, WEIGHT = 3, 3
#: How much more than any other meaning's words makes one clear, where others have some too.
CLEAR = 2
_PARAGRAPH = re.compile(r"\n[ \t\r]*\n")
_CAPITALS = 12  # words on each side that show whether all is written in capitals


@dataclass(frozen=True, slots=True, kw_only=True)
class Short:
    """An abbreviation at characters `start` to `end`: its `entry` where one finding is meant.

    Without an entry it is left open between `candidates`, concepts; where these are missing too,
    what is meant is no finding.
    """

    start: int
    end: int
    entry: LexiconEntry | None
    candidates: tuple[Curie, ...] = ()


class Ambiguous:
    """Settles the abbreviations of a table by the words around them."""

    def __init__(
        self, lexicon: Lexicon, table: Mapping[str, Sequence[Meaning]] | None = None
    ) -> None:
        self._lexicon = lexicon
        self._table = meanings() if table is None else table
        listed = "|".join(re.escape(a) for a in sorted(self._table, key=len, reverse=True))
        self._pattern = re.compile(rf"(?<![\w&-])(?P<short>{listed})s?(?![\w&]|-\w)")

    def find(self, text: str, listed: Sequence[Word]) -> Iterator[Short]:
        """The abbreviations of the table in `text`; `listed` are its words, in their order."""
        starts = [word.start for word in listed]
        breaks = [match.start() for match in _PARAGRAPH.finditer(text)]
        for match in self._pattern.finditer(text):
            at = bisect_left(starts, match.start())
            part = bisect_left(breaks, match.start())
            low = bisect_left(starts, breaks[part - 1]) if part else 0
            high = bisect_left(starts, breaks[part]) if part < len(breaks) else len(listed)
            before = listed[max(low, at - AROUND) : at]
            behind = listed[at + 1 : min(high, at + 1 + AROUND)]
            if len(match["short"]) == 2 and _capitals(text, before, behind):
                continue  # "AS WELL AS"
            said = Counter({w.folded: 1 for w in (*before, *behind)})
            said.update({w.folded: WEIGHT - 1 for w in (*before[-NEAR:], *behind[:NEAR])})
            known = self._table[match["short"]]
            yield self._settled(match.start(), match.end(), known, said)

    def _settled(
        self, start: int, end: int, known: Sequence[Meaning], said: Counter[str | None]
    ) -> Short:
        weighed = ((sum(said[w] for w in m.words), m) for m in known)
        counted = sorted(weighed, key=lambda found: -found[0])
        most, meaning = counted[0]
        others = max((n for n, _ in counted[1:]), default=0)
        if most == 0:
            usual = [m for m in known if m.usual]
            if usual:
                return self._meant(start, end, usual[0])
        elif others == 0 or most >= others + CLEAR:
            return self._meant(start, end, meaning)
        findings = [(n, m.concept) for n, m in counted if m.concept is not None]
        if most == 0 and len(findings) < len(known):
            return Short(start=start, end=end, entry=None)  # "seen in the ED"
        return Short(start=start, end=end, entry=None, candidates=tuple(c for _, c in findings))

    def _meant(self, start: int, end: int, meaning: Meaning) -> Short:
        """The one meaning; open where the release has no such name."""
        if meaning.concept is None:
            return Short(start=start, end=end, entry=None)
        entry = self._lexicon.find(" ".join(words(meaning.name)))
        if entry is None or entry.concept != meaning.concept:
            return Short(start=start, end=end, entry=None, candidates=(meaning.concept,))
        return Short(start=start, end=end, entry=entry)


def outside(shorts: Iterable[Short], spans: Iterable[tuple[int, int]]) -> list[Short]:
    """Those of `shorts`, in order, that are no part of a longer one of `spans`."""
    kept = []
    reach = 0  # how far the spans go that begin before
    waiting = deque(sorted(spans))
    for short in shorts:
        while waiting and waiting[0][0] < short.start:
            reach = max(reach, waiting.popleft()[1])
        longer = reach >= short.end
        while waiting and waiting[0][0] == short.start:
            reach = max(reach, waiting.popleft()[1])
        if not longer and reach <= short.end:
            kept.append(short)
    return kept


def _capitals(text: str, before: Sequence[Word], behind: Sequence[Word]) -> bool:
    """Whether most of the longer words nearby are written in capitals."""
    near = (*before[-_CAPITALS:], *behind[:_CAPITALS])
    long = [text[w.start : w.end] for w in near if w.end - w.start > 3]
    return 2 * sum(w.isupper() for w in long) > len(long)
