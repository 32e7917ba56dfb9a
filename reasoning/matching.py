"""How a finding meets what a disease shows: kind of match, and the way through the hierarchy."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from domain.differential import Match, PathEdge
from reasoning.knowledge import Knowledge


def kind_of(knowledge: Knowledge, term: int, met: int) -> Match:
    """How the term `met`, with which a disease is annotated, stands to the term that was found."""
    if met == term:
        return Match.EXACT
    if term in knowledge.ancestors[met]:
        return Match.NARROWER
    if met in knowledge.ancestors[term]:
        return Match.BROADER
    return Match.SHARED


def walk(knowledge: Knowledge, term: int, via: int, met: int, disease: int) -> tuple[PathEdge, ...]:
    """The way from a finding to a disease: `is_a` edges from `term` up to `via`, those from the
    annotated term `met` up to `via`, reversed, and the edge that annotates the disease with it."""
    up, down = _climb(knowledge, term, via), _climb(knowledge, met, via)
    edges = [*pairwise(up), *reversed([*pairwise(down)])]
    ref = knowledge.terms.ref
    shows = PathEdge(
        subject=knowledge.diseases.ref(disease), predicate="HAS_FINDING", object=ref(met)
    )
    return (*(PathEdge(subject=ref(a), predicate="IS_A", object=ref(b)) for a, b in edges), shows)


def _climb(knowledge: Knowledge, start: int, end: int) -> Sequence[int]:
    """A shortest way up, by breadth first search over parents."""
    before: dict[int, int] = {start: start}
    queue = [start]
    for node in queue:
        if node == end:
            break
        for parent in knowledge.parents[node].tolist():
            if parent not in before:
                before[parent] = node
                queue.append(parent)
    way = [end]
    while way[-1] != start:
        way.append(before[way[-1]])
    return way[::-1]
