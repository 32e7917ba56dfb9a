"""Fit the method `coverage` and its calibration on cases whose disease is known.

Two steps. The weights (`weight`, `decay`, `coverage`) maximise the conditional likelihood of the
true disease among the first candidates, each disease counting once, over cases as they are and
with their own publication removed. `cost`, `floor`, `broader` and `exclusion` are not fitted:
exclusions of published cases would teach that excluding a feature makes its disease likelier.

The calibration (scale and what stands for outside the knowledge base) then minimises the log loss
of "the first is right", each case's own publication removed, and with a part of `OUTSIDE_PART`
that of "the disease is not in the knowledge base", nothing removed. It cannot change the order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import log

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logsumexp

from kg.arrays import Array
from reasoning.calibration import Calibration, features
from reasoning.ranking import Ranking
from reasoning.scorers.coverage import CoverageScorer

#: Candidates kept of a case, and those among which its true disease is made likely.
KEPT = 1000
RIVALS = 300
DECAYS = (0.65, 0.7, 0.75, 0.8, 0.85)
SCALES = (0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.4)
OUTSIDE_PART = 0.3
RIDGE = 1e-3
#: The ceiling is what was measured in the highest of so many bins of equal mass.
BINS = 15
LEAST_IN_BIN = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """The first candidates of one ranking: what each finding alone does to them (signs,
    candidates), the term for the whole disease at coverage 1, and what is beside; `true` is the
    true disease's place among them or None. `own` says that the own publication was removed."""

    disease: str
    own: bool
    alone: Array
    whole: Array
    beside: Array
    true: int | None
    features: Array
    prior: float


