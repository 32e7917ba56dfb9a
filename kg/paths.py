"""The shortest way between two concepts over `is_a`, the same in every store."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from itertools import pairwise

from domain.identifiers import Curie

#: Direct superclasses of a concept, by id.
Parents = Callable[[Curie], Sequence[Curie]]


def shortest(parents: Parents, start: Curie, end: Curie) -> list[tuple[Curie, Curie]]:
    """(child, parent) edges up from `start` and down to `end`; nothing where they do not meet.

    The two meet where the whole is shortest; of several such places, at the one that comes
    first by id.
    """
    up, down = _ways_up(parents, start), _ways_up(parents, end)
    meet = min(up.keys() & down.keys(), key=lambda c: (len(up[c]) + len(down[c]), c), default=None)
    if meet is None:
        return []
    return [*pairwise(up[meet]), *reversed(list(pairwise(down[meet])))]


def _ways_up(parents: Parents, start: Curie) -> dict[Curie, list[Curie]]:
    """A shortest way to `start` itself and to each of its ancestors, breadth first."""
    ways = {start: [start]}
    waiting = deque([start])
    while waiting:
        concept = waiting.popleft()
        for parent in parents(concept):
            if parent not in ways:
                ways[parent] = [*ways[concept], parent]
                waiting.append(parent)
    return ways
