"""What `make demo` reads: one real film, and a drawing that only the gate can refuse."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from api.case_file.document import parse
from api.case_file.fields import fitting
from api.case_models import LabTableIn
from vision.decode import read_image

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
WHOLE = EXAMPLES / "whole-case"
FILM = WHOLE / "00000193_019.png"


def test_the_film_is_read() -> None:
    film = read_image(FILM)
    assert (film.size, film.remarks) == ((1024, 1024), ())


@pytest.mark.parametrize("document", ["examples/README.md", "NOTICE"])
def test_the_film_is_named_with_what_its_owner_asks_for(document: str) -> None:
    text = (EXAMPLES.parent / document).read_text("utf-8")
    for asked in (FILM.name, "NIH Clinical Center", "nihcc.app.box.com", "Wang", "CVPR 2017"):
        assert asked in text


def test_the_makefile_reads_this_film() -> None:
    made = (EXAMPLES.parent / "Makefile").read_text("utf-8")
    assert f"WHOLE := examples/{WHOLE.name}\n" in made
    assert f"FILM := $(WHOLE)/{FILM.name}\n" in made


def test_the_whole_case_names_its_files_and_nothing_else() -> None:
    found = fitting(parse((WHOLE / "case.yaml").read_bytes(), "case.yaml"))
    assert found.notes == ()
    named = {text.file for text in found.case.texts} | {film.file for film in found.case.images}
    named |= {lab.file for lab in found.case.labs if isinstance(lab, LabTableIn)}
    assert named | {"case.yaml"} == {path.name for path in WHOLE.iterdir()}
    assert "$(WHOLE)" in (EXAMPLES.parent / "Makefile").read_text("utf-8")


def test_the_drawing_is_an_image_as_good_as_any(tmp_path: Path) -> None:
    path = tmp_path / "drawn.png"
    subprocess.run([sys.executable, str(EXAMPLES / "draw_chest.py"), str(path)], check=True)
    assert read_image(path).size == (512, 512)
