"""Where something was seen: the words, pixels, seconds, codes or values behind an observation."""

from __future__ import annotations

from dataclasses import dataclass

from domain.identifiers import Curie

#: x, y, width and height in pixels of the original image; the origin is its upper left corner.
Box = tuple[float, float, float, float]


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
class Estimate:
    """A measured number with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRegion:
    """A box of an image, or the whole image if None. `image` names the file, `model` the model
    with its version and `weights` the sha256 of its weights.

    `label` is what it was asked for and `score` what it gave, raw; from `operating_point` on it
    calls the label present. `likelihood_ratio` is that of the score, as measured.
    """

    image: str
    box: Box | None
    model: str
    weights: str = ""
    label: str = ""
    score: float | None = None
    operating_point: float | None = None
    likelihood_ratio: Estimate | None = None


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
    """One measured value, as it was given.

    `code` is a LOINC code or a name, `name` what was measured in words. `bound` is "<" or ">"
    where only a limit was measured, `upper` the other end where a span was given ("110-120").
    `reference_range` is what the value was held against and `source` who gives it ("" where
    nothing does); `flag` is the laboratory's own word on it ("H"). `time` is ISO 8601, or the
    words of the text ("on day 3"); `method` says how the value became a finding. `usual` are the
    ends of the range in the value's own unit, None for an open end, or where they are not known.
    """

    code: str
    value: float
    unit: str
    reference_range: str | None
    time: str | None
    source: str
    name: str = ""
    bound: str = ""
    upper: float | None = None
    flag: str | None = None
    method: str = ""
    usual: tuple[float | None, float | None] | None = None

    @property
    def amount(self) -> str:
        """The value with its bound or its other end and its unit: "<0.01 ng/mL"."""
        high = "" if self.upper is None else f" to {self.upper:g}"
        return f"{self.bound}{self.value:g}{high} {self.unit}".rstrip()


Evidence = TextSpan | CodedEntry | ImageRegion | SignalWindow | Measurement


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptRef:
    """A concept by id, with the label to show for it."""

    id: Curie
    label: str
