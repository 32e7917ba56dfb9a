"""What holds for any text: offsets, repetition, and no planted number left."""

from __future__ import annotations

import gc
from datetime import date
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp.privacy import Deidentifier
from nlp.privacy.surrogates import TAG

DEIDENTIFIER = Deidentifier(b"a key of the tests", today=date(2025, 6, 1))
_WORDS = (
    "Dr|Mr|MS|Mary|SMITH|Okonjo|Rose|May|Will|de|van der|J.|Name:|Dear|seen by|his wife|Parkinson"
    "|disease|Hospital|St|of|and|,|.|:|;|(|)|[|]|-|/|'s|\n|\n\n|\t|  |12|91|2019|3 May 2019"
    "|12/05/2019|2019-05-03|aged 94|a 97-year-old|MRN 4471902|943 476 5919|020 7946 0958"
    "|x@example.org|www.example.org|10.0.0.1|12 Linden Avenue|NN17 1AA|lives in|Corby|[AGE 90+]"
    "|[NAME-BCDFG]|[DATE 3 May 2019]|[DATE]|é|ß|—|\ue000|ataxia|HP:0001250|c.1234A>G|name,age,id"
    "|1,2,3"
)
_PIECES = st.sampled_from(_WORDS.split("|"))
TEXTS = st.one_of(
    st.lists(_PIECES, min_size=1, max_size=25).map(" ".join),
    st.lists(_PIECES, min_size=1, max_size=25).map("".join),
    st.text(max_size=80),
)
_MANY = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@_MANY
@given(TEXTS)
def test_replacements_are_where_they_say(text: str) -> None:
    result = DEIDENTIFIER.deidentify(text, "one")
    at = 0
    rebuilt = []
    for r in result.replacements:
        assert at <= r.start < r.end
        assert text[r.start : r.end] == r.original
        assert result.text[r.new_start : r.new_end] == r.surrogate
        assert TAG.fullmatch(r.surrogate)
        rebuilt += [text[at : r.start], r.surrogate]
        at = r.end
    assert "".join([*rebuilt, text[at:]]) == result.text


@_MANY
@given(TEXTS)
def test_doing_it_twice_changes_nothing(text: str) -> None:
    once = DEIDENTIFIER.deidentify(text, "one").text
    again = DEIDENTIFIER.deidentify(once, "one")
    assert again.replacements == ()
    assert again.text == once


@_MANY
@given(TEXTS, st.data())
def test_offsets_map_back_exactly(text: str, data: st.DataObject) -> None:
    result = DEIDENTIFIER.deidentify(text, "one")
    end = data.draw(st.integers(0, len(result.text)))
    start = data.draw(st.integers(0, end))
    first, last = result.to_original(start, end)
    assert 0 <= first <= last <= len(text)
    if not any(r.new_start < end and start < r.new_end for r in result.replacements):
        assert text[first:last] == result.text[start:end]
    if start < end:
        back, forth = result.to_deidentified(first, last)
        assert back <= start
        assert end <= forth
    for r in result.replacements:
        assert result.to_original(r.new_start, r.new_end) == (r.start, r.end)
        assert result.to_deidentified(r.start, r.end) == (r.new_start, r.new_end)


@_MANY
@given(
    st.sampled_from(
        ["MRN {}", "Hospital number: {}", "Tel: {}", "Account #{}", "SSN {}", "Ref {}"]
    ),
    st.from_regex(
        r"[1-9][0-9]{6,11}|[1-9][0-9]{2}-[0-9]{2}-[0-9]{4}|[A-Z]{2}[0-9]{6}", fullmatch=True
    ),
    st.sampled_from(["", " was seen.", ", and so on", ".\nNext line", " | next"]),
)
def test_no_digits_of_a_planted_identifier_survive(label: str, number: str, after: str) -> None:
    result = DEIDENTIFIER.deidentify(label.format(number) + after, "one").text
    assert not any(c.isdigit() for c in result)


@_MANY
@given(TEXTS)
def test_the_same_text_gives_the_same(text: str) -> None:
    assert DEIDENTIFIER.deidentify(text) == DEIDENTIFIER.deidentify(text)


@pytest.mark.parametrize(
    "unit",
    ["A ", "A", "Dr ", "Mary Smith ", "1-", "1 ", "12 Aa ", "Hospital of ", "a@b.", "Name: ", "(",
     "3 May 2019, ", "[NAME-BCDFG]", "name,age,id\n", "J. ", "lives with a b "],
)  # fmt: skip
def test_time_grows_with_the_length_and_no_faster(unit: str) -> None:
    def once(text: str) -> float:
        start = process_time()
        DEIDENTIFIER.deidentify(text)
        return process_time() - start

    def cost(length: int) -> float:
        text = (unit * (length // len(unit) + 1))[:length]
        return min(once(text) for _ in range(3))

    cost(100)
    gc.disable()  # what other tests left to collect is no cost of this text
    try:
        # Quadratic time would be sixteen times as much; the constant stands for a busy machine.
        assert cost(24_000) < 10 * cost(6_000) + 0.5
    finally:
        gc.enable()
