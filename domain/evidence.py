"""Where something was seen: the words, pixels, seconds, codes or values behind an observation."""

from __future__ import annotations

from dataclasses import dataclass

from domain.identifiers import Curie


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSpan:
    """Characters `start` to `end` of `document` (0-based, half-open); `quote` is that slice."""

    document: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedEntry:
    """A code that somebody entered: `system` names the input ("command line", "phenopacket")."""

    system: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRegion:
    """A box (x, y, width, height, in pixels of the original) or the whole image if None."""

    image: str
    box: tuple[float, float, float, float] | None
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalWindow:
    """Seconds `start_s` to `end_s` of one channel of a recording."""

    record: str
    channel: str
    start_s: float
    end_s: float
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One measured value; `code` is a LOINC code or a name, `time` ISO 8601."""

    code: str
    value: float
    unit: str
    reference_range: str | None
    time: str | None
    source: str


Evidence = TextSpan | CodedEntry | ImageRegion | SignalWindow | Measurement


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptRef:
    """A concept by id, with the label to show for it."""

    id: Curie
    label: str
