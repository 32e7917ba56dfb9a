"""What is known of a patient, from every way in to every rendering."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from api import phenopackets
from api.http.answers import DifferentialOut
from api.http.app import create_app
from api.service import Service
from api.settings import Settings
from domain.errors import InvalidField
from tests.conftest import DATA, SOURCES

Run = Callable[..., Result]
URL = "/v1/differentials"
SEIZURE, ATAXIA, SCOLIOSIS = "HP:0001250", "HP:0001251", "HP:0002650"
PRIOR = "# source: our clinic\ndisease\tgroup\tfigure\treference\nTOY:1\t\t20\tregister 2024\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("patients")
    service = Service(Settings(home=folder))
    identifier, _ = service.build(
        SOURCES | {"hpo": [DATA / "patients.obo"], "hpoa": [DATA / "patients.hpoa"]}
    )
    service.releases.activate(identifier)
    return folder


@pytest.fixture(scope="module")
def client(home: Path) -> FlaskClient:
    return create_app(Service(Settings(home=home))).test_client()


@pytest.fixture
def diagnose(home: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    from api.cli import main

    monkeypatch.setenv("DIFFERENTIA_HOME", str(home))

    def invoke(*arguments: str) -> Result:
        result = CliRunner().invoke(main, ["diagnose", "--top", "30", *arguments])
        assert result.exit_code == 0, result.output
        return result

    return invoke


def answer(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.stdout)
    DifferentialOut.model_validate(found)
    return found


def packet(*features: dict[str, Any], **subject: Any) -> dict[str, Any]:
    return {"id": "p", "subject": {"id": "s", **subject}, "phenotypicFeatures": list(features)}


DETAILS: dict[str, dict[str, Any]] = {
    "p=0.7,base=0.1": {"state": "uncertain", "probability": 0.7, "base_rate": 0.1},
    "importance=2.5": {"importance": 2.5, "chief": False},
    "importance=chief": {"importance": 2.0, "chief": True},
    "onset=P3Y": {"onset": {"term": None, "years": 3.0, "words": "at 3 years"}},
    "onset=HP:0003621": {"onset": {"term": "HP:0003621", "years": None, "words": "juvenile onset"}},
    "state=unknown": {"state": "undetermined", "used": False},
    "state=absent": {"state": "absent", "used": True},
    "relative=mother": {"experiencer": "family", "kinship": "mother", "used": False},
}


@pytest.mark.parametrize("details", DETAILS)
def test_a_finding_says_the_same_by_command_line_and_http(
    diagnose: Run, client: FlaskClient, details: str
) -> None:
    expected = DETAILS[details]
    d = answer(diagnose("--finding", f"{SEIZURE},{details}", "--format", "json"))
    (finding,) = d["findings"]
    assert {key: finding[key] for key in expected} == expected
    names = {"p": "probability", "base": "base_rate"}
    given = dict(part.split("=") for part in details.split(","))
    body = {names.get(k, k): _typed(k, v) for k, v in given.items()}
    state = "uncertain" if "p" in given else "present"
    asked = {"findings": [{"concept": SEIZURE, "state": state, **body}], "top": 30}
    response = client.post(URL, json=asked)
    assert response.status_code == 200, response.get_data(as_text=True)
    over_http = response.get_json()
    assert over_http["differential"] == d["differential"]
    (finding,) = over_http["findings"]
    assert {key: finding[key] for key in expected} == expected


def _typed(key: str, value: str) -> float | str:
    return float(value) if key in ("p", "base") or value == "2.5" else value


@pytest.mark.parametrize(
    ("feature", "expected"),
    [
        ({"onset": {"age": {"iso8601duration": "P3Y"}}}, "at 3 years"),
        ({"onset": {"ontologyClass": {"id": "HP:0003621"}}}, "juvenile onset"),
        ({"classOfOnset": {"id": "HP:0003621"}}, "juvenile onset"),
        ({"onset": {"ageRange": {"start": {"iso8601duration": "P2Y"}}}}, "at 2 years"),
        ({"onset": {"gestationalAge": {"weeks": 20}}}, "antenatal onset"),
        ({"onset": {"timestamp": "2020-01-01T00:00:00Z"}}, None),
    ],
)  # fmt: skip
def test_the_onset_of_a_phenopackets_feature(
    diagnose: Run, tmp_path: Path, feature: dict[str, Any], expected: str | None
) -> None:
    path = tmp_path / "p.json"
    path.write_text(json.dumps(packet({"type": {"id": SEIZURE}, **feature})))
    (finding,) = answer(diagnose("--phenopacket", str(path), "--format", "json"))["findings"]
    assert (finding["onset"] or {}).get("words") == expected


def test_a_phenopackets_feature_may_be_weighted(diagnose: Run, tmp_path: Path) -> None:
    feature = {"type": {"id": SEIZURE}, "probability": 0.7, "base_rate": 0.1, "importance": "chief"}
    path = tmp_path / "p.json"
    path.write_text(json.dumps(packet(feature)))
    given = answer(diagnose("--phenopacket", str(path), "--format", "json"))
    same = answer(
        diagnose("--finding", f"{SEIZURE},p=0.7,base=0.1,importance=chief", "--format", "json")
    )
    assert given["differential"] == same["differential"]


@pytest.mark.parametrize(
    ("feature", "field"),
    [
        ({"probability": 0.7}, "phenotypicFeatures[0].base_rate"),
        ({"base_rate": 0.7}, "phenotypicFeatures[0].probability"),
        ({"probability": "high", "base_rate": 0.1}, "phenotypicFeatures[0].probability"),
        ({"importance": 7}, "phenotypicFeatures[0].importance"),
        ({"importance": "high"}, "phenotypicFeatures[0].importance"),
        ({"importance": [1]}, "phenotypicFeatures[0].importance"),
        ({"onset": {"age": {"iso8601duration": "early"}}}, "phenotypicFeatures[0].onset"),
        ({"onset": {"age": {"iso8601duration": 3}}}, "phenotypicFeatures[0].onset"),
    ],
)
def test_a_phenopackets_field_that_cannot_be_used_is_named(
    home: Path, client: FlaskClient, feature: dict[str, Any], field: str
) -> None:
    service = Service(Settings(home=home))
    sent = packet({"type": {"id": SEIZURE}, **feature})
    with pytest.raises(InvalidField) as refused:
        service.case(phenopacket=sent)
    assert refused.value.field == field
    response = client.post(URL, json={"phenopacket": sent})
    assert response.status_code == 422
    assert [e["location"] for e in response.get_json()["errors"]] == [field]


@pytest.mark.parametrize(
    ("fields", "location", "message"),
    [
        ({"probability": 0.7}, "findings[0]", "base_rate is missing"),
        ({"base_rate": 0.7}, "findings[0]", "probability is missing"),
        ({"importance": 5}, "findings[0].importance", "from 0.1 to 3, or chief"),
        ({"importance": "high"}, "findings[0].importance", "from 0.1 to 3, or chief"),
        ({"importance": True}, "findings[0].importance", "from 0.1 to 3, or chief"),
        ({"onset": "early"}, "findings[0].onset", ""),
        ({"onset": ATAXIA}, "findings[0].onset", ""),
        ({"importance": "chief", "state": "absent"}, "findings[0].importance", ""),
        ({"probability": 0.7, "base_rate": 0.1, "state": "unknown"}, "findings[0].state", ""),
    ],
)
def test_a_field_that_cannot_be_used_is_named_over_http(
    client: FlaskClient, fields: dict[str, Any], location: str, message: str
) -> None:
    body = {"findings": [{"concept": SEIZURE, "state": "present", **fields}]}
    response = client.post(URL, json=body)
    assert response.status_code == 422
    (error,) = response.get_json()["errors"]
    assert error["location"] == location
    assert message in error["message"]


def test_age_and_sex_are_reasons_in_every_rendering(diagnose: Run, tmp_path: Path) -> None:
    asked = ("--finding", SEIZURE, "--age", "P10Y", "--sex", "FEMALE")
    d = answer(diagnose(*asked, "--format", "json"))
    reasons = {
        (h["disease"], c["name"]): c
        for h in d["differential"]
        for c in h["contributions"]
        if c["match"] == "circumstance"
    }
    assert {c["group"] for c in reasons.values()} == {"patient"}
    assert reasons["TOY:1", "age"]["assertions"][0]["concept"] == "HP:0003581"
    assert {n["code"] for n in d["data_quality"]} >= {"age-used", "sex-used"}
    assert "circumstances" in d["versions"]
    text = " ".join(diagnose(*asked).stdout.split())
    out = tmp_path / "report.html"
    diagnose(*asked, "--format", "html", "--output", str(out))
    for shown in (text, " ".join(out.read_text().split())):
        assert "Age, sex and family" in shown
        assert "very stated onset is later than 10 years: from 16 years" in shown
        assert "ts patients are mostly male" in shown
        assert "No disease was removed" in shown


def test_a_chief_complaint_that_is_not_explained_is_shown(diagnose: Run, tmp_path: Path) -> None:
    asked = ("--finding", f"{ATAXIA},importance=chief", "--finding", SCOLIOSIS)
    d = answer(diagnose(*asked, "--format", "json"))
    missed = {
        h["disease"]: [r["concept"] for r in h["chief_unexplained"]] for h in d["differential"]
    }
    assert missed["TOY:9"] == []
    assert missed["TOY:10"] == [ATAXIA]
    out = tmp_path / "report.html"
    diagnose(*asked, "--format", "html", "--output", str(out))
    for shown in (diagnose(*asked).stdout, out.read_text()):
        assert "Does not explain the chief complaint" in shown
        assert "chief complaint, counts 2 times" in " ".join(shown.split())


def test_the_prior_is_always_shown(diagnose: Run, client: FlaskClient, tmp_path: Path) -> None:
    path, out = tmp_path / "prior.tsv", tmp_path / "report.html"
    path.write_text(PRIOR + "TOY:2\t\t2\tregister 2024\n")
    asked: tuple[str, ...] = ("--finding", SEIZURE)
    d = answer(diagnose(*asked, "--format", "json"))
    assert d["prior"]["kind"] == "uniform"
    assert d["prior"]["source"] is None
    assert "Prior: Uniform" in " ".join(diagnose(*asked).stdout.split())
    asked += ("--prior", str(path))
    d = answer(diagnose(*asked, "--format", "json"))
    assert (d["prior"]["kind"], d["prior"]["source"]) == ("caller", "our clinic")
    first = next(h for h in d["differential"] if h["disease"] == "TOY:1")
    assert first["prior_reason"] == "figure 20 (register 2024)"
    assert first["prior_score"] > max(
        h["prior_score"] for h in d["differential"] if h["disease"] != "TOY:1"
    )
    diagnose(*asked, "--format", "html", "--output", str(out))
    for shown in (diagnose(*asked).stdout, out.read_text()):
        assert "figure 20 (register 2024)" in " ".join(shown.split())
        assert "our clinic" in " ".join(shown.split())
    figures = [
        {"disease": "TOY:1", "figure": 20, "reference": "register 2024"},
        {"disease": "TOY:2", "figure": 2, "reference": "register 2024"},
    ]
    asked_http = {
        "findings": [{"concept": SEIZURE, "state": "present"}],
        "prior": {"source": "our clinic", "figures": figures},
        "top": 30,
    }
    over_http = client.post(URL, json=asked_http).get_json()
    assert over_http["differential"] == d["differential"]
    assert over_http["prior"] == d["prior"]


@pytest.mark.parametrize(
    ("prior", "location"),
    [
        ({"figures": []}, "prior.figures"),
        ({"source": ""}, "prior.source"),
        ({"figures": [{"disease": "TOY:1", "figure": 1}]}, "prior.figures[0].reference"),
        ({"figures": [{"figure": 1, "reference": "b"}]}, "prior.figures[0].disease"),
        ({"figures": [{"group": "g", "figure": 0}]}, "prior.figures[0].figure"),
        ({"figures": [{"disease": "TOY:1"}]}, "prior.figures[0].figure"),
    ],
)
def test_a_prior_that_cannot_be_used_is_named(
    client: FlaskClient, prior: dict[str, Any], location: str
) -> None:
    figures = [{"disease": "TOY:1", "figure": 1, "reference": "b"}]
    body = {
        "findings": [{"concept": SEIZURE, "state": "present"}],
        "prior": {"source": "a", "figures": figures, **prior},
    }
    response = client.post(URL, json=body)
    assert response.status_code == 422
    assert location in [e["location"] for e in response.get_json()["errors"]]


def test_family_history_is_read_from_text_and_codes(diagnose: Run, tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    report.write_text("He has scoliosis. His mother has scoliosis.")
    for asked in (
        ("--text", str(report)),
        ("--finding", SCOLIOSIS, "--finding", f"{SCOLIOSIS},relative=mother"),
    ):
        d = answer(diagnose(*asked, "--format", "json"))
        reason = next(
            c
            for h in d["differential"]
            if h["disease"] == "TOY:10"
            for c in h["contributions"]
            if c["name"] == "family history"
        )
        assert "mother" in reason["text"]
        assert reason["log_likelihood_ratio"] < 0


def test_age_and_sex_of_a_phenopacket_count(home: Path) -> None:
    service = Service(Settings(home=home))
    sent = packet(
        {"type": {"id": SEIZURE}},
        sex="FEMALE",
        timeAtLastEncounter={"age": {"iso8601duration": "P10Y"}},
    )
    assert (phenopackets.age(sent), phenopackets.sex(sent)) == (10, "FEMALE")
    stated = service.rank(service.case(phenopacket=sent))
    other = packet({"type": {"id": SEIZURE}})
    unknown = service.rank(service.case(phenopacket=other))
    assert not (stated.scores == unknown.scores).all()
    above = service.rank(service.case(phenopacket=other, age="P10Y", sex="FEMALE"))
    assert (stated.scores == above.scores).all()
