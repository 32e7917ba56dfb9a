"""Reasons as JSON: contributions, what is typical, and the source rows behind them."""

from __future__ import annotations

from api.render import figures, words
from domain.assertions import Assertion
from domain.differential import Contribution, JointEffect, PathEdge, Typical
from domain.evidence import ConceptRef


def ref_json(ref: ConceptRef) -> dict[str, object]:
    """A concept with its label."""
    return {"concept": str(ref.id), "label": ref.label}


def contribution_json(c: Contribution) -> dict[str, object]:
    """A number with its reason; `group` is where it is shown, `seen` its rows in words."""
    return {
        "finding": None if c.finding is None else str(c.finding.id),
        "label": None if c.finding is None else c.finding.label,
        "name": c.name,
        "group": words.GROUP_NAMES[words.group_of(c)],
        "match": c.match.value,
        "path": [_edge(e) for e in c.path],
        "seen": list(words.seen(c)),
        "assertions": [assertion_json(a) for a in c.assertions],
        "log_likelihood_ratio": c.log_likelihood_ratio,
        "alone": c.alone,
        "likelihood_ratio": c.ratio,
        "joint": None if c.joint is None else _joint(c.joint),
        "frequency": c.frequency,
        "background": c.background,
        "importance": c.importance,
        "chief": c.chief,
        "text": c.text,
        "figures": [figures.figure_json(f) for f in c.figures],
        "background_figures": [figures.figure_json(f) for f in c.background_figures],
        "background_from": figures.background_from(c),
    }


def _joint(joint: JointEffect) -> dict[str, object]:
    return {"group": joint.group, "cap": joint.cap, "uncut": joint.uncut, "cut": joint.cut}


def typical_json(t: Typical) -> dict[str, object]:
    """A finding that is typical and was not mentioned."""
    return {
        "concept": str(t.concept.id),
        "label": t.concept.label,
        "frequency": t.frequency,
        "seen": words.pooled_words(t.assertions),
        "assertions": [assertion_json(a) for a in t.assertions],
    }


def assertion_json(a: Assertion) -> dict[str, object]:
    """One source row."""
    return {
        "disease": str(a.disease),
        "concept": str(a.concept),
        "stated_concept": None if a.stated_concept is None else str(a.stated_concept),
        "frequency": None if a.frequency is None else str(a.frequency),
        "evidence_code": a.evidence_code,
        "references": list(a.references),
        "source": a.source,
        "line": a.line,
        "excluded": a.excluded,
        "onset": None if a.onset is None else str(a.onset),
        "sex": None if a.sex is None else a.sex.value,
        "modifiers": list(a.modifiers),
    }


def _edge(e: PathEdge) -> dict[str, object]:
    return {
        "subject": str(e.subject.id),
        "subject_label": e.subject.label,
        "predicate": e.predicate,
        "object": str(e.object.id),
        "object_label": e.object.label,
    }
