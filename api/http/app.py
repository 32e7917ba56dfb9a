"""The application factory: the service over HTTP, its description, and the page."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI
from pydantic import ValidationError

from api.http import (
    annotations_page,
    annotations_routes,
    concepts,
    differentials,
    films_page,
    health,
    images_routes,
    knowledge,
    page,
    problems,
)
from api.http.bodies import body_limit, json_response
from api.http.film_uploads import InMemory
from api.http.models import Problem
from api.render.as_html import PAGES, render_page

if TYPE_CHECKING:
    from api.service import Service

_CSP = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def create_app(service: Service) -> OpenAPI:
    """Make the application over a service; settings come with the service.

    Reads nothing from the environment and loads nothing: the service does, when first asked.
    """
    token = service.settings.admin_token
    app = OpenAPI(
        __name__,
        info=Info(
            title="Differentia",
            version=_version(),
            description="Ranked differentials in which every number can be opened. Research use.",
        ),
        doc_ui=False,
        security_schemes=None if token is None else dict(knowledge.SECURITY),
        validation_error_model=Problem,
        validation_error_callback=_invalid,
        static_folder=str(PAGES / "static"),
        static_url_path="/static",
    )
    limit = body_limit(service.settings)
    app.request_class = InMemory
    app.config.update(MAX_CONTENT_LENGTH=limit, MAX_FORM_MEMORY_SIZE=limit)
    for kind, handler in problems.handlers().items():
        app.register_error_handler(kind, handler)
    for routes in (differentials, annotations_routes, images_routes, concepts, health):
        app.register_api(routes.blueprint(service))
    if token is not None:
        app.register_api(knowledge.blueprint(service, token))
    app.register_blueprint(page.blueprint(service))
    app.register_blueprint(annotations_page.blueprint(service))
    app.register_blueprint(films_page.blueprint(service))
    app.register_blueprint(_description(app))
    app.after_request(_protect)
    return app


def _version() -> str:
    try:
        return version("differentia")
    except PackageNotFoundError:
        return "unknown"


def _invalid(error: ValidationError) -> Response:
    return problems.problem_response(problems.of_validation(error))


def _description(app: OpenAPI) -> Blueprint:
    """/openapi.json, and /docs with Swagger UI's own files, so that it works offline."""
    swagger = files("flask_openapi3_swagger") / "templates" / "swagger"
    routes = Blueprint(
        "description", __name__, static_folder=str(swagger), static_url_path="/docs/assets"
    )

    @routes.get("/openapi.json")
    def openapi() -> Response:
        return json_response(_described(app))

    @routes.get("/docs")
    def docs() -> Response:
        return Response(render_page("docs.html"), content_type="text/html; charset=utf-8")

    return routes


def _described(app: OpenAPI) -> dict[str, object]:
    """The description, without the 422 of the framework's own form that it adds everywhere."""
    described: dict[str, object] = app.api_doc
    for path in app.api_doc["paths"].values():
        for operation in path.values():
            if problems.MEDIA_TYPE not in operation["responses"].get("422", {}).get("content", {}):
                operation["responses"].pop("422", None)
    return described


def _protect(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint not in {"static", "description.static"}:
        response.headers["Cache-Control"] = "no-store"
    return response
