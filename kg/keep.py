"""Source files that releases were made from, kept by their hash, so that one source can be
replaced, added or taken away without asking for the others again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from domain.errors import SourceError
from kg.build import Input, files_of
from ontologies import source as catalogue
from ontologies.files import sha256_of


class Keep:
    """A folder of source files: `FOLDER/SHA256/NAME`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, inputs: Sequence[Input]) -> None:
        """Keep a copy of each file, whole or not at all."""
        for given in inputs:
            target = self.folder / given.sha256 / given.path.name
            if target.is_file():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary = target.with_name(f".{target.name}-{os.getpid()}")
            shutil.copyfile(given.path, temporary)
            temporary.replace(target)

    def inputs(self, manifest: Mapping[str, Any]) -> list[Input]:
        """The files that a release was made from. Raises SourceError naming one that is gone."""
        return [self._find(s["name"], s["sha256"]) for s in manifest["sources"]]

    def _find(self, name: str, sha256: str) -> Input:
        source = catalogue.find(name)
        folder = self.folder / sha256
        kept = sorted(f for f in folder.glob("*") if not f.name.startswith("."))
        if kept:
            return Input(source, kept[0], sha256)
        if source.carrier is not None:
            for carried in files_of(source.carrier.locate()):
                if sha256_of(carried) == sha256:
                    return Input(source, carried, sha256)
        raise SourceError(
            name,
            f"the file that the release was made from (sha256 {sha256[:12]}…) is not kept here.",
            mend=f"Name it again: {name}=FILE.",
        )

    def forget(self, manifests: Sequence[Mapping[str, Any]]) -> list[str]:
        """Delete files that none of these releases was made from; the hashes deleted."""
        needed = {s["sha256"] for m in manifests for s in m["sources"]}
        gone = [f for f in sorted(self.folder.glob("*")) if f.name not in needed]
        for folder in gone:
            shutil.rmtree(folder)
        return [f.name for f in gone]
