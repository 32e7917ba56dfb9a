"""What to look for next among common diseases, alone or with the rare ones: open findings by the
information that their answer is expected to bring (reasoning/next_findings.py)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from domain.what_if import TOP, Move, NextFinding, Outlook
from reasoning.common.beliefs import Beliefs
from reasoning.common.ranker import CommonRanking
from reasoning.common.supposed import rank_answered
from reasoning.next_findings import SHOWN, SIFTED, information
from reasoning.supposed import settled
from reasoning.ways import Ways

if TYPE_CHECKING:
    from reasoning.common.answer import Method

#: Candidates whose findings may be proposed.
CANDIDATES = 30
#: Candidates for each of which one finding is proposed that tells it from all others.
LEADERS = 3


def next_findings(
    method: Method, ranking: CommonRanking, beliefs: Beliefs, ways: Ways
) -> tuple[NextFinding, ...]:
    """At most `SHOWN` open findings, the most informative first; of a term and its ancestor one.
    Among them is, for each of the first `LEADERS` candidates, the one that tells it best from all
    others.

    None where no finding counts, for then nothing is ranked."""
    if not ranking.heard:
        return ()
    closed = settled(method.terms, method.passing, ranking.uses)

    def askable(term: int) -> bool:
        character = method.terms.is_character(term)
        return not closed[term] and not character and ways.fits(term, ranking.case.sex)

    leaders = ranking.order[:LEADERS].tolist()
    telling = [t for n in leaders if (t := _telling(beliefs, n, askable)) is not None]
    gains = {t: gain(beliefs, t) for t in [*_open(ranking, beliefs, askable), *telling]}
    best = sorted((t for t in gains if gains[t] > 0), key=lambda t: (-gains[t], t))
    above, chosen = method.terms.ancestors, list[int]()
    for term in [*(t for t in telling if gains[t] > 0), *best]:
        if len(chosen) < SHOWN and not any(term in above[c] or c in above[term] for c in chosen):
            chosen.append(term)
    return tuple(
        NextFinding(
            concept=method.terms.terms.ref(term),
            how=ways.how(term),
            gain=gains[term],
            if_present=_outlook(method, ranking, term, present=True),
            if_absent=_outlook(method, ranking, term, present=False),
        )
        for term in sorted(chosen, key=lambda t: (-gains[t], t))
    )


def gain(beliefs: Beliefs, term: int) -> float:
    """The expected information of whether a finding is there, in nats."""
    shares = np.append(beliefs.shares(term), beliefs.background(term))
    return information(np.append(beliefs.posterior, beliefs.outside), shares)


def _open(
    ranking: CommonRanking, beliefs: Beliefs, askable: Callable[[int], bool]
) -> Sequence[int]:
    """Terms of the likeliest candidates on which the case says nothing yet, those that the
    likeliest show most first, as many as are worked out."""
    weight: dict[int, float] = {}
    for number in ranking.order[:CANDIDATES].tolist():
        for term in beliefs.own(number):
            if askable(term):
                weight[term] = weight.get(term, 0.0) + float(beliefs.posterior[number])
    return sorted(weight, key=lambda t: (-weight[t], t))[: SIFTED * 3]


def _telling(beliefs: Beliefs, number: int, askable: Callable[[int], bool]) -> int | None:
    """The open finding that tells one candidate best from all the others, were it as likely as
    they are together; None where nothing of it is open."""
    rest = np.append(beliefs.posterior, beliefs.outside)
    rest[number] = 0.0
    if not rest.sum():
        return None
    rest /= rest.sum()

    def tells(term: int) -> float:
        shares = np.append(beliefs.shares(term), beliefs.background(term))
        pair = np.array([shares[number], float((rest * shares).sum())])
        return information(np.array([0.5, 0.5]), pair)

    found = [t for t in beliefs.own(number) if askable(t)]
    return max(found, key=lambda t: (tells(t), -t), default=None)


def _outlook(method: Method, ranking: CommonRanking, term: int, *, present: bool) -> Outlook:
    then = rank_answered(method, ranking, term, present=present)
    place = {number: i for i, number in enumerate(then.order.tolist(), start=1)}
    return Outlook(
        first=then.ref(int(then.order[0])),
        moves=tuple(
            Move(
                disease=ranking.ref(number),
                before=before,
                after=place.get(number) or then.rank_of(ranking.ref(number).id) or len(place),
            )
            for before, number in enumerate(ranking.order[:TOP].tolist(), start=1)
        ),
    )
