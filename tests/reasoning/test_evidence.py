"""Pooling of rows, and shares carried up the hierarchy."""

from __future__ import annotations

import numpy as np
import pytest

from domain.assertions import Sex
from reasoning.evidence import DENIAL_ALONE, EvidenceMatrix
from reasoning.knowledge import Knowledge
from reasoning.ranking import Ranker
from tests.reasoning.conftest import number


def pair(knowledge: Knowledge, matrix: EvidenceMatrix, disease: str, term: str) -> int:
    found = [
        p
        for p in matrix.pairs_of(number(knowledge, disease))
        if matrix.pair_term[p] == number(knowledge, term)
    ]
    assert len(found) == 1
    return found[0]


def share(knowledge: Knowledge, matrix: EvidenceMatrix, disease: str, term: str) -> float:
    return float(matrix.pair_share[pair(knowledge, matrix, disease, term)])


def test_counts_of_one_disease_and_term_are_pooled(
    knowledge: Knowledge, matrix: EvidenceMatrix
) -> None:
    """6/11 + 1/1 + 0/2 = 7/14, under Beta(1.2, 2.8)."""
    at = pair(knowledge, matrix, "TOY:1", "HP:0001251")
    assert matrix.pair_patients[at] == 14
    assert matrix.pair_share[at] == pytest.approx((7 + 4 * 0.3) / (14 + 4))
    assert {knowledge.assertion(r).frequency.count for r in matrix.rows_of(at)} == {6, 1, 0}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("disease", "term", "expected"),
    [
        ("TOY:2", "HP:0001639", 0.895),
        ("TOY:4", "HP:0001250", 0.5),
        ("TOY:5", "HP:0002650", (4.5 + 1.2) / 14),
        ("TOY:5", "HP:0001250", (10 + 1.2) / 26),
        ("TOY:7", "HP:0002197", (3 + 1.2) / 8),
    ],
)
def test_each_kind_of_frequency(
    knowledge: Knowledge, matrix: EvidenceMatrix, disease: str, term: str, expected: float
) -> None:
    assert share(knowledge, matrix, disease, term) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("disease", "term", "patients"),
    [
        ("TOY:3", "HP:0000252", 40),
        ("TOY:3", "HP:0001251", 1),
        ("TOY:2", "HP:0001250", DENIAL_ALONE),
        ("TOY:6", "HP:0001251", DENIAL_ALONE),
    ],
)
def test_what_was_only_denied_is_never_read_as_present(
    knowledge: Knowledge, matrix: EvidenceMatrix, disease: str, term: str, patients: float
) -> None:
    at = pair(knowledge, matrix, disease, term)
    assert np.isnan(matrix.pair_share[at])
    assert matrix.pair_patients[at] == patients
    for above in knowledge.ancestors[number(knowledge, term)]:
        entry = matrix.entry(int(above), number(knowledge, disease))
        assert entry is None or entry[1] != at


def test_the_largest_share_at_or_below_a_term_is_carried_up_with_its_witness(
    knowledge: Knowledge, matrix: EvidenceMatrix
) -> None:
    disease = number(knowledge, "TOY:1")
    entry = matrix.entry(number(knowledge, "HP:0001250"), disease)
    assert entry is not None
    value, witness = entry
    assert matrix.pair_term[witness] == number(knowledge, "HP:0007359")
    assert value == pytest.approx((9 + 1.2) / 14)
    assert matrix.entry(number(knowledge, "HP:0002197"), disease) is None


def test_past_history_is_not_the_patients_own_finding(
    knowledge: Knowledge, matrix: EvidenceMatrix
) -> None:
    terms = {int(matrix.pair_term[p]) for p in matrix.pairs_of(number(knowledge, "TOY:8"))}
    assert terms == {number(knowledge, "HP:0002650")}


def test_rows_of_the_other_sex_are_not_pooled(knowledge: Knowledge, ranker: Ranker) -> None:
    from domain.case import Case

    disease = number(knowledge, "TOY:5")
    seizure = number(knowledge, "HP:0001250")
    shares = {}
    for sex in (Sex.MALE, Sex.FEMALE, Sex.UNKNOWN):
        view = ranker.rank(Case(id="x", observations=(), sex=sex)).view
        entry = view.matrix_for(disease).entry(seizure, disease)
        shares[sex] = None if entry is None else entry[0]
    assert shares[Sex.MALE] == pytest.approx((10 + 1.2) / 14)
    assert shares[Sex.FEMALE] is None
    assert shares[Sex.UNKNOWN] == pytest.approx((10 + 1.2) / 26)
