"""Conditions that a patient is known to have: evidence, and never a suggestion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from domain.case import Known
from domain.errors import InvalidField
from domain.evidence import CodedEntry
from domain.findings import Note, Observation, State
from domain.identifiers import Curie
from ontologies.known_conditions import KnownCondition
from ontologies.known_conditions import known_conditions as table

if TYPE_CHECKING:
    from api.service import Service

#: What a coded entry of a known condition names as its system.
SYSTEM = "known condition"


def known_conditions(
    service: Service, given: Sequence[str]
) -> tuple[tuple[Known, ...], list[Observation], list[Note]]:
    """Conditions by id or name, the findings that say so, and notes on those without effect.

    Neither their order nor one that is given twice changes anything. One that nothing of the
    release goes by is shown and has no effect.
    """
    known: dict[str, Known] = {}
    for text in sorted({g.strip() for g in given if g.strip()}, key=str.casefold):
        found = _known(service, text)
        known.setdefault(found.label.casefold(), found)
    observations, notes = [], []
    for one in known.values():
        if one.finding is None:
            notes.append(_without_effect(one))
            continue
        observations.append(
            Observation(
                label=one.label,
                concept=one.finding,
                link_score=1.0,
                state=State.PRESENT,
                evidence=(CodedEntry(system=SYSTEM, code=one.label),),
            )
        )
    return tuple(known.values()), observations, notes


def _known(service: Service, text: str) -> Known:
    condition = table().get(text.lower())
    ids = () if condition is None else condition.diseases
    ranked = _disease(service, text)
    if condition is None and ranked is not None:
        condition = next((table()[i.lower()] for i in ranked if i.lower() in table()), None)
    diseases = tuple(dict.fromkeys([*ids, *(ranked or ())]))
    finding = _finding(service, text, condition)
    label = condition.name if condition is not None else _label(service, text, diseases, finding)
    return Known(label=label, diseases=diseases, finding=finding)


def _disease(service: Service, text: str) -> tuple[Curie, ...] | None:
    """All ids of a disease of the release, by one of them or by its exact name."""
    knowledge = service.knowledge
    number = knowledge.disease(text)
    curated = service.common.curated if "figures" in knowledge.arrays else None
    if curated is not None:
        at = curated.numbers.get(text)
        names = {d.ref.label.casefold(): d for d in curated.diseases}
        disease = names.get(text.casefold()) if at is None else curated.diseases[at]
        if disease is not None:
            return (disease.ref.id, *disease.same_as)
    if number is None:
        hits = service.search(text, limit=3)
        same = (h.id for h in hits if h.label.casefold() == text.casefold())
        number = next((n for i in same if (n := knowledge.disease(i)) is not None), None)
    return None if number is None else (knowledge.diseases.id(number),)


def _finding(service: Service, text: str, condition: KnownCondition | None) -> Curie | None:
    """The live finding of a condition, or the one that is itself named."""
    resolver = service.knowledge.resolver
    if condition is not None:
        return resolver.resolve(condition.finding).concept
    try:
        concept = resolver.resolve(Curie.parse(text)).concept
    except InvalidField:
        hits = service.search(text, limit=3)
        concept = next((Curie(h.id) for h in hits if h.label.lower() == text.lower()), None)
    number = None if concept is None else service.knowledge.terms.number(concept)
    return concept if number is not None and service.knowledge.is_phenotype(number) else None


def _label(service: Service, text: str, diseases: Sequence[Curie], finding: Curie | None) -> str:
    found = next(iter(diseases), None) or finding
    concept = None if found is None else service.store.concept(found)
    return text if concept is None else concept.label


def _without_effect(known: Known) -> Note:
    knows = "is not suggested" if known.diseases else "is no disease or finding of the release"
    return Note(
        level="info",
        code="known-condition-without-effect",
        subject=known.label,
        message=f"Known: {known.label}. It {knows}, and the graph has no finding that says that "
        "somebody has it: it moves nothing.",
        mend=None if known.diseases else "Name it as the release does, or by its id.",
    )
