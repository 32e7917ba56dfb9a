from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from api.http.annotations_models import AnnotationsOut
from tests.api.http.test_differentials import problem
from tests.api.test_annotate_render import Marked

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result
    from flask.testing import FlaskClient

URL = "/v1/annotations"
TEXT = "Girl with gait ataxia. No scoliosis."
SECRET = "Zebulon"


def test_documents_are_annotated_in_their_order(client: FlaskClient) -> None:
    sent = [{"text": TEXT}, {"name": "note", "text": "Possible cardiomyopathy."}]
    response = client.post(URL, json={"documents": sent, "age": "P4Y", "sex": "FEMALE"})
    assert response.status_code == 200, response.get_data(as_text=True)
    body = response.get_json()
    AnnotationsOut.model_validate(body)
    assert [d["document"] for d in body["documents"]] == ["report 1", "note"]
    first, second = body["documents"]
    assert [f["state"] for f in first["findings"]] == ["present", "absent"]
    assert [f["state"] for f in second["findings"]] == ["uncertain"]
    for finding in first["findings"]:
        assert TEXT[finding["start"] : finding["end"]] == finding["quote"]


def test_plain_text_is_one_document(client: FlaskClient) -> None:
    asked = client.post(URL, json={"documents": [{"text": TEXT}]}).get_json()
    plain = client.post(URL, data=TEXT, content_type="text/plain; charset=utf-8").get_json()
    assert plain == asked
    assert plain["documents"][0]["document"] == "report"


def test_the_same_as_the_command_line(client: FlaskClient, run: Callable[..., Result]) -> None:
    (answer,) = client.post(URL, json={"documents": [{"name": "stdin", "text": TEXT}]}).get_json()[
        "documents"
    ]
    assert answer == json.loads(run("annotate", "-", stdin=TEXT).stdout)


def test_given_places(client: FlaskClient) -> None:
    at = TEXT.index("scoliosis")
    spans = [
        {"document": "report", "start": at, "end": at + 9},
        {"document": "report", "start": 0, "end": 4},
    ]
    body = client.post(URL, json={"documents": [{"text": TEXT}], "spans": spans}).get_json()
    AnnotationsOut.model_validate(body)
    first, second = body["documents"][0]["findings"]
    assert (first["concept"], first["state"]) == ("HP:0002650", "absent")
    assert (second["concept"], second["quote"]) == (None, "Girl")


def test_names_are_replaced_if_asked_for(client: FlaskClient) -> None:
    text = "Dr. John Smith: no scoliosis."
    body = client.post(URL, json={"documents": [{"text": text}], "deidentify": True}).get_json()
    AnnotationsOut.model_validate(body)
    (document,) = body["documents"]
    assert document["replacements"] == {"NAME": 1}
    (finding,) = document["findings"]
    assert text[finding["start"] : finding["end"]] == "scoliosis"


@pytest.mark.parametrize(
    ("query", "accept", "kind"),
    [
        ("", "*/*", "application/json"),
        ("", "text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
        ("?format=json", "text/html", "application/json"),
        ("?format=html", "*/*", "text/html; charset=utf-8"),
        ("?format=phenopacket", "*/*", "application/json"),
    ],
)
def test_forms_of_the_answer(client: FlaskClient, query: str, accept: str, kind: str) -> None:
    sent: dict[str, Any] = {"documents": [{"text": TEXT}]}
    response = client.post(URL + query, json=sent, headers={"Accept": accept})
    assert response.status_code == 200
    assert response.content_type == kind
    if kind.startswith("text/html"):
        html = response.get_data(as_text=True)
        assert Marked(html).report == TEXT
        # The header's policy lets the page's own style sheet and script in, and no other.
        (meta,) = (c for c in Marked(html).attributes("content") if "script-src" in c)
        assert response.headers["Content-Security-Policy"] == meta
    elif "phenopacket" in query:
        (packet,) = response.get_json()["phenopackets"]
        assert [f["type"]["id"] for f in packet["phenotypicFeatures"]] == [
            "HP:0002066",
            "HP:0002650",
        ]


@pytest.mark.parametrize(
    ("body", "status", "location"),
    [
        ({}, 422, "documents"),
        ({"documents": []}, 422, "documents"),
        ({"documents": [{"text": ""}]}, 422, "documents[0].text"),
        ({"documents": [{"text": TEXT}, {"text": " \n"}]}, 422, "documents[1].text"),
        ({"documents": [{"text": 3}]}, 422, "documents[0].text"),
        ({"documents": [{"text": TEXT, SECRET: SECRET}]}, 422, "documents[0]"),
        ({"documents": [{"text": TEXT}], "age": SECRET}, 422, "age"),
        ({"documents": [{"text": TEXT}], "sex": SECRET}, 422, "sex"),
        ({"documents": [{"text": TEXT, "name": SECRET}] * 2}, 422, "documents[0].name"),
        ({"documents": [{"text": SECRET + "a" * 1_000_000}]}, 413, "documents[0].text"),
        (
            {
                "documents": [{"text": TEXT}],
                "spans": [
                    {"document": "report", "start": 0, "end": 4},
                    {"document": SECRET, "start": 0, "end": 4},
                ],
            },
            422,
            "spans[1]",
        ),
        (
            {
                "documents": [{"text": TEXT}],
                "spans": [{"document": "report", "start": 4, "end": 5}],
            },
            422,
            "spans[0]",
        ),
        (
            {
                "documents": [{"text": TEXT}],
                "spans": [{"document": "report", "start": 0, "end": 99}],
            },
            422,
            "spans[0]",
        ),
    ],
)
def test_what_is_refused_is_placed_and_never_repeated(
    client: FlaskClient, body: dict[str, Any], status: int, location: str
) -> None:
    response = client.post(URL, json=body)
    refused = problem(response, status)
    assert location in [e["location"] for e in refused["errors"]]
    assert SECRET not in response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        (b"", "text/plain", 422),
        (b"%PDF-1.7", "text/plain", 422),
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"ataxia", "application/pdf", 415),
    ],
)
def test_bodies_that_are_none(client: FlaskClient, data: bytes, kind: str, status: int) -> None:
    problem(client.post(URL, data=data, content_type=kind), status)


