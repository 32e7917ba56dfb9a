"""`--case`, `case check` and `case schema`, and the flags that a case's parts are."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from pydantic import ValidationError

from api.case_file.schema import case_schema, case_schema_text
from api.case_models import CaseIn
from api.commands.case_inputs import given_case
from api.service import Service
from domain.assertions import Sex
from tests.api.case_file.conftest import FRONTAL, LATERAL, Write

Run = Callable[..., Result]
ROOT = Path(__file__).resolve().parents[3]
TEXT = "She has had seizures since childhood."


@pytest.fixture(autouse=True)
def model(image_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIFFERENTIA_IMAGE_MODEL", str(image_model))


def answer(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    return found


def states(body: dict[str, Any]) -> dict[str, str]:
    return {f["concept"]: f["state"] for f in body["findings"]}


def errors(body: dict[str, Any]) -> dict[str, str]:
    return {n["subject"]: n["message"] for n in body["data_quality"] if n["level"] == "error"}


BAD = """
texts:
  - {file: report.txt}
  - {file: nowhere.txt}
  - {file: link.txt}
  - {file: huge.txt}
images: [{file: side.dcm}]
labs:
  - {code: CRP, value: 187, unit: furlong}
findings: [{concept: HP:0002650, state: present}]
labz: 3
"""
WRONG = {"nowhere.txt", "link.txt", "huge.txt", "side.dcm", "labs[0] (case.yaml:9)", "labz"}


@pytest.fixture
def bad(folder: Path, write: Write) -> Path:
    """A case most of which cannot be used."""
    write("case.yaml", BAD)
    write("report.txt", TEXT)
    write("side.dcm", LATERAL)
    (folder.parent / "outside.txt").write_text("Ataxia.")
    (folder / "link.txt").symlink_to(folder.parent / "outside.txt")
    with (folder / "huge.txt").open("wb") as file:
        file.truncate(200_000_000)
    return folder


def test_diagnose_names_each_and_answers_the_rest(run: Run, bad: Path) -> None:
    body = answer(run("diagnose", "--case", str(bad), "--format", "json"))
    assert states(body) == {"HP:0001250": "present", "HP:0002650": "present"}
    assert set(errors(body)) == WRONG
    assert body["differential"]
    shown = run("diagnose", "--case", str(bad))
    assert shown.exit_code == 0
    for name in WRONG:
        assert name in shown.stdout


@pytest.mark.parametrize(
    "arguments",
    [("explain", "TOY:1"), ("compare", "--diseases", "TOY:1", "TOY:3")],
    ids=["explain", "compare"],
)
def test_explain_and_compare_take_a_case(run: Run, bad: Path, arguments: tuple[str, ...]) -> None:
    body = answer(run(*arguments, "--case", str(bad), "--format", "json"))
    assert set(errors(body)) == WRONG


def test_flags_add_parts_and_stand_above_the_file(
    run: Run, folder: Path, write: Write, tmp_path: Path
) -> None:
    write("case.yaml", f"text: {TEXT}\nage: P30Y\nsex: MALE\nknown_conditions: [Scoliosis]\n")
    letter = tmp_path / "letter.txt"
    letter.write_text("Ataxia was seen.")
    body = answer(
        run("diagnose", "--case", str(folder), "--text", str(letter), "--absent", "HP:0001638",
            "--known", "Microcephaly", "--age", "P4Y", "--sex", "F", "--format", "json")
    )  # fmt: skip
    assert states(body) == {
        "HP:0001250": "present", "HP:0001251": "present", "HP:0001638": "absent",
        "HP:0002650": "present", "HP:0000252": "present",
    }  # fmt: skip


def test_a_part_has_its_day_and_study(run: Run, write: Write, folder: Path) -> None:
    old = write("old, report.txt", "Ataxia was seen.")
    film = write("film.png", FRONTAL)
    body = answer(
        run("diagnose", "--text", f"{old},study=chest,day=2020-01-05",
            "--image", f"{film},day=2026-03-02,study=film", "--format", "json")
    )  # fmt: skip
    found = {f["concept"]: f for f in body["findings"]}
    assert (found["HP:0001251"]["time"], found["HP:0002202"]["time"]) == ("past", "now")
    (seen,) = found["HP:0001251"]["evidence"]
    assert seen["document"] == "old, report.txt"
    body = answer(
        run("diagnose", "--text", f"{old},day=2020-01-05", "--day", "2020-01-20",
            "--format", "json")
    )  # fmt: skip
    assert [f["time"] for f in body["findings"]] == ["now"]


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("a.txt,day=soon", "is no date"),
        ("a.txt,day=2026-03-02,day=2026-03-03", "given twice"),
        ("a.txt,study=", "not understood"),
        (",day=2026-03-02", "not understood"),
        ("a.txt,week=3", "a.txt,week=3"),
    ],
)
@pytest.mark.parametrize("option", ["--text", "--image"])
def test_a_part_that_is_not_understood_is_refused(
    run: Run, option: str, part: str, words: str
) -> None:
    shown = run("diagnose", option, part)
    assert shown.exit_code == 2
    assert words in shown.stderr


def test_a_day_that_is_none_is_refused(run: Run) -> None:
    shown = run("diagnose", "--finding", "HP:0001250", "--day", "soon")
    assert (shown.exit_code, "--day: is no date" in shown.stderr) == (2, True)


@pytest.mark.parametrize("stated", [True, False])
def test_age_sex_and_day_stand_above_the_file(service: Service, write: Write, stated: bool) -> None:
    path = write("case.yaml", f"text: {TEXT}\nage: 30\nsex: MALE\nday: 2026-03-02\n")
    over = {"age": "P4Y", "sex": "F", "day": "2026-04-01"} if stated else {}
    empty = dict.fromkeys(("texts", "findings", "absent", "lab", "labs", "images", "known"), ())
    none = dict.fromkeys(("age", "sex", "day", "phenopacket", "form"))
    case = given_case(service, {"case_path": path, **empty, **none, **over}, None).case
    assert (case.age, case.sex, case.day) == (
        (4.0, Sex.FEMALE, date(2026, 4, 1)) if stated else (30.0, Sex.MALE, date(2026, 3, 2))
    )


@pytest.mark.parametrize(("option", "found"), [((), 2), (("--setting", "ward"), 0)])
def test_the_setting_stands_above_that_of_the_file(
    run: Run, write: Write, option: tuple[str, ...], found: int
) -> None:
    """The toy release has no figures, so that any setting may be named; one that is none shows
    which of both counts."""
    path = write("case.yaml", f"text: {TEXT}\nsetting: ward\n")
    option = option or ("--setting", "moon")
    assert run("diagnose", "--case", str(path), *option).exit_code == found


def test_ages_of_two_patients_are_named(run: Run, folder: Path, write: Write) -> None:
    write("a.txt", "A 71-year-old woman with seizures.")
    write("b.txt", "A 34-year-old man with ataxia.")
    shown = run("case", "check", str(folder))
    assert shown.exit_code == 2
    for word in ("71", "34", "a.txt", "b.txt", "female", "See that all parts are of one patient"):
        assert word in shown.stdout
    body = answer(run("diagnose", "--case", str(folder), "--format", "json"))
    assert [n["subject"] for n in body["data_quality"] if n["code"] == "two-patients"] == [
        "ages", "sexes",
    ]  # fmt: skip
    assert states(body) == {"HP:0001250": "present", "HP:0001251": "present"}


@pytest.mark.parametrize("command", [("diagnose", "--case"), ("case", "check")])
def test_an_empty_case_is_one_line(run: Run, folder: Path, command: tuple[str, ...]) -> None:
    shown = run(*command, str(folder))
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert len(shown.stderr.splitlines()) == 1
    for word in ("nothing to reason about", "case.yaml", ".txt", ".csv"):
        assert word in shown.stderr


def test_a_case_whose_parts_all_fail_names_them(run: Run, write: Write) -> None:
    path = write("case.yaml", "texts: [{file: nowhere.txt}]\nlabs: [{code: CRP, value: x}]\n")
    shown = run("diagnose", "--case", str(path))
    assert shown.exit_code == 2
    assert "nowhere.txt: Not used: There is no such file." in shown.stderr
    assert "'x' is no number" in shown.stderr
    more = answer(run("diagnose", "--case", str(path), "--finding", "HP:0001250",
                      "--format", "json"))  # fmt: skip
    assert set(errors(more)) == {"nowhere.txt", "labs[0] (case.yaml:2)"}
    checked = run("case", "check", str(path), "--json")
    body = json.loads(checked.stdout)
    assert (checked.exit_code, body["usable"], len(body["wrong"])) == (2, False, 2)


def test_check_says_all_at_once(run: Run, bad: Path) -> None:
    shown = run("case", "check", str(bad), "--json")
    body = json.loads(shown.stdout)
    assert (shown.exit_code, body["usable"]) == (2, True)
    assert {n["subject"] for n in body["wrong"]} == WRONG
    assert all(n["mend"] for n in body["wrong"] if n["subject"] != "side.dcm")
    words = run("case", "check", str(bad)).stdout
    assert f"{bad}: 1 text, 1 finding" in words
    assert words.count("\nwrong: ") == len(WRONG)


def test_check_of_a_good_case(run: Run, write: Write) -> None:
    shown = run("case", "check", str(write("case.yaml", f"text: {TEXT}\n")))
    assert shown.exit_code == 0
    assert shown.stdout.endswith("Nothing is wrong with it.\n")


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_check_of_what_is_no_case_file(run: Run, write: Write, form: tuple[str, ...]) -> None:
    shown = run("case", "check", str(write("case.yaml", "a: [1\n")), *form)
    assert shown.exit_code == 2
    assert "this is not YAML" in shown.output
    assert "Traceback" not in shown.output


def test_a_page_shows_the_film_of_a_case(run: Run, folder: Path, write: Write) -> None:
    write("front.png", FRONTAL)
    page = run("diagnose", "--case", str(folder), "--format", "html").stdout
    assert "data:image/png;base64," in page


def test_a_second_phenopacket_is_refused(run: Run, write: Write) -> None:
    packet = '{"phenotypicFeatures": [{"type": {"id": "HP:0001251"}}]}'
    other = write("p.json", packet)
    path = write("case.yaml", f"phenopacket: {packet}")
    assert "HP:0001251" in states(answer(run("diagnose", "--case", str(path), "--format", "json")))
    shown = run("diagnose", "--case", str(path), "--phenopacket", str(other))
    assert (shown.exit_code, "one already" in shown.stderr) == (2, True)


def test_the_schema_in_the_documentation_is_current(run: Run) -> None:
    assert (ROOT / "docs" / "case.schema.json").read_text("utf-8") == case_schema_text()
    assert run("case", "schema").stdout == case_schema_text()


def test_the_schema_has_every_field_of_the_model() -> None:
    schema = case_schema()
    assert set(schema["properties"]) == set(CaseIn.model_fields)
    assert schema["additionalProperties"] is False
    assert schema["$schema"].endswith("2020-12/schema")


def test_the_example_of_the_documentation_is_a_case(run: Run, folder: Path, write: Write) -> None:
    page = (ROOT / "docs" / "case-file.md").read_text("utf-8")
    _, *blocks = page.split("```yaml\n")
    example = blocks[0].split("```")[0]
    write("case.yaml", example)
    write("films/chest.png", FRONTAL)
    write("chest-report.txt", "Chest radiograph: small left pleural effusion.")
    write("labs.csv", page.split("```csv\n")[1].split("```")[0])
    shown = run("case", "check", str(folder))
    assert (shown.exit_code, shown.stderr) == (0, ""), shown.stdout


@pytest.mark.parametrize("field", ["labs", "age"])
def test_the_model_refuses_what_is_neither(field: str) -> None:
    with pytest.raises(ValidationError):
        CaseIn.model_validate({field: [True]})
