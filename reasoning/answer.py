"""Open up a ranking: hypotheses with their reasons, and the whole answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from domain.ages import age_words
from domain.differential import Contribution, Differential, Hypothesis, Ranked, Scope, Typical
from domain.errors import UnknownConcept
from domain.evidence import ConceptRef
from domain.findings import Experiencer, Finding, State, Time
from reasoning.families import families
from reasoning.joint import joint_effects, together, whole_reasons
from reasoning.known import is_known, known_uses
from reasoning.measured import calibration_use
from reasoning.next_findings import next_findings
from reasoning.pairs import pairs
from reasoning.ranking import Ranker, Ranking
from reasoning.scorer import Sign

#: A finding is called typical of a disease from this share on.
TYPICAL_SHARE = 0.5
TYPICAL_SHOWN = 8


def differential(ranker: Ranker, ranking: Ranking, top: int) -> Differential:
    """The first `top` hypotheses with everything an answer holds."""
    ranked = tuple(first(ranker, ranking, top))
    best = next(iter(ranked), None)
    return Differential(
        scope=scope(ranker),
        findings=ranking.uses,
        calibration=calibration_use(ranker, ranking),
        ranked=ranked,
        outside_knowledge_base=ranking.outside,
        unexplained=tuple(_unexplained(ranking, ranked)),
        conflicts=ranking.conflicts,
        data_quality=ranking.notes,
        versions={**ranker.versions, **ranking.case.versions},
        prior=ranking.priors.use,
        known=known_uses(ranking.case, ranker.knowledge, ranking.of_known),
        next_findings=next_findings(ranker, ranking),
        families=families(ranking, ranked),
        pairs=pairs(ranker, ranking, best, partial(hypothesis, ranker, ranking)),
    )


def scope(ranker: Ranker) -> Scope:
    """What this release can and cannot rank."""
    n = len(ranker.knowledge.diseases)
    return Scope(
        statement=(
            f"Ranked: {n:,} diseases of the HPO annotations, mostly rare and genetic. Common "
            "causes (community-acquired pneumonia, pulmonary embolism, ordinary heart failure "
            "and the like) were not considered: they are ranked in scopes common and all. "
            "For research use; not for diagnosis without a clinician."
        ),
        ranked=n,
        not_ranked="common and emergency diseases; anything without HPO annotations",
    )


def ranked(ranker: Ranker, ranking: Ranking, place: int, *, explained: bool = True) -> Ranked:
    """The hypothesis at `place` (0 is first), with its reasons if `explained`."""
    disease = int(ranking.order[place])
    return Ranked(
        rank=place + 1,
        hypothesis=hypothesis(ranker, ranking, disease, explained=explained),
        posterior=float(ranking.posterior[disease]),
    )


def first(
    ranker: Ranker, ranking: Ranking, top: int, *, explained: bool = True
) -> Iterator[Ranked]:
    """The first `top` hypotheses; none where no finding was used, for then none is first."""
    n = min(top, len(ranking.order)) if ranking.signs else 0
    return (ranked(ranker, ranking, i, explained=explained) for i in range(n))


def ranked_disease(
    ranker: Ranker, ranking: Ranking, disease: str, field: str = "disease"
) -> Ranked:
    """One disease wherever it stands. Raises UnknownConcept, or InvalidField (of `field`) for one
    that the patient is known to have."""
    number = ranker.knowledge.disease(disease)
    if number is None:
        raise UnknownConcept(disease, ranker.versions.get("release", ""))
    if number in ranking.known:
        raise is_known(disease, field)
    return ranked(ranker, ranking, int(np.flatnonzero(ranking.order == number)[0]))


def hypothesis(
    ranker: Ranker, ranking: Ranking, disease: int, *, explained: bool = True
) -> Hypothesis:
    """One disease by number, with its reasons if `explained`."""
    ref = ranker.knowledge.diseases.ref(disease)
    contributions: tuple[Contribution, ...] = ()
    typical: tuple[Typical, ...] = ()
    if explained:
        contributions = (
            *_reasons(ranker, ranking, disease),
            *whole_disease(ranker, ranking, disease),
            *_circumstances(ranker, ranking, disease),
        )
        typical = tuple(_typical(ranker, ranking, disease))
    return Hypothesis(
        disease=ref.id,
        label=ref.label,
        same_as=ranker.knowledge.same_as(disease),
        codes=ranker.knowledge.codes(disease, ranking.codes) if ranking.codes else (),
        prior_score=float(ranking.priors.scores[disease]),
        prior_reason=ranking.priors.reason(disease),
        contributions=contributions,
        typical_not_mentioned=typical,
    )


def reason(ranker: Ranker, ranking: Ranking, sign: Sign, disease: int) -> Contribution:
    """What one finding of the case alone does to one disease."""
    view = ranking.view
    found = ranker.scorer.reason(view, sign, disease)
    value, text = found.log_likelihood_ratio * sign.weight, found.text
    if sign.ratio < 1 and (begins := view.too_young_for(disease, sign.term)) is not None:
        value, text = 0.0, f"shown only from {age_words(begins)}: its absence says nothing yet"
    elif sign.momentary and disease in view.comes_and_goes(view.matrix_for(disease), sign.term):
        value, text = 0.0, "comes and goes here: its absence at one time says nothing"
    return replace(
        found,
        log_likelihood_ratio=value,
        text=text,
        ratio=None if sign.certain else sign.ratio,
        importance=sign.weight,
        chief=sign.chief,
    )


def _reasons(ranker: Ranker, ranking: Ranking, disease: int) -> Iterator[Contribution]:
    """What the findings of the case do to one disease beside each other."""
    found = [reason(ranker, ranking, sign, disease) for sign in ranking.signs]
    alone = np.array([c.log_likelihood_ratio for c in found])
    values = together(ranker.scorer, ranking.signs, alone).tolist()
    joint = joint_effects(ranking.signs, alone)
    for contribution, value, effect in zip(found, values, joint, strict=True):
        yield replace(
            contribution,
            log_likelihood_ratio=value,
            alone=contribution.log_likelihood_ratio,
            joint=effect,
        )


def whole_disease(ranker: Ranker, ranking: Ranking, disease: int) -> tuple[Contribution, ...]:
    """What belongs to one disease as a whole, beside the findings of the case."""
    alone = np.array([effect[disease] for effect in ranking.effects])
    return whole_reasons(ranker.scorer, ranking.view, ranking.signs, alone, disease)


def _circumstances(ranker: Ranker, ranking: Ranking, disease: int) -> Iterator[Contribution]:
    for circumstance in ranker.circumstances:
        found = circumstance.reason(ranking.view, ranking.case, disease)
        if found is not None:
            yield found


def _mentioned(ranker: Ranker, finding: Finding) -> int | None:
    """The term of a finding that speaks of the patient, in whatever state."""
    if finding.experiencer is not Experiencer.PATIENT or finding.time is Time.HYPOTHETICAL:
        return None
    return ranker.knowledge.terms.number(finding.concept)


def _typical(ranker: Ranker, ranking: Ranking, disease: int) -> list[Typical]:
    """Frequent findings of a disease about which the case says nothing."""
    matrix = ranking.view.matrix_for(disease)
    above = ranker.knowledge.ancestors
    said, moment = (
        {
            t
            for u in ranking.uses
            if u.finding.momentary is momentary and (t := _mentioned(ranker, u.finding)) is not None
        }
        for momentary in (False, True)
    )
    implied = {t for s in said | moment for t in above[s].tolist()}
    passing = ranking.view.passing.terms
    found: list[tuple[float, float, int]] = []
    for pair in matrix.pairs_of(disease):
        term, share = int(matrix.pair_term[pair]), float(matrix.pair_share[pair])
        if share < TYPICAL_SHARE or share != share or not ranker.knowledge.is_phenotype(term):
            continue
        if term in implied or said.intersection(above[term].tolist()):
            continue
        if not passing[term] and moment.intersection(above[term].tolist()):
            continue
        found.append((-share, -float(ranking.view.background.information[term]), pair))
    return [
        Typical(
            concept=ranker.knowledge.terms.ref(int(matrix.pair_term[pair])),
            frequency=-share,
            assertions=tuple(ranker.knowledge.assertion(r) for r in matrix.rows_of(pair)),
        )
        for share, _, pair in sorted(found)[:TYPICAL_SHOWN]
    ]


def _unexplained(ranking: Ranking, ranked: Iterable[Ranked]) -> list[ConceptRef]:
    """Present findings that speak for none of the listed diseases."""
    explained = {
        c.finding.id
        for r in ranked
        for c in r.hypothesis.contributions
        if c.finding is not None and c.log_likelihood_ratio > 0
    }
    # What is known explains itself.
    explained |= {k.finding for k in ranking.case.known if k.finding is not None}
    called = {u.finding.concept for u in ranking.uses if u.finding.state is not State.ABSENT}
    return [
        s.ref
        for s in ranking.signs
        if s.ratio > 1 and s.ref.id in called and s.ref.id not in explained
    ]
