"""The network of the gate: small, for films of 96 pixels, and what its outputs are."""

from __future__ import annotations

from itertools import pairwise
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vision.film import Reason

SIDE = 96
#: What the gate tells apart: an adult's frontal chest film, and what it refuses it for.
KINDS: tuple[Reason | None, ...] = (
    None,
    Reason.CHILD,
    Reason.INVERTED,
    Reason.ROTATED,
    Reason.CROPPED,
    Reason.NOT_A_FRONTAL_CHEST_FILM,
)
FILM, CHILD = 0, 1
WIDTHS = (16, 32, 64, 112, 160)


class _Block(nn.Module):
    """Two convolutions beside a shortcut; the first halves the side."""

    def __init__(self, into: int, out: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(into, out, 3, stride=2, padding=1, bias=False)
        self.first_norm = nn.BatchNorm2d(out)
        self.second = nn.Conv2d(out, out, 3, padding=1, bias=False)
        self.second_norm = nn.BatchNorm2d(out)
        self.short = nn.Conv2d(into, out, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        inside = F.relu(self.first_norm(self.first(x)))
        inside = self.second_norm(self.second(inside))
        return F.relu(inside + self.short(F.avg_pool2d(x, 2)))


class GateNetwork(nn.Module):
    """Logits of the kinds, (batch, 6), and age in units of 16 years from 48, (batch,), from films
    (batch, 2, 96, 96) as `standardised` makes them."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(2, WIDTHS[0], 3, padding=1, stride=2, bias=False)
        self.stem_norm = nn.BatchNorm2d(WIDTHS[0])
        self.blocks = nn.Sequential(*(_Block(a, b) for a, b in pairwise(WIDTHS)))
        self.kinds = nn.Linear(WIDTHS[-1], len(KINDS))
        self.age = nn.Linear(WIDTHS[-1], 1)

    def features(self, x: Tensor) -> Tensor:
        """Pooled features, (batch, 160) float32."""
        maps = self.blocks(F.relu(self.stem_norm(self.stem(x))))
        return cast(Tensor, maps.float().mean((2, 3)))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of the kinds, and age."""
        features = self.features(x)
        with torch.autocast(features.device.type, enabled=False):
            return self.kinds(features), self.age(features)[:, 0]


def standardised(films: Tensor) -> Tensor:
    """Brightness, (batch, 1, h, w) of any range, as the gate sees it, (batch, 2, 96, 96): at mean 0
    and spread 1 over the whole film, and at mean 0 and spread 1 around each place. How a machine
    sets its window must not matter to the first, nor how it evens out a film to the second."""
    if films.shape[-2:] != (SIDE, SIDE):
        films = F.interpolate(
            films, size=(SIDE, SIDE), mode="bilinear", antialias=True, align_corners=False
        )
    mean = films.mean((1, 2, 3), keepdim=True)
    spread = films.std((1, 2, 3), keepdim=True).clamp_min(1e-3)
    whole = (films - mean) / spread
    around = _smooth(whole)
    least = 0.05
    local = (whole - around) / (_smooth((whole - around) ** 2) + least).sqrt()
    return torch.cat([whole, local], 1)


def _smooth(x: Tensor) -> Tensor:
    """Means around each place, nearly Gaussian: two boxes of 13 pixels."""
    for _ in range(2):
        x = F.avg_pool2d(F.pad(x, (6, 6, 6, 6), mode="replicate"), 13, stride=1)
    return x
