"""The pages at /films: choose films and see what was read beside them; and the model card.

A film is decoded in memory and shown as a PNG that is made of its pixels alone and stands in the
page itself: nothing is kept, and no address leads to a film.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from api.films import film_card
from api.http import problems
from api.http.film_uploads import MAX_FILMS, Sent, limit_body, sent_films, unreadable
from api.http.films_carried import carry
from api.http.models import MAX_TOP, Problem
from api.http.page import FIELDS, html_response
from api.render import film_words
from api.render.as_html import render_page
from api.render.card_view import card_view, columns, kind_of, title_words, value_words
from api.render.film_view import FilmView, figure_words, film_view
from domain.errors import DifferentiaError, ImageRefused
from vision.reading import FilmReading, Refusal

if TYPE_CHECKING:
    from api.service import Service


def show_films(service: Service, films: Sequence[Sent]) -> list[FilmView]:
    """Each film read, with its picture. Raises Refused for a file that is no readable image, and
    what opening the reader raises."""
    reader = service.film_reader
    from vision.decode import decode

    shown = []
    for at, (name, data) in enumerate(films):
        try:
            film = decode(data, name)
            reading = reader.read(film)
        except ImageRefused as error:
            why = Refusal(reason=error.reason, detail=error.detail, mend=error.mend)
            if problem := unreadable(why, at):
                raise problems.Refused(problem) from None
            film = None
            reading = FilmReading(file=name, refused=why, findings=(), model=reader.model)
        shown.append(film_view(reading, film, reader.card, number=at))
    return shown


def blueprint(service: Service) -> Blueprint:
    """The pages over `service`."""
    routes = Blueprint("films_page", __name__)

    def page(films: Sequence[FilmView] = (), problem: Problem | None = None) -> Response:
        form = dict.fromkeys(FIELDS, "") | {
            "top": str(service.settings.top),
            "films": carry(film.reading for film in films),
        }
        html = render_page(
            "films.html",
            films=films,
            problem=problem,
            form=form,
            carried=[film.reading for film in films if film.rows],
            examples=(),
            film_words=film_words,
            figure_words=figure_words,
            max_text_chars=service.settings.max_text_chars,
            max_top=MAX_TOP,
            max_films=MAX_FILMS,
            max_films_mb=service.settings.max_films_mb,
        )
        return html_response(html, problem)

    @routes.get("/films")
    def start() -> Response:
        return page()

    @routes.post("/films")
    def read() -> Response:
        limit_body(service, alone=True)
        try:
            return page(show_films(service, sent_films()))
        except problems.Refused as error:
            return page(problem=error.problem)
        except HTTPException as error:
            return page(problem=problems.of_http(error, request.max_content_length))
        except DifferentiaError as error:
            return page(problem=problems.of_error(error))

    @routes.get("/films/model")
    def model() -> Response:
        try:
            shown = card_view(film_card(service.settings.image_model).card)
        except DifferentiaError as error:
            return page(problem=problems.of_error(error))
        html = render_page(
            "film_model.html",
            view=shown,
            film_words=film_words,
            figure_words=figure_words,
            kind_of=kind_of,
            columns=columns,
            value_words=value_words,
            title_words=title_words,
        )
        return html_response(html, None)

    return routes
