"""RDF as content: OWL classes as OBO ontologies write them, and our own vocabulary.

What is read and what not is described in docs/formats.md. Logical axioms (restrictions,
equivalences) are counted in a note; a word of ours that does not exist is an error, because a
misspelt `dif:exclude` must not turn an exclusion into a presence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from domain.assertions import PHENOTYPE, Concept, Synonym
from domain.errors import InvalidField, SourceError
from domain.identifiers import Curie
from ontologies import rdf_statements as statements
from ontologies import vocabulary as v
from ontologies.content import Content
from ontologies.format import date_in
from ontologies.rdf_figures import figures
from ontologies.rdf_node import Node, Reader

if TYPE_CHECKING:
    from ontologies.rdf_files import Parsed

_NOT_CONCEPTS = {v.OWL + "Thing", v.OWL + "Nothing"}


def content(parsed: Parsed, path: Path, source: str, category: str = PHENOTYPE) -> Content:
    """What an RDF file holds; `category` is that of plain OWL classes. Raises SourceError."""
    reader = Reader(parsed, path, source)
    stray = sorted(
        str(p) for p in set(parsed.graph.predicates()) if str(p).startswith(v.OURS)
        and str(p) not in v.WORDS
    )  # fmt: skip
    if stray:
        subject = next(parsed.graph.subjects(reader.iri(stray[0])))
        raise reader.wrong(
            reader.node(subject),
            f"{stray[0].removeprefix(v.OURS)!r} is no word of our vocabulary.",
            mend=f"Known: {', '.join(sorted(w.removeprefix(v.OURS) for w in v.WORDS))}.",
        )
    concepts = tuple(_Classes(reader, category).concepts())
    assertions = tuple(statements.assertions(reader))
    mappings = tuple(statements.mappings(reader, {c.id: c for c in concepts}))
    counted = tuple(figures(reader))
    if not (concepts or assertions or mappings or counted):
        raise SourceError(
            str(path),
            "is RDF, but holds no class, disease, assertion, figure or mapping.",
            mend="docs/formats.md says what is read.",
        )
    return Content(
        version=_version(reader),
        concepts=concepts,
        assertions=assertions,
        mappings=mappings,
        figures=counted,
        notes=tuple(f"{path.name}: {n:,} {what}" for what, n in sorted(reader.skipped.items())),
    )


def _version(reader: Reader) -> str:
    for ontology in reader.of_class(v.OWL + "Ontology"):
        for word in ("versionInfo", "versionIRI"):
            for value in ontology.values(v.OWL + word):
                return date_in(str(value))
    return ""


class _Classes:
    """Turns classes into concepts."""

    def __init__(self, reader: Reader, category: str) -> None:
        self._reader = reader
        self._category = category
        self._types = _synonym_types(reader)

    def concepts(self) -> Iterator[Concept]:
        """Every class with a name, in the order of the file."""
        ours: dict[str, str] = {}
        nodes: dict[str, Node] = {}
        for name, category in v.CLASSES.items():
            for node in self._reader.of_class(name):
                if node.blank:
                    raise self._reader.wrong(node, f"a {category} needs an id (an IRI).")
                if ours.setdefault(node.key, category) != category:
                    raise self._reader.wrong(node, "is of two of our classes at once.")
                nodes[node.key] = node
        for node in self._reader.of_class(v.OWL + "Class"):
            if not node.blank and node.key not in _NOT_CONCEPTS:
                nodes.setdefault(node.key, node)
        seen: dict[Curie, str] = {}
        for key, node in nodes.items():
            concept = self._concept(node, ours.get(key))
            if concept is not None:
                if concept.id in seen:
                    raise self._reader.wrong(node, f"is {concept.id}, as is <{seen[concept.id]}>.")
                seen[concept.id] = key
                yield concept

    def _concept(self, node: Node, ours: str | None) -> Concept | None:
        reader = self._reader
        obsolete = any(str(d) in ("true", "1") for d in node.values(v.OWL + "deprecated"))
        label = self._label(node, strict=ours is not None)
        if not label and not obsolete:
            if ours is None:
                reader.skipped["classes without a label, only mentioned: left out"] += 1
                return None
            raise reader.wrong(node, "has no label.", mend="Give it one rdfs:label.")
        try:
            identifier = reader.curie(node.key)
        except InvalidField as error:
            if ours is None:
                reader.skipped["classes whose IRI has no prefix: left out"] += 1
                return None
            raise reader.wrong(node, error.message, mend=error.mend) from None
        stated = node.values(v.OURS + "category")
        definitions = node.values(v.DEFINITION) or node.values(v.SKOS + "definition")
        return Concept(
            id=identifier,
            label=label or str(identifier),
            category=ours or (str(stated[0]) if stated else self._category),
            definition=str(definitions[0]) if definitions else None,
            synonyms=tuple(self._synonyms(node)),
            xrefs=tuple(str(x) for x in node.literals(v.OIO + "hasDbXref")),
            parents=tuple(self._parents(node)),
            alt_ids=tuple(reader.ids(node, v.OIO + "hasAlternativeId")),
            obsolete=obsolete,
            replaced_by=tuple(reader.ids(node, v.REPLACED_BY)),
            consider=tuple(reader.ids(node, v.OIO + "consider")),
        )

    def _label(self, node: Node, *, strict: bool) -> str:
        """The label: the one without a language or in English, else the only one."""
        labels = node.literals(v.RDFS + "label")
        plain = dict.fromkeys(
            str(x) for x in labels if (x.language or "en").split("-")[0].lower() == "en"
        )
        texts = list(plain or dict.fromkeys(map(str, labels)))
        if len(texts) > 1 and (strict or plain):
            raise self._reader.wrong(
                node,
                f"has {len(texts)} labels: {texts[0]!r}, {texts[1]!r}.",
                mend="Keep one rdfs:label; other names are synonyms.",
            )
        return texts[0].strip() if texts else ""

    def _parents(self, node: Node) -> Iterator[Curie]:
        skipped = self._reader.skipped
        if equivalent := node.values(v.OWL + "equivalentClass"):
            skipped["logical axioms (equivalences): not read"] += len(equivalent)
        for parent in node.values(v.RDFS + "subClassOf"):
            if self._reader.is_blank(parent):
                skipped["logical axioms (restrictions): not read"] += 1
            elif str(parent) not in _NOT_CONCEPTS:
                try:
                    yield self._reader.curie(str(parent))
                except InvalidField as error:
                    raise self._reader.wrong(node, error.message, mend=error.mend) from None

    def _synonyms(self, node: Node) -> Iterator[Synonym]:
        for predicate, scope in v.SYNONYMS.items():
            for text in node.literals(predicate):
                for kind in self._types.get((node.key, predicate, str(text)), [None]):
                    yield Synonym(text=str(text), scope=scope, type=kind)
        for text in node.literals(v.SKOS + "altLabel"):
            yield Synonym(text=str(text), scope="exact")


def _synonym_types(reader: Reader) -> dict[tuple[str, str, str], list[str | None]]:
    """Types of synonyms by (class, predicate, text), from annotated axioms."""
    types: dict[tuple[str, str, str], list[str | None]] = defaultdict(list)
    for axiom in reader.of_class(v.OWL + "Axiom"):
        kinds = axiom.values(v.OIO + "hasSynonymType")
        if not kinds:
            continue
        key = tuple(
            str(next(iter(axiom.values(v.OWL + part)), ""))
            for part in ("annotatedSource", "annotatedProperty", "annotatedTarget")
        )
        types[key[0], key[1], key[2]] += [reader.synonym_type(str(k)) for k in kinds]
    return types
