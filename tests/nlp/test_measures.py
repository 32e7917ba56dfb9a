"""What the measures count."""

from __future__ import annotations

from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.measures import Counts, Mark, binary, ids, overlapping, same

MARKS = st.lists(
    st.builds(
        lambda start, length, concept: Mark(start, start + length, concept),
        st.integers(0, 12),
        st.integers(1, 4),
        st.sampled_from("ab"),
    ),
    max_size=8,
)


def test_figures_of_counts() -> None:
    counts = Counts(2, 4, 3) + Counts(1, 2, 3)
    assert (counts.precision, counts.recall, counts.f1) == (0.5, 0.5, 0.5)
    assert Counts(0, 4, 0).f1 == 0.0
    assert isnan(Counts(0, 4, 0).precision)
    assert isnan(Counts(0, 0, 4).recall)
    assert isnan(Counts().f1)


def test_spans_that_overlap_are_paired_once() -> None:
    gold = [Mark(0, 5, "a"), Mark(10, 15, "a")]
    assert overlapping(gold, [Mark(3, 12, "a")]) == Counts(1, 2, 1)
    assert overlapping(gold, [Mark(4, 6, "a"), Mark(14, 20, "a")]) == Counts(2, 2, 2)
    assert overlapping(gold, [Mark(5, 10, "a")]) == Counts(0, 2, 1)
    assert overlapping(gold, [Mark(0, 5, "b")]) == Counts(0, 2, 1)


def test_one_document_counts_an_id_once() -> None:
    gold = [Mark(0, 5, "a"), Mark(10, 15, "a"), Mark(20, 25, "b")]
    assert same(ids(gold), ids([Mark(0, 5, "a"), Mark(3, 5, "c")])) == Counts(1, 2, 2)


def test_an_attribute_has_its_own_counts() -> None:
    assert binary([True, True, False], [True, False, True]) == Counts(1, 2, 2)
    with pytest.raises(ValueError, match="shorter"):
        binary([True], [])


@given(MARKS, MARKS)
def test_looser_measures_find_no_less(gold: list[Mark], read: list[Mark]) -> None:
    exact, loose, by_id = same(gold, read), overlapping(gold, read), same(ids(gold), ids(read))
    assert exact.hit <= loose.hit <= min(loose.gold, loose.read)
    assert (by_id.hit > 0) or loose.hit == 0
    assert (exact.gold, exact.read) == (loose.gold, loose.read)


@given(MARKS, MARKS)
def test_neither_side_is_favoured(gold: list[Mark], read: list[Mark]) -> None:
    assert same(gold, read).hit == same(read, gold).hit


@given(MARKS)
def test_what_is_read_as_marked_is_perfect(gold: list[Mark]) -> None:
    for counts in (same(gold, gold), overlapping(gold, gold)):
        assert counts.hit == counts.gold == counts.read
