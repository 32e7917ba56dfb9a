"""Figures of a model in groups of patients, and against radiologists' own judgement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from vision.card import Figure
from vision.data.table import ADJUDICATED
from vision.measuring import measures
from vision.measuring.bootstrap import Draws, Floats, figure
from vision.measuring.judged import Judged
from vision.measuring.scores import Bools, Scores

#: Fewest positives, and negatives, for figures of a group.
LEAST_IN_GROUP = 10
AGES = ((18, 40), (40, 60), (60, 80), (80, 200))
#: Labels of the model whose highest probability is held against a radiologists' column.
AGAINST = {
    "airspace_opacity": ("Consolidation", "Infiltration", "Pneumonia", "Edema"),
    "pneumothorax": ("Pneumothorax",),
    "nodule_or_mass": ("Nodule", "Mass"),
}


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


def called_figures(
    draws: Draws, truth: Floats, called: Floats
) -> tuple[Figure | None, Figure | None]:
    """Sensitivity of the positives' n and specificity of the negatives'."""
    if not np.isfinite(called).all():
        return None, None
    yes, positive = called > 0, truth > 0
    return (
        figure(measures.share(draws.weights, yes, positive), int(positive.sum())),
        figure(measures.share(draws.weights, ~yes, ~positive), int((~positive).sum())),
    )


def called_without(scores: Scores, judged: Judged, draws: Draws) -> Figure | None:
    """Films without any label on which something is called."""
    none = (scores.truth == 0).all(1)
    called = (np.nan_to_num(judged.called) > 0).any(1)
    if not np.isfinite(judged.called).any():
        return None
    return figure(measures.share(draws.weights, called, none), int(none.sum()))


def group_figures(scores: Scores, judged: Judged, draws: Draws) -> Iterator[GroupFigures]:
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


def adjudicated_figures(scores: Scores, judged: Judged, draws: Draws) -> Iterator[GroupFigures]:
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
    sensitivity, specificity = called_figures(draws, truth, called) if enough else (None, None)
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
