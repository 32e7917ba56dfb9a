from __future__ import annotations

import io
import json
import logging
import tempfile
import time
from base64 import b64decode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import request
from PIL import Image
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from api.http.app import create_app
from api.http.film_uploads import MAX_FILMS
from api.http.images_models import ReadingsOut
from api.service import Service
from api.settings import Settings
from tests.vision.films import PHI, chest_like, dicom_bytes, jpeg_bytes, png_bytes
from tests.vision.made_model import LABELS, SUPPORTED
from vision.card import ModelCard

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

URL = "/v1/images"
FILM = png_bytes(chest_like(128))
LATERAL = dicom_bytes(chest_like(128), ViewPosition="LL")


def send(client: FlaskClient, *films: tuple[str, bytes], query: str = "") -> TestResponse:
    return client.post(URL + query, **form_of(*films))


def form_of(*films: tuple[str, bytes], **fields: str) -> dict[str, Any]:
    """A form as a browser sends it; made here, since the test client would spool a large one."""
    parts = [FileStorage(io.BytesIO(data), filename=name) for name, data in films]
    boundary, body = encode_multipart(MultiDict([*(("images", p) for p in parts), *fields.items()]))
    return {"data": body, "content_type": f'multipart/form-data; boundary="{boundary}"'}


def readings(response: TestResponse) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.get_data(as_text=True)
    body = response.get_json()
    ReadingsOut.model_validate(body)
    found: list[dict[str, Any]] = body["readings"]
    return found


def test_a_form_of_films_in_their_order(films_client: FlaskClient) -> None:
    sent = [("a.png", FILM), ("b.jpg", jpeg_bytes(chest_like(128))), ("side.dcm", LATERAL)]
    png, jpeg, side = readings(send(films_client, *sent))
    assert [r["file"] for r in (png, jpeg, side)] == ["a.png", "b.jpg", "side.dcm"]
    assert [f["label"] for f in png["findings"]] == list(LABELS)
    assert [f["label"] for f in png["findings"] if f["supported"]] == [
        label for label in LABELS if label in SUPPORTED
    ]
    effusion = next(f for f in png["findings"] if f["label"] == "Effusion")
    assert (effusion["decision"], effusion["probability"]) == ("present", 0.5)
    assert (side["refused"]["reason"], side["findings"]) == ("lateral-view", [])
    assert all("heatmap" not in f for f in png["findings"])


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("image/png", FILM),
        ("image/jpeg", jpeg_bytes(chest_like(128))),
        ("application/dicom", dicom_bytes(chest_like(128))),
    ],
)
def test_one_film_as_the_body(films_client: FlaskClient, kind: str, data: bytes) -> None:
    (alone,) = readings(films_client.post(URL, data=data, content_type=kind))
    (part,) = readings(send(films_client, ("image", data)))
    assert alone == part
    assert alone["file"] == "image"


def test_heatmaps_are_pictures_and_only_where_the_card_trusts_them(
    films_client: FlaskClient,
) -> None:
    wide = png_bytes(chest_like(128)[:120])
    (film,) = readings(send(films_client, ("a.png", wide), query="?heatmaps=true"))
    drawn = {f["label"]: f["heatmap"] for f in film["findings"] if f["heatmap"]}
    assert set(drawn) == {"Effusion"}
    head, _, data = drawn["Effusion"].partition(",")
    assert head == "data:image/png;base64"
    picture = Image.open(io.BytesIO(b64decode(data)))
    assert picture.mode == "RGBA"
    assert picture.width / picture.height == pytest.approx(128 / 120, abs=0.01)
    assert len(set(picture.getchannel("A").tobytes())) > 1


