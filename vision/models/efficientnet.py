"""EfficientNet-B0 to B4 (Tan and Le, ICML 2019)."""

from __future__ import annotations

from typing import Any

from domain.errors import InvalidField
from vision.backbone import Backbone, from_torchvision
from vision.network import no_other_settings

#: Channels of the last maps of each variant.
_CHANNELS = {0: 1280, 1: 1280, 2: 1408, 3: 1536, 4: 1792}


class _Model:
    name = "efficientnet"

    def build(self, labels: int, *, side: int, pretrained: bool, **settings: Any) -> Backbone:  # noqa: ARG002
        """Settings: `variant` (0 to 4) and `dropout` (a share)."""
        variant, dropout = settings.pop("variant", 0), settings.pop("dropout", 0.2)
        no_other_settings(self.name, settings)
        if variant not in _CHANNELS:
            raise InvalidField("variant", f"{variant!r} is not from 0 to 4.")
        whole = from_torchvision(f"efficientnet_b{variant}", pretrained=pretrained)
        return Backbone(
            whole.get_submodule("features"), _CHANNELS[variant], labels, dropout=dropout
        )


MODEL = _Model()
