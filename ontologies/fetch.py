"""Fetch a source's file: beside its target, bounded, checked, then one atomic rename."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from domain.errors import SourceError
from ontologies.files import MAX_BYTES, sha256_of

TIMEOUT_S = 60.0
_CHUNK = 1 << 20


def is_url(text: str) -> bool:
    """Whether a text is a remote address and not a path."""
    return "://" in text


def fetch(url: str, folder: Path, *, sha256: str | None = None, limit: int = MAX_BYTES) -> Path:
    """The file at `url`, in `folder` under its own name.

    Only http and https. Raises SourceError where it cannot be had, is larger than `limit` bytes,
    or does not have the SHA-256 that was asked for; nothing is left behind then.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise SourceError(url, f"{parts.scheme!r} addresses are not fetched.", mend="Use https.")
    name = Path(parts.path).name or "download"
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{name}-{os.getpid()}"
    try:
        request = Request(url, headers={"User-Agent": "differentia"})  # noqa: S310 - checked above
        with urlopen(request, timeout=TIMEOUT_S) as answer, temporary.open("wb") as out:  # noqa: S310
            size = 0
            while chunk := answer.read(_CHUNK):
                size += len(chunk)
                if size > limit:
                    raise SourceError(url, f"is larger than {limit:,} bytes.")
                out.write(chunk)
        if sha256 is not None and (found := sha256_of(temporary)) != sha256:
            raise SourceError(
                url, f"has SHA-256 {found[:12]}…, not {sha256[:12]}…: it was not taken."
            )
        target = folder / name
        temporary.replace(target)
    except (URLError, OSError) as error:
        raise SourceError(url, f"cannot be fetched: {error}.") from None
    finally:
        temporary.unlink(missing_ok=True)
    return target
