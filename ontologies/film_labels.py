"""What the labels of film models say of a film, as concepts: `curated/film-labels.tsv`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

from domain.errors import InvalidField, SourceError
from domain.identifiers import Curie
from ontologies.tables import Table

FILE = Path(__file__).parent / "curated" / "film-labels.tsv"


class Relation(StrEnum):
    """How a concept stands to a label: it is what the label means; it holds wherever the label
    does; or neither follows from the other."""

    EXACT = "exact"
    BROADER = "broader"
    RELATED = "related"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmLabel:
    """One label, with the concept that is evidence for or against where the label is. `concept`
    and `relation` are both None where no concept fits; `why` says why it is meant."""

    label: str
    concept: Curie | None
    name: str
    relation: Relation | None
    why: str


@cache
def film_labels() -> Mapping[str, FilmLabel]:
    """The labels by the names of ChestX-ray14's columns, in their order."""
    return MappingProxyType(read(FILE))


def read(path: Path) -> dict[str, FilmLabel]:
    """Read such a table. Raises SourceError naming the line that cannot be used."""
    found: dict[str, FilmLabel] = {}
    for line, row in Table(path, ("label", "concept", "name", "relation", "why")):
        try:
            concept = Curie.parse(row["concept"]) if row["concept"] else None
            relation = Relation(row["relation"]) if row["relation"] else None
        except InvalidField as error:
            raise SourceError(str(path), f"{error}", line=line) from None
        except ValueError:
            raise SourceError(
                str(path), f"{row['relation']!r} is not a relation.", line=line,
                mend=f"Use {', '.join(Relation)}.",
            ) from None  # fmt: skip
        if (concept is None) != (relation is None):
            raise SourceError(str(path), "a concept has a relation, and only then.", line=line)
        if not row["label"] or row["label"] in found:
            raise SourceError(str(path), "the label is empty or stands twice.", line=line)
        found[row["label"]] = FilmLabel(
            label=row["label"],
            concept=concept,
            name=row["name"],
            relation=relation,
            why=row["why"],
        )
    return found