@pytest.mark.parametrize(
    ("data", "status", "kind"),
    [
        (b"%PDF-1.7 a letter of Zebulon", 415, "not-an-image"),
        (FILM[: len(FILM) // 2], 422, "truncated"),
    ],
)
def test_a_file_that_is_no_readable_image_refuses_the_request(
    films_client: FlaskClient, data: bytes, status: int, kind: str
) -> None:
    response = send(films_client, ("a.png", FILM), ("Zebulon.png", data))
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    problem = response.get_json(force=True)
    assert problem["type"] == f"urn:differentia:problem:{kind}"
    assert [e["location"] for e in problem["errors"]] == ["images[1]"]
    assert "Zebulon" not in response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("sent", "status", "location"),
    [
        ({"data": {}}, 422, None),
        ({"data": {"Zebulon": "x"}}, 422, "request"),
        ({"data": {"images": "Zebulon"}}, 422, "images"),
        ({"data": {"images": [(io.BytesIO(b""), "Zebulon")]}}, 422, "images[0]"),
        ({"data": b"", "content_type": "image/png"}, 422, None),
        ({"data": FILM, "content_type": "image/webp"}, 415, None),
        ({"json": {"Zebulon": 1}}, 415, None),
        ({"data": bytes(1_000_001), "content_type": "application/dicom"}, 413, None),
        (
            {"data": {"images": [(io.BytesIO(FILM), "a") for _ in range(MAX_FILMS + 1)]}},
            413,
            None,
        ),
    ],
)
def test_what_cannot_be_taken(
    films_client: FlaskClient, sent: dict[str, Any], status: int, location: str | None
) -> None:
    if isinstance(sent.get("data"), dict):
        sent |= {"content_type": "multipart/form-data"}
    response = films_client.post(URL, **sent)
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.content_type == "application/problem+json"
    problem = response.get_json(force=True)
    assert problem["mend"]
    if location is not None:
        assert [e["location"] for e in problem["errors"]] == [location]
    assert "Zebulon" not in response.get_data(as_text=True)


def test_a_query_that_does_not_fit(films_client: FlaskClient) -> None:
    assert send(films_client, ("a.png", FILM), query="?heatmaps=Quux").status_code == 422


def test_the_same_as_the_command_line(
    films_client: FlaskClient,
    image_model: Path,
    run: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DIFFERENTIA_IMAGE_MODEL", str(image_model))
    (tmp_path / "a.png").write_bytes(FILM)
    result = run("analyse", str(tmp_path / "a.png"), "--json")
    assert result.exit_code == 0, result.output
    assert readings(send(films_client, ("a.png", FILM))) == [json.loads(result.stdout)]


def test_nothing_of_a_patient_is_told_or_written(
    films_client: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    written = []

    def no_file(*args: object, **kwargs: object) -> None:
        written.append(args)
        raise AssertionError("a film would be on disk")

    for name in ("TemporaryFile", "NamedTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, no_file)
    caplog.set_level(logging.DEBUG)
    # Larger than what the framework holds in memory by itself.
    large = dicom_bytes(chest_like(800))
    assert len(large) > 600_000
    sent = [("Quillfeather.dcm", large), ("MRN-7734921.dcm", LATERAL)]
    told = ""
    for path in (URL, "/films"):
        response = films_client.post(path, **form_of(*sent))
        assert response.status_code == 200
        told += response.get_data(as_text=True)
    for name, _ in sent:  # the sender's own names come back, and nothing else
        assert name in told
        told = told.replace(name, "")
    broken = send(films_client, ("Quillfeather.dcm", large[:400_000]))
    assert broken.status_code == 422
    told += broken.get_data(as_text=True) + caplog.text
    assert not [value for value in PHI.values() if value in told]
    assert "Quillfeather" not in told
    assert not written


def test_uploads_of_knowledge_may_still_be_spooled(toy_home: Path) -> None:
    app = create_app(Service(Settings(home=toy_home, admin_token="secret")))
    with app.test_request_context("/v1/kg/jobs", method="POST"):
        spooled = request._get_file_stream(10_000_000, None)
        spooled.close()
    with app.test_request_context(URL, method="POST"):
        held = request._get_file_stream(10_000_000, None)
    assert isinstance(held, io.BytesIO)
    assert not isinstance(spooled, io.BytesIO)


def test_the_card(films_client: FlaskClient, image_model: Path) -> None:
    body = films_client.get("/v1/image-model").get_json()
    assert ModelCard.model_validate(body).supported
    assert body == json.loads((image_model / "card.json").read_text())


def test_without_the_extra_it_is_said_what_to_install(
    films_client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    import api.films
    from domain.errors import NotInstalled

    def missing(image_model: str) -> None:
        raise NotInstalled("Reading films needs torch, which", "vision")

    monkeypatch.setattr(api.films, "_opened", missing)
    response = send(films_client, ("a.png", FILM))
    assert response.status_code == 501
    assert "pip install '.[vision]'" in response.get_json(force=True)["mend"]
    page = films_client.post("/films", **form_of(("a.png", FILM)))
    assert page.status_code == 501
    assert "pip install" in page.get_data(as_text=True)


def test_without_a_model(toy_home: Path, tmp_path: Path) -> None:
    client = create_app(Service(Settings(home=toy_home, image_model=str(tmp_path)))).test_client()
    for response in (send(client, ("a.png", FILM)), client.get("/v1/image-model")):
        assert response.status_code == 503
        assert response.content_type == "application/problem+json"
        assert str(tmp_path) not in response.get_data(as_text=True)
    assert client.get("/films/model").status_code == 503
    assert client.get("/films").status_code == 200


def test_the_model_is_opened_once_by_however_many_threads(
    image_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import vision.reader
    from api.films import _opened, film_reader

    opened = []
    usual = vision.reader.open_reader

    def slow(folder: Path | None = None) -> vision.reader.FilmReader:
        opened.append(folder)
        time.sleep(0.05)
        return usual(folder)

    monkeypatch.setattr(vision.reader, "open_reader", slow)
    _opened.cache_clear()
    with ThreadPoolExecutor(6) as pool:
        readers = list(pool.map(film_reader, [str(image_model)] * 6))
    assert opened == [image_model]
    assert len({id(r) for r in readers}) == 1
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: readers[0].read_bytes(FILM, "a"), range(12)))
    scores = {tuple(f.score for f in r.findings) for r in found}
    assert len(scores) == 1
