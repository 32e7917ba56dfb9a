"""Turtle, read with rdflib."""

from __future__ import annotations

import re
from pathlib import Path

from domain.assertions import PHENOTYPE
from ontologies.content import Content

_COMMENTS = r"\s*(?:#[^\n]*(?:\n\s*|$))*"
_PREFIX = re.compile(_COMMENTS + r"(?:@prefix|@base|prefix|base)\s+[\w.-]*:?\s*<", re.IGNORECASE)
_STATEMENT = re.compile(_COMMENTS + r"(?:<[^\s<>]*>\s|_:|\[)")


def sniff(head: str, name: str) -> bool:
    """Whether the first characters look like Turtle; a file of triples without a prefix is
    N-Triples, unless its name says Turtle."""
    return bool(_PREFIX.match(head)) or (name.endswith(".ttl") and bool(_STATEMENT.match(head)))


def read(path: Path, source: str, category: str = PHENOTYPE) -> Content:
    """Classes and our own words. Raises SourceError with line or subject."""
    from ontologies import rdf, rdf_files

    return rdf.content(rdf_files.parse(path, "turtle"), path, source, category)
