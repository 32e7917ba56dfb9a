"""Judge rankings of cases whose disease is known: what became of each case, and the tables.

A case is *covered* if the release says of its disease that patients had some finding. With the
case's own publication removed, that disease may keep nothing: such a case cannot be ranked, is
counted beside, and is "not in the knowledge base" where calibration is measured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf

import numpy as np

from domain.case import Case
from domain.identifiers import Curie
from reasoning.families import family_rank
from reasoning.measures import Bootstrap, Figure, Measures, hits, measure
from reasoning.ranking import LeaveOut, Ranker, Ranking
from reasoning.reliability import Reliability, reliability, separation


class Setting(StrEnum):
    """What of the knowledge a case may see."""

    EVERYTHING = "nothing removed"
    OWN = "own publication removed"
    NAMING = "rows naming it removed"
    SOURCES = "own publication and source-only rows removed"


#: Settings in which cases of diseases that are not covered are ranked too: calibration and the
#: share outside the knowledge base are measured there.
WITH_UNCOVERED = (Setting.EVERYTHING, Setting.OWN)


class Standing(StrEnum):
    """Whether the true disease could be ranked at all."""

    COVERED = "covered"
    LEFT_WITH_NOTHING = "left with nothing"
    NOT_COVERED = "not covered"


#: Bands of a whole number, each with its first and last.
FINDINGS = {"0": (0, 0), "1-2": (1, 2), "3-5": (3, 5), "6-10": (6, 10), ">10": (11, inf)}
DEPTHS = {"1-5": (1, 5), "6-15": (6, 15), "16-40": (16, 40), ">40": (41, inf)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one case. `rank` is None where the disease was not returned or cannot be;
    `family_rank` is the place of its family among families. `posterior` is the first
    hypothesis's. `present` and `absent` count the findings in the score; `depth` the findings
    that the visible rows say patients with the true disease had."""

    case: str
    disease: Curie
    setting: Setting
    standing: Standing
    rank: int | None
    rank_without_absent: int | None
    family_rank: int | None
    right: bool
    posterior: float
    posterior_of_truth: float | None
    outside: float
    present: int
    absent: int
    depth: int


def leave_out(setting: Setting, case: Case, disease: str) -> LeaveOut | None:
    """What a setting hides from a case."""
    if setting is Setting.EVERYTHING:
        return None
    return LeaveOut(
        references=case.references,
        any_of=setting is Setting.NAMING,
        source_only_of=disease if setting is Setting.SOURCES else None,
    )


def judge(ranker: Ranker, case: Case, disease: Curie, setting: Setting) -> Outcome:
    """Rank a case and see where its true disease stands."""
    away = leave_out(setting, case, disease)
    ranking = ranker.rank(case, away)
    number = ranker.knowledge.disease(disease)
    standing = Standing.NOT_COVERED
    if number is not None and ranker.covers(disease):
        kept = away is None or ranker.covers(disease, away)
        standing = Standing.COVERED if kept else Standing.LEFT_WITH_NOTHING
    true = number if standing is Standing.COVERED else None
    without = ranking
    if true is not None and any(s.ratio < 1 for s in ranking.signs):
        without = ranker.again(ranking, [s for s in ranking.signs if s.ratio >= 1])
    rank = None if true is None else rank_of(ranking, true)
    return Outcome(
        case=case.id,
        disease=disease,
        setting=setting,
        standing=standing,
        rank=rank,
        rank_without_absent=None if true is None else rank_of(without, true),
        family_rank=None if rank is None else family_rank(ranking, disease),
        right=rank == 1,
        posterior=float(ranking.posterior[ranking.order[0]]),
        posterior_of_truth=None if true is None else float(ranking.posterior[true]),
        outside=ranking.outside,
        present=sum(s.ratio > 1 for s in ranking.signs),
        absent=sum(s.ratio < 1 for s in ranking.signs),
        depth=0 if true is None else depth(ranking, true),
    )


