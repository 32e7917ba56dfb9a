"""Keeping cases: what a stored case means in the active release."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from domain.case import Case
from domain.identifiers import Curie
from kg.cases import strip

if TYPE_CHECKING:
    from api.service import Service


class ActiveRelease:
    """Looks concepts and diseases up in the release that is active now."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def current(self, concept: Curie) -> Curie | None:
        """The live concept that an id stands for now, or None."""
        return self._service.current().knowledge.resolver.resolve(concept).concept

    def diseases(self, concept: Curie) -> Sequence[Curie]:
        """Diseases whose patients had the concept or one below it."""
        return sorted(self._service.current().store.diseases_of(concept))


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
