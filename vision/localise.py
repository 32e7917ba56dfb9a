"""Where on a film a label's score comes from: a heatmap, and a box around its strongest part.

LayerCAM (Jiang et al., "LayerCAM: Exploring Hierarchical Class Activation Maps for Localization",
IEEE Transactions on Image Processing 2021): each place's maps, weighed by how much more of them
would raise the score, on the maps before the last halving, which are fine enough to point with.
How far that can be trusted is measured against radiologists' boxes and stands in the model card.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from domain.evidence import Box

if TYPE_CHECKING:
    from vision.network import Network

#: Share of the strongest place's value from which a place belongs to the box.
LEVEL = 0.5


def heatmap(network: Network, prepared: torch.Tensor, label: int) -> NDArray[np.float32]:
    """How much each place speaks for a label, (h, w) over the whole film, 0 to 1.

    `prepared` is (1, side, side), `label` the number of the output. All is 0 where nothing speaks
    for the label.
    """
    with torch.no_grad():
        early = network.early(prepared[None])[0]
    return of_early(network, early, [label])[0]


def of_early(
    network: Network, early: torch.Tensor, labels: Sequence[int]
) -> list[NDArray[np.float32]]:
    """As `heatmap`, of early maps (C, h, w) that are there already, for each of some labels:
    what lies behind the maps is run once for all."""
    # A copy: maps from `inference_mode` cannot be differentiated through.
    early = early.float().clone().requires_grad_()
    with torch.enable_grad():
        (scores,) = network.scores(network.late(early[None]).float().mean((2, 3)))
    return of_scores(scores, early, labels)


def of_scores(
    scores: torch.Tensor, early: torch.Tensor, labels: Sequence[int]
) -> list[NDArray[np.float32]]:
    """The same of scores (labels,) that were made of early maps (C, h, w) with their graph kept."""
    slopes = [torch.autograd.grad(scores[label], early, retain_graph=True)[0] for label in labels]
    return [_heat(slope, early.detach()) for slope in slopes]


def _heat(slope: torch.Tensor, early: torch.Tensor) -> NDArray[np.float32]:
    heat = (slope.clamp(min=0) * early).sum(0).clamp(min=0)
    found: NDArray[np.float32] = heat.cpu().numpy()
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
