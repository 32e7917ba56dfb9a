"""A view of one subject of an RDF graph, and the errors that name it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from domain.errors import InvalidField, SourceError
from domain.identifiers import Curie
from ontologies import vocabulary as v

if TYPE_CHECKING:
    from rdflib.term import Literal, URIRef
    from rdflib.term import Node as Term

    from ontologies.rdf_files import Parsed


class Node:
    """One subject with all it says, by predicate, in the order of the file."""

    __slots__ = ("_values", "blank", "key", "line", "term")

    def __init__(self, term: Term, parsed: Parsed, *, blank: bool) -> None:
        self.term = term
        self.key = str(term)
        self.blank = blank
        self.line = parsed.lines.get(term)
        self._values: dict[str, list[Term]] = {}
        for predicate, value in parsed.graph.predicate_objects(term):
            self._values.setdefault(str(predicate), []).append(value)

    def values(self, predicate: str) -> list[Term]:
        """All objects of a predicate."""
        return self._values.get(predicate, [])

    def literals(self, predicate: str) -> list[Literal]:
        """The objects of a predicate that are literals."""
        from rdflib.term import Literal

        return [x for x in self.values(predicate) if isinstance(x, Literal)]


class Reader:
    """One parsed file of one source; `skipped` counts what was passed over, and why."""

    def __init__(self, parsed: Parsed, path: Path, source: str) -> None:
        from rdflib.term import BNode, URIRef

        self.parsed = parsed
        self.path = path
        self.source = source
        self.skipped: Counter[str] = Counter()
        self._blank, self._iri = BNode, URIRef
        self._curies: dict[str, Curie] = {}

    def iri(self, text: str) -> URIRef:
        """An IRI as rdflib's term."""
        return self._iri(text)

    def is_blank(self, term: Term) -> bool:
        """Whether a term is a blank node."""
        return isinstance(term, self._blank)

    def is_iri(self, term: Term) -> bool:
        """Whether a term is an IRI."""
        return isinstance(term, self._iri)

    def node(self, term: Term) -> Node:
        """The view of one subject."""
        return Node(term, self.parsed, blank=self.is_blank(term))

    def of_class(self, name: str) -> Iterator[Node]:
        """All members of a class, in the order of the file."""
        kind = self.iri(v.RDF + "type")
        return (self.node(s) for s in self.parsed.graph.subjects(kind, self.iri(name)))

    def curie(self, iri: str) -> Curie:
        """The identifier of an IRI. Raises InvalidField."""
        if iri not in self._curies:
            self._curies[iri] = v.curie_of(iri, self.parsed.prefixes)
        return self._curies[iri]

    def id_of(self, term: Term) -> Curie:
        """The identifier that a term is: an IRI, or a literal CURIE. Raises InvalidField."""
        return self.curie(str(term)) if self.is_iri(term) else Curie.parse(str(term))

    def ids(self, node: Node, predicate: str) -> Iterator[Curie]:
        """The identifiers that a predicate leads to. Raises SourceError."""
        for value in node.values(predicate):
            try:
                yield self.id_of(value)
            except InvalidField as error:
                raise self.wrong(node, error.message, mend=error.mend) from None

    def synonym_type(self, iri: str) -> str:
        """The type of a synonym: OBO's identifier, or the last part of its IRI."""
        if iri.startswith(v.OBO) and "#" not in iri:
            try:
                return str(self.curie(iri))
            except InvalidField:
                pass
        return re.split(r"[#/:]", iri)[-1]

    def name(self, node: Node) -> str:
        """What to call a subject in a message."""
        if not node.blank:
            try:
                return str(self.curie(node.key))
            except InvalidField:
                return f"<{node.key[:120]}>"
        parts = [
            self._short(value)
            for word in ("disease", "finding", "subject", "object")
            for value in node.values(v.OURS + word)[:1]
        ]
        return " ".join(parts) or "a node without an id"

    def _short(self, term: Term) -> str:
        try:
            return str(self.id_of(term))
        except InvalidField:
            return str(term)[:80]

    def wrong(self, node: Node, message: str, *, mend: str | None = None) -> SourceError:
        """An error that names file, line (where it is known) and subject."""
        return SourceError(
            str(self.path), f"{self.name(node)}: {message}", line=node.line, mend=mend
        )
