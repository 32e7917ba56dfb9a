"""Names whose words stand on both sides of "and", "or", "to" or a slash.

"pontine and cerebellar hypoplasia" names pontine hypoplasia, "hypoplastic thumbs and radii"
hypoplastic radii, "defects of the outer, middle and inner ear" a defect of each. A list has a
first part, perhaps middle ones between commas, and a last. An item shares words with what stands
before the first part's own (`P`) or behind the last part's own (`H`), or both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlp.context_words import listed
from nlp.names import Candidate, worth
from nlp.runs import CONJUNCTIONS, Word
from ontologies.lexicon import Lexicon
from ontologies.wordforms import folded

#: What a name pieced together is worth beside one in one piece.
COORDINATED = 0.75
_RANGE = "to"  # "mild to moderate"
_FIRST, _MIDDLE, _LAST = 4, 3, 6  # most words of a part that are looked at
_PARTS = 6
#: Small words that may stand inside a list.
_JOINING = CONJUNCTIONS | {"of", "the", "in", "a", _RANGE}
#: Words over which no list goes on: they turn round what stands behind them, or begin a place.
_PARTING = listed(
    "no not without never under over with from by for during after before beneath behind"
)

#: Words (folded) that say how much or when; they need not hold for what follows in a list.
DEGREES = frozenset(
    folded(
        "mild moderate severe profound progressive congenital recurrent chronic acute bilateral"
        " unilateral early late neonatal infantile juvenile transient intermittent generalized"
        " mildly severely multiple isolated paroxysmal episodic persistent frequent occasional"
        " primary secondary familial idiopathic marked slight massive left right sided central dull"
        " sharp burning stabbing throbbing"
    ).split(" ")
)


@dataclass(frozen=True, slots=True)
class _List:
    """Word positions (half-open) of the parts of one list."""

    first: tuple[int, int]
    middle: tuple[tuple[int, int], ...]
    last: tuple[int, int]


def coordinated(lexicon: Lexicon, run: Sequence[Word], taken: set[int]) -> Iterator[Candidate]:
    """Names pieced together in a run of words; `taken` are the words of names in one piece, so
    that a conjunction within one of them joins nothing else."""
    for at, word in enumerate(run):
        if at and at not in taken and (word.text in CONJUNCTIONS or word.text == _RANGE):
            if at + 1 < len(run):
                yield from _Items(lexicon, run, taken, at, at + 1).found()
        elif at and word.bar and run[at - 1].text not in CONJUNCTIONS:
            yield from _Items(lexicon, run, taken, at, at).found()


def _list(run: Sequence[Word], end: int, start: int, taken: set[int]) -> _List:
    """The list whose last part begins at word `start`, and whose part before ends at `end`.

    A part between commas that is a name already is no fragment: the list goes no further back.
    """
    stop = start
    while stop < len(run) and stop - start < _LAST and run[stop].text not in CONJUNCTIONS:
        if stop > start and run[stop].comma:
            break
        stop += 1
    parts: list[tuple[int, int]] = []
    while len(parts) < _PARTS:
        begin = end - 1
        while begin > 0 and not run[begin].comma and run[begin - 1].text not in CONJUNCTIONS:
            begin -= 1
        parts.append((max(begin, 0), end))
        if begin <= 0 or not run[begin].comma or end - begin > _MIDDLE or run[begin].bar:
            break
        if not taken.isdisjoint(range(begin, end)):
            break
        end = begin
    first = parts[-1]
    return _List(
        first=(max(first[0], first[1] - _FIRST), first[1]),
        middle=tuple(reversed(parts[:-1])),
        last=(start, stop),
    )


class _Items:
    """The names in one list."""

    def __init__(
        self, lexicon: Lexicon, run: Sequence[Word], taken: set[int], end: int, start: int
    ) -> None:
        self.lexicon = lexicon
        self.run = run
        self.taken = taken
        self.parts = _list(run, end, start, taken)
        commas = any(w.comma and not w.bar for w in run[end : start + 1])
        #: Between commas stand whole names as often as fragments.
        self.fragments_only = commas or bool(self.parts.middle)
        self.best: dict[str, Candidate] = {}

    def found(self) -> Iterator[Candidate]:
        """Names pieced together, the shortest span for each concept."""
        begin, end = self.parts.first
        start, stop = self.parts.last
        inner = range(start + 1, min(start + 3, stop))
        heads = [(s, t) for s in inner for t in range(s + 1, stop + 1)]
        stems = [(a, b) for b in range(max(begin, end - 2), end) for a in range(begin, b)]
        if self._is_fragment(begin, end):
            for a in range(begin, end):
                for head in heads:
                    self._keep([(a, end), head], a, head[1])
        if self._is_fragment(start, stop):
            for stem in stems:
                for t in range(start + 1, stop + 1):
                    self._keep([stem, (start, t)], stem[0], t, alone=(start, t))
        for part in self.parts.middle:
            for head in heads:
                self._keep([part, head], part[0], head[1])
                for stem in stems:
                    self._keep([stem, part, head], stem[0], head[1])
            for stem in stems:
                self._keep([stem, part], stem[0], part[1], alone=part)
        return iter(self.best.values())

    def _keep(
        self,
        pieces: Sequence[tuple[int, int]],
        first: int,
        last: int,
        *,
        alone: tuple[int, int] | None = None,
    ) -> None:
        run = self.run
        kept = [w for a, b in pieces if (w := self._bag(a, b)) is not None]
        if len(kept) < len(pieces):
            return
        words = [w for piece in kept for w in piece]
        sizes = self.lexicon.folded_sizes
        if len(set(words)) < len(words) or any(sizes.get(w, 0) < len(words) for w in words):
            return
        if run[first].folded is None or run[last - 1].folded is None:
            return
        if any(w.folded is None and w.text not in _JOINING for w in run[first + 1 : last]):
            return
        if not _PARTING.isdisjoint(w.text for w in run[first:last]):
            return  # "tenderness and no rebound", "swollen and crackling under the fingers"
        following = run[last] if last < len(run) and not run[last].comma else None
        if following is not None and (sizes.get(following.folded or "") or following.text == "of"):
            return  # the span would cut a longer name short
        if alone is not None and self._is_name(alone) and set(kept[0]) <= DEGREES:
            return  # "severe ataxia and tremor": the tremor need not be severe
        entry = self.lexicon.find_folded(" ".join(sorted(words)))
        if entry is None:
            return
        known = self.best.get(entry.concept)
        if known is None or (last - first) < (known.last - known.first):
            score = COORDINATED * worth(entry)
            self.best[entry.concept] = Candidate(first, last, len(words), score, entry)

    def _is_fragment(self, start: int, stop: int) -> bool:
        return not self.fragments_only or self.taken.isdisjoint(range(start, stop))

    def _bag(self, start: int, stop: int) -> list[str] | None:
        """Words of a piece that carry meaning; None where there are none."""
        return [w for word in self.run[start:stop] if (w := word.folded) is not None] or None

    def _is_name(self, piece: tuple[int, int]) -> bool:
        words = self._bag(*piece)
        return words is not None and bool(self.lexicon.find_folded(" ".join(sorted(set(words)))))
