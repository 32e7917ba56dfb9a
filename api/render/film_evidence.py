"""A film as evidence in words: label, decision, score and likelihood ratio, box, model."""

from __future__ import annotations

from api.render.film_words import label_words
from domain.differential import Contribution
from domain.evidence import ImageRegion

#: Digits of a checksum that are shown.
DIGITS = 12


def region_words(e: ImageRegion) -> str:
    """What a model made of an image, and what that is worth: "effusion called present: score
    1.20, from 0.87 on; likelihood ratio 4.3 (3.9 to 4.8)"."""
    parts = [_decision(e)]
    if e.likelihood_ratio is not None:
        parts.append(f"likelihood ratio {ratio_words(e, ', 95 %')}")
    if e.box is not None:
        x, y, width, height = e.box
        parts.append(f"box {width:.0f} x {height:.0f} pixels at {x:.0f}, {y:.0f}")
    return "; ".join(filter(None, parts))


def ratio_words(e: ImageRegion, note: str = "") -> str:
    """A likelihood ratio with its interval: "4.3 (3.9 to 4.8)", with a `note`
    behind the interval; "" where there is none."""
    ratio = e.likelihood_ratio
    if ratio is None:
        return ""
    return f"{ratio.value:.2g} ({ratio.low:.2g} to {ratio.high:.2g}{note})"


def brief_words(e: ImageRegion) -> str:
    """What a film is a witness of in few words: "effusion, LR 4.3"."""
    ratio = "" if e.likelihood_ratio is None else f"LR {e.likelihood_ratio.value:.2g}"
    return ", ".join(filter(None, (label_words(e.label), ratio))) or "the whole film"


def model_words(e: ImageRegion) -> str:
    """The model with its version, and which weights."""
    return f"{e.model}, weights {e.weights[:DIGITS]}" if e.weights else e.model


def _decision(e: ImageRegion) -> str:
    if not e.label:
        return ""
    if e.score is None or e.operating_point is None:
        return label_words(e.label)
    called, than = ("present", "from") if e.score >= e.operating_point else ("absent", "below")
    return (
        f"{label_words(e.label)} called {called}: score {e.score:.2f}, {than} "
        f"{e.operating_point:.2f}"
    )


def soft_words(c: Contribution) -> str:
    """How strong the evidence behind a number is, where it is not certain; and what it may count
    with others of its origin, where that cut it. "" where neither applies."""
    parts = []
    if c.ratio is not None:
        parts.append(f"evidence of likelihood ratio {c.ratio:.3g}")
    if c.joint is not None and c.joint.cut:
        parts.append(
            f"all findings of {c.joint.group} count at most {c.joint.cap:.2f} together, where "
            f"they would sum to {c.joint.uncut:+.2f}"
        )
    return "; ".join(parts)
