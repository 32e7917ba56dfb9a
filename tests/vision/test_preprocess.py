"""Films on their way to a network, and changed on it for training."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from vision.film import Film
from vision.preprocess import MEAN, SPREAD, batch, prepare
from vision.reduce import STORED, reduced, reduced_bytes
from vision.training.augment import Augmentation, augmented

STILL = Augmentation(
    rotate=0, scale=0, aspect=0, shift=0, gamma=0, contrast=0, brightness=0, soften=0, mirror=0
)


def film(pixels: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> Film:
    return Film(name="film.png", pixels=pixels, sha256="0" * 64, format="PNG")


def test_a_large_film_is_reduced_by_area() -> None:
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (4 * STORED, 2 * STORED)).astype(np.uint8)
    found = reduced((pixels / 255).astype(np.float32))
    blocks = pixels.reshape(STORED, 4, STORED, 2).mean((1, 3))
    # What is left is JPEG's: the stored films went through it.
    assert np.abs(found - blocks).mean() < 3
    assert np.corrcoef(found.ravel(), blocks.ravel())[0, 1] > 0.99


def test_a_film_of_128_pixels_is_left_as_it_is() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (STORED, STORED)).astype(np.uint8)
    assert (reduced_bytes(pixels) == pixels).all()
    assert (reduced((pixels / 255).astype(np.float32)) == pixels).all()


@pytest.mark.parametrize("shape", [(64, 64), (200, 300), (128, 90), (1, 1)])
def test_an_even_film_stays_even(shape: tuple[int, int]) -> None:
    x = prepare(reduced(np.full(shape, 0.6, np.float32)), 96)
    assert x.shape == (1, 96, 96)
    assert x.dtype == torch.float32
    torch.testing.assert_close(x, torch.full_like(x, (0.6 - MEAN) / SPREAD), atol=1e-5, rtol=0)


def test_a_film_alone_is_as_in_a_batch() -> None:
    pixels = np.random.default_rng(1).random((300, 260)).astype(np.float32)
    alone = prepare(reduced(pixels), 160)
    together = batch(torch.from_numpy(np.stack([reduced(pixels)] * 3)), 160)
    assert torch.equal(together, alone.expand(3, 1, 160, 160))


def test_augmentation_of_no_strength_changes_nothing() -> None:
    films = torch.randint(0, 256, (3, 64, 64), dtype=torch.uint8)
    torch.testing.assert_close(augmented(films, 64, STILL), batch(films, 64), atol=2e-3, rtol=0)
    torch.testing.assert_close(
        augmented(films, 96, STILL)[:, :, 1:-1, 1:-1],
        batch(films, 96)[:, :, 1:-1, 1:-1],
        atol=2e-3,
        rtol=0,
    )


def test_each_film_of_a_batch_is_changed_by_its_own_draw() -> None:
    films = torch.randint(0, 256, (1, 64, 64), dtype=torch.uint8).expand(4, -1, -1)
    torch.manual_seed(7)
    first = augmented(films, 64, Augmentation(soften=1.0))
    torch.manual_seed(7)
    second = augmented(films, 64, Augmentation(soften=1.0))
    assert torch.equal(first, second)
    assert len({tuple(x.flatten().tolist()) for x in first}) == 4


def test_softening_takes_detail_away() -> None:
    films = torch.randint(0, 256, (8, 64, 64), dtype=torch.uint8)
    torch.manual_seed(0)
    soft = augmented(films, 64, Augmentation(**(dict.fromkeys(STILL.__slots__, 0) | {"soften": 1})))
    assert soft.std() < 0.9 * batch(films, 64).std()
