"""The elements of a DICOM file, found without interpreting those that are not asked for.

Names, addresses and identifiers are stepped over: what is never parsed cannot be told. Damage
shows here, where it is: an element that reaches beyond the end of a file is a truncated file.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal

from domain.errors import ImageRefused
from vision.decoding.codestream import damaged, truncated
from vision.film import Reason

IMPLICIT, EXPLICIT = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1"
BIG_ENDIAN, DEFLATED = "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99"
_KEYWORDS = {
    0x7FE00008: "FloatPixelData",
    0x7FE00009: "DoubleFloatPixelData",
    0x7FE00010: "PixelData",
}
#: Most elements before the pixels, with those in sequences; a radiograph has some hundreds.
_MAX_ELEMENTS = 100_000
#: Largest element that is asked for, in bytes: a sequence of eight look-up tables of 16 bits.
_MAX_ASKED = 2**20 + 2**12
_MAX_DEPTH = 32
#: Most that a deflated file may inflate to: 100 megapixels of 16 bits, and its elements.
_MAX_INFLATED = 220_000_000
_UNDEFINED = 0xFFFFFFFF
_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_LONG = (b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV")


@dataclass(frozen=True, slots=True, kw_only=True)
class PixelElement:
    """The element that holds the image; `value` is the joined fragments where `encapsulated`."""

    keyword: str
    vr: str
    value: bytes = field(repr=False)
    encapsulated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Elements:
    """What was asked for of a file: `asked` is its elements as they are encoded, one after
    another. `syntax` and `media` are the transfer syntax and the SOP class of the meta
    information, "" where it does not say."""

    syntax: str
    media: str
    implicit: bool
    little_endian: bool
    asked: bytes = field(repr=False)
    pixels: PixelElement | None


def read_elements(data: bytes, tags: Collection[int]) -> Elements:
    """The elements `tags` of a DICOM file, with or without preamble. Raises ImageRefused where
    the file is truncated, breaks the format's rules, or would take too long to read."""
    meta, body = _meta(data, 132 if data[128:132] == b"DICM" else 0)
    syntax = meta.get(0x00020010, "")
    if syntax == DEFLATED:
        body = _inflated(body)
    implicit, little_endian = _encoding(body, syntax)
    walk = _Walk(body, implicit=implicit, little_endian=little_endian)
    asked: list[bytes] = []
    pixels: PixelElement | None = None
    while walk.more():
        start = walk.position
        tag, vr, length = walk.header()
        if tag in _KEYWORDS:
            pixels = PixelElement(
                keyword=_KEYWORDS[tag],
                vr=vr.decode("ascii") or "OW",
                value=walk.fragments() if length == _UNDEFINED else walk.value(length),
                encapsulated=length == _UNDEFINED,
            )
            # What stands behind the pixels (signatures, padding) is of no use here.
            break
        walk.skip(length, vr)
        if tag in tags:
            if walk.position - start > _MAX_ASKED:
                raise damaged("DICOM file")
            asked.append(body[start : walk.position])
    return Elements(
        syntax=syntax,
        media=meta.get(0x00020002, ""),
        implicit=implicit,
        little_endian=little_endian,
        asked=b"".join(asked),
        pixels=pixels,
    )


def _meta(data: bytes, start: int) -> tuple[dict[int, str], bytes]:
    """The identifiers of the meta information (group 2), and what stands behind it."""
    # Some writers encode it implicitly, against the standard.
    walk = _Walk(data, implicit=not data[start + 4 : start + 6].isalpha(), start=start)
    found: dict[int, str] = {}
    while walk.more() and data[walk.position : walk.position + 2] == b"\x02\0":
        tag, vr, length = walk.header()
        if tag in (0x00020002, 0x00020010):
            found[tag] = walk.value(length).rstrip(b"\0 ").decode("ascii", "replace")
        else:
            walk.skip(length, vr)
    return found, data[walk.position :]


