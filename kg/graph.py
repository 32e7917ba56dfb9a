"""A knowledge graph in memory, as it is assembled, written to a store, and compiled."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

from domain.assertions import Assertion, Concept, Link
from domain.figures import Figure
from kg import kgx
from kg.store import GraphStore
from ontologies.formats import kgx_figures


@dataclass(frozen=True)
class Graph:
    """Concepts by id; assertions by source and line; links by subject, object and source;
    figures by source, disease and line.

    Every id that an assertion, a link, a figure or a parent names is a concept here.
    """

    concepts: tuple[Concept, ...]
    assertions: tuple[Assertion, ...]
    links: tuple[Link, ...]
    figures: tuple[Figure, ...] = ()

    @classmethod
    def of(
        cls,
        concepts: tuple[Concept, ...] | list[Concept],
        assertions: tuple[Assertion, ...] | list[Assertion],
        links: tuple[Link, ...] | list[Link] = (),
        figures: tuple[Figure, ...] | list[Figure] = (),
    ) -> Graph:
        """In the order that makes equal graphs equal."""
        return cls(
            tuple(sorted(concepts, key=lambda c: c.id)),
            tuple(sorted(assertions, key=lambda a: (a.source, a.line, a.disease, a.concept))),
            tuple(
                sorted(links, key=lambda x: (x.subject, x.object, x.predicate, x.source, x.line))
            ),
            tuple(sorted(figures, key=figure_order)),
        )

    @cached_property
    def content_hash(self) -> str:
        """Hex SHA-256 over all nodes and edges: equal for equal graphs, in whichever store."""
        digest = hashlib.sha256()
        for row in (
            *kgx.node_rows(self.concepts),
            *kgx.edge_rows(self),
            *kgx_figures.rows(self.figures),
        ):
            digest.update(row.encode())
            digest.update(b"\n")
        return digest.hexdigest()


def figure_order(f: Figure) -> tuple[str | int, ...]:
    """Where a figure stands among others. A source of several files has several rows of a line."""
    return f.source, f.disease, f.line, f.measure, f.concept, f.reference, f.words, f.population


def graph_of(store: GraphStore) -> Graph:
    """The whole graph of a store, in memory."""
    return Graph.of(
        list(store.concepts()), list(store.assertions()), list(store.links()), list(store.figures())
    )
