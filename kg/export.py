"""A release written out in a format of others: KGX TSV, Turtle, OBO Graphs JSON."""

from __future__ import annotations

import gzip
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from domain.errors import InvalidField
from kg import kgx
from kg.graph import Graph
from ontologies.export import obographs, turtle
from ontologies.export.about import About

FORMS = ("kgx", "obographs", "turtle")
_WRITERS = {"turtle": turtle.text, "obographs": obographs.text}


def export(graph: Graph, manifest: Mapping[str, Any], form: str, out: Path) -> list[Path]:
    """Write a graph in one of `FORMS`, whole or not at all; the files written.

    `kgx` makes a folder `out` with nodes.tsv, edges.tsv and figures.tsv, and beside it
    OUT.sources.json, which says what they were made from and under which licences; a file that
    ends in .gz is packed.
    Raises InvalidField for another form, or where `kgx` would overwrite a folder.
    """
    about = About(release=str(manifest.get("id", "")), sources=manifest.get("sources", ()))
    out.parent.mkdir(parents=True, exist_ok=True)
    if form == "kgx":
        return _kgx(graph, about, out)
    if form not in _WRITERS:
        raise InvalidField("format", f"{form!r} is not known.", mend=f"Known: {', '.join(FORMS)}.")
    pieces = _WRITERS[form](graph.concepts, graph.assertions, graph.links, graph.figures, about)
    _write(out, pieces)
    return [out]


def _kgx(graph: Graph, about: About, out: Path) -> list[Path]:
    if out.exists():
        raise InvalidField("output", f"{out} is there already.", mend="Name a folder that is not.")
    temporary = out.with_name(f".{out.name}-{os.getpid()}")
    temporary.mkdir()
    try:
        names = kgx.write_graph(temporary, graph)
        temporary.rename(out)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    # Beside the folder, not in it: a folder of sources is read file by file.
    sources = out.with_name(f"{out.name}.sources.json")
    facts = {"release": about.release, "sources": [dict(s) for s in about.sources]}
    _write(sources, [json.dumps(facts, indent=1, ensure_ascii=False, sort_keys=True), "\n"])
    return [*(out / name for name in names), sources]


def _write(out: Path, pieces: Iterable[str]) -> None:
    temporary = out.with_name(f".{out.name}-{os.getpid()}")
    try:
        with _opened(temporary, packed=out.name.endswith(".gz")) as stream:
            for piece in pieces:
                stream.write(piece.encode())
        temporary.replace(out)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def _opened(path: Path, *, packed: bool) -> Iterator[BinaryIO]:
    """A file to write bytes to; equal content gives equal bytes, packed or not."""
    with path.open("wb") as plain:
        if packed:
            with gzip.GzipFile(filename="", mode="wb", fileobj=plain, mtime=0) as stream:
                yield cast(BinaryIO, stream)
        else:
            yield plain
