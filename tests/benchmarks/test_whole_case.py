"""The benchmark of a whole case: what it times is what it says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from api.service import Service
from benchmarks.whole_case import LABS, PAGE, page, rows
from tests.vision.films import chest_like, png_bytes
from tests.vision.made_model import made_model


@pytest.fixture(scope="module")
def service(figures_service: Service, tmp_path_factory: pytest.TempPathFactory) -> Service:
    made = made_model(tmp_path_factory.mktemp("model"))
    return Service(replace(figures_service.settings, image_model=str(made.folder)))


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "note.txt"
    path.write_text("An adult with ataxia and scoliosis. Chest X-ray: pleural effusion.\n")
    return path


def test_a_whole_case_stands_beside_its_parts(service: Service, text: Path, tmp_path: Path) -> None:
    film = tmp_path / "film.png"
    film.write_bytes(png_bytes(chest_like(96)))
    whole, *parts = rows(service, text, film, 1)
    assert "one film, 408 words, 10 values" in whole[0]
    assert (whole[3], len(LABS)) == ("1.5 s, at most 4 s", 10)
    assert len(parts) == 5
    assert all(row[1].endswith(" s") for row in (whole, *parts))


def test_a_page_is_a_page(text: Path) -> None:
    words = page(text.read_text()).split()
    assert PAGE <= len(words) < PAGE + 20


def test_a_refusal_is_no_time(service: Service, text: Path, tmp_path: Path) -> None:
    film = tmp_path / "note.png"
    film.write_text("A note.")
    with pytest.raises(ValueError, match=r"note\.png was refused"):
        rows(service, text, film, 1)
