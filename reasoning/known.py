"""Conditions that the patient is known to have, as an answer shows them."""

from __future__ import annotations

from domain.case import Case
from domain.differential import KnownUse
from domain.evidence import ConceptRef
from domain.identifiers import Curie
from reasoning.knowledge import Knowledge


def known_uses(case: Case, knowledge: Knowledge) -> tuple[KnownUse, ...]:
    """What each known condition counts as, and the diseases that are not suggested for it."""
    return tuple(
        KnownUse(
            label=known.label,
            finding=None if known.finding is None else _term(known.finding, knowledge),
            diseases=tuple(ConceptRef(id=i, label=known.label) for i in known.diseases),
        )
        for known in case.known
    )


def _term(concept: Curie, knowledge: Knowledge) -> ConceptRef:
    number = knowledge.terms.number(concept)
    label = str(concept) if number is None else knowledge.terms.label(number)
    return ConceptRef(id=concept, label=label)
