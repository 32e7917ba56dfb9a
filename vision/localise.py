"""Where on a film a label's score comes from: a heatmap, and a box around its strongest part.

The network ends in the mean of its last feature maps and a linear head, so a score *is* a sum over
places: each place's share is the head's weights times the maps there (class activation map; Zhou
et al., "Learning Deep Features for Discriminative Localization", CVPR 2016). How far that can be
trusted is measured against radiologists' boxes and stands in the model card.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from domain.evidence import Box

if TYPE_CHECKING:
    import torch

    from vision.network import Network

#: Share of the strongest place's value from which a place belongs to the box.
LEVEL = 0.5


def heatmap(network: Network, prepared: torch.Tensor, label: int) -> NDArray[np.float32]:
    """Each place's share in one label's score, (h, w) over the whole film, 0 to 1.

    `prepared` is (1, side, side), `label` the number of the output. What speaks against the label
    is 0; where nothing speaks for it, all is.
    """
    return activation(network, network.maps(prepared[None])[0], label)


def activation(network: Network, maps: torch.Tensor, label: int) -> NDArray[np.float32]:
    """As `heatmap`, of last feature maps (C, h, w) that are there already."""
    weights = network.head.weight[label].detach().to(maps.device, maps.dtype)
    shares = (weights @ maps.detach().flatten(1)).reshape(maps.shape[1:])
    found: NDArray[np.float32] = np.maximum(shares.float().cpu().numpy(), 0.0)
    most = found.max()
    return found / most if most > 0.0 else found


def box(heat: NDArray[np.float32], size: tuple[int, int]) -> Box | None:
    """The connected part around the strongest place, as (x, y, width, height) in pixels of a film
    of `size` (width, height); None where the map is 0 everywhere."""
    from scipy.ndimage import label as parts

    if heat.max() <= 0.0:
        return None
    numbered, _ = parts(heat >= LEVEL * heat.max())
    strongest = np.unravel_index(int(heat.argmax()), heat.shape)
    rows, columns = np.nonzero(numbered == numbered[strongest])
    down, across = size[1] / heat.shape[0], size[0] / heat.shape[1]
    top, left = float(rows.min()) * down, float(columns.min()) * across
    bottom, right = float(rows.max() + 1) * down, float(columns.max() + 1) * across
    return left, top, right - left, bottom - top
