"""A whole case over HTTP: what goes with what, what fails alone, and the limits."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from api.case_models import MAX_TEXTS
from api.case_parts import CODE
from api.http.answers import DifferentialOut
from api.http.case_uploads import MAX_TABLES
from api.http.film_uploads import MAX_FILMS
from api.labs import MAX_LABS, MAX_TABLE_BYTES
from tests.api.http.test_images import FILM, LATERAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from api.service import Service

URL = "/v1/differentials"
TEXT = b"Girl with seizures. No ataxia."
TABLE = b"code,value,unit,time\nCRP,187,mg/L,2026-03-02\n"
SCAN = {"findings": [{"concept": "HP:0001250", "state": "present"}]}
SECRET = "Zebulon"


def send(
    client: FlaskClient, case: dict[str, Any] | None = None, **files: Sequence[tuple[str, bytes]]
) -> TestResponse:
    parts: list[tuple[str, Any]] = [
        (part, FileStorage(io.BytesIO(data), filename=name))
        for part, sent in files.items()
        for name, data in sent
    ]
    if case is not None:
        parts.append(("case", json.dumps(case)))
    boundary, body = encode_multipart(MultiDict(parts))
    kind = f'multipart/form-data; boundary="{boundary}"'
    return client.post(URL, data=body, content_type=kind)


def ask(
    client: FlaskClient, case: dict[str, Any] | None = None, **files: Sequence[tuple[str, bytes]]
) -> dict[str, Any]:
    response = send(client, case, **files)
    assert response.status_code == 200, response.get_data(as_text=True)
    body: dict[str, Any] = response.get_json()
    DifferentialOut.model_validate(body)
    return body


def notes(body: dict[str, Any], code: str = CODE) -> dict[str, str]:
    """Messages of one code by their subjects."""
    return {n["subject"]: n["message"] for n in body["data_quality"] if n["code"] == code}


def sources(body: dict[str, Any]) -> set[str]:
    """Which parts the findings came from."""
    names = ("document", "image", "name", "code")
    return {next(e[n] for n in names if n in e) for f in body["findings"] for e in f["evidence"]}


def problem(response: TestResponse, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.content_type == "application/problem+json"
    assert SECRET not in response.get_data(as_text=True)
    body: dict[str, Any] = response.get_json(force=True)
    return body


def places(body: dict[str, Any]) -> list[str]:
    return [e["location"] for e in body["errors"]]


def test_all_parts_are_one_case(films_client: FlaskClient) -> None:
    case = {
        "text": "Seizures since infancy.",
        "texts": [
            {"name": "letter", "text": "She has seizures.", "day": "2026-03-01"},
            {"file": "notes/visit.txt", "day": "2026-03-02"},
        ],
        "images": [{"file": "films/a.png", "day": "2026-03-02", "study": "S1"}],
        "labs": [{"code": "Na", "value": 128, "unit": "mmol/L"}, {"file": "v.csv"}],
        "day": "2026-03-02",
        "age": "P40Y",
        "sex": "FEMALE",
    }
    body = ask(
        films_client,
        case,
        texts=[("visit.txt", TEXT), ("unnamed.txt", b"Focal seizures.")],
        images=[("a.png", FILM)],
        labs=[("v.csv", TABLE)],
    )
    assert not notes(body)
    found = sources(body)
    assert {"report", "letter", "visit.txt", "unnamed.txt"} <= found
    # The toy release has no concept for a value; it was judged all the same.
    judged = notes(body, "value-not-in-release")["labs"]
    assert "C-reactive protein" in judged
    assert "sodium" in judged.lower() or "natr" in judged.lower()
    assert set(notes(body, "film-read")) == {"a.png"}


def test_a_file_has_the_day_of_the_name_that_matches(client: FlaskClient) -> None:
    case = {"texts": [{"file": "old/a.txt", "day": "2020-01-01"}], "day": "2026-03-02", **SCAN}
    body = ask(client, case, texts=[("b.txt", b"Girl with ataxia."), ("a.txt", TEXT)])
    times = {
        e["document"]: f["time"]
        for f in body["findings"]
        for e in f["evidence"]
        if e["kind"] == "text" and f["state"] == "present"
    }
    assert times == {"a.txt": "past", "b.txt": "now"}


def test_files_of_one_name_are_taken_one_after_the_other(client: FlaskClient) -> None:
    named = [{"name": "one", "file": "x/a.txt"}, {"name": "two", "file": "y/a.txt"}]
    body = ask(client, {"texts": named}, texts=[("a.txt", TEXT), ("a.txt", b"Ataxia.")])
    assert {"one", "two"} == sources(body)
    assert not notes(body)
    # One that is named twice and sent once is one text.
    again = ask(client, {"texts": named}, texts=[("a.txt", TEXT)])
    assert not notes(again)
    assert set(notes(again, "same-text-twice")) == {"two"}


def test_several_texts_in_json_alone(client: FlaskClient) -> None:
    texts = [{"text": "Girl with seizures."}, {"name": "second", "text": "No ataxia."}]
    body = client.post(URL, json={"texts": texts}).get_json()
    DifferentialOut.model_validate(body)
    assert sources(body) == {"text 1", "second"}


def test_a_known_condition_is_never_suggested(client: FlaskClient) -> None:
    first = client.post(URL, json=SCAN).get_json()["differential"][0]["disease"]
    body = client.post(URL, json={**SCAN, "known_conditions": [first, "Quux"]}).get_json()
    assert first not in [d["disease"] for d in body["differential"]]
    assert "Quux" in notes(body, "known-condition-without-effect")


def test_parts_that_fail_are_named_and_the_rest_is_answered(films_client: FlaskClient) -> None:
    most = films_client.application.config["MAX_CONTENT_LENGTH"]
    case = {
        **SCAN,
        "texts": [{"file": "gone.txt"}, {"name": "blank", "text": " "}],
        "images": [{"file": "gone.png"}],
        "labs": [{"file": "gone.csv"}],
    }
    body = ask(
        films_client,
        case,
        texts=[
            ("a.pdf", b"%PDF-1.7"),
            ("null.bin", bytes(range(32)) * 9),
            ("long.txt", b"a" * (most - 2**21 + 1)),
            ("good.txt", TEXT),
        ],
        images=[("side.dcm", LATERAL), ("empty.png", b"")],
        labs=[("other.csv", b"a,b\n1,2\n"), ("empty.csv", b"code,value\n")],
    )
    assert set(notes(body)) == {
        "gone.txt", "blank", "gone.png", "gone.csv", "a.pdf", "null.bin", "long.txt", "empty.png",
        "other.csv", "empty.csv",
    }  # fmt: skip
    assert set(notes(body, "image-refused")) == {"side.dcm"}
    good = ask(films_client, SCAN, texts=[("good.txt", TEXT)])
    assert body["differential"] == good["differential"]


def test_rows_of_a_table_fail_alone(client: FlaskClient) -> None:
    rows = (
        "code,value,unit,time\n"
        "CRP,187,mg/L,\n"
        "Quux,3,mg/L,\n"
        "CRP,5,stone,\n"
        "Na,1,2\n"
        "Na,130,mmol/L,yesterday\n"
        "Na,-4,mmol/L,\n"
        "K,5.0,mmol/L,2026-03-02\n"
    )
    body = ask(client, SCAN, labs=[("v.csv", rows.encode())])
    said = notes(body)
    assert list(said) == [f"v.csv, line {n}" for n in (3, 4, 5, 6, 7)]
    assert "unit 'stone' is no unit" in said["v.csv, line 4"]
    assert "time is no date" in said["v.csv, line 6"]
    assert "C-reactive protein" in notes(body, "value-not-in-release")["labs"]


def test_of_many_bad_rows_the_first_are_named_and_the_rest_counted(client: FlaskClient) -> None:
    rows = "code,value\n" + "Quux,1\n" * 30
    body = ask(client, SCAN, labs=[("v.csv", rows.encode())])
    assert len(notes(body)) == 21
    assert notes(body)["v.csv"] == "10 more lines of v.csv were not used."


def test_a_table_too_many_is_left_out(client: FlaskClient) -> None:
    rows = "code,value,unit\n" + "CRP,187,mg/L\n" * (MAX_LABS + 1)
    body = ask(client, SCAN, labs=[("v.csv", rows.encode())])
    assert f"{MAX_LABS:,}" in notes(body)["v.csv"]
    body = ask(client, SCAN, labs=[("v.csv", b"code,value\n" + b"\n" * MAX_TABLE_BYTES)])
    assert f"{MAX_TABLE_BYTES:,}" in notes(body)["v.csv"]


def test_values_in_the_json_keep_their_precise_refusal(client: FlaskClient) -> None:
    labs = [{"file": "v.csv"}, {"code": "CRP", "value": 5, "unit": SECRET}]
    refused = problem(send(client, {**SCAN, "labs": labs}, labs=[("v.csv", TABLE)]), 422)
    assert places(refused) == ["labs[1].unit"]
    refused = problem(client.post(URL, json={"labs": [{"code": "CRP", "value": None}]}), 422)
    assert all(place.startswith("labs[0]") for place in places(refused))


@pytest.mark.parametrize(
    ("case", "files", "status", "place"),
    [
        ({"texts": [{"file": f"{SECRET}.txt"}]}, {}, 422, "texts[0].file"),
        ({"images": [{"file": f"{SECRET}.png"}]}, {}, 422, "images[0].file"),
        ({"labs": [{"file": f"{SECRET}.csv"}]}, {}, 422, "labs[0].file"),
        ({"text": " "}, {}, 422, "text"),
        ({"text": "a" * 1_000_001}, {}, 413, "text"),
        (None, {"texts": [(f"{SECRET}.txt", b"%PDF")]}, 422, "texts[0]"),
        (None, {"labs": [(SECRET, b"code,value\nZebulon,1\n")]}, 422, "labs[0]:2"),
        (None, {"labs": [(SECRET, b"a" * (MAX_TABLE_BYTES + 1))]}, 413, "labs[0]"),
    ],
)
def test_where_every_part_fails_each_is_named_by_its_place(
    client: FlaskClient,
    case: dict[str, Any] | None,
    files: dict[str, Any],
    status: int,
    place: str,
) -> None:
    assert place in places(problem(send(client, case, **files), status))
    # What is known of a patient is nothing to reason from.
    known = {**(case or {}), "known_conditions": ["COPD"], "age": "P60Y"}
    assert place in places(problem(send(client, known, **files), status))


def test_every_failed_part_is_named(client: FlaskClient) -> None:
    case = {"text": "", "texts": [{"file": SECRET}]}
    files = [(f"{SECRET}.pdf", b"%PDF")]
    body = problem(send(client, case, texts=files, labs=[(SECRET, b"no table")]), 422)
    assert places(body) == ["text", "texts[0].file", "texts[1]", "labs[0]"]


@pytest.mark.parametrize(
    ("part", "most"), [("texts", MAX_TEXTS), ("images", MAX_FILMS), ("labs", MAX_TABLES)]
)
def test_too_many_files_of_a_kind(client: FlaskClient, part: str, most: int) -> None:
    body = problem(send(client, SCAN, **{part: [(SECRET, b"x")] * (most + 1)}), 413)
    assert places(body) == [part]
    assert str(most) in body["mend"]


def test_a_body_that_is_too_large_says_the_limit(films_client: FlaskClient) -> None:
    most = films_client.application.config["MAX_CONTENT_LENGTH"] + 1_000_000
    body = problem(send(films_client, SCAN, texts=[("a.txt", b"a" * most)]), 413)
    assert f"{most:,}" in body["mend"]


@pytest.mark.parametrize("part", ["texts", "images", "labs"])
def test_a_part_that_is_no_file_or_of_another_name(client: FlaskClient, part: str) -> None:
    response = client.post(URL, data={part: SECRET}, content_type="multipart/form-data")
    assert places(problem(response, 422)) == [part]
    body = problem(send(client, SCAN, **{f"{part}{SECRET}": [("a", b"b")]}), 422)
    assert places(body) == ["request"]


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ({"day": SECRET}, "day"),
        ({"texts": [{"text": "x", "day": SECRET}]}, "texts[0].day"),
        ({"images": [{"file": "a", "day": SECRET}]}, "images[0].day"),
        ({"texts": [{"text": "x", "file": "y"}]}, "texts[0]"),
        ({"known_conditions": [""]}, "known_conditions[0]"),
        ({"setting": SECRET}, "setting"),
        ({"labs": [{"file": "a", SECRET: 1}]}, "labs[0]"),
    ],
)
def test_json_that_is_wrong_is_refused(
    client: FlaskClient, field: dict[str, Any], place: str
) -> None:
    assert place in places(problem(send(client, {**SCAN, **field}), 422))


def test_a_phenopacket_by_its_file_is_noted(client: FlaskClient) -> None:
    body = ask(client, {**SCAN, "phenopacket": {"file": "p.json"}})
    assert "p.json" in notes(body)


def test_without_the_extra_the_rest_is_answered(
    films_client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    import api.films
    from domain.errors import NotInstalled

    def missing(image_model: str) -> None:
        raise NotInstalled("Reading films needs torch, which", "vision")

    monkeypatch.setattr(api.films, "_opened", missing)
    body = ask(films_client, SCAN, images=[("a.png", FILM)])
    assert "needs torch" in notes(body)["a.png"]
    assert problem(send(films_client, images=[("a.png", FILM)]), 501)["mend"]


def test_the_limits_stand_in_the_description(client: FlaskClient, toy_service: Service) -> None:
    described = client.get("/openapi.json").get_json()
    content = described["paths"][URL]["post"]["requestBody"]["content"]
    parts = content["multipart/form-data"]["schema"]["properties"]
    assert {name: parts[name]["maxItems"] for name in ("texts", "images", "labs")} == {
        "texts": MAX_TEXTS,
        "images": MAX_FILMS,
        "labs": MAX_TABLES,
    }
    settings = toy_service.settings
    assert f"{settings.max_text_chars:,} characters" in parts["texts"]["description"]
    assert f"{MAX_TABLE_BYTES:,} bytes" in parts["labs"]["description"]
    most = client.application.config["MAX_CONTENT_LENGTH"]
    together = most + settings.max_films_mb * 1_000_000
    assert f"{together:,} bytes" in content["multipart/form-data"]["schema"]["description"]
    assert f"{most:,} bytes" in content["application/json"]["schema"]["description"]
