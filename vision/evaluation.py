"""What a model's scores are worth: figures by label and by group of patients, beside baselines.

Everything is judged on films that the scoring model has not seen, in resamples of patients.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vision import measures
from vision.bootstrap import DRAWS, Draws, Floats, figure
from vision.card import LEAST_POSITIVES, Figure
from vision.scores import Bools, Scores
from vision.table import ADJUDICATED

#: Left out of the mean: too few films show one.
LEFT_OUT = "Hernia"
#: AUROC by which a supported label's lower bound lies above the better baseline.
MARGIN = 0.03
#: Fewest positives, and negatives, for figures of a group.
LEAST_IN_GROUP = 10
AGES = ((18, 40), (40, 60), (60, 80), (80, 200))
#: Labels of the model whose highest probability is held against a radiologists' column.
AGAINST = {
    "airspace_opacity": ("Consolidation", "Infiltration", "Pneumonia", "Edema"),
    "pneumothorax": ("Pneumothorax",),
    "nodule_or_mass": ("Nodule", "Mass"),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """What was said of n films and each label, (n, labels): `called` at the operating point, the
    `stated` probability, NaN where the model says nothing. `baselines` are scores of others."""

    called: Floats
    stated: Floats
    baselines: Mapping[str, Floats]

    def where(self, chosen: Bools) -> Judged:
        """Of some of the films."""
        return Judged(
            called=self.called[chosen],
            stated=self.stated[chosen],
            baselines={name: b[chosen] for name, b in self.baselines.items()},
        )


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
    of the better baseline, in each resample."""

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
class GroupFigures:
    """One label in one group of films ("sex", "female")."""

    by: str
    group: str
    label: str
    films: int
    positives: int
    auroc: Figure | None
    sensitivity: Figure | None
    specificity: Figure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """All figures of one set of films. `called_without` is the share of films without any label
    on which a finding is called all the same."""

    films: int
    patients: int
    labels: tuple[LabelFigures, ...]
    mean_auroc: Figure | None
    mean_baselines: Mapping[str, Figure | None]
    called_without: Figure | None
    groups: tuple[GroupFigures, ...]
    adjudicated: tuple[GroupFigures, ...]


def evaluate(scores: Scores, judged: Judged, *, seed: int = 0, draws: int = DRAWS) -> Evaluation:
    """Figures of films and what was said of them. Raises nothing: what cannot be measured is
    None."""
    resamples = Draws.of(scores.patient, seed=seed, draws=draws)
    found = [_label(scores, judged, resamples, column) for column in range(len(scores.labels))]
    counted = [i for i, label in enumerate(scores.labels) if label != LEFT_OUT]
    areas = [found[i][1] for i in counted]
    means = {
        name: _mean([found[i][2][name] for i in counted], len(scores)) for name in judged.baselines
    }
    return Evaluation(
        films=len(scores),
        patients=len(np.unique(scores.patient)),
        labels=tuple(f[0] for f in found),
        mean_auroc=_mean(areas, len(scores)),
        mean_baselines=means,
        called_without=_called_without(scores, judged, resamples),
        groups=tuple(_groups(scores, judged, resamples)),
        adjudicated=tuple(_adjudicated(scores, judged, resamples)),
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
    better = np.fmax.reduce(list(beside.values())) if beside else np.full(len(area), np.nan)
    sensitivity, specificity = _called(draws, truth, judged.called[known, column])
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


def _called(draws: Draws, truth: Floats, called: Floats) -> tuple[Figure | None, Figure | None]:
    """Sensitivity of the positives' n and specificity of the negatives'."""
    if not np.isfinite(called).all():
        return None, None
    yes, positive = called > 0, truth > 0
    return (
        figure(measures.share(draws.weights, yes, positive), int(positive.sum())),
        figure(measures.share(draws.weights, ~yes, ~positive), int((~positive).sum())),
    )


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


def _called_without(scores: Scores, judged: Judged, draws: Draws) -> Figure | None:
    """Films without any label on which something is called."""
    none = (scores.truth == 0).all(1)
    called = (np.nan_to_num(judged.called) > 0).any(1)
    if not np.isfinite(judged.called).any():
        return None
    return figure(measures.share(draws.weights, called, none), int(none.sum()))


def _groups(scores: Scores, judged: Judged, draws: Draws) -> Iterator[GroupFigures]:
    """By view, sex and age, each label that is called."""
    for by, group, chosen in _parted(scores):
        for column, label in enumerate(scores.labels):
            if not np.isfinite(judged.called[:, column]).all():
                continue
            at = chosen & np.isfinite(scores.truth[:, column])
            yield _group(
                by, group, label, draws.where(at), scores.truth[at, column],
                scores.logits[at, column], judged.called[at, column],
            )  # fmt: skip


def _parted(scores: Scores) -> Iterator[tuple[str, str, Bools]]:
    yield from (("view", view, scores.view == view) for view in ("PA", "AP"))
    yield from (("sex", name, scores.sex == s) for s, name in (("F", "female"), ("M", "male")))
    for low, high in AGES:
        name = f"{low} to {high - 1}" if high < AGES[-1][1] else f"{low} and over"
        yield "age", name, (scores.age >= low) & (scores.age < high)


def _adjudicated(scores: Scores, judged: Judged, draws: Draws) -> Iterator[GroupFigures]:
    """Labels against what radiologists said, and the same films against the labels in text. Of
    several labels the one counts that stands highest among the films judged here."""
    ranks = _ranks(scores.logits)
    for i, name in enumerate(ADJUDICATED):
        columns = [scores.labels.index(x) for x in AGAINST.get(name, ()) if x in scores.labels]
        at = np.isfinite(scores.adjudicated[:, i])
        if not columns or not at.any():
            continue
        score = ranks[at][:, columns].max(1)
        said = judged.called[at][:, columns]
        # A label that is not supported calls nothing; with none supported there is no call.
        able = np.isfinite(said).any(0).any()
        called = np.nan_to_num(said).max(1) if able else np.full(len(score), np.nan)
        mined = np.nan_to_num(scores.truth[at][:, columns]).max(1)
        for by, truth in (("radiologists", scores.adjudicated[at, i]), ("text-mined", mined)):
            some = draws.where(at)
            yield _group(by, name, " or ".join(AGAINST[name]), some, truth, score, called)


def _ranks(logits: Floats) -> Floats:
    """Each column's scores as ranks from 0 to 1, so that labels can be compared."""
    order = np.argsort(np.argsort(logits, axis=0, kind="stable"), axis=0, kind="stable")
    return np.asarray(order / max(len(logits) - 1, 1), np.float64)


def _group(
    by: str, group: str, label: str, draws: Draws, truth: Floats, score: Floats, called: Floats
) -> GroupFigures:
    positives = int((truth > 0).sum())
    enough = positives >= LEAST_IN_GROUP and len(truth) - positives >= LEAST_IN_GROUP
    sensitivity, specificity = _called(draws, truth, called) if enough else (None, None)
    return GroupFigures(
        by=by,
        group=group,
        label=label,
        films=len(truth),
        positives=positives,
        auroc=figure(measures.auroc(draws.weights, truth, score), len(truth)) if enough else None,
        sensitivity=sensitivity,
        specificity=specificity,
    )


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
