"""Scores of many films, and how well they tell films with a label from those without."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vision.measuring.measures import auroc
from vision.network import Network
from vision.preprocess import batch

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scores:
    """`logits` (n, labels) and `features` (n, channels), in float32 throughout."""

    logits: Floats
    features: Floats


@torch.inference_mode()
def score(network: Network, films: Tensor, *, side: int, batch_size: int = 64) -> Scores:
    """Score films, (n, height, width) bytes, as the reader of films does: without
    augmentation, in float32, on the network's device. The network is left in
    evaluation mode."""
    network.eval()
    device = network.head.weight.device
    logits, features = [], []
    for some in torch.split(films, batch_size):
        x = batch(some.to(device, non_blocking=True), side)
        pooled = network.features(x.to(memory_format=torch.channels_last))
        features.append(pooled.cpu())
        logits.append(network.scores(pooled).cpu())
    return Scores(logits=torch.cat(logits).numpy(), features=torch.cat(features).numpy())


def aurocs(logits: Floats, labels: Floats) -> NDArray[np.float64]:
    """Area under the ROC curve of each label over the films labelled for it; NaN where those are
    all with or all without it."""
    found = np.full(labels.shape[1], np.nan)
    for i in range(labels.shape[1]):
        known = ~np.isnan(labels[:, i])
        one = np.ones((1, int(known.sum())), np.float32)
        found[i] = auroc(one, labels[known, i], logits[known, i])[0]
    return found
