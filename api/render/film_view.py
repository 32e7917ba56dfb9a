"""What the page shows of a film: its picture, and each label's numbers in words and bars.

A view is made of a reading and the model card; nothing in it is stored.
"""

from __future__ import annotations

from dataclasses import dataclass

from api.render.film_png import FILM_SIDE, data_uri, film_png, fitted, overlay
from api.render.film_words import label_words
from domain.evidence import Box
from vision.card import Figure, LabelCard, ModelCard
from vision.film import Film
from vision.reading import PRESENT, FilmReading, LabelReading

#: Width of a probability's bar, in units of its drawing.
BAR = 100.0
#: Upper ends that the scale of the bars may have.
_SCALES = (0.1, 0.25, 0.5, 1.0)


def figure_words(figure: Figure) -> str:
    """A figure with its interval: "4.3 (3.6 to 5.1)", "0.83 (0.80 to 0.85)"."""
    digits = 2 if figure.value < 1 else 1
    value, low, high = (f"{v:.{digits}f}" for v in (figure.value, figure.low, figure.high))
    return f"{value} ({low} to {high})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One judged label. `bar` and `tick` are the lengths of probability and base rate out of
    `BAR`; `overlay` is the address of its heatmap, "" where there is none to show."""

    number: int
    reading: LabelReading
    card: LabelCard
    bar: float
    tick: float
    overlay: str

    @property
    def name(self) -> str:
        """The label in words."""
        return label_words(self.reading.label)

    @property
    def present(self) -> bool:
        """Whether it is called present."""
        return self.reading.decision == PRESENT

    @property
    def box(self) -> Box | None:
        """Where the heatmap is strongest, in pixels of the film."""
        return self.reading.box if self.overlay else None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmView:
    """A film, ready to be shown. `picture` is its address, "" where it could not be decoded;
    `scale` is the share at the end of the bars."""

    number: int
    reading: FilmReading
    picture: str
    size: tuple[int, int]
    scale: float
    rows: tuple[Row, ...]
    not_judged: tuple[LabelCard, ...]

    @property
    def reduced(self) -> tuple[int, int] | None:
        """Width and height of the picture, None where it has every pixel of the film."""
        shown = fitted(self.size, FILM_SIDE)
        return None if shown == self.size else shown

    @property
    def present(self) -> tuple[Row, ...]:
        """The labels called present."""
        return tuple(row for row in self.rows if row.present)

    @property
    def overlays(self) -> tuple[Row, ...]:
        """The labels with a heatmap to lay over the film."""
        return tuple(row for row in self.rows if row.overlay)


def film_view(
    reading: FilmReading, film: Film | None, card: ModelCard, *, number: int = 0
) -> FilmView:
    """A reading with its film (None where it was not decoded) and the model's card."""
    cards = {c.label: c for c in card.labels}
    judged = sorted(reading.judged, key=_strongest_first)
    scale = _scale(judged)
    size = (1, 1) if film is None else film.size
    rows = [
        Row(
            number=at,
            reading=one,
            card=cards[one.label],
            bar=_length(one.probability, scale),
            tick=_length(one.base_rate, scale),
            overlay=overlay(one.heatmap, size),
        )
        for at, one in enumerate(judged)
    ]
    return FilmView(
        number=number,
        reading=reading,
        picture="" if film is None else data_uri(film_png(film)),
        size=size,
        scale=scale,
        rows=tuple(rows),
        not_judged=tuple(c for c in card.labels if not c.supported),
    )


def _strongest_first(reading: LabelReading) -> tuple[bool, float]:
    ratio = reading.likelihood_ratio
    return reading.decision != PRESENT, -(ratio.value if ratio else 0.0)


def _scale(readings: list[LabelReading]) -> float:
    most = max((max(r.probability or 0.0, r.base_rate or 0.0) for r in readings), default=1.0)
    return next(end for end in _SCALES if most <= end)


def _length(share: float | None, scale: float) -> float:
    return round(BAR * (share or 0.0) / scale, 1)
