"""The optimiser, its schedule, and the average of the weights."""

from __future__ import annotations

import math

import torch
from torch import nn

from vision.training.recipe import Recipe


def optimiser(student: nn.Module, recipe: Recipe) -> torch.optim.AdamW:
    """AdamW; biases and norms (one dimension) do not decay."""
    parameters = [p for p in student.parameters() if p.requires_grad]
    return torch.optim.AdamW(
        [
            {
                "params": [p for p in parameters if p.ndim > 1],
                "weight_decay": recipe.weight_decay,
            },
            {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
        ],
        lr=recipe.learning_rate,
    )


def learning_rate(step: int, total: int, recipe: Recipe) -> float:
    """A cosine down to 0 over all steps, with a linear rise over the first `warm_up`, or over a
    fifth of them where there are few."""
    rise = max(1, min(recipe.warm_up, total // 5))
    cosine = 0.5 + 0.5 * math.cos(math.pi * step / total)
    return recipe.learning_rate * min(1.0, (step + 1) / rise) * cosine


@torch.no_grad()
def average(kept: nn.Module, trained: nn.Module, step: int, decay: float) -> None:
    """Move `kept` towards `trained`: weights and running statistics. Early steps, which forget
    the start, decay faster."""
    share = 1.0 - min(decay, (1 + step) / (10 + step))
    theirs = trained.state_dict()
    moved: list[torch.Tensor] = []
    towards: list[torch.Tensor] = []
    for name, value in kept.state_dict().items():
        if value.dtype.is_floating_point:
            moved.append(value)
            towards.append(theirs[name])
        else:
            value.copy_(theirs[name])
    torch._foreach_lerp_(moved, towards, share)
