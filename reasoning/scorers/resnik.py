"""Resnik's similarity, best-match average in both directions: kept to compare with.

After Resnik, Using information content to evaluate semantic similarity in a taxonomy, IJCAI 1995,
and Köhler et al., Clinical diagnostics in human genetics with semantic similarity searches in
ontologies, AJHG 2009 (the Phenomizer). Two terms are as similar as the information of their most
informative common ancestor, I(t) = -log(share of diseases that have t or a term below it). With n
present findings q and the terms u of a disease, the symmetric average is

    (mean over q of the best I over u  +  mean over u of the best I over q) / 2

The score is 2 n times this: one number for each finding, and n times the mean over the disease's
own terms as its profile. n is the same for all diseases, so that the order is that of the average.
These are nats of information and no likelihood ratios. Frequencies, absent findings and what a
disease was denied are not read. Evidence of likelihood ratio r counts 1 - 1/r of a finding.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from domain.differential import Contribution, Match
from kg.arrays import Array
from reasoning.evidence import EvidenceMatrix
from reasoning.matching import kind_of, walk
from reasoning.scorer import OneByOne, Sign
from reasoning.view import View

NAME = "what the disease's own findings share with the case"


class ResnikScorer(OneByOne):
    """See the module's text. It has no parameters."""

    name = "resnik"
    comparison = True
    reads_absence = False

    def settings(self) -> dict[str, float]:
        """The parameters, for the record."""
        return {}

    def effects(self, view: View, matrix: EvidenceMatrix, sign: Sign) -> Array:
        """The information that `sign` shares with every disease, in nats."""
        shared = np.zeros(len(view.knowledge.diseases))
        if (part := sign.presence) == 0:
            return shared
        information = _information(view)
        above = view.knowledge.ancestors[sign.term]
        for term in above[np.argsort(information[above], kind="stable")].tolist():
            shared[matrix.entries(term)[0]] = information[term]
        return part * shared

    def reason(self, view: View, sign: Sign, disease: int) -> Contribution:
        """The same number for one disease, with its reason."""
        knowledge, matrix = view.knowledge, view.matrix_for(disease)
        information = _information(view)
        common = [
            (float(information[term]), len(knowledge.ancestors[term]), term, entry[1])
            for term in knowledge.ancestors[sign.term].tolist()
            if (entry := matrix.entry(term, disease)) is not None
        ]
        value, _, via, pair = max(common, default=(0.0, 0, sign.term, -1))
        if value == 0 or sign.presence == 0:
            return Contribution(
                match=Match.NONE,
                log_likelihood_ratio=0.0,
                finding=sign.ref,
                text="shares nothing with this disease" if sign.ratio > 1 else "not read",
            )
        own = matrix.pairs_of(disease)
        pair = next((p for p in matrix.seen(via).tolist() if p in own), pair)
        met = int(matrix.pair_term[pair])
        return Contribution(
            match=kind_of(knowledge, sign.term, met),
            log_likelihood_ratio=sign.presence * value,
            finding=sign.ref,
            text=f"information of {knowledge.terms.label(via)}",
            path=walk(knowledge, sign.term, via, met, disease),
            assertions=tuple(knowledge.assertion(row) for row in matrix.rows_of(pair)),
        )

    def profile(self, view: View, matrix: EvidenceMatrix, signs: Sequence[Sign]) -> Array:
        """How much each disease's own findings share with the case on average, in nats, times
        the number of findings."""
        n = len(view.knowledge.diseases)
        own = ~np.isnan(matrix.pair_share)
        disease = matrix.pair_disease[own]
        shared = _shared(view, signs)[matrix.pair_term[own]]
        total = np.bincount(disease, weights=shared, minlength=n)
        size = np.maximum(np.bincount(disease, minlength=n), 1)
        return np.asarray(_count(signs) * total / size)

    def profile_reasons(
        self, view: View, signs: Sequence[Sign], disease: int
    ) -> tuple[Contribution, ...]:
        """The same for one disease, with the rows of those of its findings that were found."""
        matrix = view.matrix_for(disease)
        pairs = [p for p in matrix.pairs_of(disease) if not np.isnan(matrix.pair_share[p])]
        shared = _shared(view, signs)[matrix.pair_term[pairs]] if pairs else np.zeros(1)
        mean, count = float(shared.mean()), _count(signs)
        implied = {
            t for s in signs if s.presence for t in view.knowledge.ancestors[s.term].tolist()
        }
        found = [p for p in pairs if int(matrix.pair_term[p]) in implied]
        rows = [row for pair in found for row in matrix.rows_of(pair)]
        return (
            Contribution(
                match=Match.PROFILE,
                log_likelihood_ratio=count * mean,
                name=NAME,
                text=f"{mean:.2f} on average over {len(pairs)} findings, of which {len(found)} "
                f"were found; {count:g} times",
                assertions=tuple(view.knowledge.assertion(row) for row in rows),
            ),
        )


def _count(signs: Sequence[Sign]) -> float:
    """The number of present findings, each as far as it counts."""
    return sum(sign.weight * sign.presence for sign in signs)


def _information(view: View) -> Array:
    """By term, in nats, by all rows of the release; 0 where no disease has it."""
    have = np.diff(view.matrix.entry_starts)
    return np.where(have > 0, np.log(len(view.knowledge.diseases) / np.maximum(have, 1)), 0.0)


def _shared(view: View, signs: Sequence[Sign]) -> Array:
    """By term, the most information that it shares with a present finding."""
    above = view.knowledge.ancestors
    reached = np.zeros(len(view.knowledge.terms))
    for sign in signs:
        reached[above[sign.term]] = np.maximum(reached[above[sign.term]], sign.presence)
    worth = reached * _information(view)
    return np.asarray(np.maximum.reduceat(worth[above.values], above.starts[:-1]))


SCORER = ResnikScorer()
