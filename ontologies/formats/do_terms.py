"""The Disease Ontology's term table (HumanDO.tsv): id, label, and the *label* of a parent.

A term with several parents has several rows.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from domain.assertions import DISEASE, Concept
from domain.errors import InvalidField, SourceError
from domain.identifiers import Curie
from ontologies.content import Content
from ontologies.tables import Table, header_of

COLUMNS = ("id", "label", "subClassOf")


def sniff(head: str, name: str) -> bool:  # noqa: ARG001
    """Whether the header is that of the term table."""
    return header_of(head) == COLUMNS


def read(path: Path, source: str, category: str = DISEASE) -> Content:  # noqa: ARG001
    """Diseases with their parents. A parent whose label no term has, or several have, is left
    out and named in a note. Raises SourceError with the line."""
    labels: dict[Curie, str] = {}
    stated: dict[Curie, dict[str, int]] = {}
    rows = 0
    for line, row in Table(path, COLUMNS):
        rows += 1
        try:
            identifier = Curie.parse(row["id"])
        except InvalidField as error:
            raise SourceError(str(path), error.message, line=line, mend=error.mend) from None
        label = row["label"]
        if not label:
            raise SourceError(str(path), f"{identifier} has no label.", line=line)
        if labels.setdefault(identifier, label) != label:
            raise SourceError(
                str(path), f"{identifier} is {labels[identifier]!r} and {label!r}.", line=line
            )
        parents = stated.setdefault(identifier, {})
        if row["subClassOf"]:
            parents.setdefault(row["subClassOf"], line)
    if not labels:
        raise SourceError(str(path), "has a header and no terms.")
    by_label: dict[str, list[Curie]] = {}
    for identifier, label in labels.items():
        by_label.setdefault(label, []).append(identifier)
    unclear: Counter[str] = Counter()
    concepts = []
    for identifier, parents in stated.items():
        found = []
        for parent in parents:
            holders = by_label.get(parent, [])
            if len(holders) == 1:
                found.append(holders[0])
            else:
                unclear[f"{parent!r} is the label of {_how_many(holders)}"] += 1
        concepts.append(
            Concept(
                id=identifier,
                label=labels[identifier],
                category=DISEASE,
                parents=tuple(sorted(found)),
                obsolete=labels[identifier].startswith("obsolete "),
            )
        )
    notes = [f"{path.name}: parent {what}: left out for {n:,} terms" for what, n in unclear.items()]
    if rows > len(labels):
        notes.append(f"{path.name}: {rows:,} rows for {len(labels):,} terms (several parents)")
    return Content(version="", concepts=tuple(concepts), notes=tuple(sorted(notes)))


def _how_many(holders: list[Curie]) -> str:
    return "no term" if not holders else f"{len(holders)} terms ({', '.join(holders)})"
