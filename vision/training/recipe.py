"""How a network is trained. The defaults trained the weights that ship."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from domain.errors import InvalidField
from vision.data.split import PARTS
from vision.training.augment import Augmentation

#: Epochs at most where training stops early, and the share of training patients that tell when.
MOST_EPOCHS, INNER = 12, 0.08


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """All that decides the weights, beside the films and the machine.

    `model` and `settings` name a file in `vision/models/` and what it takes. `epochs` None: up to
    12, ended when the mean AUROC of an inner part of the training patients has not risen for
    `patience` epochs, and the best epoch is kept; a number: exactly so many, on all of them.
    `batch_size` is of all processes together. `ema` is the decay a step of the averaged weights,
    which are what is kept. `auxiliary` weighs sex, view and age, learnt beside the labels.
    `pos_weight` is the power of (negatives / positives) by which a label's positives count more.
    `smoothing` moves targets towards the label's prevalence. `teacher_weight` is the teacher's
    share in the targets of the films that it scored.
    """

    model: str = "lite"
    settings: dict[str, Any] = field(default_factory=dict)
    pretrained: bool = True
    side: int = 160
    fold: int = 0
    epochs: int | None = None
    patience: int = 3
    batch_size: int = 32
    learning_rate: float = 1e-3
    weight_decay: float = 0.02
    warm_up: int = 200
    clip: float = 5.0
    ema: float = 0.997
    auxiliary: float = 0.0
    pos_weight: float = 0.0
    smoothing: float = 0.0
    teacher_weight: float = 0.5
    augmentation: Augmentation = field(default_factory=Augmentation)
    seed: int = 0

    def __post_init__(self) -> None:
        shares = ("ema", "smoothing", "teacher_weight", "pos_weight")
        for name in shares:
            if not 0 <= getattr(self, name) <= 1:
                raise InvalidField(name, f"{getattr(self, name)} is not from 0 to 1.")
        for name in ("side", "batch_size", "learning_rate", "patience"):
            if not getattr(self, name) > 0:
                raise InvalidField(name, f"{getattr(self, name)} is not above 0.")
        if not 0 <= self.fold < PARTS:
            raise InvalidField("fold", f"{self.fold} is not from 0 to {PARTS - 1}.")
        if self.epochs is not None and self.epochs < 1:
            raise InvalidField("epochs", f"{self.epochs} is not above 0.")

    @property
    def inner(self) -> float:
        """Share of the training patients that is kept back to stop early."""
        return INNER if self.epochs is None else 0.0

    @property
    def most_epochs(self) -> int:
        """Epochs that the schedule is laid out for."""
        return self.epochs or MOST_EPOCHS

    def as_dict(self) -> dict[str, Any]:
        """For the record."""
        return dataclasses.asdict(self)
