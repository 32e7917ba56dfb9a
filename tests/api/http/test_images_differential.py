from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from api.http.answers import DifferentialOut
from tests.api.http.test_images import FILM, LATERAL, form_of
from tests.api.render.test_as_html import Page

if TYPE_CHECKING:
    from flask.testing import FlaskClient

URL = "/v1/differentials"
CASE = {"findings": [{"concept": "HP:0001250", "state": "present"}], "age": "P40Y", "sex": "MALE"}


def ask(client: FlaskClient, *films: tuple[str, bytes], **fields: str) -> dict[str, Any]:
    response = client.post(URL, **form_of(*films, **fields))
    assert response.status_code == 200, response.get_data(as_text=True)
    body: dict[str, Any] = response.get_json()
    DifferentialOut.model_validate(body)
    return body


def seen(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Evidence of images behind the findings of an answer."""
    return [e for f in body["findings"] for e in f["evidence"] if e["kind"] == "image"]


def codes(body: dict[str, Any]) -> set[str]:
    return {note["code"] for note in body["data_quality"]}


def test_films_are_evidence_beside_a_case(films_client: FlaskClient) -> None:
    body = ask(films_client, ("a.png", FILM), case=json.dumps(CASE))
    assert any(f["concept"] == "HP:0001250" for f in body["findings"])
    assert {e["image"] for e in seen(body)} | {
        note["subject"] for note in body["data_quality"] if note["code"] == "film-read"
    } == {"a.png"}
    assert "film-read" in codes(body)
    assert "made 1" in body["versions"]["image_model"]
    alone = films_client.post(URL, json=CASE).get_json()
    assert "image_model" not in alone["versions"]
    assert not seen(alone)


def test_the_case_may_be_a_file_and_may_be_missing(films_client: FlaskClient) -> None:
    text = ask(films_client, ("a.png", FILM), case=json.dumps(CASE))
    data = {
        "images": (io.BytesIO(FILM), "a.png"),
        "case": (io.BytesIO(json.dumps(CASE).encode()), "case.json", "application/json"),
    }
    assert films_client.post(URL, data=data).get_json() == text
    assert "film-read" in codes(ask(films_client, ("a.png", FILM)))
    without = ask(films_client, case=json.dumps(CASE))
    assert without == films_client.post(URL, json=CASE).get_json()


def test_a_film_that_is_refused_or_broken_is_noted(films_client: FlaskClient) -> None:
    alone = films_client.post(URL, json=CASE).get_json()
    for film in (("side.dcm", LATERAL), ("broken.png", FILM[:900]), ("b.png", b"no image")):
        body = ask(films_client, film, case=json.dumps(CASE))
        (note,) = (n for n in body["data_quality"] if n["code"] == "image-refused")
        assert note["subject"] == film[0]
        assert body["differential"] == alone["differential"]


@pytest.mark.parametrize(
    ("film", "status"), [(LATERAL, 422), (FILM[:900], 422), (b"no image", 415), (b"", 422)]
)
def test_a_film_that_is_refused_and_nothing_else_is_no_case(
    films_client: FlaskClient, film: bytes, status: int
) -> None:
    refused = films_client.post(URL, **form_of(("Zebulon.png", film)))
    assert refused.status_code == status
    assert refused.get_json(force=True)["errors"][0]["location"] == "images[0]"
    assert "Zebulon" not in refused.get_data(as_text=True)


@pytest.mark.parametrize(
    "fields", [{"case": "{"}, {"case": '{"Zebulon": 1}'}, {"case": "[]"}, {"Zebulon": "x"}]
)
def test_a_form_that_does_not_fit(films_client: FlaskClient, fields: dict[str, str]) -> None:
    response = films_client.post(URL, **form_of(("a.png", FILM), **fields))
    assert response.status_code == 422
    assert response.content_type == "application/problem+json"
    assert "Zebulon" not in response.get_data(as_text=True)


def test_a_case_as_a_file_is_no_larger_than_a_case_as_a_field(films_client: FlaskClient) -> None:
    films_client.application.config["MAX_FORM_MEMORY_SIZE"] = 1000
    long = {**CASE, "text": "a" * 2000}
    data = {"case": (io.BytesIO(json.dumps(long).encode()), "case.json")}
    assert films_client.post(URL, data=data).status_code == 413
    assert films_client.post(URL, **form_of(case=json.dumps(long))).status_code == 413


def carried_from(client: FlaskClient) -> str:
    """The hidden field of the page that has read a film."""
    page = Page(client.post("/films", **form_of(("a.png", FILM))).get_data(as_text=True))
    (field,) = (a["value"] for t, a in page.elements if t == "input" and a.get("name") == "films")
    assert field
    return field


def ranked(html: str) -> str:
    """The differential on a page."""
    section = html.partition('id="h-differential"')[2].partition("</section>")[0]
    assert section
    return section


def test_what_was_read_on_one_page_counts_on_the_next(films_client: FlaskClient) -> None:
    text = "Man with seizures."
    field = carried_from(films_client)
    with_field = films_client.post("/", data={"text": text, "films": field}).get_data(as_text=True)
    with_film = films_client.post("/", **form_of(("a.png", FILM), text=text)).get_data(as_text=True)
    assert ranked(with_field) == ranked(with_film)
    # The page carries what was read on a film, not its pixels.
    assert "data:image/png" in with_film
    assert "data:image/png" not in with_field
    assert "a.png" in with_field
    assert "image_model" in with_field
    # It stays in the form of the answer, for another go.
    again = Page(with_field)
    fields = [a["value"] for t, a in again.elements if t == "input" and a.get("name") == "films"]
    assert fields
    assert set(fields) == {field}


def test_a_film_alone_is_a_case(films_client: FlaskClient) -> None:
    response = films_client.post("/", **form_of(("a.png", FILM)))
    assert response.status_code == 200
    assert 'role="alert"' not in response.get_data(as_text=True)


@pytest.mark.parametrize("change", ["{", "weights", "scores", "score", "size"])
def test_a_field_that_was_changed_is_refused(films_client: FlaskClient, change: str) -> None:
    films = json.loads(carried_from(films_client))
    match change:
        case "weights":
            films[0]["weights"] = "0" * 64
        case "scores":
            del films[0]["scores"]["Effusion"]
        case "score":
            films[0]["scores"]["Effusion"] = "Zebulon"
        case "size":
            films[0]["size"] = [1]
    field = change if change == "{" else json.dumps(films)
    response = films_client.post("/", data={"text": "Seizures.", "films": field})
    assert response.status_code == 422
    html = response.get_data(as_text=True)
    assert 'role="alert"' in html
    assert "Zebulon" not in html
