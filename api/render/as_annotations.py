"""Annotated documents as JSON: what the command line prints, a line a document, and HTTP answers.

`start` and `end` count characters of the text that was given, from 0, `end` excluded. `quote` is
that slice, or what became of it where the text was de-identified.
"""

from __future__ import annotations

from api.annotate import Annotated, Placed
from api.render.as_json import hedge_json, notes_json
from domain.evidence import Measurement
from domain.findings import State, Trigger


def annotated_json(a: Annotated) -> dict[str, object]:
    """One document as an object that `json.dumps` takes."""
    answer: dict[str, object] = {
        "document": a.document,
        "values": [value_json(p) for p in a.values],
        "findings": [finding_json(p) for p in a.findings],
        "notes": notes_json(a.notes),
        "versions": dict(a.versions),
    }
    if a.replacements is not None:
        answer["replacements"] = dict(a.replacements)
    return answer


def finding_json(p: Placed) -> dict[str, object]:
    """One mention. `uncertainty` is the measured strength of its hedge, from 0 to 1: the share of
    findings so hedged whose label was coded; null where there is no hedge or no measurement."""
    o = p.observation
    return {
        "concept": None if o.concept is None else str(o.concept),
        "label": o.label,
        "start": p.start,
        "end": p.end,
        "quote": p.span.quote,
        "state": o.state.value,
        "uncertainty": o.probability if o.state is State.UNCERTAIN else None,
        "time": o.time.value,
        "experiencer": o.experiencer.value,
        "section": o.section,
        "modifiers": list(o.modifiers),
        "triggers": [trigger_json(t) for t in p.triggers],
        "link_score": o.link_score,
        "kinship": o.kinship,
        "pregnancy": o.pregnancy,
        "hedge": None if o.hedge is None else hedge_json(o.hedge),
        "candidates": [str(c) for c in o.candidates],
    }


def trigger_json(t: Trigger) -> dict[str, object]:
    """The words that decided one attribute, and where; no place where no words stand behind it."""
    return {"attribute": t.attribute.value, "text": t.text, "start": t.start, "end": t.end}


def value_json(p: Placed) -> dict[str, object]:
    """A measured value, and what it implies."""
    o = p.observation
    m = measurement(p)
    return {
        "concept": None if o.concept is None else str(o.concept),
        "label": o.label,
        "start": p.start,
        "end": p.end,
        "quote": p.span.quote,
        "state": o.state.value,
        "analyte": m.name or m.code,
        "value": m.value,
        "unit": m.unit,
        "reference_range": m.reference_range,
        "range_source": m.source or None,
        "time": o.time.value,
        "method": m.method or None,
        "code": m.code,
        "bound": m.bound or None,
        "upper": m.upper,
        "flag": m.flag,
        "when": m.time,
        "experiencer": o.experiencer.value,
        "section": o.section,
    }


def measurement(p: Placed) -> Measurement:
    """The measurement behind a value."""
    return next(e for e in p.observation.evidence if isinstance(e, Measurement))
