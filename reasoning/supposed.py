"""Suppose another answer: which findings would then count, and which may still be asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf

import numpy as np

from domain.evidence import ConceptRef
from domain.findings import Experiencer, Finding, FindingUse, Observation, State, Time
from kg.arrays import Array
from reasoning.joint import together
from reasoning.knowledge import Knowledge
from reasoning.passing import Passing
from reasoning.ranking import Ranker, Ranking
from reasoning.scorer import Sign
from reasoning.view import View


def of_the_patient(said: Finding | Observation) -> bool:
    """Whether a finding, in whatever state, speaks of the patient now or before."""
    return said.experiencer is Experiencer.PATIENT and said.time is not Time.HYPOTHETICAL


def answered(ranking: Ranking, term: int, *, present: bool) -> tuple[Sign, ...]:
    """The findings that would count, were an open term answered.

    What the answer implies counts no longer beside it, and leaves it its importance: plain
    present findings above a present one, plain absent findings below an absent one. Nor does soft
    evidence of what it settles, nor what was absent at one moment beside its presence. Gives what
    `reasoning.findings.choose` would.
    """
    knowledge, above = ranking.view.knowledge, ranking.view.knowledge.ancestors
    state, ratio = (State.PRESENT, inf) if present else (State.ABSENT, 0.0)

    def implied(other: int) -> bool:
        return other in above[term] if present else term in above[other]

    used = (u.finding for u in ranking.uses if u.used)
    of_now = {(f.concept, f.ratio) for f in used if f.time is Time.NOW}
    kept, importances, chief = [], [1.0], False
    for sign in ranking.signs:
        settled = not sign.certain and implied(sign.term)
        if sign.ratio == ratio and implied(sign.term):
            importances.append(sign.weight)
            chief |= sign.chief
        elif settled and (present or (sign.ref.id, sign.ratio) in of_now):
            continue
        elif not (present and sign.momentary and sign.term in above[term]):
            kept.append(sign)
    for finding in (u.finding for u in ranking.uses if not u.used and of_the_patient(u.finding)):
        other = knowledge.terms.number(finding.concept)
        plain = finding.state is state and finding.probability is None
        if plain and other is not None and implied(other):
            importances.append(finding.importance)
            chief |= finding.chief
    new = Sign(term, knowledge.terms.ref(term), ratio, max(importances), chief)
    return (*kept, new)


def rank_answered(ranker: Ranker, ranking: Ranking, term: int, *, present: bool) -> Ranking:
    """The case ranked with an open term answered."""
    ref = ranking.view.knowledge.terms.ref(term)
    state = State.PRESENT if present else State.ABSENT
    said = Observation(label=ref.label, concept=ref.id, state=state)
    case = replace(ranking.case, observations=(*ranking.case.observations, said))
    return ranker.again(ranking, answered(ranking, term, present=present), case)


def counted(ranker: Ranker, ranking: Ranking, disease: int) -> dict[ConceptRef, float]:
    """What each finding counts for a disease beside the others, in nats."""
    if not ranking.signs:
        return {}
    alone = np.array([[effect[disease]] for effect in ranking.effects])
    found: dict[ConceptRef, float] = {}
    values = together(ranker.scorer, ranking.signs, alone)[:, 0]
    for sign, value in zip(ranking.signs, values, strict=True):
        found[sign.ref] = found.get(sign.ref, 0.0) + float(value)
    return found


def place(ranking: Ranking, disease: int) -> int:
    """The rank of a disease, from 1."""
    score = ranking.scores[disease]
    equal = int(np.count_nonzero(ranking.scores[:disease] == score))
    return 1 + int(np.count_nonzero(ranking.scores > score)) + equal


def settled(knowledge: Knowledge, passing: Passing, uses: Sequence[FindingUse]) -> Array:
    """By term, whether the case leaves no question: it was mentioned in any state, a present
    finding implies it, or an absent one excludes it; what comes and goes is not excluded by what
    was absent at one moment. Shape (terms,)."""
    closed: Array = np.zeros(len(knowledge.terms), dtype=bool)
    absent, moment = closed.copy(), closed.copy()
    for finding in (u.finding for u in uses if of_the_patient(u.finding)):
        term = knowledge.terms.number(finding.concept)
        if term is None:
            continue
        closed[term] = True
        if finding.probability is not None:
            continue  # what is likely implies and excludes nothing for certain
        if finding.state is State.PRESENT:
            closed[knowledge.ancestors[term]] = True
        elif finding.state is State.ABSENT:
            (moment if finding.momentary else absent)[term] = True
    for some, excludable in ((absent, np.True_), (moment, ~passing.terms)):
        if some.any():
            rows = knowledge.ancestors
            closed |= np.logical_or.reduceat(some[rows.values], rows.starts[:-1]) & excludable
    return closed


def shares(view: View, term: int) -> Array:
    """The share of patients with the term or one below it, for every disease; 0 where nothing
    is recorded. Shape (diseases,)."""
    found = np.zeros(len(view.knowledge.diseases))
    diseases, values, _ = view.matrix.entries(term)
    found[diseases] = values
    if view.overlay is not None and view.replaced is not None:
        found[view.replaced] = 0.0
        diseases, values, _ = view.overlay.entries(term)
        found[diseases] = values
    return found


def recorded_share(view: View, term: int, disease: int) -> float | None:
    """How often a disease shows a term or one below it; 0 where it, or a term above it, was
    looked for and not found, None where nothing is recorded."""
    matrix = view.matrix_for(disease)
    if (entry := matrix.entry(term, disease)) is not None:
        return entry[0]
    for above in view.knowledge.ancestors[term].tolist():
        if (matrix.pair_disease[matrix.denied(above)] == disease).any():
            return 0.0
    return None


def uncertainty(share: Array) -> Array:
    """Entropy of a yes or no whose yes has this share, in nats; shares of any shape."""
    both = np.stack([share, 1 - np.asarray(share)])
    logs = np.log(both, out=np.zeros_like(both), where=both > 0)
    return np.asarray(-(both * logs).sum(axis=0))
