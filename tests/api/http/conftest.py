"""The application over the toy release's real service."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask_openapi3.openapi import OpenAPI

from api.http.app import create_app
from api.service import Service
from api.settings import Settings

if TYPE_CHECKING:
    from flask.testing import FlaskClient


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


@pytest.fixture(scope="session")
def image_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made model that sees an effusion on every film and may show where, and an edema on none."""
    from tests.vision.made_model import made_model

    folder = tmp_path_factory.mktemp("model")
    made_model(folder, scores={"Effusion": 2.0, "Edema": -2.0}, regions=("Effusion",))
    return folder


@pytest.fixture
def films_client(toy_home: Path, image_model: Path) -> FlaskClient:
    """The application with that model; films of one request may have a million bytes."""
    service = Service(Settings(home=toy_home, image_model=str(image_model), max_films_mb=1))
    return create_app(service).test_client()
