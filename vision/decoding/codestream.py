"""What a JPEG, JPEG-LS or JPEG 2000 stream says of itself, before anything decodes it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.errors import ImageRefused
from vision.film import Reason

#: Most passes of a progressive JPEG; each costs as much as decoding the whole image.
_MAX_SCANS = 100
#: Start of frame, by what it says of the coding; the rest share no marker with them.
_FRAMES = {
    0xC0: "baseline",
    0xC1: "extended",
    0xC2: "progressive",
    0xC3: "lossless",
    0xC5: "hierarchical",
    0xC6: "hierarchical",
    0xC7: "hierarchical",
    0xC9: "arithmetic",
    0xCA: "arithmetic",
    0xCB: "arithmetic",
    0xCD: "hierarchical",
    0xCE: "hierarchical",
    0xCF: "hierarchical",
    0xF7: "JPEG-LS",
}
#: The next marker after entropy-coded data: not a stuffed byte, not a restart, not filling.
_MARKER = re.compile(rb"\xff[\x80-\xcf\xd8-\xfe]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The frame of a stream: its size in pixels, channels, bits a sample, and coding."""

    width: int
    height: int
    channels: int
    bits: int
    coding: str


def jpeg_frame(data: bytes) -> Frame:
    """The frame of a JPEG or JPEG-LS stream that is there to its end. Raises ImageRefused."""
    frame: Frame | None = None
    position, scans = 2, 0
    while position + 2 <= len(data):
        if data[position] != 0xFF:
            raise damaged("JPEG")
        marker = data[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        if marker == 0xD9:
            if frame is None:
                raise damaged("JPEG")
            return frame
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:
            position += 2
            continue
        body = position + 4
        length = int.from_bytes(data[position + 2 : body], "big")
        position += 2 + length
        if position > len(data):
            break
        if marker in _FRAMES:
            if frame is not None or length < 9:
                raise damaged("JPEG")
            frame = Frame(
                bits=data[body],
                height=int.from_bytes(data[body + 1 : body + 3], "big"),
                width=int.from_bytes(data[body + 3 : body + 5], "big"),
                channels=data[body + 5],
                coding=_FRAMES[marker],
            )
        elif marker == 0xDA:
            scans += 1
            if scans > _MAX_SCANS:
                raise ImageRefused(
                    Reason.TOO_LARGE,
                    f"The JPEG has more than {_MAX_SCANS} passes, which no camera or scanner "
                    "writes.",
                )
            found = _MARKER.search(data, position)
            if found is None:
                break
            position = found.start()
    raise truncated("JPEG")


def j2k_frame(data: bytes) -> Frame:
    """The frame of a JPEG 2000 stream (bare, or in its boxes) that is there to its end. Raises
    ImageRefused."""
    start = data.find(b"\xff\x4f\xff\x51")
    if start < 0 or len(data) < start + 44:
        raise damaged("JPEG 2000 stream")
    size = [int.from_bytes(data[start + i : start + i + 4], "big") for i in (8, 12, 16, 20)]
    if data.rstrip(b"\0")[-2:] != b"\xff\xd9":
        raise truncated("JPEG 2000 stream")
    return Frame(
        width=size[0] - size[2],
        height=size[1] - size[3],
        channels=int.from_bytes(data[start + 40 : start + 42], "big"),
        bits=(data[start + 42] & 0x7F) + 1,
        coding="JPEG 2000",
    )


def truncated(what: str) -> ImageRefused:
    """The refusal of a file that ends too early."""
    return ImageRefused(
        Reason.TRUNCATED,
        f"The {what} ends before its image does: a part of it is missing.",
        mend="Copy or export it again.",
    )


def damaged(what: str) -> ImageRefused:
    """The refusal of a file that is not what it should be inside."""
    return ImageRefused(
        Reason.CANNOT_DECODE,
        f"The {what} is damaged: it breaks the rules of its format.",
        mend="Copy or export it again.",
    )
