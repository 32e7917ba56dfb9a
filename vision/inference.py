"""Runs the network of a model: scores, features and heatmaps of prepared films.

One film at a time in float32 on the processor gives the same numbers each time. On a GPU films go
through in batches and in half precision (float16: bfloat16 moves scores eight times as far): what
is close to a border of the card is for the caller to ask again here, one at a time.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from vision.card import Shipped
from vision.localise import of_early, of_scores
from vision.network import Network, load_network, ready
from vision.preprocess import prepare
from vision.reduce import Bytes

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Output:
    """What the network gave for one film: raw scores (labels,), features (C,), and the early maps
    (c, h, w), from which heatmaps are made; `graph` are the scores with their way back to those
    maps, where it was kept."""

    scores: Array
    features: Array
    early: torch.Tensor
    graph: torch.Tensor | None = None


class Inference:
    """A network that is ready to run. `threads` are torch's for one film on the processor: with
    one it never starts others, and none spins beside other work."""

    def __init__(self, shipped: Shipped, *, threads: int = 1) -> None:
        self.side = shipped.card.architecture.side
        self.threads = threads
        self.network = ready(load_network(shipped))
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self._on_device: Network | None = None

    def prepare(self, small: Bytes) -> torch.Tensor:
        """A film of (128, 128) bytes as the network takes it, (1, side, side)."""
        return prepare(small, self.side)

    def one(self, prepared: torch.Tensor) -> Output:
        """One film, in float32 on the processor."""
        network = self.network
        with limited(self.threads):
            with torch.no_grad():
                film = prepared[None].contiguous(memory_format=torch.channels_last)
                (early,) = network.early(film)
            # Kept for the heatmaps, which else ran the second half of the network once more.
            with torch.enable_grad():
                features = network.late(early.requires_grad_()[None]).float().mean((2, 3))
                (scores,) = network.scores(features)
        return Output(
            scores=scores.detach().numpy(),
            features=features[0].detach().numpy(),
            early=early,
            graph=scores,
        )

    def heatmaps(self, output: Output, labels: Sequence[int]) -> list[Array]:
        """Where the scores of some outputs come from, each (h, w), 0 to 1."""
        if not labels:
            return []
        with limited(self.threads):
            if output.graph is not None:
                return of_scores(output.graph, output.early, labels)
            return of_early(self.network, output.early.cpu(), labels)

    def many(self, prepared: Sequence[torch.Tensor]) -> list[Output]:
        """Films as one batch in half precision, on the GPU if there is one."""
        if not prepared:
            return []
        if self._on_device is None:
            self._on_device = copy.deepcopy(self.network).to(self.device)
        with limited(self.threads), torch.autocast(self.device, dtype=torch.float16):
            return self._run(self._on_device, torch.stack(list(prepared)).to(self.device))

    def _run(self, network: Network, films: torch.Tensor) -> list[Output]:
        with torch.inference_mode():
            early = network.early(films.contiguous(memory_format=torch.channels_last))
            features = network.late(early).float().mean((2, 3))
            scores = network.scores(features)
        found = zip(scores.cpu().numpy(), features.cpu().numpy(), early, strict=True)
        return [Output(scores=s, features=f, early=e) for s, f, e in found]


@contextmanager
def limited(number: int) -> Iterator[None]:
    """Torch's threads while this runs; as they were afterwards."""
    before = torch.get_num_threads()
    if before == number:
        yield
        return
    torch.set_num_threads(number)
    try:
        yield
    finally:
        torch.set_num_threads(before)
