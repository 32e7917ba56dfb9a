"""JSON-LD with its context inside the file, read with rdflib."""

from __future__ import annotations

import re
from pathlib import Path

from domain.assertions import PHENOTYPE
from ontologies.content import Content

_KEY = re.compile(r'"@(?:context|id|graph|type)"\s*:')


def sniff(head: str, name: str) -> bool:  # noqa: ARG001
    """Whether the first characters look like JSON with JSON-LD's keywords."""
    return (
        head.lstrip().startswith(("{", "["))
        and bool(_KEY.search(head))
        and ('"graphs"' not in head)
    )


def read(path: Path, source: str, category: str = PHENOTYPE) -> Content:
    """Classes and our own words; an assertion's line is its number in the file, from 1.
    Raises SourceError with the subject."""
    from ontologies import rdf, rdf_files

    return rdf.content(rdf_files.parse(path, "jsonld"), path, source, category)
