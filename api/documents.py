"""Files as documents: a text file is one, a line of a .jsonl file is one, `-` is standard input."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from domain.errors import EmptyInput, InputError, InputTooLarge

STDIN = "-"
#: Ending of a file that holds a document a line.
LINES = ".jsonl"
_FORM = 'A line is a document: {"document": "name", "text": "..."}.'
#: Most bytes that a character takes.
_UTF8 = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text with its name; `given` is how its file was named, `note` what is odd about it."""

    name: str
    text: str
    given: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A document that could not be read, and why."""

    name: str
    error: InputError


def read_all(files: Sequence[str], *, max_chars: int) -> Iterator[Document | Unreadable]:
    """The documents of `files` one after the other; one that cannot be read does not end it.

    A document is named as its file without the folders, two of one name as they were given. A
    line of a .jsonl file holds `document` (its name, FILE:LINE without one) and `text`.
    """
    names = Counter(Path(f).name for f in files)
    for file in files:
        base = "stdin" if file == STDIN else Path(file).name
        name = file if names[base] > 1 else base
        try:
            if file.endswith(LINES):
                yield from _read_lines(file, name, max_chars)
            else:
                yield read_one(file, max_chars=max_chars, name=name)
        except InputError as error:
            yield Unreadable(name=name, error=error)


def count(files: Sequence[str]) -> int | None:
    """How many documents `read_all` will give, None where that is not cheap to know."""
    return None if any(f.endswith(LINES) for f in files) else len(files)


def read_one(file: str, *, max_chars: int, name: str | None = None) -> Document:
    """One text file, or standard input for `-`. Raises InputError."""
    limit = _UTF8 * max_chars
    if file == STDIN:
        data = sys.stdin.buffer.read(limit + 1)
    else:
        with _opened(file) as handle:
            size = os.fstat(handle.fileno()).st_size
            if size > limit:
                raise _too_large(size, max_chars)
            data = handle.read(limit + 1)
    if len(data) > limit:
        raise _too_large(None, max_chars)
    shown = name or ("stdin" if file == STDIN else Path(file).name)
    return of_bytes(data, shown, max_chars=max_chars, given=file)


def of_bytes(data: bytes, name: str, *, max_chars: int, given: str | None = None) -> Document:
    """The bytes of a text file as a document. Raises InputError."""
    from nlp.document import decode

    limit = _UTF8 * max_chars
    if len(data) > limit:
        raise _too_large(len(data), max_chars)
    text = decode(data, max_bytes=limit)
    return Document(name=name, text=text, given=given or name, note=_odd(data))


def _too_large(size: int | None, max_chars: int) -> InputTooLarge:
    has = "is longer than that" if size is None else f"has {size:,} bytes"
    return InputTooLarge(
        f"At most {max_chars:,} characters are read at once, and this {has}.",
        mend="Give one report at a time, or raise the setting DIFFERENTIA_MAX_TEXT_CHARS.",
    )


def _odd(data: bytes) -> str | None:
    """What to say of bytes that were read in the last way that is tried."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in data[:4000]:
        return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"byte {error.start:,} is not UTF-8; the text was read as Windows-1252"
    return None


def _opened(file: str) -> BinaryIO:
    path = Path(file)
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            raise InputError("This is a folder.", mend="Name its files, as in FOLDER/*.txt.")
        return path.open("rb")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "no file can have this name"
        raise InputError(f"The file cannot be read: {why}.") from None


def _read_lines(file: str, name: str, max_chars: int) -> Iterator[Document | Unreadable]:
    """The documents of a .jsonl file, a line each. Raises InputError where it is none."""
    found = 0
    with _opened(file) as handle:
        for number, line in enumerate(_limited(handle, max_chars), start=1):
            place = f"{name}:{number}"
            if not line.strip():
                continue
            found += 1
            try:
                yield _of_line(line, place, file, max_chars)
            except UnicodeDecodeError:
                raise InputError(f"Line {number:,} is not UTF-8.") from None
            except InputError as error:
                yield Unreadable(name=place, error=error)
    if not found:
        raise EmptyInput("The file holds no document.", mend=_FORM)


def _limited(handle: BinaryIO, max_chars: int) -> Iterator[bytes]:
    """Lines; one that is longer than any document may be ends in InputTooLarge."""
    limit = 3 * _UTF8 * max_chars  # a character can be written as two escapes of six bytes each
    while line := handle.readline(limit + 1):
        if len(line) > limit:
            raise _too_large(None, max_chars)
        yield line


def _of_line(line: bytes, place: str, file: str, max_chars: int) -> Document:
    from nlp.document import check

    try:
        record = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        if isinstance(error, UnicodeDecodeError):
            raise
        raise InputError("The line is not JSON.", mend=_FORM) from None
    if not isinstance(record, dict) or not isinstance(record.get("text"), str):
        raise InputError("The line has no text.", mend=_FORM)
    name = record.get("document", place)
    if not isinstance(name, str) or not name:
        raise InputError("The line's document is no name.", mend=_FORM)
    check(record["text"], max_chars=max_chars)
    return Document(name=name, text=record["text"], given=file)


def said(error: InputError) -> str:
    """What is wrong with a document, to stand behind its name."""
    message = error.message.removeprefix("text: ")
    return message if error.mend is None else f"{message} {error.mend}"
