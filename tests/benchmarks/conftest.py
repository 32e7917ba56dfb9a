"""Fixtures: the release that everybody gets."""

from __future__ import annotations

import pytest

from api.service import Service
from api.settings import Settings


@pytest.fixture(scope="session")
def shipped_service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    """The default release: the shipped tables, and HPO with its annotations as installed."""
    service = Service(Settings(home=tmp_path_factory.mktemp("shipped")))
    service.releases.activate(service.build({})[0])
    return service
