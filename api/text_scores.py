"""Precision, recall and F1 of counts by document, with intervals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np

from kg.arrays import Array
from nlp.measures import Counts
from reasoning.measures import Bootstrap, Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One measure: its counts over all documents, and figures with 95 % intervals by resampling
    documents. NaN where a figure is not defined."""

    counts: Counts
    precision: Figure
    recall: Figure
    f1: Figure


def micro(rows: Sequence[Counts], *, seed: int) -> Score:
    """Figures of summed counts, one row a document."""
    table = np.array([(c.hit, c.gold, c.read) for c in rows], dtype=np.float64).reshape(-1, 3)
    draws = _draws(rows, seed)

    def share(*under: int) -> Figure:
        def of(weights: Array) -> float:
            sums = weights @ table
            below = sums[list(under)].sum()
            return float(len(under) * sums[0] / below) if below else nan

        return draws.statistic(of)

    total = sum(rows, Counts())
    return Score(counts=total, precision=share(2), recall=share(1), f1=share(1, 2))


def macro(rows: Sequence[Counts], *, seed: int) -> Score:
    """Means of the figures of single documents, without those in which one is not defined."""
    draws = _draws(rows, seed)

    def mean(values: Iterable[float]) -> Figure:
        column = np.array(list(values))
        known = ~np.isnan(column)

        def of(weights: Array) -> float:
            kept = weights[known]
            return float(kept @ column[known] / kept.sum()) if kept.sum() else nan

        return draws.statistic(of)

    return Score(
        counts=sum(rows, Counts()),
        precision=mean(c.precision for c in rows),
        recall=mean(c.recall for c in rows),
        f1=mean(c.f1 for c in rows),
    )


def _draws(rows: Sequence[Counts], seed: int) -> Bootstrap:
    return Bootstrap([f"{n:07d}" for n in range(len(rows))], seed=seed)