def _encoding(body: bytes, syntax: str) -> tuple[bool, bool]:
    """Whether values have no type of their own, and whether their low bytes come first."""
    # The first element tells; writers exist whose meta information says otherwise.
    implicit = not (body[4:6].isalpha() and body[4:6].isupper())
    if syntax:
        return implicit, syntax != BIG_ENDIAN
    return implicit, implicit or body[1:2] == b"\0" or body[:1] != b"\0"


def _inflated(body: bytes) -> bytes:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        inflated = inflater.decompress(body, _MAX_INFLATED)
    except zlib.error:
        raise damaged("DICOM file") from None
    if inflater.unconsumed_tail:
        raise ImageRefused(
            Reason.TOO_LARGE,
            f"The DICOM file inflates to more than {_MAX_INFLATED // 1_000_000} MB.",
        )
    if not inflater.eof:
        raise truncated("DICOM file")
    return inflated


class _Walk:
    """A place in encoded elements, and how to step on from it."""

    def __init__(
        self, data: bytes, *, implicit: bool, little_endian: bool = True, start: int = 0
    ) -> None:
        self.data = data
        self.position = start
        self.implicit = implicit
        self.order: Literal["little", "big"] = "little" if little_endian else "big"
        self.count = 0

    def more(self) -> bool:
        return self.position < len(self.data)

    def number(self, at: int, size: int) -> int:
        return int.from_bytes(self.data[at : at + size], self.order)

    def header(self, implicit: bool | None = None) -> tuple[int, bytes, int]:
        """Tag, type (b"" where there is none) and length of the element here; steps behind its
        header."""
        at = self.position
        self.count += 1
        if self.count > _MAX_ELEMENTS:
            raise ImageRefused(
                Reason.TOO_LARGE, f"The DICOM file has more than {_MAX_ELEMENTS} elements."
            )
        if at + 8 > len(self.data):
            raise truncated("DICOM file")
        tag = self.number(at, 2) << 16 | self.number(at + 2, 2)
        vr = self.data[at + 4 : at + 6]
        plain = self.implicit if implicit is None else implicit
        if plain or tag >> 16 == 0xFFFE or not (vr.isalpha() and vr.isupper()):
            self.position = at + 8
            return tag, b"", self.number(at + 4, 4)
        if vr not in _LONG:
            self.position = at + 8
            return tag, vr, self.number(at + 6, 2)
        if at + 12 > len(self.data):
            raise truncated("DICOM file")
        self.position = at + 12
        return tag, vr, self.number(at + 8, 4)

    def value(self, length: int) -> bytes:
        """The next `length` bytes; steps behind them."""
        end = self.position + length
        if end > len(self.data):
            raise truncated("DICOM file")
        found, self.position = self.data[self.position : end], end
        return found

    def skip(self, length: int, vr: bytes = b"") -> None:
        """Steps behind a value, through its items where its length is not defined."""
        if length != _UNDEFINED:
            self.position += length
            if self.position > len(self.data):
                raise truncated("DICOM file")
            return
        # What is still open, outermost first: (is it an item, are its elements implicit).
        # A sequence of unknown type is implicit inside (PS3.5 6.2.2).
        open_: list[tuple[bool, bool]] = [(False, self.implicit or vr == b"UN")]
        while open_:
            inside_item, implicit = open_[-1]
            tag, vr, length = self.header(implicit)
            if tag == (_ITEM_END if inside_item else _SEQUENCE_END):
                open_.pop()
            elif not inside_item and tag != _ITEM:
                raise damaged("DICOM file")
            elif length == _UNDEFINED:
                open_.append((not inside_item, implicit or vr == b"UN"))
                if len(open_) > _MAX_DEPTH:
                    raise damaged("DICOM file")
            else:
                self.skip(length)

    def fragments(self) -> bytes:
        """The fragments of an encapsulated image, joined; steps behind them."""
        found: list[bytes] = []
        while True:
            tag, _, length = self.header()
            if tag == _SEQUENCE_END:
                # The first is a table of offsets.
                return b"".join(found[1:])
            if tag != _ITEM or length == _UNDEFINED:
                raise damaged("DICOM file")
            found.append(self.value(length))
