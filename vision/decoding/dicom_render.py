"""From stored values to what a radiologist sees (PS3.3 C.11): modality, VOI, polarity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vision.decoding.dicom_tags import Tags
from vision.film import Pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """How a stored value is made."""

    bits: int
    signed: bool

    @property
    def span(self) -> tuple[float, float]:
        """Lowest and highest value."""
        return (
            (-(2.0 ** (self.bits - 1)), 2.0 ** (self.bits - 1) - 1)
            if self.signed
            else (0.0, 2.0**self.bits - 1)
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Table:
    """A look-up table: `values` for `first`, `first` + 1 and so on, of `top` at most."""

    first: int
    values: NDArray[np.float32]
    top: float

    def __call__(self, pixels: NDArray[Any]) -> Pixels:
        at = np.clip(pixels - np.float32(self.first), 0, len(self.values) - 1)
        return self.values[np.rint(at).astype(np.int32)]


def render(
    stored: NDArray[Any], tags: Tags, sample: Sample, *, little_endian: bool
) -> tuple[Pixels, tuple[str, ...]]:
    """Brightness, 0 to 1, of the stored values of a MONOCHROME image, and remarks on how."""
    padding = _padding(stored, tags, sample)
    remarks: list[str] = []
    low, high = sample.span
    pixels: Pixels = stored.astype(np.float32)
    slope, intercept = tags.number("RescaleSlope"), tags.number("RescaleIntercept")
    if table := _table(tags, "ModalityLUTSequence", sample.signed, little_endian):
        pixels, low, high = table(pixels), 0.0, table.top
        remarks.append("modality LUT applied")
    elif slope is not None and slope != 0:
        intercept = intercept or 0.0
        pixels *= np.float32(slope)
        pixels += np.float32(intercept)
        low, high = sorted((low * slope + intercept, high * slope + intercept))
    if table := _table(tags, "VOILUTSequence", low < 0, little_endian):
        pixels = table(pixels) / np.float32(table.top)
        remarks.append("VOI LUT applied")
    elif (window := _windowed(pixels, tags)) is not None:
        pixels = window
        remarks.append("window applied")
    else:
        if sample.bits > 8:
            seen = pixels if padding is None else pixels[~padding]
            least, most = (float(seen.min()), float(seen.max())) if seen.size else (low, high)
            # Values that use little of what their bits allow were never meant to be shown so.
            if most > least and most - least < (high - low) / 2:
                low, high = least, most
                remarks.append("no window in the file: stretched to its extremes")
        pixels = (pixels - np.float32(low)) / np.float32(high - low)
    np.clip(pixels, 0, 1, out=pixels)
    mono1 = tags.text("PhotometricInterpretation") == "MONOCHROME1"
    # The standard pairs INVERSE with MONOCHROME1: together they are one inversion, not two.
    if mono1 or tags.text("PresentationLUTShape") == "INVERSE":
        pixels = 1 - pixels
        remarks.append("MONOCHROME1 inverted" if mono1 else "presentation LUT shape inverted")
    if padding is not None and padding.any():
        pixels[padding] = 0
        remarks.append("padding made black")
    return pixels, tuple(remarks)


def _padding(stored: NDArray[Any], tags: Tags, sample: Sample) -> NDArray[np.bool_] | None:
    """Where pixels are padding, not image. The type of the value is ambiguous: it is compared as
    bits."""
    value, limit = tags.whole("PixelPaddingValue"), tags.whole("PixelPaddingRangeLimit")
    if value is None:
        return None
    low, _ = sample.span
    modulus = 2**sample.bits

    def as_stored(number: int) -> int:
        return int((number - low) % modulus + low)

    ends = sorted((as_stored(value), as_stored(value if limit is None else limit)))
    found: NDArray[np.bool_] = (stored >= ends[0]) & (stored <= ends[1])
    return found


def _table(tags: Tags, keyword: str, signed: bool, little_endian: bool) -> _Table | None:
    """The first look-up table of a sequence; None where there is none that can be used."""
    item = next(tags.items(keyword), None)
    if item is None:
        return None
    descriptor = [int(v) for v in item.values("LUTDescriptor") if isinstance(v, int)]
    if len(descriptor) != 3:
        return None
    count, first, bits = descriptor[0] % 65536 or 65536, descriptor[1], descriptor[2]
    data = item.raw("LUTData")
    if data is None:
        numbers = [v for v in item.values("LUTData") if isinstance(v, int)]
        values = np.array(numbers, np.float32) % 65536
    elif len(data) < 2 * count:
        # Eight bits an entry, two in a word.
        values = np.frombuffer(data, np.uint8).astype(np.float32)
        if not little_endian:
            values = values[: len(values) // 2 * 2].reshape(-1, 2)[:, ::-1].ravel()
    else:
        kind = "<u2" if little_endian else ">u2"
        values = np.frombuffer(data[: 2 * count], kind).astype(np.float32)
    values = values[:count]
    if len(values) < count or not 8 <= bits <= 16:
        return None
    if signed and first >= 32768:
        first -= 65536
    # Tables exist that hold more bits than they say.
    top = max(2.0**bits - 1, float(values.max()))
    return _Table(first=first, values=values, top=top)


def _windowed(pixels: Pixels, tags: Tags) -> Pixels | None:
    """Pixels through the first window of the file (PS3.3 C.11.2.1.2 and .3), 0 to 1; None where
    it has no usable one."""
    center, width = tags.number("WindowCenter"), tags.number("WindowWidth")
    function = tags.text("VOILUTFunction") or "LINEAR"
    if center is None or width is None or width <= 0:
        return None
    if function == "SIGMOID":
        exponent = np.clip(-4 * (pixels - np.float32(center)) / np.float32(width), -80, 80)
        return 1 / (1 + np.exp(exponent))
    if function == "LINEAR_EXACT":
        return (pixels - np.float32(center)) / np.float32(width) + np.float32(0.5)
    if width < 1:
        return None
    if width == 1:
        return (pixels > center - 0.5).astype(np.float32)
    return (pixels - np.float32(center - 0.5)) / np.float32(width - 1) + np.float32(0.5)
