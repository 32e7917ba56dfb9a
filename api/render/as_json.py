"""A differential as JSON: also the body that the HTTP service answers with.

`score` (natural log, uncalibrated) equals `prior_score` plus the sum of the contributions'
`log_likelihood_ratio`. Numbers are not rounded.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from api.render.beside import families_json, pairs_json
from api.render.figures import figure_json
from api.render.must_not_miss import must_not_miss_json
from api.render.reasons_json import contribution_json, ref_json, typical_json
from api.render.what_if import (
    comparison_json,
    counterfactuals_json,
    move_json,
    next_findings_json,
)
from domain.ages import Onset
from domain.differential import Conflict, Differential, KnownUse, Ranked
from domain.evidence import (
    CodedEntry,
    Evidence,
    ImageRegion,
    Measurement,
    SignalWindow,
    TextSpan,
)
from domain.findings import Finding, FindingUse, Note, Observation, State
from nlp.hedges import strength


def differential_json(d: Differential) -> dict[str, object]:
    """The whole answer as an object that `json.dumps` takes; nothing in it is left out."""
    return {
        "scope": {
            "statement": d.scope.statement,
            "ranked": d.scope.ranked,
            "not_ranked": d.scope.not_ranked,
            "asked": d.scope.asked,
            "setting": d.scope.setting,
            "prior_moves": [move_json(m) for m in d.scope.prior_moves],
        },
        "findings": [_finding(use) for use in d.findings],
        "prior": {
            "kind": d.prior.kind,
            "source": d.prior.source,
            "figures": d.prior.figures,
            "statement": d.prior.statement,
        },
        "calibrated": d.calibration.calibrated,
        "calibration": {
            "ceiling": d.calibration.ceiling,
            "statement": d.calibration.statement,
        },
        "differential": [ranked_json(r) for r in d.ranked],
        "outside_knowledge_base": d.outside_knowledge_base,
        "unexplained": [ref_json(ref) for ref in d.unexplained],
        "conflicts": [_conflict(c) for c in d.conflicts],
        "known_conditions": [_known(k) for k in d.known],
        "data_quality": notes_json(d.data_quality),
        "versions": dict(d.versions),
        "families": families_json(d.families),
        "pairs": pairs_json(d.pairs),
        "must_not_miss": must_not_miss_json(d.must_not_miss),
        "next_findings": next_findings_json(d.next_findings),
        "counterfactuals": counterfactuals_json(d.counterfactuals),
        "comparison": comparison_json(d.comparison),
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
        "prior_reason": h.prior_reason,
        "prior_figure": None if h.prior_figure is None else figure_json(h.prior_figure),
        "chief_unexplained": [ref_json(ref) for ref in h.chief_unexplained],
        "contributions": [contribution_json(c) for c in h.contributions],
        "typical_not_mentioned": [typical_json(t) for t in h.typical_not_mentioned],
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


def _conflict(c: Conflict) -> dict[str, object]:
    return {
        "kind": c.kind,
        "findings": [ref_json(ref) for ref in c.findings],
        "message": c.message,
        "sides": [
            {
                "finding": ref_json(side.finding),
                "state": side.state.value,
                "observations": [_observation(o) for o in side.observations],
                "moves": [move_json(m) for m in side.moves],
            }
            for side in c.sides
        ],
    }


def _known(use: KnownUse) -> dict[str, object]:
    return {
        "label": use.label,
        "finding": None if use.finding is None else ref_json(use.finding),
        "diseases": [{"disease": str(ref.id), "label": ref.label} for ref in use.diseases],
    }


def _finding(use: FindingUse) -> dict[str, object]:
    f = use.finding
    return {
        "concept": str(f.concept),
        "label": f.label,
        "state": f.state.value,
        "experiencer": f.experiencer.value,
        "kinship": f.kinship,
        "time": f.time.value,
        "earlier": f.earlier,
        "momentary": f.momentary,
        "probability": f.probability,
        "base_rate": f.base_rate,
        "likelihood_ratio": None if f.probability is None else f.ratio,
        "joint": None if f.joint is None else {"group": f.joint.group, "cap": f.joint.cap},
        "hedge": _hedge(f),
        "importance": f.importance,
        "chief": f.chief,
        "onset": None if f.onset is None else _onset(f.onset),
        "used": use.used,
        "why_not": use.why_not,
        "observations": [_observation(o) for o in f.observations],
        "evidence": [evidence_json(e) for e in f.evidence],
    }


def _observation(o: Observation) -> dict[str, object]:
    """What one reader said, and where it was seen."""
    return {
        "label": o.label,
        "state": o.state.value,
        "time": o.time.value,
        "study": o.study,
        "earlier": o.earlier,
        "evidence": [evidence_json(e) for e in o.evidence],
    }


def hedge_json(hedge: str) -> dict[str, object]:
    """A hedge's class, and the counts that its strength was measured on: nulls where there are
    too few."""
    known = strength(hedge)
    return {
        "class": hedge,
        "coded": None if known is None else known.coded,
        "n": None if known is None else known.n,
        "base_rate": None if known is None else known.base_rate,
        "counted_with": [] if known is None else list(known.hedges),
        "source": None if known is None else known.source,
    }


def _hedge(finding: Finding) -> dict[str, object] | None:
    """The hedge behind an uncertain finding's probability, None where words gave none."""
    if finding.state is State.UNCERTAIN:
        for o in finding.observations:
            if o.hedge is not None and o.probability == finding.probability:
                return hedge_json(o.hedge)
    return None


def _onset(onset: Onset) -> dict[str, object]:
    return {
        "term": None if onset.term is None else str(onset.term),
        "years": onset.years,
        "words": str(onset),
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
            ratio = e.likelihood_ratio
            return {
                "kind": "image",
                "image": e.image,
                "box": box,
                "model": e.model,
                "weights": e.weights or None,
                "label": e.label or None,
                "score": e.score,
                "operating_point": e.operating_point,
                "likelihood_ratio": None if ratio is None else ratio.value,
                "likelihood_ratio_interval": None if ratio is None else [ratio.low, ratio.high],
            }
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
                "name": e.name or None,
                "value": e.value,
                "upper": e.upper,
                "bound": e.bound or None,
                "unit": e.unit,
                "reference_range": e.reference_range,
                "source": e.source or None,
                "flag": e.flag,
                "time": e.time,
                "method": e.method or None,
            }
        case _:
            assert_never(e)
