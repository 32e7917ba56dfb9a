"""Two diseases at once, where the best single one leaves specific findings unexplained.

A present finding goes to the member that explains it better, and counts there beside that
member's other findings. An absent one counts against both, for a patient with two diseases could
have had it from either. What belongs to a disease as a whole (its profile, age, sex) counts for
each. The second disease has a price: the log of its own prior share, as the first has in every
score. That takes the two to come independently; nothing measured stands behind it. A pair is
shown where it is still at least `ODDS` times as likely as the best single disease.

Pairs stand beside the ranking and never in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import log

import numpy as np

from domain.differential import Hypothesis, Match, Pair, PairMember, Pairs, Ranked
from domain.evidence import ConceptRef
from domain.findings import State
from kg.arrays import Array
from reasoning.families import relatives
from reasoning.joint import joint_effects, together
from reasoning.ranking import Ranker, Ranking
from reasoning.scorer import Sign

#: A finding is specific where at most one disease in this many shows it.
RARITY = 20
#: First members are sought among so many first diseases; second ones also among as many that do
#: best with the findings left over.
CANDIDATES = 40
ODDS = 2.0
SHOWN = 3
_ALL_EXPLAINED = "The first diagnosis explains every specific present finding."
_NOT_PAID = (
    "The first diagnosis leaves specific findings unexplained, but no second disease explains "
    "enough of them to pay for two rare diseases at once."
)
_ASSUMED = (
    "Two diseases that come independently are assumed, each as likely as it is alone. They are "
    "not part of the ranking."
)


def pairs(
    ranker: Ranker, ranking: Ranking, best: Ranked | None, explain: Callable[[int], Hypothesis]
) -> Pairs:
    """Pairs of diseases that together explain the case better than `best`, the first of the
    ranking, the likeliest first; or why none is shown. `explain` opens up one disease."""
    if best is None:
        return Pairs(reason="No disease was ranked.")
    effects = np.stack(ranking.effects)
    specific = [i for i, sign in enumerate(ranking.signs) if _is_specific(ranking, sign)]
    of_best = {c.finding: c for c in best.hypothesis.contributions}
    left = [
        i
        for i in specific
        if effects[i, ranking.order[0]] <= 0 or of_best[ranking.signs[i].ref].match is Match.NONE
    ]
    if not left:
        return Pairs(reason=_ALL_EXPLAINED)
    # What calibration makes of a score decides how many nats of score a share is worth.
    scale = ranker.calibration.scale
    margin = log(ODDS) / scale
    found = []
    for first, second in _best_pairs(ranker, ranking, effects, left):
        rest = [i for i in specific if max(effects[i, first], effects[i, second]) <= 0]
        found.append(
            Pair(
                first=_member(ranker, ranking, effects, (first, second), explain),
                second=_member(ranker, ranking, effects, (second, first), explain),
                prior_score=float(ranking.priors.scores[first]),
                price=float(ranking.priors.scores[second]) / scale,
                best_score=best.hypothesis.score,
                unexplained=tuple(ranking.signs[i].ref for i in rest),
            )
        )
    return Pairs(
        status="shown" if found else "none_shown",
        reason=_ASSUMED if found else _NOT_PAID,
        pairs=tuple(found),
        unexplained=tuple(ranking.signs[i].ref for i in left),
        price=ranking.prior / scale,
        margin=margin,
    )


def _is_specific(ranking: Ranking, sign: Sign) -> bool:
    information = float(ranking.view.background.information[sign.term])
    called = {u.finding.concept for u in ranking.uses if u.finding.state is not State.ABSENT}
    return sign.ratio > 1 and sign.ref.id in called and information >= log(RARITY)


def _best_pairs(
    ranker: Ranker, ranking: Ranking, effects: Array, left: Sequence[int]
) -> list[tuple[int, int]]:
    """At most `SHOWN` pairs of diseases (numbers, the better ranked first) that gain more than
    the margin over the best single one. Two of one family are no pair."""
    method, signs, scale = ranker.scorer, ranking.signs, ranker.calibration.scale
    priors, scores, order = ranking.priors.scores, ranking.scores, ranking.order
    whole = scores - priors - together(method, signs, effects).sum(axis=0)
    helpful = together(method, [signs[i] for i in left], effects[left]).sum(axis=0) + whole
    firsts = order[:CANDIDATES]
    helpers = np.argsort(-helpful, kind="stable")[:CANDIDATES]
    # What the patient is known to have is not in the order, and is no second disease either.
    seconds = np.setdiff1d(np.union1d(firsts, helpers), ranking.known)
    one, other = np.repeat(firsts, len(seconds)), np.tile(seconds, len(firsts))
    place = np.zeros(len(scores), dtype=np.int64)
    place[order] = np.arange(len(order))
    helps = (effects[left] > 0).any(axis=0)
    tried = (place[one] < place[other]) & (helps[one] | helps[other])
    one, other = one[tried], other[tried]
    score = priors[one] + priors[other] / scale + whole[one] + whole[other]
    for mine, others in ((one, other), (other, one)):
        score += together(method, signs, _counted(signs, effects, mine, others)).sum(axis=0)
    gain = score - scores[order[0]] - log(ODDS) / scale
    found: list[tuple[int, int]] = []
    for at in np.argsort(-gain, kind="stable"):
        if gain[at] <= 0 or len(found) == SHOWN:
            break
        if other[at] not in relatives(ranking.view.knowledge, int(one[at])):
            found.append((int(one[at]), int(other[at])))
    return found


def _counted(signs: Sequence[Sign], effects: Array, mine: Array, others: Array) -> Array:
    """What each finding alone does to `mine` where it counts there and not for the other of the
    pair, else 0: shape (signs, pairs). Of equals the lower disease number explains."""
    here, there = effects[:, mine], effects[:, others]
    explained = (here > there) | ((here == there) & (mine < others))
    absent = np.array([[sign.ratio <= 1] for sign in signs])
    return np.where(explained | absent, here, 0.0)


def _member(
    ranker: Ranker,
    ranking: Ranking,
    effects: Array,
    members: tuple[int, int],
    explain: Callable[[int], Hypothesis],
) -> PairMember:
    """The first of two diseases, with what counts of it beside the second."""
    mine, other = np.array(members[:1]), np.array(members[1:])
    alone = _counted(ranking.signs, effects, mine, other)[:, 0]
    values = together(ranker.scorer, ranking.signs, alone)
    joint = joint_effects(ranking.signs, alone)
    counts = {
        s.ref: (float(v), j)
        for s, a, v, j in zip(ranking.signs, alone, values, joint, strict=True)
        if a
    }
    hypothesis = explain(members[0])
    return PairMember(
        rank=int(np.flatnonzero(ranking.order == members[0])[0]) + 1,
        disease=ConceptRef(id=hypothesis.disease, label=hypothesis.label),
        contributions=tuple(
            c
            if c.finding is None
            else replace(c, log_likelihood_ratio=counts[c.finding][0], joint=counts[c.finding][1])
            for c in hypothesis.contributions
            if c.finding is None or c.finding in counts
        ),
    )
