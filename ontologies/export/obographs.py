"""OBO Graphs JSON, written node by node.

An assertion that patients had a finding is an edge `has phenotype` (RO:0002200); one that they had
not (excluded, or 0 of n) is an edge of our own, so that a reader who looks at predicates alone is
not misled. A figure of how often patients had a finding is `has phenotype` too; all others (of an
absent finding, against a comparator, a share of causes) are an edge of our own. What else an
assertion or a figure says stands in the edge's `meta.basicPropertyValues`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from domain.assertions import SAME_AS, Aspect, Assertion, Concept, Link
from domain.figures import Class, Figure, Measure
from ontologies import vocabulary as v
from ontologies.export.about import About

HAS_PHENOTYPE = v.OBO + "RO_0002200"
LACKS_PHENOTYPE = v.OURS + "lacksFinding"
#: Aspects other than P: inheritance, course, modifier, past history.
ANNOTATION = v.OURS + "annotation"
#: Figures other than of how often patients had a finding.
FIGURE = v.OURS + "figure"
_OF_PATIENTS = frozenset({Measure.FREQUENCY, Measure.SENSITIVITY, Measure.CLASS})
_SCOPES = {scope: iri.removeprefix(v.OIO) for iri, scope in v.SYNONYMS.items()}
_LINKS = {SAME_AS: v.SKOS + "exactMatch"}

_Json = dict[str, Any]


def text(
    concepts: Iterable[Concept],
    assertions: Iterable[Assertion],
    links: Iterable[Link],
    figures: Iterable[Figure],
    about: About,
) -> Iterator[str]:
    """The document, one node or edge a line."""
    meta = {
        "version": about.release,
        "basicPropertyValues": [_property(v.DCTERMS + "source", x) for x in about.lines()],
    }
    head = json.dumps(f"{v.OURS}release:{about.release}")
    yield f'{{"graphs": [{{"id": {head}, "meta": {_dump(meta)},\n"nodes": [\n'
    # Parents come after the nodes; they are noted on the way so that concepts may be a stream.
    parents: list[_Json] = []
    yield from _listed(_nodes(concepts, parents))
    yield '\n],\n"edges": [\n'
    yield from _listed(_edges(parents, assertions, links, figures))
    yield "\n]}]}\n"


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _listed(values: Iterable[_Json]) -> Iterator[str]:
    first = True
    for value in values:
        yield _dump(value) if first else ",\n" + _dump(value)
        first = False


def _property(predicate: str, value: object) -> dict[str, str]:
    return {"pred": predicate, "val": str(value)}


def _nodes(concepts: Iterable[Concept], parents: list[_Json]) -> Iterator[_Json]:
    for c in concepts:
        iri = v.iri_of(c.id)
        parents += [{"sub": iri, "pred": "is_a", "obj": v.iri_of(p)} for p in c.parents]
        meta: _Json = {}
        if c.definition is not None:
            meta["definition"] = {"val": c.definition}
        if c.synonyms:
            meta["synonyms"] = [
                {"pred": _SCOPES[s.scope], "val": s.text}
                | ({"synonymType": v.SYNONYM_TYPE + s.type} if s.type else {})
                for s in c.synonyms
            ]
        if c.xrefs:
            meta["xrefs"] = [{"val": x} for x in c.xrefs]
        values = [_property(v.OIO + "hasAlternativeId", i) for i in c.alt_ids]
        values += [_property(v.REPLACED_BY, v.iri_of(i)) for i in c.replaced_by]
        values += [_property(v.OIO + "consider", v.iri_of(i)) for i in c.consider]
        values.append(_property(v.OURS + "category", c.category))
        meta["basicPropertyValues"] = values
        if c.obsolete:
            meta["deprecated"] = True
        yield {"id": iri, "lbl": c.label, "type": "CLASS", "meta": meta}


def _edges(
    parents: Iterable[_Json],
    assertions: Iterable[Assertion],
    links: Iterable[Link],
    figures: Iterable[Figure],
) -> Iterator[_Json]:
    yield from parents
    for a in assertions:
        predicate = HAS_PHENOTYPE if a.seen else LACKS_PHENOTYPE
        yield {
            "sub": v.iri_of(a.disease),
            "pred": predicate if a.aspect is Aspect.PHENOTYPE else ANNOTATION,
            "obj": v.iri_of(a.concept),
            "meta": {"basicPropertyValues": list(_says(a))},
        }
    for link in links:
        yield {
            "sub": v.iri_of(link.subject),
            "pred": _LINKS.get(link.predicate, v.OIO + "hasDbXref"),
            "obj": v.iri_of(link.object),
            "meta": {
                "basicPropertyValues": [
                    _property(v.OURS + "source", link.source),
                    _property(v.OURS + "line", link.line),
                ]
            },
        }
    for f in figures:
        had = not f.absent and f.value != 0 and f.word is not Class.ABSENT
        yield {
            "sub": v.iri_of(f.disease),
            "pred": HAS_PHENOTYPE if had and f.measure in _OF_PATIENTS else FIGURE,
            "obj": v.iri_of(f.concept),
            "meta": {"basicPropertyValues": list(_prints(f))},
        }


def _says(a: Assertion) -> Iterator[dict[str, str]]:
    f = a.frequency
    stated = {
        "aspect": a.aspect,
        "excluded": "true" if a.excluded else None,
        "count": None if f is None else f.count,
        "total": None if f is None else f.total,
        "percent": None if f is None else f.percent,
        "frequency": None if f is None or f.term is None else v.iri_of(f.term),
        "sex": a.sex,
        "onset": None if a.onset is None else v.iri_of(a.onset),
        "evidence": a.evidence_code or None,
        "statedFinding": None if a.stated_concept is None else v.iri_of(a.stated_concept),
        "source": a.source,
        "line": a.line,
    }
    yield from (_property(v.OURS + word, x) for word, x in stated.items() if x is not None)
    yield from (_property(v.OURS + "modifier", m) for m in a.modifiers)
    yield from (_property(v.OURS + "reference", r) for r in a.references)


def _prints(f: Figure) -> Iterator[dict[str, str]]:
    stated = {
        "measure": f.measure, "kind": f.kind, "absent": "true" if f.absent else None,
        "words": f.words, "threshold": f.threshold, "printed": f.printed, "value": f.value,
        "class": f.word, "count": f.count, "total": f.total, "interval": f.interval,
        "population": f.population, "setting": f.setting, "comparator": f.comparator,
        "against": f.against, "reference": f.reference, "opened": f.opened, "review": f.review,
        "note": f.note, "source": f.source, "line": f.line,
    }  # fmt: skip
    yield from (_property(v.OURS + w, x) for w, x in stated.items() if x not in (None, ""))
