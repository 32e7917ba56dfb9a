"""ConvNeXt (Liu et al., CVPR 2022), tiny and small."""

from __future__ import annotations

from typing import Any

from torch import nn

from domain.errors import InvalidField
from vision.backbone import Backbone, from_torchvision
from vision.network import no_other_settings

_VARIANTS = ("tiny", "small")


class _Model:
    name = "convnext"

    def build(self, labels: int, *, side: int, pretrained: bool, **settings: Any) -> Backbone:  # noqa: ARG002
        """Settings: `variant` ("tiny" or "small") and `dropout` (a share)."""
        variant, dropout = settings.pop("variant", "tiny"), settings.pop("dropout", 0.0)
        no_other_settings(self.name, settings)
        if variant not in _VARIANTS:
            raise InvalidField("variant", f"{variant!r} is neither tiny nor small.")
        whole = from_torchvision(f"convnext_{variant}", pretrained=pretrained)
        # The last norm stands before the pooling, not behind it, so that scores stay linear in
        # the mean of the maps.
        layers = nn.Sequential(whole.get_submodule("features"), whole.get_submodule("classifier.0"))
        return Backbone(layers, 768, labels, dropout=dropout)


MODEL = _Model()
