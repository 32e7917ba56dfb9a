"""The command line, on the toy release: what it answers, and what it says of bad input."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Run = Callable[..., Result]


def packet(**changes: Any) -> dict[str, Any]:
    return {
        "id": "case-1",
        "subject": {
            "id": "x",
            "sex": "FEMALE",
            "timeAtLastEncounter": {"age": {"iso8601duration": "P4Y"}},
        },
        "phenotypicFeatures": [
            {"type": {"id": "HP:0001251", "label": "Ataxia"}},
            {"type": {"id": "HP:0002650", "label": "Scoliosis"}, "excluded": True},
        ],
        "interpretations": [{"diagnosis": {"disease": {"id": "TOY:1", "label": "Toy"}}}],
        "diseases": [{"term": {"id": "TOY:1", "label": "Toy"}}],
        "metaData": {"externalReferences": [{"id": "PMID:1"}]},
    } | changes  # fmt: skip


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    def made(content: object, name: str = "case.json") -> str:
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    return made


def answer(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    return found


def test_diagnose_from_codes(run: Run) -> None:
    d = answer(
        run("diagnose", "--finding", "HP:0001251", "--absent", "HP:0002650", "--format", "json")
    )
    assert d["differential"][0]["disease"] == "TOY:1"
    assert "common causes" in d["scope"]["statement"].lower()
    assert d["calibrated"] is False
    for h in d["differential"]:
        total = h["prior_score"] + sum(c["log_likelihood_ratio"] for c in h["contributions"])
        assert h["score"] == pytest.approx(total, abs=1e-9)
    states = {f["concept"]: (f["state"], f["used"]) for f in d["findings"]}
    assert states == {"HP:0001251": ("present", True), "HP:0002650": ("absent", True)}
    assert d["findings"][0]["evidence"] == [
        {"kind": "code", "system": "command line", "code": "HP:0001251"}
    ]


def test_diagnose_from_text(run: Run) -> None:
    report = "She has ataxia but no scoliosis. Her mother had seizures. Possible cardiomyopathy."
    d = answer(run("diagnose", "--text", "-", "--format", "json", stdin=report))
    found = {f["concept"]: f for f in d["findings"]}
    assert found["HP:0001251"]["state"] == "present"
    assert found["HP:0002650"]["state"] == "absent"
    family = found["HP:0001250"]
    assert (family["experiencer"], family["kinship"], family["used"]) == ("family", "mother", False)
    assert found["HP:0001638"]["state"] == "uncertain"
    for f in d["findings"]:
        for e in f["evidence"]:
            assert report[e["start"] : e["end"]] == e["quote"]


def test_soft_evidence(run: Run) -> None:
    d = answer(run("diagnose", "--finding", "HP:0001251,p=0.7,base=0.7", "--format", "json"))
    (finding,) = d["findings"]
    assert (finding["probability"], finding["base_rate"], finding["used"]) == (0.7, 0.7, True)
    llrs = [
        c["log_likelihood_ratio"]
        for h in d["differential"]
        for c in h["contributions"]
        if c["finding"] is not None
    ]
    assert llrs == pytest.approx([0.0] * len(llrs), abs=1e-12)


@pytest.mark.parametrize("form", ["text", "html"])
def test_other_forms_name_finding_and_reference(run: Run, form: str, tmp_path: Path) -> None:
    out = tmp_path / "answer"
    result = run("diagnose", "--finding", "HP:0001251", "--format", form, "--output", str(out))
    assert result.exit_code == 0, result.stderr
    assert result.stdout == ""
    shown = out.read_text()
    assert "Ataxia" in shown
    assert "PMID:2" in shown
    assert "Toy ataxia with seizures" in shown
    assert "\x1b[" not in shown


def test_explain_opens_any_disease(run: Run) -> None:
    d = answer(run("explain", "TOY:8", "--finding", "HP:0001251", "--format", "json"))
    assert d["explained"]["disease"] == "TOY:8"
    assert d["explained"]["contributions"][0]["finding"] == "HP:0001251"


def test_explain_of_an_unknown_disease_names_near_ones(run: Run) -> None:
    result = run("explain", "TOY:9", "--finding", "HP:0001251")
    assert result.exit_code == 2
    assert "TOY:1" in result.stderr


def rank(run: Run, cases: str, out: Path, *more: str) -> list[dict[str, Any]]:
    result = run("rank", cases, "--out", str(out), *more)
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in out.read_text().splitlines()]


def test_rank_goes_on_past_a_malformed_case(run: Run, tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl.gz"
    lines = [
        json.dumps(packet()),
        "{broken",
        json.dumps({"id": "empty"}),
        json.dumps(packet(id="z")),
    ]
    cases.write_bytes(gzip.compress("\n".join(lines).encode()))
    rows = rank(run, str(cases), tmp_path / "r.jsonl")
    assert [r["case"] for r in rows] == ["case-1", "cases.jsonl.gz:2", "empty", "z"]
    assert ["error" in r for r in rows] == [False, True, True, False]
    assert rows[0]["differential"][0]["disease"] == "TOY:1"
    assert set(rows[0]) == {
        "case", "differential", "outside_knowledge_base", "findings_used", "data_quality", "release"
    }  # fmt: skip


@pytest.mark.parametrize(
    "option", [(), ("--without-own-publication",), ("--without-own-publication=any",)]
)
def test_the_truth_is_not_read(
    run: Run, write: Callable[..., str], tmp_path: Path, option: tuple[str, ...]
) -> None:
    blind = {
        k: v for k, v in packet(id="renamed").items() if k not in ("diseases", "interpretations")
    }
    (open_,) = rank(run, write(packet()), tmp_path / "a.jsonl", *option)
    (closed,) = rank(run, write(blind, "blind.json"), tmp_path / "b.jsonl", *option)
    assert open_.pop("case") == "case-1"
    assert closed.pop("case") == "renamed"
    assert open_ == closed
    one, two = (
        answer(run("diagnose", "--phenopacket", write(p), "--format", "json"))
        for p in (packet(), blind)
    )
    assert one == two


def test_own_publication_is_left_out(run: Run, write: Callable[..., str], tmp_path: Path) -> None:
    (with_,) = rank(run, write(packet()), tmp_path / "a.jsonl")
    (without,) = rank(run, write(packet()), tmp_path / "b.jsonl", "--without-own-publication")
    assert with_["differential"] != without["differential"]


def test_phenopacket_version_1_negated(run: Run, write: Callable[..., str]) -> None:
    old = packet(phenotypicFeatures=[{"type": {"id": "HP:0001251"}, "negated": True}])
    d = answer(run("diagnose", "--phenopacket", write(old), "--format", "json"))
    assert [f["state"] for f in d["findings"]] == ["absent"]


def test_evaluate_prints_every_setting(run: Run, write: Callable[..., str]) -> None:
    result = run("evaluate", "ranking", write(packet()), "--json")
    found = answer(result)
    assert found["covered"] == 1
    assert [r["setting"] for r in found["results"]] == [
        "nothing removed", "own publication removed", "rows naming it removed",
        "own publication and source-only rows removed",
    ]  # fmt: skip
    assert found["results"][0]["top"]["1"]["value"] == 1.0


def test_concepts(run: Run) -> None:
    assert "HP:0000252" in run("concepts", "search", "small head").stdout
    shown = run("concepts", "show", "HP:0001250")
    assert "Epileptic seizure" in shown.stdout
    disease = answer(run("concepts", "show", "TOY:3", "--json"))
    assert {"PMID:6"} == {r for a in disease["assertions"] for r in a["references"]}


def test_doctor_and_releases(run: Run) -> None:
    report = run("doctor")
    assert report.exit_code == 0
    assert "checksums hold" in report.stdout
    assert len(answer(run("kg", "releases", "--json"))["releases"]) == 1


def test_doctor_says_what_to_do_without_a_release(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIFFERENTIA_HOME", str(tmp_path))
    report = run("doctor")
    assert report.exit_code == 1
    assert "differentia build" in report.stdout


BAD = {
    "nothing": ((), None, "nothing to reason about"),
    "empty text": (("--text", "-"), "  \n ", "empty"),
    "huge text": (("--text", "-"), "fever and ataxia. " * 112_000, "1,000,000"),
    "binary": (("--text", "-"), b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", "PNG image"),
    "unknown id": (("--finding", "HP:0001252"), None, "HP:0001251 Ataxia"),
    "unknown absent id": (("--absent", "HP:9001250"), None, "HP:0001250 Seizure"),
    "no id": (("--finding", "ataxia"), None, "not an identifier"),
    "no base rate": (("--finding", "HP:0001251,p=0.7"), None, "base_rate"),
    "no probability": (("--finding", "HP:0001251,base=0.7"), None, "probability (p=) is missing"),
    "impossible probability": (("--finding", "HP:0001251,p=1.7,base=0.1"), None, "probability"),
    "no number": (("--finding", "HP:0001251,p=high,base=0.1"), None, "no number"),
    "unknown key": (("--finding", "HP:0001251,weight=2"), None, "importance=chief"),
    "key twice": (("--finding", "HP:0001251,onset=P1Y,onset=P2Y"), None, "onset is given twice"),
    "importance": (("--finding", "HP:0001251,importance=5"), None, "not between 0.1 and 3"),
    "importance word": (("--finding", "HP:0001251,importance=high"), None, "or chief"),
    "absent chief": (("--finding", "HP:0001251,state=absent,importance=chief"), None, "is absent"),
    "state": (("--finding", "HP:0001251,state=maybe"), None, "unknown"),
    "unknown with probability": (
        ("--finding", "HP:0001251,state=unknown,p=0.2,base=0.1"),
        None,
        "has no probability",
    ),
    "onset": (("--finding", "HP:0001251,onset=HP:0001250"), None, "no onset term"),
    "onset age": (("--finding", "HP:0001251,onset=early"), None, "ISO 8601"),
    "age": (("--finding", "HP:0001251", "--age", "old"), None, "ISO 8601"),
    "sex": (("--finding", "HP:0001251", "--sex", "X"), None, "MALE"),
    "missing file": (("--text", "/nowhere.txt"), None, "/nowhere.txt"),
    "release": (("--finding", "HP:0001251", "--release", "abcdefabcdef"), None, "abcdefabcdef"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named(run: Run, name: str) -> None:
    arguments, stdin, message = BAD[name]
    result = run("diagnose", *arguments, stdin=stdin)
    assert result.exit_code == (1 if name == "release" else 2), result.output
    assert message in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "not JSON"),
        ("[]", "no JSON object"),
        ({"id": "x"}, "no phenotypicFeatures"),
        ({"phenotypicFeatures": []}, "no phenotypicFeatures"),
        ({"phenotypicFeatures": [{}]}, r"phenotypicFeatures[0].type.id"),
        ({"phenotypicFeatures": [{"type": {"id": "HP:0001251"}, "excluded": "no"}]}, "excluded"),
    ],
)
def test_bad_phenopackets_are_named(
    run: Run, write: Callable[..., str], content: object, message: str
) -> None:
    result = run("diagnose", "--phenopacket", write(content))
    assert result.exit_code == 2
    assert message in result.stderr


@pytest.mark.parametrize(
    ("identifier", "excluded", "code", "used"),
    [
        ("HP:9999999", False, "unknown-concept", None),
        ("HP:0001303", False, "identifier-followed", "HP:0001250"),
        ("HP:0000057", False, "identifier-followed", "HP:0002650"),
        ("HP:0000057", True, "obsolete-concept", None),
        ("HP:0000535", False, "obsolete-concept", None),
    ],
)
def test_odd_ids_in_a_phenopacket_become_notes(
    run: Run,
    write: Callable[..., str],
    identifier: str,
    excluded: bool,
    code: str,
    used: str | None,
) -> None:
    features = [{"type": {"id": "HP:0001251"}}, {"type": {"id": identifier}, "excluded": excluded}]
    d = answer(
        run(
            "diagnose",
            "--phenopacket",
            write(packet(phenotypicFeatures=features)),
            "--format",
            "json",
        )
    )
    assert code in {n["code"] for n in d["data_quality"]}
    expected = {"HP:0001251"} | ({used} if used else set())
    assert {f["concept"] for f in d["findings"]} == expected


def test_text_without_a_finding_is_answered_and_said(run: Run) -> None:
    d = answer(run("diagnose", "--text", "-", "--format", "json", stdin="The bus was late."))
    assert {"no-finding-in-text", "no-finding-used"} <= {n["code"] for n in d["data_quality"]}
    assert d["findings"] == []


def test_coded_input_imports_neither_spacy_nor_torch(toy_home: Path) -> None:
    code = (
        "import sys\n"
        "from api.cli import main\n"
        "try:\n"
        "    main(['diagnose', '--finding', 'HP:0001251', '--format', 'json'])\n"
        "except SystemExit as stop:\n"
        "    assert not stop.code, stop.code\n"
        "heavy = {'spacy', 'scispacy', 'torch', 'flask', 'networkx', 'rich', 'pydantic'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"DIFFERENTIA_HOME": str(toy_home), "PATH": ""},
    )
    assert done.stderr.strip() == "[]"
    assert json.loads(done.stdout)["differential"]
