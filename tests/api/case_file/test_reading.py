"""A case file or folder as a case: what cannot be used is named and takes nothing with it."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest

from api.case_file.case_read import CaseRead
from api.case_file.folder import MAX_FILES
from api.case_file.reading import read_case
from api.labs import MAX_LABS
from api.service import Service
from domain.errors import EmptyInput, InputError, InputTooLarge
from domain.findings import Note
from tests.api.case_file.conftest import FRONTAL, LATERAL, Write

TEXT = "She has had seizures since childhood."


def errors(read: CaseRead) -> dict[str, Note]:
    found = {n.subject: n for n in read.errors}
    assert len(found) == len(read.errors)
    return found


def test_a_whole_case(service: Service, folder: Path, write: Write) -> None:
    write("report.txt", TEXT)
    write("films/chest.png", FRONTAL)
    write("labs.csv", "code,value,unit,time\nHb,81,g/L,2026-03-01\nNa,128,mmol/L,\n")
    packet = {"phenotypicFeatures": [{"type": {"id": "HP:0001251"}}]}
    write("packet.json", json.dumps(packet))
    write("case.yaml", """
text: Scoliosis was seen.
texts:
  - {file: report.txt, day: 2026-03-02, study: chest}
  - {name: letter, text: No ataxia.}
