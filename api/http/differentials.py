"""POST /v1/differentials: a case in, the ranked and explained differential out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from flask_openapi3.utils import parse_body
from pydantic import ValidationError

from api import common
from api.http import problems
from api.http.answers import DifferentialOut
from api.http.bodies import json_response, require_json
from api.http.documents import problem_responses
from api.http.film_uploads import (
    BINARY,
    MAX_FILMS,
    MULTIPART,
    PART,
    Sent,
    form_films,
    form_part,
    limit_body,
)
from api.http.images_routes import read_films
from api.http.models import DifferentialRequest
from api.intake import CodedFinding
from api.labs import Lab
from api.parts import FilmPart, TextPart
from api.priors import of_rows
from api.render.as_json import differential_json
from domain.errors import DifferentiaError
from reasoning.prior import UNIFORM, Prior

if TYPE_CHECKING:
    from api.service import Service
    from domain.differential import Differential
    from vision.reading import FilmReading

#: The name that spans of a request's text bear.
DOCUMENT = "report"
_TAG = Tag(name="differentials", description="Ranked differentials with every reason.")


#: The part of a form that holds the case, beside its films.
CASE = "case"
_JSON_BODY, _SCHEMAS = parse_body(DifferentialRequest)
_REFERENCE = {"$ref": f"#/components/schemas/{DifferentialRequest.__name__}"}
#: What only scope rare has.
_ONLY_RARE = ("prior", "codes", "counterfactuals", "compare")
#: How the body is described in /openapi.json.
_BODY = {
    "required": True,
    "content": {
        "application/json": {"schema": _REFERENCE},
        MULTIPART: {
            "schema": {
                "type": "object",
                "description": "Chest radiographs, with what else is known of the patient.",
                "properties": {
                    CASE: _REFERENCE,
                    PART: {"type": "array", "maxItems": MAX_FILMS, "items": BINARY},
                },
                "additionalProperties": False,
            },
            "encoding": {CASE: {"contentType": "application/json"}},
        },
    },
}


def answer(
    service: Service, asked: DifferentialRequest, films: Sequence[FilmReading] = ()
) -> Differential:
    """Ask the service, with what was read on films; raises what it raises (`DifferentiaError`)."""
    only_rare = {name: getattr(asked, name) for name in _ONLY_RARE}
    scope = common.scope_for(service, asked.scope, only_rare)
    case = service.case(
        texts=() if asked.text is None else (TextPart(name=DOCUMENT, text=asked.text),),
        findings=tuple(
            CodedFinding(
                concept=f.concept,
                state=f.state,
                probability=f.probability,
                base_rate=f.base_rate,
                onset=f.onset,
                importance=f.importance,
                relative=f.relative,
            )
            for f in asked.findings
        ),
        phenopacket=asked.phenopacket,
        images=[FilmPart(reading=film) for film in films],
        labs=[Lab(**lab.model_dump()) for lab in asked.labs],
        age=asked.age,
        sex=asked.sex,
        case_id="request",
    )
    top = asked.top or service.settings.top
    if scope != common.RARE:
        return common.diagnose(service, case, common.setting_of(asked.setting), top, scope)
    return service.diagnose(
        case,
        top=top,
        codes=asked.codes,
        prior=_prior(asked),
        what_if=asked.counterfactuals,
        compare=asked.compare,
    )


def _prior(asked: DifferentialRequest) -> Prior:
    if asked.prior is None:
        return UNIFORM
    figures = (f.model_dump() for f in asked.prior.figures)
    rows = ((f"prior.figures[{i}]", row) for i, row in enumerate(figures))
    return of_rows(asked.prior.source, rows)


def _asked(service: Service) -> tuple[DifferentialRequest, list[Sent]]:
    """The request under way and its films. Raises Refused, or HTTPException."""
    films: list[Sent] = []
    try:
        if request.mimetype != MULTIPART:
            require_json()
            return DifferentialRequest.model_validate(request.get_json()), films
        limit_body(service)
        films = form_films(others=frozenset({CASE}))
        return DifferentialRequest.model_validate_json(form_part(CASE) or b"{}"), films
    except ValidationError as error:
        raise problems.Refused(problems.of_validation(error)) from None


def blueprint(service: Service) -> APIBlueprint:
    """The routes for differentials over `service`."""
    routes = APIBlueprint("differentials", __name__, abp_tags=[_TAG])
    routes.components_schemas.update(_SCHEMAS)

    @routes.post(
        "/v1/differentials",
        summary="Rank the diseases of the release for one case",
        description="A JSON object; or a form whose part `case` is that object, beside films.",
        openapi_extensions={"requestBody": _BODY},
        responses={200: DifferentialOut, **problem_responses(400, 413, 415, 422, 501, 503)},
    )
    def differentials() -> Response:
        asked, films = _asked(service)
        now = service.current()
        try:
            return json_response(differential_json(answer(now, asked, read_films(now, films))))
        except DifferentiaError as error:
            return problems.problem_response(problems.of_error(error, asked))

    return routes
