"""Keeping cases: what a stored case means in the active release."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from domain.assertions import Assertion
from domain.case import Case
from domain.figures import Figure
from domain.identifiers import Curie
from kg.cases import strip

if TYPE_CHECKING:
    from api.service import Service
    from kg.store import GraphStore


class ActiveRelease:
    """Looks concepts and diseases up in the release that is active now."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._figures: tuple[str, dict[Curie, list[Figure]]] | None = None

    def current(self, concept: Curie) -> Curie | None:
        """The live concept that an id stands for now, or None."""
        return self._service.current().knowledge.resolver.resolve(concept).concept

    def diseases(self, concept: Curie) -> Sequence[Curie]:
        """Diseases whose patients had the concept or one below it."""
        return sorted(self._service.current().store.diseases_of(concept))

    def label(self, concept: Curie) -> str:
        """The label of a concept."""
        found = self._service.current().store.concept(concept)
        return "" if found is None else found.label

    def said(self, concept: Curie) -> Collection[Assertion | Figure]:
        """All rows and figures that tie a disease to the concept or to one below it."""
        store = self._service.current().store
        below = {concept, *store.descendants(concept)}
        rows = (a for d in store.diseases_of(concept) for a in store.assertions_of(d))
        return [
            *(a for a in rows if a.concept in below),
            *(f for c in sorted(below) for f in self._figures_by_concept(store).get(c, ())),
        ]

    def _figures_by_concept(self, store: GraphStore) -> dict[Curie, list[Figure]]:
        """The figures of a release; looking for them goes through every edge, and is done once."""
        if self._figures is None or self._figures[0] != store.release_id:
            found: dict[Curie, list[Figure]] = {}
            for figure in store.figures():
                found.setdefault(figure.concept, []).append(figure)
            self._figures = (store.release_id, found)
        return self._figures[1]


def keep(service: Service, case: Case, identifier: str | None) -> str:
    """Keep a case without its words, under a random id unless one is given; the id."""
    stored = strip(
        case,
        identifier or uuid4().hex,
        release=service.release,
        stored=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    service.cases.add(stored)
    return stored.id
