"""Films moved, turned and relit at random, as films from other machines and hands would be."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from vision.preprocess import normalised, resized


@dataclass(frozen=True, slots=True, kw_only=True)
class Augmentation:
    """How far films are changed at most, each by its own draw.

    `rotate` in radians; `scale`, `aspect`, `contrast` and `brightness` as shares; `shift` as a
    share of half the side; `gamma` in natural-log units; `soften` is the share of batches that
    are softened by being reduced to between half and all of their pixels; `mirror` is the share of
    films that are mirrored: no label names a side.
    """

    rotate: float = 0.17
    scale: float = 0.12
    aspect: float = 0.06
    shift: float = 0.1
    gamma: float = 0.25
    contrast: float = 0.2
    brightness: float = 0.1
    soften: float = 0.25
    mirror: float = 0.5


def augmented(films: Tensor, side: int, by: Augmentation) -> Tensor:
    """(batch, height, width) bytes as a changed input of a network, (batch, 1, side, side)
    float32 on the same device. Draws from torch's default generator of the processor, so that
    the device changes nothing."""
    count = len(films)
    x = films[:, None].float() / 255.0
    if by.soften and float(torch.rand(())) < by.soften:
        x = _softened(x, float(0.5 + 0.5 * torch.rand(())))
    turn = _draw(count, by.rotate)
    scale, aspect = 1.0 + _draw(count, by.scale), 1.0 + _draw(count, by.aspect)
    shift = _draw(count, by.shift, 2)
    across = torch.where(torch.rand(count) < by.mirror, -scale, scale) * aspect
    down = scale / aspect
    cos, sin = torch.cos(turn), torch.sin(turn)
    matrix = torch.stack(
        [
            torch.stack([cos * across, -sin * down, shift[:, 0]], 1),
            torch.stack([sin * across, cos * down, shift[:, 1]], 1),
        ],
        1,
    )
    grid = F.affine_grid(matrix.to(x.device), [count, 1, side, side], align_corners=False)
    # One interpolation moves the film and brings it to the network's size.
    x = F.grid_sample(x, grid, align_corners=False)
    gamma = torch.exp(_draw(count, by.gamma, 1, 1, 1)).to(x.device)
    contrast = (1.0 + _draw(count, by.contrast, 1, 1, 1)).to(x.device)
    brightness = _draw(count, by.brightness, 1, 1, 1).to(x.device)
    x = (x.clamp(1e-4, 1.0) ** gamma - 0.5) * contrast + 0.5 + brightness
    return normalised(x)


def _draw(count: int, most: float, *shape: int) -> Tensor:
    """Uniform from -most to most, (count, *shape)."""
    return (torch.rand(count, *shape) * 2.0 - 1.0) * most


def _softened(x: Tensor, share: float) -> Tensor:
    side = x.shape[-1]
    return resized(resized(x, max(1, round(side * share))), side)
