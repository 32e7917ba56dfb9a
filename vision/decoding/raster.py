"""PNG and JPEG, by Pillow, once their structure has been checked."""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING

import numpy as np

from domain.errors import ImageRefused
from vision.decoding.codestream import damaged, jpeg_frame, truncated
from vision.decoding.limits import check_size, grey_of, scaled
from vision.decoding.quiet import FAULTS, quiet
from vision.film import Pixels, Reason

if TYPE_CHECKING:
    from PIL.Image import Image

#: Chunks that say what the pixels are; text, profiles and times are left out, and with them
#: whatever they would inflate to.
_KEPT = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"eXIf")
_ORIENTATION = 0x0112


def read_png(data: bytes) -> tuple[Pixels, tuple[str, ...]]:
    """Brightness and remarks of a PNG. Raises ImageRefused."""
    kept = [data[:8]]
    position, kind, pixels = 8, b"", 0
    while kind != b"IEND":
        length = int.from_bytes(data[position : position + 4], "big")
        kind, end = data[position + 4 : position + 8], position + 12 + length
        if end > len(data):
            raise truncated("PNG")
        chunk, position = data[position:end], end
        if pixels == 0 and (kind != b"IHDR" or length != 13):
            raise damaged("PNG")
        if kind == b"acTL" and int.from_bytes(chunk[8:12], "big") > 1:
            raise ImageRefused(
                Reason.SEVERAL_FRAMES, "The PNG is an animation; a film is one image."
            )
        if kind not in _KEPT:
            continue
        if zlib.crc32(chunk[4:-4]) != int.from_bytes(chunk[-4:], "big"):
            raise damaged("PNG")
        if kind == b"IHDR":
            width, height = (int.from_bytes(chunk[i : i + 4], "big") for i in (8, 12))
            check_size(width, height)
            pixels = width * height
        kept.append(chunk)
    return _read(b"".join(kept), "PNG")


def read_jpeg(data: bytes) -> tuple[Pixels, tuple[str, ...]]:
    """Brightness and remarks of a JPEG. Raises ImageRefused."""
    frame = jpeg_frame(data)
    if frame.bits != 8 or frame.coding not in ("baseline", "extended", "progressive"):
        raise ImageRefused(
            Reason.CANNOT_DECODE,
            f"The JPEG is {frame.coding} with {frame.bits} bits; 8 bits, baseline or progressive, "
            "are read.",
            mend="Send the DICOM file, or a PNG of it.",
        )
    if frame.height == 0:
        raise damaged("JPEG")
    check_size(frame.width, frame.height)
    return _read(data, "JPEG")


def _read(data: bytes, form: str) -> tuple[Pixels, tuple[str, ...]]:
    from PIL import Image

    # Pillow warns of its own limit, which is lower than ours.
    with quiet():
        try:
            image = Image.open(io.BytesIO(data), formats=(form,))
            image.load()
            orientation = _orientation(image)
            pixels, remarks = _grey(image)
        except FAULTS as error:
            if isinstance(error, OSError) and "truncated" in str(error):
                raise truncated(form) from None
            raise damaged(form) from None
    if 2 <= orientation <= 8:
        pixels = _turned(pixels, orientation)
        remarks += ("turned as its EXIF orientation says",)
    return pixels, remarks


def _grey(image: Image) -> tuple[Pixels, tuple[str, ...]]:
    from PIL import Image as Images

    if image.mode in ("1", "L") or image.mode.startswith("I"):
        return scaled(np.asarray(image)), ()
    remarks: tuple[str, ...] = ()
    if image.mode in ("LA", "PA", "RGBA") or (
        image.mode in ("P", "RGB") and "transparency" in image.info
    ):
        image = image.convert("RGBA")
        lowest, _ = image.getchannel("A").getextrema()
        if isinstance(lowest, int | float) and lowest < 255:
            black = Images.new("RGBA", image.size, (0, 0, 0, 255))
            image = Images.alpha_composite(black, image)
            remarks = ("transparent parts made black",)
    return grey_of(np.asarray(image.convert("RGB"))), remarks


def _orientation(image: Image) -> int:
    """EXIF orientation; 1 where there is none, or none that can be read."""
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except FAULTS:
        return 1
    return value if isinstance(value, int) else 1


def _turned(pixels: Pixels, orientation: int) -> Pixels:
    """Pixels as orientation 2 to 8 (EXIF 2.3, 4.6.4 A) shows them."""
    if orientation >= 5:
        pixels = pixels.T
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)
