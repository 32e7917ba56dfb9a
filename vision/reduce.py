"""Every film at the size that training films have."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

if TYPE_CHECKING:
    from vision.film import Pixels

#: Pixels of the side that every film is reduced to first: what most training films have. A film
#: with more detail than the network ever saw would be another kind of image to it.
STORED = 128
#: JPEG quality of those films.
STORED_QUALITY = 95

Bytes = NDArray[np.uint8]


def reduced(pixels: Pixels) -> Bytes:
    """A film of brightness 0 to 1 as (128, 128) bytes: by area where it is larger, as the
    128 px films of ChestX-ray14 were made of the originals, bicubic where it is smaller. The
    sides are scaled independently, as they are in that collection."""
    return reduced_bytes((np.clip(pixels, 0.0, 1.0) * 255.0).round().astype(np.uint8))


def reduced_bytes(pixels: Bytes) -> Bytes:
    """The same for brightness in bytes, (height, width)."""
    if pixels.shape == (STORED, STORED):
        return pixels
    larger = max(pixels.shape) > STORED
    image = Image.fromarray(pixels).resize(
        (STORED, STORED), Image.Resampling.BOX if larger else Image.Resampling.BICUBIC
    )
    # The stored films went through JPEG. Without it a collection kept at another size could be
    # told by its grain, and by that what is common in it.
    through = io.BytesIO()
    image.save(through, "JPEG", quality=STORED_QUALITY)
    return np.asarray(Image.open(through))
