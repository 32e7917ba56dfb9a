"""Immutable releases in a folder, and which of them is active.

HOME/active                  the id of the active release; replaced by one atomic rename
HOME/load-log.jsonl          who built or activated what, and when
HOME/cases/ID.json           cases that were kept: coded data and offsets only
HOME/releases/ID/            manifest.json, nodes.tsv, edges.tsv, figures.tsv, lexicon.tsv, index/
"""

from __future__ import annotations

import getpass
import json
import os
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from domain.errors import GateRefused, ReleaseCorrupt, ReleaseNotFound
from kg import kgx
from kg.case_folder import CaseFolder
from kg.cases import Cases, LookUp
from kg.graph import Graph
from kg.identifiers import Resolver
from kg.releases import Compile
from kg.store import GraphStore
from ontologies.files import sha256_of

_ID = re.compile(r"^[0-9a-f]{12}$")
MANIFEST = "manifest.json"


def is_id(text: str) -> bool:
    """Whether a text looks like a release's id."""
    return bool(_ID.match(text))


class Home:
    """Releases in a folder. Nothing is created before something is written.

    `compile_release` writes index and lexicon into a release before it is sealed. A release
    folder elsewhere can be named by its path wherever an id is taken.
    """

    def __init__(self, path: Path, compile_release: Compile) -> None:
        self.path = path
        self._compile = compile_release

    @property
    def where(self) -> str:
        """The folder."""
        return str(self.path)

    @property
    def releases_path(self) -> Path:
        """The folder of the releases."""
        return self.path / "releases"

    def folder(self, release: str) -> Path:
        """The folder of a release, by id or path. Raises ReleaseNotFound."""
        path = self.releases_path / release if is_id(release) else Path(release)
        if not (path / MANIFEST).is_file():
            known = ", ".join(self.ids()) or "none"
            raise ReleaseNotFound(
                f"There is no release {release!r}.", mend=f"In {self.path}: {known}."
            )
        return path

    def ids(self) -> list[str]:
        """Ids of the complete releases, sorted."""
        found = self.releases_path.glob(f"*/{MANIFEST}")
        return sorted(f.parent.name for f in found if is_id(f.parent.name))

    def manifest(self, release: str) -> dict[str, Any]:
        """A release's manifest. Raises ReleaseNotFound or ReleaseCorrupt."""
        path = self.folder(release) / MANIFEST
        try:
            data = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            data = None
        if not isinstance(data, dict) or not {"id", "files", "sources", "counts"} <= data.keys():
            raise ReleaseCorrupt(f"{path} is damaged.", mend=_mend(path.parent))
        return data

    def active_id(self) -> str | None:
        """Id of the active release, or None."""
        try:
            text = (self.path / "active").read_text("utf-8").strip()
        except FileNotFoundError:
            return None
        return text or None

    def add(self, manifest: dict[str, Any], graph: Graph, resolver: Resolver) -> None:
        """Write a release whole or not at all; one that is there stays as it is."""
        identifier = manifest["id"]
        path = self.releases_path / identifier
        if (path / MANIFEST).is_file():
            return
        temporary = self.releases_path / f".building-{identifier}-{os.getpid()}"
        for leftover in self.releases_path.glob(f".building-{identifier}-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        temporary.mkdir(parents=True)
        try:
            kgx.write_graph(temporary, graph)
            self._compile(temporary, graph, resolver)
            files = {str(f.relative_to(temporary)): sha256_of(f) for f in _files(temporary)}
            text = json.dumps(
                manifest | {"files": files}, indent=1, sort_keys=True, ensure_ascii=False
            )
            (temporary / MANIFEST).write_text(text + "\n", "utf-8")
            temporary.rename(path)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise

    def activate(self, release: str) -> None:
        """Make a release the active one: one atomic rename, and a line in the load log."""
        target = self.manifest(release)["id"]
        if target not in self.ids():
            raise ReleaseNotFound(f"Release {target} is not in {self.path}.")
        before = self.active_id()
        temporary = self.path / f".active-{os.getpid()}"
        temporary.write_text(target + "\n", "utf-8")
        temporary.replace(self.path / "active")
        self.log("activate", release=target, before=before)

    def remove(self, release: str) -> None:
        """Delete a release that is not active. Raises GateRefused for the active one."""
        if release == self.active_id():
            raise GateRefused(f"Release {release} is active.", mend="Activate another one first.")
        path = self.folder(release)
        doomed = path.with_name(f".removing-{path.name}")
        path.rename(doomed)
        shutil.rmtree(doomed)
        self.log("remove", release=release)

    def log(self, action: str, **facts: object) -> None:
        """Append one line to the load log: what, when, by whom."""
        self.path.mkdir(parents=True, exist_ok=True)
        line = log_line(action, **facts)
        with (self.path / "load-log.jsonl").open("a", encoding="utf-8") as out:
            out.write(json.dumps(line, ensure_ascii=False) + "\n")

    def history(self) -> list[dict[str, Any]]:
        """The log, oldest first; a line that a crash cut short is passed over."""
        try:
            lines = (self.path / "load-log.jsonl").read_text("utf-8").splitlines()
        except FileNotFoundError:
            return []
        found = []
        for line in lines:
            try:
                found.append(json.loads(line))
            except ValueError:
                continue
        return found

    def store(self, release: str) -> GraphStore:
        """The graph of a release."""
        from kg.embedded import EmbeddedStore  # imports networkx, which ranking does without

        return EmbeddedStore(self.manifest(release)["id"], self.folder(release), self.verify_files)

    def compiled(self, release: str) -> Path:
        """The release's own folder: it holds what was compiled from it."""
        return self.folder(release)

    def modified(self, release: str) -> bool:  # noqa: ARG002
        """Never: files that are not as they were written are refused, not used."""
        return False

    def sweep(self) -> list[str]:
        """Delete what interrupted loads and removals left behind; the ids of their releases.

        Not to be called while something is loaded or removed: that would be taken for a rest."""
        left = [*self.releases_path.glob(".building-*"), *self.releases_path.glob(".removing-*")]
        for folder in left:
            shutil.rmtree(folder, ignore_errors=True)
        return sorted({folder.name.split("-")[1] for folder in left})

    def cases(self, look_up: LookUp) -> Cases:
        """Cases in `HOME/cases`, a file each."""
        return CaseFolder(self.path / "cases", look_up)

    def verify(self, release: str) -> None:
        """Hash every file of a release. Raises ReleaseCorrupt naming the first that differs."""
        self.verify_files(self.folder(release), tuple(self.manifest(release)["files"]))

    def verify_files(self, folder: Path, names: tuple[str, ...]) -> None:
        """Hash some files of a release folder. Raises ReleaseCorrupt."""
        files: dict[str, str] = self.manifest(str(folder))["files"]
        for name in names:
            path = folder / name
            if not path.is_file():
                raise ReleaseCorrupt(f"{path} is missing.", mend=_mend(folder))
            if sha256_of(path) != files[name]:
                raise ReleaseCorrupt(
                    f"{path} is damaged: it does not match its checksum.", mend=_mend(folder)
                )


def log_line(action: str, **facts: object) -> dict[str, Any]:
    """What was done, when and by whom."""
    time = datetime.now(UTC).isoformat(timespec="seconds")
    return {"time": time, "user": _user(), "action": action, **facts}


def _files(folder: Path) -> list[Path]:
    return sorted(f for f in folder.rglob("*") if f.is_file())


def _mend(folder: Path) -> str:
    return f"Delete {folder} and run `differentia build` again."


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
