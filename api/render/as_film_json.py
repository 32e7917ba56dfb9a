"""Films as JSON: what the command line prints, a line a file, and HTTP answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vision.reading import FilmReading, LabelReading, ModelUsed, Refusal


def film_json(reading: FilmReading) -> dict[str, object]:
    """One film as an object that `json.dumps` takes; a refused one has no findings. `size` is
    [width, height] in pixels."""
    return {
        "file": reading.file,
        "refused": None if reading.refused is None else refusal_json(reading.refused),
        "findings": [finding_json(f) for f in reading.findings],
        "model": model_json(reading.model),
        "size": None if reading.size is None else list(reading.size),
        "view": reading.view or None,
        "remarks": list(reading.remarks),
    }


def refusal_json(refused: Refusal) -> dict[str, object]:
    """Why it was not read."""
    return {"reason": refused.reason, "detail": refused.detail, "mend": refused.mend}


def finding_json(f: LabelReading) -> dict[str, object]:
    """One label. Of one that is not supported only `score`, the raw output, is a number. `box` is
    [x, y, width, height] in pixels of the original."""
    ratio = f.likelihood_ratio
    return {
        "label": f.label,
        "concept": None if f.concept is None else str(f.concept),
        "relation": f.relation,
        "score": f.score,
        "probability": f.probability,
        "base_rate": f.base_rate,
        "operating_point": f.operating_point,
        "decision": f.decision,
        "supported": f.supported,
        "likelihood_ratio": None if ratio is None else ratio.value,
        "likelihood_ratio_interval": None if ratio is None else [ratio.low, ratio.high],
        "box": None if f.box is None else list(f.box),
    }


def model_json(model: ModelUsed) -> dict[str, object]:
    """Which model, and which weights."""
    return {
        "name": model.name,
        "version": model.version,
        "weights_sha256": model.weights_sha256,
    }
