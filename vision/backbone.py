"""Networks of torchvision, made to take grey films and to give their last maps."""

from __future__ import annotations

from typing import cast
from urllib.error import URLError

import torch
from torch import Tensor, nn
from torchvision import models

from domain.errors import InvalidField
from vision.network import Network


class Backbone(Network):
    """Any stack of layers that ends in maps."""

    def __init__(
        self, layers: nn.Module, channels: int, labels: int, *, dropout: float = 0.0
    ) -> None:
        super().__init__(channels, labels, dropout=dropout)
        self.layers = layers

    def early(self, x: Tensor) -> Tensor:
        """The last feature maps: torchvision's networks are one stack each."""
        return cast(Tensor, self.layers(x))


def from_torchvision(name: str, *, pretrained: bool) -> nn.Module:
    """torchvision's network of that name, with its default ImageNet weights or with random ones,
    taking one channel. Raises InvalidField where the weights are neither in torch's cache nor can
    be downloaded."""
    weights = models.get_model_weights(name).DEFAULT if pretrained else None
    try:
        network = cast(nn.Module, models.get_model(name, weights=weights))
    except (URLError, OSError, RuntimeError) as error:
        address = weights.url if weights is not None else ""
        raise InvalidField(
            "pretrained",
            f"the ImageNet weights of {name} cannot be had: {error}.",
            mend=f"Put {address} into {torch.hub.get_dir()}/checkpoints, or start from random "
            "weights (`--scratch`).",
        ) from None
    _take_grey(network)
    return network


def _take_grey(network: nn.Module) -> None:
    """Sum the first layer's filters over red, green and blue: all three are the same in a film."""
    name, first = next((n, m) for n, m in network.named_modules() if isinstance(m, nn.Conv2d))
    grey = nn.Conv2d(
        1,
        first.out_channels,
        cast(tuple[int, int], first.kernel_size),
        cast(tuple[int, int], first.stride),
        cast(tuple[int, int], first.padding),
        bias=first.bias is not None,
    )
    state = first.state_dict()
    state["weight"] = state["weight"].sum(1, keepdim=True)
    grey.load_state_dict(state)
    network.set_submodule(name, grey)
