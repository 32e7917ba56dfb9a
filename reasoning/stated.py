"""What rows beside findings say of each disease: when it begins, when it has ended, how it is
inherited."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Self

import numpy as np

from domain.ages import DEATH_CLASSES, ONSET, ONSET_CLASSES
from domain.assertions import Aspect
from kg.arrays import Array
from reasoning.evidence import EvidenceMatrix, pool
from reasoning.inheritance import INHERITANCE, Inheritance
from reasoning.knowledge import ASPECTS, Knowledge

_PHENOTYPE = ASPECTS.index(Aspect.PHENOTYPE)
_COURSE = ASPECTS.index(Aspect.COURSE)
#: A course has ended by an age where more than this share of the patients had died by then. The
#: share is pooled as that of a finding is; a row that gives no figure says nothing of it.
MOST_HAD_DIED = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """By the rows that one matrix keeps, ages in years.

    `begins`, by disease, is where the earliest stated onset begins, and `pair_begins`, by pair,
    where that of its finding does (the disease's where its rows state none): -inf where nothing
    is stated, or a class without an age. `death_*` list the diseases most of whose patients had
    died by an age, the term that says so, and their share.
    """

    begins: Array
    pair_begins: Array
    death_disease: Array
    death_term: Array
    death_age: Array
    death_share: Array
    inheritance: Inheritance

    @classmethod
    def of(cls, knowledge: Knowledge, matrix: EvidenceMatrix) -> Self:
        """What the rows of `matrix` state."""
        a = knowledge.arrays
        rows = np.arange(len(a["row_disease"])) if matrix.kept is None else matrix.kept
        aspect, seen = a["row_aspect"][rows], knowledge.seen(rows)
        course = rows[seen & (aspect == _COURSE)]
        begins = _begins(knowledge, course)
        findings = rows[seen & (aspect == _PHENOTYPE) & (a["row_onset"][rows] > 0)]
        dying = course[np.isin(a["row_term"][course], list(death_terms(knowledge)))]
        dying = dying[_with_figure(knowledge, dying)]
        pooled = pool(knowledge, dying)
        many = pooled["pair_share"] > MOST_HAD_DIED
        ages = death_terms(knowledge)
        return cls(
            begins=begins,
            pair_begins=_pair_begins(knowledge, matrix, findings, begins),
            death_disease=pooled["pair_disease"][many],
            death_term=pooled["pair_term"][many],
            death_age=np.array([ages[t] for t in pooled["pair_term"][many].tolist()], dtype=float),
            death_share=pooled["pair_share"][many].astype(float),
            inheritance=Inheritance.of(knowledge, rows[seen & (aspect == INHERITANCE)]),
        )


def onset_terms(knowledge: Knowledge) -> dict[int, float]:
    """Where each onset term of the release begins, by its number; -inf for one without an age."""
    root = knowledge.terms.number(ONSET)
    below = {} if root is None else dict.fromkeys(knowledge.below(root), -inf)
    known = ((knowledge.terms.number(i), begins) for i, (_, begins, _) in ONSET_CLASSES.items())
    return below | {number: begins for number, begins in known if number is not None}


def death_terms(knowledge: Knowledge) -> dict[int, float]:
    """By number, the terms for an age of death, and the age by which such a course has ended."""
    known = ((knowledge.terms.number(i), ends) for i, (_, ends) in DEATH_CLASSES.items())
    return {number: ends for number, ends in known if number is not None}


def _begins(knowledge: Knowledge, course: Array) -> Array:
    """The earliest stated onset of each disease."""
    a = knowledge.arrays
    starts = onset_terms(knowledge)
    rows = course[np.isin(a["row_term"][course], list(starts))]
    found = np.full(len(knowledge.diseases), inf)
    at = np.array([starts[t] for t in a["row_term"][rows].tolist()], dtype=float)
    np.minimum.at(found, a["row_disease"][rows], at)
    return np.where(np.isinf(found), -inf, found)


def _pair_begins(knowledge: Knowledge, matrix: EvidenceMatrix, rows: Array, begins: Array) -> Array:
    """The earliest onset that the rows of a pair state, else its disease's."""
    found = np.full(len(matrix.pair_disease), inf)
    if len(rows):
        starts = {t: at for t, (_, at, _) in ONSET_CLASSES.items()}
        at = [starts.get(word, -inf) for word in knowledge.onsets(rows)]
        pair = np.searchsorted(matrix.pair_start, rows, side="right") - 1
        np.minimum.at(found, pair, np.array(at, dtype=float))
    return np.where(found == inf, begins[matrix.pair_disease], found)


def _with_figure(knowledge: Knowledge, rows: Array) -> Array:
    a = knowledge.arrays
    stated = (a["row_count"][rows] >= 0) | ~np.isnan(a["row_percent"][rows])
    return np.asarray(stated | (a["row_class"][rows] > 0))