images: [{file: films/chest.png, day: 2026-03-02, study: chest}]
labs: [{code: CRP, value: 187, unit: mg/L}, {file: labs.csv}]
findings: [{concept: HP:0001638, state: absent}]
phenopacket: {file: packet.json}
known_conditions: [COPD]
age: 71
sex: FEMALE
day: 2026-03-03
setting: ward
""")  # fmt: skip
    read = read_case(folder, service)
    parts = read.parts
    assert not parts.notes
    assert {t.name: (t.text, t.day, t.study) for t in parts.texts} == {
        "report": ("Scoliosis was seen.", None, None),
        "report.txt": (TEXT, date(2026, 3, 2), "chest"),
        "letter": ("No ataxia.", None, None),
    }
    (film,) = parts.images
    assert (film.reading.refused, film.day, film.study) == (None, date(2026, 3, 2), "chest")
    assert [(v.code, v.time) for v in parts.labs] == [
        ("CRP", None), ("Hb", "2026-03-01"), ("Na", None),
    ]  # fmt: skip
    assert [(f.concept, f.state) for f in read.findings] == [("HP:0001638", "absent")]
    assert read.phenopacket == packet
    assert (read.known, read.age, read.sex) == (("COPD",), "71", "FEMALE")
    assert (read.day, read.setting) == (date(2026, 3, 3), "ward")


def test_json_and_yaml_say_the_same(service: Service, folder: Path, write: Write) -> None:
    fields = {"text": TEXT, "age": "P4Y", "labs": [{"code": "CRP", "value": "<5"}]}
    one = read_case(write("a.json", json.dumps(fields)), service)
    other = read_case(write("a.yml", f"text: {TEXT}\nage: P4Y\nlabs:\n- code: CRP\n  value: <5\n"),
                      service)  # fmt: skip
    assert (one.parts.texts, one.parts.labs, one.age) == (
        other.parts.texts, other.parts.labs, other.age,
    )  # fmt: skip
    assert one.setting is None


OUTSIDE = ("../outside.txt", "notes/../../outside.txt", "/etc/hostname", "C:\\x.txt", "..\\x.txt",
           "\\\\server\\x.txt", "link.txt", "linked/outside.txt")  # fmt: skip


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize("field", ["texts", "images", "labs"])
def test_no_file_outside_the_folder_is_read(
    service: Service, folder: Path, write: Write, name: str, field: str
) -> None:
    (folder.parent / "outside.txt").write_text("Ataxia.")
    (folder / "link.txt").symlink_to(folder.parent / "outside.txt")
    (folder / "linked").symlink_to(folder.parent)
    read = read_case(write("c.json", json.dumps({"text": TEXT, field: [{"file": name}]})), service)
    assert [t.text for t in read.parts.texts] == [TEXT]
    (note,) = read.errors
    assert (note.level, note.code, note.subject) == ("error", "part-not-used", name)
    assert note.mend is not None
    assert "case's folder" in note.message


def test_a_phenopacket_outside_is_not_read(service: Service, write: Write) -> None:
    path = write("c.json", json.dumps({"text": TEXT, "phenopacket": {"file": "../p.json"}}))
    read = read_case(path, service)
    assert "leaves the case's folder" in errors(read)["../p.json"].message
    assert read.phenopacket is None


def test_a_link_below_the_folder_is_followed(service: Service, folder: Path, write: Write) -> None:
    write("deep/report.txt", TEXT)
    (folder / "link.txt").symlink_to(folder / "deep" / "report.txt")
    read = read_case(write("c.yaml", "texts: [{file: link.txt}]"), service)
    assert ([t.text for t in read.parts.texts], read.errors) == ([TEXT], [])


def test_a_folder_may_itself_be_a_link(service: Service, folder: Path, write: Write) -> None:
    write("report.txt", TEXT)
    (folder.parent / "alias").symlink_to(folder)
    assert [t.text for t in read_case(folder.parent / "alias", service).parts.texts] == [TEXT]


def test_a_case_file_that_is_a_link_out_of_its_folder_is_refused(
    service: Service, folder: Path
) -> None:
    (folder.parent / "other.yaml").write_text("text: x")
    (folder / "case.yaml").symlink_to(folder.parent / "other.yaml")
    with pytest.raises(InputError, match="leaves the case's folder"):
        read_case(folder, service)


def test_what_cannot_be_read_is_named_and_the_rest_is_there(
    service: Service, folder: Path, write: Write
) -> None:
    os.mkfifo(folder / "pipe.txt")
    write("empty.txt", "  ")
    write("photo.txt", FRONTAL)
    write("words.png", "words")
    write("other.csv", "a,b\n1,2\n")
    write("packet.json", "{")
    with (folder / "huge.txt").open("wb") as file:
        file.truncate(200_000_000)  # a sparse file: 200 MB that take no room
    with (folder / "huge.png").open("wb") as file:
        file.truncate(200_000_000)
    with (folder / "huge.csv").open("wb") as file:
        file.truncate(200_000_000)
    texts = ("pipe", "empty", "photo", "huge", "repotr", "long")
    write("long.txt", "a" * 10_001)
    write("report.txt", TEXT)
    case = {
        "text": TEXT,
        "texts": [{"file": f"{name}.txt"} for name in texts],
        "images": [{"file": "words.png"}, {"file": "huge.png"}],
        "labs": [{"file": "other.csv"}, {"file": "huge.csv"}],
        "phenopacket": {"file": "packet.json"},
    }
    read = read_case(write("c.json", json.dumps(case)), service)
    assert [t.text for t in read.parts.texts] == [TEXT]
    found = errors(read)
    for name, words in {
        "pipe.txt": "This is no file",
        "empty.txt": "The text is empty",
        "photo.txt": "PNG image",
        "huge.txt": "200,000,000 bytes; at most 40,000",
        "long.txt": "10,001 characters",
        "repotr.txt": "no such file",
        "words.png": "",
        "huge.png": "200,000,000 bytes",
        "huge.csv": "200,000,000 bytes",
        "other.csv": "has other columns",
        "packet.json": "is not JSON",
    }.items():
        assert words in found.pop(name).message
    assert not found
    assert read_case(folder / "c.json", service).errors == read.errors


def test_a_file_that_is_missing_is_named_with_the_nearest(service: Service, write: Write) -> None:
    write("report.txt", TEXT)
    read = read_case(write("c.yaml", "text: x\ntexts: [{file: repotr.txt}]"), service)
    assert errors(read)["repotr.txt"].mend == "Nearest: report.txt."


def test_a_lateral_film_is_a_note_and_the_rest_is_answered(service: Service, write: Write) -> None:
    write("side.dcm", LATERAL)
    write("front.png", FRONTAL)
    path = write("c.yaml", f"text: {TEXT}\nimages: [{{file: side.dcm}}, {{file: front.png}}]")
    read = read_case(path, service)
    assert "lateral" in errors(read)["side.dcm"].message
    case = service.case(texts=read.parts.texts, images=read.parts.images, notes=read.parts.notes)
    (note,) = (n for n in case.notes if n.level == "error")
    assert (note.code, note.subject) == ("image-refused", "side.dcm")
    assert "lateral-view" in note.message
    assert {type(e).__name__ for o in case.observations for e in o.evidence} == {
        "TextSpan", "ImageRegion",
    }  # fmt: skip


def test_each_value_that_cannot_be_one_is_named_by_its_place(
    service: Service, write: Write
) -> None:
    write("labs.csv", "code,value,unit,time\nHb,81,g/L,\nHb,81,mmHg,\nNa,1280,mmol/L,\n"
          "crx,1,,\nK,4\nK,4,mmol/L,yesterday\n")  # fmt: skip
    read = read_case(write("c.yaml", """
