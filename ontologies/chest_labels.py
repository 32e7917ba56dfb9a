"""The 14 labels of reports of chest films, as concepts: `curated/chest-labels.tsv`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from domain.errors import InvalidField, SourceError
from domain.identifiers import Curie
from ontologies.tables import Table

FILE = Path(__file__).parent / "curated" / "chest-labels.tsv"


@cache
def chest_labels() -> Mapping[str, tuple[Curie, ...]]:
    """Label: the concepts that it stands for, each with all below it; in ChestX-ray14's order."""
    return MappingProxyType(read(FILE))


def read(path: Path) -> dict[str, tuple[Curie, ...]]:
    """Read such a table. Raises SourceError naming the line that cannot be used."""
    found: dict[str, tuple[Curie, ...]] = {}
    for line, row in Table(path, ("label", "concept")):
        try:
            concept = Curie.parse(row["concept"])
        except InvalidField as error:
            raise SourceError(str(path), f"{error}", line=line) from None
        known = found.get(row["label"], ())
        if not row["label"] or concept in known:
            raise SourceError(str(path), f"{concept} stands twice or has no label.", line=line)
        found[row["label"]] = (*known, concept)
    return found
