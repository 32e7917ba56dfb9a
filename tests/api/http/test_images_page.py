from __future__ import annotations

import io
from base64 import b64decode
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from api.http.app import create_app
from api.render.card_view import card_view, kind_of, value_words
from api.service import Service
from api.settings import Settings
from tests.api.http.test_images import FILM, LATERAL, form_of
from tests.api.render.test_as_html import Page
from tests.vision.films import chest_like, dicom_bytes, png_bytes
from vision.card import ModelCard, read_card

if TYPE_CHECKING:
    from flask.testing import FlaskClient


def read(client: FlaskClient, *films: tuple[str, bytes]) -> str:
    response = client.post("/films", **form_of(*films))
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.get_data(as_text=True)


def pictures(html: str, kind: str | None = None) -> list[Image.Image]:
    """The pictures within a page, of one class or of none."""
    found: list[Image.Image] = []
    for tag, attributes in Page(html).elements:
        if tag == "image" and attributes.get("class") == kind:
            head, _, data = (attributes["href"] or "").partition(",")
            assert head == "data:image/png;base64"
            found.append(Image.open(io.BytesIO(b64decode(data))))
    return found


def test_a_form_asks_for_films(films_client: FlaskClient) -> None:
    page = Page(films_client.get("/films").get_data(as_text=True))
    form = next(a for t, a in page.elements if t == "form")
    assert (form["action"], form["method"], form["enctype"]) == (
        "/films",
        "post",
        "multipart/form-data",
    )
    assert set(page.attributes("for")) <= set(page.attributes("id"))


def test_the_film_is_shown_as_it_was_decoded(films_client: FlaskClient) -> None:
    pixels = chest_like(128)
    stored = dicom_bytes(255 - pixels, PhotometricInterpretation="MONOCHROME1")
    for data in (png_bytes(pixels), stored):
        (shown,) = pictures(read(films_client, ("a", data)))
        assert (shown.mode, shown.size) == ("L", (128, 128))
        assert not shown.info
        assert np.abs(np.asarray(shown, int) - pixels).max() <= 1


def test_a_large_film_is_reduced_and_that_is_said(films_client: FlaskClient) -> None:
    html = read(films_client, ("a.png", png_bytes(chest_like(1100)[:900])))
    (shown,) = pictures(html)
    assert shown.size == (1024, 838)
    assert "1100 by 900 pixels, shown at 1024 by 838" in html


def test_judged_labels_stand_with_their_numbers_and_the_others_with_why(
    films_client: FlaskClient,
) -> None:
    html = read(films_client, ("a.png", FILM))
    judged, _, rest = html.partition("<strong>Not judged</strong>")
    assert "9.0 (7.2 to 10.8)" in judged
    assert judged.index("effusion</span>") < judged.index("edema</span>")
    assert "nodule: <span" in rest
    assert "fracture" in rest
    page = Page(html)
    shown = {(a["data-of"]) for t, a in page.elements if t == "image" and "data-of" in a}
    buttons = {a["data-overlay"] for t, a in page.elements if t == "button" and "data-overlay" in a}
    assert shown == buttons == {"0-0"}
    assert "experimental" in judged
    (overlay,) = pictures(html, "overlay")
    assert overlay.mode == "RGBA"


def test_a_refusal_is_told_with_what_would_do(films_client: FlaskClient) -> None:
    html = read(films_client, ("side.dcm", LATERAL))
    assert "This image was not read" in html
    assert "lateral-view" in html
    assert "What can be judged" not in html
    assert 'id="use"' not in html
    both = read(films_client, ("side.dcm", LATERAL), ("a.png", FILM))
    assert both.count("<article") == 2
    assert 'id="use"' in both


@pytest.mark.parametrize(
    ("form", "status"), [(form_of(), 422), (form_of(("a.png", b"no image")), 415)]
)
def test_what_is_wrong_is_said_on_the_page(
    films_client: FlaskClient, form: dict[str, str], status: int
) -> None:
    response = films_client.post("/films", **form)
    assert response.status_code == status
    html = response.get_data(as_text=True)
    assert 'role="alert"' in html
    assert 'type="file"' in html


