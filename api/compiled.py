"""What a release compiles from its graph, for ranking and reading."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.graph import Graph
    from kg.identifiers import Resolver

LEXICON = "lexicon.tsv"


def compile_release(folder: Path, graph: Graph, resolver: Resolver) -> None:
    """Write what a release compiles from its graph: the index, the lexicon, the index of names."""
    from kg.arrays import seal, write_arrays
    from nlp import name_index
    from ontologies import lexicon
    from ontologies.curated_names import curated_names
    from reasoning.compile import compile_arrays

    write_arrays(folder / "index", compile_arrays(graph, resolver))
    entries = lexicon.build(graph.concepts, curated_names())
    lexicon.write(entries, folder / LEXICON)
    said = (c.definition for c in graph.concepts if c.definition is not None)
    name_index.write_index(entries, said, folder / name_index.FILE)
    for file in (LEXICON, name_index.FILE):
        seal(folder / file)
