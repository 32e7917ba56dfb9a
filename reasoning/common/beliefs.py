"""What is taken for likely now, and how often each candidate shows a finding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log

import numpy as np

from domain.figures import Kind
from kg.arrays import Array
from reasoning.common.ranker import CommonRanking
from reasoning.common.table import ShareTable

#: What a case has or has not, but nobody would propose to find out.
NOT_ASKED = frozenset({Kind.RISK, Kind.AGE, Kind.SEX, Kind.COURSE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Beliefs:
    """`posterior` (candidates,) and `outside`, the share of "none of these", sum to 1; they are
    calibrated for no setting. `shares` gives of a term how often patients of each candidate have
    it, (candidates,); `recorded` how often somebody counted a term in a candidate by number, None
    where nobody did; `own` the terms that are recorded of a candidate."""

    posterior: Array
    outside: float
    shares: Callable[[int], Array]
    background: Callable[[int], float]
    own: Callable[[int], list[int]]
    recorded: Callable[[int, int], float | None]


def posterior(ranking: CommonRanking, outside: float) -> tuple[Array, float]:
    """Shares of all candidates and of what is outside: patients with none of them, who weigh
    `outside` of all candidates before any finding, and have each as often as the background."""
    before = float(np.exp(ranking.before_findings).sum())
    rest = log(max(outside * before, 1e-300))
    top = max(float(ranking.scores.max(initial=rest)), rest)
    weights = np.exp(ranking.scores - top)
    other = float(np.exp(rest - top))
    total = float(weights.sum()) + other
    return np.asarray(weights / total), other / total


def shares_of_curated(table: ShareTable, term: int, background: float) -> Array:
    """How often patients of each curated disease have a term, (diseases,): the background where
    nobody printed it."""
    found = np.full(len(table.estimates), background)
    for number in range(len(table.estimates)):
        if (cell := table.cell(number, term)) is not None:
            found[number] = table.drawn(cell, background)
    return found


def beliefs(table: ShareTable, ranking: CommonRanking) -> Beliefs:
    """Of a ranking of common diseases alone."""
    shares, outside = posterior(ranking, table.parameters.outside)
    weights = ranking.prior.weights

    def background(term: int) -> float:
        return table.rate(term, weights).share

    return Beliefs(
        posterior=shares,
        outside=outside,
        shares=lambda term: shares_of_curated(table, term, background(term)),
        background=background,
        own=lambda number: askable(table, number),
        recorded=lambda number, term: counted(table, number, term),
    )


def counted(table: ShareTable, number: int, term: int) -> float | None:
    """The share of a curated disease's patients who show a term or one below it, as printed; None
    where nobody counted them, a likelihood ratio alone being no count."""
    cell = table.cell(number, term)
    return None if cell is None or cell.estimate.ratio is not None else cell.share


def askable(table: ShareTable, number: int) -> list[int]:
    """The terms of a curated disease that somebody could ask for, look for or measure."""
    return [
        term
        for term, estimate in table.estimates[number].items()
        if estimate.figures[0].kind not in NOT_ASKED
    ]
