"""GET /v1/concepts: find the id of a finding by its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from api.http.answers import ConceptsOut
from api.http.bodies import json_response
from api.http.documents import problem_responses
from api.http.models import ConceptQuery

if TYPE_CHECKING:
    from api.service import Service

_TAG = Tag(name="concepts", description="Ids of the release's concepts.")


def blueprint(service: Service) -> APIBlueprint:
    """The routes for concepts over `service`."""
    routes = APIBlueprint("concepts", __name__, abp_tags=[_TAG])

    @routes.get(
        "/v1/concepts",
        summary="Find concepts by label or synonym",
        responses={200: ConceptsOut, **problem_responses(422, 503)},
    )
    def concepts(query: ConceptQuery) -> Response:
        hits = service.current().search(query.q, limit=query.limit)
        return json_response(
            {
                "concepts": [
                    {"id": str(h.id), "label": h.label, "matched": h.matched, "score": h.score}
                    for h in hits
                ]
            }
        )

    return routes
