"""A film with the heatmap of one finding laid over it, and its box, as one PNG."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from api.render.film_png import film_png, overlay_png

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from domain.evidence import Box
    from vision.film import Film

#: Colour of the box, and its line as a share of the picture's longer side.
_FRAME, _LINE = (255, 225, 120), 1 / 300


def film_picture(film: Film, heat: NDArray[np.float32], box: Box | None) -> bytes:
    """The film, reduced to at most 1024 pixels a side, warmer where a score comes from. `box` is
    in pixels of the film. Needs Pillow, which the extra `vision` brings."""
    from PIL import Image, ImageDraw

    picture = Image.open(io.BytesIO(film_png(film))).convert("RGBA")
    longest = max(picture.size)
    picture.alpha_composite(
        Image.open(io.BytesIO(overlay_png(heat, film.size, longest=longest))).resize(picture.size)
    )
    if box is not None:
        scale = longest / max(film.size)
        x, y, width, height = (value * scale for value in box)
        right, bottom = min(x + width, picture.width) - 1, min(y + height, picture.height) - 1
        line = max(1, round(longest * _LINE))
        ImageDraw.Draw(picture).rectangle(((x, y), (right, bottom)), outline=_FRAME, width=line)
    buffer = io.BytesIO()
    picture.convert("RGB").save(buffer, "PNG")
    return buffer.getvalue()
