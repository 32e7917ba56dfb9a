"""How many images of each kind are refused, and for what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

from domain.errors import ImageRefused
from vision.card import Figure
from vision.film import Film

#: Two-sided 95 % point of the normal distribution.
_NORMAL = 1.959964


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """Images of one kind: the share refused (Wilson's interval), and how many for which reason."""

    kind: str
    share: Figure
    reasons: Mapping[str, int]


def refusals(
    kinds: Mapping[str, Iterable[Film]], check: Callable[[Film], None]
) -> tuple[Refusals, ...]:
    """What a check (`Gate.check`) refuses of each kind of image; a kind of no image is left out."""
    made = []
    for kind, films in kinds.items():
        count, reasons = 0, Counter[str]()
        for film in films:
            count += 1
            try:
                check(film)
            except ImageRefused as error:
                reasons[error.reason] += 1
        if count:
            share = wilson(reasons.total(), count)
            made.append(Refusals(kind=kind, share=share, reasons=dict(reasons.most_common())))
    return tuple(made)


def wilson(hits: int, of: int) -> Figure:
    """A share with Wilson's 95 % interval, for images that are one a patient."""
    share, square = hits / of, _NORMAL**2
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = sqrt(share * (1 - share) / of + square / (4 * of**2)) * _NORMAL / (1 + square / of)
    return Figure(value=share, low=max(middle - half, 0.0), high=min(middle + half, 1.0), n=of)
