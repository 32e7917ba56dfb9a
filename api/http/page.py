"""The page at /: paste a report, see it marked, and the differential with its reasons.

It is a plain form and a page rendered here, so it works without scripts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request
from pydantic import ValidationError
from werkzeug.exceptions import RequestEntityTooLarge

from api.case_parts import PartsReader
from api.http import problems
from api.http.case_uploads import Uploads, gather
from api.http.differentials import answer
from api.http.film_uploads import MAX_FILMS, MULTIPART, PART, files_of, limit_body
from api.http.films_carried import carried, carry
from api.http.models import MAX_TOP, DifferentialRequest, Problem
from api.http.page_values import known_lines, value_lines
from api.render import film_words
from api.render.as_html import PAGES, render_page
from api.render.view import view
from domain.errors import DifferentiaError, EmptyInput

if TYPE_CHECKING:
    from api.render.view import View
    from api.service import Service

SCOPE_BEFORE = (
    "Paste a report in English. Its findings are marked in the text, and diseases are ranked by "
    "them with every reason open to view: those of the Human Phenotype Ontology's annotations, "
    "mostly rare ones, or common and emergency disease by published figures. What is not in the "
    "chosen tables is not ranked. For research use; not for deciding a patient's care."
)
#: What a problem document says on a page where the report is missing.
EMPTY: dict[str, object] = {
    "detail": "The report is empty.",
    "mend": "Paste one into the field below.",
    "errors": None,
}
#: Fields of the form; `films` carries films that were read before.
FIELDS = (
    "text",
    "known",
    "labs",
    "age",
    "sex",
    "day",
    "scope",
    "setting",
    "top",
    "counterfactuals",
    "films",
)
#: Fields that are no field of a request as they stand.
_OF_PAGE = ("text", "known", "labs", "films")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An invented report to try the page with; its file's first line is the title."""

    name: str
    title: str
    text: str


@cache
def examples() -> tuple[Example, ...]:
    """The examples in `api/pages/examples`, by name."""
    found = []
    for path in sorted((PAGES / "examples").glob("*.txt")):
        title, _, text = path.read_text("utf-8").partition("\n")
        found.append(Example(name=Path(path).stem, title=title.strip(), text=text.strip() + "\n"))
    return tuple(found)


def html_response(html: str, problem: Problem | None) -> Response:
    """A page, with the status of the problem that it tells of."""
    # A lone surrogate cannot be sent as UTF-8; the reader sees that something was there.
    body = html.encode("utf-8", "replace")
    status = 200 if problem is None else problem.status
    return Response(body, status=status, content_type="text/html; charset=utf-8")


def example_form() -> dict[str, str]:
    """The form filled with the example that the address asks for, empty without one."""
    wanted = request.args.get("example")
    chosen = next((e for e in examples() if e.name == wanted), None)
    return {} if chosen is None else {"text": chosen.text}


def sent_form(fields: Iterable[str]) -> dict[str, str]:
    """What a browser sent for these fields; offsets are counted in the text as it is shown, so
    that its CRLF line ends become LF."""
    sent = {name: request.form.get(name, "") for name in fields}
    return sent | {"text": sent["text"].replace("\r\n", "\n")}


def _asked(sent: Mapping[str, str]) -> dict[str, object]:
    """What the form asks for, as a request has it. Raises Refused for values that are none."""
    asked: dict[str, object] = {
        k: v.strip() for k, v in sent.items() if k not in _OF_PAGE and v.strip()
    }
    if sent["text"].strip():
        asked["text"] = sent["text"]
    if known := known_lines(sent["known"]):
        asked["known_conditions"] = known
    if labs := value_lines(sent["labs"]):
        asked["labs"] = labs
    if two := [disease for disease in request.form.getlist("compare") if disease]:
        asked["compare"] = two
    return asked


def blueprint(service: Service) -> Blueprint:
    """The page over `service`."""
    routes = Blueprint("page", __name__)

    def page(
        form: dict[str, str],
        *,
        shown: View | None = None,
        problem: Problem | None = None,
    ) -> Response:
        blank = dict.fromkeys(FIELDS, "") | {"top": str(service.settings.top)}
        html = render_page(
            "page.html",
            view=shown,
            problem=problem,
            form=blank | {k: v for k, v in form.items() if v},
            examples=examples(),
            max_text_chars=service.settings.max_text_chars,
            max_top=MAX_TOP,
            max_films=MAX_FILMS,
            carried=carried(form.get("films", ""), service),
            film_words=film_words,
            scope_before=SCOPE_BEFORE,
        )
        return html_response(html, problem)

    @routes.get("/")
    def start() -> Response:
        return page(example_form())

    @routes.post("/")
    def ask() -> Response:
        if request.mimetype == MULTIPART:
            limit_body(service)
        try:
            sent = sent_form(FIELDS)
        except RequestEntityTooLarge as error:
            return page({}, problem=problems.of_http(error, request.max_content_length))
        asked = None
        before, sent["films"] = sent["films"], ""
        try:
            now = service.current()
            parts = PartsReader(now, keep_films=True)
            for reading in carried(before, service):
                parts.reading(reading)
            uploads = Uploads(images=files_of(PART, MAX_FILMS))
            gather(DifferentialRequest(), uploads, parts)
            # From here on the page carries all films, whatever becomes of the rest.
            sent["films"] = carry(film.reading for film in parts.images)
            asked = DifferentialRequest.model_validate(_asked(sent))
            gather(asked, Uploads(), parts)
            d = answer(now, asked, parts)
        except problems.Refused as error:
            return page(sent, problem=error.problem)
        except ValidationError as error:
            return page(sent, problem=problems.of_validation(error))
        except EmptyInput as error:
            problem = problems.of_error(error).model_copy(update=EMPTY)
            return page(sent, problem=problem)
        except DifferentiaError as error:
            return page(sent, problem=problems.of_error(error, asked))
        documents = {part.name: part.text for part in parts.texts}
        return page(sent, shown=view(d, documents, parts.films))

    return routes