labs:
  - {code: CRP, value: 187, unit: mg/L}
  - {code: CRP, value: 187, unit: furlong}
  - {code: Na, value: 1280, unit: mmol/L}
  - {file: labs.csv}
"""), service)  # fmt: skip
    assert [v.code for v in read.parts.labs] == ["CRP", "Hb"]
    found = errors(read)
    assert set(found) == {
        "labs[1] (c.yaml:4)", "labs[2] (c.yaml:5)", *(f"labs.csv, line {n}" for n in range(3, 8)),
    }  # fmt: skip
    assert "'furlong' is no unit" in found["labs[1] (c.yaml:4)"].message
    assert found["labs[1] (c.yaml:4)"].mend == "Use mg/L or mg/dL."
    assert "cannot be a value of sodium" in found["labs[2] (c.yaml:5)"].message
    assert "'mmHg'" in found["labs.csv, line 3"].message


def test_codes_are_tried_one_by_one(service: Service, write: Write) -> None:
    read = read_case(write("c.yaml", """
findings:
  - {concept: HP:0001250, state: present}
  - {concept: HP:9999999, state: present}
  - {concept: HP:0001251, state: present, onset: whenever}
  - {concept: HP:0001251, state: maybe}
  - {concept: ataxia, state: present}
age: four
"""), service)  # fmt: skip
    assert [f.concept for f in read.findings] == ["HP:0001250"]
    found = errors(read)
    assert "is not a concept of release" in found["findings[1] (c.yaml:4)"].message
    assert "onset" in found["findings[2] (c.yaml:5)"].message
    assert "'present', 'absent'" in found["findings[3]"].message
    assert "HP:0001250" in found["findings[4]"].message
    assert "four" in found["age (c.yaml:8)"].message
    assert read.age is None


def test_unknown_fields_and_those_that_stand_twice_are_named(
    service: Service, write: Write
) -> None:
    read = read_case(write("c.yaml", f"""text: {TEXT}
knwon_conditions: [COPD]
sex: female
labs:
  - {{code: CRP, value: 3, unit: mg/L, valeu: 4}}
  - {{code: CRP, value: 3, value: 4}}
  - {{code: Na, value: 128}}
  - CRP 187
  - {{file: a.csv, code: x}}
