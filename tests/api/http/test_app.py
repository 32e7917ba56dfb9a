from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from api.http.answers import ConceptsOut, ReadyOut
from domain.errors import ReleaseCorrupt

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from flask_openapi3.openapi import OpenAPI

    from api.service import Service


def test_health_and_readiness(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}
    ReadyOut.model_validate(client.get("/readyz").get_json())


def test_a_release_that_cannot_be_used(
    client: FlaskClient, toy_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Service) -> dict[str, str]:
        raise ReleaseCorrupt("/secret/place/nodes.tsv does not match its checksum.")

    monkeypatch.setattr(type(toy_service), "ready", broken)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.content_type == "application/problem+json"
    assert "/secret" not in response.get_data(as_text=True)
    assert client.get("/healthz").status_code == 200


def test_concepts_are_found_by_their_words(client: FlaskClient) -> None:
    body = client.get("/v1/concepts", query_string={"q": "seizure"}).get_json()
    ConceptsOut.model_validate(body)
    assert "seizure" in body["concepts"][0]["label"].lower()
    limited = client.get("/v1/concepts", query_string={"q": "seizure", "limit": 1}).get_json()
    assert limited["concepts"] == body["concepts"][:1]


@pytest.mark.parametrize("query", ["", "q=", "q=x&limit=0", "q=x&Quux=1", "q=x&limit=Quux"])
def test_a_search_that_does_not_fit(client: FlaskClient, query: str) -> None:
    response = client.get(f"/v1/concepts?{query}")
    assert response.status_code == 422
    assert response.content_type == "application/problem+json"
    assert "Quux" not in response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/Quux", 404), ("DELETE", "/v1/concepts", 405), ("GET", "/v1/differentials", 405)],
)
def test_errors_of_the_framework_are_problem_documents(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    response = client.open(path, method=method)
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    assert "Quux" not in response.get_data(as_text=True)
    assert ("Allow" in response.headers) == (status == 405)


def test_a_bug_is_a_numbered_problem_without_the_input(
    app: OpenAPI,
    toy_service: Service,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(self: Service, text: str, *, limit: int = 10) -> None:
        raise RuntimeError(f"cannot digest {text}")

    monkeypatch.setattr(type(toy_service), "search", broken)
    with caplog.at_level(logging.DEBUG):
        response = app.test_client().get("/v1/concepts?q=Quux")
    assert response.status_code == 500
    instance = response.get_json(force=True)["instance"]
    assert instance in caplog.text
    assert "RuntimeError" in caplog.text
    assert "Quux" not in response.get_data(as_text=True) + caplog.text


@pytest.mark.parametrize("path", ["/", "/healthz", "/nowhere", "/docs", "/static/differentia.css"])
def test_security_headers_are_on_every_answer(client: FlaskClient, path: str) -> None:
    with client.get(path) as response:
        headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert (headers.get("Cache-Control") == "no-store") == (not path.startswith("/static"))


def test_the_description_names_every_way_in(client: FlaskClient) -> None:
    described = client.get("/openapi.json").get_json()
    assert set(described["paths"]) == {
        "/v1/differentials",
        "/v1/annotations",
        "/v1/images",
        "/v1/image-model",
        "/v1/concepts",
        "/healthz",
        "/readyz",
    }
    post = described["paths"]["/v1/differentials"]["post"]
    assert set(post["responses"]) == {"200", "400", "413", "415", "422", "501", "503"}
    for path in described["paths"].values():
        for operation in path.values():
            content = operation["responses"].get("422", {}).get("content", {})
            assert set(content) <= {"application/problem+json"}
    assert "422" not in described["paths"]["/healthz"]["get"]["responses"]
    schemas = described["components"]["schemas"]
    assert {"Problem", "DifferentialOut", "DifferentialRequest"} <= set(schemas)


def test_every_reference_in_the_description_resolves(client: FlaskClient) -> None:
    described = client.get("/openapi.json").get_json()
    schemas = described["components"]["schemas"]

    def references(value: object) -> list[str]:
        if isinstance(value, dict):
            own = [v for k, v in value.items() if k == "$ref" and isinstance(v, str)]
            return own + [r for v in value.values() for r in references(v)]
        if isinstance(value, list):
            return [r for v in value for r in references(v)]
        return []

    found = references(described)
    assert found
    assert {r.removeprefix("#/components/schemas/") for r in found} <= set(schemas)


def test_the_description_s_page_works_offline(client: FlaskClient) -> None:
    html = client.get("/docs").get_data(as_text=True)
    assert "https://" not in html
    for path in (
        "/docs/assets/js/swagger-ui-bundle.js",
        "/docs/assets/css/swagger-ui.css",
        "/static/docs.js",
        "/static/icon.svg",
    ):
        assert path in html
        with client.get(path) as response:
            assert response.status_code == 200
