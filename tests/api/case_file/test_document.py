"""A case file as data: what of YAML and JSON is read, and that what is not is named by its line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.case_file.document import parse
from domain.errors import InputError


def data(text: str, name: str = "case.yaml") -> Any:
    return parse(text.encode(), name).data


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-03-02", "2026-03-02"),
        ("2026-03-02T14:20", "2026-03-02T14:20"),
        ("1:160", "1:160"),
        ("NO", "NO"),
        ("0x1F", "0x1F"),
        ("172/98", "172/98"),
        ("187", 187),
        ("8.1", 8.1),
        ("-3.2", -3.2),
        ("1e3", 1000.0),
        ("'187'", "187"),
        ("!!str 187", "187"),
        ("true", True),
        ("~", None),
    ],
)
def test_a_plain_word_is_what_json_could_say(written: str, meant: object) -> None:
    assert data(f"value: {written}") == {"value": meant}


def test_each_value_has_its_line() -> None:
    document = parse(b"text: a\nlabs:\n  - code: CRP\n    value: 3\n", "case.yaml")
    assert document.place(("labs", 0, "value")) == "case.yaml:4"
    assert document.place(("labs", 0, "unit")) == "case.yaml:3"
    assert document.place(("nowhere",)) == "case.yaml"


def test_keys_that_stand_twice_are_told_with_all_their_lines() -> None:
    document = parse(b"text: a\ntext: b\nlabs:\n  - code: x\n    code: y\n    code: z\n", "c.yaml")
    assert document.twice == ((("text",), (1, 2)), (("labs", 0, "code"), (4, 5, 6)))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("a: &x 1\nb: *x\n", "c.yaml:1: anchors"),
        ("a: 1\nb: *x\n", "c.yaml:2: anchors"),
        ("a: !!python/name:os.system\n", "c.yaml:1: tags"),
        ("a: !secret x\n", "c.yaml:1: tags"),
        ("a: 1\n---\nb: 2\n", "c.yaml:3: a second document"),
        ("a:\n\t- 1\n", "c.yaml:2: this is not YAML"),
        ("a: [1, 2\nb: 3\n", "this is not YAML"),
        ("a: " + "[" * 100 + "]" * 100, "c.yaml:1: this is nested too deeply"),
        ("a: " + "[" * 1_000_000, "c.yaml:1: this is nested too deeply"),
        ("- a\n", "c.yaml holds no object"),
        ("words", "c.yaml holds no object"),
        ("? [a]\n: 1\n", "the name of a field is a word"),
        ("a: \x00", "c.yaml: this is not YAML"),
    ],
)
def test_what_is_not_read_is_named(text: str, named: str) -> None:
    with pytest.raises(InputError) as raised:
        data(text, "c.yaml")
    assert named in raised.value.message


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('{"a": 1,\n "b": }', "c.json:2: this is not JSON"),
        ('{"a": 1, "a": 2}', "keys stand twice: a"),
        ('{"a": ' + "[" * 200_000, "no JSON that can be read"),
        ("[1]", "c.json holds no object"),
    ],
)
def test_json_that_is_not_read_is_named(text: str, named: str) -> None:
    with pytest.raises(InputError) as raised:
        data(text, "c.json")
    assert named in raised.value.message


def test_bytes_that_are_no_text_are_named_with_their_line() -> None:
    with pytest.raises(InputError, match=r"c\.yaml:2: this is not UTF-8"):
        parse(b"a: 1\nb: \xff\n", "c.yaml")


@pytest.mark.parametrize("name", ["c.yaml", "c.json"])
def test_an_empty_file_has_no_field(name: str) -> None:
    assert data(" \n", name) == {}


# YAML 1.1 breaks a line at the line and the paragraph separator too; JSON does not.
_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), max_size=20)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | _WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(_WORDS, _VALUES, max_size=4))
def test_what_json_says_yaml_says_too(value: dict[str, Any]) -> None:
    text = json.dumps(value, ensure_ascii=False)
    assert data(text, "c.json") == data(text, "c.yaml") == value
