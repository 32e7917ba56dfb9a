"""The application over the toy release's real service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask_openapi3.openapi import OpenAPI

from api.http.app import create_app

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from api.service import Service


@pytest.fixture
def app(toy_service: Service) -> OpenAPI:
    return create_app(toy_service)


@pytest.fixture
def client(app: OpenAPI) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def seizure(toy_service: Service) -> str:
    """Id of a concept of the toy release."""
    return str(toy_service.search("seizure", limit=1)[0].id)
