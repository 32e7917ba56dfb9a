"""A folder for a case, and a service whose model reads drawn films."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from api.service import Service
from api.settings import Settings
from tests.vision.films import chest_like, dicom_bytes, png_bytes

Write: TypeAlias = Callable[[str, "str | bytes"], Path]

FRONTAL = png_bytes(chest_like(128))
LATERAL = dicom_bytes(chest_like(128), ViewPosition="LATERAL")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "case"
    made.mkdir()
    return made


@pytest.fixture
def write(folder: Path) -> Write:
    """Writes a file of the case."""

    def made(name: str, content: str | bytes) -> Path:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return made


@pytest.fixture(scope="session")
def image_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made model that sees an effusion on every film."""
    from tests.vision.made_model import made_model

    model = tmp_path_factory.mktemp("model")
    made_model(model, scores={"Effusion": 2.0})
    return model


@pytest.fixture(scope="session")
def service(toy_home: Path, image_model: Path) -> Service:
    """The toy release, and short texts only."""
    return Service(Settings(home=toy_home, image_model=str(image_model), max_text_chars=10_000))
