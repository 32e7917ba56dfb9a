"""DICOM: pixels by pydicom and its decoders, once the file has been checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from domain.errors import ImageRefused
from vision.decoding.codestream import damaged
from vision.decoding.dicom_elements import PixelElement, read_elements
from vision.decoding.dicom_pixels import Coding, stored_pixels, syntax_of
from vision.decoding.dicom_render import Sample, render
from vision.decoding.dicom_scope import check_scope
from vision.decoding.dicom_tags import Tags, tag_numbers
from vision.decoding.limits import check_size, grey_of
from vision.decoding.quiet import FAULTS, quiet
from vision.film import Pixels, Reason

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MONOCHROME = ("MONOCHROME1", "MONOCHROME2")
_COLOURS = ("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT")
_PALETTE = "PALETTE COLOR"


def read_dicom(
    data: bytes, *, allow_burned_in: bool = False
) -> tuple[Pixels, tuple[str, ...], str]:
    """Brightness, remarks and view of a DICOM radiograph. Raises ImageRefused."""
    with quiet():
        elements = read_elements(data, tag_numbers())
        tags = Tags.of(elements)
        view, remarks = check_scope(tags, elements.media, allow_burned_in=allow_burned_in)
        if elements.pixels is None:
            raise ImageRefused(
                Reason.NOT_AN_IMAGE,
                "The DICOM file holds no pixels, only what is said about them.",
                mend="Send the file with its PixelData.",
            )
        coding = _coding(tags, elements.pixels)
        stored = stored_pixels(elements.pixels, syntax_of(elements), coding)
        if coding.photometric in _MONOCHROME:
            sample = Sample(bits=coding.stored, signed=coding.signed)
            pixels, how = render(stored, tags, sample, little_endian=elements.little_endian)
            remarks += how
        else:
            pixels = grey_of(_eight_bits(stored, tags, coding))
        return pixels, remarks, view


def _coding(tags: Tags, pixels: PixelElement) -> Coding:
    """How the pixels are described. Raises ImageRefused where that is missing or beyond what is
    read."""
    if pixels.keyword != "PixelData":
        raise _undescribed(f"its pixels are numbers with a fraction ({pixels.keyword})")
    rows, columns = (_positive(tags, keyword) for keyword in ("Rows", "Columns"))
    check_size(columns, rows)
    photometric = tags.text("PhotometricInterpretation")
    if not photometric:
        raise _undescribed("PhotometricInterpretation is missing")
    if photometric not in (*_MONOCHROME, *_COLOURS, _PALETTE):
        raise _undescribed("its PhotometricInterpretation is none that is read here")
    samples = tags.whole("SamplesPerPixel") or 1
    if samples != (3 if photometric in _COLOURS else 1):
        raise _undescribed(f"SamplesPerPixel is {samples}, which {photometric} does not allow")
    allocated = _positive(tags, "BitsAllocated")
    stored = tags.whole("BitsStored") or allocated
    high = tags.whole("HighBit")
    high = stored - 1 if high is None else high
    if allocated not in (8, 16, 32) or not 1 <= stored <= high + 1 <= allocated:
        raise _undescribed(
            f"BitsAllocated {allocated}, BitsStored {stored} and HighBit {high} do not go together"
        )
    return Coding(
        rows=rows,
        columns=columns,
        samples=samples,
        photometric=photometric,
        allocated=allocated,
        stored=stored,
        high=high,
        signed=tags.whole("PixelRepresentation") == 1,
        planar=1 if tags.whole("PlanarConfiguration") == 1 else 0,
    )


def _positive(tags: Tags, keyword: str) -> int:
    value = tags.whole(keyword)
    if value is None or value < 1:
        raise _undescribed(f"{keyword} is missing or not a positive number")
    return value


def _undescribed(what: str) -> ImageRefused:
    return ImageRefused(
        Reason.CANNOT_DECODE,
        f"The pixels of the DICOM file cannot be read: {what}.",
        mend="Export the image again.",
    )


def _eight_bits(stored: NDArray[np.int64], tags: Tags, coding: Coding) -> NDArray[np.uint8]:
    """(rows, columns, 3) of 8 bits: the colours of a palette, or the channels."""
    bits = coding.stored
    if coding.photometric == _PALETTE:
        from pydicom.pixels.processing import apply_color_lut

        try:
            # The application may be asked of entries beyond a damaged table's end.
            stored = apply_color_lut(stored, tags.dataset)[..., :3]
        except FAULTS:
            raise damaged("palette of the DICOM file") from None
        bits = stored.dtype.itemsize * 8
    if bits > 8:
        stored = stored >> (bits - 8)
    return stored.clip(0, 255).astype(np.uint8)
