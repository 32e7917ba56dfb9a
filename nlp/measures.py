"""How well mentions that were read agree with those that annotators marked.

Nothing here knows a reader: mentions come as spans with ids, and what comes out are counts a
document, from which any figure and its interval can be made.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from math import nan


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters `start` to `end` (0-based, half-open) of a text, marked as `concept`."""

    start: int
    end: int
    concept: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many were marked (`gold`), read (`read`), and both (`hit`)."""

    hit: int = 0
    gold: int = 0
    read: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.hit + other.hit, self.gold + other.gold, self.read + other.read)

    @property
    def precision(self) -> float:
        """Share of what was read that is marked; NaN where nothing was read."""
        return self.hit / self.read if self.read else nan

    @property
    def recall(self) -> float:
        """Share of what is marked that was read; NaN where nothing is marked."""
        return self.hit / self.gold if self.gold else nan

    @property
    def f1(self) -> float:
        """2 hits over marked and read; NaN where nothing is marked and nothing was read."""
        both = self.gold + self.read
        return 2 * self.hit / both if both else nan


def same(gold: Collection[Hashable], read: Collection[Hashable]) -> Counts:
    """Counts of two sets: of marks (span and id exact), of ids, of labels."""
    marked, found = set(gold), set(read)
    return Counts(len(marked & found), len(marked), len(found))


def overlapping(gold: Collection[Mark], read: Collection[Mark]) -> Counts:
    """Counts of marks of one id whose spans share a character, each used once.

    Marks are paired in the order of their ends, which pairs as many as can be paired where spans
    of one id do not contain one another.
    """
    marked, found = set(gold), set(read)
    hit = 0
    for concept in {m.concept for m in marked} & {m.concept for m in found}:
        waiting = sorted((m.end, m.start) for m in found if m.concept == concept)
        for end, start in sorted((m.end, m.start) for m in marked if m.concept == concept):
            pair = next((w for w in waiting if w[1] < end and start < w[0]), None)
            if pair is not None:
                waiting.remove(pair)
                hit += 1
    return Counts(hit, len(marked), len(found))


def ids(marks: Collection[Mark]) -> frozenset[str]:
    """The concepts of some marks."""
    return frozenset(m.concept for m in marks)


def binary(gold: Sequence[bool], read: Sequence[bool]) -> Counts:
    """Counts of an attribute that each target has or has not."""
    return Counts(sum(g and r for g, r in zip(gold, read, strict=True)), sum(gold), sum(read))
