"""Folders of numpy arrays: written once, checked and memory-mapped when opened."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.errors import ReleaseCorrupt

Array = NDArray[Any]
_LIST = "arrays.json"


def write_arrays(folder: Path, arrays: Mapping[str, Array]) -> None:
    """Write each array as NAME.npy and a list of their CRC-32 and sizes."""
    folder.mkdir(parents=True, exist_ok=True)
    listed: dict[str, dict[str, int]] = {}
    for name, array in sorted(arrays.items()):
        path = folder / f"{name}.npy"
        np.save(path, array, allow_pickle=False)
        listed[name] = {"bytes": path.stat().st_size, "crc32": _crc(path)}
    (folder / _LIST).write_text(json.dumps(listed, indent=1, sort_keys=True) + "\n", "utf-8")


def open_arrays(folder: Path) -> dict[str, Array]:
    """Memory-map all arrays of a folder. Raises ReleaseCorrupt naming the damaged file."""
    try:
        listed = json.loads((folder / _LIST).read_text("utf-8"))
    except (OSError, ValueError):
        raise ReleaseCorrupt(
            f"{folder / _LIST} is missing or unreadable.", mend=_mend(folder)
        ) from None
    arrays: dict[str, Array] = {}
    for name, stated in listed.items():
        path = folder / f"{name}.npy"
        try:
            if path.stat().st_size != stated["bytes"] or _crc(path) != stated["crc32"]:
                raise ValueError
            # A plain view of the map: indexing numpy.memmap itself is several times slower.
            arrays[name] = np.asarray(np.load(path, mmap_mode="r"))
        except (OSError, ValueError):
            raise ReleaseCorrupt(
                f"{path} is damaged: it does not match its checksum.", mend=_mend(folder)
            ) from None
    return arrays


def _mend(folder: Path) -> str:
    return f"Delete {folder.parent} and run `differentia build` again."


def _crc(path: Path) -> int:
    value = 0
    with path.open("rb") as handle:
        while chunk := handle.read(1 << 20):
            value = zlib.crc32(chunk, value)
    return value


def seal(path: Path) -> None:
    """Write the CRC-32 of a compiled file beside it."""
    path.with_name(path.name + ".crc32").write_text(f"{_crc(path)}\n", "utf-8")


def check_seal(path: Path) -> Path:
    """The path of a sealed file. Raises ReleaseCorrupt where it is not as it was written."""
    try:
        sealed = int(path.with_name(path.name + ".crc32").read_text("utf-8"))
        intact = sealed == _crc(path)
    except (OSError, ValueError):
        intact = False
    if not intact:
        raise ReleaseCorrupt(
            f"{path} is damaged: it does not match its checksum.", mend=_mend(path)
        )
    return path


class Strings:
    """A table of strings over two arrays: UTF-8 bytes, and (n + 1) offsets into them."""

    def __init__(self, data: Array, offsets: Array) -> None:
        self._data = data
        self._offsets = offsets

    @staticmethod
    def pack(texts: Iterable[str]) -> tuple[Array, Array]:
        """The two arrays for `texts`."""
        encoded = [t.encode() for t in texts]
        offsets = np.zeros(len(encoded) + 1, dtype=np.int64)
        np.cumsum([len(e) for e in encoded], out=offsets[1:])
        return np.frombuffer(b"".join(encoded), dtype=np.uint8), offsets

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, i: int) -> str:
        if not 0 <= i < len(self):
            raise IndexError(i)
        return self._data[self._offsets[i] : self._offsets[i + 1]].tobytes().decode()

    def __iter__(self) -> Iterator[str]:
        return (self[i] for i in range(len(self)))


class Rows:
    """Lists of integers of unequal length: row i is `values[starts[i]:starts[i + 1]]`."""

    def __init__(self, starts: Array, values: Array) -> None:
        self.starts = starts
        self.values = values

    @staticmethod
    def pack(rows: Iterable[Iterable[int]]) -> tuple[Array, Array]:
        """The two arrays (int64 starts, int32 values) for `rows`."""
        lists = [list(r) for r in rows]
        starts = np.zeros(len(lists) + 1, dtype=np.int64)
        np.cumsum([len(r) for r in lists], out=starts[1:])
        return starts, np.fromiter((v for r in lists for v in r), dtype=np.int32, count=starts[-1])

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, i: int) -> Array:
        return self.values[self.starts[i] : self.starts[i + 1]]
