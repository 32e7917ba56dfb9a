"""N-Triples, read with rdflib."""

from __future__ import annotations

import re
from pathlib import Path

from domain.assertions import PHENOTYPE
from ontologies.content import Content

_TRIPLE = re.compile(
    r"\s*(?:#[^\n]*\n\s*)*"
    r"(?:<[^\s<>]+>|_:\S+)[ \t]+<[^\s<>]+>[ \t]+[<_\"][^\n]*\.[ \t]*(?:#[^\n]*)?(?:\n|$)"
)


def sniff(head: str, name: str) -> bool:
    """Whether the first statement is a triple on one line, in a file not named Turtle."""
    return bool(_TRIPLE.match(head)) and not name.endswith(".ttl")


def read(path: Path, source: str, category: str = PHENOTYPE) -> Content:
    """Classes and our own words. Raises SourceError with line or subject."""
    from ontologies import rdf, rdf_files

    return rdf.content(rdf_files.parse(path, "ntriples"), path, source, category)
