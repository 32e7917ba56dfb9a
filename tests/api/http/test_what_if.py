"""Next findings, counterfactuals and comparisons over HTTP, and on the page."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING, Any

import pytest

from api.http.answers import DifferentialOut
from api.render import what_if
from tests.api.render.test_as_html import Page

if TYPE_CHECKING:
    from flask.testing import FlaskClient

URL = "/v1/differentials"
FINDINGS = [
    {"concept": "HP:0001251", "state": "present"},
    {"concept": "HP:0002650", "state": "absent"},
]


def ask(client: FlaskClient, **fields: object) -> dict[str, Any]:
    response = client.post(URL, json={"findings": FINDINGS, **fields})
    assert response.status_code == 200, response.get_data(as_text=True)
    body: dict[str, Any] = response.get_json()
    DifferentialOut.model_validate(body)
    return body


def test_every_answer_says_what_to_look_for_next(client: FlaskClient) -> None:
    body = ask(client)
    assert body["next_findings"]
    assert body["counterfactuals"] is None
    assert body["comparison"] is None
    first = body["next_findings"][0]
    assert list(first) == ["concept", "label", "how", "gain", "if_present", "if_absent"]
    findings = [*FINDINGS, {"concept": first["concept"], "state": "present"}]
    then = client.post(URL, json={"findings": findings}).get_json()
    assert then["differential"][0]["disease"] == first["if_present"]["first"]["disease"]
    ranks = {d["disease"]: d["rank"] for d in then["differential"]}
    for move in first["if_present"]["moves"]:
        assert ranks[move["disease"]] == move["after"]


def test_counterfactuals_are_there_where_they_are_asked_for(client: FlaskClient) -> None:
    body = ask(client, counterfactuals=True)
    supposed = [(c["finding"], c["supposed"]) for c in body["counterfactuals"]]
    assert supposed == [
        ("HP:0001251", "without"),
        ("HP:0001251", "absent"),
        ("HP:0002650", "without"),
        ("HP:0002650", "present"),
    ]
    scores = {d["disease"]: d["score"] for d in body["differential"]}
    without = client.post(URL, json={"findings": FINDINGS[:1]}).get_json()
    after = {d["disease"]: d["score"] for d in without["differential"]}
    shifts = body["counterfactuals"][2]["shifts"]
    assert shifts
    for s in shifts:
        assert s["score_before"] == pytest.approx(scores[s["disease"]], abs=1e-9)
        assert s["score_before"] + s["change"] == pytest.approx(after[s["disease"]], abs=1e-9)
        assert s["change"] == pytest.approx(fsum(p["change"] for p in s["parts"]), abs=1e-9)


def test_two_diseases_are_compared_by_any_of_their_ids(client: FlaskClient) -> None:
    found = ask(client, compare=["TOY:1", "TOY:3"])["comparison"]
    assert (found["one"]["disease"], found["other"]["disease"]) == ("TOY:1", "TOY:3")
    assert found["difference"] == pytest.approx(
        found["one"]["score"] - found["other"]["score"], abs=1e-9
    )
    rows = fsum(r["difference"] for r in found["rows"])
    assert rows == pytest.approx(found["difference"], abs=1e-9)
    assert found["separators"]


@pytest.mark.parametrize(
    ("compare", "location"),
    [
        (["TOY:1"], "compare"),
        (["TOY:1", "TOY:3", "TOY:2"], "compare"),
        (["TOY:1", "Zebulon Quux"], "compare[1]"),
        (["TOY:1", "TOY:999"], "compare[1]"),
        (["TOY:2", "TOY:2"], "compare"),
    ],
)
def test_diseases_that_cannot_be_compared_are_placed_and_not_repeated(
    client: FlaskClient, compare: list[str], location: str
) -> None:
    response = client.post(URL, json={"findings": FINDINGS, "compare": compare})
    assert response.status_code == 422
    assert response.content_type == "application/problem+json"
    assert [e["location"] for e in response.get_json(force=True)["errors"]] == [location]
    assert "Quux" not in response.get_data(as_text=True)
    assert "999" not in response.get_data(as_text=True)


def test_the_page_shows_all_three_and_keeps_what_was_sent(client: FlaskClient) -> None:
    text = "Girl with ataxia.\r\nNo scoliosis."
    plain = client.post("/", data={"text": text}).get_data(as_text=True)
    assert what_if.NEXT in plain
    assert what_if.WITHOUT not in plain
    page = Page(plain)
    offered = [a["value"] for t, a in page.elements if t == "option" and "TOY:" in str(a)]
    assert len(offered) == 2 * len(set(offered)) > 2
    hidden = {a["name"]: a["value"] for t, a in page.elements if a.get("type") == "hidden"}
    assert hidden["text"] == text.replace("\r\n", "\n")
    again = client.post(
        "/", data={**hidden, "counterfactuals": "true", "compare": ["TOY:3", "TOY:1"]}
    ).get_data(as_text=True)
    assert what_if.SEPARATES in again
    assert what_if.WITHOUT in again
    chosen = [a["value"] for t, a in Page(again).elements if t == "option" and "selected" in a]
    assert chosen[:2] == ["TOY:3", "TOY:1"]


def test_the_page_says_what_cannot_be_compared(client: FlaskClient) -> None:
    response = client.post("/", data={"text": "Ataxia.", "compare": ["TOY:1", "TOY:1"]})
    assert response.status_code == 422
    assert "Name two different diseases" in response.get_data(as_text=True)
