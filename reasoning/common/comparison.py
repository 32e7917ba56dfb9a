"""What separates two diseases in scopes `common` and `all` (reasoning/comparison.py)."""

from __future__ import annotations

from domain.differential import Comparison, Ranked
from reasoning.common.answer import Method
from reasoning.common.beliefs import Beliefs
from reasoning.common.ranker import CommonRanking
from reasoning.common.supposed import rank_answered
from reasoning.comparison import Parting, side_by_side
from reasoning.supposed import settled
from reasoning.ways import Ways


def comparison(
    method: Method,
    ranking: CommonRanking,
    beliefs: Beliefs,
    ways: Ways,
    one: Ranked,
    other: Ranked,
) -> Comparison:
    """Two candidates of the ranking, with their reasons, side by side. Raises InvalidField where
    both are the same."""
    numbers = int(ranking.order[one.rank - 1]), int(ranking.order[other.rank - 1])
    return side_by_side(one, other, lambda: _parting(method, ranking, beliefs, ways, numbers))


def _parting(
    method: Method,
    ranking: CommonRanking,
    beliefs: Beliefs,
    ways: Ways,
    numbers: tuple[int, int],
) -> Parting:
    one, other = numbers
    closed = settled(method.terms, method.passing, ranking.uses)

    def likely(term: int) -> tuple[float, float]:
        found = beliefs.shares(term)
        return float(found[one]), float(found[other])

    def gap(then: CommonRanking) -> float:
        # Of a disease that is known in both ways the other one may be the better argued then.
        first, second = (then.score_of(ranking.ref(number).id) for number in numbers)
        return first - second

    return Parting(
        terms=method.terms,
        ways=ways,
        now=gap(ranking),
        open=(
            term
            for number in numbers
            for term in beliefs.own(number)
            if not closed[term] and ways.fits(term, ranking.case.sex)
        ),
        likely=likely,
        recorded=lambda term: (beliefs.recorded(one, term), beliefs.recorded(other, term)),
        difference=lambda term, present: gap(rank_answered(method, ranking, term, present=present)),
    )
