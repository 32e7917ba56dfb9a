"""The benchmark of films: what it times is what it says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks.films import as_dicom, rows, time_film
from tests.vision.films import chest_like, png_bytes
from tests.vision.made_model import made_model
from vision.card import Shipped
from vision.decode import read_image
from vision.reader import FilmReader


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Shipped:
    return made_model(tmp_path_factory.mktemp("model"))


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.png"
    path.write_bytes(png_bytes(chest_like(96)))
    return path


def test_the_dicom_file_is_the_same_film(film: Path, tmp_path: Path) -> None:
    made = read_image(as_dicom(film, tmp_path / "film.dcm"))
    assert made.view == "PA"
    assert made.pixels == pytest.approx(read_image(film).pixels, abs=1 / 255)
    assert np.ptp(made.pixels) > 0.5


def test_both_forms_are_timed_beside_densenet(shipped: Shipped, film: Path) -> None:
    found = rows(shipped, FilmReader(shipped), film, 1)
    assert [row[0].partition(" ")[0] for row in found[:4]] == ["PNG", "PNG", "DICOM", "DICOM"]
    assert all(row[2].endswith("times faster") for row in found[1:4:2])
    assert torch.cuda.is_available() or "not measured" in found[-1][0]


def test_a_refusal_is_no_time(shipped: Shipped, tmp_path: Path) -> None:
    path = tmp_path / "note.png"
    path.write_text("A note.")
    with pytest.raises(ValueError, match=r"note\.png was refused"):
        time_film(FilmReader(shipped), path, 1)
