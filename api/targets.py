"""Places in documents that somebody points at: a file of `document`, `start` and `end`.

Tab-separated, comma-separated or semicolon-separated with a header (or these three columns without
one), or JSON lines. Offsets count characters, from 0, and `end` is the first one behind.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from api.documents import LINES, Document
from domain.errors import EmptyInput, InputError, InvalidField

_FIELDS = ("document", "start", "end")
_FORM = "Write document, start and end, separated by tabs, or as JSON."
#: Faults that one message names.
_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Characters `start` to `end` of a document; `place` says where that was written."""

    document: str
    start: int
    end: int
    place: str


def read(path: Path) -> list[Target]:
    """The targets of a file, in its order. Raises InputError naming the line."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidField(str(path), "is not UTF-8.") from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "no file can have this name"
        raise InvalidField("--spans", f"{path} cannot be read: {why}.") from None
    if not text.strip():
        raise EmptyInput(f"{path} holds no span.", mend=_FORM)
    rows = _json_rows if text.lstrip().startswith("{") else _table_rows
    found = [_target(row, f"{path.name}:{line}") for line, row in rows(text, path.name)]
    if not found:
        raise EmptyInput(f"{path} holds no span.", mend=_FORM)
    return found


def _json_rows(text: str, name: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    for line, content in enumerate(text.splitlines(), start=1):
        if not content.strip():
            continue
        try:
            row = json.loads(content)
        except (ValueError, RecursionError):
            raise InvalidField(f"{name}:{line}", "is not JSON.", mend=_FORM) from None
        if not isinstance(row, dict):
            raise InvalidField(f"{name}:{line}", "is no JSON object.", mend=_FORM)
        yield line, row


def _table_rows(text: str, name: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = next((d for d in "\t,;" if d in first), "\t")
    table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns: Sequence[int] | None = None
    try:
        for cells in table:
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                columns, is_header = _columns(cells, f"{name}:{table.line_num}")
                if is_header:
                    continue
            yield (
                table.line_num,
                {
                    field: cells[at] if at < len(cells) else None
                    for field, at in zip(_FIELDS, columns, strict=True)
                },
            )
    except csv.Error as error:
        raise InvalidField(f"{name}:{table.line_num}", f"is no table: {error}.") from None


def _columns(cells: Sequence[str], place: str) -> tuple[Sequence[int], bool]:
    """Where the three columns are, and whether this line says so."""
    names = [cell.strip().lower() for cell in cells]
    if all(field in names for field in _FIELDS):
        return [names.index(field) for field in _FIELDS], True
    if len(cells) >= len(_FIELDS) and cells[1].strip().isdecimal():
        return range(len(_FIELDS)), False
    missing = ", ".join(field for field in _FIELDS if field not in names)
    raise InvalidField(place, f"the header lacks {missing}.", mend=_FORM)


def _target(row: Mapping[str, object], place: str) -> Target:
    document = row.get("document")
    if not isinstance(document, str) or not document.strip():
        raise InvalidField(place, "document is missing.", mend=_FORM)
    start, end = (_offset(row.get(field), field, place) for field in ("start", "end"))
    return Target(document=document.strip(), start=start, end=end, place=place)


def _offset(value: object, field: str, place: str) -> int:
    if isinstance(value, str) and value.strip().isdecimal():
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    said = "is missing" if value in (None, "") else "is no whole number from 0 on"
    raise InvalidField(place, f"{field} {said}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A target that no document has; `why` continues a sentence about the document."""

    target: Target
    why: str


def by_document(
    targets: Iterable[Target], documents: Sequence[Document]
) -> tuple[list[list[tuple[int, int]]], list[Fault]]:
    """The targets of each document, in their order, and those that are of none.

    A document is meant by its name, by its file as it was given, or by its file's name without
    the ending; faulty is what names none or several, and characters that the text does not have.
    """
    known = _known(documents)
    found: list[list[tuple[int, int]]] = [[] for _ in documents]
    faults: list[Fault] = []
    for target in targets:
        meant = known.get(target.document, [])
        if len(meant) != 1:
            why = "is the name of several documents" if meant else "is none of the documents"
        else:
            why = _misfit(target, documents[meant[0]].text)
        if why:
            faults.append(Fault(target=target, why=why))
        else:
            found[meant[0]].append((target.start, target.end))
    return found, faults


def refuse(faults: Sequence[Fault]) -> None:
    """Raises InputError naming the first faults by their places, if there are any."""
    if not faults:
        return
    named = [f"{f.target.place}: {f.target.document[:80]!r} {f.why}" for f in faults[:_NAMED]]
    more = len(faults) - len(named)
    if more:
        named.append(f"and {more:,} more")
    raise InputError(f"{'; '.join(named)}.", mend="Offsets count characters from 0, end excluded.")


def _known(documents: Sequence[Document]) -> dict[str, list[int]]:
    """Documents by what they can be called; a name goes before a path, a path before a stem."""
    known: dict[str, list[int]] = {}
    for level in zip(*map(_names, documents), strict=True):
        called: dict[str, list[int]] = {}
        for at, name in enumerate(level):
            called.setdefault(name, []).append(at)
        known = called | known
    return known


def _names(document: Document) -> tuple[str, str, str]:
    """What a document can be called, from the most to the least exact."""
    if document.given.endswith(LINES):
        return (document.name,) * 3
    return document.name, document.given, Path(document.given).stem


def _misfit(target: Target, text: str) -> str:
    """What is wrong with a target of this text, "" where nothing is."""
    if target.end > len(text):
        return f"ends at character {len(text):,}, not {target.end:,}"
    if target.start >= target.end:
        return f"cannot be marked from {target.start:,} to {target.end:,}: nothing is between"
    if text[target.start : target.end].isspace():
        return f"has only white space from {target.start:,} to {target.end:,}"
    return ""
