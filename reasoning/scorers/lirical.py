"""Likelihood ratios as LIRICAL 2 computes them from findings alone: kept to compare with.

After Robinson et al., Interpretable clinical genomics with a likelihood ratio paradigm, AJHG 2020,
and what LIRICAL 2 does with phenol 2, its reader of the HPO annotations. That is repeated here
with all that we hold to be wrong in it:

- a row without a frequency is one patient of one, 1/1 is a share of 1 and 0/1 a share of 0; a
  class or a percentage is rounded to patients of a cohort of 5, so that "very rare" becomes
  "never". Rows of one disease and term are pooled, and nothing is smoothed;
- a present finding q has the ratio f / b, where b is the mean of f over all diseases. f is the
  share of q itself; else the largest of a term below q; else that of a parent of q, divided by
  the number of its children; else that of a term beside q, a tenth for each step up to the common
  ancestor, whose b it is then compared with. With no relation at all the ratio is 0.01. It is 0
  where the disease is annotated below q with "never" alone;
- a present finding that the disease denies, it or a term above it, has 1/1000, whatever else is
  recorded; an absent one that it denies, it or a term below it, has 1000;
- another absent finding has (1 - f) / (1 - b), and 1 / (1 - b) where the disease has no such
  finding: what a patient lacks speaks for every disease of which it is not recorded.

LIRICAL knows no uncertain finding. Evidence of likelihood ratio r has the mean of 1 and that ratio,
weighted 1 to (r - 1) b from r = 1 on and r to (1 - r) (1 - b) below it: r = 1 moves nothing.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Self
from weakref import WeakKeyDictionary

import numpy as np

from domain.assertions import FREQUENCY_CLASSES, Aspect
from domain.differential import Contribution, Match, PathEdge
from kg.arrays import Array, Rows
from reasoning.evidence import EvidenceMatrix
from reasoning.knowledge import ASPECTS, PHENOTYPIC_ABNORMALITY, Knowledge
from reasoning.matching import walk
from reasoning.scorer import OneByOne, Sign
from reasoning.view import View

#: LIRICAL's constants; the cohort is phenol's.
COHORT = 5
LEAST_BACKGROUND = 1e-4
USUAL = 0.99
NO_RELATION = 0.01
FALSE_NEGATIVE = 0.01
DENIED = 1e-3
DENIED_AND_ABSENT = 1e3
STEP = 0.1
#: Stands for a ratio of 0, which has no logarithm: more than other findings can make up for.
NEVER = 1e-100
#: Matrices of a release whose shares are kept: of all rows, and of the views last used.
KEPT = 4

_PHENOTYPE = ASPECTS.index(Aspect.PHENOTYPE)
_MEAN = np.array([0.0] + [(low + high) / 2 for _, low, high in FREQUENCY_CLASSES.values()])
_KINDS = tuple(Match)
_TEXTS = {
    (True, Match.EXACT): "its share here over its average share",
    (True, Match.NARROWER): "largest share of a more specific term, over its average share",
    (True, Match.BROADER): "share of a more general term, divided among its children",
    (True, Match.SHARED): "share of a related term, a tenth for each step up",
    (True, Match.NONE): "no relation to the findings of this disease",
    (True, Match.EXCLUDED_IN_DISEASE): "counted as never found in this disease",
    (
        False,
        Match.EXCLUDED_IN_DISEASE,
    ): "counted as never found in this disease, as in this patient",
    (False, Match.EXCLUDED_IN_CASE): "share without it here, over the average share without it",
    (False, Match.NONE): "not among the findings of this disease",
}


class LiricalScorer(OneByOne):
    """See the module's text. `cohort` is the number of patients that a class or a percentage is
    taken to speak of."""

    name = "lirical"
    comparison = True
    reads_absence = True

    def __init__(self, *, cohort: int = COHORT) -> None:
        self.cohort = cohort
        self._releases: WeakKeyDictionary[Knowledge, _Release] = WeakKeyDictionary()

    def settings(self) -> dict[str, float]:
        """The parameters, for the record."""
        return {"cohort": self.cohort}

    def effects(self, view: View, matrix: EvidenceMatrix, sign: Sign) -> Array:
        """The log likelihood ratio of `sign` for every disease."""
        return self._logs(view, sign, self._read(view, matrix, sign).ratio)

    def reason(self, view: View, sign: Sign, disease: int) -> Contribution:
        """The same number for one disease, with its reason."""
        knowledge, matrix = view.knowledge, view.matrix_for(disease)
        read = self._read(view, matrix, sign)
        kind, via = _KINDS[read.kind[disease]], int(read.via[disease])
        path: tuple[PathEdge, ...] = ()
        rows: list[int] = []
        share = None
        if kind is not Match.NONE:
            pair = self._witness(view, sign, disease, kind, via)
            met = int(matrix.pair_term[pair])
            path = walk(knowledge, sign.term, via, met, disease)
            rows = matrix.rows_of(pair)
            share = float(self._shares(view, matrix).pair[pair])
        return Contribution(
            match=kind,
            log_likelihood_ratio=float(self._logs(view, sign, read.ratio)[disease]),
            finding=sign.ref,
            frequency=share,
            background=self._background(view, via),
            text=_TEXTS[sign.ratio >= 1, kind],
            path=path,
            assertions=tuple(knowledge.assertion(row) for row in rows),
        )

    def _release(self, knowledge: Knowledge) -> _Release:
        found = self._releases.get(knowledge)
        return found or self._releases.setdefault(knowledge, _Release(knowledge))

    def _shares(self, view: View, matrix: EvidenceMatrix) -> Shares:
        return self._release(view.knowledge).shares(view.knowledge, matrix, self.cohort)

    def _background(self, view: View, term: int) -> float:
        """By all rows of the release, whatever the case may see of them."""
        return max(float(self._shares(view, view.matrix).average[term]), LEAST_BACKGROUND)

    def _read(self, view: View, matrix: EvidenceMatrix, sign: Sign) -> _Reading:
        read = _Reading.start(len(view.knowledge.diseases), sign.term)
        (self._present if sign.ratio >= 1 else self._absent)(view, matrix, sign.term, read)
        return read

    def _present(self, view: View, matrix: EvidenceMatrix, term: int, read: _Reading) -> None:
        """Ratios of a present finding: first the weakest relation, over it the stronger ones."""
        knowledge, shares = view.knowledge, self._shares(view, matrix)
        release, background = self._release(knowledge), self._background(view, term)
        read.put(slice(None), NO_RELATION, Match.NONE, term)
        for above in release.upwards(knowledge, term)[::-1]:
            at = shares.at(above)
            beside = shares.near[at] >= 0
            ratio = shares.near[at][beside] / self._background(view, above)
            ratio = np.maximum(ratio, NO_RELATION)
            read.put(shares.disease[at][beside], ratio, Match.SHARED, above)
        portion = np.zeros(len(knowledge.diseases))
        for parent in knowledge.parents[term].tolist():
            pairs = _pairs_at(matrix, parent)
            part = shares.pair[pairs] / release.children[parent]
            more = part > portion[matrix.pair_disease[pairs]]
            diseases, part = matrix.pair_disease[pairs][more], part[more]
            portion[diseases] = part
            ratio = np.maximum(part, self._by_chance(view, term)) / background
            read.put(diseases, ratio, Match.BROADER, parent)
        at = shares.at(term)
        read.put(shares.disease[at], shares.best[at] / background, Match.NARROWER, term)
        pairs = _pairs_at(matrix, term)
        read.put(matrix.pair_disease[pairs], shares.pair[pairs] / background, Match.EXACT, term)
        for above in knowledge.ancestors[term][::-1].tolist():
            pairs = _pairs_at(matrix, above)
            denied = matrix.pair_disease[pairs[shares.pair[pairs] == 0]]
            read.put(denied, DENIED, Match.EXCLUDED_IN_DISEASE, above)

    def _absent(self, view: View, matrix: EvidenceMatrix, term: int, read: _Reading) -> None:
        shares, background = self._shares(view, matrix), self._background(view, term)
        at = shares.at(term)
        diseases, best = shares.disease[at], shares.best[at]
        if background <= USUAL:
            read.put(slice(None), 1 / (1 - background), Match.NONE, term)
            lacking = np.maximum(1 - best[best > 0], FALSE_NEGATIVE) / (1 - background)
            read.put(diseases[best > 0], lacking, Match.EXCLUDED_IN_CASE, term)
        both = diseases[shares.never[at]]
        read.put(both, DENIED_AND_ABSENT, Match.EXCLUDED_IN_DISEASE, term)

    def _by_chance(self, view: View, term: int) -> float:
        """The share that has a finding for another reason: 1/500 to a tenth of its average share,
        on a line through 0.01 and 0.1 which LIRICAL does not end there."""
        average = float(self._shares(view, view.matrix).average[term])
        return average * (0.002 + (average - 0.01) * (0.1 - 0.002) / (0.1 - 0.01))

    def _logs(self, view: View, sign: Sign, ratio: Array) -> Array:
        """Logarithms of the ratios, drawn towards 1 as far as the evidence is uncertain."""
        if not sign.certain:
            r, b = sign.ratio, self._background(view, sign.term)
            plain, strength = (1.0, (r - 1) * b) if r >= 1 else (r, (1 - r) * (1 - b))
            ratio = (plain + strength * ratio) / (plain + strength)
        return np.asarray(np.log(np.maximum(ratio, NEVER)))

    def _witness(self, view: View, sign: Sign, disease: int, kind: Match, via: int) -> int:
        """The pair that a ratio was computed from; of equal ones the nearest."""
        matrix = view.matrix_for(disease)
        shares, release = self._shares(view, matrix), self._release(view.knowledge)
        denied = kind is Match.EXCLUDED_IN_DISEASE
        found: list[tuple[float, int, int]] = []
        for pair in matrix.pairs_of(disease):
            up = release.steps_up(view.knowledge, int(matrix.pair_term[pair]), via)
            share = float(shares.pair[pair])
            if up is None or (denied and share > 0):
                continue
            if up > 0 and (kind in (Match.EXACT, Match.BROADER) or (denied and sign.ratio >= 1)):
                continue
            if up > 0 or kind not in (Match.SHARED, Match.NARROWER):
                found.append((share * STEP**up if kind is Match.SHARED else share, -up, pair))
        return max(found)[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """One finding against every disease: ratio, kind (of `_KINDS`), the term they meet at."""

    ratio: Array
    kind: Array
    via: Array

    @classmethod
    def start(cls, n: int, term: int) -> Self:
        """Nothing said of any disease: a ratio of 1."""
        kind = np.full(n, _KINDS.index(Match.NONE), dtype=np.int8)
        return cls(ratio=np.ones(n), kind=kind, via=np.full(n, term, dtype=np.int32))

    def put(self, diseases: Array | slice, ratio: Array | float, kind: Match, via: int) -> None:
        """Say this of some diseases, whatever was said before."""
        self.ratio[diseases] = ratio
        self.kind[diseases] = _KINDS.index(kind)
        self.via[diseases] = via


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Raw shares: `pair` by pair of the matrix; and for each term, in `starts[term]` to
    `starts[term + 1]`, the diseases (ascending) annotated with it or with a term below it.

    `best` is the largest share at or below the term; `near` the largest strictly below, a tenth
    for each step (-1: none); `never` whether one at or below is 0. `average`, by term, is the
    mean of `best` over all diseases."""

    pair: Array
    starts: Array
    disease: Array
    best: Array
    near: Array
    never: Array
    average: Array

    @classmethod
    def of(cls, knowledge: Knowledge, matrix: EvidenceMatrix, steps: Array, cohort: int) -> Self:
        """From the rows of a matrix; `steps` as made by `_steps`."""
        above, n = knowledge.ancestors, len(knowledge.terms)
        pair = _pooled(knowledge, matrix, cohort)
        which, at = _flat(above, matrix.pair_term)
        order = np.argsort(above.values[at], kind="stable")
        which, at = which[order], at[order]
        term, disease, share = above.values[at], matrix.pair_disease[which], pair[which]
        new = np.ones(len(term), dtype=bool)
        new[1:] = (term[1:] != term[:-1]) | (disease[1:] != disease[:-1])
        first = np.flatnonzero(new)

        def largest(values: Array) -> Array:
            return np.asarray(np.maximum.reduceat(values, first)) if len(first) else values

        best = largest(share)
        total = np.bincount(term[first], weights=best, minlength=n)
        return cls(
            pair=pair,
            starts=np.searchsorted(term[first], np.arange(n + 1)),
            disease=disease[first],
            best=best,
            near=largest(np.where(steps[at] > 0, share * STEP ** steps[at], -1.0)),
            never=largest(share == 0),
            average=total / len(knowledge.diseases),
        )

    def at(self, term: int) -> slice:
        """Where the diseases of a term are."""
        return slice(int(self.starts[term]), int(self.starts[term + 1]))


