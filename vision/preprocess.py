"""From a film to what a network is given: reduced as the training set was, enlarged, scaled."""

from __future__ import annotations

import torch
from torch import Tensor
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional as transforms

from vision.reduce import Bytes

#: Mean and spread of grey values, 0 to 1, that ImageNet networks are used to.
MEAN, SPREAD = 0.449, 0.226


def prepare(small: Bytes, side: int) -> Tensor:
    """One film of (128, 128) bytes as a network's input, (1, side, side) float32."""
    return batch(torch.from_numpy(small[None].copy()), side)[0]


def batch(films: Tensor, side: int) -> Tensor:
    """(batch, height, width) bytes as a network's input, (batch, 1, side, side) float32."""
    return normalised(resized(films[:, None].float() / 255.0, side))


def resized(x: Tensor, side: int) -> Tensor:
    """(batch, 1, height, width) at another size, bilinear."""
    made: Tensor = transforms.resize(
        x, [side, side], interpolation=InterpolationMode.BILINEAR, antialias=True
    )
    return made


def normalised(x: Tensor) -> Tensor:
    """Brightness 0 to 1, (batch, 1, side, side), on the scale that networks are given."""
    made: Tensor = transforms.normalize(x, mean=[MEAN], std=[SPREAD])
    return made
