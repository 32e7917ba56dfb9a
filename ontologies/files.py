"""Open knowledge files safely: plain or gzipped, bounded in size, hashed as they are on disk."""

from __future__ import annotations

import gzip
import hashlib
import io
import zlib
from pathlib import Path

from domain.errors import SourceError

#: Largest file that is read, unpacked. Mondo, the largest that we know of, is below 300 MB.
MAX_BYTES = 1_000_000_000


def sha256_of(path: Path) -> str:
    """Hex SHA-256 of the file's bytes as they are on disk (packed, if it is packed)."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def read_bytes(path: Path, limit: int = MAX_BYTES) -> bytes:
    """The file's content, unpacked if gzipped. Raises SourceError, also past `limit` bytes."""
    try:
        with path.open("rb") as handle:
            packed = handle.read(2) == b"\x1f\x8b"
        with gzip.open(path, "rb") if packed else path.open("rb") as stream:
            data = stream.read(limit + 1)
    except FileNotFoundError:
        raise SourceError(str(path), "no such file.") from None
    except IsADirectoryError:
        raise SourceError(str(path), "is a folder.", mend="Name a file.") from None
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(
            str(path), f"cannot be read ({error}).", mend="Fetch or unpack it again."
        ) from None
    if len(data) > limit:
        raise SourceError(str(path), f"is larger than {limit:,} bytes, unpacked.")
    return data


def read_text(path: Path, limit: int = MAX_BYTES) -> io.StringIO:
    """The file's content as UTF-8 text lines. Raises SourceError where it is not UTF-8."""
    data = read_bytes(path, limit)
    try:
        return io.StringIO(data.decode("utf-8-sig"), newline=None)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(str(path), "is not UTF-8 text.", line=line) from None
