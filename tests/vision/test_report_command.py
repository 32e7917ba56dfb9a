"""`differentia analyse --sr`: a film's reading as a DICOM structured report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest
from click.testing import Result

from tests.vision.films import chest_like, dicom_bytes, png_bytes
from tests.vision.made_model import made_model

Run = Callable[..., Result]
FILM = chest_like(96)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_model(tmp_path_factory.mktemp("model"), scores={"Effusion": 2.0}).folder


@pytest.fixture(autouse=True)
def _model(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIFFERENTIA_IMAGE_MODEL", str(model))


def test_a_report_is_written_beside_the_answer(run: Run, tmp_path: Path) -> None:
    (tmp_path / "film.dcm").write_bytes(dicom_bytes(FILM))
    report = tmp_path / "sr.dcm"
    result = run("analyse", str(tmp_path / "film.dcm"), "--json", "--sr", str(report))
    assert result.exit_code == 0, result.output
    assert '"Effusion"' in result.stdout
    assert pydicom.dcmread(report).Modality == "SR"


def test_a_refused_film_has_no_report(run: Run, tmp_path: Path) -> None:
    (tmp_path / "film.dcm").write_bytes(dicom_bytes(FILM, ViewPosition="LL"))
    report = tmp_path / "sr.dcm"
    result = run("analyse", str(tmp_path / "film.dcm"), "--sr", str(report))
    assert result.exit_code == 2
    assert "no report is written" in result.stderr
    assert not report.exists()


def test_a_film_that_is_no_dicom_has_none(run: Run, tmp_path: Path) -> None:
    (tmp_path / "film.png").write_bytes(png_bytes(FILM))
    result = run("analyse", str(tmp_path / "film.png"), "--sr", str(tmp_path / "sr.dcm"))
    assert result.exit_code == 2
    assert "is no DICOM file" in result.stderr


def test_a_report_is_on_one_film(run: Run, tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(png_bytes(FILM))
    result = run("analyse", str(tmp_path), "--sr", str(tmp_path / "sr.dcm"))
    assert result.exit_code == 2
    assert "is for one film, and 2 were given" in result.stderr