def example(
    ranking: Ranking, scorer: CoverageScorer, disease: str, true: int | None, *, own: bool
) -> Example:
    """What fitting needs of a ranking made with `scorer`; `true` is the disease's number."""
    chosen = ranking.order[:KEPT]
    if true is not None and true not in chosen:
        chosen = np.append(chosen, true)
    alone = (
        np.stack([e[chosen] for e in ranking.effects])
        if ranking.effects
        else np.zeros((0, len(chosen)))
    )
    rest = ranking.scores[chosen] - ranking.prior - ranking.beside[chosen]
    whole = (rest - scorer.together(alone).sum(axis=0)) / scorer.coverage
    return Example(
        disease=disease,
        own=own,
        alone=alone.astype(np.float32),
        whole=whole.astype(np.float32),
        beside=ranking.beside[chosen].astype(np.float32),
        true=None if true is None else int(np.flatnonzero(chosen == true)[0]),
        features=features(ranking.view, ranking.signs),
        prior=ranking.prior,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """Parameters of `coverage` and the calibration that goes with them; `loss` is the mean
    conditional log loss of the true disease, in nats."""

    parameters: dict[str, float]
    calibration: Calibration
    loss: float


def fit(examples: Sequence[Example], scorer: CoverageScorer) -> Fitted:
    """Fit on all examples; what is not fitted stays as in `scorer`. Raises ValueError where no
    example has a true disease."""
    learn = [e for e in examples if e.true is not None and len(e.alone)]
    if not learn:
        raise ValueError("no case whose disease can be ranked")
    loss, decay, (weight, coverage) = min(_weights(learn, decay) for decay in DECAYS)
    parameters = scorer.settings() | {"weight": weight, "decay": decay, "coverage": coverage}
    rounded = {name: round(value, 4) for name, value in parameters.items()}
    return Fitted(parameters=rounded, calibration=_calibration(examples, rounded), loss=loss)


def refit(
    examples: Sequence[Example],
    scorer: CoverageScorer,
    *,
    decay: float | None = None,
    with_coverage: bool = True,
) -> dict[str, float]:
    """The fitted weights alone, at another decay than `scorer`'s or without the term for the
    whole disease: what is left of the method when an idea is taken out."""
    learn = [e for e in examples if e.true is not None and len(e.alone)]
    if not with_coverage:
        learn = [replace(e, whole=np.zeros_like(e.whole)) for e in learn]
    _, used, (weight, coverage) = _weights(learn, scorer.decay if decay is None else decay)
    return {"weight": weight, "decay": used, "coverage": coverage if with_coverage else 0.0}


def _weights(examples: Sequence[Example], decay: float) -> tuple[float, float, tuple[float, float]]:
    """Conditional logit of two weights at one decay: (loss, decay, weights)."""
    discount = CoverageScorer(weight=1.0, decay=decay)
    width = RIVALS + 1
    x = np.zeros((len(examples), width, 2))
    offset = np.full((len(examples), width), -np.inf)
    for row, e in enumerate(examples):
        assert e.true is not None
        some = np.append(np.delete(np.arange(len(e.whole)), e.true)[:RIVALS], e.true)
        n = len(some)
        x[row, -n:, 0] = discount.together(e.alone[:, some]).sum(axis=0)
        x[row, -n:, 1] = e.whole[some]
        offset[row, -n:] = e.beside[some]
    share = _by_disease(examples)

    def loss(weights: Array) -> tuple[float, Array]:
        z = x @ weights + offset
        p = np.exp(z - logsumexp(z, axis=1, keepdims=True))
        gradient = share @ (np.einsum("ij,ijk->ik", p, x) - x[:, -1])
        value = -float(share @ np.log(np.maximum(p[:, -1], 1e-300)))
        return value + RIDGE * float(weights @ weights), gradient + 2 * RIDGE * weights

    found = minimize(
        loss, np.array([0.5, 1.0]), jac=True, method="L-BFGS-B", bounds=[(0, None)] * 2
    )
    return float(found.fun), decay, (float(found.x[0]), float(found.x[1]))


def _by_disease(examples: Sequence[Example]) -> Array:
    """Weights that sum to 1, the same for each disease."""
    count = Counter(e.disease for e in examples)
    weight = np.array([1 / count[e.disease] for e in examples])
    return np.asarray(weight / weight.sum())


def scores(e: Example, parameters: dict[str, float]) -> Array:
    """The scores of the candidates of an example."""
    scorer = CoverageScorer(**parameters)
    total = scorer.together(e.alone).sum(axis=0) + scorer.coverage * e.whole
    return np.asarray(total + e.beside + e.prior)


def _calibration(examples: Sequence[Example], parameters: dict[str, float]) -> Calibration:
    own = [e for e in examples if e.own]
    whole = [e for e in examples if not e.own]
    s_own = [scores(e, parameters) for e in own]
    s_whole = [scores(e, parameters) for e in whole]
    right = np.array([is_right(e, s) for e, s in zip(own, s_own, strict=True)])
    missing = np.array([e.true is None for e in whole])
    x_own, x_whole = (np.array([e.features for e in some]) for some in (own, whole))
    w_own, w_whole = _by_disease(own), _by_disease(whole)
    spread = np.maximum(x_own.std(axis=0), 1e-9)
    spread[0] = 1.0
    best: tuple[float, float, Array] | None = None
    for scale in SCALES:
        first = scale * np.array([s.max() for s in s_own])
        all_own = np.array([logsumexp(scale * s) for s in s_own])
        all_whole = np.array([logsumexp(scale * s) for s in s_whole])

        def loss(
            b: Array, first: Array = first, all_own: Array = all_own, all_whole: Array = all_whole
        ) -> float:
            posterior = np.exp(first - np.logaddexp(all_own, x_own @ b))
            outside = expit(x_whole @ b - all_whole)
            value = _log_loss(posterior, right, w_own) + OUTSIDE_PART * _log_loss(
                outside, missing, w_whole
            )
            return value + RIDGE * float(((b * spread)[1:] ** 2).sum())

        start = np.zeros(x_own.shape[1])
        start[0] = log(10)
        found = minimize(loss, start, method="BFGS")
        if best is None or found.fun < best[0]:
            best = float(found.fun), scale, found.x
    assert best is not None
    _, scale, b = best
    calibration = Calibration(scale=scale, outside=tuple(round(float(v), 5) for v in b))
    posterior = np.array(
        [first_posterior(e, s, calibration) for e, s in zip(own, s_own, strict=True)]
    )
    return Calibration(scale=scale, outside=calibration.outside, ceiling=ceiling(posterior, right))


def _log_loss(p: Array, y: Array, weight: Array) -> float:
    p = np.clip(p, 1e-9, 1 - 1e-9)
    return -float(weight @ np.where(y, np.log(p), np.log1p(-p)))


def is_right(e: Example, s: Array) -> bool:
    """Whether the true disease is the first by scores `s`; without a finding none is first."""
    return bool(len(e.alone)) and e.true is not None and int(np.argmax(s)) == e.true


def first_posterior(e: Example, s: Array, calibration: Calibration) -> float:
    """The posterior of the first candidate of an example with scores `s`."""
    rest = logsumexp(calibration.scale * s)
    outside = float(np.dot(calibration.outside, e.features))
    return float(np.exp(calibration.scale * s.max() - np.logaddexp(rest, outside)))


def ceiling(posterior: Array, right: Array) -> float:
    """The share that was right in the highest bin of at least `LEAST_IN_BIN` cases: the most
    certainty that anything measured stands behind; 1 where there are too few cases for a bin."""
    if len(posterior) < LEAST_IN_BIN:
        return 1.0
    size = max(len(posterior) // BINS, LEAST_IN_BIN)
    top = np.argsort(-posterior, kind="stable")[:size]
    return round(float(right[top].mean()), 3)


def ranks(examples: Iterable[Example], parameters: dict[str, float]) -> Array:
    """The place of each true disease among its candidates, of equal ones in their order; infinite
    where there is none."""
    found = []
    for e in examples:
        s = scores(e, parameters)
        if e.true is None or not len(e.alone):
            found.append(np.inf)
            continue
        true = s[e.true]
        found.append(1.0 + (s > true).sum() + (s[: e.true] == true).sum())
    return np.array(found)
