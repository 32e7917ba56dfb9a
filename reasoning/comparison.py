"""What separates two diseases: each reason in both, and what to look for to part them.

The rows sum to the difference of the scores, less that of the priors. Open findings are sifted by
how well they would tell two equally likely patients of these diseases apart; then both answers are
worked out by the method itself, and what an answer would add to the difference of the scores is
shown. What a method is asked for is a `Parting`; here is that of the rare diseases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from domain.differential import Compared, Comparison, Contribution, Ranked, Separator
from domain.errors import InvalidField
from domain.identifiers import Curie
from reasoning.knowledge import Knowledge
from reasoning.ranking import Ranker, Ranking
from reasoning.supposed import rank_answered, recorded_share, settled, uncertainty
from reasoning.ways import Ways

#: Open findings that are worked out, and that are shown.
TRIED = 16
SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Parting:
    """Two ranked diseases, as far as findings part them.

    `open` are the terms that either is recorded to show and that may still be asked for; `likely`
    how often patients of each are taken to have a term, `recorded` how often somebody recorded it,
    None where nobody did; `difference` is that of their scores, were the term present or absent.
    """

    terms: Knowledge
    ways: Ways
    now: float
    open: Iterable[int]
    likely: Callable[[int], tuple[float, float]]
    recorded: Callable[[int], tuple[float | None, float | None]]
    difference: Callable[[int, bool], float]


def comparison(ranker: Ranker, ranking: Ranking, one: Ranked, other: Ranked) -> Comparison:
    """Two diseases of the ranking, with their reasons, side by side. Raises InvalidField where
    both are the same."""
    first, second = (int(ranking.order[r.rank - 1]) for r in (one, other))
    return side_by_side(one, other, lambda: _parting(ranker, ranking, first, second))


def side_by_side(one: Ranked, other: Ranked, parting: Callable[[], Parting]) -> Comparison:
    """Two ranked diseases with what separates them, and what would. Raises InvalidField where
    both are the same."""
    if one.rank == other.rank:
        raise InvalidField(
            "compare",
            f"{one.hypothesis.disease} is named twice.",
            mend="Name two different diseases; ids of one disease count as one.",
        )
    rows = _rows(one.hypothesis.contributions, other.hypothesis.contributions)
    return Comparison(
        one=one,
        other=other,
        rows=tuple(sorted(rows, key=lambda r: -abs(r.difference))),
        separators=_separators(parting()),
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


def _separators(p: Parting) -> tuple[Separator, ...]:
    found: list[tuple[float, Separator]] = []
    for term in _candidates(p):
        present, absent = (p.difference(term, answer) - p.now for answer in (True, False))
        one, other = p.recorded(term)
        # By the size of the effect that is to be expected, were either disease as likely.
        share = sum(p.likely(term)) / 2
        separator = Separator(
            concept=p.terms.terms.ref(term),
            how=p.ways.how(term),
            one=one,
            other=other,
            if_present=present,
            if_absent=absent,
        )
        found.append((share * abs(present) + (1 - share) * abs(absent), separator))
    found.sort(key=lambda pair: (-pair[0], pair[1].concept.id))
    return tuple(separator for size, separator in found[:SHOWN] if size > 0)


def _candidates(p: Parting) -> list[int]:
    """Open terms, those first that tell most; none above another."""
    told: list[tuple[float, int]] = []
    for term in sorted(set(p.open)):
        both = np.array(p.likely(term))
        told.append((float(uncertainty(both).mean()) - float(uncertainty(both.mean())), term))
    chosen: list[int] = []
    above = p.terms.ancestors
    for _, term in sorted(told):
        if len(chosen) == TRIED:
            break
        if not any(term in above[c] or c in above[term] for c in chosen):
            chosen.append(term)
    return chosen


def _parting(ranker: Ranker, ranking: Ranking, one: int, other: int) -> Parting:
    knowledge, view = ranker.knowledge, ranking.view
    closed = settled(view.knowledge, view.passing, ranking.uses)

    def recorded(term: int) -> tuple[float | None, float | None]:
        return recorded_share(view, term, one), recorded_share(view, term, other)

    def likely(term: int) -> tuple[float, float]:
        first, second = recorded(term)
        return first or 0.0, second or 0.0

    def difference(term: int, present: bool) -> float:
        then = rank_answered(ranker, ranking, term, present=present)
        return float(then.scores[one] - then.scores[other])

    return Parting(
        terms=knowledge,
        ways=ranker.ways,
        now=float(ranking.scores[one] - ranking.scores[other]),
        open=(
            term
            for disease in (one, other)
            for pair in view.matrix_for(disease).pairs_of(disease)
            if not closed[term := int(view.matrix_for(disease).pair_term[pair])]
            and knowledge.is_phenotype(term)
            and ranker.ways.fits(term, ranking.case.sex)
        ),
        likely=likely,
        recorded=recorded,
        difference=difference,
    )