class _Release:
    """What is computed once for a release, and the shares of the matrices last asked for. It
    holds no reference to the release itself, so that it goes when the release goes."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.steps = _steps(knowledge)
        self.children = np.bincount(knowledge.parents.values, minlength=len(knowledge.terms))
        top = knowledge.terms.number(PHENOTYPIC_ABNORMALITY)
        self.roots = frozenset(() if top is None else knowledge.ancestors[top].tolist())
        self._shares: OrderedDict[int, tuple[EvidenceMatrix, Shares]] = OrderedDict()
        self._lock = Lock()

    def shares(self, knowledge: Knowledge, matrix: EvidenceMatrix, cohort: int) -> Shares:
        """The shares of a matrix. It is kept beside them, so that no other gets its id."""
        with self._lock:
            if id(matrix) not in self._shares:
                made = Shares.of(knowledge, matrix, self.steps, cohort)
                self._shares[id(matrix)] = matrix, made
                if len(self._shares) > KEPT:
                    self._shares.popitem(last=False)
            self._shares.move_to_end(id(matrix))
            return self._shares[id(matrix)][1]

    def steps_up(self, knowledge: Knowledge, term: int, above: int) -> int | None:
        """Steps from a term up to one of its ancestors, or None where it is not one."""
        found = np.flatnonzero(knowledge.ancestors[term] == above)
        return int(self.steps[knowledge.ancestors.starts[term] + found[0]]) if len(found) else None

    def upwards(self, knowledge: Knowledge, term: int) -> list[int]:
        """Ancestors of a term, the nearest first, then by number; not the root of findings."""
        above, start = knowledge.ancestors[term], int(knowledge.ancestors.starts[term])
        order = np.lexsort((above, self.steps[start : start + len(above)]))
        return [a for a in above[order].tolist() if a != term and a not in self.roots]


def _pairs_at(matrix: EvidenceMatrix, term: int) -> Array:
    """Pairs whose term is exactly `term`, whatever they say of it."""
    return np.concatenate([matrix.seen(term), matrix.denied(term)])


def _pooled(knowledge: Knowledge, matrix: EvidenceMatrix, cohort: int) -> Array:
    """Patients with the finding over all patients, by pair, as phenol reads the rows."""
    a = knowledge.arrays
    rows = np.arange(len(a["row_disease"])) if matrix.kept is None else matrix.kept
    rows = rows[a["row_aspect"][rows] == _PHENOTYPE]
    if not len(rows):
        return np.empty(0)
    count, total = a["row_count"][rows].astype(np.float64), a["row_total"][rows].astype(np.float64)
    excluded, kind, percent = a["row_excluded"][rows], a["row_class"][rows], a["row_percent"][rows]
    counted, stated = count >= 0, ~np.isnan(percent) | (kind > 0)
    share = np.where(np.isnan(percent), _MEAN[kind] * ~excluded, percent / 100)
    # A NOT row of n/m: n patients lack the finding, unless n is 0, which is taken as it stands.
    count = np.where(excluded & (count > 0), total - count, count)
    count[~counted] = np.where(stated, np.floor(share * cohort + 0.5), ~excluded)[~counted]
    total[~counted] = np.where(stated, cohort, 1)[~counted]
    first = np.searchsorted(rows, matrix.pair_start)
    seen, patients = np.add.reduceat(count, first), np.add.reduceat(total, first)
    return np.asarray(np.divide(seen, patients, out=np.zeros(len(seen)), where=patients > 0))


def _flat(rows: Rows, chosen: Array) -> tuple[Array, Array]:
    """The rows numbered `chosen`, end to end: (position in `chosen`, index into the values)."""
    start = rows.starts[chosen]
    length = rows.starts[chosen.astype(np.int64) + 1] - start
    which = np.repeat(np.arange(len(chosen)), length)
    within = np.arange(len(which)) - np.repeat(np.cumsum(length) - length, length)
    return which, start[which] + within


def _steps(knowledge: Knowledge) -> Array:
    """Steps of the shortest way up, for each term and ancestor, as in `ancestors.values`."""
    n, above = len(knowledge.terms), knowledge.ancestors
    keys = np.repeat(np.arange(n, dtype=np.int64), np.diff(above.starts)) * n + above.values
    order = np.argsort(keys)
    ordered, steps = keys[order], np.full(len(keys), -1)
    frontier, step = np.arange(n, dtype=np.int64) * (n + 1), 0
    while len(frontier):
        at = order[np.searchsorted(ordered, frontier)]
        new = steps[at] < 0
        steps[at[new]] = step
        term, node = np.divmod(frontier[new], n)
        which, up = _flat(knowledge.parents, node)
        frontier = np.unique(term[which] * n + knowledge.parents.values[up])
        step += 1
    return steps


SCORER = LiricalScorer()
