"""Bytes to text."""

from __future__ import annotations

import pytest

from domain.errors import EmptyInput, InputTooLarge, InvalidField
from nlp.document import decode

TEXT = "Fièvre à 39 °C.\r\nNo seizures.\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_encodings_and_line_ends_survive(encoding: str) -> None:
    assert decode(TEXT.encode(encoding)) == TEXT


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\xef\xbb\xbf"])
def test_nothing_to_read(data: bytes) -> None:
    with pytest.raises(EmptyInput):
        decode(data)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7\n", "a PDF"),
        (b"PK\x03\x04rest", "Office"),
        (bytes(range(1, 32)) * 20, "not text"),
        (b"\xff\xfe\x00\xd8", "not text"),
    ],
)
def test_binary_files_are_named(data: bytes, what: str) -> None:
    with pytest.raises(InvalidField, match=what):
        decode(data)


def test_size_limit_is_said() -> None:
    with pytest.raises(InputTooLarge, match="1,000,001 bytes; the limit is 1,000,000"):
        decode(b"x" * 1_000_001)
    assert decode(b"fever", max_bytes=5) == "fever"
