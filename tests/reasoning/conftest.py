from __future__ import annotations

import pytest

from api.service import Service
from domain.identifiers import Curie
from reasoning.evidence import EvidenceMatrix
from reasoning.knowledge import Knowledge
from reasoning.ranking import Ranker


@pytest.fixture(scope="session")
def knowledge(toy_service: Service) -> Knowledge:
    return toy_service.knowledge


@pytest.fixture(scope="session")
def ranker(toy_service: Service) -> Ranker:
    return toy_service.ranker


@pytest.fixture(scope="session")
def matrix(knowledge: Knowledge) -> EvidenceMatrix:
    return EvidenceMatrix.of(dict(knowledge.arrays))


def number(knowledge: Knowledge, identifier: str) -> int:
    ids = knowledge.diseases if identifier.startswith("TOY") else knowledge.terms
    found = ids.number(Curie(identifier))
    assert found is not None
    return found
