"""POST /v1/differentials: a case in, the ranked and explained differential out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from flask_openapi3.utils import parse_body

from api import common
from api.case_parts import PartsReader
from api.http import problems
from api.http.answers import DifferentialOut
from api.http.bodies import json_response
from api.http.case_uploads import asked_with_files, body_of, gather, nothing_left
from api.http.documents import problem_responses
from api.http.models import DifferentialRequest
from api.intake import CodedFinding
from api.parts import read_day
from api.priors import of_rows
from api.render.as_json import differential_json
from domain.errors import DifferentiaError
from reasoning.prior import UNIFORM, Prior

if TYPE_CHECKING:
    from api.service import Service
    from domain.differential import Differential

_TAG = Tag(name="differentials", description="Ranked differentials with every reason.")
_, _SCHEMAS = parse_body(DifferentialRequest)
_REFERENCE = {"$ref": f"#/components/schemas/{DifferentialRequest.__name__}"}
#: What only scope rare has.
_ONLY_RARE = ("prior", "codes", "counterfactuals")


def answer(service: Service, asked: DifferentialRequest, parts: PartsReader) -> Differential:
    """Ask the service, with the parts that were gathered.

    Raises Refused where every part failed and nothing else is known, and what the service raises
    (`DifferentiaError`).
    """
    only_rare = {name: getattr(asked, name) for name in _ONLY_RARE}
    scope = common.scope_for(service, asked.scope, only_rare)
    packet = asked.phenopacket if asked.packet_file is None else None
    if parts.failed and not (parts.usable or asked.findings or packet is not None):
        raise problems.Refused(nothing_left(parts.failed))
    case = service.case(
        texts=parts.texts,
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
        phenopacket=packet,
        images=parts.images,
        labs=parts.labs,
        known=asked.known_conditions,
        age=asked.age,
        sex=asked.sex,
        day=None if asked.day is None else read_day(asked.day, "day"),
        notes=parts.notes,
        case_id="request",
    )
    top = asked.top or service.settings.top
    if scope != common.RARE:
        place = common.setting_of(asked.setting)
        return common.diagnose(service, case, place, top, scope, compare=asked.compare)
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


def blueprint(service: Service) -> APIBlueprint:
    """The routes for differentials over `service`."""
    routes = APIBlueprint("differentials", __name__, abp_tags=[_TAG])
    routes.components_schemas.update(_SCHEMAS)

    @routes.post(
        "/v1/differentials",
        summary="Rank the diseases of the release for one case",
        description="A JSON object; or a form whose part `case` is that object, beside texts, "
        "films and tables of values. A part that fails is told in `data_quality`, and the rest is "
        "answered.",
        openapi_extensions={"requestBody": body_of(service, _REFERENCE)},
        responses={200: DifferentialOut, **problem_responses(400, 413, 415, 422, 501, 503)},
    )
    def differentials() -> Response:
        asked, uploads = asked_with_files(service)
        now = service.current()
        parts = PartsReader(now)
        try:
            gather(asked, uploads, parts)
            return json_response(differential_json(answer(now, asked, parts)))
        except DifferentiaError as error:
            return problems.problem_response(problems.of_error(error, asked))

    return routes
