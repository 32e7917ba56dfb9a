"""What every image is held to, whatever its format: its size, its greyness, its contrast."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.errors import ImageRefused
from vision.film import Pixels, Reason

#: Largest file, in bytes.
MAX_BYTES = 64_000_000
#: Largest image, in pixels.
MAX_PIXELS = 100_000_000
#: Shortest side, in pixels: below it the films that the models were trained on say nothing.
MIN_SIDE = 64
#: Channels (of 255) further apart than this are coloured; grey JPEGs stay within 3.
_COLOURED = 24
#: Most coloured pixels of a grey image, as a share, and their channels' mean distance (of 255).
_COLOURED_SHARE, _COLOURED_MEAN = 0.001, 4.0
#: Distance from dark to bright that a film has at least, of 1: a 12-bit image that was written
#: to 16 bits without scaling has less.
_LEAST_CONTRAST = 1 / 16
#: A 16-bit image that stays below this holds fewer bits than it says.
_UNSCALED = 2**14


def check_bytes(count: int) -> None:
    """Raises ImageRefused where a file is empty or has more bytes than are read."""
    if count == 0:
        raise ImageRefused(Reason.NOT_AN_IMAGE, "The file is empty.")
    if count > MAX_BYTES:
        raise ImageRefused(
            Reason.TOO_LARGE,
            f"The file is larger than {MAX_BYTES // 1_000_000} MB, which is the most that is read.",
        )


def check_size(width: int, height: int) -> None:
    """Raises ImageRefused for an image with too many pixels, or a side with too few."""
    if width * height > MAX_PIXELS:
        raise ImageRefused(
            Reason.TOO_LARGE,
            f"The image says that it is {width} x {height} pixels; at most "
            f"{MAX_PIXELS // 1_000_000} megapixels are read.",
        )
    if min(width, height) < MIN_SIDE:
        raise ImageRefused(
            Reason.TOO_SMALL,
            f"The image is {width} x {height} pixels; a film has at least {MIN_SIDE} a side.",
            mend="Send the film as it was taken, not a thumbnail.",
        )


def grey_of(colours: NDArray[np.uint8]) -> Pixels:
    """Brightness, 0 to 1, of (height, width, 3) pixels that are grey but for the noise of
    compression. Raises ImageRefused for a colour image."""
    # Channel by channel: an axis of three is slow to reduce over, and costs memory.
    red, green, blue = (colours[..., i] for i in range(3))
    spread = np.maximum(np.maximum(red, green), blue)
    spread -= np.minimum(np.minimum(red, green), blue)
    if (spread > _COLOURED).mean() > _COLOURED_SHARE or spread.mean() > _COLOURED_MEAN:
        raise ImageRefused(
            Reason.COLOUR,
            "This is a colour image; a film is grey.",
            mend="Export the film itself, in grey and without coloured marks.",
        )
    grey = red.astype(np.float32)
    grey += green
    grey += blue
    grey /= 3 * 255
    return grey


def scaled(stored: NDArray[Any]) -> Pixels:
    """Brightness, 0 to 1, of 8- or 16-bit grey pixels. Raises ImageRefused for a 16-bit image
    that holds fewer bits than it says, and would be all but black."""
    if stored.dtype == np.bool_:
        return stored.astype(np.float32)
    if stored.dtype == np.uint8:
        return stored.astype(np.float32) / np.float32(255)
    highest = int(stored.max())
    if highest < _UNSCALED:
        raise ImageRefused(
            Reason.NO_CONTRAST,
            f"The image has 16 bits a pixel, but no value above {highest} of 65535: it is all but "
            "black.",
            mend="Scale its values to the whole range of 16 bits, or send the DICOM file.",
        )
    return stored.astype(np.float32) / np.float32(65535)


def check_contrast(pixels: Pixels) -> None:
    """Raises ImageRefused for an image that is of one grey, or nearly."""
    step = max(1, round((pixels.size / 62_500) ** 0.5))
    dark, bright = np.percentile(pixels[::step, ::step], (0.5, 99.5))
    if bright - dark < _LEAST_CONTRAST:
        raise ImageRefused(
            Reason.NO_CONTRAST,
            f"The image is all but of one grey: {100 * (bright - dark):.1f} % of the range from "
            "black to white is used.",
        )
