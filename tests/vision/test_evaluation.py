"""Figures by label and group, support against the baselines, and the joint cap."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from tests.vision.made_scores import echoed, made, with_truth
from vision.measuring.baselines import (
    CIRCUMSTANCES,
    HISTOGRAM,
    baselines,
    circumstances,
    grey_levels,
    out_of_part,
)
from vision.measuring.calibration import calibrate, cross_fitted
from vision.measuring.evaluate import evaluate, why_supported
from vision.measuring.joint import Joint, joint_cap
from vision.measuring.judged import Judged
from vision.measuring.scores import Floats, Scores, together

SCORES = made({"Effusion": 2.0, "Edema": 1.2, "Hernia": 0.0}, films=3000)
EVERY = np.ones(len(SCORES), bool)
RANDOM = np.random.default_rng(0)
NOISE = RANDOM.random((len(SCORES), 4))
EFFUSION = replace(
    SCORES, labels=("Effusion",), truth=SCORES.truth[:, :1], logits=SCORES.logits[:, :1]
)


def judged(scores: Scores, levels: Floats = NOISE) -> Judged:
    return cross_fitted(scores, EVERY, baselines(scores, levels, EVERY, EVERY))


JUDGED = judged(SCORES)
FOUND = evaluate(SCORES, JUDGED, draws=200)


def test_a_label_told_from_the_film_alone_is_supported() -> None:
    effusion = FOUND.labels[0]

    assert effusion.beats_baselines
    assert effusion.calibration is not None
    assert why_supported(effusion, strata=True)[0]
    assert effusion.specificity is not None
    assert effusion.specificity.value == pytest.approx(0.95, abs=0.01)
    assert effusion.specificity.n == effusion.films - effusion.positives
    # Sensitivity of two normals at specificity .95.
    assert effusion.sensitivity is not None
    assert effusion.sensitivity.value == pytest.approx(0.64, abs=0.06)


def test_a_label_that_the_view_tells_is_not_supported() -> None:
    # The score knows no more than the view does, and AP films show the finding thrice as often.
    ap = SCORES.view == "AP"
    truth = (RANDOM.random(len(SCORES)) < np.where(ap, 0.3, 0.1)).astype(float)
    score = ap + 0.1 * RANDOM.normal(size=len(ap))
    by_view = replace(EFFUSION, truth=truth[:, None], logits=score[:, None])

    found = evaluate(by_view, judged(by_view), draws=200).labels[0]

    assert found.auroc is not None
    assert found.auroc.low > 0.55
    baseline = found.baselines[CIRCUMSTANCES]
    assert baseline is not None
    assert baseline.value == pytest.approx(found.auroc.value, abs=0.03)
    supported, why = why_supported(found, strata=True)
    assert not supported
    assert "the lower bound is not above 0.03" in why


def test_a_label_that_grey_levels_tell_is_not_supported() -> None:
    levels = NOISE.copy()
    levels[:, 0] = SCORES.logits[:, 0]

    effusion = evaluate(EFFUSION, judged(EFFUSION, levels), draws=200).labels[0]

    assert not effusion.beats_baselines
    histogram = effusion.baselines[HISTOGRAM]
    assert histogram is not None
    assert histogram.value == pytest.approx(0.92, abs=0.02)


def test_a_baseline_never_sees_the_part_that_it_judges() -> None:
    # In part 0 the column stands for the contrary of what it stands for elsewhere.
    truth = EFFUSION.truth
    design = np.where((EFFUSION.part == 0)[:, None], 1 - truth, truth)
    first = EFFUSION.part == 0

    found = out_of_part(design, EFFUSION, EVERY, first)
    unfitted = out_of_part(design, EFFUSION, first, first)

    assert roc_auc_score(truth[first, 0], found[first, 0]) == 0
    assert np.isnan(found[~first]).all()
    assert np.isnan(unfitted).all()


def test_what_is_refused_by_its_figures_is_not_called_anywhere() -> None:
    found = evaluate(SCORES, JUDGED, support=lambda f: f.label == "Effusion", draws=100)

    assert found.labels[1].sensitivity is None
    assert found.labels[1].calibration is not None
    assert {g.label for g in found.groups} == {"Effusion"}
    assert found.called_without is not None
    assert FOUND.called_without is not None
    assert found.called_without.value < FOUND.called_without.value
    assert found.called_without.value == pytest.approx(0.05, abs=0.01)


def test_the_mean_is_over_labels_but_hernia() -> None:
    areas = [f.auroc.value for f in FOUND.labels[:2] if f.auroc is not None]

    assert FOUND.mean_of == 2
    assert FOUND.mean_auroc is not None
    assert FOUND.mean_auroc.value == pytest.approx(np.mean(areas))
    assert FOUND.mean_auroc.low < FOUND.mean_auroc.value < FOUND.mean_auroc.high


def test_groups_part_the_films_and_small_ones_have_no_figures() -> None:
    for by in ("view", "sex", "age"):
        assert sum(g.films for g in FOUND.groups if g.by == by and g.label == "Edema") == 3000
    old = replace(SCORES, age=np.where(np.arange(3000) < 2950, 50.0, 85.0))

    groups = evaluate(old, JUDGED, draws=100).groups

    last = next(g for g in groups if g.group == "80 and over" and g.label == "Edema")
    assert last.films == 50
    assert last.positives < 10
    assert last.auroc is None
    assert last.sensitivity is None


def test_figures_of_a_group_are_of_its_films_alone() -> None:
    # Among women the score is turned round.
    logits = np.where((SCORES.sex == "F")[:, None], -SCORES.logits, SCORES.logits)
    groups = evaluate(replace(SCORES, logits=logits), JUDGED, draws=100).groups

    by = {g.group: g.auroc for g in groups if g.by == "sex" and g.label == "Effusion"}
    assert by["female"] is not None
    assert by["female"].value < 0.15
    assert by["male"] is not None
    assert by["male"].value > 0.85


def test_radiologists_stand_beside_the_labels_of_the_same_films() -> None:
    adjudicated = np.full((3000, 4), np.nan)
    adjudicated[:400, 0] = SCORES.truth[:400, 1]
    # Half of what the reports say is wrong, by the radiologists.
    mined = np.where(np.arange(3000) % 2 == 0, SCORES.truth[:, 1], SCORES.truth[::-1, 1])
    some = with_truth(replace(SCORES, adjudicated=adjudicated), "Edema", mined)

    found = {g.by: g for g in evaluate(some, JUDGED, draws=100).adjudicated}

    assert set(found) == {"radiologists", "text-mined"}
    one, other = found["radiologists"].auroc, found["text-mined"].auroc
    assert one is not None
    assert other is not None
    assert one.n == other.n == 400
    assert one.value > 0.7
    assert other.value < one.value - 0.05


def test_grey_levels_are_shares() -> None:
    films = [np.zeros((8, 8), np.float32), np.full((4, 4), 1.0, np.float32)]

    found = grey_levels(films)

    assert found.shape == (2, 32)
    assert (found**2).sum(1) == pytest.approx([1, 1])
    assert found[0, 0] == 1
    assert found[1, -1] == 1


def test_unknown_circumstances_are_columns_of_their_own() -> None:
    unknown = replace(
        SCORES.where(np.arange(2)),
        age=np.array([np.nan, 60.0]),
        sex=np.array(["", "M"]),
        view=np.array(["", "AP"]),
    )

    assert circumstances(unknown).tolist() == [[0] * 7, [1, 0, 0, 1, 1, 1, 1]]


def test_children_and_patients_of_the_examples_are_measured_nowhere() -> None:
    some = replace(
        SCORES.where(np.arange(4)),
        age=np.array([17.0, 18.0, np.nan, 40.0]),
        patient=np.array(["1", "2", "3", "193"]),
    )

    assert some.measured.tolist() == [False, True, True, False]


def test_a_film_held_out_twice_is_refused() -> None:
    from domain.errors import InvalidField

    with pytest.raises(InvalidField, match="held out by two models"):
        together([SCORES, SCORES.where(np.arange(1))])


LABELS = ("Effusion", "Edema", "Consolidation", "Mass")


def effects(scores: Scores) -> Joint:
    every = np.ones(len(scores), bool)
    by = calibrate(scores, every, draws=50)
    found = joint_cap(scores, every, by, scores.labels, draws=20)
    assert found is not None
    return found


def test_labels_of_separate_witnesses_may_speak_together() -> None:
    found = effects(made(dict.fromkeys(LABELS, 1.5), films=3000, rate=0.15))

    assert found.slope.value == pytest.approx(1, abs=0.15)
    assert found.cap.value > 1
    assert found.cap.low <= found.cap.value <= found.cap.high


def test_one_witness_is_not_counted_as_often_as_it_speaks() -> None:
    found = effects(echoed(LABELS))

    assert found.slope.value < 0.6
    assert found.cap.value < 0.7 * found.largest
    # Sums beyond the cap really mean about as much as the cap, to either side.
    beyond = [p for p in found.points if abs(p.stated) > found.cap.value]
    really = np.average([abs(p.observed) for p in beyond], weights=[p.positives for p in beyond])
    assert really == pytest.approx(found.cap.value, abs=0.2)
    assert all(p.positives >= 30 for p in found.points)


def test_one_label_alone_has_no_joint_effect() -> None:
    found = calibrate(SCORES, EVERY, draws=100)

    assert joint_cap(SCORES, EVERY, found, ("Effusion",)) is None
