"""One node of the graph, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from domain.assertions import DISEASE, Assertion, Concept
from domain.identifiers import Curie
from kg.store import GraphStore

if TYPE_CHECKING:
    from api.service import Service


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


def provenance_objects(
    service: Service, disease: str, finding: str | None
) -> list[dict[str, object]]:
    """Each statement on a disease (and a finding) with the file, line and load it came by.

    Raises UnknownConcept for a disease or finding that the release does not have.
    """
    store = service.store
    about = service.concept(disease).id
    wanted = None if finding is None else service.concept(finding).id
    manifest = service.releases.manifest(service.release)
    sources = {s["name"]: s for s in manifest["sources"]}
    load = next(
        (
            line
            for line in service.releases.history()
            if line["action"] == "build" and line["release"] == service.release
        ),
        {},
    )
    return [
        {
            "disease": a.disease,
            "finding": a.concept,
            "label": _label(a.concept, store),
            "excluded": a.excluded,
            "frequency": str(a.frequency or ""),
            "references": list(a.references),
            "evidence_code": a.evidence_code,
            "source": sources[a.source]["title"],
            "version": sources[a.source]["version"],
            "sha256": sources[a.source]["sha256"],
            "line": a.line,
            "release": service.release,
            "loaded_by": load.get("user"),
            "loaded_at": load.get("time"),
        }
        for identifier in sorted({about, *store.same_as(about)})
        for a in store.assertions_of(identifier)
        if wanted is None or a.concept == wanted
    ]


def provenance_lines(statements: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """The same for a terminal."""
    for s in statements:
        verb = "excludes" if s["excluded"] else "shows"
        often = f", {s['frequency']}" if s["frequency"] else ""
        references = s["references"]
        cited = " ".join(references) if isinstance(references, list) else ""
        yield f"{s['disease']} {verb} {s['finding']} {s['label']}{often}"
        yield f"  says {cited or 'nobody named'} ({s['evidence_code']})"
        yield f"  in {s['source']} {s['version']}, line {s['line']}"
        yield f"  loaded by {s['loaded_by'] or 'unknown'}, {s['loaded_at'] or 'unknown'}"
