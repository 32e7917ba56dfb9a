"""The model card: what a model was trained on, what was measured, and what it may say.

One JSON file beside the weights. What a score means stands here and nowhere else, so that the
weights, their calibration and their limits cannot come apart.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from domain.errors import SourceError

#: Most positives that a figure may rest on less than: no stratum is read beyond these.
LEAST_POSITIVES = 30


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Figure(_Strict):
    """A measured number with its 95 % interval (bootstrap by patient), of `n` films."""

    value: float
    low: float
    high: float
    n: int


class Stratum(_Strict):
    """Scores from `low` (inclusive) to `high` (exclusive; None: no bound).

    `probability` is the share of the stratum's films with the label, out of fold and smoothed;
    `likelihood_ratio` is odds(probability) / odds(base rate).
    """

    low: float | None
    high: float | None
    films: int
    positives: int
    probability: float
    likelihood_ratio: Figure


class LabelCard(_Strict):
    """One label. `supported` is False where it does not beat the baselines by the stated margin:
    it then has no strata and no operating point, and `why` says what was measured.

    `operating_point` is the lowest score that is called present; `region` says whether its
    heatmap may be shown, `region_why` what was measured of it.
    """

    label: str
    supported: bool
    why: str
    films: int
    positives: int
    base_rate: float
    auroc: Figure
    average_precision: Figure
    operating_point: float | None = None
    sensitivity: Figure | None = None
    specificity: Figure | None = None
    calibration_error: Figure | None = None
    brier_skill: Figure | None = None
    strata: tuple[Stratum, ...] = ()
    region: bool = False
    region_why: str = ""

    def stratum(self, score: float) -> Stratum:
        """The stratum that a score falls into."""
        for stratum in self.strata:
            if stratum.high is None or score < stratum.high:
                return stratum
        return self.strata[-1]


class Architecture(_Strict):
    """What builds the network: a file in `vision/models/`, the pixels of its input's side, and
    the further arguments that file takes."""

    model: str
    side: int
    labels: tuple[str, ...]
    settings: dict[str, Any] = Field(default_factory=dict)


class ModelCard(_Strict):
    """A model card. `sections` hold the parts that are read by people only, in order: data and
    licence, split, training command, time and machine, figures by group, known failures, use."""

    name: str
    version: str
    weights: str
    weights_sha256: str
    architecture: Architecture
    labels: tuple[LabelCard, ...]
    #: Most that all labels of one film may add together, in natural-log units, measured.
    joint_cap: float
    gate: dict[str, Any]
    sections: dict[str, Any]

    @property
    def supported(self) -> tuple[str, ...]:
        """Labels that the model may judge."""
        return tuple(card.label for card in self.labels if card.supported)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """A card with the folder that it was read from."""

    card: ModelCard
    folder: Path

    @property
    def weights(self) -> Path:
        """The weights. Raises SourceError where they are not those of the card."""
        return verified(self.folder / self.card.weights, self.card.weights_sha256)


def verified(path: Path, sha256: str) -> Path:
    """The path of a file that a card names. Raises SourceError where it is another file."""
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise SourceError(str(path), f"cannot be read: {error.strerror}.") from None
    if found != sha256:
        raise SourceError(
            str(path), "is not the file that the model card was written for (sha256)."
        )
    return path


def read_card(folder: Path) -> Shipped:
    """The model card of a folder (`card.json`). Raises SourceError."""
    path = folder / "card.json"
    try:
        card = ModelCard.model_validate(json.loads(path.read_text("utf-8")))
    except OSError as error:
        raise SourceError(str(path), f"cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise SourceError(str(path), f"is no model card: {error}.") from None
    return Shipped(card=card, folder=folder)
