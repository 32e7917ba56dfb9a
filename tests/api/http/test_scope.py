"""Scope and setting over HTTP and on the page, over the toys with figures."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING

import pytest

from api.http.answers import DifferentialOut
from api.http.app import create_app
from api.render import what_if
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


def test_all_is_ranked_for_an_emergency_unless_asked(common: FlaskClient) -> None:
    every = common.post(URL, json={"findings": FINDINGS}).get_json()
    DifferentialOut.model_validate(every)
    assert (every["scope"]["asked"], every["scope"]["setting"]) == ("all", "emergency")
    for scope in (None, "all"):
        again = common.post(URL, json={"findings": FINDINGS, "scope": scope}).get_json()
        assert again == every
    found = {r["disease"]: r for r in every["differential"]}
    assert {"DX:toy-failure", "TOY:2"} <= set(found)
    assert found["DX:toy-failure"]["contributions"][0]["figures"]
    assert found["TOY:2"]["contributions"][0]["assertions"]
    rare = common.post(URL, json={"findings": FINDINGS, "scope": "rare"}).get_json()
    assert (rare["scope"]["asked"], rare["scope"]["setting"]) == ("rare", None)
    assert common.post(URL, json=COMMON).get_json()["scope"]["setting"] == "emergency"


def test_where_no_common_disease_is_known_scope_rare_is_the_default(
    client: FlaskClient, seizure: str
) -> None:
    body = {"findings": [{"concept": seizure, "state": "present"}]}
    assert client.post(URL, json=body).get_json()["scope"]["asked"] == "rare"


@pytest.mark.parametrize(
    ("field", "known"), [("scope", ("rare", "common", "all")), ("setting", ("primary", "ward"))]
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


ONLY_RARE = [
    ("codes", "MESH"),
    ("counterfactuals", True),
    ("prior", {"source": "s", "figures": [{"disease": "TOY:1", "figure": 20.0, "reference": "r"}]}),
]


@pytest.mark.parametrize("scope", ["common", "all"])
@pytest.mark.parametrize(("field", "value"), ONLY_RARE)
def test_what_only_scope_rare_has_is_refused_elsewhere_not_dropped(
    common: FlaskClient, field: str, value: object, scope: str
) -> None:
    body = {"findings": FINDINGS, "scope": scope, field: value}
    refused = problem(common.post(URL, json=body), 422)
    assert [e["location"] for e in refused["errors"]] == [field]
    assert "scope rare" in refused["mend"]


@pytest.mark.parametrize(("field", "value"), ONLY_RARE)
def test_what_only_scope_rare_has_asks_for_it(
    common: FlaskClient, field: str, value: object
) -> None:
    response = common.post(URL, json={"findings": FINDINGS, field: value})
    chosen = common.post(URL, json={"findings": FINDINGS, "scope": "rare", field: value})
    assert response.get_json() == chosen.get_json()
    if field == "codes":  # the toys have none, and only scope rare looks for them
        refused = problem(response, 422)
        assert [e["location"] for e in refused["errors"]] == ["codes"]
        assert "scope rare" not in refused["mend"]
    else:
        assert response.get_json()["scope"]["asked"] == "rare"


@pytest.mark.parametrize(
    ("scope", "two"),
    [
        ("common", ["DX:toy-failure", "MONDO:9999001"]),
        ("all", ["DX:toy-failure", "TOY:2"]),
        (None, ["TOY:2", "MONDO:9999001"]),
    ],
)
def test_two_diseases_are_compared_in_every_scope(
    common: FlaskClient, scope: str | None, two: list[str]
) -> None:
    body = common.post(URL, json={"findings": FINDINGS, "scope": scope, "compare": two}).get_json()
    DifferentialOut.model_validate(body)
    assert body["scope"]["asked"] == scope or scope is None
    found = body["comparison"]
    sides = [found["one"], found["other"]]
    by_id = {d["disease"]: d for d in body["differential"]}
    by_id |= {i: d for d in body["differential"] for i in d["same_as"]}
    assert [s["disease"] for s in sides] == [by_id[i]["disease"] for i in two]
    assert [s["score"] for s in sides] == pytest.approx([by_id[i]["score"] for i in two])
    priors = by_id[two[0]]["prior_score"] - by_id[two[1]]["prior_score"]
    rows = fsum(r["difference"] for r in found["rows"])
    assert rows + priors == pytest.approx(found["difference"], abs=1e-9)
    assert found["separators"]


@pytest.mark.parametrize("scope", ["common", "all"])
@pytest.mark.parametrize(
    ("two", "location"),
    [
        (["DX:toy-failure", "TOY:999"], "compare[1]"),
        (["DX:toy-failure", "HP:0001640"], "compare"),
        (["DX:toy-failure", "DX:toy-failure"], "compare"),
    ],
)
def test_what_cannot_be_compared_is_placed(
    common: FlaskClient, scope: str, two: list[str], location: str
) -> None:
    response = common.post(URL, json={"findings": FINDINGS, "scope": scope, "compare": two})
    assert [e["location"] for e in problem(response, 422)["errors"]] == [location]


@pytest.mark.parametrize("scope", ["rare", "common", "all"])
def test_a_known_disease_is_not_compared(common: FlaskClient, scope: str) -> None:
    known, other = ("TOY:2", "TOY:1") if scope == "rare" else ("MONDO:9999001", "DX:toy-failure")
    asked = {"findings": FINDINGS, "scope": scope, "known_conditions": [known]}
    body = common.post(URL, json=asked).get_json()
    DifferentialOut.model_validate(body)
    (condition,) = body["known_conditions"]
    assert [d["disease"] for d in condition["diseases"]] == [known]
    assert condition["finding"] is None
    response = common.post(URL, json={**asked, "compare": [known, other]})
    refused = problem(response, 422)
    assert [e["location"] for e in refused["errors"]] == ["compare"]
    assert "known" in str(refused)


def test_the_page_compares_what_was_picked(common: FlaskClient) -> None:
    two = ["TOY:2", "DX:toy-failure"]
    sent = {"text": "Cardiomegaly.", "setting": "ward", "compare": two}
    html = common.post("/", data=sent).get_data(as_text=True)
    assert what_if.SEPARATES in html
    assert what_if.SEPARATORS in html
    page = Page(html)
    chosen = [a["value"] for t, a in page.elements if t == "option" and "selected" in a]
    assert [v for v in chosen if v in two] == two
    hidden = {a["name"]: a["value"] for t, a in page.elements if a.get("type") == "hidden"}
    assert (hidden["text"], hidden["setting"]) == ("Cardiomegaly.", "ward")


@pytest.mark.parametrize("scope", ["common", "all"])
def test_a_release_without_figures_says_what_to_build(
    client: FlaskClient, seizure: str, scope: str
) -> None:
    body = {"findings": [{"concept": seizure, "state": "present"}], "scope": scope}
    refused = problem(client.post(URL, json=body), 422)
    assert [e["location"] for e in refused["errors"]] == ["scope"]
    assert "`common`" in refused["mend"]


def test_both_fields_are_described(client: FlaskClient) -> None:
    schemas = client.get("/openapi.json").get_json()["components"]["schemas"]
    asked = schemas["DifferentialRequest"]["properties"]
    assert asked["scope"]["anyOf"][0]["enum"] == ["rare", "common", "all"]
    assert asked["setting"]["enum"] == ["primary", "emergency", "ward"]
    assert (asked["scope"].get("default"), asked["setting"]["default"]) == (None, "emergency")
    assert "prior_moves" in schemas["ScopeOut"]["properties"]
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
    assert "Compare two diagnoses" in html
    chosen = [a["value"] for t, a in Page(html).elements if t == "option" and "selected" in a]
    assert {"common", "ward"} <= set(chosen)


@pytest.mark.parametrize("scope", [{}, {"scope": ""}, {"scope": "all"}])
def test_the_page_begins_with_all(common: FlaskClient, scope: dict[str, str]) -> None:
    html = common.post("/", data={"text": "Cardiomegaly.", **scope}).get_data(as_text=True)
    assert "Toy cardiomyopathy" in html
    assert "Toy heart failure" in html
    assert "Figures behind it" in html
    assert "Compare two diagnoses" in html


def test_the_form_offers_all_first(common: FlaskClient) -> None:
    html = common.get("/").get_data(as_text=True)
    options = [a for t, a in Page(html).elements if t == "option"]
    values = [a["value"] for a in options]
    at = values.index("common")
    assert values[at - 1 : at + 2] == ["", "common", "rare"]
    assert not any("selected" in a and a["value"] in ("common", "rare") for a in options)


def test_the_page_ranks_rare_diseases_where_they_were_chosen(common: FlaskClient) -> None:
    sent = {"text": "Cardiomegaly.", "scope": "rare"}
    html = common.post("/", data=sent).get_data(as_text=True)
    assert "Toy cardiomyopathy" in html
    assert "Figures behind it" not in html
    assert "Compare two diagnoses" in html
