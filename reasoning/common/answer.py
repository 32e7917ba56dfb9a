"""The answer in scope `common`: hypotheses with their figures, and what must not be missed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from domain.differential import (
    CalibrationUse,
    Contribution,
    Differential,
    Hypothesis,
    MustNotMiss,
    PriorUse,
    Ranked,
    Scope,
    Serious,
)
from domain.evidence import ConceptRef
from domain.figures import Figure, Measure
from kg.arrays import Array
from reasoning.common.ranker import CommonRanker, CommonRanking

_UNCALIBRATED = (
    "No percentages: the order was measured on examination cases and simulated patients, which are "
    "no calibration of any setting."
)


def differential(
    ranker: CommonRanker, ranking: CommonRanking, top: int, versions: Mapping[str, str]
) -> Differential:
    """The first `top` curated diseases of a case, with everything an answer holds."""
    posterior = shares(ranking.scores)
    shown = range(min(top, len(ranking.order)) if ranking.heard else 0)
    ranked = tuple(_ranked(ranker, ranking, posterior, place) for place in shown)
    explained = {
        c.finding.id
        for r in ranked
        for c in r.hypothesis.contributions
        if c.finding is not None and c.log_likelihood_ratio > 0
    }
    return Differential(
        scope=scope(ranker, ranking),
        findings=ranking.uses,
        calibration=CalibrationUse(calibrated=False, statement=_UNCALIBRATED),
        ranked=ranked,
        outside_knowledge_base=0.0,
        unexplained=tuple(
            h.ref
            for h in ranking.heard
            # The complaint that the prior started from has spoken there.
            if h.ratio > 1 and h.ref.id not in explained and h.term != ranking.prior.complaint
        ),
        conflicts=ranking.conflicts,
        data_quality=ranking.notes,
        versions={**ranker.versions, **versions, **ranking.case.versions},
        prior=PriorUse(
            kind="complaint" if ranking.prior.complaint is not None else "uniform",
            figures=len(ranking.prior.figures),
            statement=" ".join(n.message for n in ranking.prior.notes)
            or "All diseases begin alike: no complaint of the case has its causes counted.",
        ),
        must_not_miss=must_not_miss(ranker, ranking),
    )


def shares(scores: Array) -> Array:
    """Scores as shares of all candidates; of no setting, and not for people."""
    top = np.exp(scores - scores.max(initial=0.0))
    return np.asarray(top / max(float(top.sum()), 1e-300))


def scope(ranker: CommonRanker, ranking: CommonRanking) -> Scope:
    """What was ranked, in which setting."""
    n = len(ranker.curated.diseases)
    return Scope(
        statement=(
            f"Ranked: {n:,} common and emergency diseases whose figures were read in the "
            f"literature, for a patient met in: {ranking.setting}. Rare and genetic diseases were "
            "not considered. For research use; not for diagnosis without a clinician."
        ),
        ranked=n,
        not_ranked="rare and genetic diseases, and common ones that are not in the tables",
        asked="common",
        setting=str(ranking.setting),
    )


def _ranked(ranker: CommonRanker, ranking: CommonRanking, posterior: Array, place: int) -> Ranked:
    number = int(ranking.order[place])
    disease = ranker.curated.diseases[number]
    share = ranking.prior.figures.get(number)
    reason = "all diseases begin alike"
    if ranking.prior.complaint is not None:
        complaint = ranker.terms.terms.label(ranking.prior.complaint).lower()
        reason = (
            f"{share.printed} of those with {complaint} have it ({share.population})"
            if share is not None
            else f"nobody counted it among the causes of {complaint}: assumed"
        )
    contributions: tuple[Contribution, ...] = ranking.contributions[number]
    return Ranked(
        rank=place + 1,
        hypothesis=Hypothesis(
            disease=disease.ref.id,
            label=disease.ref.label,
            prior_score=float(ranking.prior.scores[number]),
            prior_reason=reason,
            prior_figure=share,
            contributions=contributions,
            same_as=disease.same_as,
        ),
        posterior=float(posterior[number]),
    )


def must_not_miss(ranker: CommonRanker, ranking: CommonRanking) -> MustNotMiss:
    """Every disease that a reference says must not be missed, wherever it stands."""
    found = tuple(sorted(_serious(ranker, ranking), key=lambda s: (s.rank, s.disease.id)))
    if not found:
        return MustNotMiss()
    return MustNotMiss(
        status="assessed",
        reason=(
            "All diseases of the tables that a reference calls immediately dangerous, in the order "
            "of the ranking. A low place does not rule one out."
        ),
        diseases=found,
    )


def _serious(ranker: CommonRanker, ranking: CommonRanking) -> Iterator[Serious]:
    place = np.empty(len(ranking.order), dtype=np.int64)
    place[ranking.order] = np.arange(1, len(ranking.order) + 1)
    for number, disease in enumerate(ranker.curated.diseases):
        stated: tuple[Figure, ...] = disease.statements(Measure.MUST_NOT_MISS)
        if not stated:
            continue
        contributions = ranking.contributions[number]
        settled = disease.statements(Measure.SETTLES)
        yield Serious(
            disease=disease.ref,
            rank=int(place[number]),
            why=stated[0],
            speaks_for=tuple(c for c in contributions if c.log_likelihood_ratio > 0),
            speaks_against=tuple(c for c in contributions if c.log_likelihood_ratio < 0),
            # Age and sex alone are no look at the patient.
            assessed=any(c.finding and c.log_likelihood_ratio != 0 for c in contributions),
            settled_by=tuple(_named(ranker, figure) for figure in settled),
        )


def _named(ranker: CommonRanker, figure: Figure) -> ConceptRef:
    number = ranker.terms.terms.number(figure.concept)
    label = ranker.terms.terms.label(number) if number is not None else str(figure.concept)
    return ConceptRef(id=figure.concept, label=label)
