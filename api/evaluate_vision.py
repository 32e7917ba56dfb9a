"""The film reader measured: five trainings of one recipe, or the model that ships on any films."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from domain.errors import EmptyInput, InvalidField
from vision.card import ModelCard, Shipped
from vision.data.images import load_films
from vision.data.table import FilmTable, read_table
from vision.measuring.baselines import baselines, grey_levels
from vision.measuring.bootstrap import DRAWS, Floats
from vision.measuring.calibration import Calibrated, judge
from vision.measuring.card_making import Measured, measure
from vision.measuring.evaluate import Evaluation, evaluate
from vision.measuring.judged import Judged
from vision.measuring.pointing import Pointing, Trial, play
from vision.measuring.scores import Bools, Scores, read_run, together
from vision.reduce import STORED, Bytes

if TYPE_CHECKING:
    from vision.network import Network

#: Hears what is being done, how much of it is, and how much there is.
Told = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RunsMeasured:
    """Five trainings, measured; `records` are theirs, that of the model that ships first."""

    measured: Measured
    pointing: Pointing | None
    records: tuple[dict[str, Any], ...]
    weights: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedMeasured:
    """The model that ships on films that it has not seen. `left_out` counts the others by why."""

    evaluation: Evaluation
    pointing: Pointing | None
    left_out: Mapping[str, int]


def measure_runs(
    data: Sequence[Path],
    runs: Sequence[Path],
    *,
    seed: int = 0,
    draws: int = DRAWS,
    told: Told = lambda *_: None,
) -> RunsMeasured:
    """Everything that a model card states, from the folders of one training a part and the films
    that they were trained on. Raises InputError or SourceError."""
    read = [read_run(folder) for folder in runs]
    order = sorted(range(len(read)), key=lambda i: read[i][1]["recipe"]["fold"])
    scores = together([read[i][0] for i in order])
    _one_recipe([read[i][1] for i in order])
    table = read_table(data)
    films = load_films(table, lambda done: told("reading films", done, len(table)))
    row_of = {name: row for row, name in enumerate(table.image_index.tolist())}
    missing = [name for name in scores.image.tolist() if name not in row_of]
    if missing:
        raise InvalidField(
            "--data",
            f"{len(missing):,} films that were scored are not in it, {missing[0]} for one.",
            mend="Give the folders that the runs were trained on.",
        )
    rows = np.array([row_of[name] for name in scores.image.tolist()])
    measured = measure(
        scores, _levels(films[rows]), seed=seed, draws=draws, told=lambda what: told(what, 0, 1)
    )
    first, record = runs[order[0]], read[order[0]][1]
    weights = first / "model.safetensors"
    return RunsMeasured(
        measured=measured,
        pointing=_point(table, films, ~table.child, _network(record, weights), record, seed, told),
        records=tuple(read[i][1] for i in order),
        weights=weights,
    )


def _one_recipe(records: Sequence[Mapping[str, Any]]) -> None:
    """Raises InvalidField where the trainings differ in more than the part that is held out."""
    recipes = [{k: v for k, v in r["recipe"].items() if k != "fold"} for r in records]
    for recipe in recipes[1:]:
        other = [k for k in recipes[0] if recipe.get(k) != recipes[0][k]]
        if other:
            raise InvalidField("--runs", f"the trainings differ in {', '.join(other)}.")


def measure_shipped(
    data: Sequence[Path],
    shipped: Shipped,
    *,
    seed: int = 0,
    draws: int = DRAWS,
    told: Told = lambda *_: None,
) -> ShippedMeasured:
    """The model of a card on all films of `data` that it has not seen: at the card's operating
    points and with its probabilities, beside baselines fitted on these films by part of the
    patients. Raises InputError or SourceError."""
    from vision.network import load_network

    card = shipped.card
    table = read_table(data)
    fitted, judged, left_out = _chosen(table, card)
    if not judged.any():
        raise EmptyInput("No film is left to measure the model on.", mend=_said(left_out))
    films = load_films(table, lambda done: told("reading films", done, len(table)))
    network = load_network(shipped)
    side = card.architecture.side
    logits = np.zeros((len(table), len(card.architecture.labels)))
    logits[judged] = _score(network, films[judged], side, told)
    every = np.arange(len(table))
    scores = Scores.of(table, every, card.architecture.labels, logits)
    told("baselines", 0, 1)
    beside = baselines(scores, _levels(films), fitted, judged)
    some = scores.where(judged)
    called, stated = judge(some, of_card(card))
    told("figures", 0, 1)
    said = Judged(called=called, stated=stated, baselines={k: v[judged] for k, v in beside.items()})
    record = {"labels": list(card.architecture.labels), "recipe": {"side": side}}
    # Patients with a box were kept out of training, whatever their part.
    pointed = ~table.child & (~_seen(table, card) | table.boxed)
    return ShippedMeasured(
        evaluation=evaluate(some, said, seed=seed, draws=draws),
        pointing=_point(table, films, pointed, network, record, seed, told),
        left_out=left_out,
    )


def of_card(card: ModelCard) -> dict[str, Calibrated]:
    """What the card says of scores, for the labels that it supports."""
    return {
        found.label: Calibrated(
            films=found.films,
            positives=found.positives,
            strata=found.strata,
            operating_point=found.operating_point,
        )
        for found in card.labels
        if found.supported and found.operating_point is not None
    }


def _chosen(table: FilmTable, card: ModelCard) -> tuple[Bools, Bools, dict[str, int]]:
    """Films for the baselines, films to measure on, and how many were left out for what."""
    scores = Scores.of(
        table, np.arange(len(table)), card.architecture.labels,
        np.zeros((len(table), len(card.architecture.labels))),
    )  # fmt: skip
    measured = scores.measured
    seen = _seen(table, card)
    unseen = measured & ~seen
    # With films of the kind that the card's figures are of, others would blur the comparison.
    kind = unseen & (table.px == STORED)
    judged = kind if kind.any() else unseen
    return (
        measured & (table.px >= STORED) | judged,
        judged,
        {
            "of children, or examples": int((~measured).sum()),
            "of patients that the model was trained with": int((measured & seen).sum()),
            "of another size": int((unseen & ~judged).sum()),
        },
    )


def _seen(table: FilmTable, card: ModelCard) -> Bools:
    """Films of patients that the model was trained with. Only films named as the collection of
    the card names its own can be: patient 1337 of another hospital is somebody else."""
    split = card.sections.get("split")
    if not isinstance(split, Mapping):
        return np.zeros(len(table), bool)
    patients = str(split.get("trained_on", "")).split()
    named = re.compile(str(split.get("named", "(?!)")))
    own = [bool(named.fullmatch(name)) for name in table.image_index.tolist()]
    return np.asarray(np.isin(table.patient, patients) & own, bool)


def _said(left_out: Mapping[str, int]) -> str:
    parts = [f"{n:,} {why}" for why, n in left_out.items() if n]
    return f"Left out: {', '.join(parts)}." if parts else ""


def _levels(films: Bytes) -> Floats:
    return grey_levels(film.astype(np.float32) / 255.0 for film in films)


def _network(record: Mapping[str, Any], weights: Path) -> Network:
    from vision.network import load_model, load_weights

    recipe = record["recipe"]
    network = load_model(recipe["model"]).build(
        len(record["labels"]), side=recipe["side"], pretrained=False, **recipe["settings"]
    )
    load_weights(network, weights)
    return network.eval()


def _score(network: Network, films: Bytes, side: int, told: Told) -> Floats:
    import torch

    from vision.training.score import score

    made = []
    for first in range(0, len(films), 256):
        told("scoring films", first, len(films))
        made.append(score(network, torch.from_numpy(films[first : first + 256]), side=side).logits)
    return np.concatenate(made).astype(np.float64)


def _point(
    table: FilmTable,
    films: Bytes,
    allowed: Bools,
    network: Network,
    record: Mapping[str, Any],
    seed: int,
    told: Told,
) -> Pointing | None:
    """The pointing game on all boxes of `allowed` films whose label the model has."""

    from vision.localise import heatmap
    from vision.preprocess import prepare

    labels = list(record["labels"])
    side = int(record["recipe"]["side"])
    trials = [
        Trial(
            film=row,
            patient=str(table.patient[row]),
            label=label,
            boxes=tuple(b.box for b in table.boxes[row] if b.label == label),
        )
        for row in np.flatnonzero(allowed).tolist()
        for label in sorted({b.label for b in table.boxes[row]})
        if label in labels
    ]
    told("heatmaps", 0, 1)

    def map_of(row: int, label: str) -> Any:
        return heatmap(network, prepare(films[row], side), labels.index(label))

    return play(trials, map_of, seed=seed)
