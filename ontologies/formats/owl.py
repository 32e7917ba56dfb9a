"""OWL in RDF/XML, read with rdflib through a parser that fetches and expands nothing."""

from __future__ import annotations

import re
from pathlib import Path

from domain.assertions import PHENOTYPE
from ontologies.content import Content

_START = re.compile(r"<\?xml\b|<!DOCTYPE\b|<!--|<(?:\w+:)?RDF[\s>]", re.IGNORECASE)


def sniff(head: str, name: str) -> bool:  # noqa: ARG001
    """Whether the first characters are XML; what is XML and not RDF is refused by `read`."""
    return bool(_START.match(head.lstrip()))


def read(path: Path, source: str, category: str = PHENOTYPE) -> Content:
    """Classes and our own words. Raises SourceError with line or subject."""
    from ontologies import rdf, rdf_files

    return rdf.content(rdf_files.parse(path, "owl"), path, source, category)
