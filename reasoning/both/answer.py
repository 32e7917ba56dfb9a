"""The answer in scope `all`: common and rare hypotheses in one order."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from domain.differential import Differential, Hypothesis, Scope
from kg.arrays import Array
from reasoning.answer import hypothesis as rare_hypothesis
from reasoning.both.ranking import RARE, BothRanker, BothRanking
from reasoning.common import answer
from reasoning.common.beliefs import Beliefs, askable, counted, posterior, shares_of_curated
from reasoning.common.hypothesis import hypothesis as common_hypothesis
from reasoning.supposed import recorded_share, shares
from reasoning.ways import Ways

_BEGINS = (
    f"a rare disease begins {-RARE:g} below a common one: measured on development cases, no "
    "prevalence"
)


def differential(
    method: BothRanker, ranking: BothRanking, top: int, versions: Mapping[str, str], ways: Ways
) -> Differential:
    """The first `top` diseases of a case, with everything an answer holds."""
    return answer.assembled(
        method,
        ranking,
        top,
        versions,
        scope=scope(ranking),
        beliefs=beliefs(method, ranking),
        explain=lambda number: hypothesis(method, ranking, number),
        ways=ways,
    )


def scope(ranking: BothRanking) -> Scope:
    """What was ranked, in which setting."""
    common, every = len(ranking.curated.diseases), len(ranking.order)
    return Scope(
        statement=(
            f"Ranked: {common:,} common and emergency diseases whose figures were read in the "
            f"literature and {every - common:,} diseases of the HPO annotations, mostly rare and "
            f"genetic, for a patient met in: {ranking.setting}. "
            "For research use; not for diagnosis without a clinician."
        ),
        ranked=every,
        not_ranked="common diseases that are not in the tables, rare ones without HPO annotations",
        asked="all",
        setting=str(ranking.setting),
    )


def hypothesis(method: BothRanker, ranking: BothRanking, number: int) -> Hypothesis:
    """One candidate with its reasons; of one that is known in both ways the curated name leads."""
    n = len(ranking.curated.diseases)
    if number < n:
        return common_hypothesis(method.terms, ranking, number)
    found = rare_hypothesis(method.rare_in(ranking.setting), ranking.rare, number - n)
    ref = ranking.ref(number)
    others = [i for i in (found.disease, *found.same_as) if i != ref.id]
    return Hypothesis(
        disease=ref.id,
        label=ref.label,
        same_as=tuple(others),
        codes=found.codes,
        prior_score=RARE,
        prior_reason=_BEGINS,
        contributions=found.contributions,
        typical_not_mentioned=found.typical_not_mentioned,
    )


def beliefs(method: BothRanker, ranking: BothRanking) -> Beliefs:
    """What is likely now; a pair that nobody recorded is as much rarer than the background as it
    costs a score."""
    table = method.common.table(ranking.setting)
    background = table.background()
    likely, outside = posterior(ranking, table.parameters.outside)
    n = len(ranking.curated.diseases)
    unrecorded = float(np.exp(-method.parameters.unprinted))

    def found(term: int) -> Array:
        rare = shares(ranking.rare.view, term)
        rare[rare == 0] = unrecorded * background[term]
        common = shares_of_curated(table, term, float(background[term]))
        return np.concatenate([common, rare])

    def own(number: int) -> list[int]:
        if number < n:
            return askable(table, number)
        matrix = ranking.rare.view.matrix_for(number - n)
        pairs = matrix.pairs_of(number - n)
        terms = matrix.pair_term[pairs.start : pairs.stop]
        seen = ~np.isnan(matrix.pair_share[pairs.start : pairs.stop])
        return [t for t in terms[seen].tolist() if method.terms.is_phenotype(t)]

    def recorded(number: int, term: int) -> float | None:
        if number < n:
            return counted(table, number, term)
        return recorded_share(ranking.rare.view, term, number - n)

    return Beliefs(
        posterior=likely,
        outside=outside,
        shares=found,
        background=lambda term: float(background[term]),
        own=own,
        recorded=recorded,
    )