age: P4Y
age: P5Y
"""), service)  # fmt: skip
    found = errors(read)
    assert found["knwon_conditions"].message.startswith("c.yaml:2: there is no field")
    assert found["knwon_conditions"].mend == "Nearest: known_conditions."
    assert "c.yaml:3" in found["sex"].message
    assert "'FEMALE'" in found["sex"].message
    assert found["labs[0]"].message.startswith("c.yaml:5: there is no field 'valeu'")
    assert found["labs[0]"].mend == "Nearest: value."
    assert "labs[1].value stands in lines 6 and 6" in found["labs[1]"].message
    assert found["labs[3]"].message.startswith("c.yaml:8: ")
    assert found["labs[4]"].mend == "Known: file."
    assert "lines 10 and 11" in found["age"].message
    assert [v.code for v in read.parts.labs] == ["Na"]
    assert (read.age, read.sex, [t.text for t in read.parts.texts]) == (None, None, [TEXT])


def test_a_list_that_is_too_long_is_cut_and_told(service: Service, write: Write) -> None:
    labs = [{"code": "CRP", "value": n % 300 + 1, "unit": "mg/L"} for n in range(MAX_LABS + 5)]
    labs[3] = {"code": "CRP"}
    write("more.csv", "code,value\nHb,81\n")
    case = {"labs": [*labs, {"file": "more.csv"}], "text": TEXT}
    read = read_case(write("c.json", json.dumps(case)), service)
    found = errors(read)
    assert "at most 1,000" in found["labs"].message
    assert len(read.parts.labs) == MAX_LABS
    assert set(found) == {"labs", "labs[3]"}


def test_a_malformed_phenopacket_is_named(service: Service, write: Write) -> None:
    for packet in ({}, {"phenotypicFeatures": [{"type": {"id": "nothing"}}]}, {"subject": 3}):
        read = read_case(
            write("c.json", json.dumps({"text": TEXT, "phenopacket": packet})), service
        )
        assert set(errors(read)) == {"phenopacket"}
        assert read.phenopacket is None


def test_a_folder_is_read_by_its_endings(service: Service, folder: Path, write: Write) -> None:
    write("b/report.TXT", TEXT)
    write("a.txt", "No ataxia.")
    write("front.png", FRONTAL)
    write("side", LATERAL)
    write("values.csv", "code,value\nHb,81\n")
    write("letter.pdf", "%PDF")
    write("README", "words")
    write(".hidden.txt", "Ataxia.")
    write(".git/config.txt", "Ataxia.")
    (folder / "away.txt").symlink_to(folder.parent)
    (folder / "elsewhere").symlink_to(folder.parent)
    read = read_case(folder, service)
    assert [t.name for t in read.parts.texts] == ["a.txt", "b/report.TXT"]
    assert [f.reading.file for f in read.parts.images] == ["front.png", "side"]
    assert [v.code for v in read.parts.labs] == ["Hb"]
    passed = next(n for n in read.parts.notes if n.code == "passed-over")
    for name in ("letter.pdf", "README", "elsewhere"):
        assert name in passed.message
    assert "lateral" in errors(read)["side"].message


def test_a_link_that_leaves_a_folder_without_a_case_file(
    service: Service, folder: Path, write: Write
) -> None:
    (folder.parent / "outside.txt").write_text("Ataxia.")
    (folder / "link.txt").symlink_to(folder.parent / "outside.txt")
    write("report.txt", TEXT)
    read = read_case(folder, service)
    assert [t.text for t in read.parts.texts] == [TEXT]
    assert "symbolic link that leaves" in errors(read)["link.txt"].message


def test_what_a_case_file_does_not_name_is_told(
    service: Service, folder: Path, write: Write
) -> None:
    write("case.yaml", "texts: [{file: ./report.txt}]")
    write("report.txt", TEXT)
    write("other.txt", "Ataxia.")
    (note,) = read_case(folder, service).parts.notes
    assert (note.level, note.code) == ("info", "not-named")
    assert note.message.endswith("not read: other.txt.")


def test_two_case_files_are_refused(service: Service, folder: Path, write: Write) -> None:
    write("case.yaml", "text: x")
    write("case.json", "{}")
    with pytest.raises(InputError, match=r"case\.yaml, case\.json"):
        read_case(folder, service)


def test_what_is_no_case_is_named(service: Service, folder: Path, write: Write) -> None:
    with pytest.raises(InputError, match="no such file or folder"):
        read_case(folder / "nowhere", service)
    with pytest.raises(InputError, match="is no case file"):
        read_case(write("case.txt", TEXT), service)
    with pytest.raises(InputError, match="is a phenopacket"):
        read_case(write("p.json", '{"phenotypicFeatures": []}'), service)
    with (folder / "huge.yaml").open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(InputTooLarge, match="200,000,000 bytes"):
        read_case(folder / "huge.yaml", service)


def test_a_folder_of_everything_is_no_case(service: Service, folder: Path, write: Write) -> None:
    for n in range(MAX_FILES + 1):
        write(f"{n}.txt", "x")
    with pytest.raises(InputTooLarge, match="more than 1,000 files"):
        read_case(folder, service)


def test_an_empty_case_names_what_was_tried(service: Service, folder: Path, write: Write) -> None:
    nothing = read_case(folder, service)
    assert nothing.empty
    error = nothing.nothing()
    assert isinstance(error, EmptyInput)
    for word in (str(folder), "case.yaml", ".txt", ".csv", "images"):
        assert word in error.message
    write("side.dcm", LATERAL)
    write("letter.pdf", "%PDF")
    words = read_case(folder, service).nothing().message
    assert "passed over letter.pdf" in words
    assert "lateral" in words
    write("case.yaml", "age: 4\ntexts: [{file: nowhere.txt}]")
    words = read_case(folder, service).nothing().message
    assert "Its fields: age, texts. nowhere.txt: Not used: There is no such file." in words
