"""Heatmaps and boxes: the shares of places in a score, and the strongest part in pixels."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.vision.films import chest_like
from tests.vision.made_model import SIDE, made_model
from vision.localise import box, heatmap, of_early, of_scores
from vision.network import Network, load_network
from vision.preprocess import batch


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return load_network(made_model(tmp_path_factory.mktemp("model")))


@pytest.fixture
def prepared() -> torch.Tensor:
    return batch(torch.from_numpy(chest_like()[None].copy()), SIDE)[0]


def test_a_place_is_worth_its_maps_times_their_slope(
    network: Network, prepared: torch.Tensor
) -> None:
    """By hand for the film as it is, on the maps before the last halving."""
    maps = network.early(prepared[None]).detach().requires_grad_()
    score = network.scores(network.late(maps).mean((2, 3)))[0, 2]
    (slope,) = torch.autograd.grad(score, maps)
    expected = (slope.clamp(min=0) * maps.detach()).sum(1)[0].clamp(min=0)

    heat = heatmap(network, prepared, 2)

    assert heat.shape == (SIDE // 16, SIDE // 16)
    assert heat == pytest.approx((expected / expected.max()).numpy(), abs=1e-5)


def test_the_graph_of_the_scores_gives_the_same_map(
    network: Network, prepared: torch.Tensor
) -> None:
    early = network.early(prepared[None])[0].detach().requires_grad_()
    (scores,) = network.scores(network.late(early[None]).float().mean((2, 3)))
    for kept, again in zip(
        of_scores(scores, early, [0, 2]), of_early(network, early, [0, 2]), strict=True
    ):
        assert kept == pytest.approx(again, abs=1e-6)


def test_nothing_for_the_label_is_no_heat(network: Network, prepared: torch.Tensor) -> None:
    with torch.no_grad():
        kept = network.head.weight[0].clone()
        network.head.weight[0] = 0.0
    heat = heatmap(network, prepared, 0)
    with torch.no_grad():
        network.head.weight[0] = kept
    assert not heat.any()
    assert box(heat, (100, 100)) is None


def test_the_box_is_around_the_strongest_part_alone() -> None:
    heat = np.zeros((4, 5), np.float32)
    heat[0, 0] = 0.9
    heat[2:, 3] = 1.0, 0.6
    heat[2, 4] = 0.4
    assert box(heat, (500, 800)) == (300.0, 400.0, 100.0, 400.0)


def test_the_box_of_even_heat_is_the_film() -> None:
    assert box(np.ones((3, 3), np.float32), (70, 40)) == pytest.approx((0, 0, 70, 40))
