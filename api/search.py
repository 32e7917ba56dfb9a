"""Concepts by the words somebody types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identifiers import Curie

if TYPE_CHECKING:
    from ontologies.lexicon import Lexicon
    from reasoning.knowledge import Knowledge


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptHit:
    """A concept that a search found: `matched` is the name that did, `score` 0 to 1."""

    id: Curie
    label: str
    matched: str
    score: float


def find_concepts(
    text: str, knowledge: Knowledge, lexicon: Lexicon, limit: int
) -> list[ConceptHit]:
    """Concepts by name, best first; an id finds itself."""
    at = knowledge.terms.number(text.strip().upper())
    if at is not None:
        found = knowledge.terms.ref(at)
        return [ConceptHit(id=found.id, label=found.label, matched=found.id, score=1.0)]
    return [
        ConceptHit(id=i, label=label, matched=surface, score=score)
        for i, label, surface, score in lexicon.search(text, limit)
    ]
