"""Conditions that the patient is known to have, as an answer shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from domain.case import Case, Known
from domain.differential import KnownUse
from domain.errors import InvalidField
from domain.evidence import ConceptRef
from domain.identifiers import Curie
from reasoning.knowledge import Knowledge


def known_uses(
    case: Case, knowledge: Knowledge, left_out: Callable[[Known], Iterable[ConceptRef]]
) -> tuple[KnownUse, ...]:
    """What each known condition counts as, and the diseases that are not suggested for it."""
    return tuple(
        KnownUse(
            label=known.label,
            finding=None if known.finding is None else _term(known.finding, knowledge),
            diseases=tuple(dict.fromkeys(left_out(known))),
        )
        for known in case.known
    )


def is_known(disease: str, field: str) -> InvalidField:
    """The refusal to rank a disease that the patient is known to have."""
    return InvalidField(
        field,
        f"{disease} is known of this patient: it counts as evidence and is not ranked.",
        mend="Leave it out of the known conditions to see where it would stand.",
    )


def _term(concept: Curie, knowledge: Knowledge) -> ConceptRef:
    number = knowledge.terms.number(concept)
    label = str(concept) if number is None else knowledge.terms.label(number)
    return ConceptRef(id=concept, label=label)
