"""How often each disease shows each finding: rows pooled to pairs, pairs carried up the hierarchy.

All n/m rows of a disease and term are pooled as counts, `0/n` among them; the share is the mean
of a Beta posterior of weight 4 (so that 1/1 is not 100 %). A finding's share in a disease is the
largest of its own and of the terms below it, with that term as witness. A pair that was only ever
denied (0/n, NOT, HP:0040285) is a negative pair and is never carried up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.assertions import FREQUENCY_CLASSES, Aspect
from kg.arrays import Array, Rows
from reasoning.knowledge import ASPECTS, CLASSES, Knowledge

#: Weight of the Beta prior, in patients, and its mean where a row gives counts only.
PRIOR_WEIGHT = 4.0
PRIOR_MEAN = 0.3
#: Share where rows state that the finding occurs and not how often.
UNSTATED = 0.5
#: A percentage without its number of patients counts like this many.
PERCENT_WEIGHT = 10.0
#: A NOT row counts like 0 of this many: beside other rows, and alone.
DENIAL_BESIDE = 5.0
DENIAL_ALONE = 40.0
MOST = 0.98
_PHENOTYPE = ASPECTS.index(Aspect.PHENOTYPE)
_CLASS_SHARE = np.array([0.0] + [(lo + hi) / 2 for _, lo, hi in FREQUENCY_CLASSES.values()])
_COLUMNS = (
    "pair_disease", "pair_term", "pair_share", "pair_patients", "pair_start", "pair_end",
    "entry_starts", "entry_disease", "entry_share", "entry_pair", "denied_starts", "denied_pairs",
    "seen_starts", "seen_pairs",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceMatrix:
    """Pairs and what they say of each term.

    `pair_share` is NaN for negative pairs; `pair_patients` the patients behind a denial.
    `entry_*` is a sparse matrix by term: diseases (ascending) with the term or one below it,
    the largest share, and the pair that has it. `denied` lists negative pairs by term, `seen` the
    others.
    Rows of a pair are `pair_start` to `pair_end`. `kept` are the rows that exist, of all aspects
    and ascending; None means all.
    """

    pair_disease: Array
    pair_term: Array
    pair_share: Array
    pair_patients: Array
    pair_start: Array
    pair_end: Array
    entry_starts: Array
    entry_disease: Array
    entry_share: Array
    entry_pair: Array
    denied_starts: Array
    denied_pairs: Array
    seen_starts: Array
    seen_pairs: Array
    entry_log: Array
    kept: Array | None = None

    @classmethod
    def of(cls, arrays: dict[str, Array]) -> EvidenceMatrix:
        """From compiled arrays."""
        log_shares = np.log(arrays["entry_share"].astype(np.float64))
        return cls(**{name: arrays[name] for name in _COLUMNS}, entry_log=log_shares)

    def arrays(self) -> dict[str, Array]:
        """The arrays to keep in a release."""
        return {name: getattr(self, name) for name in _COLUMNS}

    @classmethod
    def build(cls, knowledge: Knowledge, rows: Array, n_diseases: int) -> EvidenceMatrix:
        """Pool `rows` (ascending row numbers) and carry shares up; other rows do not exist."""
        findings = rows[knowledge.arrays["row_aspect"][rows] == _PHENOTYPE]
        pairs = pool(knowledge, findings)
        seen = np.flatnonzero(~np.isnan(pairs["pair_share"]))
        starts, disease, share, pair = _carry_up(knowledge, pairs, seen, n_diseases)
        denied = np.flatnonzero(np.isnan(pairs["pair_share"]))
        denied_starts, denied_pairs = _by_term(knowledge, pairs, denied)
        seen_starts, seen_pairs = _by_term(knowledge, pairs, seen)
        return cls(
            **pairs,
            entry_starts=starts,
            entry_disease=disease,
            entry_share=share,
            entry_log=np.log(share.astype(np.float64)),
            entry_pair=pair,
            denied_starts=denied_starts,
            denied_pairs=denied_pairs,
            seen_starts=seen_starts,
            seen_pairs=seen_pairs,
            kept=rows,
        )

    def entries(self, term: int) -> tuple[Array, Array, Array]:
        """Diseases with the term or one below it, their shares, and the witnessing pairs."""
        at = slice(int(self.entry_starts[term]), int(self.entry_starts[term + 1]))
        return self.entry_disease[at], self.entry_share[at], self.entry_pair[at]

    def log_entries(self, term: int) -> tuple[Array, Array]:
        """Diseases with the term or one below it, and the natural logs of their shares."""
        at = slice(int(self.entry_starts[term]), int(self.entry_starts[term + 1]))
        return self.entry_disease[at], self.entry_log[at]

    def entry(self, term: int, disease: int) -> tuple[float, int] | None:
        """Share and witnessing pair of one disease, or None."""
        diseases, shares, pairs = self.entries(term)
        at = int(np.searchsorted(diseases, disease))
        if at == len(diseases) or diseases[at] != disease:
            return None
        return float(shares[at]), int(pairs[at])

    def denied(self, term: int) -> Array:
        """Negative pairs whose term is exactly `term`."""
        return self.denied_pairs[self.denied_starts[term] : self.denied_starts[term + 1]]

    def seen(self, term: int) -> Array:
        """Pairs, not negative, whose term is exactly `term`."""
        return self.seen_pairs[self.seen_starts[term] : self.seen_starts[term + 1]]

    def rows_of(self, pair: int) -> list[int]:
        """The rows behind a pair."""
        rows = range(int(self.pair_start[pair]), int(self.pair_end[pair]))
        if self.kept is None:
            return list(rows)
        return [
            r
            for r in rows
            if (at := np.searchsorted(self.kept, r)) < len(self.kept) and self.kept[at] == r
        ]

    def pairs_of(self, disease: int) -> range:
        """The pairs of a disease, as it is numbered in this matrix."""
        first, last = np.searchsorted(self.pair_disease, (disease, disease + 1))
        return range(int(first), int(last))


def _by_term(knowledge: Knowledge, pairs: dict[str, Array], some: Array) -> tuple[Array, Array]:
    """Some pairs grouped by their term: (starts, pairs)."""
    terms = pairs["pair_term"][some]
    order = np.argsort(terms, kind="stable")
    starts = np.searchsorted(terms[order], np.arange(len(knowledge.terms) + 1))
    return starts.astype(np.int64), some[order].astype(np.int32)


def pool(knowledge: Knowledge, rows: Array) -> dict[str, Array]:
    """Rows (ascending row numbers of one aspect) pooled to the `pair_*` columns above."""
    a = knowledge.arrays
    disease, term = a["row_disease"][rows], a["row_term"][rows]
    new = np.ones(len(rows), dtype=bool)
    new[1:] = (disease[1:] != disease[:-1]) | (term[1:] != term[:-1])
    first = np.flatnonzero(new)
    if not len(first):
        empty = np.empty(0, dtype=np.int32)
        return {
            "pair_disease": empty, "pair_term": empty, "pair_share": np.empty(0, np.float32),
            "pair_patients": np.empty(0, np.float32), "pair_start": empty, "pair_end": empty,
        }  # fmt: skip

    def total(values: Array) -> Array:
        return np.asarray(np.add.reduceat(values.astype(np.float64), first))

    counted = a["row_count"][rows] >= 0
    percent = a["row_percent"][rows]
    as_percent = ~np.isnan(percent)
    kind = a["row_class"][rows]
    excluded = a["row_excluded"][rows]
    classed = (kind > 0) & ~excluded
    unstated = ~counted & ~as_percent & (kind == 0) & ~excluded
    count = total(np.where(counted, a["row_count"][rows], 0))
    count += total(np.where(as_percent, np.nan_to_num(percent) / 100 * PERCENT_WEIGHT, 0))
    patients = total(np.where(counted, a["row_total"][rows], 0) + as_percent * PERCENT_WEIGHT)
    n_classed, n_unstated, n_excluded = total(classed), total(unstated), total(excluded)
    seen = (count > 0) | (n_classed > 0) | (n_unstated > 0)
    typical = total(np.where(classed, _CLASS_SHARE[kind], 0)) / np.maximum(n_classed, 1)
    prior = np.where(n_classed > 0, typical, np.where(patients > 0, PRIOR_MEAN, UNSTATED))
    patients += np.where(seen, DENIAL_BESIDE, DENIAL_ALONE) * (n_excluded > 0)
    share = np.where(
        patients > 0, (count + PRIOR_WEIGHT * prior) / (patients + PRIOR_WEIGHT), prior
    )
    ends = np.append(first[1:], len(rows)) - 1
    return {
        "pair_disease": disease[first].astype(np.int32),
        "pair_term": term[first].astype(np.int32),
        "pair_share": np.where(seen, np.minimum(share, MOST), np.nan).astype(np.float32),
        "pair_patients": patients.astype(np.float32),
        "pair_start": rows[first].astype(np.int32),
        "pair_end": (rows[ends] + 1).astype(np.int32),
    }


def _carry_up(
    knowledge: Knowledge, pairs: dict[str, Array], seen: Array, n_diseases: int
) -> tuple[Array, Array, Array, Array]:
    """For each (term, disease) the largest share at or below the term; ties go to the nearest."""
    above: Rows = knowledge.ancestors
    terms = pairs["pair_term"][seen].astype(np.int64)
    length = above.starts[terms + 1] - above.starts[terms]
    pair = np.repeat(seen, length)
    within = np.arange(len(pair)) - np.repeat(np.cumsum(length) - length, length)
    term = above.values[np.repeat(above.starts[terms], length) + within].astype(np.int64)
    disease = pairs["pair_disease"][pair].astype(np.int64)
    share = pairs["pair_share"][pair]
    distance = np.repeat(length, length) * (within > 0)  # fewer ancestors: a nearer witness
    order = np.lexsort((distance, -share, term * n_diseases + disease))
    key = (term * n_diseases + disease)[order]
    best = np.ones(len(key), dtype=bool)
    best[1:] = key[1:] != key[:-1]
    chosen = order[best]
    starts = np.searchsorted(term[chosen], np.arange(len(knowledge.terms) + 1))
    return (
        starts.astype(np.int64),
        disease[chosen].astype(np.int32),
        share[chosen],
        pair[chosen].astype(np.int32),
    )


assert set(CLASSES[1:]) == set(FREQUENCY_CLASSES)
