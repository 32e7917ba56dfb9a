"""POST /v1/images: films in, what the model sees on them out; GET /v1/image-model: its card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from api.films import film_card
from api.http import problems
from api.http.bodies import json_response
from api.http.documents import problem_responses
from api.http.film_uploads import (
    BINARY,
    KINDS,
    MAX_FILMS,
    MULTIPART,
    PART,
    Sent,
    limit_body,
    sent_films,
    unreadable,
)
from api.http.images_models import ImagesQuery, ReadingsOut
from api.render.as_film_json import film_json
from api.render.film_png import overlay
from vision.card import ModelCard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.service import Service
    from vision.reading import FilmReading

_TAG = Tag(name="images", description="Chest radiographs, read by the model of the card.")
#: How the body is described in /openapi.json.
_BODY = {
    "required": True,
    "content": {
        MULTIPART: {
            "schema": {
                "type": "object",
                "required": [PART],
                "properties": {
                    PART: {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": MAX_FILMS,
                        "items": BINARY,
                        "description": "PNG, JPEG or DICOM; what each is, is told from its bytes.",
                    }
                },
                "additionalProperties": False,
            }
        },
        **{kind: {"schema": BINARY} for kind in KINDS},
    },
}


def read_films(service: Service, films: Sequence[Sent]) -> list[FilmReading]:
    """Each film's reading, in order. Raises Refused for a file that is no readable image, and
    what opening the reader raises."""
    if not films:
        return []
    reader = service.film_reader
    found = []
    for at, (name, data) in enumerate(films):
        reading = reader.read_bytes(data, name)
        if reading.refused and (problem := unreadable(reading.refused, at)):
            raise problems.Refused(problem)
        found.append(reading)
    return found


def reading_json(reading: FilmReading, *, heatmaps: bool = False) -> dict[str, Any]:
    """A reading as JSON; with `heatmaps`, each finding has its heatmap as a picture, or null."""
    made: dict[str, Any] = film_json(reading)
    if heatmaps:
        for shown, finding in zip(made["findings"], reading.findings, strict=True):
            shown["heatmap"] = overlay(finding.heatmap, reading.size) or None
    return made


def blueprint(service: Service) -> APIBlueprint:
    """The routes for films over `service`."""
    routes = APIBlueprint("images", __name__, abp_tags=[_TAG])

    @routes.post(
        "/v1/images",
        summary="Read chest radiographs",
        description="One film as the body, or several as parts of a form. A file that is no "
        "readable image refuses the request; a film that must not be read (a lateral view, a "
        "child, no chest film) is a reading whose `refused` says why.",
        openapi_extensions={"requestBody": _BODY},
        responses={200: ReadingsOut, **problem_responses(400, 413, 415, 422, 501, 503)},
    )
    def images(query: ImagesQuery) -> Response:
        limit_body(service, alone=True)
        found = read_films(service, sent_films())
        shown = [reading_json(reading, heatmaps=query.heatmaps) for reading in found]
        return json_response({"readings": shown})

    @routes.get(
        "/v1/image-model",
        summary="The model card: what was measured, and what the model may say",
        responses={200: ModelCard, **problem_responses(503)},
    )
    def image_model() -> Response:
        card = film_card(service.settings.image_model).card
        return json_response(card.model_dump(mode="json"))

    return routes
