"""The written cases: well-formed, in the ids of the shipped tables, two a disease."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from benchmarks.written_cases import (
    FOLDER,
    Role,
    WrittenCase,
    read_written_case,
    read_written_cases,
)
from domain.assertions import Sex
from domain.errors import SourceError
from domain.figures import Setting
from tests.benchmarks import curated

CASES = read_written_cases()
#: Settings that a case may be ranked in.
SETTINGS = {Setting.PRIMARY, Setting.EMERGENCY, Setting.WARD}
AGE = re.compile(r"A (\d+)-(year|month)-old ")
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def test_there_are_at_least_twelve_and_two_a_disease() -> None:
    roles = defaultdict(list)
    for case in CASES:
        roles[case.disease].append(case.role)
    assert len(CASES) >= 12
    assert all(sorted(found) == [Role.ITSELF, Role.MIMIC] for found in roles.values())


@every_case
def test_names_diseases_of_the_tables(case: WrittenCase) -> None:
    assert case.expected in curated.diseases()
    assert case.disease in case.must_not_miss
    assert set(case.must_not_miss) <= curated.must_not_miss()
    assert len(set(case.must_not_miss)) == len(case.must_not_miss)
    assert (case.expected == case.disease) == (case.role is Role.ITSELF)


@every_case
def test_names_findings_of_the_tables(case: WrittenCase) -> None:
    assert case.discriminates
    assert set(case.discriminates) <= curated.findings().keys()
    assert len(set(case.discriminates)) == len(case.discriminates)


@every_case
def test_reads_like_an_emergency_note(case: WrittenCase) -> None:
    assert 60 <= len(case.text.split()) <= 120
    for sign in (r"Temperature \d\d\.\d °C", r"pulse \d+/min", r"respiratory rate \d+/min"):
        assert re.search(sign, case.text), f"has no {sign}"
    assert "saturation" in case.text
    # a child's blood pressure is mostly not taken
    assert "mmHg" in case.text or case.age < 5
    assert case.why
    assert "\n" not in case.why


@every_case
def test_age_sex_and_setting_are_those_of_the_text(case: WrittenCase) -> None:
    assert 0 < case.age <= 110
    told = AGE.match(case.text)
    assert told is not None
    years = int(told[1]) if told[2] == "year" else int(told[1]) / 12
    assert case.age == pytest.approx(years, abs=0.05)
    pronoun = r"\b[Ss]he\b" if case.sex is Sex.FEMALE else r"\b[Hh]e\b"
    assert re.search(pronoun, case.text)
    assert case.setting in SETTINGS
    assert 1 <= case.first <= 10


@every_case
def test_does_not_name_its_diagnosis(case: WrittenCase) -> None:
    for disease in {case.expected, case.disease}:
        assert curated.diseases()[disease].casefold() not in case.text.casefold()


def test_every_file_is_read() -> None:
    others = {p.name for p in FOLDER.iterdir()} - {f"{case.name}.yaml" for case in CASES}
    assert others == {"README.md"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("disease: MONDO:0005279\n", ""), "fields of a case"),
        (("role: itself", "role: both"), "is no case"),
        (("age: 58", "age: old"), "is no case"),
        (("sex: FEMALE", "sex: 5"), "is no case"),
        (("first: 3", "first: [3"), "is no YAML"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    text = (FOLDER / "pulmonary-embolism.yaml").read_text(encoding="utf-8")
    assert change[0] in text
    path = tmp_path / "broken.yaml"
    path.write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(SourceError, match=f"broken.yaml.*{said}"):
        read_written_case(path)
