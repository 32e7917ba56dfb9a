"""Names by analogy: what many concepts call by two names, others may be called by too.

HPO calls one concept "hearing impairment" and "hearing loss", another only "moderate sensorineural
hearing impairment". Where the names of at least `LEAST` concepts differ in just the same piece
("small" and "underdeveloped", "naris" and "nostril"), or two names of one concept stand inside a
longer name of another, the piece is put in place of the other. A name made so is taken only if no
concept has its words already, in any order, and only one concept would get it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from domain.identifiers import Curie
from ontologies.wordforms import folded

#: How many concepts must show two pieces to mean the same.
LEAST = 3
_LONGEST_PIECE = 3
_LONGEST_NAME = 5  # longer names are seldom met word for word
_LEAST_LETTERS = 5  # a whole name of one word must be no shorter to stand inside another

_Words = tuple[str, ...]
_Pieces = dict[_Words, set[_Words]]


@dataclass(frozen=True, slots=True)
class Analogy:
    """A name in normal form (words parted by blanks) of a concept, made from its name `source`."""

    key: str
    concept: Curie
    source: str


def analogies(
    names: Iterable[tuple[Curie, str]], taken: Iterable[str], *, least: int = LEAST
) -> list[Analogy]:
    """Further names by analogy, in the order of `names`.

    `names` are (concept, name in normal form) of what is meant exactly; `taken` are all names in
    normal form that belong to somebody already. Takes about two seconds for HPO.
    """
    by_concept: dict[Curie, list[_Words]] = defaultdict(list)
    for concept, name in names:
        by_concept[concept].append(tuple(name.split(" ")))
    pieces = _pieces(by_concept, least)
    owned = {folded(key) for key in taken}
    made: dict[str, dict[Curie, Analogy]] = defaultdict(dict)
    for concept, own in by_concept.items():
        for parts in own:
            if len(parts) <= _LONGEST_NAME:
                for key in _variants(parts, pieces):
                    bag = folded(key)
                    if bag not in owned:
                        found = Analogy(key, concept, " ".join(parts))
                        made[bag].setdefault(concept, found)
    alone = [next(iter(found.values())) for found in made.values() if len(found) == 1]
    return list({found.key: found for found in reversed(alone)}.values())[::-1]


def _pieces(by_concept: dict[Curie, list[_Words]], least: int) -> _Pieces:
    """Pieces of names that mean the same, both ways."""
    shown: dict[tuple[_Words, _Words], set[Curie]] = defaultdict(set)
    pieces: _Pieces = defaultdict(set)
    for concept, own in by_concept.items():
        for one, other in combinations(own, 2):
            first, second = _difference(one, other)
            if _may_swap(first, second):
                shown[(first, second) if first < second else (second, first)].add(concept)
            if _may_swap(one, other):
                for a, b in ((one, other), (other, one)):
                    if len(a) > 1 or len(a[0]) >= _LEAST_LETTERS:
                        pieces[a].add(b)
    for (first, second), concepts in shown.items():
        if len(concepts) >= least:
            pieces[first].add(second)
            pieces[second].add(first)
    return pieces


def _difference(one: _Words, other: _Words) -> tuple[_Words, _Words]:
    """What is left of two names without what they begin and end with alike."""
    most = min(len(one), len(other))
    start = next((n for n in range(most) if one[n] != other[n]), most)
    most -= start
    end = next((n for n in range(most) if one[-1 - n] != other[-1 - n]), most)
    return one[start : len(one) - end], other[start : len(other) - end]


def _may_swap(one: _Words, other: _Words) -> bool:
    """Both say something short, and neither only leaves out words of the other."""
    if not 0 < len(one) <= _LONGEST_PIECE or not 0 < len(other) <= _LONGEST_PIECE:
        return False
    return not (set(one) <= set(other) or set(other) <= set(one))


def _variants(name: _Words, pieces: _Pieces) -> Iterator[str]:
    """The name with one piece of it, not all, replaced."""
    for start in range(len(name)):
        for size in range(1, min(_LONGEST_PIECE, len(name) - start) + 1):
            if size == len(name):
                continue
            for piece in sorted(pieces.get(name[start : start + size], ())):
                whole = name[:start] + piece + name[start + size :]
                if len(set(whole)) == len(whole):
                    yield " ".join(whole)
