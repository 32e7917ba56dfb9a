"""Cases made harder, or drawn from the annotations: how a ranking bears noise, imprecision, and
findings that are absent. Pure functions; equal seeds give equal cases in any order of work.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

import numpy as np

from domain.assertions import Aspect
from domain.case import Case
from domain.findings import Observation, State
from kg.arrays import Array
from reasoning.evidence import PRIOR_MEAN, PRIOR_WEIGHT
from reasoning.knowledge import ASPECTS, PHENOTYPIC_ABNORMALITY, Knowledge
from reasoning.ranking import Ranking

NOISE_TERMS = 3
NOISE_SEEDS = 5
#: A simulated disease has at least this many rows with counts of patients.
LEAST_COUNTED = 5
SIMULATED = 2000
MOST_PRESENT = 5
MOST_ABSENT = 5
RIVALS = 10


def noise(case: Case, knowledge: Knowledge, disease: str, *, seed: int) -> Case:
    """The case with three more present findings that have nothing to do with its disease.

    They are drawn without replacement by their use (rows of the annotations that say patients
    had them), among terms below HP:0000118 that are neither a term of the disease, nor above or
    below one, nor stated by the case itself.
    """
    number = knowledge.disease(disease)
    own = np.empty(0, dtype=np.int64) if number is None else _terms_of(knowledge, number)
    weight = use(knowledge)
    weight[_relatives(knowledge, own)] = 0.0
    said = [knowledge.terms.number(o.concept) for o in case.observations if o.concept]
    weight[[t for t in said if t is not None]] = 0.0
    count = min(NOISE_TERMS, int((weight > 0).sum()))
    if not count:
        return case
    drawn = _random(seed, "noise", case.id).choice(
        len(weight), size=count, replace=False, p=weight / weight.sum()
    )
    return _with(case, knowledge, drawn.tolist(), State.PRESENT)


def imprecise(case: Case, knowledge: Knowledge) -> Case:
    """The case with each present finding replaced by its parent, of several the alphabetically
    first by label. A finding without a parent below HP:0000118 stays as it is."""

    below = _all_below(knowledge)

    def vague(o: Observation) -> Observation:
        number = None if o.concept is None else knowledge.terms.number(o.concept)
        if o.state is not State.PRESENT or number is None or not knowledge.is_phenotype(number):
            return o
        parents = [p for p in knowledge.parents[number].tolist() if below[p]]
        if not parents:
            return o
        first = knowledge.terms.ref(min(parents, key=lambda p: (knowledge.terms.label(p), p)))
        return replace(o, concept=first.id, label=first.label)

    return replace(case, observations=tuple(vague(o) for o in case.observations))


def use(knowledge: Knowledge) -> Array:
    """By term below HP:0000118, how many rows say that patients of a disease had it."""
    a = knowledge.arrays
    seen = (a["row_aspect"] == ASPECTS.index(Aspect.PHENOTYPE)) & ~a["row_excluded"]
    seen &= (a["row_count"] != 0) & ~(a["row_percent"] == 0)
    rows = np.bincount(a["row_term"][seen], minlength=len(knowledge.terms)).astype(np.float64)
    return np.where(_all_below(knowledge), rows, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """A simulated patient. `present` and `absent` are terms of the disease's rows with counts;
    whether the patient has one of `unknown`, its other terms, was not drawn."""

    disease: int
    present: tuple[int, ...]
    absent: tuple[int, ...]
    unknown: tuple[int, ...]


def simulated_diseases(knowledge: Knowledge, *, seed: int, count: int = SIMULATED) -> list[int]:
    """Diseases with at least five rows that count patients, up to `count` drawn of all."""
    rows = np.flatnonzero(_counted(knowledge))
    each = np.bincount(knowledge.arrays["row_disease"][rows], minlength=len(knowledge.diseases))
    able = np.flatnonzero(each >= LEAST_COUNTED)
    if len(able) > count:
        able = np.sort(np.random.default_rng(seed).choice(able, size=count, replace=False))
    return [int(d) for d in able]


def patient(knowledge: Knowledge, disease: int, *, seed: int) -> Patient:
    """One patient: the frequency of each counted finding is drawn from its Beta posterior (n of
    m patients under the prior that ranking uses), and whether the patient has it by that
    frequency. A patient without any finding is drawn again."""
    a = knowledge.arrays
    of_disease = knowledge.rows_of(disease)
    rows = np.arange(of_disease.start, of_disease.stop)
    rows = rows[_counted(knowledge)[rows]]
    terms, at = np.unique(a["row_term"][rows], return_inverse=True)
    n = np.bincount(at, weights=a["row_count"][rows])
    rest = np.maximum(np.bincount(at, weights=a["row_total"][rows]) - n, 0)
    random = _random(seed, "patient", knowledge.diseases.id(disease))
    has = np.zeros(len(terms), dtype=bool)
    while not has.any():
        frequency = random.beta(
            n + PRIOR_WEIGHT * PRIOR_MEAN, rest + PRIOR_WEIGHT * (1 - PRIOR_MEAN)
        )
        has = random.random(len(terms)) < frequency
    implied = _up(knowledge, terms[has])
    others = np.setdiff1d(_terms_of(knowledge, disease), terms)
    return Patient(
        disease=disease,
        present=tuple(terms[has].tolist()),
        absent=tuple(np.setdiff1d(terms[~has], implied).tolist()),
        unknown=tuple(others.tolist()),
    )


def with_present(knowledge: Knowledge, patient: Patient, *, seed: int) -> Case:
    """The patient as a case of up to five present findings."""
    name = knowledge.diseases.id(patient.disease)
    random = _random(seed, "present", name)
    some = min(MOST_PRESENT, len(patient.present))
    drawn = random.choice(np.array(patient.present), size=some, replace=False)
    case = Case(id=name, observations=())
    return _with(case, knowledge, sorted(drawn.tolist()), State.PRESENT)


def with_absent(
    knowledge: Knowledge, patient: Patient, case: Case, ranking: Ranking, *, seed: int
) -> Case:
    """The same case with up to five findings that were looked for and not found: drawn from
    the disease's counted findings that the patient lacks, and from the findings of the ten other
    diseases that `ranking` (of `case`) put first.

    A finding of those is lacked if it is no relative (the same, above or below) of anything that
    the patient has, nor of a term of the true disease whose state was not drawn.
    """
    rivals = [d for d in ranking.order.tolist() if d != patient.disease][:RIVALS]
    matrix = ranking.view.matrix
    pairs = np.concatenate([np.array(matrix.pairs_of(d), dtype=np.int64) for d in rivals])
    theirs = matrix.pair_term[pairs[~np.isnan(matrix.pair_share[pairs])]]
    known = np.array([*patient.present, *patient.unknown], dtype=np.int64)
    lacked = theirs[_all_below(knowledge)[theirs] & ~_relatives(knowledge, known)[theirs]]
    pool = np.union1d(np.array(patient.absent, dtype=np.int64), lacked)
    random = _random(seed, "absent", case.id)
    drawn = random.choice(pool, size=min(MOST_ABSENT, len(pool)), replace=False)
    return _with(case, knowledge, sorted(drawn.tolist()), State.ABSENT)


def _with(case: Case, knowledge: Knowledge, terms: Iterable[int], state: State) -> Case:
    refs = [knowledge.terms.ref(t) for t in terms]
    more = (Observation(label=r.label, concept=r.id, state=state) for r in refs)
    return replace(case, observations=(*case.observations, *more))


def _random(seed: int, purpose: str, name: str) -> np.random.Generator:
    """Depends on the case alone, never on which came before."""
    return np.random.default_rng([seed, crc32(f"{purpose} {name}".encode())])


def _counted(knowledge: Knowledge) -> Array:
    """Rows of findings that count patients."""
    a = knowledge.arrays
    phenotype = a["row_aspect"] == ASPECTS.index(Aspect.PHENOTYPE)
    return np.asarray(phenotype & (a["row_count"] >= 0) & ~a["row_excluded"])


def _terms_of(knowledge: Knowledge, disease: int) -> Array:
    """Terms of all rows of a disease that speak of findings, whatever they say."""
    a, rows = knowledge.arrays, knowledge.rows_of(disease)
    phenotype = a["row_aspect"][rows.start : rows.stop] == ASPECTS.index(Aspect.PHENOTYPE)
    return np.asarray(np.unique(a["row_term"][rows.start : rows.stop][phenotype]))


def _all_below(knowledge: Knowledge) -> Array:
    """By term, whether it lies below HP:0000118."""
    root = knowledge.terms.number(PHENOTYPIC_ABNORMALITY)
    if root is None:
        return np.ones(len(knowledge.terms), dtype=bool)
    below = _down(knowledge, np.array([root]))
    below[root] = False
    return below


def _up(knowledge: Knowledge, terms: Sequence[int] | Array) -> Array:
    """The terms and everything above them."""
    above = [knowledge.ancestors[int(t)] for t in terms]
    return np.unique(np.concatenate(above)) if above else np.empty(0, dtype=np.int64)


def _down(knowledge: Knowledge, terms: Array) -> Array:
    """By term, whether it is one of `terms` or lies below one."""
    chosen = np.zeros(len(knowledge.terms), dtype=bool)
    chosen[terms] = True
    up = knowledge.ancestors
    return np.asarray(np.logical_or.reduceat(chosen[up.values], up.starts[:-1]))


def _relatives(knowledge: Knowledge, terms: Array) -> Array:
    """By term, whether it is one of `terms`, above one or below one."""
    found = _down(knowledge, terms)
    found[_up(knowledge, terms)] = True
    return found
