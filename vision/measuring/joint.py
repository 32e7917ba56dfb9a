"""How much all labels of one film may say together.

The labels of a film are no independent witnesses: they were read off the same pixels by the same
network. Sets of films play diseases: those of each label, judged by the other labels and by all,
and those of each pair of labels, judged by all. Labels speak for a disease as they would in the
ranking, one log-likelihood ratio each, added up. What the sum promises is held against how much
commoner such sums really are among the disease's films.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from vision.card import LEAST_POSITIVES, Figure
from vision.measuring.bootstrap import Floats
from vision.measuring.calibration import Calibrated, judge
from vision.measuring.scores import Bools, Scores

#: Resamples of patients for the interval of the cap.
DRAWS = 200
#: Steps of the cap, in natural-log units.
STEP = 0.05
#: Bins of the sums of one pseudo-disease at most.
BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Films of one pseudo-disease whose sums are alike: the mean sum and the log of how much
    commoner they are among its films than among all, from `positives` of its films."""

    label: str
    stated: float
    observed: float
    positives: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """`cap` is the clip (both signs alike) under which sums come nearest to what was observed,
    weighted by positives, at most the largest sum that was measured; `slope` is observed over
    stated before any clip, by least squares through the origin: 1 where labels are independent.
    """

    cap: Figure
    slope: Figure
    largest: float
    points: tuple[Point, ...]


def joint_cap(
    scores: Scores,
    usable: Bools,
    by: Mapping[str, Calibrated],
    supported: tuple[str, ...],
    *,
    seed: int = 0,
    draws: int = DRAWS,
) -> Joint | None:
    """The cap measured on the films `usable`; None where fewer than two labels are supported or
    none of them has enough positives."""
    some = scores.where(usable)
    names = [label for label in supported if by[label].strata]
    # One film must have all the labels known, or sums would be of different labels.
    columns = [scores.labels.index(label) for label in names]
    some = some.where(np.isfinite(some.truth[:, columns]).all(1))
    if len(names) < 2 or not len(some):
        return None
    _, stated = judge(some, by)
    ratios = np.stack([_odds(stated[:, c]) / _odds(by[n].base_rate)
                       for c, n in zip(columns, names, strict=True)], axis=1)  # fmt: skip
    truth = some.truth[:, columns] > 0
    _, patient = np.unique(some.patient, return_inverse=True)
    random = np.random.default_rng(seed)
    n = patient.max() + 1
    found = _fit(points(names, ratios, truth, np.ones(len(some))))
    if found is None:
        return None
    drawn = []
    for _ in range(draws):
        times = np.bincount(random.integers(0, n, n), minlength=n)[patient].astype(np.float64)
        again = _fit(points(names, ratios, truth, times))
        if again is not None:
            drawn.append(again[:2])
    low, high = np.percentile(np.array(drawn), [2.5, 97.5], axis=0)
    cap, slope, largest, kept = found

    def figure(value: float, i: int) -> Figure:
        return Figure(value=value, low=float(low[i]), high=float(high[i]), n=len(some))

    return Joint(cap=figure(cap, 0), slope=figure(slope, 1), largest=largest, points=kept)


def points(names: list[str], ratios: Floats, truth: Bools, times: Floats) -> tuple[Point, ...]:
    """Stated against observed for each pseudo-disease; `times` is how often each film counts. A
    label's frequency in the disease is its share among the disease's films."""
    made = []
    background = times @ truth / times.sum()
    # What a label adds depends on the disease by its frequency alone: the rest is done once.
    without = np.log1p((ratios - 1) * background)
    for name, disease, silent in _diseases(names, truth):
        positives = float(times[disease].sum())
        number = min(int(positives // LEAST_POSITIVES), BINS)
        if number < 2:
            continue
        frequency = (times * disease) @ truth / positives
        added = np.log1p((ratios - 1) * frequency) - without
        if silent is not None:
            added[:, silent] = 0.0
        made += _binned(name, added.sum(1), disease, times, number)
    return tuple(made)


def _diseases(names: list[str], truth: Bools) -> Iterator[tuple[str, Bools, int | None]]:
    """Name, films, and the label that may not speak for it."""
    for j, name in enumerate(names):
        yield f"{name}, by other labels", truth[:, j], j
        yield name, truth[:, j], None
    for i, j in combinations(range(len(names)), 2):
        yield f"{names[i]} and {names[j]}", truth[:, i] & truth[:, j], None


def _binned(name: str, total: Floats, disease: Bools, times: Floats, number: int) -> list[Point]:
    """Bins of equal counts of the disease's films. Sums take few values: films of one sum stay
    together, and a bin that ends with fewer than 30 of the disease's films is not read."""
    order = np.argsort(total[disease], kind="stable")
    sums = total[disease][order]
    place = np.cumsum(times[disease][order])
    at = np.searchsorted(place, place[-1] * np.arange(1, number) / number)
    which = np.searchsorted(np.unique(sums[at]), total, side="right")
    made = []
    for i in range(which.max() + 1):
        inside = which == i
        some, among = times[inside].sum(), times[inside & disease].sum()
        if among >= LEAST_POSITIVES:
            share = among / times[disease].sum()
            made.append(
                Point(
                    label=name,
                    stated=float((total * times)[inside & disease].sum() / among),
                    observed=float(np.log(share / (some / times.sum()))),
                    positives=int(among),
                )
            )
    return made


def _fit(made: tuple[Point, ...]) -> tuple[float, float, float, tuple[Point, ...]] | None:
    """Cap, slope and the largest sum."""
    if not made:
        return None
    stated, observed, weight = (
        np.array([getattr(p, name) for p in made], np.float64)
        for name in ("stated", "observed", "positives")
    )
    largest = float(np.abs(stated).max())
    grid = np.append(np.arange(STEP, largest, STEP), largest)
    errors = [(weight * (observed - np.clip(stated, -c, c)) ** 2).sum() for c in grid]
    slope = float((weight * stated * observed).sum() / (weight * stated**2).sum())
    # The first of equally good caps is the most cautious one.
    return float(grid[int(np.argmin(errors))]), slope, largest, made


def _odds(p: Floats | float) -> Floats:
    share = np.asarray(p, np.float64)
    return np.asarray(share / (1 - share), np.float64)
