"""What a network for films is, how one is found by name, and how its weights are kept."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from domain.errors import InvalidField, SourceError

if TYPE_CHECKING:
    from vision.card import Shipped


M = TypeVar("M", bound=nn.Module)


class Network(nn.Module):
    """A network that gives one score a label, and the maps that the scores were pooled from.

    Input is (batch, 1, side, side) float32 as `vision.preprocess` makes it. A network is made of
    an `early` part, whose maps are fine enough to say where something is, and a `late` one.
    """

    def __init__(self, channels: int, labels: int, *, dropout: float = 0.0) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(channels, labels)

    def early(self, x: Tensor) -> Tensor:
        """Maps on the way, (batch, channels, height, width): the last before the side is halved
        for the last time, or what a network has that comes nearest."""
        raise NotImplementedError

    def late(self, maps: Tensor) -> Tensor:
        """The last feature maps, of those of `early`."""
        return maps

    def maps(self, x: Tensor) -> Tensor:
        """The last feature maps, (batch, channels, height, width)."""
        return self.late(self.early(x))

    def features(self, x: Tensor) -> Tensor:
        """Means of the maps, (batch, channels) float32."""
        return self.maps(x).float().mean((2, 3))

    def scores(self, features: Tensor) -> Tensor:
        """Raw scores (logits) of features, (batch, labels) float32."""
        # Half precision would round scores to three digits, and make ties of them.
        with torch.autocast(features.device.type, enabled=False):
            return cast(Tensor, self.head(self.dropout(features)))

    def forward(self, x: Tensor) -> Tensor:
        """Raw scores (logits), (batch, labels) float32."""
        return self.scores(self.features(x))


class ImageModel(Protocol):
    """What a file in `vision/models/` exports as `MODEL`."""

    name: str

    def build(self, labels: int, *, side: int, pretrained: bool, **settings: Any) -> Network:
        """A new network for films of `side` pixels. With `pretrained` it starts from weights
        learnt on other images. Raises InvalidField for settings that it does not have, and
        NotInstalled, InvalidField or SourceError where those weights cannot be had."""


def names() -> tuple[str, ...]:
    """Names of all networks, sorted; none is imported."""
    import vision.models as folder

    return tuple(sorted(module.name for module in pkgutil.iter_modules(folder.__path__)))


def load_model(name: str) -> ImageModel:
    """The network called `name`. Raises InvalidField naming those that there are."""
    if name not in names():
        raise InvalidField("model", f"{name!r} is not known.", mend=f"Known: {', '.join(names())}.")
    return cast(ImageModel, importlib.import_module(f"vision.models.{name}").MODEL)


def load_network(shipped: Shipped) -> Network:
    """The network of a model card with its weights, ready to read films. Raises SourceError where
    the weights are not those of the card."""
    built = shipped.card.architecture
    network = load_model(built.model).build(
        len(built.labels), side=built.side, pretrained=False, **built.settings
    )
    load_weights(network, shipped.weights)
    return network.eval()


def ready(network: M) -> M:
    """A network for reading only: batch norms are folded into the convolutions before them,
    which changes scores by rounding alone, and weights are laid out as convolutions run fastest."""
    network.eval().requires_grad_(False)
    for part in network.modules():
        if isinstance(part, nn.Sequential):
            for i in range(len(part) - 1):
                layer, norm = part[i], part[i + 1]
                if isinstance(layer, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                    part[i], part[i + 1] = fuse_conv_bn_eval(layer, norm), nn.Identity()
    return network.to(memory_format=torch.channels_last)


def load_weights(network: nn.Module, path: Path) -> None:
    """Load a safetensors file into a network. Raises SourceError where it does not fit."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        network.load_state_dict(load_file(path))
    except (OSError, SafetensorError) as error:
        raise SourceError(str(path), f"cannot be read as safetensors: {error}.") from None
    except RuntimeError as error:
        raise SourceError(
            str(path), f"is not of this network: {str(error).splitlines()[-1].strip()}"
        ) from None


def save_weights(network: nn.Module, path: Path) -> None:
    """Write the weights as safetensors; `path` holds all of them or is not there."""
    from safetensors.torch import save

    temporary = path.with_name(f".{path.name}.part")
    state = {name: value.contiguous().cpu() for name, value in network.state_dict().items()}
    temporary.write_bytes(save(state))
    temporary.replace(path)


def no_other_settings(model: str, settings: dict[str, Any]) -> None:
    """Raises InvalidField naming the first of the settings that a network does not have."""
    for name in settings:
        raise InvalidField("settings", f"the network {model!r} has no {name!r}.")
