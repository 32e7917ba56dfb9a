"""Stored values of a DICOM image, by pydicom's decoders, once its stream has been checked."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.errors import ImageRefused
from vision.decoding.codestream import damaged, j2k_frame, jpeg_frame, truncated
from vision.decoding.dicom_elements import BIG_ENDIAN, EXPLICIT, IMPLICIT, Elements, PixelElement
from vision.decoding.gdcm_apart import decode_apart
from vision.decoding.quiet import FAULTS
from vision.film import Reason

_RLE, _J2K = "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.9"
_JPEG = tuple("1.2.840.10008.1.2.4." + end for end in ("50", "51", "57", "70", "80", "81"))
#: pydicom's decoders, the strictest first, of which one is asked: a second would read what the
#: first found damaged. GDCM takes a damaged stream for a whole one.
_DECODERS = ("pillow", "pyjpegls", "pydicom", "pylibjpeg", "gdcm")
#: Most bytes that runs of RLE may become; two bytes of a run stand for 128 at most.
_MAX_RUNS = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """How stored values are laid out: `allocated` bits a value, of which `stored` are used, the
    highest being number `high`."""

    rows: int
    columns: int
    samples: int
    photometric: str
    allocated: int
    stored: int
    high: int
    signed: bool
    planar: int


def syntax_of(elements: Elements) -> str:
    """The transfer syntax, which files without meta information leave to be seen. Raises
    ImageRefused where the file contradicts itself."""
    if elements.syntax:
        return elements.syntax
    if elements.pixels is not None and elements.pixels.encapsulated:
        raise ImageRefused(
            Reason.CANNOT_DECODE,
            "The pixels of the DICOM file are compressed, and it does not say how "
            "(TransferSyntaxUID is missing).",
            mend="Export the image again, with its file meta information.",
        )
    if elements.implicit:
        return IMPLICIT
    return EXPLICIT if elements.little_endian else BIG_ENDIAN


def stored_pixels(pixels: PixelElement, syntax: str, coding: Coding) -> NDArray[Any]:
    """Stored values, (rows, columns) or (rows, columns, 3) as RGB. Raises ImageRefused."""
    from pydicom.encaps import encapsulate
    from pydicom.pixels.decoders.base import get_decoder
    from pydicom.uid import UID

    try:
        decoder = get_decoder(UID(syntax))
    except FAULTS:
        raise _no_decoder(syntax, ()) from None
    if not decoder.is_available:
        raise _no_decoder(syntax, decoder.missing_dependencies)
    if pixels.encapsulated != UID(syntax).is_encapsulated:
        raise damaged("DICOM file")
    value = pixels.value
    if pixels.encapsulated:
        _check_stream(value, syntax, coding)
        value = encapsulate([value], has_bot=False)
    elif len(value) < _native_bytes(coding):
        raise truncated("DICOM file")
    options: dict[str, Any] = {
        "rows": coding.rows,
        "columns": coding.columns,
        "number_of_frames": 1,
        "samples_per_pixel": coding.samples,
        "photometric_interpretation": coding.photometric,
        "planar_configuration": coding.planar,
        "bits_allocated": coding.allocated,
        "bits_stored": coding.stored,
        "pixel_representation": int(coding.signed),
        "pixel_keyword": "PixelData",
        "pixel_vr": pixels.vr,
        # Where the highest bit is not the last, pydicom would cut the wrong ones.
        "correct_unused_bits": False,
    }
    plugin = next((p for p in _DECODERS if p in decoder.available_plugins), "")
    with suppress(*FAULTS):
        if plugin == "gdcm":
            found = decode_apart(value, syntax, options)
        else:
            found, _ = decoder.as_array(value, decoding_plugin=plugin, **options)
        if found.shape[:2] == (coding.rows, coding.columns):
            return _used_bits(found, coding, raw=not pixels.encapsulated or syntax == _RLE)
    raise _not_decoded(syntax, decoder.missing_dependencies)


def _native_bytes(coding: Coding) -> int:
    samples = 2 if coding.photometric == "YBR_FULL_422" else coding.samples
    return coding.rows * coding.columns * samples * coding.allocated // 8


def _check_stream(value: bytes, syntax: str, coding: Coding) -> None:
    """Raises ImageRefused where a compressed image is not all there, or is not as large as the
    header says: a small header before a huge stream would exhaust the memory."""
    if syntax == _RLE:
        if len(value) < 64 or not 1 <= int.from_bytes(value[:4], "little") <= 15:
            raise damaged("RLE stream in the DICOM file")
        least = coding.rows * coding.columns * coding.samples * coding.allocated // 8 // 64
        if len(value) < 64 + least:
            raise truncated("RLE stream in the DICOM file")
        if len(value) * 64 > _MAX_RUNS and len(value) > 2 * _native_bytes(coding):
            raise damaged("RLE stream in the DICOM file")
        return
    if syntax in _JPEG:
        frame = jpeg_frame(value)
    elif syntax.startswith(_J2K):
        frame = j2k_frame(value)
    else:
        return
    if (frame.width, frame.height) != (coding.columns, coding.rows):
        raise ImageRefused(
            Reason.CANNOT_DECODE,
            f"The DICOM header says {coding.columns} x {coding.rows} pixels, the compressed image "
            f"in it {frame.width} x {frame.height}.",
            mend="Export the image again.",
        )


def _used_bits(found: NDArray[Any], coding: Coding, *, raw: bool) -> NDArray[Any]:
    """Values of the bits that are used, with their sign. Beyond them a `raw` value may hold an
    overlay; a decoder gives the values alone."""
    if coding.samples > 1:
        return found
    values = found
    if raw:
        kind = np.dtype(f"{found.dtype.byteorder}u{found.dtype.itemsize}")
        unsigned = found.view(kind).astype(np.int64)
        values = (unsigned >> (coding.high + 1 - coding.stored)) & (2**coding.stored - 1)
    if coding.signed:
        values = values.astype(np.int64) & (2**coding.stored - 1)
        values -= (values >> (coding.stored - 1)) << coding.stored
    return values


def _name(syntax: str) -> str:
    from pydicom.uid import UID

    # Of an identifier that is not registered, pydicom gives the identifier as its name.
    name = UID(syntax).name
    return f"'{name}'" if name != syntax else "one that is not registered"


def _no_decoder(syntax: str, missing: Any) -> ImageRefused:
    return ImageRefused(
        Reason.CANNOT_DECODE,
        f"The pixels of the DICOM file are in a transfer syntax that cannot be decoded here: "
        f"{_name(syntax)}.",
        mend=_packages(missing),
    )


def _not_decoded(syntax: str, missing: Any) -> ImageRefused:
    return ImageRefused(
        Reason.CANNOT_DECODE,
        f"The pixels of the DICOM file could not be decoded from transfer syntax {_name(syntax)}.",
        mend=_packages(missing),
    )


def _packages(missing: Any) -> str:
    """What would do: pydicom says it as `plugin - requires a>=1 and b>=2`."""
    wanted = [str(m).partition(" - requires ")[2] for m in missing]
    uncompressed = "convert the file to an uncompressed transfer syntax (gdcmconv --raw)"
    if not any(wanted):
        return uncompressed.capitalize() + "."
    return f"Install {' or '.join(w for w in wanted if w)}, or {uncompressed}."
