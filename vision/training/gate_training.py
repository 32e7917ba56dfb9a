"""Trains the gate: adult films against children's, turned, cut and negative ones, and no films."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from vision.film import Reason
from vision.gate_network import CHILD, FILM, KINDS, SIDE, GateNetwork, standardised
from vision.training.gate_kinds import cropped, mixed, moved, noise, rendered, shuffled, turned

Bytes = NDArray[np.uint8]
#: Share of each kind in a batch, in the order of `KINDS`; the adults' is the rest.
SHARES = {
    Reason.CHILD: 0.16,
    Reason.INVERTED: 0.08,
    Reason.ROTATED: 0.1,
    Reason.CROPPED: 0.12,
    Reason.NOT_A_FRONTAL_CHEST_FILM: 0.14,
}
#: A child of 17 is told from an adult by nobody: the younger, the more often drawn.
YOUNG = 8.0
AGE_MEAN, AGE_SPREAD = 48.0, 16.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GateSettings:
    """How the gate is trained. `age_weight` is that of the age, learnt beside; `momentum` the
    share of a step in the norms' running statistics: a run of few steps needs more of it."""

    pretrained: bool = True
    momentum: float = 0.01
    steps: int = 3600
    batch: int = 64
    rate: float = 1e-3
    decay: float = 0.02
    age_weight: float = 0.3
    average: float = 0.998
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Material:
    """What is trained on: adults' and children's films with ages in years, and pictures that are
    no films, each (n, 128, 128) bytes."""

    adults: Bytes
    adult_ages: NDArray[np.float64]
    children: Bytes
    child_ages: NDArray[np.float64]
    pictures: Bytes


def train_gate(
    material: Material,
    settings: GateSettings,
    told: Callable[[int, float], None] | None = None,
) -> GateNetwork:
    """The moving average of a trained gate, in evaluation mode. `told` hears step and loss."""
    torch.manual_seed(settings.seed)
    network = _laid_out(GateNetwork(pretrained=settings.pretrained, momentum=settings.momentum))
    average = _laid_out(GateNetwork())
    average.load_state_dict(network.state_dict())
    optimiser = torch.optim.AdamW(
        network.parameters(), lr=settings.rate, weight_decay=settings.decay
    )
    for step in range(settings.steps):
        warm = min(1.0, (step + 1) / 100)
        rate = settings.rate * warm * (1 + math.cos(math.pi * step / settings.steps)) / 2
        for group in optimiser.param_groups:
            group["lr"] = rate
        x, kinds, ages = batch(material, settings.batch)
        network.train()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits, age = network(standardised(x).contiguous(memory_format=torch.channels_last))
        known = ~torch.isnan(ages)
        loss = F.cross_entropy(logits, kinds, label_smoothing=0.02)
        loss = loss + settings.age_weight * F.smooth_l1_loss(age[known], ages[known])
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)
        optimiser.step()
        _follow(average, network, min(settings.average, (step + 1) / (step + 10)))
        if told is not None:
            told(step + 1, float(loss.detach()))
    return average.eval()


def batch(material: Material, size: int) -> tuple[Tensor, Tensor, Tensor]:
    """(size, 1, 96, 96) brightness, kinds (size,) as numbers in `KINDS`, and scaled ages (size,),
    NaN where there is no whole film."""
    counts = {kind: round(share * size) for kind, share in SHARES.items()}
    films = size - sum(counts.values())
    x, ages = _drawn(material.adults, films, material.adult_ages)
    parts, numbers, years = [rendered(moved(x))], [0] * films, [ages]
    for number, kind in enumerate(KINDS):
        if kind is None:
            continue
        count = counts[kind]
        made, ages = _made(kind, count, material)
        parts.append(made)
        numbers += [number] * count
        years.append(ages)
    x, which = torch.cat(parts), torch.tensor(numbers)
    # Adults' and children's films exchange how they were made: that must not tell an age.
    whole = (which == FILM) | (which == CHILD)
    x[whole] = mixed(x[whole])
    return x, which, torch.cat(years)


def _made(kind: Reason, count: int, material: Material) -> tuple[Tensor, Tensor]:
    none = torch.full((count,), math.nan)
    if kind is Reason.CHILD:
        weights = torch.from_numpy(np.exp(-material.child_ages / YOUNG * 2.0))
        x, ages = _drawn(material.children, count, material.child_ages, weights)
        # Made as the adults are: how close a film was taken must not tell its patient's age.
        return rendered(moved(x)), ages
    if kind is Reason.NOT_A_FRONTAL_CHEST_FILM:
        pictures, _ = _drawn(material.pictures, count - count // 3, None)
        rest = count // 3
        films, _ = _drawn(material.adults, rest - rest // 2, None)
        negative = torch.where(torch.rand(len(pictures), 1, 1, 1) < 0.2, 1 - pictures, pictures)
        shown = rendered(moved(negative))
        x = torch.cat([shown, rendered(noise(rest // 2, SIDE)), shuffled(films)])
        return x, none
    x, _ = _drawn(material.adults, count, None)
    if kind is Reason.INVERTED:
        return 1 - rendered(moved(x)), none
    if kind is Reason.ROTATED:
        return rendered(turned(x)), none
    return rendered(cropped(moved(x))), none


def _drawn(
    films: Bytes, count: int, ages: NDArray[np.float64] | None, weights: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Some of the films at the gate's side, and their scaled ages."""
    if weights is None:
        chosen = torch.randint(0, len(films), (count,))
    else:
        chosen = torch.multinomial(weights, count, replacement=True)
    x = torch.from_numpy(films[chosen.numpy()])[:, None].float() / 255
    x = F.interpolate(x, size=(SIDE, SIDE), mode="bilinear", antialias=True, align_corners=False)
    years = np.full(count, np.nan) if ages is None else ages[chosen.numpy()]
    return x, torch.from_numpy((years - AGE_MEAN) / AGE_SPREAD).float()


def _laid_out(network: GateNetwork) -> GateNetwork:
    """Weights laid out as convolutions run fastest."""
    return network.to(memory_format=torch.channels_last)


@torch.no_grad()
def _follow(average: GateNetwork, network: GateNetwork, share: float) -> None:
    pairs = zip(average.state_dict().values(), network.state_dict().values(), strict=True)
    for kept, new in pairs:
        if kept.dtype.is_floating_point:
            kept.lerp_(new, 1 - share)
        else:
            kept.copy_(new)
