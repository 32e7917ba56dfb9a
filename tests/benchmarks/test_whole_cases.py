"""The whole cases: well-formed, in the ids of the shipped tables, and films of the test part."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from api.case_models import CaseIn
from benchmarks.whole_cases import (
    CASE,
    EXPECT,
    FOLDER,
    WholeCase,
    read_whole_case,
    read_whole_cases,
    stage,
    without_text,
)
from domain.errors import SourceError
from tests.benchmarks import curated
from vision.data.split import EXAMPLES, part

CASES = read_whole_cases()
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def fields(case: WholeCase) -> CaseIn:
    """Its case file as the model of a case has it."""
    text = (case.folder / CASE).read_text("utf-8")
    data = yaml.safe_load(text)
    # A case file's dates are words.
    data |= {k: str(v) for k, v in data.items() if k == "day"}
    for row in (*data.get("texts", ()), *data.get("images", ())):
        row |= {k: str(v) for k, v in row.items() if k == "day"}
    for row in data.get("labs", ()):
        row |= {k: str(v) for k, v in row.items() if k == "time"}
    return CaseIn.model_validate(data)


def test_there_are_fourteen_and_half_of_them_have_a_film() -> None:
    assert len(CASES) == 14
    assert sum(bool(case.films) for case in CASES) == 7


def test_they_cover_what_a_whole_case_can_bring() -> None:
    assert any(case.conflicts for case in CASES)
    assert any(case.not_suggested for case in CASES)
    assert any(case.unexplained for case in CASES)
    assert any(case.values_lift for case in CASES)
    assert any(case.as_without for case in CASES)
    assert any(case.nearer_in for case in CASES)
    assert any(case.next for case in CASES)
    assert any(f.time == "past" for case in CASES for f in case.findings)
    assert any(case.not_assessed for case in CASES)
    assert any("image-refused" in case.notes for case in CASES)
    assert all(case.must_not_miss for case in CASES)


@every_case
def test_the_case_file_fits_the_model_and_names_its_files(case: WholeCase) -> None:
    found = fields(case)
    images = {image.file for image in found.images}
    assert images == {film.file for film in case.films}
    named = {text.file for text in found.texts} | {getattr(lab, "file", None) for lab in found.labs}
    there = {path.name for path in case.folder.iterdir()}
    assert there == (named - {None}) | {CASE, EXPECT}
    assert found.age is not None
    assert found.sex is not None


@every_case
def test_films_are_of_patients_that_the_reader_never_saw(case: WholeCase) -> None:
    for film in case.films:
        assert part(film.patient) == 0
        assert str(int(film.patient)) not in EXAMPLES


@every_case
def test_it_names_diseases_and_findings_of_the_tables(case: WholeCase) -> None:
    assert set(case.disease) <= curated.diseases().keys()
    assert set(case.must_not_miss) <= curated.must_not_miss()
    concepts = {
        *case.conflicts,
        *case.next,
        *case.unexplained,
        *case.not_assessed,
        *(f.concept for f in case.findings),
    }
    assert concepts <= curated.findings().keys()
    assert 1 <= case.first <= 10


@every_case
def test_its_words_do_not_name_the_diagnosis(case: WholeCase) -> None:
    found = fields(case)
    words = " ".join((case.folder / t.file).read_text("utf-8") for t in found.texts if t.file)
    words = f"{words} {found.text or ''}".casefold()
    for disease in case.disease:
        assert curated.diseases()[disease].casefold() not in words


def test_without_the_data_a_case_is_staged_without_its_films(tmp_path: Path) -> None:
    case = next(case for case in CASES if case.films)
    folder = stage(case, None, tmp_path)
    assert {p.name for p in folder.iterdir()} == {p.name for p in case.folder.iterdir()} - {EXPECT}


def test_a_text_is_taken_out_of_file_and_folder(tmp_path: Path) -> None:
    case = next(case for case in CASES if case.as_without)
    folder = stage(case, None, tmp_path)
    without_text(folder, case.as_without)
    assert not (folder / case.as_without).exists()
    left = yaml.safe_load((folder / CASE).read_text("utf-8"))
    assert [text["file"] for text in left["texts"]] == ["note.txt"]
    with pytest.raises(SourceError, match="has no text"):
        without_text(folder, case.as_without)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("scope: all", "skope: all"), "fields of an expectation"),
        (("scope: all", "scope: rare"), "is no expectation"),
        (("first: 1", "first: soon"), "is no expectation"),
        (("state: present", "state: there"), "is no expectation"),
        (("conflicts: []", "conflicts: [pleura]"), "is no expectation"),
        (("folder: nih-cxr14-128, ", ""), "is no expectation"),
        (("first: 1", "first: [1"), "is no YAML"),
    ],
)
def test_a_broken_expectation_is_named(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    folder = tmp_path / "broken"
    shutil.copytree(FOLDER / "heart-failure-film-and-report", folder)
    path = folder / EXPECT
    text = path.read_text("utf-8")
    assert change[0] in text
    path.write_text(text.replace(*change, 1), "utf-8")
    with pytest.raises(SourceError, match=f"{EXPECT}.*{said}"):
        read_whole_case(folder)
