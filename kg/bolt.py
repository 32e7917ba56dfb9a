"""Neo4j as a graph store, over Bolt: look-ups, paths and browsing of one release.

Cypher stands in the files called `bolt*` and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from domain.assertions import SAME_AS, Assertion, Concept, Link
from domain.differential import PathEdge
from domain.evidence import ConceptRef
from domain.figures import Figure
from domain.identifiers import Curie
from kg.bolt_connection import Connection, Reader, Row
from kg.bolt_rows import Maker
from kg.graph import Graph, figure_order
from kg.paths import shortest

IS_A = "IS_A"

CONCEPT = """
MATCH (c:Concept {release: $release, id: $id})
RETURN properties(c) AS concept, [(c)-[:IS_A]->(p) | p.id] AS parents
"""
CONCEPTS = """
MATCH (c:Concept {release: $release})
RETURN properties(c) AS concept, [(c)-[:IS_A]->(p) | p.id] AS parents
"""
_FROM = "MATCH (:Concept {release: $release, id: $id})"
# Ids come back as one list: a row each would cost a read from the socket each.
_IDS = " WITH DISTINCT c RETURN collect(c.id) AS ids"
PARENTS = _FROM + "-[:IS_A]->(c)" + _IDS
CHILDREN = _FROM + "<-[:IS_A]-(c)" + _IDS
ANCESTORS = _FROM + "-[:IS_A*1..]->(c)" + _IDS
DESCENDANTS = _FROM + "<-[:IS_A*1..]-(c)" + _IDS
# One row a disease, with all that is said of it: a row each would cost three times as much.
_SAID = """
WHERE (d)-[:HAS_FINDING]->()
RETURN d.id AS disease, [(d)-[a:HAS_FINDING]->(c) | [c.id, properties(a)]] AS said
"""
ASSERTIONS = "MATCH (d:Concept {release: $release})" + _SAID
ASSERTIONS_OF = "MATCH (d:Concept {release: $release, id: $id})" + _SAID
_COUNTED = """
WHERE (d)-[:HAS_FIGURE]->()
RETURN d.id AS disease, [(d)-[f:HAS_FIGURE]->(c) | [c.id, properties(f)]] AS said
"""
FIGURES = "MATCH (d:Concept {release: $release})" + _COUNTED
FIGURES_OF = "MATCH (d:Concept {release: $release, id: $id})" + _COUNTED
_SEEN = """
MATCH (t)<-[a:HAS_FINDING]-(c)
WHERE a.aspect = 'P' AND NOT a.excluded
  AND coalesce(a.frequency_count, 1) <> 0 AND coalesce(a.frequency_percent, 1.0) <> 0.0
"""
DISEASES_OF = "MATCH (t:Concept {release: $release, id: $id})" + _SEEN + _IDS
DISEASES_BELOW = _FROM + "<-[:IS_A*0..]-(t) WITH DISTINCT t" + _SEEN + _IDS
_LINKED = """
RETURN [(s)-[x:SAME_AS|XREF]->(o) | [s.id, type(x), o.id, properties(x)]] AS linked
"""
LINKS = "MATCH (s:Concept {release: $release}) WHERE (s)-[:SAME_AS|XREF]->()" + _LINKED
LINKS_OF = """
MATCH (c:Concept {release: $release, id: $id})
RETURN [(c)-[x:SAME_AS|XREF]-() |
        [startNode(x).id, type(x), endNode(x).id, properties(x)]] AS linked
"""
ABOVE = (
    _FROM
    + """-[:IS_A*0..]->(c) WITH DISTINCT c
