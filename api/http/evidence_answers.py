"""Where something was seen, as it is answered over HTTP: one form for each kind of evidence."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.case_models import Strict


class TextOut(Strict):
    """Characters of a document, 0-based and half-open."""

    kind: Literal["text"]
    document: str
    start: int
    end: int
    quote: str


class CodeOut(Strict):
    """A code that somebody entered."""

    kind: Literal["code"]
    system: str
    code: str


class ImageOut(Strict):
    """A box (x, y, width, height, in pixels) of an image, or the whole image. `score` is the raw
    output for `label`, called present from `operating_point` on; `weights` a sha256."""

    kind: Literal["image"]
    image: str
    box: list[float] | None
    model: str
    weights: str | None
    label: str | None
    score: float | None
    operating_point: float | None
    likelihood_ratio: float | None
    likelihood_ratio_interval: list[float] | None


class SignalOut(Strict):
    """Seconds of one channel of a recording."""

    kind: Literal["signal"]
    record: str
    channel: str
    start_s: float
    end_s: float
    model: str


class ValueOut(Strict):
    """One measured value: `bound` is < or > where only a limit was measured, `upper` the other
    end of a span; `source` gives the range, `time` is ISO 8601 or the words of the text."""

    kind: Literal["value"]
    code: str
    name: str | None
    value: float
    upper: float | None
    bound: str | None
    unit: str
    reference_range: str | None
    source: str | None
    flag: str | None
    time: str | None
    method: str | None


EvidenceOut = Annotated[
    TextOut | CodeOut | ImageOut | SignalOut | ValueOut, Field(discriminator="kind")
]
