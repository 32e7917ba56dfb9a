"""What every ontology parser returns, and how a file's format is told."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from domain.assertions import PHENOTYPE, Concept
from domain.errors import SourceError
from ontologies.files import read_bytes

#: Modules of this folder that read an ontology, in the order in which they are tried.
ONTOLOGY_FORMATS = ("obo", "obographs")


@dataclass(frozen=True, slots=True, kw_only=True)
class OntologyFile:
    """Terms of one file, obsolete ones included, and the version the file states."""

    version: str
    concepts: tuple[Concept, ...]


class OntologyFormat(Protocol):
    """What a module of this folder offers."""

    NAME: str

    def sniff(self, head: str) -> bool:
        """Whether the first characters look like this format."""

    def read(self, path: Path, category: str = PHENOTYPE) -> OntologyFile:
        """Read the file. Raises SourceError."""


def read_ontology(
    path: Path, formats: Sequence[str] = ONTOLOGY_FORMATS, category: str = PHENOTYPE
) -> OntologyFile:
    """Read an ontology in whichever of `formats` it is. Raises SourceError naming them."""
    head = read_bytes(path)[:4096].decode("utf-8", "replace").lstrip("\ufeff")
    for name in formats:
        module = cast(OntologyFormat, importlib.import_module(f"ontologies.formats.{name}"))
        if module.sniff(head):
            return module.read(path, category)
    raise SourceError(
        str(path), "is in no format known here.", mend=f"Known: {', '.join(formats)}."
    )
