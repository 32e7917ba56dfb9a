"""The gate: is this an adult's frontal chest film, upright, whole and positive? If not, why not.

A classifier says something of every image, and with confidence of images that it never saw the
like of. The gate comes first. It has a small network of its own, so that what the classifier
learnt cannot hide what it was not shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from domain.errors import ImageRefused, SourceError
from vision.card import ModelCard, verified
from vision.film import Film, Reason
from vision.gate_network import FILM, KINDS, GateNetwork, standardised
from vision.network import load_weights, ready
from vision.reduce import Bytes

#: A film is at most this many times as long as wide, or as wide as long.
LONGEST = 1.6
NAMES = tuple("film" if kind is None else str(kind) for kind in KINDS)

WORDS = {
    Reason.CHILD: (
        "This looks like a child's film. The model was trained on adults and judges nobody under "
        "18.",
        "Have it read by a radiologist.",
    ),
    Reason.INVERTED: (
        "The film is inverted: air is white and bone is black.",
        "Invert it, or mend its photometric interpretation (MONOCHROME1 or MONOCHROME2).",
    ),
    Reason.ROTATED: (
        "The film is turned or upside-down.",
        "Turn it so that the head is up.",
    ),
    Reason.CROPPED: (
        "Only a part of a chest film is shown.",
        "Give the whole film, with both lungs.",
    ),
    Reason.NOT_A_FRONTAL_CHEST_FILM: (
        "This does not look like a frontal chest radiograph.",
        "Give a frontal (PA or AP) chest film of an adult.",
    ),
}


class Refused(BaseModel):
    """Share of `n` images that the gate refused; None where there was none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    n: int
    refused: float | None


class GateCard(BaseModel):
    """The gate's part of a model card. A film is refused as a kind where the log of that kind's
    probability over the film's is above its threshold; `figures` and `material` are for people.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    weights: str
    weights_sha256: str
    thresholds: dict[str, float]
    material: dict[str, object]
    figures: dict[str, Refused]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gate:
    """Refuses what the model must not judge."""

    card: GateCard
    network: GateNetwork

    @classmethod
    def of(cls, card: ModelCard, folder: Path) -> Gate:
        """The gate of a model card. Raises SourceError where it is not the card's."""
        try:
            stated = GateCard.model_validate(card.gate)
        except ValueError as error:
            raise SourceError(str(folder / "card.json"), f"has no gate: {error}.") from None
        network = GateNetwork()
        load_weights(network, verified(folder / stated.weights, stated.weights_sha256))
        return cls(card=stated, network=ready(network))

    def check(self, film: Film, small: Bytes) -> None:
        """Raises ImageRefused where the film must not be judged; `small` is the same film as
        (128, 128) bytes."""
        width, height = film.size
        if max(width, height) > LONGEST * min(width, height):
            raise ImageRefused(
                Reason.CROPPED,
                f"The image is {width} by {height} pixels: too long for a whole chest film.",
                mend=WORDS[Reason.CROPPED][1],
            )
        reason = self.reason(margins(self.network, small[None])[0])
        if reason is not None:
            detail, mend = WORDS[reason]
            raise ImageRefused(reason, detail, mend=mend)

    def reason(self, margin: NDArray[np.float32]) -> Reason | None:
        """What margins (kinds,) refuse a film for: the kind furthest above its threshold."""
        worst, reason = 0.0, None
        for kind, name, value in zip(KINDS, NAMES, margin.tolist(), strict=True):
            if kind is not None and value - self.card.thresholds[name] > worst:
                worst, reason = value - self.card.thresholds[name], kind
        return reason


@torch.inference_mode()
def margins(network: GateNetwork, films: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How much likelier each kind is than a good film, natural log, (n, kinds); films are
    (n, 128, 128) bytes."""
    found = []
    for start in range(0, len(films), 64):
        x = torch.from_numpy(films[start : start + 64].copy())[:, None].float() / 255
        seen = standardised(x).contiguous(memory_format=torch.channels_last)
        logits, _ = network(seen)
        found.append((logits - logits[:, FILM : FILM + 1]).numpy())
    return np.concatenate(found) if found else np.empty((0, len(KINDS)), np.float32)
