"""`differentia annotate` on the toy release: what it prints, and what it says of bad input."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from api.phenopackets import features, read_one

Run = Callable[..., Result]

LETTER = (
    "She has gait ataxia and focal seizures but no scoliosis.\r\n"
    "Her mother had microcephaly. Possible cardiomyopathy.\r\n"
    "Return if there is a pleural effusion.\r\n"
)
KEYS = [
    "concept",
    "label",
    "start",
    "end",
    "quote",
    "state",
    "uncertainty",
    "time",
    "experiencer",
    "section",
    "modifiers",
    "triggers",
    "link_score",
]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    def made(content: str | bytes, name: str = "letter.txt") -> str:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return made


def lines(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def by_concept(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {f["concept"]: f for f in answer["findings"]}


def test_a_line_a_document_with_the_keys_in_order(run: Run, write: Callable[..., str]) -> None:
    first, second = lines(
        run("annotate", write(LETTER), write("No ataxia.", "note.txt"), "--format", "json")
    )
    assert list(first)[:3] == ["document", "values", "findings"]
    assert (first["document"], second["document"]) == ("letter.txt", "note.txt")
    for finding in (*first["findings"], *second["findings"]):
        assert list(finding)[: len(KEYS)] == KEYS
    assert [f["start"] for f in first["findings"]] == sorted(f["start"] for f in first["findings"])


def test_places_states_and_the_words_that_decided(run: Run, write: Callable[..., str]) -> None:
    (answer,) = lines(run("annotate", write(LETTER)))
    found = by_concept(answer)
    for finding in found.values():
        assert LETTER[finding["start"] : finding["end"]] == finding["quote"]
        for trigger in finding["triggers"]:
            if trigger["start"] is not None:
                assert LETTER[trigger["start"] : trigger["end"]] == trigger["text"]
    assert found["HP:0002066"]["state"] == "present"
    assert found["HP:0002650"]["state"] == "absent"
    assert ("negated", "no") in [
        (t["attribute"], t["text"]) for t in found["HP:0002650"]["triggers"]
    ]
    mother = found["HP:0000252"]
    assert (mother["experiencer"], mother["kinship"]) == ("family", "mother")
    assert found["HP:0001638"]["state"] == "uncertain"
    assert found["HP:0001638"]["hedge"]["class"] == "possible"
    assert found["HP:0002202"]["time"] == "hypothetical"
    assert all(f["uncertainty"] is None for f in found.values() if f["state"] != "uncertain")


def test_standard_input_and_nothing_found(run: Run) -> None:
    (answer,) = lines(run("annotate", "-", stdin="12 34\n56 78\n"))
    assert answer["document"] == "stdin"
    assert answer["findings"] == []
    assert [n["code"] for n in answer["notes"]] == ["no-finding-in-text"]


def test_a_jsonl_file_holds_a_document_a_line(run: Run, write: Callable[..., str]) -> None:
    many = [{"document": f"d{n}", "text": "No ataxia."} for n in range(3)]
    many.append({"text": "Seizures."})
    file = write("\n\n".join(json.dumps(d) for d in many), "many.jsonl")
    answers = lines(run("annotate", file))
    assert [a["document"] for a in answers] == ["d0", "d1", "d2", "many.jsonl:7"]
    assert [len(a["findings"]) for a in answers] == [1, 1, 1, 1]


def test_two_files_of_one_name_are_told_apart(run: Run, write: Callable[..., str]) -> None:
    one, other = write("Ataxia.", "a/note.txt"), write("Seizures.", "b/note.txt")
    assert [a["document"] for a in lines(run("annotate", one, other))] == [one, other]


def test_the_same_twice_and_documents_do_not_meet(run: Run, write: Callable[..., str]) -> None:
    one, other = write(LETTER), write("Scoliosis. No ataxia.", "note.txt")
    together = lines(run("annotate", one, other))
    assert together == lines(run("annotate", one, other))
    assert together == [*lines(run("annotate", one)), *lines(run("annotate", other))]


def test_values_stand_apart_from_findings(run: Run, write: Callable[..., str]) -> None:
    text = "Ataxia. Sodium 129 mmol/L (135-145)."
    (answer,) = lines(run("annotate", write(text)))
    assert [f["concept"] for f in answer["findings"]] == ["HP:0001251"]
    (low,) = [v for v in answer["values"] if v["state"] == "present"]
    assert text[low["start"] : low["end"]] == low["quote"]
    assert (low["analyte"], low["value"], low["unit"]) == ("sodium", 129.0, "mmol/L")
    assert low["reference_range"] == "135-145"


def test_age_and_sex_choose_the_range_of_a_value(run: Run, write: Callable[..., str]) -> None:
    file = write("Hemoglobin 125 g/L.")

    def anemia(*patient: str) -> str:
        (answer,) = lines(run("annotate", file, *patient))
        (found,) = [v["state"] for v in answer["values"] if v["label"] == "Anemia"]
        return str(found)

    assert anemia("--age", "P40Y", "--sex", "MALE") == "present"
    assert anemia("--age", "P8Y", "--sex", "MALE") == "absent"
    assert anemia() == "undetermined"


def spans_of(*words: str) -> list[tuple[int, int]]:
    return [(LETTER.index(w), LETTER.index(w) + len(w)) for w in words]


@pytest.mark.parametrize("form", ["tsv", "csv", "bare", "jsonl"])
@pytest.mark.parametrize("called", ["letter.txt", "letter", "path"])
def test_given_places_are_judged_in_their_order(
    run: Run, write: Callable[..., str], form: str, called: str
) -> None:
    letter = write(LETTER)
    name = letter if called == "path" else called
    wanted = spans_of("cardiomyopathy", "scoliosis", "has gait")
    if form == "jsonl":
        rows = [json.dumps({"document": name, "start": s, "end": e}) for s, e in wanted]
    else:
        cut = "," if form == "csv" else "\t"
        rows = [] if form == "bare" else [cut.join(("end", "document", "id", "start"))]
        rows += [
            cut.join((name, str(s), str(e)) if form == "bare" else (str(e), name, "x", str(s)))
            for s, e in wanted
        ]
    spans = write("\r\n".join(rows) + "\r\n", "spans.txt")
    (answer,) = lines(run("annotate", letter, "--spans", spans))
    assert [(f["start"], f["end"]) for f in answer["findings"]] == wanted
    assert [f["state"] for f in answer["findings"]] == ["uncertain", "absent", "present"]
    assert [f["concept"] for f in answer["findings"]] == ["HP:0001638", "HP:0002650", None]
    assert answer["findings"][2]["label"] == "has gait"
    assert answer["findings"][2]["link_score"] is None


def test_documents_without_given_places_have_no_finding(
    run: Run, write: Callable[..., str]
) -> None:
    note = write("Ataxia.", "note.txt")
    spans = write("document\tstart\tend\nletter\t0\t3\nletter\t4\t7\n", "spans.tsv")
    first, second = lines(run("annotate", note, write(LETTER), "--spans", spans))
    assert (len(first["findings"]), len(second["findings"])) == (0, 2)


@pytest.mark.parametrize(
    ("rows", "messages"),
    [
        ("document\tstart\tend\nletter\t0\t9999", ["spans.tsv:2", "ends at character", "9,999"]),
        ("document\tstart\tend\nother\t0\t3", ["spans.tsv:2", "'other' is none of the documents"]),
        ("document\tstart\tend\nletter\t5\t5", ["spans.tsv:2", "nothing is between"]),
        ("document\tstart\tend\nletter\t3\t4", ["spans.tsv:2", "only white space"]),
        ("document\tstart\tend\n\nletter\tone\t5", ["spans.tsv:3", "start is no whole number"]),
        ("document\tstart\tend\nletter\t-1\t5", ["spans.tsv:2", "start is no whole number"]),
        ("document\tstart\tend\nletter\t1", ["spans.tsv:2", "end is missing"]),
        ("document\tbegin\tend\nletter\t1\t2", ["spans.tsv:1", "lacks start"]),
        ("document\tstart\tend\n", ["holds no span"]),
        ("", ["holds no span"]),
        ('{"document": "letter", "start": 0}', ["spans.tsv:1", "end is missing"]),
        ('{"document": "letter", "start": 0, "end": true}', ["spans.tsv:1", "end is no whole"]),
        ('{"document": "letter"', ["spans.tsv:1", "is not JSON"]),
    ],
)
def test_a_place_that_cannot_be_is_named_by_its_line(
    run: Run, write: Callable[..., str], rows: str, messages: list[str]
) -> None:
    result = run("annotate", write(LETTER), "--spans", write(rows, "spans.tsv"))
    assert result.exit_code == 2
    assert result.stdout == ""
    for message in messages:
        assert message in result.stderr


def test_many_faulty_places_are_told_at_once(run: Run, write: Callable[..., str]) -> None:
    rows = "".join(f"letter\t{n}\t9999\n" for n in range(8))
    result = run("annotate", write(LETTER), "--spans", write(rows, "spans.tsv"))
    assert "spans.tsv:5" in result.stderr
    assert "and 3 more" in result.stderr


BAD: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "empty"),
    "white space": (" \r\n ", "empty"),
    "binary": (bytes(range(256)) * 40, "not text"),
    "PDF": (b"%PDF-1.7 ...", "PDF"),
    "huge": (b"a " * 25_000_000, "50,000,000 bytes"),
    "long": ("ataxia " * 150_000, "1,000,000"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_no_report_is_named(run: Run, write: Callable[..., str], name: str) -> None:
    content, message = BAD[name]
    result = run("annotate", write(content, "bad.txt"))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("differentia: bad.txt: ")
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_folders_and_missing_files_are_named(run: Run, tmp_path: Path) -> None:
    result = run("annotate", str(tmp_path), "nowhere.txt")
    assert result.exit_code == 2
    assert "folder" in result.stderr
    assert "nowhere.txt: The file cannot be read: No such file" in result.stderr


def test_one_bad_file_does_not_stop_the_others(
    run: Run, write: Callable[..., str], tmp_path: Path
) -> None:
    output = tmp_path / "out.jsonl"
    result = run(
        "annotate", write(b"\x00\x01\x02" * 9, "bad.txt"), write(LETTER), "--output", str(output)
    )
    assert result.exit_code == 1
    assert "bad.txt" in result.stderr
    assert [json.loads(line)["document"] for line in output.read_text().splitlines()] == [
        "letter.txt"
    ]


def test_bad_lines_of_a_jsonl_file_are_named(run: Run, write: Callable[..., str]) -> None:
    content = '{"text": "Ataxia."}\n{"text": 3}\nataxia\n{"document": 1, "text": "x"}\n'
    result = run("annotate", write(content, "many.jsonl"))
    assert result.exit_code == 1
    assert [json.loads(line)["document"] for line in result.stdout.splitlines()] == ["many.jsonl:1"]
    for number in (2, 3, 4):
        assert f"many.jsonl:{number}: " in result.stderr
    assert run("annotate", write("\n", "none.jsonl")).exit_code == 2
    assert "Line 1 is not UTF-8" in run("annotate", write(b"\xff{}", "odd.jsonl")).stderr


def test_other_encodings_are_read_and_told(run: Run, write: Callable[..., str]) -> None:
    text = "Naïve to treatment. No ataxia."
    windows = run("annotate", write(text.encode("cp1252")))
    assert "not UTF-8" in windows.stderr
    (answer,) = lines(windows)
    for content in (text, text.encode("utf-16"), b"\xef\xbb\xbf" + text.encode()):
        result = run("annotate", write(content))
        assert result.stderr == ""
        assert lines(result) == [answer]


def test_nothing_is_written_where_nothing_was_read(
    run: Run, write: Callable[..., str], tmp_path: Path
) -> None:
    output = tmp_path / "kept.html"
    output.write_text("as it was")
    for form in ("json", "html", "text", "phenopacket"):
        result = run("annotate", write("", "bad.txt"), "--format", form, "--output", str(output))
        assert result.exit_code == 2
    assert output.read_text() == "as it was"


@pytest.mark.parametrize("option", [("--age", "old"), ("--sex", "X"), ("--release", "abcdefabcd")])
def test_bad_options_are_named(
    run: Run, write: Callable[..., str], option: tuple[str, str]
) -> None:
    result = run("annotate", write(LETTER), *option)
    assert result.exit_code == (1 if option[0] == "--release" else 2)
    assert option[1] in result.stderr
    assert result.stdout == ""


def test_text_is_a_table_without_the_report_s_control_characters(
    run: Run, write: Callable[..., str]
) -> None:
    result = run("annotate", write("\x1b[31m Red.\x1b[0m\x07 No gait\nataxia."), "--format", "text")
    assert result.exit_code == 0, result.stderr
    assert "\x1b" not in result.stdout
    for words in ("letter.txt: 1 finding, 0 values", "HP:0002066", '"gait ataxia"', "line 1"):
        assert words in result.stdout


def test_names_are_replaced_and_places_are_those_of_the_given_text(
    run: Run, write: Callable[..., str]
) -> None:
    text = "Dr. John Smith saw her on 3 March 2021. She has no scoliosis, says Dr. Smith."
    (answer,) = lines(run("annotate", write(text), "--deidentify"))
    (finding,) = answer["findings"]
    assert text[finding["start"] : finding["end"]] == finding["quote"] == "scoliosis"
    (no,) = [t for t in finding["triggers"] if t["attribute"] == "negated"]
    assert text[no["start"] : no["end"]] == no["text"] == "no"
    assert answer["replacements"]["DATE"] == 1
    assert answer["replacements"]["NAME"] == 2
    shown = run("annotate", write(text), "--deidentify", "--format", "html").stdout
    assert "Smith" not in shown
    assert "3 March 2021" not in shown  # moved, perhaps within the year
    start = text.index("scoliosis")
    spans = write(f"letter\t{start}\t{start + 9}\n", "spans.tsv")
    (judged,) = lines(run("annotate", write(text), "--deidentify", "--spans", spans))
    assert judged["findings"] == [finding]


def test_a_phenopacket_is_read_again_as_the_same_findings(
    run: Run, write: Callable[..., str], tmp_path: Path
) -> None:
    letter, packet = write(LETTER), tmp_path / "letter.json"
    made = run(
        "annotate", letter, "--format", "phenopacket", "--age", "P4Y6M", "--sex", "FEMALE",
        "--output", str(packet),
    )  # fmt: skip
    assert made.exit_code == 0, made.stderr
    written = read_one(packet)
    assert {(f.concept, f.state) for f in features(written)} == {
        ("HP:0002066", "present"),
        ("HP:0007359", "present"),
        ("HP:0002650", "absent"),
    }
    assert written["subject"]["timeAtLastEncounter"] == {"age": {"iso8601duration": "P4Y6M"}}
    comment = written["metaData"]["updates"][0]["comment"]
    assert "1 hedged" in comment
    assert "1 of relatives or others" in comment
    assert "1 hypothetical" in comment


def test_a_phenopacket_ranks_as_its_text_does(
    run: Run, write: Callable[..., str], tmp_path: Path
) -> None:
    letter, packet = write(LETTER.splitlines()[0]), str(tmp_path / "letter.json")
    patient = ("--age", "P4Y6M", "--sex", "FEMALE")
    run("annotate", letter, "--format", "phenopacket", *patient, "--output", packet)

    def ranked(*arguments: str) -> list[tuple[str, float]]:
        result = run("diagnose", *arguments, "--format", "json")
        assert result.exit_code == 0, result.stderr
        return [(r["disease"], r["score"]) for r in json.loads(result.stdout)["differential"]]

    assert ranked("--phenopacket", packet) == ranked("--text", letter, *patient)
