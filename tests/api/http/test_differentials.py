from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING, Any

import pytest

from api.http.answers import DifferentialOut

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from api.service import Service

URL = "/v1/differentials"
SECRET = "Zebulon Quux has leprosy"


def problem(response: TestResponse, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.content_type == "application/problem+json"
    body: dict[str, Any] = response.get_json(force=True)
    assert body["status"] == status
    assert {"type", "title", "detail"} <= set(body)
    return body


def test_coded_findings_are_ranked(client: FlaskClient, seizure: str) -> None:
    response = client.post(URL, json={"findings": [{"concept": seizure, "state": "present"}]})
    assert response.status_code == 200
    assert response.content_type == "application/json"
    body = response.get_json()
    DifferentialOut.model_validate(body)
    assert next(iter(body)) == "scope"
    assert body["findings"][0]["concept"] == seizure
    assert body["findings"][0]["evidence"] == [
        {"kind": "code", "system": "request", "code": seizure}
    ]
    for ranked in body["differential"]:
        reasons = fsum(c["log_likelihood_ratio"] for c in ranked["contributions"])
        assert abs(ranked["score"] - ranked["prior_score"] - reasons) < 1e-9


def test_text_is_read_and_quoted(client: FlaskClient) -> None:
    text = "Girl with seizures since infancy."
    body = client.post(URL, json={"text": text}).get_json()
    DifferentialOut.model_validate(body)
    (evidence,) = body["findings"][0]["evidence"]
    assert evidence["document"] == "report"
    assert text[evidence["start"] : evidence["end"]] == evidence["quote"] == "seizures"


def test_top_limits_the_answer_and_the_setting_is_the_default(
    client: FlaskClient, toy_service: Service, seizure: str
) -> None:
    findings = [{"concept": seizure, "state": "present"}]
    one = client.post(URL, json={"findings": findings, "top": 1}).get_json()["differential"]
    every = client.post(URL, json={"findings": findings}).get_json()["differential"]
    assert len(one) == 1
    assert 1 < len(every) <= toy_service.settings.top
    assert one[0] == every[0]


def test_a_finding_not_assessed_has_no_effect(client: FlaskClient, seizure: str) -> None:
    present = {"concept": seizure, "state": "present"}
    other = client.get("/v1/concepts?q=ataxia").get_json()["concepts"][0]["id"]
    assert other != seizure
    ignored = {"concept": other, "state": "not_assessed"}
    with_it = client.post(URL, json={"findings": [present, ignored]}).get_json()
    without = client.post(URL, json={"findings": [present]}).get_json()
    assert with_it["differential"] == without["differential"]


def test_a_phenopacket_with_age_and_sex(client: FlaskClient, seizure: str) -> None:
    packet = {
        "id": "p",
        "phenotypicFeatures": [{"type": {"id": seizure, "label": "Seizure"}}],
        "metaData": {"phenopacketSchemaVersion": "2.0"},
    }
    body = {"phenopacket": packet, "age": "P4Y", "sex": "FEMALE"}
    response = client.post(URL, json=body)
    assert response.status_code == 200, response.get_data(as_text=True)
    assert response.get_json()["findings"][0]["concept"] == seizure


@pytest.mark.parametrize(
    ("body", "location"),
    [
        ({"findings": [{"concept": SECRET, "state": "present"}]}, "findings[0].concept"),
        ({"findings": [{"concept": "HP:0001250", "state": SECRET}]}, "findings[0].state"),
        ({"findings": [{"concept": "HP:0001250", "state": "present", SECRET: 1}]}, "findings[0]"),
        ({SECRET: SECRET, "text": "fever"}, "request"),
        ({"text": [SECRET]}, "text"),
        ({"text": "fever", "sex": SECRET}, "sex"),
        ({"text": "fever", "age": SECRET}, "age"),
        ({"text": "fever", "age": "P400Y"}, "age"),
        ({"text": "fever", "top": 0}, "top"),
        ({"text": "fever", "top": SECRET}, "top"),
        ({"text": "fever", "phenopacket": SECRET}, "phenopacket"),
        (
            {
                "findings": [
                    {"concept": "HP:0001250", "state": "uncertain"},
                    {"concept": "HP:0001250", "state": "uncertain", "probability": 0.3},
                ]
            },
            "findings[1]",
        ),
    ],
)
def test_a_refused_field_is_named_and_never_repeated(
    client: FlaskClient, body: dict[str, object], location: str
) -> None:
    response = client.post(URL, json=body)
    refused = problem(response, 422)
    assert location in [e["location"] for e in refused["errors"]]
    for word in SECRET.split():
        if len(word) > 3:
            assert word not in response.get_data(as_text=True)


def test_an_unknown_concept_is_placed_and_not_repeated(client: FlaskClient, seizure: str) -> None:
    findings = [
        {"concept": seizure, "state": "present"},
        {"concept": "HP:9999999", "state": "absent"},
    ]
    response = client.post(URL, json={"findings": findings})
    refused = problem(response, 422)
    assert refused["errors"][0]["location"] == "findings[1].concept"
    assert "9999999" not in response.get_data(as_text=True)


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": "  \n"}, {"findings": []}])
def test_nothing_to_work_on(client: FlaskClient, body: dict[str, object]) -> None:
    assert problem(client.post(URL, json=body), 422)["mend"]


def test_too_long_a_text(client: FlaskClient, toy_service: Service) -> None:
    text = "a" * (toy_service.settings.max_text_chars + 1)
    problem(client.post(URL, json={"text": text}), 413)


def test_too_large_a_body(client: FlaskClient) -> None:
    limit = client.application.config["MAX_CONTENT_LENGTH"]
    refused = problem(client.post(URL, json={"text": "a" * (limit + 1)}), 413)
    assert f"{limit:,}" in refused["mend"]


def test_a_body_that_is_not_json(client: FlaskClient) -> None:
    problem(client.post(URL, data="text=fever", content_type="text/plain"), 415)
    for broken in ('{"text": "Quux', "[1]", '"text"', "null", b"\xff\xfe", "[" * 100_000):
        response = client.post(URL, data=broken, content_type="application/json")
        problem(response, 400)
        assert "Quux" not in response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("escape", "status"), [("\\ud800", 400), ("\\uDC00x", 400), ("\\ud83d\\ude00", 200)]
)
def test_half_a_character_is_refused_and_a_whole_one_read(
    client: FlaskClient, escape: str, status: int
) -> None:
    data = f'{{"text": "seizures {escape}"}}'
    response = client.post(URL, data=data, content_type="application/json")
    assert response.status_code == status


def test_not_a_number_is_refused(client: FlaskClient, seizure: str) -> None:
    data = (
        f'{{"findings": [{{"concept": "{seizure}", "state": "uncertain",'
        ' "probability": NaN, "base_rate": 0.5}]}'
    )
    problem(client.post(URL, data=data, content_type="application/json"), 422)


def test_markup_in_a_report_stays_data(client: FlaskClient) -> None:
    response = client.post(URL, json={"text": "<script>alert(1)</script> seizures"})
    assert response.status_code == 200
    assert response.headers["X-Content-Type-Options"] == "nosniff"