def test_too_large_a_body(client: FlaskClient) -> None:
    limit = client.application.config["MAX_CONTENT_LENGTH"]
    for kind in ("text/plain", "application/json"):
        problem(client.post(URL, data=b"a" * (limit + 1), content_type=kind), 413)


def test_the_description_knows_both_kinds_of_body(client: FlaskClient) -> None:
    described = client.get("/openapi.json").get_json()["paths"][URL]["post"]
    assert set(described["requestBody"]["content"]) == {"application/json", "text/plain"}
    assert set(described["responses"]) >= {"200", "400", "413", "415", "422", "503"}


def test_the_page_shows_what_was_read(client: FlaskClient) -> None:
    assert client.get("/annotate").status_code == 200
    text = "Girl with gait ataxia.\r\nNo scoliosis."
    response = client.post("/annotate", data={"text": text, "sex": "FEMALE"})
    assert response.status_code == 200
    page = Marked(response.get_data(as_text=True))
    assert page.report == text.replace("\r\n", "\n")
    assert not page.attributes("style")
    assert all(not body.strip() for body in page.bodies["script"])
    classes = [a.get("class") for t, a in page.elements if t == "a"]
    assert "mark absent patient now" in classes


def test_the_page_de_identifies_what_it_shows(client: FlaskClient) -> None:
    sent = {"text": "Dr. John Smith: ataxia.", "deidentify": "true"}
    page = Marked(client.post("/annotate", data=sent).get_data(as_text=True))
    assert "Smith" not in page.report
    assert "ataxia" in page.report


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"text": " "}, 422), ({"text": "Ataxia.", "age": "<b>old"}, 422), ({}, 422)],
)
def test_the_page_says_what_is_wrong(
    client: FlaskClient, fields: dict[str, str], status: int
) -> None:
    response = client.post("/annotate", data=fields)
    assert response.status_code == status
    html = response.get_data(as_text=True)
    assert 'role="alert"' in html
    assert "<b>" not in html


def test_either_page_leads_to_the_other(client: FlaskClient) -> None:
    for page, other in (("/", "/annotate"), ("/annotate", "/")):
        shown = Marked(client.get(page).get_data(as_text=True))
        assert [a["formaction"] for _, a in shown.elements if "formaction" in a] == [other]


def test_an_example_can_be_looked_at(client: FlaskClient) -> None:
    html = client.get("/annotate?example=child-with-seizures").get_data(as_text=True)
    assert "(Invented.)" in html


def test_no_release_is_the_service_s_fault(tmp_path_factory: pytest.TempPathFactory) -> None:
    from api.http.app import create_app
    from api.service import Service
    from api.settings import Settings

    empty = Service(Settings(home=tmp_path_factory.mktemp("empty")))
    problem(create_app(empty).test_client().post(URL, json={"documents": [{"text": TEXT}]}), 503)


def test_a_long_text(client: FlaskClient) -> None:
    text = "No ataxia. " * 5_000
    body = client.post(URL, data=text, content_type="text/plain").get_json()
    assert len(body["documents"][0]["findings"]) == text.count("ataxia")
