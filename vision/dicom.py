"""DICOM: pixels by pydicom and its decoders, once the file has been checked."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.errors import ImageRefused
from vision.codestream import Frame, damaged, j2k_frame, jpeg_frame, truncated
from vision.dicom_elements import BIG_ENDIAN, EXPLICIT, IMPLICIT, PixelElement, read_elements
from vision.dicom_render import Sample, render
from vision.dicom_scope import check_scope
from vision.dicom_tags import Tags, tag_numbers
from vision.film import Pixels, Reason
from vision.limits import check_size, grey_of
from vision.quiet import FAULTS, quiet

_JPEG, _RLE = "1.2.840.10008.1.2.4.", "1.2.840.10008.1.2.5"
#: Ends of the transfer syntaxes by what their streams are: JPEG and JPEG-LS, JPEG 2000.
_JPEG_STREAMS, _J2K_STREAMS = ("50", "51", "57", "70", "80", "81"), ("90", "91", "201", "202", "203")
#: pydicom's decoders, the strictest first: GDCM takes a damaged stream for a whole one.
_DECODERS = ("pillow", "pyjpegls", "pydicom", "pylibjpeg", "gdcm")
_MONOCHROME = ("MONOCHROME1", "MONOCHROME2")
_COLOURS = ("RGB", "PALETTE COLOR", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT")


def read_dicom(
    data: bytes, *, allow_burned_in: bool = False
) -> tuple[Pixels, tuple[str, ...], str]:
    """Brightness, remarks and view of a DICOM radiograph. Raises ImageRefused."""
    with quiet():
        elements = read_elements(data, tag_numbers())
        tags = Tags.of(elements)
        view, remarks = check_scope(tags, elements.media, allow_burned_in=allow_burned_in)
        pixels, how = _pixels(tags, elements.pixels, _syntax(elements.syntax, elements))
        return pixels, (*remarks, *how), view
