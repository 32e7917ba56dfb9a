"""Scores with a known truth: two normal distributions a label, several films a patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from vision.measuring.scores import Floats, Scores


def made(
    apart: Mapping[str, float],
    *,
    films: int = 6000,
    rate: float = 0.1,
    per_patient: int = 3,
    seed: int = 0,
) -> Scores:
    """Films whose scores for a label lie `apart` standard deviations between with and without it:
    AUROC is Phi(apart / sqrt 2), the likelihood ratio at x exp(apart x - apart^2 / 2)."""
    random = np.random.default_rng(seed)
    labels = tuple(apart)
    truth = (random.random((films, len(labels))) < rate).astype(float)
    patient = np.arange(films) // per_patient
    return Scores(
        labels=labels,
        image=np.array([f"{i}.png" for i in range(films)]),
        logits=random.normal(size=truth.shape) + truth * np.array(list(apart.values())),
        truth=truth,
        patient=np.array([f"p{i}" for i in patient]),
        age=20.0 + patient % 70,
        sex=np.array(["F", "M"])[patient % 2],
        view=np.array(["PA", "AP", "PA"])[patient % 3],
        px=np.full(films, 128),
        part=patient % 5,
        boxed=np.zeros(films, bool),
        adjudicated=np.full((films, 4), np.nan),
    )


def echoed(labels: tuple[str, ...], *, films: int = 3000) -> Scores:
    """Films whose labels are all read off one score, of one state that each label names nearly
    always: one witness who speaks as many times as there are labels."""
    one = made({"Effusion": 1.5}, films=films, rate=0.15)
    random = np.random.default_rng(1)
    wrong = random.random((films, len(labels))) < 0.05
    truth = np.where(wrong, 1 - one.truth, one.truth)
    return replace(one, labels=labels, truth=truth, logits=np.repeat(one.logits, len(labels), 1))


def with_truth(scores: Scores, label: str, values: Floats) -> Scores:
    """The same films, one label's truth replaced."""
    truth = scores.truth.copy()
    truth[:, scores.labels.index(label)] = values
    return replace(scores, truth=truth)
