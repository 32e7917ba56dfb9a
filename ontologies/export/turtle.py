"""Turtle, written line by line: OWL classes as OBO ontologies write them, and our vocabulary.

A release of 270,000 assertions is some 80 MB of text; no graph is built for it. Reading a file
back (ontologies/rdf.py) gives the same concepts, assertions, links and figures, but for the order
of synonyms of different scopes and for a synonym that stands there twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from domain.assertions import SAME_AS, Assertion, Concept, Link
from domain.figures import Figure
from domain.identifiers import Curie
from ontologies import vocabulary as v
from ontologies.export.about import About

_PREFIXES = {
    "dif": v.OURS, "rdfs": v.RDFS, "owl": v.OWL, "skos": v.SKOS, "obo": v.OBO, "oio": v.OIO,
    "dcterms": v.DCTERMS, **v.STEMS,
}  # fmt: skip
_CLASS = {category: f"dif:{iri.removeprefix(v.OURS)}" for iri, category in v.CLASSES.items()}
_SCOPE = {scope: f"oio:{iri.removeprefix(v.OIO)}" for iri, scope in v.SYNONYMS.items()}
_LINK = {SAME_AS: "skos:exactMatch"}
_XREF = "oio:hasDbXref"
_PLAIN = re.compile(r"^[A-Za-z0-9_]+$")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_SPECIAL = re.compile(r'[\\"\x00-\x1f\x7f]')


def text(
    concepts: Iterable[Concept],
    assertions: Iterable[Assertion],
    links: Iterable[Link],
    figures: Iterable[Figure],
    about: About,
) -> Iterator[str]:
    """The document, some lines at a time, each piece ended by a line feed."""
    for line in about.lines():
        yield f"# {' '.join(line.split())}\n"
    yield "# The vocabulary dif: is described in docs/formats.md of Differentia.\n"
    for prefix, iri in _PREFIXES.items():
        yield f"@prefix {prefix}: <{iri}> .\n"
    sources = "".join(f" ; dcterms:source {_literal(x)}" for x in list(about.lines())[1:])
    yield (
        f"\n<{v.OURS}release:{quote(about.release)}> a owl:Ontology ; "
        f"owl:versionInfo {_literal(about.release)}{sources} .\n\n"
    )
    for concept in concepts:
        yield _concept(concept)
    for assertion in assertions:
        yield _assertion(assertion)
    for link in links:
        yield _link(link)
    for figure in figures:
        yield _figure(figure)


def _literal(value: str) -> str:
    def escape(found: re.Match[str]) -> str:
        return _ESCAPES.get(found[0], f"\\u{ord(found[0]):04X}")

    return f'"{_SPECIAL.sub(escape, value)}"'


def _double(value: float) -> str:
    return f'"{value!r}"^^<http://www.w3.org/2001/XMLSchema#double>'


def _id(identifier: str) -> str:
    prefix, _, local = identifier.partition(":")
    if prefix in v.STEMS and _PLAIN.match(local):
        return identifier
    return f"<{v.iri_of(Curie(identifier))}>"


def _synonym_type(name: str) -> str:
    """The IRI of a synonym's type: OBO's where it is an OBO identifier."""
    prefix = name.partition(":")[0]
    return _id(name) if prefix in v.STEMS else f"<{v.SYNONYM_TYPE}{quote(name, safe='')}>"


def _concept(c: Concept) -> str:
    name = _id(c.id)
    kind = _CLASS.get(c.category)
    says = [
        f"a owl:Class, {kind}" if kind else f"a owl:Class ; dif:category {_literal(c.category)}"
    ]
    says.append(f"rdfs:label {_literal(c.label)}")
    if c.definition is not None:
        says.append(f"obo:IAO_0000115 {_literal(c.definition)}")
    if c.obsolete:
        says.append("owl:deprecated true")
    says += [f"rdfs:subClassOf {_id(p)}" for p in c.parents]
    says += [f"{_SCOPE[s.scope]} {_literal(s.text)}" for s in c.synonyms]
    says += [f"{_XREF} {_literal(x)}" for x in c.xrefs]
    says += [f"oio:hasAlternativeId {_literal(a)}" for a in c.alt_ids]
    says += [f"obo:IAO_0100001 {_id(r)}" for r in c.replaced_by]
    says += [f"oio:consider {_id(r)}" for r in c.consider]
    axioms = "".join(
        f"[] a owl:Axiom ; owl:annotatedSource {name} ; owl:annotatedProperty {_SCOPE[s.scope]} ; "
        f"owl:annotatedTarget {_literal(s.text)} ; oio:hasSynonymType {_synonym_type(s.type)} .\n"
        for s in c.synonyms
        if s.type is not None
    )
    said = " ;\n  ".join(says)
    return f"{name} {said} .\n{axioms}"


def _assertion(a: Assertion) -> str:
    says = [f"[] a dif:Assertion ; dif:disease {_id(a.disease)} ; dif:finding {_id(a.concept)}"]
    says.append(f'dif:aspect "{a.aspect}"')
    if a.excluded:
        says.append("dif:excluded true")
    if (f := a.frequency) is not None:
        if f.count is not None:
            says.append(f"dif:count {f.count}")
        if f.total is not None:
            says.append(f"dif:total {f.total}")
        if f.percent is not None:
            says.append(f"dif:percent {_double(f.percent)}")
        if f.term is not None:
            says.append(f"dif:frequency {_id(f.term)}")
    if a.sex is not None:
        says.append(f'dif:sex "{a.sex}"')
    if a.onset is not None:
        says.append(f"dif:onset {_id(a.onset)}")
    says += [f"dif:modifier {_literal(m)}" for m in a.modifiers]
    if a.evidence_code:
        says.append(f"dif:evidence {_literal(a.evidence_code)}")
    says += [f"dif:reference {_literal(r)}" for r in a.references]
    if a.stated_concept is not None:
        says.append(f"dif:statedFinding {_id(a.stated_concept)}")
    says.append(f"dif:source {_literal(a.source)} ; dif:line {a.line}")
    return f"{' ; '.join(says)} .\n"


def _link(link: Link) -> str:
    predicate = _LINK.get(link.predicate, _XREF)
    one, other = _id(link.subject), _id(link.object)
    justification = f" ; dif:justification {_literal(link.justification)}"
    return (
        f"{one} {predicate} {other} .\n"
        f"[] a dif:Mapping ; dif:subject {one} ; dif:predicate {predicate} ; dif:object {other} ; "
        f"dif:source {_literal(link.source)} ; dif:line {link.line}"
        f"{justification if link.justification else ''} .\n"
    )


def _figure(f: Figure) -> str:
    says = [f"[] a dif:Figure ; dif:disease {_id(f.disease)} ; dif:finding {_id(f.concept)}"]
    says.append(f'dif:measure "{f.measure}" ; dif:kind "{f.kind}" ; dif:setting "{f.setting}"')
    says.append(f'dif:review "{f.review}"')
    if f.absent:
        says.append("dif:absent true")
    if f.value is not None:
        says.append(f"dif:value {_double(f.value)}")
    if f.count is not None:
        says.append(f"dif:count {f.count}")
    if f.total is not None:
        says.append(f"dif:total {f.total}")
    texts = {
        "words": f.words, "threshold": f.threshold, "printed": f.printed, "class": f.word,
        "interval": f.interval, "population": f.population, "comparator": f.comparator,
        "against": f.against, "reference": f.reference, "opened": f.opened, "note": f.note,
    }  # fmt: skip
    says += [f"dif:{word} {_literal(text)}" for word, text in texts.items() if text]
    says.append(f"dif:source {_literal(f.source)} ; dif:line {f.line}")
    return f"{' ; '.join(says)} .\n"
