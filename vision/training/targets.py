"""What the network is to answer for each film, and how far from it an answer is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from domain.errors import InvalidField, SourceError
from vision.data.table import FilmTable
from vision.network import Network
from vision.training.recipe import Recipe

#: Age is learnt as a number near 0: (age - middle) / spread, in years.
_AGE_MIDDLE, _AGE_SPREAD = 48.0, 16.0
_AUXILIARY = ("sex", "view", "age")


class Student(nn.Module):
    """The network with a head for sex, view and age where those are learnt beside."""

    def __init__(self, network: Network, *, auxiliary: bool) -> None:
        super().__init__()
        self.network = network
        width = network.head.in_features
        self.auxiliary = nn.Linear(width, len(_AUXILIARY)) if auxiliary else None

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor | None]:
        """Scores (batch, labels), and of the three others (batch, 3)."""
        features = self.network.features(x)
        with torch.autocast(features.device.type, enabled=False):
            features = self.network.dropout(features)
            beside = None if self.auxiliary is None else self.auxiliary(features)
            return self.network.head(features), beside


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Targets:
    """Targets of all films of a table: `labels` (n, labels) 0 to 1 and `beside` (n, 3), both NaN
    where unknown; what is not known moves nothing. `pos_weight` is (labels,)."""

    labels: Tensor
    beside: Tensor
    pos_weight: Tensor

    @classmethod
    def of(
        cls, table: FilmTable, train: NDArray[np.int64], recipe: Recipe, teachers: Sequence[Path]
    ) -> Self:
        """Targets by the recipe, weighed by the films that train. Raises InvalidField for a label
        of which there is no positive or no negative film, SourceError for a teacher's file."""
        prevalence = np.nanmean(_known(table, train), axis=0)
        labels = table.labels * (1 - recipe.smoothing) + recipe.smoothing * prevalence
        if teachers:
            taught = _taught(table, teachers)
            mixed = labels * (1 - recipe.teacher_weight) + taught * recipe.teacher_weight
            # A film that only one of the two speaks of is learnt from that one.
            labels = np.where(np.isnan(taught), labels, np.where(np.isnan(labels), taught, mixed))
        sex = np.select([table.sex == "M", table.sex == "F"], [1.0, 0.0], np.nan)
        view = np.select([table.view == "AP", table.view == "PA"], [1.0, 0.0], np.nan)
        age = (table.age - _AGE_MIDDLE) / _AGE_SPREAD
        power = ((1 - prevalence) / prevalence) ** recipe.pos_weight
        return cls(
            labels=torch.from_numpy(labels.astype(np.float32)),
            beside=torch.from_numpy(np.stack([sex, view, age], 1).astype(np.float32)),
            pos_weight=torch.from_numpy(power.astype(np.float32)),
        )

    def loss(self, answer: tuple[Tensor, Tensor | None], rows: Tensor, auxiliary: float) -> Tensor:
        """Mean binary cross-entropy over the known labels, plus the others' at their weight."""
        scores, beside = answer
        labels = self.labels[rows].to(scores.device, non_blocking=True)
        known = ~labels.isnan()
        each = F.binary_cross_entropy_with_logits(
            scores,
            labels.nan_to_num(),
            pos_weight=self.pos_weight.to(scores.device),
            reduction="none",
        )
        loss = _mean(each, known)
        if beside is None:
            return loss
        others = self.beside[rows].to(scores.device, non_blocking=True)
        known, others = ~others.isnan(), others.nan_to_num()
        for i in (0, 1):
            each = F.binary_cross_entropy_with_logits(beside[:, i], others[:, i], reduction="none")
            loss = loss + auxiliary * _mean(each, known[:, i])
        each = F.smooth_l1_loss(beside[:, 2], others[:, 2], reduction="none")
        return loss + auxiliary * _mean(each, known[:, 2])


def _mean(values: Tensor, known: Tensor) -> Tensor:
    return (values * known).sum() / known.sum().clamp(min=1)


def _known(table: FilmTable, train: NDArray[np.int64]) -> NDArray[np.float32]:
    labels = table.labels[train]
    for i, name in enumerate(table.names):
        if not ((labels[:, i] == 1).any() and (labels[:, i] == 0).any()):
            raise InvalidField(
                name,
                "among the training films there is no film with it, or none without.",
                mend="Remove the column, or give more films.",
            )
    return labels


def _taught(table: FilmTable, teachers: Sequence[Path]) -> NDArray[np.float64]:
    """Teachers' mean probabilities by film, (n, labels), NaN where none scored it."""
    row_of = {name: row for row, name in enumerate(table.image_index.tolist())}
    total = np.zeros(table.labels.shape)
    count = np.zeros(len(table))
    for path in teachers:
        try:
            with np.load(path) as file:
                names, logits = file["image_index"].tolist(), file["logits"].astype(np.float64)
                labels = tuple(file["label_names"].tolist())
        except (OSError, KeyError, ValueError) as error:
            raise SourceError(str(path), f"is no file of scores: {error}.") from None
        if labels != table.names:
            raise SourceError(str(path), f"scores other labels: {', '.join(labels)}.")
        probability = 1.0 / (1.0 + np.exp(-logits))
        for name, scored in zip(names, probability, strict=True):
            if (row := row_of.get(name)) is not None:
                total[row] += scored
                count[row] += 1
    with np.errstate(invalid="ignore"):
        taught: NDArray[np.float64] = total / count[:, None]
    return taught
