"""What it says of a patient that a condition is known: `curated/known-conditions.tsv`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from domain.errors import InvalidField, SourceError
from domain.identifiers import Curie
from ontologies.tables import Table

FILE = Path(__file__).parent / "curated" / "known-conditions.tsv"
_MANY = "|"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCondition:
    """A condition by its name: the `finding` of the graph that a patient has who is known to have
    it, and the `diseases` by id that it is, which nobody need suggest any more."""

    name: str
    finding: Curie
    finding_name: str
    diseases: tuple[Curie, ...]
    synonyms: tuple[str, ...]


@cache
def known_conditions() -> Mapping[str, KnownCondition]:
    """The conditions by every name and id that they go by, in lower case."""
    return MappingProxyType(read(FILE))


def read(path: Path) -> dict[str, KnownCondition]:
    """Read such a table. Raises SourceError naming the line that cannot be used."""
    found: dict[str, KnownCondition] = {}
    columns = ("name", "finding", "finding_name", "diseases", "synonyms", "why")
    for line, row in Table(path, columns):
        try:
            condition = KnownCondition(
                name=row["name"],
                finding=Curie.parse(row["finding"]),
                finding_name=row["finding_name"],
                diseases=tuple(map(Curie.parse, _parts(row["diseases"]))),
                synonyms=_parts(row["synonyms"]),
            )
        except InvalidField as error:
            raise SourceError(str(path), f"{error}", line=line) from None
        for name in {condition.name, *condition.synonyms, *condition.diseases, condition.finding}:
            key = name.lower()
            if not key or key in found:
                raise SourceError(str(path), f"{name!r} is empty or stands twice.", line=line)
            found[key] = condition
    return found


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(_MANY) if part.strip())
