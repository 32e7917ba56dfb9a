"""Conditions that the patient is known to have, as an answer shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from math import isinf

from domain.case import Case, Known
from domain.differential import KnownUse
from domain.errors import InvalidField
from domain.evidence import ConceptRef
from domain.findings import FindingUse
from domain.identifiers import Curie
from ontologies.known_conditions import told_conditions
from reasoning.knowledge import Knowledge


def with_told(case: Case, uses: Sequence[FindingUse]) -> Case:
    """The case with the conditions that its findings, surely there, say are known: a patient with
    COPD has its exacerbation, not COPD."""
    named = {known.label for known in case.known}
    sure = {u.finding.concept for u in uses if u.used and isinf(u.finding.ratio)}
    told = tuple(
        Known(label=condition.name, diseases=condition.diseases, finding=finding)
        for finding, condition in told_conditions().items()
        if finding in sure and condition.name not in named
    )
    return replace(case, known=(*case.known, *told)) if told else case


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
        mend="Leave it out of what is known to see where it would stand.",
    )


def _term(concept: Curie, knowledge: Knowledge) -> ConceptRef:
    number = knowledge.terms.number(concept)
    label = str(concept) if number is None else knowledge.terms.label(number)
    return ConceptRef(id=concept, label=label)
