"""Pictures of a film for a screen: its decoded pixels, and a heatmap to lay over them.

Both are made anew from numbers, so that nothing that a file says beside its pixels can be in them.
"""

from __future__ import annotations

import io
from base64 import b64encode
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL.Image import Image

    from vision.film import Film

#: Longest sides in pixels, of a film on a page and of an overlay.
FILM_SIDE, OVERLAY_SIDE = 1024, 512
#: The overlay's colour, and how much of the film it hides where it is strongest.
_COLOUR, _OPAQUE = (255, 122, 0), 0.62


def film_png(film: Film, *, longest: int = FILM_SIDE) -> bytes:
    """The film's pixels as an 8-bit grey PNG, reduced to `longest` pixels; never enlarged."""
    from PIL.Image import Resampling, fromarray

    grey = fromarray(_bytes(film.pixels), "L")
    size = fitted(film.size, longest)
    return _saved(grey if size == film.size else grey.resize(size, Resampling.BOX))


def overlay_png(
    heat: NDArray[np.float32], size: tuple[int, int], *, longest: int = OVERLAY_SIDE
) -> bytes:
    """A heatmap (h, w), 0 to 1, as a PNG of one colour that is the more opaque the stronger it
    is. It covers a film of `size` (width, height) from edge to edge, in its proportions."""
    from PIL.Image import Resampling, fromarray, new

    width, height = fitted(size, longest, enlarge=True)
    opaque = fromarray(_bytes(heat * np.float32(_OPAQUE)), "L")
    made = new("RGB", (width, height), _COLOUR)
    made.putalpha(opaque.resize((width, height), Resampling.BILINEAR))
    return _saved(made)


def overlay(heat: NDArray[np.float32] | None, size: tuple[int, int] | None) -> str:
    """`overlay_png` as an address; "" without a heatmap, or where it is 0 everywhere."""
    if heat is None or size is None or not heat.any():
        return ""
    return data_uri(overlay_png(heat, size))


def data_uri(png: bytes) -> str:
    """A PNG as an address that holds it."""
    return "data:image/png;base64," + b64encode(png).decode("ascii")


def fitted(size: tuple[int, int], longest: int, *, enlarge: bool = False) -> tuple[int, int]:
    """Width and height in the same proportions with the longer side `longest`."""
    scale = longest / max(size)
    if scale >= 1 and not enlarge:
        return size
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _bytes(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    levels: NDArray[np.uint8] = np.round(values.clip(0, 1) * 255).astype(np.uint8)
    return levels


def _saved(image: Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=6)
    return buffer.getvalue()
