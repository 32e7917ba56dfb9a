"""The network of the gate: small, for films of 96 pixels, and what its outputs are."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vision.film import Reason
from vision.models.lite import trunk

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
#: Channels of the trunk's maps.
WIDTH = 112


class GateNetwork(nn.Module):
    """Logits of the kinds, (batch, 6), and age in units of 16 years from 48, (batch,), from films
    (batch, 2, 96, 96) as `standardised` makes them. With `pretrained` it starts from what the
    early part of EfficientNet-Lite0 learnt of photographs: films alone hold too few children to
    learn from what a child's chest looks like."""

    def __init__(self, *, pretrained: bool = False, momentum: float = 0.01) -> None:
        super().__init__()
        self.trunk = trunk(2, pretrained=pretrained, momentum=momentum)
        self.kinds = nn.Linear(WIDTH, len(KINDS))
        self.age = nn.Linear(WIDTH, 1)

    def features(self, x: Tensor) -> Tensor:
        """Pooled features, (batch, 112) float32."""
        return cast(Tensor, self.trunk(x).float().mean((2, 3)))

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
        x = F.pad(x, (6, 6, 6, 6), mode="replicate")
        x = F.avg_pool2d(F.avg_pool2d(x, (13, 1), stride=1), (1, 13), stride=1)
    return x