RETURN c.id AS id, c.label AS label, [(c)-[:IS_A]->(p) | p.id] AS parents
"""
)


class BoltStore:
    """One release in Neo4j; every method is one read transaction."""

    def __init__(self, release: str, connection: Connection) -> None:
        self._release = release
        self._connection = connection
        self._make = Maker(connection.url)

    @property
    def release_id(self) -> str:
        """The release this store answers from."""
        return self._release

    def concept(self, concept: Curie) -> Concept | None:
        """One node, obsolete ones included."""
        rows = self._connection.read(CONCEPT, release=self._release, id=concept)
        return self._make.concept(rows[0]["concept"], rows[0]["parents"]) if rows else None

    def concepts(self) -> Iterator[Concept]:
        """All nodes, by id."""
        with self._connection.reading() as reader:
            return iter(read_graph(reader, self._release, self._make, edges=False).concepts)

    def parents(self, concept: Curie) -> Sequence[Curie]:
        """Direct superclasses, by id."""
        return sorted(self._ids(PARENTS, concept))

    def children(self, concept: Curie) -> Sequence[Curie]:
        """Direct subclasses, by id."""
        return sorted(self._ids(CHILDREN, concept))

    def ancestors(self, concept: Curie) -> frozenset[Curie]:
        """All superclasses, without the concept itself."""
        return self._ids(ANCESTORS, concept) - {concept}

    def descendants(self, concept: Curie) -> frozenset[Curie]:
        """All subclasses, without the concept itself."""
        return self._ids(DESCENDANTS, concept) - {concept}

    def assertions(self) -> Iterator[Assertion]:
        """All disease-finding edges, by source and line."""
        return iter(self._assertions(ASSERTIONS))

    def assertions_of(self, disease: Curie) -> Sequence[Assertion]:
        """What is said of one disease, by source and line."""
        return self._assertions(ASSERTIONS_OF, id=disease)

    def diseases_of(self, concept: Curie, *, descendants: bool = True) -> frozenset[Curie]:
        """Diseases whose patients had the concept, or one below it (aspect P, not 0 of n)."""
        return self._ids(DISEASES_BELOW if descendants else DISEASES_OF, concept)

    def links(self) -> Iterator[Link]:
        """All links between ids of one thing, by subject, object and source."""
        return iter(self._links(LINKS))

    def links_of(self, concept: Curie) -> Sequence[Link]:
        """Links that begin or end at a concept, in the same order."""
        return self._links(LINKS_OF, id=concept)

    def same_as(self, concept: Curie) -> frozenset[Curie]:
        """Other ids of the same thing, by `SAME_AS`."""
        joined = (x for x in self.links_of(concept) if x.predicate == SAME_AS)
        return frozenset(i for x in joined for i in (x.subject, x.object)) - {concept}

    def figures(self) -> Iterator[Figure]:
        """All figures of the literature, by source, disease and line."""
        return iter(self._figures(FIGURES))

    def figures_of(self, disease: Curie) -> Sequence[Figure]:
        """The figures of one disease, in the same order."""
        return self._figures(FIGURES_OF, id=disease)

    def path(self, start: Curie, end: Curie) -> Sequence[PathEdge]:
        """A shortest path over `is_a` edges upward from `start`, down to `end`; else nothing."""
        parents: dict[Curie, list[Curie]] = {}
        labels: dict[Curie, str] = {}
        with self._connection.reading() as reader:
            for concept in (start, end):
                for row in reader.rows(ABOVE, release=self._release, id=concept):
                    here = self._make.curie(row["id"])
                    labels[here] = row["label"] or ""
                    parents[here] = sorted(set(self._make.curies(row["parents"])))
        return [
            PathEdge(
                subject=ConceptRef(id=a, label=labels[a]),
                predicate=IS_A,
                object=ConceptRef(id=b, label=labels[b]),
            )
            for a, b in shortest(lambda c: parents.get(c, ()), start, end)
        ]

    def _ids(self, query: str, concept: Curie) -> frozenset[Curie]:
        found = self._connection.read(query, release=self._release, id=concept)
        return frozenset(self._make.curies(found[0]["ids"]))

    def _assertions(self, query: str, **parameters: object) -> list[Assertion]:
        with self._connection.reading() as reader:
            found = read_assertions(reader, query, self._make, release=self._release, **parameters)
        return sorted(found, key=lambda a: (a.source, a.line))

    def _figures(self, query: str, **parameters: object) -> list[Figure]:
        with self._connection.reading() as reader:
            found = read_figures(reader, query, self._make, release=self._release, **parameters)
        return sorted(found, key=figure_order)

    def _links(self, query: str, **parameters: object) -> list[Link]:
        with self._connection.reading() as reader:
            found = read_links(reader, query, self._make, release=self._release, **parameters)
        return sorted(found, key=lambda x: (x.subject, x.object, x.predicate, x.source, x.line))


def read_assertions(
    reader: Reader, query: str, make: Maker, **parameters: object
) -> list[Assertion]:
    """The assertions that a query returns."""

    def said(row: Row) -> list[Assertion]:
        disease = row["disease"]
        return [make.assertion(disease, concept, what) for concept, what in row["said"]]

    return list(chain.from_iterable(reader.take(query, said, **parameters)))


def read_figures(reader: Reader, query: str, make: Maker, **parameters: object) -> list[Figure]:
    """The figures that a query returns."""

    def counted(row: Row) -> list[Figure]:
        disease = row["disease"]
        return [make.figure(disease, concept, what) for concept, what in row["said"]]

    return list(chain.from_iterable(reader.take(query, counted, **parameters)))


def read_links(reader: Reader, query: str, make: Maker, **parameters: object) -> list[Link]:
    """The links that a query returns."""

    def linked(row: Row) -> list[Link]:
        return [make.link(one, how, other, what) for one, how, other, what in row["linked"]]

    return list(chain.from_iterable(reader.take(query, linked, **parameters)))


def read_graph(reader: Reader, release: str, make: Maker, *, edges: bool = True) -> Graph:
    """A release as the database holds it now; without `edges` only its concepts."""
    concepts = reader.take(
        CONCEPTS, lambda row: make.concept(row["concept"], row["parents"]), release=release
    )
    if not edges:
        return Graph.of(concepts, ())
    return Graph.of(
        concepts,
        read_assertions(reader, ASSERTIONS, make, release=release),
        read_links(reader, LINKS, make, release=release),
        read_figures(reader, FIGURES, make, release=release),
    )