def rank_of(ranking: Ranking, disease: int) -> int | None:
    """The place of a disease in `ranking.order`, from 1; None where no finding was used, so that
    none has one."""
    if not ranking.signs:
        return None
    scores = ranking.scores
    ahead = (scores > scores[disease]).sum() + (scores[:disease] == scores[disease]).sum()
    return int(ahead) + 1


def depth(ranking: Ranking, disease: int) -> int:
    """Findings that patients with the disease had, as far as the case may see."""
    matrix = ranking.view.matrix_for(disease)
    pairs = matrix.pairs_of(disease)
    return int((~np.isnan(matrix.pair_share[pairs.start : pairs.stop])).sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusions:
    """Top-1 with and without the cases' absent findings; `cost` is without less with, paired.
    `cases` have an absent finding in the score."""

    cases: int
    with_them: Figure
    without: Figure
    cost: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """All figures of one scoring method in one setting. What needs cases that are not covered is
    None where none was ranked; `by_family` where the release has no families."""

    scorer: str
    setting: Setting
    left_with_nothing: int
    not_covered: int
    measures: Measures
    by_family: Measures | None
    by_findings: Mapping[str, Measures]
    by_depth: Mapping[str, Measures]
    exclusions: Exclusions
    reliability: Reliability | None
    outside: Figure | None


def summarise(
    scorer: str, setting: Setting, outcomes: Sequence[Outcome], *, seed: int, grouped: bool = False
) -> Result:
    """The figures of all outcomes of one scoring method in one setting."""
    covered = [o for o in outcomes if o.standing is Standing.COVERED]
    left = sum(o.standing is Standing.LEFT_WITH_NOTHING for o in outcomes)
    beyond = len(outcomes) - len(covered) - left
    diseases = [o.disease for o in covered]
    family = hits([o.family_rank for o in covered])
    return Result(
        scorer=scorer,
        setting=setting,
        left_with_nothing=left,
        not_covered=beyond,
        measures=measure(hits([o.rank for o in covered]), diseases, seed=seed),
        by_family=measure(family, diseases, seed=seed) if grouped else None,
        by_findings=_banded(covered, FINDINGS, lambda o: o.present, seed),
        by_depth=_banded(covered, DEPTHS, lambda o: o.depth, seed),
        exclusions=_exclusions(covered, seed),
        reliability=_reliability(outcomes, seed) if beyond else None,
        outside=_outside(outcomes, seed) if beyond and setting is Setting.EVERYTHING else None,
    )


def _banded(
    outcomes: Sequence[Outcome],
    bands: Mapping[str, tuple[int, float]],
    of: Callable[[Outcome], int],
    seed: int,
) -> dict[str, Measures]:
    """Measures of each band that has a case."""
    found = {}
    for name, (first, last) in bands.items():
        some = [o for o in outcomes if first <= of(o) <= last]
        if some:
            values = hits([o.rank for o in some])
            found[name] = measure(values, [o.disease for o in some], seed=seed)
    return found


def _exclusions(outcomes: Sequence[Outcome], seed: int) -> Exclusions:
    with_them = hits([o.rank for o in outcomes])[:, 0]
    without = hits([o.rank_without_absent for o in outcomes])[:, 0]
    draws = Bootstrap([o.disease for o in outcomes], seed=seed)
    return Exclusions(
        cases=sum(o.absent > 0 for o in outcomes),
        with_them=draws.mean(with_them),
        without=draws.mean(without),
        cost=draws.mean(without - with_them),
    )


def _reliability(outcomes: Sequence[Outcome], seed: int) -> Reliability | None:
    """Over all cases: where the true disease cannot be ranked, the first is never right."""
    return reliability(
        np.array([o.posterior for o in outcomes]),
        np.array([o.right for o in outcomes]),
        [o.disease for o in outcomes],
        seed=seed,
    )


def _outside(outcomes: Sequence[Outcome], seed: int) -> Figure:
    """How well the share outside the knowledge base tells what is not covered."""
    return separation(
        np.array([o.outside for o in outcomes]),
        np.array([o.standing is Standing.NOT_COVERED for o in outcomes]),
        [o.disease for o in outcomes],
        seed=seed,
    )
