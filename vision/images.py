"""Images of a training folder: files below it, or members of its `images.tar`."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, UnidentifiedImageError

from domain.errors import ImageRefused, SourceError
from vision.reduce import STORED, Bytes, reduced, reduced_bytes

if TYPE_CHECKING:
    from vision.table import FilmTable


class Images:
    """The images of one folder, by their path in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def _tar(self) -> tarfile.TarFile | None:
        path = self.folder / "images.tar"
        if not path.is_file():
            return None
        try:
            return tarfile.open(path)
        except (OSError, tarfile.TarError) as error:
            raise SourceError(str(path), f"cannot be read: {error}.") from None

    @cached_property
    def _members(self) -> dict[str, tarfile.TarInfo]:
        return {m.name: m for m in self._tar.getmembers() if m.isfile()} if self._tar else {}

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        """Paths by their last part."""
        paths = list(self._members) or [
            path.relative_to(self.folder).as_posix()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        ]
        found: dict[str, list[str]] = {}
        for path in paths:
            found.setdefault(PurePosixPath(path).name, []).append(path)
        return found

    def find(self, file: str) -> str:
        """The path of a file that a table names. Raises ValueError where there is none, or
        several of that name."""
        if file in self._members or (self._tar is None and (self.folder / file).is_file()):
            return file
        found = self._by_name.get(PurePosixPath(file).name, [])
        if len(found) != 1:
            where = "images.tar" if self._tar else "the folder of the table"
            several = "several files of that name are" if found else "is not"
            raise ValueError(f"file {file!r}: {several} in {where}.")
        return found[0]

    def read(self, path: str) -> bytes:
        """The bytes of an image that `find` named."""
        if (member := self._members.get(path)) is not None:
            assert self._tar is not None
            handle = self._tar.extractfile(member)
            assert handle is not None
            return handle.read()
        return (self.folder / path).read_bytes()

    def side(self, path: str) -> int:
        """Pixels of the shorter side, told from the header; 0 where that does not say."""
        try:
            with Image.open(io.BytesIO(self.read(path))) as image:
                return min(image.size)
        except (UnidentifiedImageError, OSError):
            return 0


def load_films(table: FilmTable, told: Callable[[int], None] | None = None) -> Bytes:
    """Every film of a table as bytes, (n, 128, 128): 16 kB a film. Raises SourceError naming the
    file that cannot be decoded. `told` hears how many are done."""
    films = np.empty((len(table), STORED, STORED), np.uint8)
    for row, (number, path) in enumerate(zip(table.set.tolist(), table.file.tolist(), strict=True)):
        images = table.images[number]
        data = images.read(path)
        try:
            with Image.open(io.BytesIO(data)) as image:
                deep = image.mode.startswith(("I", "F"))
                if not deep:
                    films[row] = reduced_bytes(np.asarray(image.convert("L")))
        except UnidentifiedImageError:
            deep = True
        except OSError as error:
            raise SourceError(str(images.folder / path), f"cannot be decoded: {error}.") from None
        if deep:
            films[row] = _decoded(data, images.folder / path)
        if told is not None:
            told(row + 1)
    return films


def _decoded(data: bytes, path: Path) -> Bytes:
    """DICOM and images of more than 8 bits, as the reader of films decodes them."""
    from vision.decode import decode

    try:
        return reduced(decode(data, path.name).pixels)
    except ImageRefused as error:
        raise SourceError(str(path), f"cannot be used: {error}") from None
