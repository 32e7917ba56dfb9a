"""`differentia deidentify`: what it prints and writes, and what it says of bad input."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest
from click.testing import Result

from tests.vision.films import PHI, chest_like, dicom_bytes

FILM = chest_like(32)


def test_the_command_on_a_folder(run: Callable[..., Result], tmp_path: Path) -> None:
    folder, out, report = tmp_path / "Quillfeather", tmp_path / "out", tmp_path / "report.json"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "Ottoline.dcm").write_bytes(dicom_bytes(FILM))
    (folder / "notes.txt").write_text("Quillfeather")
    result = run("deidentify", str(folder), str(out), "--report", str(report))
    assert result.exit_code == 0, result.output
    assert "1 de-identified, 1 not copied." in result.output
    assert "not copied: notes.txt: It is no DICOM file." in result.output
    assert "does not say whether it holds writing" in result.output
    (made,) = out.rglob("*")
    after = pydicom.dcmread(made)
    assert made.name == f"{after.SOPInstanceUID}.dcm"
    written_report = json.loads(report.read_text())
    assert written_report["files"][0]["file"] == made.name
    assert {"attribute": "PatientName", "action": "emptied", "times": 1} in written_report["files"][
        0
    ]["changes"]
    assert not any(value in report.read_text() for value in PHI.values())


def test_the_command_keeps_names_where_asked(run: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "deep" / "a.dcm").write_bytes(dicom_bytes(FILM))
    result = run(
        "deidentify", str(tmp_path / "in"), str(tmp_path / "out"), "--keep-names", "--json"
    )
    assert result.exit_code == 0, result.output
    assert json.loads(result.output)["files"][0]["file"] == "deep/a.dcm"
    assert (tmp_path / "out" / "deep" / "a.dcm").is_file()


def test_the_command_keeps_uids_between_runs_of_one_key(
    run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIFFERENTIA_DEIDENTIFY_KEY", "a secret of ours")
    (tmp_path / "in.dcm").write_bytes(dicom_bytes(FILM))
    for name in ("a.dcm", "b.dcm"):
        run("deidentify", str(tmp_path / "in.dcm"), str(tmp_path / name))
    assert (tmp_path / "a.dcm").read_bytes() == (tmp_path / "b.dcm").read_bytes()


def test_the_command_refuses_a_picture_with_writing(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    source, target = str(tmp_path / "in.dcm"), str(tmp_path / "out.dcm")
    Path(source).write_bytes(dicom_bytes(FILM, BurnedInAnnotation="YES"))
    result = run("deidentify", source, target)
    assert result.exit_code == 2
    assert "BurnedInAnnotation YES" in result.output
    assert "--allow-burned-in" in result.output
    assert not Path(target).exists()
    allowed = run("deidentify", source, target, "--allow-burned-in")
    assert allowed.exit_code == 0
    assert "the file says that it holds writing" in allowed.output
