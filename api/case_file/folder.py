"""A folder as a case: its case file where it has one, else its files by their endings."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from api.film_files import ENDINGS
from domain.errors import InputError, InputTooLarge
from domain.findings import Note

#: Names of a case file.
CASE_FILES = ("case.yaml", "case.yml", "case.json")
TEXT, TABLE = ".txt", ".csv"
#: Most files of a folder that is one case.
MAX_FILES = 1000
#: Names that one note lists.
_SHOWN = 20
#: Where a DICOM file says that it is one.
_DICOM_AT, _DICOM = 128, b"DICM"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """The files of a case's folder by what they are for, named from there, in their order."""

    texts: tuple[str, ...]
    images: tuple[str, ...]
    tables: tuple[str, ...]
    passed_over: tuple[str, ...]


def case_file(folder: Path) -> str | None:
    """The name of the folder's case file, None without one. Raises InputError where it has two."""
    there = [n for n in CASE_FILES if (folder / n).is_symlink() or (folder / n).exists()]
    if len(there) > 1:
        raise InputError(
            f"{folder} has more than one case file: {', '.join(there)}.",
            mend="Name the one that is meant.",
        )
    return there[0] if there else None


def contents(folder: Path) -> Contents:
    """What lies in a folder and below it, hidden files aside; links are listed and folders that
    are links are passed over. Raises InputTooLarge for more than `MAX_FILES`."""
    texts: list[str] = []
    images: list[str] = []
    tables: list[str] = []
    passed_over: list[str] = []
    seen = 0
    for where, folders, files in os.walk(folder):
        links = [name for name in folders if (Path(where) / name).is_symlink()]
        folders[:] = sorted(n for n in folders if not n.startswith(".") and n not in links)
        passed_over += [(Path(where) / n).relative_to(folder).as_posix() for n in sorted(links)]
        for name in sorted(n for n in files if not n.startswith(".")):
            path = Path(where) / name
            ending = path.suffix.lower()
            kind = passed_over
            if ending == TEXT:
                kind = texts
            elif ending == TABLE:
                kind = tables
            elif ending in ENDINGS and (ending or _is_dicom(path)):
                kind = images
            kind.append(path.relative_to(folder).as_posix())
        seen += len(files)
        if seen > MAX_FILES:
            raise InputTooLarge(
                f"{folder} has more than {MAX_FILES:,} files: that is no folder of one case.",
                mend="Write a case file that names those which are meant.",
            )
    return Contents(
        texts=tuple(texts),
        images=tuple(images),
        tables=tuple(tables),
        passed_over=tuple(passed_over),
    )


def passed_over(names: tuple[str, ...], folder: str) -> list[Note]:
    """A note on files that were not read because of their endings."""
    if not names:
        return []
    return [
        Note(
            level="info",
            code="passed-over",
            subject=folder,
            message=f"Passed over: {_listed(names)}.",
            mend="Read are .txt (texts), .csv (values) and images; a case file names any other.",
        )
    ]


def not_named(found: Contents, named: frozenset[str], document: str) -> list[Note]:
    """A note on what lies beside a case file and is not named there."""
    parts = (*found.texts, *found.images, *found.tables)
    rest = tuple(name for name in parts if name not in named)
    if not rest:
        return []
    return [
        Note(
            level="info",
            code="not-named",
            subject=document,
            message=f"In its folder and not named by it, so not read: {_listed(rest)}.",
        )
    ]


def _listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more}"


def _is_dicom(path: Path) -> bool:
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            file.seek(_DICOM_AT)
            return file.read(len(_DICOM)) == _DICOM
    except OSError:
        return False
