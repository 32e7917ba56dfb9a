"""The default store: networkx over an immutable release on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import networkx as nx

from domain.assertions import SAME_AS, Aspect, Assertion, Concept, Link
from domain.differential import PathEdge
from domain.evidence import ConceptRef
from domain.figures import Figure
from domain.identifiers import Curie
from kg import kgx
from kg.graph import figure_order
from kg.paths import shortest
from ontologies.formats import kgx_figures

#: Checks files of a folder against the manifest. Raises ReleaseCorrupt.
Verify = Callable[[Path, tuple[str, ...]], None]
IS_A = "IS_A"
HAS_FINDING = "HAS_FINDING"
HAS_FIGURE = "HAS_FIGURE"


class EmbeddedStore:
    """One release as a networkx multigraph; loaded at the first look-up, then in memory."""

    def __init__(self, release: str, folder: Path, verify: Verify) -> None:
        self._release = release
        self._folder = folder
        self._verify = verify

    @property
    def release_id(self) -> str:
        """The release this store answers from."""
        return self._release

    @cached_property
    def _graph(self) -> nx.MultiDiGraph[Any]:
        self._verify(self._folder, ("nodes.tsv", "edges.tsv", "figures.tsv"))
        graph: nx.MultiDiGraph[Any] = nx.MultiDiGraph()
        for concept in kgx.read_nodes(self._folder / "nodes.tsv"):
            graph.add_node(concept.id, concept=concept)
        # Several files of one source can say the same on the same line: edges are numbered.
        for number, edge in enumerate(kgx.read_edges(self._folder / "edges.tsv")):
            if isinstance(edge, Assertion):
                key = (HAS_FINDING, number)
                graph.add_edge(edge.disease, edge.concept, key=key, assertion=edge)
            elif isinstance(edge, Link):
                key = (edge.predicate, number)
                graph.add_edge(edge.subject, edge.object, key=key, link=edge)
            else:
                child, parent = edge
                graph.add_edge(child, parent, key=(IS_A, number))
        for number, figure in enumerate(kgx_figures.read_figures(self._folder / "figures.tsv")):
            key = (HAS_FIGURE, number)
            graph.add_edge(figure.disease, figure.concept, key=key, figure=figure)
        return graph

    def concept(self, concept: Curie) -> Concept | None:
        """One node, obsolete ones included."""
        return self._with_parents(concept) if concept in self._graph else None

    def concepts(self) -> Iterator[Concept]:
        """All nodes, by id."""
        return (self._with_parents(c) for c in sorted(self._graph))

    def _with_parents(self, concept: Curie) -> Concept:
        node: Concept = self._graph.nodes[concept]["concept"]
        return replace(node, parents=tuple(self.parents(concept)))

    def parents(self, concept: Curie) -> Sequence[Curie]:
        """Direct superclasses, by id."""
        return sorted(self._hierarchy.successors(concept)) if concept in self._hierarchy else []

    def children(self, concept: Curie) -> Sequence[Curie]:
        """Direct subclasses, by id."""
        return sorted(self._hierarchy.predecessors(concept)) if concept in self._hierarchy else []

    def ancestors(self, concept: Curie) -> frozenset[Curie]:
        """All superclasses, without the concept itself."""
        if concept not in self._hierarchy:
            return frozenset()
        return frozenset(nx.descendants(self._hierarchy, concept))

    def descendants(self, concept: Curie) -> frozenset[Curie]:
        """All subclasses, without the concept itself."""
        if concept not in self._hierarchy:
            return frozenset()
        return frozenset(nx.ancestors(self._hierarchy, concept))

    @cached_property
    def _hierarchy(self) -> nx.DiGraph[Any]:
        edges = ((c, p) for c, p, key in self._graph.edges(keys=True) if key[0] == IS_A)
        return nx.DiGraph(edges)

    def assertions(self) -> Iterator[Assertion]:
        """All disease-finding edges, by source and line."""
        return iter(_assertions(self._graph.edges(data="assertion")))

    def assertions_of(self, disease: Curie) -> Sequence[Assertion]:
        """What is said of one disease, by source and line."""
        if disease not in self._graph:
            return []
        return _assertions(self._graph.out_edges(disease, data="assertion"))

    def diseases_of(self, concept: Curie, *, descendants: bool = True) -> frozenset[Curie]:
        """Diseases whose patients had the concept, or one below it (aspect P, not 0 of n)."""
        if concept not in self._graph:
            return frozenset()
        below = self.descendants(concept) if descendants else frozenset()
        said = _assertions(self._graph.in_edges({concept, *below}, data="assertion"))
        return frozenset(a.disease for a in said if a.seen and a.aspect is Aspect.PHENOTYPE)

    def links(self) -> Iterator[Link]:
        """All links between ids of one thing, by subject, object and source."""
        return iter(_links(self._graph.edges(data="link")))

    def links_of(self, concept: Curie) -> Sequence[Link]:
        """Links that begin or end at a concept, in the same order."""
        if concept not in self._graph:
            return []
        graph = self._graph
        return _links(
            (*graph.out_edges(concept, data="link"), *graph.in_edges(concept, data="link"))
        )

    def same_as(self, concept: Curie) -> frozenset[Curie]:
        """Other ids of the same thing, by `SAME_AS`."""
        joined = (x for x in self.links_of(concept) if x.predicate == SAME_AS)
        return frozenset(i for x in joined for i in (x.subject, x.object)) - {concept}

    def figures(self) -> Iterator[Figure]:
        """All figures of the literature, by source, disease and line."""
        return iter(_figures(self._graph.edges(data="figure")))

    def figures_of(self, disease: Curie) -> Sequence[Figure]:
        """The figures of one disease, in the same order."""
        if disease not in self._graph:
            return []
        return _figures(self._graph.out_edges(disease, data="figure"))

    def path(self, start: Curie, end: Curie) -> Sequence[PathEdge]:
        """A shortest path over `is_a` edges upward from `start`, down to `end`; else nothing."""
        return [
            PathEdge(subject=self._ref(a), predicate=IS_A, object=self._ref(b))
            for a, b in shortest(self.parents, start, end)
        ]

    def _ref(self, concept: Curie) -> ConceptRef:
        node = self._graph.nodes[concept].get("concept")
        return ConceptRef(id=concept, label=node.label if node else str(concept))


def _assertions(edges: Iterable[tuple[Curie, Curie, Assertion | None]]) -> list[Assertion]:
    """The assertions among edges, by source and line."""
    found = (assertion for _, _, assertion in edges if assertion is not None)
    return sorted(found, key=lambda a: (a.source, a.line))


def _figures(edges: Iterable[tuple[Curie, Curie, Figure | None]]) -> list[Figure]:
    """The figures among edges, in their order."""
    return sorted((figure for _, _, figure in edges if figure is not None), key=figure_order)


def _links(edges: Iterable[tuple[Curie, Curie, Link | None]]) -> list[Link]:
    """The links among edges, by subject, object and source."""
    found = (link for _, _, link in edges if link is not None)
    return sorted(found, key=lambda x: (x.subject, x.object, x.predicate, x.source, x.line))
