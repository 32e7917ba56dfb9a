"""Images of a training folder: files below it, or members of its `images.tar`."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, UnidentifiedImageError

from domain.errors import ImageRefused, SourceError
from vision.reduce import STORED, Bytes, reduced, reduced_bytes

if TYPE_CHECKING:
    from vision.data.table import FilmTable
TAR = "images.tar"


class Images:
    """The images of one folder, by their path in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def _members(self) -> dict[str, tuple[int, int]] | None:
        """Where each file of the tar begins and how long it is; None where there is no tar."""
        path = self.folder / TAR
        if not path.is_file():
            return None
        try:
            with tarfile.open(path, "r:") as tar:
                return {m.name: (m.offset_data, m.size) for m in tar.getmembers() if m.isfile()}
        except (OSError, tarfile.TarError) as error:
            raise SourceError(str(path), f"cannot be read as tar: {error}.") from None

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        """Paths by their last part."""
        paths: Iterable[str] = self._members or ()
        if self._members is None:
            files = (path for path in sorted(self.folder.rglob("*")) if path.is_file())
            paths = [path.relative_to(self.folder).as_posix() for path in files]
        found: dict[str, list[str]] = {}
        for path in paths:
            found.setdefault(PurePosixPath(path).name, []).append(path)
        return found

    def find(self, file: str) -> str:
        """The path of a file that a table names. Raises ValueError where there is none, or
        several of that name."""
        members = self._members
        if file in members if members is not None else (self.folder / file).is_file():
            return file
        found = self._by_name.get(PurePosixPath(file).name, [])
        if len(found) != 1:
            where = TAR if members is not None else "the folder of the table"
            several = "several files of that name are" if found else "is not"
            raise ValueError(f"file {file!r}: {several} in {where}.")
        return found[0]

    def read(self, path: str) -> bytes:
        """The bytes of an image that `find` named."""
        if self._members is None:
            return (self.folder / path).read_bytes()
        start, size = self._members[path]
        with (self.folder / TAR).open("rb") as handle:
            handle.seek(start)
            return handle.read(size)

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