def test_too_large_an_upload_is_said_on_the_page(films_client: FlaskClient) -> None:
    response = films_client.post("/films", **form_of(("a.png", bytes(1_000_001))))
    assert response.status_code == 413
    assert 'role="alert"' in response.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/films", "/films/model"])
def test_nothing_that_the_policy_would_stop(films_client: FlaskClient, path: str) -> None:
    html = films_client.get(path).get_data(as_text=True)
    shown = read(films_client, ("<b>.png", FILM)) if path == "/films" else html
    assert "<b>.png" not in shown
    for page in (Page(html), Page(shown)):
        assert not page.attributes("style")
        assert not [n for _, attrs in page.elements for n in attrs if n.startswith("on")]
        assert not page.bodies["style"]
        assert all(not body.strip() for body in page.bodies["script"])
        assert all(v.startswith("/static/") for v in page.attributes("src"))
        ids = page.attributes("id")
        assert len(ids) == len(set(ids))


def test_the_card_s_page_has_every_label_and_stratum(
    films_client: FlaskClient, image_model: Path
) -> None:
    card = read_card(image_model).card
    html = films_client.get("/films/model").get_data(as_text=True)
    page = Page(html)
    drawn = [a for t, a in page.elements if t == "svg"]
    assert len(drawn) == len(card.labels) + sum(len(c.strata) for c in card.labels)
    assert html.count("not judged</span>") == len(card.labels) - len(card.supported)
    assert "the weights are random" in html


def test_dots_are_where_their_numbers_are(image_model: Path) -> None:
    view = card_view(read_card(image_model).card)
    row = view.judged[0]
    assert row.auroc.at == pytest.approx(100 * (0.8 - 0.5) / 0.5)
    low, middle, high = (s.ratio.at for s in row.strata)
    assert middle == pytest.approx(50)  # a ratio of 1
    assert high == pytest.approx(50 + 50 * np.log(9) / np.log(27), abs=0.1)
    assert low < 50
    assert [s.scores for s in row.strata][1] == "\N{MINUS SIGN}1.00 to 1.00"
    assert view.most_odds == pytest.approx(np.exp(2))


def test_parts_of_any_shape_are_shown(image_model: Path, toy_home: Path, tmp_path: Path) -> None:
    card = read_card(image_model).card
    sections = {
        "failures": ["<b>tubes</b>", {"by": "view"}],
        "training": {"command": "differentia train vision --data X", "seed": "7", "trained": True},
        "figures": [
            {
                "title": "By sex",
                "columns": ["", "AUROC"],
                "rows": [["women", ["0.81", "0.79 to 0.83"]], ["men", "too few"]],
                "note": "Out of fold.",
            }
        ],
        "groups": [{"sex": "F", "films": 12345}, {"sex": "M", "share": 0.25}],
        "one": {"value": 0.5, "low": 0.4, "high": 0.6, "n": 9},
        "split": {"rule": "By patient.", "trained_on": "1234 1235"},
        "nothing": None,
    }
    made = ModelCard.model_validate(card.model_dump() | {"sections": sections})
    (tmp_path / "card.json").write_text(made.model_dump_json())
    client = create_app(Service(Settings(home=toy_home, image_model=str(tmp_path)))).test_client()
    html = client.get("/films/model").get_data(as_text=True)
    for words in ("Known failures", "&lt;b&gt;tubes", "<code>differentia train", "By sex",
                  "0.79 to 0.83", "too few", "12,345", "0.50 (0.40 to 0.60)", "By patient.",
                  "not measured", "Out of fold."):  # fmt: skip
        assert words in html, words
    assert "1234 1235" not in html


@pytest.mark.parametrize(
    ("value", "kind", "words"),
    [
        ({"value": 0.5, "low": 0.4, "high": 0.6}, "figure", "0.50 (0.40 to 0.60)"),
        (True, "text", "yes"),
        (12345, "text", "12,345"),
        (0.123456, "text", "0.123"),
        ("differentia train vision", "code", "differentia train vision"),
    ],
)
def test_values_of_the_card(value: object, kind: str, words: str) -> None:
    assert kind_of(value) == kind
    assert value_words(value) == words
