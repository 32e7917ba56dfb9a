"""GET /healthz (the process answers) and GET /readyz (the release can be ranked against)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from api.http.answers import HealthOut, ReadyOut
from api.http.bodies import json_response
from api.http.documents import problem_responses

if TYPE_CHECKING:
    from api.service import Service

_TAG = Tag(name="health", description="For whoever runs the service.")


def blueprint(service: Service) -> APIBlueprint:
    """The routes for health over `service`."""
    routes = APIBlueprint("health", __name__, abp_tags=[_TAG])

    @routes.get("/healthz", summary="Does the process answer?", responses={200: HealthOut})
    def healthz() -> Response:
        return json_response({"status": "ok"})

    @routes.get(
        "/readyz",
        summary="Can the release be ranked against?",
        responses={200: ReadyOut, **problem_responses(503)},
    )
    def readyz() -> Response:
        return json_response({"status": "ready", "versions": service.current().ready()})

    return routes
