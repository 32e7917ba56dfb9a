"""Films that were read on one page and count on the next, though nothing of them is kept here.

A hidden field carries the raw scores. What they mean is looked up in the model card again, so a
page can carry no probability of its own, and one of another model is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, TypeAdapter, ValidationError

from api.case_models import Strict
from api.films import film_card
from api.http.film_uploads import MAX_FILMS
from api.http.images_models import Rectangle, Size
from api.http.problems import Refused, refused
from vision.reading import FilmReading, ModelUsed

if TYPE_CHECKING:
    from api.service import Service
    from vision.card import ModelCard

#: The name of the hidden field.
FIELD = "films"
_NAME = Annotated[str, Field(max_length=100)]


class CarriedFilm(Strict):
    """A film that was read: by which weights, its size, and the raw score of every label."""

    file: _NAME
    weights: str = Field(max_length=64)
    size: Size
    view: str = Field(max_length=2)
    scores: dict[_NAME, float] = Field(max_length=200)
    boxes: dict[_NAME, Rectangle] = Field(max_length=200)


_CARRIED = TypeAdapter(Annotated[list[CarriedFilm], Field(max_length=MAX_FILMS)])


def carry(readings: Iterable[FilmReading]) -> str:
    """The films that were not refused as the value of the field, "" without one."""
    films = [
        CarriedFilm(
            file=r.file[-100:],
            weights=r.model.weights_sha256,
            size=list(r.size),
            view=r.view,
            scores={f.label: f.score for f in r.findings},
            boxes={f.label: list(f.box) for f in r.findings if f.box is not None},
        )
        for r in readings
        if r.refused is None and r.size is not None
    ]
    return _CARRIED.dump_json(films).decode() if films else ""


def carried(field: str, service: Service) -> list[FilmReading]:
    """The films of the field's value, with what the card says of their scores. Raises Refused,
    and SourceError where there is no card."""
    if not field:
        return []
    try:
        films = _CARRIED.validate_json(field)
    except ValidationError:
        raise Refused(refused(FIELD, "This value cannot be used.")) from None
    card = film_card(service.settings.image_model).card
    return [_read_again(film, card) for film in films]


def _read_again(film: CarriedFilm, card: ModelCard) -> FilmReading:
    from vision.reader import decided

    labels = {c.label: c for c in card.labels}
    if film.weights != card.weights_sha256 or film.scores.keys() != labels.keys():
        raise Refused(refused(FIELD, "Another model read this film: read it again."))
    findings = []
    for label, score in film.scores.items():
        made = decided(score, labels[label])
        box = film.boxes.get(label)
        findings.append(replace(made, box=None if box is None else _box(box)))
    width, height = film.size
    return FilmReading(
        file=film.file,
        refused=None,
        findings=tuple(findings),
        model=ModelUsed(name=card.name, version=card.version, weights_sha256=card.weights_sha256),
        size=(width, height),
        view=film.view,
    )


def _box(numbers: Sequence[float]) -> tuple[float, float, float, float]:
    x, y, width, height = numbers
    return x, y, width, height
