"""A tiny model for tests: the shipped kind of network with random weights, and a card of figures
that were made up. Its scores are near those that the test asks for, whatever the film."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from tests.vision.films import chest_like
from vision.card import Architecture, Figure, LabelCard, ModelCard, Shipped, Stratum, read_card
from vision.network import Network, load_model, save_weights
from vision.preprocess import batch

#: Columns of ChestX-ray14, in their order.
LABELS = (
    "Atelectasis",
    "Cardiomegaly",
    "Effusion",
    "Infiltration",
    "Mass",
    "Nodule",
    "Pneumonia",
    "Pneumothorax",
    "Consolidation",
    "Edema",
    "Emphysema",
    "Fibrosis",
    "Pleural_Thickening",
    "Hernia",
)
SUPPORTED = ("Cardiomegaly", "Effusion", "Pneumothorax", "Edema")
SIDE = 64
BASE_RATE = 0.1
#: Upper ends of the strata, and the probability of each; a score of 1 or more is present.
BORDERS, PROBABILITIES = (-1.0, 1.0), (0.02, 0.1, 0.5)


def figure(value: float, *, n: int = 4000) -> Figure:
    """A figure with an interval of a fifth to both sides."""
    return Figure(value=value, low=value * 0.8, high=value * 1.2, n=n)


def odds(p: float) -> float:
    return p / (1 - p)


def strata() -> tuple[Stratum, ...]:
    """Scores below -1, to 1, and above."""
    edges = (None, *BORDERS, None)
    return tuple(
        Stratum(
            low=low,
            high=high,
            films=1000,
            positives=round(1000 * p),
            probability=p,
            likelihood_ratio=figure(odds(p) / odds(BASE_RATE), n=1000),
        )
        for low, high, p in zip(edges, edges[1:], PROBABILITIES, strict=False)
    )


def label_card(label: str, *, supported: bool = True, region: bool = False) -> LabelCard:
    """One label's card."""
    known: dict[str, Any] = {
        "label": label,
        "supported": supported,
        "why": "Beats the baselines by .10." if supported else "Does not beat the baselines.",
        "films": 4000,
        "positives": 400,
        "base_rate": BASE_RATE,
        "auroc": figure(0.8),
        "average_precision": figure(0.4),
        "region": region,
        "region_why": "Made up.",
    }
    if supported:
        known |= {
            "operating_point": BORDERS[-1],
            "sensitivity": figure(0.5),
            "specificity": figure(0.8),
            "calibration_error": figure(0.01),
            "brier_skill": figure(0.1),
            "strata": strata(),
        }
    return LabelCard(**known)


def _settle(network: Network) -> None:
    """Norms learn what random weights make of drawn chests: without, features all but vanish."""
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = None
    films = np.stack([chest_like(seed=seed) for seed in range(4)])
    network.train()
    network.maps(batch(torch.from_numpy(films), SIDE))
    network.eval()


def made_model(
    folder: Path,
    *,
    scores: Mapping[str, float] | None = None,
    supported: Collection[str] = SUPPORTED,
    regions: Collection[str] = (),
    labels: tuple[str, ...] = LABELS,
    seed: int = 0,
) -> Shipped:
    """Write such a model to `folder` (`card.json`, `model.safetensors`) and read its card.

    `scores` are the labels' scores to within about a tenth, 0 where none is asked for; labels
    of `regions` may show where they were seen.
    """
    torch.set_num_threads(1)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = load_model("lite").build(len(labels), side=SIDE, pretrained=False)
        with torch.no_grad():
            _settle(network)
            network.head.weight.normal_(0, 0.003)
            # What may be shown has a strongest place: features are never negative.
            shown = [i for i, label in enumerate(labels) if label in regions]
            network.head.weight[shown] = network.head.weight[shown].abs() / 10
            network.head.bias.copy_(torch.tensor([(scores or {}).get(n, 0.0) for n in labels]))
    folder.mkdir(parents=True, exist_ok=True)
    weights = folder / "model.safetensors"
    save_weights(network, weights)
    card = ModelCard(
        name="made",
        version="1",
        weights=weights.name,
        weights_sha256=hashlib.sha256(weights.read_bytes()).hexdigest(),
        architecture=Architecture(model="lite", side=SIDE, labels=labels),
        labels=tuple(label_card(n, supported=n in supported, region=n in regions) for n in labels),
        joint_cap=2.0,
        gate={},
        sections={"data": "None: the weights are random."},
    )
    (folder / "card.json").write_text(card.model_dump_json(indent=1), "utf-8")
    return read_card(folder)
