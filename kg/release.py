"""Immutable releases on disk, and which of them is active.

HOME/active                  the id of the active release; replaced by one atomic rename
HOME/load-log.jsonl          who built or activated what, and when
HOME/releases/ID/            manifest.json, nodes.tsv, edges.tsv, lexicon.tsv, index/
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from domain.errors import ReleaseCorrupt, ReleaseNotFound
from ontologies.files import sha256_of

#: Raised by one whenever the same input would give other files.
BUILDER = "1"
_ID = re.compile(r"^[0-9a-f]{12}$")


def release_id(inputs: Mapping[str, str], decisions: str, builder: str = BUILDER) -> str:
    """First 12 hex digits of a hash over input hashes, decisions hash and builder version."""
    text = json.dumps([sorted(inputs.items()), decisions, builder])
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Release:
    """One release folder. Opening reads the manifest only; `verify` hashes files."""

    path: Path

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The manifest. Raises ReleaseNotFound or ReleaseCorrupt."""
        try:
            data = json.loads((self.path / "manifest.json").read_text("utf-8"))
        except FileNotFoundError:
            raise ReleaseNotFound(
                f"{self.path} is no release: it has no manifest.json.",
                mend="`differentia releases` lists those there are.",
            ) from None
        except (OSError, ValueError):
            raise ReleaseCorrupt(
                f"{self.path / 'manifest.json'} is damaged.", mend=self._mend
            ) from None
        if not isinstance(data, dict) or "id" not in data or "files" not in data:
            raise ReleaseCorrupt(f"{self.path / 'manifest.json'} is damaged.", mend=self._mend)
        return data

    @property
    def id(self) -> str:
        """The release's id."""
        return str(self.manifest["id"])

    @property
    def _mend(self) -> str:
        return f"Delete {self.path} and run `differentia build` again."

    def versions(self) -> dict[str, str]:
        """Versions of the sources, by source name."""
        return {s["name"]: s["version"] for s in self.manifest["sources"]}

    def verify(self, names: Iterable[str] | None = None) -> None:
        """Hash files (all by default). Raises ReleaseCorrupt naming the first that differs."""
        files: dict[str, str] = self.manifest["files"]
        for name in files if names is None else names:
            path = self.path / name
            if not path.is_file():
                raise ReleaseCorrupt(f"{path} is missing.", mend=self._mend)
            if sha256_of(path) != files[name]:
                raise ReleaseCorrupt(
                    f"{path} is damaged: it does not match its checksum.", mend=self._mend
                )


class Home:
    """The folder that holds releases. Nothing is created before something is written."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def releases_path(self) -> Path:
        """The folder of the releases."""
        return self.path / "releases"

    def releases(self) -> list[Release]:
        """All complete releases, by id."""
        found = self.releases_path.glob("*/manifest.json")
        return [Release(f.parent) for f in sorted(found) if _ID.match(f.parent.name)]

    def active_id(self) -> str | None:
        """Id of the active release, or None."""
        try:
            text = (self.path / "active").read_text("utf-8").strip()
        except FileNotFoundError:
            return None
        return text or None

    def open(self, spec: str = "active") -> Release:
        """A release by `active`, id or path. Raises ReleaseNotFound saying what there is."""
        if spec == "active":
            active = self.active_id()
            if active is None:
                raise ReleaseNotFound(
                    f"No release is active in {self.path}.", mend="Run `differentia build`."
                )
            spec = active
        path = self.releases_path / spec if _ID.match(spec) else Path(spec)
        if not (path / "manifest.json").is_file():
            known = ", ".join(r.path.name for r in self.releases()) or "none"
            raise ReleaseNotFound(
                f"There is no release {spec!r}.", mend=f"In {self.path}: {known}."
            )
        return Release(path)

    def activate(self, release: str) -> None:
        """Make a release the active one: one atomic rename, and a line in the load log."""
        target = self.open(release)
        before = self.active_id()
        temporary = self.path / f".active-{os.getpid()}"
        temporary.write_text(target.id + "\n", "utf-8")
        temporary.replace(self.path / "active")
        self.log("activate", release=target.id, before=before)

    def log(self, action: str, **facts: object) -> None:
        """Append one line to the load log: what, when, by whom."""
        self.path.mkdir(parents=True, exist_ok=True)
        line = {
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "user": _user(),
            "action": action,
            **facts,
        }
        with (self.path / "load-log.jsonl").open("a", encoding="utf-8") as out:
            out.write(json.dumps(line, ensure_ascii=False) + "\n")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
