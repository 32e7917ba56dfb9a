"""Bytes to text: which encoding, how much, and whether there is anything to read."""

from __future__ import annotations

from domain.errors import EmptyInput, InputTooLarge, InvalidField

MAX_BYTES = 1_000_000
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
#: First bytes of files that people send by mistake.
_KNOWN_FILES = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a ZIP archive or an Office document",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"\x1f\x8b": "gzip data",
    b"{\\rtf": "an RTF document",
}


def decode(data: bytes, *, max_bytes: int = MAX_BYTES) -> str:
    """Text of a file in UTF-8, UTF-16 or Windows-1252; line ends are kept as they are.

    Offsets of everything read later count characters of this text (a byte order mark is not one).
    Raises InputTooLarge beyond `max_bytes`, EmptyInput where there is nothing but white space,
    InvalidField where the bytes are not text.
    """
    if len(data) > max_bytes:
        raise InputTooLarge(
            f"The text has {len(data):,} bytes; the limit is {max_bytes:,}.",
            mend="Send one report at a time, or raise the limit.",
        )
    for mark, name in _KNOWN_FILES.items():
        if data.startswith(mark):
            raise InvalidField("text", f"this is {name}.", mend="Send its text, in UTF-8.")
    text = _decode(data)
    strange = sum(text.count(c) for c in "\x00\x01\x02\x03\x04\x05\x06\x0e\x0f\x10\x7f")
    if strange > len(text) / 1000:
        raise InvalidField("text", "these bytes are not text.", mend="Send plain text, in UTF-8.")
    if not text.strip():
        raise EmptyInput("The text is empty.", mend="Send the words of a report.")
    return text


def _decode(data: bytes) -> str:
    try:
        for mark, encoding in _MARKS:
            if data.startswith(mark):
                return data.decode(encoding)
        sample = data[:4000]
        zeros = sample.count(0)
        if zeros > len(sample) // 4:
            little = sample[1::2].count(0) >= sample[0::2].count(0)
            return data.decode("utf-16-le" if little else "utf-16-be")
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            # cp1252 leaves five bytes undefined; the replacement keeps one character a byte.
            return data.decode("cp1252", errors="replace")
    except UnicodeDecodeError:
        raise InvalidField(
            "text",
            "these bytes are not text in UTF-8, UTF-16 or Windows-1252.",
            mend="Send plain text, in UTF-8.",
        ) from None


def check(text: str, *, max_chars: int = MAX_BYTES) -> None:
    """Refuse text that is empty (EmptyInput), longer than `max_chars` (InputTooLarge) or that holds
    half a character, a lone surrogate (InvalidField)."""
    if len(text) > max_chars:
        raise InputTooLarge(
            f"The text has {len(text):,} characters; the limit is {max_chars:,}.",
            mend="Send one report at a time, or raise the limit.",
        )
    if not text or text.isspace():
        raise EmptyInput("The text is empty.", mend="Send the words of a report.")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise InvalidField(
                "text",
                f"character {error.start} is half of one (a lone surrogate).",
                mend="Send the text in UTF-8.",
            ) from None
