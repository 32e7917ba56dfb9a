"""POST /v1/annotations: reports in, what was read in them out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import ValidationError

from api.annotate import Annotated, Annotator
from api.documents import Document
from api.http import problems
from api.http.annotations_models import (
    AnnotationQuery,
    AnnotationRequest,
    AnnotationsOut,
    DocumentIn,
    schema_in_one,
)
from api.http.bodies import json_response, require_json
from api.http.documents import problem_responses
from api.http.models import FieldProblem, Problem
from api.http.problems import Refused
from api.jobs.problem import URN
from api.render.as_annotations import annotated_json
from api.targets import Target, by_document
from domain.errors import DifferentiaError, EmptyInput, InputError

if TYPE_CHECKING:
    from api.service import Service

DOCUMENT = "report"
PLAIN = "text/plain"
HTML, JSON = "text/html", "application/json"
_UTF8 = 4
#: Faults that one problem document names.
_NAMED = 20
_TAG = Tag(name="annotations", description="What was read in reports, and where.")
#: How the body is described in /openapi.json.
_BODY = {
    "required": True,
    "content": {
        JSON: {"schema": schema_in_one(AnnotationRequest)},
        PLAIN: {"schema": {"type": "string", "description": "One report, in UTF-8."}},
    },
}


def annotate(service: Service, asked: AnnotationRequest) -> tuple[list[Annotated], Annotator]:
    """The documents of a request, annotated. Raises Refused, or what the service raises."""
    documents = _named(asked.documents)
    annotator = Annotator.over(service, age=asked.age, sex=asked.sex, deidentify=asked.deidentify)
    wanted = _targets(asked, documents)
    found = []
    for at, document in enumerate(documents):
        try:
            targets = None if wanted is None else wanted[at]
            found.append(annotator.annotate(document.name, document.text, targets))
        except InputError as error:
            raise Refused(_of_document(error, at)) from None
    return found, annotator


def _named(sent: Sequence[DocumentIn]) -> list[Document]:
    """Documents with the names that were given to them, or that they get."""
    one = len(sent) == 1
    made = (DOCUMENT if one else f"{DOCUMENT} {at}" for at in range(1, len(sent) + 1))
    names = [d.name or name for d, name in zip(sent, made, strict=True)]
    several = {name for name, n in Counter(names).items() if n > 1}
    if several:
        places = (f"documents[{at}].name" for at, name in enumerate(names) if name in several)
        raise Refused(_refused((place, "Another document has this name.") for place in places))
    return [Document(name=n, text=d.text, given=n) for d, n in zip(sent, names, strict=True)]


def _targets(
    asked: AnnotationRequest, documents: Sequence[Document]
) -> list[list[tuple[int, int]]] | None:
    if asked.spans is None:
        return None
    targets = [
        Target(document=s.document, start=s.start, end=s.end, place=f"spans[{at}]")
        for at, s in enumerate(asked.spans)
    ]
    found, faults = by_document(targets, documents)
    if faults:
        raise Refused(_refused((f.target.place, f"Its document {f.why}.") for f in faults))
    return found


def _refused(faults: Iterable[tuple[str, str]]) -> Problem:
    errors = [FieldProblem(location=place, message=message) for place, message in faults]
    return Problem(
        type=URN + "invalid-request",
        title="The request does not fit",
        status=422,
        detail=f"{len(errors)} of its fields cannot be used.",
        mend="/docs describes every field.",
        errors=errors[:_NAMED],
    )


def _of_document(error: InputError, at: int) -> Problem:
    """What is wrong with one document, by its place."""
    problem = problems.of_error(error)
    changes: dict[str, object] = {
        "errors": [
            FieldProblem(location=f"documents[{at}].text", message="This text cannot be used.")
        ]
    }
    if isinstance(error, EmptyInput):
        changes |= {"detail": "A document holds no text.", "mend": error.mend}
    return problem.model_copy(update=changes)


def _asked(limit: int) -> AnnotationRequest:
    """The request under way, in either kind of body. Raises Refused, or HTTPException."""
    from nlp.document import decode

    if request.mimetype == PLAIN:
        try:
            text = decode(request.get_data(), max_bytes=limit)
        except InputError as error:
            raise Refused(_of_document(error, 0)) from None
        return AnnotationRequest(documents=[DocumentIn(text=text)])
    require_json()
    try:
        return AnnotationRequest.model_validate(request.get_json())
    except ValidationError as error:
        raise Refused(problems.of_validation(error)) from None


def _answer(
    found: Sequence[Annotated], annotator: Annotator, service: Service, form: str
) -> Response:
    if form == "html":
        from api.render.as_annotations_html import html_annotations
        from api.render.as_html import content_policy

        response = Response(html_annotations(found), content_type="text/html; charset=utf-8")
        response.headers["Content-Security-Policy"] = content_policy()
        return response
    if form == "phenopacket":
        from api.render.as_annotations_packet import Packets

        packets = Packets(service.knowledge, age=annotator.age, sex=annotator.sex)
        return json_response({"phenopackets": [packets.packet(a) for a in found]})
    return json_response({"documents": [annotated_json(a) for a in found]})


def _preferred() -> str:
    """The form that the header Accept asks for; JSON unless it prefers HTML."""
    best = request.accept_mimetypes.best_match([JSON, HTML], default=JSON)
    return "html" if best == HTML else "json"


def blueprint(service: Service) -> APIBlueprint:
    """The route for annotations over `service`."""
    routes = APIBlueprint("annotations", __name__, abp_tags=[_TAG])

    @routes.post(
        "/v1/annotations",
        summary="Mark what reports say of a patient",
        description="`?format=html` answers with one HTML file, `?format=phenopacket` with an "
        "object whose `phenopackets` has one of GA4GH's a document.",
        openapi_extensions={"requestBody": _BODY},
        responses={200: AnnotationsOut, **problem_responses(400, 413, 415, 422, 503)},
    )
    def annotations(query: AnnotationQuery) -> Response:
        now = service.current()
        try:
            asked = _asked(_UTF8 * service.settings.max_text_chars)
            found, annotator = annotate(now, asked)
        except Refused as error:
            return problems.problem_response(error.problem)
        except DifferentiaError as error:
            return problems.problem_response(problems.of_error(error))
        return _answer(found, annotator, now, query.format or _preferred())

    return routes
