"""DenseNet-121 (Huang et al., CVPR 2017), the network of most published readers of films."""

from __future__ import annotations

from typing import Any

from torch import nn

from vision.backbone import Backbone, from_torchvision
from vision.network import no_other_settings


class _Model:
    name = "densenet121"

    def build(self, labels: int, *, side: int, pretrained: bool, **settings: Any) -> Backbone:  # noqa: ARG002
        """Setting: `dropout` (a share)."""
        dropout = settings.pop("dropout", 0.0)
        no_other_settings(self.name, settings)
        layers = from_torchvision("densenet121", pretrained=pretrained).get_submodule("features")
        # torchvision applies this in forward(), not in its stack of layers.
        return Backbone(nn.Sequential(layers, nn.ReLU()), 1024, labels, dropout=dropout)


MODEL = _Model()
