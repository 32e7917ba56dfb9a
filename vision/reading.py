"""What the reader of films says about one image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.evidence import Box
from domain.identifiers import Curie
from vision.card import Figure

PRESENT, ABSENT = "present", "absent"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LabelReading:
    """One label of one film.

    `score` is the network's raw output, there for every label. The rest is None for a label that
    the model card does not support. `probability` is that of the score's stratum, `base_rate` the
    calibration set's; odds(probability) / odds(base_rate) is `likelihood_ratio`. `heatmap` is
    (height, width) of a coarse grid over the whole film, 0 to 1, and `box` its strongest part (x,
    y, width, height in pixels of the original), both only where the card says that they can be
    trusted. `relation` says how `concept` stands to the label: "exact", "broader" or "related".
    """

    label: str
    concept: Curie | None
    relation: str | None
    supported: bool
    score: float
    probability: float | None = None
    base_rate: float | None = None
    operating_point: float | None = None
    decision: str | None = None
    likelihood_ratio: Figure | None = None
    box: Box | None = None
    heatmap: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why an image was not read: `reason` for programs, `detail` for people, `mend` what would
    do, if anything."""

    reason: str
    detail: str
    mend: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelUsed:
    """Which model read a film."""

    name: str
    version: str
    weights_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmReading:
    """One file: either refused, or every label of the model. `size` is (width, height)."""

    file: str
    refused: Refusal | None
    findings: tuple[LabelReading, ...]
    model: ModelUsed
    size: tuple[int, int] | None = None
    view: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def judged(self) -> tuple[LabelReading, ...]:
        """The labels that the model may judge."""
        return tuple(f for f in self.findings if f.supported)
