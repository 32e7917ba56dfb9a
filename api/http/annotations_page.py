"""The page at /annotate: paste a report and see what was read in it, without a ranking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request
from pydantic import ValidationError
from werkzeug.exceptions import RequestEntityTooLarge

from api.http import problems
from api.http.annotations_models import AnnotationRequest
from api.http.annotations_routes import annotate
from api.http.models import Problem
from api.http.page import EMPTY, example_form, examples, html_response, sent_form
from api.http.problems import Refused
from api.render.as_annotations_html import Shown, shown
from api.render.as_html import render_page
from domain.errors import DifferentiaError

if TYPE_CHECKING:
    from api.service import Service

_FIELDS = ("text", "age", "sex", "deidentify")


def blueprint(service: Service) -> Blueprint:
    """The page over `service`."""
    routes = Blueprint("annotations_page", __name__)

    def page(
        form: dict[str, str], *, documents: tuple[Shown, ...] = (), problem: Problem | None = None
    ) -> Response:
        html = render_page(
            "annotate.html",
            documents=documents,
            problem=problem,
            form=dict.fromkeys(_FIELDS, "") | form,
            examples=examples(),
            max_text_chars=service.settings.max_text_chars,
        )
        return html_response(html, problem)

    @routes.get("/annotate")
    def start() -> Response:
        return page(example_form())

    @routes.post("/annotate")
    def ask() -> Response:
        try:
            sent = sent_form(_FIELDS)
        except RequestEntityTooLarge as error:
            return page({}, problem=problems.of_http(error, request.max_content_length))
        try:
            filled = {k: v.strip() for k, v in sent.items() if k != "text" and v.strip()}
            asked = AnnotationRequest.model_validate(
                {"documents": [{"text": sent["text"]}], **filled}
            )
            found, _ = annotate(service.current(), asked)
        except ValidationError as error:
            return page(sent, problem=problems.of_validation(error))
        except Refused as error:
            empty = not sent["text"].strip()
            return page(sent, problem=error.problem.model_copy(update=EMPTY if empty else None))
        except DifferentiaError as error:
            return page(sent, problem=problems.of_error(error))
        return page(sent, documents=shown(found))

    return routes
