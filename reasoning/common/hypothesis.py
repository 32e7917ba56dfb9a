"""A curated disease opened up: where it began, and what each finding does to it."""

from __future__ import annotations

from domain.differential import Contribution, Hypothesis
from reasoning.common.ranker import CommonRanking
from reasoning.knowledge import Knowledge


def hypothesis(terms: Knowledge, ranking: CommonRanking, number: int) -> Hypothesis:
    """One curated disease of a ranking, with its reasons."""
    disease = ranking.curated.diseases[number]
    share = ranking.prior.figures.get(number)
    reason = "all diseases begin alike"
    if ranking.prior.complaint is not None:
        complaint = terms.terms.label(ranking.prior.complaint).lower()
        reason = (
            f"{share.printed} of those with {complaint} have it ({share.population})"
            if share is not None
            else f"nobody counted it among the causes of {complaint}: assumed"
        )
    contributions: tuple[Contribution, ...] = ranking.contributions[number]
    return Hypothesis(
        disease=disease.ref.id,
        label=disease.ref.label,
        prior_score=float(ranking.prior.scores[number]),
        prior_reason=reason,
        prior_figure=share,
        contributions=contributions,
        same_as=disease.same_as,
    )
