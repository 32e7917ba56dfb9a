"""A model card as the page shows it: figures as dots with whiskers, and the parts for people.

Scales are linear for areas under the curve and logarithmic for likelihood ratios, so that "three
times more" and "three times less" are as long.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.render.as_model_card import SECTIONS, UNSHOWN
from api.render.film_view import figure_words
from api.render.film_words import label_words
from vision.card import Figure, LabelCard, ModelCard, Stratum

#: Length of a scale, in units of its drawing.
LENGTH = 100.0
#: Ends of the scales: an area of .5 is chance; ratios beyond the ends are drawn at them.
AUROC_ENDS, RATIO_ENDS = (0.5, 1.0), (1 / 27, 27.0)
RATIO_TICKS = (1 / 27, 1 / 9, 1 / 3, 1.0, 3.0, 9.0, 27.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A figure on a scale of `LENGTH`: its place, and the ends of its whisker."""

    at: float
    low: float
    high: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StratumRow:
    """Scores of one stratum, and what they mean."""

    stratum: Stratum
    scores: str
    ratio: Dot


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRow:
    """One label of the card."""

    card: LabelCard
    name: str
    auroc: Dot
    strata: tuple[StratumRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardView:
    """A card, ready to be shown: the labels that are judged first, by their areas. `most_odds` is
    the factor by which one film can move the odds of a disease at most."""

    card: ModelCard
    labels: tuple[LabelRow, ...]
    most_odds: float
    ticks: tuple[tuple[float, str], ...]
    sections: tuple[tuple[str, Any], ...]

    @property
    def judged(self) -> tuple[LabelRow, ...]:
        """The labels that the model may judge."""
        return tuple(row for row in self.labels if row.card.supported)

    @property
    def not_judged(self) -> tuple[LabelRow, ...]:
        """The other labels."""
        return tuple(row for row in self.labels if not row.card.supported)


def card_view(card: ModelCard) -> CardView:
    """A card as the page shows it."""
    rows = [
        LabelRow(
            card=one,
            name=label_words(one.label),
            auroc=_linear(one.auroc),
            strata=tuple(
                StratumRow(stratum=s, scores=_scores(s), ratio=_logarithmic(s.likelihood_ratio))
                for s in one.strata
            ),
        )
        for one in card.labels
    ]
    return CardView(
        card=card,
        labels=tuple(sorted(rows, key=lambda r: (not r.card.supported, -r.card.auroc.value))),
        most_odds=math.exp(card.joint_cap),
        ticks=tuple((_log_place(t), _ratio_tick(t)) for t in RATIO_TICKS),
        sections=tuple((title_words(key), _shown(value)) for key, value in card.sections.items()),
    )


def title_words(key: str) -> str:
    """A key of the card as a title: "Known failures"."""
    words = SECTIONS.get(key, key).replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def kind_of(value: object) -> str:
    """How a value of the card's sections is shown: "figure", "pairs", "grid" (columns and rows),
    "table" (a row a mapping), "list", "code" or "text"."""
    if isinstance(value, Mapping):
        if {"columns", "rows"} <= set(value):
            return "grid"
        return "figure" if {"value", "low", "high"} <= set(value) else "pairs"
    if isinstance(value, Sequence) and not isinstance(value, str):
        same = value and all(isinstance(v, Mapping) and kind_of(v) == "pairs" for v in value)
        return "table" if same else "list"
    if isinstance(value, str) and value.startswith(("differentia ", "torchrun ")):
        return "code"
    return "text"


def _shown(section: Any) -> Any:
    """A section without what is kept for programs only."""
    if not isinstance(section, Mapping):
        return section
    return {key: value for key, value in section.items() if key not in UNSHOWN}


def columns(rows: Sequence[Mapping[str, object]]) -> tuple[str, ...]:
    """Every key of a table's rows, in the order in which they first come."""
    return tuple(dict.fromkeys(key for row in rows for key in row))


def value_words(value: object) -> str:
    """A single value of the card's sections in words."""
    match value:
        case None:
            return "not measured"
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case float():
            return f"{value:.3g}"
        case {"value": v, "low": low, "high": high}:
            return figure_words(Figure(value=v, low=low, high=high, n=0))
        case _:
            return str(value)


def _linear(figure: Figure) -> Dot:
    start, end = AUROC_ENDS
    return _dot(figure, lambda v: (v - start) / (end - start))


def _logarithmic(figure: Figure) -> Dot:
    return _dot(figure, lambda v: _log_place(v) / LENGTH)


def _log_place(value: float) -> float:
    start, end = (math.log(v) for v in RATIO_ENDS)
    return round(LENGTH * (math.log(max(value, RATIO_ENDS[0])) - start) / (end - start), 1)


def _dot(figure: Figure, place: Callable[[float], float]) -> Dot:
    at, low, high = (
        round(LENGTH * min(max(place(v), 0.0), 1.0), 1)
        for v in (figure.value, figure.low, figure.high)
    )
    return Dot(at=at, low=low, high=high, words=figure_words(figure))


def _ratio_tick(value: float) -> str:
    return f"{value:.0f}" if value >= 1 else f"1/{1 / value:.0f}"


def _scores(stratum: Stratum) -> str:
    low, high = (
        None if end is None else f"{end:.2f}".replace("-", "\N{MINUS SIGN}")
        for end in (stratum.low, stratum.high)
    )
    if low is None:
        return "any" if high is None else f"below {high}"
    return f"{low} and above" if high is None else f"{low} to {high}"
