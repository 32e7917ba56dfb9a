"""Which files are films: those that are named, and in folders those that may be images."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.errors import EmptyInput

#: Endings of images, in lower case; a file without one may be DICOM.
ENDINGS = (
    ".bmp", ".dcm", ".dic", ".dicom", ".gif", ".jp2", ".jpe", ".jpeg", ".jpg", ".png", ".tif",
    ".tiff", ".webp", "",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmFile:
    """A file, and the name to show for it: without folders, unless two share that name."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmFiles:
    """Files in the order in which they were named, those of a folder by path; `passed_over` are
    those of folders whose ending is no image's."""

    films: tuple[FilmFile, ...]
    passed_over: tuple[Path, ...]


def find_films(given: Sequence[Path]) -> FilmFiles:
    """The files that are named, whatever they are, and those below folders that may be images.

    Hidden files and folders are left out. Raises EmptyInput where there is none.
    """
    paths: list[Path] = []
    passed_over: list[Path] = []
    for one in given:
        if not one.is_dir():
            paths.append(one)
            continue
        for path in _below(one):
            (paths if path.suffix.lower() in ENDINGS else passed_over).append(path)
    if not paths:
        raise EmptyInput(
            "There is no image to read.",
            mend=f"Name files; in folders those are read that end in {_said()}.",
        )
    paths = list(dict.fromkeys(paths))
    names = Counter(path.name for path in paths)
    return FilmFiles(
        films=tuple(
            FilmFile(path=path, name=path.name if names[path.name] == 1 else str(path))
            for path in paths
        ),
        passed_over=tuple(passed_over),
    )


def _below(folder: Path) -> list[Path]:
    found: list[Path] = []
    for where, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(where) / name for name in sorted(files) if not name.startswith(".")]
    return [path for path in found if path.is_file()]


def _said() -> str:
    return f"{', '.join(e for e in ENDINGS if e)} or in nothing"
