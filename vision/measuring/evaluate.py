"""What a model's scores are worth: figures by label and by group of patients, beside baselines.

Everything is judged on films that the scoring model has not seen, in resamples of patients.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from vision.card import LEAST_POSITIVES, Figure
from vision.measuring import measures
from vision.measuring.bootstrap import DRAWS, Draws, Floats, figure
from vision.measuring.groups import (
    GroupFigures,
    adjudicated_figures,
    called_figures,
    called_without,
    group_figures,
)
from vision.measuring.judged import Judged
from vision.measuring.scores import Scores

#: Left out of the mean: too few films show one.
LEFT_OUT = "Hernia"
#: AUROC by which a supported label's lower bound lies above the better baseline.
MARGIN = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """One bin of a calibration plot: mean stated probability, observed share with interval."""

    stated: float
    observed: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """`error` is the expected calibration error, `excess` what it has above its mean under perfect
    calibration, `skill` Brier's over stating the prevalence of these very films."""

    error: float
    excess: Figure
    skill: Figure
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelFigures:
    """One label; a figure is None where too few films allow one. `ahead` is the AUROC less that
    of the better baseline, one half at least, in each resample."""

    label: str
    films: int
    positives: int
    auroc: Figure | None
    average_precision: Figure | None
    sensitivity: Figure | None
    specificity: Figure | None
    calibration: Calibration | None
    baselines: Mapping[str, Figure | None]
    ahead: Figure | None

    @property
    def beats_baselines(self) -> bool:
        """Whether the lower bound of its lead is above the margin."""
        return self.ahead is not None and self.ahead.low > MARGIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """All figures of one set of films. The means are over the `mean_of` labels that could be
    measured, without Hernia. `called_without` is the share of films without any label
    on which a finding is called all the same."""

    films: int
    patients: int
    labels: tuple[LabelFigures, ...]
    mean_of: int
    mean_auroc: Figure | None
    mean_baselines: Mapping[str, Figure | None]
    called_without: Figure | None
    groups: tuple[GroupFigures, ...]
    adjudicated: tuple[GroupFigures, ...]


def evaluate(
    scores: Scores,
    judged: Judged,
    *,
    support: Callable[[LabelFigures], bool] = lambda _: True,
    seed: int = 0,
    draws: int = DRAWS,
) -> Evaluation:
    """Figures of films and what was said of them; what cannot be measured is None. Nothing counts
    as called for a label that `support` refuses by its figures."""
    resamples = Draws.of(scores.patient, seed=seed, draws=draws)
    found = [_label(scores, judged, resamples, column) for column in range(len(scores.labels))]
    refused = [i for i, (f, _, _) in enumerate(found) if not support(f)]
    judged = judged.silent(refused)
    labels = [
        replace(f, sensitivity=None, specificity=None) if i in refused else f
        for i, (f, _, _) in enumerate(found)
    ]
    counted = [
        i for i, f in enumerate(labels) if f.label != LEFT_OUT and np.isfinite(found[i][1][0])
    ]
    return Evaluation(
        films=len(scores),
        patients=len(np.unique(scores.patient)),
        labels=tuple(labels),
        mean_of=len(counted),
        mean_auroc=_mean([found[i][1] for i in counted], len(scores)),
        mean_baselines={
            name: _mean([found[i][2][name] for i in counted], len(scores))
            for name in judged.baselines
        },
        called_without=called_without(scores, judged, resamples),
        groups=tuple(group_figures(scores, judged, resamples)),
        adjudicated=tuple(adjudicated_figures(scores, judged, resamples)),
    )


def _mean(values: Sequence[Floats], films: int) -> Figure | None:
    """The mean of what could be measured, where all of it could."""
    return figure(np.mean(values, axis=0), films) if values else None


def _label(
    scores: Scores, judged: Judged, draws: Draws, column: int
) -> tuple[LabelFigures, Floats, dict[str, Floats]]:
    """Figures of a label, with its AUROC and those of the baselines in every resample."""
    truth = scores.truth[:, column]
    known = np.isfinite(truth)
    draws, truth = draws.where(known), truth[known]
    n, positives = len(truth), int((truth > 0).sum())
    area, precision = measures.discrimination(draws.weights, truth, scores.logits[known, column])
    beside = {
        name: _auroc(draws, truth, values[known, column])
        for name, values in judged.baselines.items()
    }
    # A baseline below one half has learnt nothing that carries over: it counts as chance.
    better = np.maximum(np.fmax.reduce(list(beside.values())), 0.5) if beside else area * np.nan
    sensitivity, specificity = called_figures(draws, truth, judged.called[known, column])
    made = LabelFigures(
        label=scores.labels[column],
        films=n,
        positives=positives,
        auroc=figure(area, n),
        average_precision=figure(precision, n),
        sensitivity=sensitivity,
        specificity=specificity,
        calibration=_calibration(draws, truth, judged.stated[known, column]),
        baselines={name: figure(values, n) for name, values in beside.items()},
        ahead=figure(area - better, n),
    )
    return made, area, beside


def _auroc(draws: Draws, truth: Floats, score: Floats) -> Floats:
    if not np.isfinite(score).all():
        return np.full(len(draws.weights), np.nan)
    return measures.auroc(draws.weights, truth, score)


def _calibration(draws: Draws, truth: Floats, stated: Floats) -> Calibration | None:
    if not len(truth) or not np.isfinite(stated).all() or not 0 < truth.mean() < 1:
        return None
    weights = draws.weights
    error = measures.calibration_error(weights[:1], truth, stated)[0][0]
    excess = figure(measures.excess_error(weights, truth, stated), len(truth))
    skill = figure(measures.brier_skill(weights, truth, stated), len(truth))
    if excess is None or skill is None:
        return None
    which = measures.bins(stated)
    made = []
    for i in np.unique(which):
        at = which == i
        observed = figure(measures.share(weights, truth > 0, at), int(at.sum()))
        if observed is not None:
            made.append(Bin(stated=float(stated[at].mean()), observed=observed))
    return Calibration(error=float(error), excess=excess, skill=skill, bins=tuple(made))


def why_supported(found: LabelFigures, *, strata: bool) -> tuple[bool, str]:
    """Whether a label may be judged, and what was measured, in one sentence."""
    if found.auroc is None or found.ahead is None:
        return False, f"Not supported: {found.positives} positive films allow no figure."
    lead = (
        f"AUROC less the better baseline {found.ahead.value:.3f} "
        f"({found.ahead.low:.3f} to {found.ahead.high:.3f})"
    )
    if not found.beats_baselines:
        return False, f"Not supported: {lead}; the lower bound is not above {MARGIN:.2f}."
    if not strata or found.calibration is None:
        least = 2 * LEAST_POSITIVES
        return False, (
            f"Not supported: {lead}, but {found.positives} positive films do not make two strata "
            f"of {LEAST_POSITIVES} that differ (at least {least} are needed)."
        )
    skill = found.calibration.skill
    said = f"Brier skill {skill.value:.3f} ({skill.low:.3f} to {skill.high:.3f})"
    if skill.low <= 0:
        return False, f"Not supported: {lead}, but {said} does not exclude 0."
    return True, f"Supported: {lead}, {said}."
