from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from api.render.spans import Mark, segments

MARKS = st.lists(
    st.tuples(st.integers(-3, 30), st.integers(-3, 30), st.integers(0, 5)).map(
        lambda t: Mark(start=t[0], end=t[1], key=t[2])
    ),
    max_size=8,
)


@given(text=st.text(max_size=25), marks=MARKS)
def test_every_character_keeps_its_place_and_its_marks(text: str, marks: list[Mark]) -> None:
    pieces = segments(text, marks)
    assert "".join(p.text for p in pieces) == text
    valid = {m for m in marks if 0 <= m.start < m.end <= len(text)}
    position = 0
    for piece in pieces:
        for offset in range(position, position + len(piece.text)):
            assert set(piece.marks) == {m for m in valid if m.start <= offset < m.end}
        position += len(piece.text)
    assert sorted((m for p in pieces for m in p.starts), key=repr) == sorted(valid, key=repr)
    assert sorted((m for p in pieces for m in p.ends), key=repr) == sorted(valid, key=repr)


def test_the_innermost_mark_comes_first() -> None:
    outer, inner = Mark(start=0, end=9, key=1), Mark(start=4, end=9, key=2)
    assert [p.marks for p in segments("bad fever", [outer, inner])] == [(outer,), (inner, outer)]
