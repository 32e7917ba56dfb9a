"""`cases show --support`: from a film's box to diseases and their references, on the terminal."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.case_store import keep
from api.cli import main
from api.service import Service
from api.settings import Settings
from domain.case import Case
from domain.evidence import CodedEntry, ImageRegion, Measurement, TextSpan
from domain.findings import Observation, State, Time
from domain.identifiers import Curie

REGION = ImageRegion(
    image="Quuxley.png", box=(12.0, 20.0, 40.0, 33.0), model="chest 1", weights="ab",
    label="Cardiomegaly", score=0.75, operating_point=0.5,
)  # fmt: skip
VALUE = Measurement(
    code="1988-5", value=0.5, bound="<", unit="mg/L", reference_range=None, time=None, source=""
)


def seen(concept: str, *evidence: ImageRegion | TextSpan | CodedEntry | Measurement) -> Observation:
    return Observation(label="", state=State.PRESENT, concept=Curie(concept), evidence=evidence)


CASE = Case(
    id="c",
    day=date(2026, 3, 2),
    observations=(
        seen("HP:0001626", REGION),
        seen("HP:0001250", TextSpan(document="Quuxley.txt", start=1, end=8, quote="Quuxley")),
        Observation(
            label="", state=State.PRESENT, concept=Curie("HP:0002650"), time=Time.PAST,
            earlier="2025-03-02", study="Quuxley", evidence=(VALUE,),
        ),
    ),
)  # fmt: skip


@pytest.fixture
def show(
    figures_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """`differentia cases show c` with the case kept in a home of its own."""
    home = tmp_path / "home"
    shutil.copytree(figures_home, home, symlinks=True)
    monkeypatch.setenv("DIFFERENTIA_HOME", str(home))
    keep(Service(Settings(home=home)), CASE, "c")
    return lambda *more: CliRunner().invoke(main, ["cases", "show", "c", *more])


def test_the_table_leads_from_the_box_to_references(show: Callable[..., Result]) -> None:
    shown = show("--support")
    assert shown.exit_code == 0, shown.output
    text = " ".join(shown.stdout.split())
    assert "Film 1, box 40 x 33 pixels at 12, 20, Cardiomegaly (score 0.75): " in text
    assert "74%," in text
    assert "3.3, likelihood" in text
    assert "often, in words" in text
    assert "Text 2, characters 1 to 8: Seizure (HP:0001250)" in text
    assert "Value 1988-5, <0.5 mg/L: Scoliosis (HP:0002650)" in text
    assert "no frequency" in text
    assert "past, 365 days before this illness, study 1" in text
    assert "Quuxley" not in text
    # The figures of a place stand before its annotations.
    assert text.index("DOI:10.1000") < text.index("PMID:4")


def test_the_table_is_cut_and_says_so(show: Callable[..., Result]) -> None:
    everything = json.loads(show("--support", "--json").stdout)["supported"]
    of_film = [row for row in everything if row["observation"] == 1]
    text = show("--support", "--top", "1").stdout
    assert f"and {len(of_film) - 1} more: --json has all" in text
    assert "TOY:4" not in text.partition("Text 2")[0]


def test_json_has_every_row_and_its_columns(show: Callable[..., Result]) -> None:
    body = json.loads(show("--support", "--json").stdout)
    assert "supported" not in json.loads(show("--json").stdout)
    first = body["supported"][0]
    assert first["box"] == body["observations"][0]["evidence"][0]["box"] == [12, 20, 40, 33]
    assert {r["disease"] for r in body["supported"] if r["edge"] == "HAS_FIGURE"} == {
        "DX:toy-failure",
        "MONDO:9999001",
    }
    assert all(r["references"] for r in body["supported"])


def test_a_case_that_leads_nowhere_says_so(
    toy_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    shutil.copytree(toy_home, home, symlinks=True)
    monkeypatch.setenv("DIFFERENTIA_HOME", str(home))
    entry = CodedEntry(system="entry", code="HP:0002202")
    keep(Service(Settings(home=home)), Case(id="n", observations=(seen("HP:0002202", entry),)), "n")
    shown = CliRunner().invoke(main, ["cases", "show", "n", "--support"])
    assert "No present finding of this case leads to a disease" in shown.stdout
    missing = CliRunner().invoke(main, ["cases", "show", "nowhere", "--support"])
    assert missing.exit_code == 2
    assert "no case" in missing.output
