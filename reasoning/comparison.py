"""What separates two diseases: each reason in both, and what to look for to part them.

The rows sum to the difference of the scores. Open findings are sifted by how well they would
tell two equally likely patients of these diseases apart; then both answers are worked out by the
method itself, and what an answer would add to the difference of the scores is shown.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from domain.differential import Compared, Comparison, Contribution, Ranked, Separator
from domain.errors import InvalidField
from domain.identifiers import Curie
from reasoning.ranking import Ranker, Ranking
from reasoning.supposed import rank_answered, settled, uncertainty
from reasoning.view import View

#: Open findings that are worked out, and that are shown.
TRIED = 16
SHOWN = 8


def comparison(ranker: Ranker, ranking: Ranking, one: Ranked, other: Ranked) -> Comparison:
    """Two diseases of the ranking, with their reasons, side by side. Raises InvalidField where
    both are the same."""
    if one.rank == other.rank:
        raise InvalidField(
            "compare",
            f"{one.hypothesis.disease} is named twice.",
            mend="Name two different diseases; ids of one disease count as one.",
        )
    rows = _rows(one.hypothesis.contributions, other.hypothesis.contributions)
    first, second = (int(ranking.order[r.rank - 1]) for r in (one, other))
    return Comparison(
        one=one,
        other=other,
        rows=tuple(sorted(rows, key=lambda r: -abs(r.difference))),
        separators=_separators(ranker, ranking, first, second),
    )


def _rows(one: Iterable[Contribution], other: Iterable[Contribution]) -> list[Compared]:
    """Contributions of both, by finding or by the name of the term."""
    first, second = _keyed(one), _keyed(other)
    keys = dict.fromkeys([*first, *second])
    return [Compared(one=first.get(key), other=second.get(key)) for key in keys]


_Key = tuple[Curie | None, str, int]


def _keyed(contributions: Iterable[Contribution]) -> dict[_Key, Contribution]:
    found: dict[_Key, Contribution] = {}
    for c in contributions:
        concept = None if c.finding is None else c.finding.id
        name = "" if c.finding is not None else c.name or str(c.match)
        same = sum(1 for k in found if k[:2] == (concept, name))
        found[concept, name, same] = c
    return found


def _separators(ranker: Ranker, ranking: Ranking, one: int, other: int) -> tuple[Separator, ...]:
    now = float(ranking.scores[one] - ranking.scores[other])
    found: list[tuple[float, Separator]] = []
    for term in _candidates(ranker, ranking, one, other):
        effects = []
        for present in (True, False):
            then = rank_answered(ranker, ranking, term, present=present)
            effects.append(float(then.scores[one] - then.scores[other]) - now)
        f, g = (_share(ranking.view, term, d) for d in (one, other))
        # By the size of the effect that is to be expected, were either disease as likely.
        p = ((f or 0.0) + (g or 0.0)) / 2
        separator = Separator(
            concept=ranker.knowledge.terms.ref(term),
            how=ranker.ways.how(term),
            one=f,
            other=g,
            if_present=effects[0],
            if_absent=effects[1],
        )
        found.append((p * abs(effects[0]) + (1 - p) * abs(effects[1]), separator))
    found.sort(key=lambda pair: (-pair[0], pair[1].concept.id))
    return tuple(separator for size, separator in found[:SHOWN] if size > 0)


def _candidates(ranker: Ranker, ranking: Ranking, one: int, other: int) -> list[int]:
    """Open terms that either disease is annotated with, those first that tell most; none above
    another."""
    knowledge, view = ranker.knowledge, ranking.view
    closed = settled(ranking.view.knowledge, ranking.view.passing, ranking.uses)
    terms = {
        int(view.matrix_for(d).pair_term[p])
        for d in (one, other)
        for p in view.matrix_for(d).pairs_of(d)
    }
    told: list[tuple[float, int]] = []
    for term in sorted(terms):
        if closed[term] or not knowledge.is_phenotype(term):
            continue
        if not ranker.ways.fits(term, ranking.case.sex):
            continue
        both = np.array([_share(view, term, d) or 0.0 for d in (one, other)])
        gain = float(uncertainty(both.mean())) - float(uncertainty(both).mean())
        told.append((-gain, term))
    chosen: list[int] = []
    above = knowledge.ancestors
    for _, term in sorted(told):
        if len(chosen) == TRIED:
            break
        if not any(term in above[c] or c in above[term] for c in chosen):
            chosen.append(term)
    return chosen


def _share(view: View, term: int, disease: int) -> float | None:
    """How often a disease shows a term or one below it; 0 where it, or a term above it, was
    looked for and not found, None where nothing is recorded."""
    matrix = view.matrix_for(disease)
    if (entry := matrix.entry(term, disease)) is not None:
        return entry[0]
    for above in view.knowledge.ancestors[term].tolist():
        if (matrix.pair_disease[matrix.denied(above)] == disease).any():
            return 0.0
    return None
