"""Findings that HPO lacks, each below its nearest HPO terms
(`ontologies/curated/common/*.findings.tsv`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from domain.assertions import PHENOTYPE, Concept, Synonym
from domain.errors import SourceError
from domain.identifiers import Curie
from ontologies.content import Content
from ontologies.tables import Table, header_of

COLUMNS = ("id", "label", "synonyms", "parent", "parent_label", "obtained", "why")
OBTAINED = frozenset(
    {"ask", "examine", "measure", "film", "ct", "ultrasound", "ecg", "lab", "history"}
)


def sniff(head: str, name: str) -> bool:  # noqa: ARG001
    """Whether the header is that of a table of findings."""
    return header_of(head) == COLUMNS


def read(path: Path, source: str, category: str = PHENOTYPE) -> Content:  # noqa: ARG001
    """The findings as concepts. Raises SourceError with the line."""
    concepts = [
        Concept(
            id=Curie(row["id"]),
            label=row["label"],
            category=PHENOTYPE,
            synonyms=tuple(
                Synonym(text=text.strip(), scope="exact")
                for text in row["synonyms"].split("|")
                if text.strip()
            ),
            parents=tuple(Curie(parent.strip()) for parent in row["parent"].split("|")),
        )
        for row in _rows(path)
    ]
    return Content(version="", concepts=tuple(concepts))


def obtained(path: Path) -> Iterator[tuple[Curie, str]]:
    """Each finding with the word on how it is obtained. Raises SourceError with the line."""
    for row in _rows(path):
        yield Curie(row["id"]), row["obtained"]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    for line, row in Table(path, COLUMNS, quoted=False, remarks=True):
        if not row["label"] or not row["parent"]:
            raise SourceError(str(path), "names no label or no parent.", line=line)
        if row["obtained"] not in OBTAINED:
            known = ", ".join(sorted(OBTAINED))
            raise SourceError(str(path), f"obtained is none of {known}.", line=line)
        yield row
