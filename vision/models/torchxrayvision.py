"""The DenseNet-121 of TorchXRayVision with weights that a user has (Cohen et al., MIDL 2022).

To compare with and to start from: its outputs have no model card, so they never become findings.
The labels of its head that ChestX-ray14 has are taken, in the order of its columns.
"""

from __future__ import annotations

import pickle
import warnings
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from domain.errors import InvalidField, NotInstalled, SourceError
from vision.backbone import Backbone, from_torchvision
from vision.data.table import LABELS
from vision.network import no_other_settings
from vision.preprocess import MEAN, SPREAD

#: Films are from -RANGE (black) to RANGE (white) there.
_RANGE = 1024.0
_SIDE = 224


class _DenseNet(Backbone):
    """DenseNet-121 of one channel that takes films on our scale."""

    def __init__(self, labels: int, *, dropout: float) -> None:
        layers = from_torchvision("densenet121", pretrained=False).get_submodule("features")
        super().__init__(layers, 1024, labels, dropout=dropout)

    def maps(self, x: Tensor) -> Tensor:
        """The last feature maps, (batch, 1024, 7, 7)."""
        brightness = x * SPREAD + MEAN
        return torch.relu(super().maps((brightness * 2.0 - 1.0) * _RANGE))


class _Model:
    name = "torchxrayvision"

    def build(self, labels: int, *, side: int, pretrained: bool, **settings: Any) -> _DenseNet:
        """Settings: `weights`, a file of the network's state_dict, which `pretrained` needs, and
        `dropout` (a share). Where there are 14 labels they are those of ChestX-ray14, scored from
        the start; else the head is new."""
        weights, dropout = settings.pop("weights", None), settings.pop("dropout", 0.0)
        no_other_settings(self.name, settings)
        if side != _SIDE:
            raise InvalidField("side", f"{side} is not {_SIDE}, which this network was made for.")
        network = _DenseNet(labels, dropout=dropout)
        if pretrained:
            if weights is None:
                raise InvalidField(
                    "settings",
                    "this network needs `weights`, a file.",
                    mend="Give `--setting weights=FILE`, or start from random ones (`--scratch`).",
                )
            _take(network, Path(weights), _pathologies())
        return network


def _pathologies() -> list[str]:
    """What each score of the head is of."""
    try:
        # Importing it switches all warnings off for good.
        with warnings.catch_warnings():
            from torchxrayvision.datasets import default_pathologies
    except ImportError:
        raise NotInstalled("torchxrayvision", "torchxrayvision") from None
    return list(default_pathologies)


def _take(network: _DenseNet, path: Path, pathologies: list[str]) -> None:
    state = _read(path)
    layers = {k.removeprefix("features."): v for k, v in state.items() if k.startswith("features.")}
    try:
        network.layers.load_state_dict(layers)
        rows = [pathologies.index(label) for label in LABELS]
        if network.head.out_features == len(LABELS):
            network.head.load_state_dict(
                {name: state[f"classifier.{name}"][rows] for name in ("weight", "bias")}
            )
    except (RuntimeError, KeyError, IndexError, ValueError):
        raise SourceError(
            str(path), f"is no DenseNet-121 of TorchXRayVision with {len(pathologies)} labels."
        ) from None


def _read(path: Path) -> dict[str, Tensor]:
    """Tensors by name; nothing that a pickle could run is."""
    try:
        state: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise SourceError(str(path), f"cannot be read: {error.strerror}.") from None
    except (pickle.UnpicklingError, RuntimeError, EOFError):
        raise SourceError(
            str(path),
            "holds more than tensors, and is not opened.",
            mend="Write them alone, where you trust the file: "
            "`torch.save(torchxrayvision.models.DenseNet(weights=NAME).state_dict(), FILE)`.",
        ) from None
    if not isinstance(state, dict):
        raise SourceError(str(path), "is no state_dict.")
    return state


MODEL = _Model()
