"""The port that every graph store implements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from domain.assertions import Assertion, Concept, Link
from domain.differential import PathEdge
from domain.figures import Figure
from domain.identifiers import Curie


class GraphStore(Protocol):
    """Look-ups, paths and browsing over one release. Unknown ids give None or nothing."""

    @property
    def release_id(self) -> str:
        """The release this store answers from."""

    def concept(self, concept: Curie) -> Concept | None:
        """One node, obsolete ones included."""

    def concepts(self) -> Iterator[Concept]:
        """All nodes, by id."""

    def parents(self, concept: Curie) -> Sequence[Curie]:
        """Direct superclasses, by id."""

    def children(self, concept: Curie) -> Sequence[Curie]:
        """Direct subclasses, by id."""

    def ancestors(self, concept: Curie) -> frozenset[Curie]:
        """All superclasses, without the concept itself."""

    def descendants(self, concept: Curie) -> frozenset[Curie]:
        """All subclasses, without the concept itself."""

    def assertions(self) -> Iterator[Assertion]:
        """All disease-finding edges, by source and line."""

    def assertions_of(self, disease: Curie) -> Sequence[Assertion]:
        """What is said of one disease, by source and line."""

    def diseases_of(self, concept: Curie, *, descendants: bool = True) -> frozenset[Curie]:
        """Diseases whose patients had the concept, or one below it (aspect P, not 0 of n)."""

    def links(self) -> Iterator[Link]:
        """All links between ids of one thing, by subject, object and source."""

    def links_of(self, concept: Curie) -> Sequence[Link]:
        """Links that begin or end at a concept, in the same order."""

    def same_as(self, concept: Curie) -> frozenset[Curie]:
        """Other ids of the same thing, by `SAME_AS`."""

    def figures(self) -> Iterator[Figure]:
        """All figures of the literature, by source, disease and line."""

    def figures_of(self, disease: Curie) -> Sequence[Figure]:
        """The figures of one disease, in the same order."""

    def path(self, start: Curie, end: Curie) -> Sequence[PathEdge]:
        """A shortest path over `is_a` edges upward from `start`, down to `end`; else nothing."""
