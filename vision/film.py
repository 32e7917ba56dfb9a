"""A decoded film, and the words for refusing one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

#: Brightness of a film, (height, width), 0 (air, black) to 1 (bone, white).
Pixels = NDArray[np.float32]


class Reason(StrEnum):
    """Why an image is not read. The first group is told from the file, the second from what is
    on it."""

    NOT_AN_IMAGE = "not-an-image"
    TRUNCATED = "truncated"
    TOO_LARGE = "too-large"
    TOO_SMALL = "too-small"
    SEVERAL_FRAMES = "several-frames"
    CANNOT_DECODE = "cannot-decode"
    WRONG_MODALITY = "wrong-modality"
    WRONG_BODY_PART = "wrong-body-part"
    LATERAL_VIEW = "lateral-view"
    CHILD = "child"
    BURNED_IN_ANNOTATION = "burned-in-annotation"

    COLOUR = "colour"
    NO_CONTRAST = "no-contrast"
    INVERTED = "inverted"
    ROTATED = "rotated"
    CROPPED = "cropped"
    NOT_A_FRONTAL_CHEST_FILM = "not-a-frontal-chest-film"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Film:
    """One image as a radiologist would see it.

    `pixels` are as large as the original, whatever its bit depth and photometric interpretation.
    `name` is the file's name without its folder; `sha256` is of the bytes of the file. `view` is
    "PA" or "AP", "" where the file does not say. `remarks` say what decoding had to do that a
    reader of the answer should know ("VOI LUT applied", "MONOCHROME1 inverted").
    """

    name: str
    pixels: Pixels
    sha256: str
    format: str
    view: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        height, width = self.pixels.shape
        return width, height
