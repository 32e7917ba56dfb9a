"""What to look for next: open findings by the information that their answer is expected to bring.

    gain = H(D) - P H(D | present) - (1 - P) H(D | absent)
         = h(P) - sum_i p_i h(f_i) - o h(b),    P = sum_i p_i f_i + o b

in nats, over the present shares p of all diseases and o of what is outside the knowledge base. H
is their entropy, h that of a yes or no; f_i is how often disease i shows the finding or one below
it, and b the background. The answer is read by Bayes' rule with these frequencies. The method's
own update is damped, with weights chosen for whole cases, and its entropy tells little of an
answer's worth: on development cases with half of their findings hidden, the order by it was no
better than chance among the same candidates, and the order by this gain was. What each answer
would *do* is told by the method itself, so that "if present, X becomes first" is what the tool
would then say.

The candidates are the findings annotated to the likeliest diseases, first sifted on these alone.
"""

from __future__ import annotations

import numpy as np

from domain.what_if import TOP, Move, NextFinding, Outlook
from kg.arrays import Array
from reasoning.knowledge import Knowledge
from reasoning.ranking import Ranker, Ranking
from reasoning.supposed import place, rank_answered, settled, shares, uncertainty

#: Diseases whose findings are candidates, candidates whose gain is worked out in full, and
#: findings proposed, each of which takes two rankings.
DISEASES = 50
SIFTED = 24
SHOWN = 8


def next_findings(ranker: Ranker, ranking: Ranking) -> tuple[NextFinding, ...]:
    """At most `SHOWN` open findings, the most informative first; of a term and its ancestor one.

    None where no finding entered the score, for then nothing is ranked.
    """
    if not ranking.signs or not len(ranking.order):
        return ()
    gains = {term: gain(ranking, term) for term in _candidates(ranker, ranking)}
    best = sorted((term for term in gains if gains[term] > 0), key=lambda t: (-gains[t], t))
    return tuple(_worked_out(ranker, ranking, term, gains[term]) for term in best[:SHOWN])


def gain(ranking: Ranking, term: int) -> float:
    """The expected information of whether a finding is there, in nats: at least 0, and at most
    the entropy of the shares."""
    shown = shares(ranking.view, term)
    at = np.flatnonzero(shown)
    p = np.append(ranking.posterior[at], ranking.outside)
    return information(p, np.append(shown[at], ranking.view.background.share[term]))


def information(posterior: Array, shares: Array) -> float:
    """What the answer to a finding is expected to tell of hypotheses with these posteriors, whose
    patients have it as often as `shares` say: nats, at least 0; both of shape (hypotheses,)."""
    value = uncertainty((posterior * shares).sum()) - (posterior * uncertainty(shares)).sum()
    return max(float(value), 0.0)


def _worked_out(ranker: Ranker, ranking: Ranking, term: int, gain: float) -> NextFinding:
    present, absent = (
        rank_answered(ranker, ranking, term, present=answer) for answer in (True, False)
    )
    return NextFinding(
        concept=ranker.knowledge.terms.ref(term),
        how=ranker.ways.how(term),
        gain=gain,
        if_present=_outlook(ranker.knowledge, ranking, present),
        if_absent=_outlook(ranker.knowledge, ranking, absent),
    )


def _outlook(knowledge: Knowledge, now: Ranking, then: Ranking) -> Outlook:
    return Outlook(
        first=knowledge.diseases.ref(int(then.scores.argmax())),
        moves=tuple(
            Move(
                disease=knowledge.diseases.ref(disease),
                before=before,
                after=place(then, disease),
            )
            for before, disease in enumerate(now.order[:TOP].tolist(), start=1)
        ),
    )


def _candidates(ranker: Ranker, ranking: Ranking) -> list[int]:
    """Open terms that tell most, as far as the likeliest diseases show; none above another."""
    knowledge = ranker.knowledge
    top = ranking.order[:DISEASES]
    terms, found = _shares_of(
        ranking, top, ~settled(ranking.view.knowledge, ranking.view.passing, ranking.uses)
    )
    p = ranking.posterior[top][:, None]
    rest = max(1.0 - float(p.sum()), 0.0)
    background = ranking.view.background.share[terms]
    told = uncertainty((p * found).sum(axis=0) + rest * background)
    told -= (p * uncertainty(found)).sum(axis=0) + rest * uncertainty(background)
    chosen: list[int] = []
    for term in terms[np.argsort(-told, kind="stable")].tolist():
        if len(chosen) == SIFTED:
            break
        if knowledge.is_phenotype(term) and ranker.ways.fits(term, ranking.case.sex):
            above = knowledge.ancestors
            if not any(term in above[c] or c in above[term] for c in chosen):
                chosen.append(term)
    return chosen


def _shares_of(ranking: Ranking, diseases: Array, wanted: Array) -> tuple[Array, Array]:
    """The wanted terms that some of these diseases are annotated with themselves, and how often
    each disease shows each of them or one below it: shape (diseases, terms)."""
    above = ranking.view.knowledge.ancestors
    rows, terms, values = [], [], []
    for i, disease in enumerate(diseases.tolist()):
        matrix = ranking.view.matrix_for(disease)
        pairs = matrix.pairs_of(disease)
        share = matrix.pair_share[pairs.start : pairs.stop]
        seen = ~np.isnan(share)
        terms.append(matrix.pair_term[pairs.start : pairs.stop][seen])
        values.append(share[seen])
        rows.append(np.full(int(seen.sum()), i))
    row, term, value = map(np.concatenate, (rows, terms, values))
    length = above.starts[term + 1] - above.starts[term]
    within = np.arange(int(length.sum())) - np.repeat(np.cumsum(length) - length, length)
    upper = above.values[np.repeat(above.starts[term], length) + within]
    own = np.unique(term[wanted[term]])
    number = np.full(len(wanted), -1)
    number[own] = np.arange(len(own))
    at = number[upper]
    kept = at >= 0
    found = np.zeros((len(diseases), len(own)))
    np.maximum.at(found, (np.repeat(row, length)[kept], at[kept]), np.repeat(value, length)[kept])
    return own, found
