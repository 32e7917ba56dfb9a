"""POST /v1/differentials: a case in, the ranked and explained differential out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from api.http import problems
from api.http.answers import DifferentialOut
from api.http.bodies import json_response, require_json
from api.http.documents import problem_responses
from api.http.models import DifferentialRequest
from api.intake import CodedFinding
from api.priors import of_rows
from api.render.as_json import differential_json
from domain.errors import DifferentiaError
from reasoning.prior import UNIFORM, Prior

if TYPE_CHECKING:
    from api.service import Service
    from domain.differential import Differential

#: The name that spans of a request's text bear.
DOCUMENT = "report"
_TAG = Tag(name="differentials", description="Ranked differentials with every reason.")


def answer(service: Service, asked: DifferentialRequest) -> Differential:
    """Ask the service; raises what it raises (`DifferentiaError`)."""
    case = service.case(
        texts=() if asked.text is None else ((DOCUMENT, asked.text),),
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
        age=asked.age,
        sex=asked.sex,
        case_id="request",
    )
    return service.diagnose(
        case,
        top=asked.top or service.settings.top,
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


def blueprint(service: Service) -> APIBlueprint:
    """The routes for differentials over `service`."""
    routes = APIBlueprint("differentials", __name__, abp_tags=[_TAG])
    routes.before_request(require_json)

    @routes.post(
        "/v1/differentials",
        summary="Rank the diseases of the release for one case",
        responses={200: DifferentialOut, **problem_responses(400, 413, 415, 422, 503)},
    )
    def differentials(body: DifferentialRequest) -> Response:
        try:
            return json_response(differential_json(answer(service.current(), body)))
        except DifferentiaError as error:
            return problems.problem_response(problems.of_error(error, body))

    return routes
