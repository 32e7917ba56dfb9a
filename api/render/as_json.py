"""A differential as JSON: also the body that the HTTP service answers with.

`score` (natural log, uncalibrated) equals `prior_score` plus the sum of the contributions'
`log_likelihood_ratio`. Numbers are not rounded.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from domain.assertions import Assertion
from domain.differential import Contribution, Differential, PathEdge, Ranked, Typical
from domain.evidence import (
    CodedEntry,
    ConceptRef,
    Evidence,
    ImageRegion,
    Measurement,
    SignalWindow,
    TextSpan,
)
from domain.findings import FindingUse, Note


def differential_json(d: Differential) -> dict[str, object]:
    """The whole answer as an object that `json.dumps` takes; nothing in it is left out."""
    return {
        "scope": {
            "statement": d.scope.statement,
            "ranked": d.scope.ranked,
            "not_ranked": d.scope.not_ranked,
        },
        "findings": [_finding(use) for use in d.findings],
        "calibrated": d.calibrated,
        "differential": [ranked_json(r) for r in d.ranked],
        "outside_knowledge_base": d.outside_knowledge_base,
        "unexplained": [_ref(ref) for ref in d.unexplained],
        "conflicts": [
            {"kind": c.kind, "findings": [_ref(ref) for ref in c.findings], "message": c.message}
            for c in d.conflicts
        ],
        "data_quality": notes_json(d.data_quality),
        "versions": dict(d.versions),
    }


def ranked_json(r: Ranked) -> dict[str, object]:
    """One hypothesis at its place, with every reason."""
    h = r.hypothesis
    return {
        "rank": r.rank,
        "disease": str(h.disease),
        "same_as": [str(s) for s in h.same_as],
        "codes": [str(c) for c in h.codes],
        "label": h.label,
        "posterior": r.posterior,
        "score": h.score,
        "prior_score": h.prior_score,
        "contributions": [_contribution(c) for c in h.contributions],
        "typical_not_mentioned": [_typical(t) for t in h.typical_not_mentioned],
    }


def notes_json(notes: Iterable[Note]) -> list[dict[str, object]]:
    """The data-quality block."""
    return [
        {
            "level": n.level,
            "code": n.code,
            "subject": n.subject,
            "message": n.message,
            "mend": n.mend,
        }
        for n in notes
    ]


def _ref(ref: ConceptRef) -> dict[str, object]:
    return {"concept": str(ref.id), "label": ref.label}


def _finding(use: FindingUse) -> dict[str, object]:
    f = use.finding
    return {
        "concept": str(f.concept),
        "label": f.label,
        "state": f.state.value,
        "experiencer": f.experiencer.value,
        "kinship": f.kinship,
        "time": f.time.value,
        "probability": f.probability,
        "base_rate": f.base_rate,
        "used": use.used,
        "why_not": use.why_not,
        "evidence": [evidence_json(e) for e in f.evidence],
    }


def evidence_json(e: Evidence) -> dict[str, object]:
    """Where something was seen; `kind` names which of the five forms it is."""
    match e:
        case TextSpan():
            return {
                "kind": "text",
                "document": e.document,
                "start": e.start,
                "end": e.end,
                "quote": e.quote,
            }
        case CodedEntry():
            return {"kind": "code", "system": e.system, "code": e.code}
        case ImageRegion():
            box = None if e.box is None else list(e.box)
            return {"kind": "image", "image": e.image, "box": box, "model": e.model}
        case SignalWindow():
            return {
                "kind": "signal",
                "record": e.record,
                "channel": e.channel,
                "start_s": e.start_s,
                "end_s": e.end_s,
                "model": e.model,
            }
        case Measurement():
            return {
                "kind": "value",
                "code": e.code,
                "value": e.value,
                "unit": e.unit,
                "reference_range": e.reference_range,
                "time": e.time,
                "source": e.source,
            }
        case _:
            assert_never(e)


def _contribution(c: Contribution) -> dict[str, object]:
    return {
        "finding": None if c.finding is None else str(c.finding.id),
        "label": None if c.finding is None else c.finding.label,
        "name": c.name,
        "match": c.match.value,
        "path": [_edge(e) for e in c.path],
        "assertions": [_assertion(a) for a in c.assertions],
        "log_likelihood_ratio": c.log_likelihood_ratio,
        "frequency": c.frequency,
        "background": c.background,
        "text": c.text,
    }


def _edge(e: PathEdge) -> dict[str, object]:
    return {
        "subject": str(e.subject.id),
        "subject_label": e.subject.label,
        "predicate": e.predicate,
        "object": str(e.object.id),
        "object_label": e.object.label,
    }


def _assertion(a: Assertion) -> dict[str, object]:
    return {
        "frequency": None if a.frequency is None else str(a.frequency),
        "evidence_code": a.evidence_code,
        "references": list(a.references),
        "source": a.source,
        "line": a.line,
        "excluded": a.excluded,
        "onset": None if a.onset is None else str(a.onset),
        "sex": None if a.sex is None else a.sex.value,
    }


def _typical(t: Typical) -> dict[str, object]:
    return {
        "concept": str(t.concept.id),
        "label": t.concept.label,
        "frequency": t.frequency,
        "assertions": [_assertion(a) for a in t.assertions],
    }
