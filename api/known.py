"""Conditions that a patient is known to have: evidence, and never a suggestion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from domain.case import Known
from domain.errors import InvalidField
from domain.evidence import CodedEntry
from domain.figures import Measure
from domain.findings import Note, Observation, State, Time
from domain.identifiers import Curie
from ontologies.known_conditions import key
from ontologies.known_conditions import known_conditions as table

if TYPE_CHECKING:
    from api.search import ConceptHit
    from api.service import Service

#: What a coded entry of a known condition names as its system.
SYSTEM = "known condition"
#: Hits of a search among which a condition's own name is looked for.
_HITS = 5


def known_conditions(
    service: Service, given: Sequence[str]
) -> tuple[tuple[Known, ...], list[Observation], list[Note]]:
    """Conditions by id or name, the findings that say so, and notes on those without effect.

    The curated table rules: it says what of a condition is set aside and what stays a candidate.
    Beyond it, a disease of the release is set aside by its own id, unless it must not be missed:
    what is dangerous may come again. Neither the order of the conditions nor one that is given
    twice changes anything. One that nothing of the release goes by is shown and has no effect.
    """
    known: dict[str, Known] = {}
    dangers: set[str] = set()
    for text in sorted({" ".join(g.split()) for g in given} - {""}, key=str.casefold):
        one, danger = _known(service, text)
        same = one.label.casefold()
        known[same] = _both(known[same], one) if same in known else one
        if danger:
            dangers.add(same)
    observations, notes = [], []
    for same, one in known.items():
        if same in dangers:
            notes.append(_stays(one))
        if one.finding is None:
            notes.append(_without_effect(one, ranked=same in dangers))
            continue
        observations.append(
            Observation(
                label=one.label,
                concept=one.finding,
                link_score=1.0,
                state=State.PRESENT,
                # Had once: that it may come again does not say that it is there now.
                time=Time.PAST if same in dangers else Time.NOW,
                known=True,
                evidence=(CodedEntry(system=SYSTEM, code=one.label),),
            )
        )
    return tuple(known.values()), observations, notes


def _known(service: Service, text: str) -> tuple[Known, bool]:
    """The condition, and whether it is one that must not be missed and stays a candidate."""
    condition = table().get(key(text))
    diseases = () if condition is not None else _disease(service, text)
    if condition is None:
        condition = next((table()[key(i)] for i in diseases if key(i) in table()), None)
    if condition is not None:
        finding = condition.finding
        concept = None if finding is None else service.knowledge.resolver.resolve(finding).concept
        return Known(label=condition.name, diseases=condition.diseases, finding=concept), False
    concept = _finding(service, text)
    danger = _must_not_be_missed(service, diseases)
    label = _label(service, text, diseases, concept)
    return Known(label=label, diseases=() if danger else diseases, finding=concept), danger


def _both(one: Known, other: Known) -> Known:
    """One condition that was named in two ways, as a finding and as a disease."""
    diseases = dict.fromkeys(sorted({*one.diseases, *other.diseases}))
    return replace(one, diseases=tuple(diseases), finding=one.finding or other.finding)


def _disease(service: Service, text: str) -> tuple[Curie, ...]:
    """All ids of a disease of the release, by one of them or by its own name."""
    identifier, knowledge = _identifier(text), service.knowledge
    found: dict[Curie, None] = {}
    if "figures" in knowledge.arrays:
        curated = service.common.curated
        if identifier is None:
            diseases = [d for d in curated.diseases if key(d.ref.label) == key(text)]
        else:
            at = curated.numbers.get(identifier)
            diseases = [] if at is None else [curated.diseases[at]]
        for disease in diseases:
            found |= dict.fromkeys((disease.ref.id, *disease.same_as))
    if identifier is None:
        labels = enumerate(map(knowledge.diseases.label, range(len(knowledge.diseases))))
        numbers = [number for number, label in labels if key(label) == key(text)]
    else:
        number = knowledge.disease(identifier)
        numbers = [] if number is None else [number]
    for number in numbers:
        found |= dict.fromkeys((knowledge.diseases.id(number), *knowledge.same_as(number)))
    return tuple(found)


def _finding(service: Service, text: str) -> Curie | None:
    """The live finding of the release that is itself named, by id or name."""
    identifier, knowledge = _identifier(text), service.knowledge
    if identifier is None:
        concepts: Sequence[Curie | None] = [hit.id for hit in _named(service, text)]
    else:
        concepts = [knowledge.resolver.resolve(identifier).concept]
    for concept in concepts:
        number = None if concept is None else knowledge.terms.number(concept)
        if number is not None and (
            knowledge.is_phenotype(number) or knowledge.is_circumstance(number)
        ):
            return concept
    return None


def _named(service: Service, text: str) -> list[ConceptHit]:
    """What goes by exactly this name."""
    hits = service.search(text, limit=_HITS)
    return [hit for hit in hits if key(text) in (key(hit.label), key(hit.matched))]


def _identifier(text: str) -> Curie | None:
    """The id that a text is, None where it is a name."""
    try:
        return Curie.parse(text)
    except InvalidField:
        return None


def _must_not_be_missed(service: Service, diseases: Sequence[Curie]) -> bool:
    if not diseases or "figures" not in service.knowledge.arrays:
        return False
    curated = service.common.curated
    numbers = (curated.numbers.get(i) for i in diseases)
    found = (curated.diseases[n] for n in numbers if n is not None)
    return any(disease.statements(Measure.MUST_NOT_MISS) for disease in found)


def _label(service: Service, text: str, diseases: Sequence[Curie], finding: Curie | None) -> str:
    found = next(iter(diseases), None) or finding
    concept = None if found is None else service.store.concept(found)
    return text if concept is None else concept.label


def _stays(known: Known) -> Note:
    return Note(
        level="warning",
        code="known-condition-stays-candidate",
        subject=known.label,
        message=f"Known: {known.label}. It must not be missed and may come again: it stays among "
        "the candidates.",
    )


def _without_effect(known: Known, *, ranked: bool) -> Note:
    if ranked or key(known.label) in table():
        knows = "is understood"
    else:
        knows = "is no disease or finding of the release"
    if known.diseases:
        knows = "is not suggested"
    return Note(
        level="info",
        code="known-condition-without-effect",
        subject=known.label,
        message=f"Known: {known.label}. It {knows}, and the graph has no finding that says that "
        "somebody has it: it moves nothing.",
        mend="Name it as the release does, or by its id." if "no disease" in knows else None,
    )
