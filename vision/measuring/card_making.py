"""From five models of one recipe to the card of the one that ships.

The model of the lowest part ships. Its own part is the test part: what the card says of the weights
was measured there. What needs more films than one part has (strata, operating points, support,
groups) was measured on all parts, each film scored by the model that has not seen it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from vision.card import Figure, LabelCard
from vision.measuring.baselines import baselines
from vision.measuring.bootstrap import DRAWS, Floats
from vision.measuring.calibration import Calibrated, Level, calibrate, cross_fitted, level
from vision.measuring.evaluate import Evaluation, LabelFigures, evaluate, why_supported
from vision.measuring.joint import Joint, joint_cap
from vision.measuring.pointing import Pointing
from vision.measuring.scores import Bools, Scores
from vision.reduce import STORED


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measured:
    """What five models showed: on all parts (`out_of_fold`), on the test part alone (`test`)."""

    scores: Scores
    usable: Bools
    level: Level
    out_of_fold: Evaluation
    test: Evaluation
    calibrated: Mapping[str, Calibrated]
    supported: Mapping[str, tuple[bool, str]]
    joint: Joint | None


def usable_films(scores: Scores) -> Bools:
    """Films of adults, none of them an example, stored at 128 px at least: a film that has to be
    enlarged first is blurred as no user's is."""
    return np.asarray(scores.measured & (scores.px >= STORED), bool)


def films_of_test_part(scores: Scores, usable: Bools) -> Bools:
    """Films of the test part, of the 128 px kind where there are any."""
    mine = usable & (scores.part == scores.part.min())
    kind = np.asarray(mine & (scores.px == STORED), bool)
    return kind if kind.any() else mine


def measure(
    scores: Scores,
    levels: Floats,
    *,
    seed: int = 0,
    draws: int = DRAWS,
    told: Callable[[str], None] = lambda _: None,
) -> Measured:
    """Everything that a card states of scores (n films) by the models that have not seen them;
    `levels` (n, 32) are the films' grey levels. `told` hears what is being done."""
    usable = usable_films(scores)
    scores, levelled = level(scores, usable)
    told("baselines")
    beside = baselines(scores, levels, usable, usable)
    told("calibration, part by part")
    judged = cross_fitted(scores, usable, beside, seed=seed)
    told("strata")
    found = calibrate(scores, usable, seed=seed, draws=draws)
    supported: dict[str, tuple[bool, str]] = {}

    def support(f: LabelFigures) -> bool:
        strata = f.label in found and bool(found[f.label].strata)
        supported[f.label] = why_supported(f, strata=strata)
        return supported[f.label][0]

    told("figures on all parts")
    every = evaluate(
        scores.where(usable), judged.where(usable), support=support, seed=seed, draws=draws
    )
    told("figures on the test part")
    films = films_of_test_part(scores, usable)
    test = evaluate(
        scores.where(films),
        judged.where(films),
        support=lambda f: supported[f.label][0],
        seed=seed,
        draws=draws,
    )
    told("joint effect of one film's labels")
    names = tuple(label for label, (yes, _) in supported.items() if yes)
    return Measured(
        scores=scores,
        usable=usable,
        level=levelled,
        out_of_fold=every,
        test=test,
        calibrated=found,
        supported=supported,
        joint=joint_cap(scores, usable, found, names, seed=seed),
    )


def label_cards(measured: Measured, pointing: Pointing | None) -> tuple[LabelCard, ...]:
    """The labels of the card. AUROC and average precision are of the test part, the rest is out
    of fold; regions are shown for supported labels where the pointing game allows it."""
    shown, why = _regions(pointing)
    made = []
    for every, test in zip(measured.out_of_fold.labels, measured.test.labels, strict=True):
        supported, said = measured.supported[every.label]
        found = measured.calibrated.get(every.label)
        judged = supported and found is not None
        exact = every.calibration
        made.append(
            LabelCard(
                label=every.label,
                supported=supported,
                why=said,
                films=every.films,
                positives=every.positives,
                base_rate=every.positives / every.films if every.films else 0.0,
                auroc=test.auroc or _unknown(test.films),
                average_precision=test.average_precision or _unknown(test.films),
                operating_point=found.operating_point if judged and found else None,
                sensitivity=every.sensitivity if judged else None,
                specificity=every.specificity if judged else None,
                calibration_error=exact.excess if judged and exact else None,
                brier_skill=exact.skill if judged and exact else None,
                strata=found.strata if judged and found else (),
                region=supported and shown,
                region_why=why if supported else "The label is not supported.",
            )
        )
    return tuple(made)


def _regions(pointing: Pointing | None) -> tuple[bool, str]:
    """Whether regions may be shown, and what was measured, for all labels alike: single labels
    have too few boxes."""
    if pointing is None:
        return False, "No boxes were there to measure heatmaps against."
    hits = pointing.hits
    said = (
        f"Experimental: the strongest place lay in a radiologist's box in {100 * hits.value:.0f} % "
        f"({100 * hits.low:.0f} to {100 * hits.high:.0f}) of {pointing.trials} films and labels, a "
        f"random place in {100 * pointing.chance:.0f} %, one fixed place a label in "
        f"{100 * pointing.fixed.value:.0f} %."
    )
    return pointing.trusted, said if pointing.trusted else f"Not shown. {said}"


def _unknown(films: int) -> Figure:
    """A figure that too few films allow: anything from 0 to 1."""
    return Figure(value=0.5, low=0.0, high=1.0, n=films)


def largest_effect(measured: Measured) -> float:
    """Most that all labels of one film may add, in natural-log units: the measured cap, or with
    fewer than two supported labels the largest log-likelihood ratio of a stratum."""
    if measured.joint is not None:
        return measured.joint.cap.value
    ratios = [
        abs(math.log(s.likelihood_ratio.value))
        for label, found in measured.calibrated.items()
        if measured.supported[label][0]
        for s in found.strata
    ]
    return max(ratios, default=1.0)


def trained_on(scores: Scores) -> str:
    """Patients whose films the shipped model has learnt from, or may have: all of other parts
    than its own, in one line, so that nobody measures it on them by mistake."""
    return " ".join(np.unique(scores.patient[scores.part != scores.part.min()]).tolist())
