"""One node of the graph, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator

from domain.assertions import DISEASE, Assertion, Concept
from domain.identifiers import Curie
from kg.store import GraphStore


def concept_object(concept: Concept, store: GraphStore) -> dict[str, object]:
    """A node with its neighbours as a JSON object."""
    return {
        "concept": concept.id,
        "label": concept.label,
        "category": concept.category,
        "definition": concept.definition,
        "obsolete": concept.obsolete,
        "replaced_by": list(concept.replaced_by),
        "consider": list(concept.consider),
        "alt_ids": list(concept.alt_ids),
        "synonyms": [{"text": s.text, "scope": s.scope, "type": s.type} for s in concept.synonyms],
        "parents": [_ref(i, store) for i in store.parents(concept.id)],
        "children": [_ref(i, store) for i in store.children(concept.id)],
        "diseases": len(store.diseases_of(concept.id)),
        "assertions": [
            {
                "concept": a.concept,
                "label": _label(a.concept, store),
                "excluded": a.excluded,
                "frequency": str(a.frequency or ""),
                "evidence_code": a.evidence_code,
                "references": list(a.references),
                "source": a.source,
                "line": a.line,
            }
            for a in store.assertions_of(concept.id)
        ],
    }


def concept_lines(concept: Concept, store: GraphStore) -> Iterator[str]:
    """A node with its neighbours as lines for a terminal."""
    yield f"{concept.id}  {concept.label}" + ("  (obsolete)" if concept.obsolete else "")
    if concept.definition:
        yield f"  {concept.definition}"
    for title, ids in (
        ("replaced by", concept.replaced_by),
        ("consider", concept.consider),
        ("is a", store.parents(concept.id)),
        ("narrower", store.children(concept.id)),
    ):
        for identifier in ids:
            yield f"  {title:<12} {identifier}  {_label(identifier, store)}"
    for synonym in concept.synonyms:
        kind = synonym.scope + (f", {synonym.type}" if synonym.type else "")
        yield f"  {'also':<12} {synonym.text}  ({kind})"
    if concept.category == DISEASE:
        for assertion in store.assertions_of(concept.id):
            yield (
                f"  {_said(assertion):<12} {assertion.concept}  {_label(assertion.concept, store)}"
                + _why(assertion)
            )
    elif not concept.obsolete:
        yield f"  {len(store.diseases_of(concept.id)):,} diseases show it or a narrower finding"


def _said(assertion: Assertion) -> str:
    return "excludes" if assertion.excluded else "shows"


def _why(assertion: Assertion) -> str:
    how_often = f", {assertion.frequency}" if assertion.frequency else ""
    cited = " ".join(assertion.references)
    return f"{how_often}  [{assertion.evidence_code} {cited}, {assertion.source}:{assertion.line}]"


def _ref(identifier: Curie, store: GraphStore) -> dict[str, str]:
    return {"concept": identifier, "label": _label(identifier, store)}


def _label(identifier: Curie, store: GraphStore) -> str:
    found = store.concept(identifier)
    return found.label if found else ""
