"""Scope and setting over HTTP and on the page, over the toys with figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.http.answers import DifferentialOut
from api.http.app import create_app
from api.service import Service
from tests.api.http.test_differentials import URL, problem
from tests.api.render.test_as_html import Page

if TYPE_CHECKING:
    from flask.testing import FlaskClient

FINDINGS = [{"concept": "HP:0001640", "state": "present"}]
COMMON = {"findings": FINDINGS, "scope": "common"}


@pytest.fixture
def common(figures_service: Service) -> FlaskClient:
    return create_app(figures_service).test_client()


@pytest.mark.parametrize("setting", ["primary", "emergency", "ward"])
def test_common_disease_is_ranked_in_a_setting(common: FlaskClient, setting: str) -> None:
    body = common.post(URL, json={**COMMON, "setting": setting, "top": 1}).get_json()
    DifferentialOut.model_validate(body)
    assert (body["scope"]["asked"], body["scope"]["setting"]) == ("common", setting)
    (first,) = body["differential"]
    assert first["disease"] == "DX:toy-failure"
    assert first["contributions"][0]["figures"]
    assert [s["disease"] for s in body["must_not_miss"]["diseases"]] == ["DX:toy-failure"]


def test_scope_is_rare_and_the_setting_emergency_unless_asked(common: FlaskClient) -> None:
    rare = common.post(URL, json={"findings": FINDINGS}).get_json()
    assert (rare["scope"]["asked"], rare["scope"]["setting"]) == ("rare", None)
    assert common.post(URL, json={"findings": FINDINGS, "scope": "rare"}).get_json() == rare
    assert common.post(URL, json=COMMON).get_json()["scope"]["setting"] == "emergency"


@pytest.mark.parametrize(
    ("field", "known"), [("scope", ("rare", "common")), ("setting", ("primary", "ward"))]
)
@pytest.mark.parametrize("value", ["Zebulon", "", 3])
def test_another_value_is_refused_with_those_that_there_are(
    common: FlaskClient, field: str, known: tuple[str, ...], value: object
) -> None:
    response = common.post(URL, json={**COMMON, field: value})
    (error,) = problem(response, 422)["errors"]
    assert error["location"] == field
    assert all(f"'{name}'" in error["message"] for name in known)
    assert "Zebulon" not in response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("codes", "MESH"),
        ("counterfactuals", True),
        ("compare", ["TOY:1", "TOY:2"]),
        ("prior", {"source": "s", "figures": [{"disease": "TOY:1", "figure": 1.0}]}),
    ],
)
def test_what_scope_common_does_not_have_is_refused_not_dropped(
    common: FlaskClient, field: str, value: object
) -> None:
    refused = problem(common.post(URL, json={**COMMON, field: value}), 422)
    assert [e["location"] for e in refused["errors"]] == [field]
    assert "scope rare" in refused["mend"]


def test_a_release_without_figures_says_what_to_build(client: FlaskClient, seizure: str) -> None:
    body = {"findings": [{"concept": seizure, "state": "present"}], "scope": "common"}
    refused = problem(client.post(URL, json=body), 422)
    assert [e["location"] for e in refused["errors"]] == ["scope"]
    assert "`common`" in refused["mend"]


def test_both_fields_are_described(client: FlaskClient) -> None:
    schemas = client.get("/openapi.json").get_json()["components"]["schemas"]
    asked = schemas["DifferentialRequest"]["properties"]
    assert asked["scope"]["enum"] == ["rare", "common"]
    assert asked["setting"]["enum"] == ["primary", "emergency", "ward"]
    assert (asked["scope"]["default"], asked["setting"]["default"]) == ("rare", "emergency")
    assert {"FigureOut", "SeriousOut"} <= set(schemas)
    assert "class" in schemas["FigureOut"]["properties"]


def test_the_page_ranks_in_the_scope_that_was_chosen_and_keeps_the_choice(
    common: FlaskClient,
) -> None:
    sent = {"text": "Cardiomegaly.", "scope": "common", "setting": "ward", "top": "2"}
    html = common.post("/", data=sent).get_data(as_text=True)
    assert "Toy heart failure" in html
    assert "Figures behind it" in html
    assert 'id="h-must-not-miss"' in html
    assert "Compare two diagnoses" not in html
    chosen = [a["value"] for t, a in Page(html).elements if t == "option" and "selected" in a]
    assert {"common", "ward"} <= set(chosen)


def test_the_page_begins_with_scope_rare(common: FlaskClient) -> None:
    html = common.post("/", data={"text": "Cardiomegaly."}).get_data(as_text=True)
    assert "Toy cardiomyopathy" in html
    assert "Figures behind it" not in html
    assert "Compare two diagnoses" in html
