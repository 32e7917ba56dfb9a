"""What ranking works on, compiled from a database and kept in a folder until the database moves.

FOLDER/DATABASE/RELEASE.json        which compilation belongs to which state of the database
FOLDER/DATABASE/RELEASE-CONTENT/    index/, lexicon.tsv, compiled.json
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from kg.graph import Graph
from kg.identifiers import Resolver
from kg.releases import Compile

ABOUT = "compiled.json"
_DIGITS = 16


class CompiledCache:
    """Compilations of one database's releases; `database` is whatever tells it from others."""

    def __init__(self, folder: Path, database: str, compile_release: Compile) -> None:
        self._folder = folder / database
        self._compile = compile_release

    def find(self, release: str, state: str) -> Path | None:
        """The compilation of a release in this state of the database, or None."""
        stated = _read(self._pointer(release))
        if stated.get("state") != state:
            return None
        folder = self._folder / str(stated.get("folder"))
        return folder if (folder / ABOUT).is_file() else None

    def write(
        self, release: str, state: str | None, graph: Graph, resolver: Resolver, loaded: str
    ) -> Path:
        """Compile a graph, unless one of the same content is there.

        `state` is that of the database, None where it moved meanwhile: then the compilation is
        used once and looked for again. `loaded` is the content hash of the release as it was
        loaded; `compiled.json` says whether this is still its content.
        """
        content = graph.content_hash
        folder = self._folder / f"{release}-{content[:_DIGITS]}"
        if not (folder / ABOUT).is_file():
            temporary = folder.with_name(f".{folder.name}-{os.getpid()}")
            shutil.rmtree(temporary, ignore_errors=True)
            temporary.mkdir(parents=True)
            try:
                self._compile(temporary, graph, resolver)
                about = {"release": release, "content_sha256": content}
                _write(temporary / ABOUT, about | {"modified": content != loaded})
                if not (folder / ABOUT).is_file():
                    shutil.rmtree(folder, ignore_errors=True)
                    temporary.rename(folder)
            finally:
                shutil.rmtree(temporary, ignore_errors=True)
        if state is not None:
            _write(self._pointer(release), {"state": state, "folder": folder.name})
        return folder

    def forget(self, release: str) -> None:
        """Delete what was compiled of a release."""
        self._pointer(release).unlink(missing_ok=True)
        for folder in self._folder.glob(f"{release}-*"):
            shutil.rmtree(folder, ignore_errors=True)

    def _pointer(self, release: str) -> Path:
        return self._folder / f"{release}.json"


def is_modified(folder: Path) -> bool:
    """Whether a compilation is of other content than its release was loaded with."""
    return bool(_read(folder / ABOUT).get("modified"))


def content_of(folder: Path) -> str:
    """The content hash of the graph that was compiled."""
    return str(_read(folder / ABOUT).get("content_sha256"))


def _read(path: Path) -> dict[str, object]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(path: Path, content: dict[str, object]) -> None:
    temporary = path.with_name(f".{path.name}-{os.getpid()}")
    temporary.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    temporary.replace(path)
