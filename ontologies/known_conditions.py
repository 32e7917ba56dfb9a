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
_TOLD = ("", "yes")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCondition:
    """A condition by its name: the `finding` of the graph that a patient has who is known to have
    it (None where none says so), and the `diseases` by id that it is, which nobody need suggest
    any more. Without `diseases` it sets none aside: it comes again, or is no disease. `told` says
    whether the finding, told of the patient, sets them aside as well."""

    name: str
    finding: Curie | None
    finding_name: str
    diseases: tuple[Curie, ...]
    synonyms: tuple[str, ...]
    told: bool


def key(name: str) -> str:
    """How a name or id is looked up: case and white space aside."""
    return " ".join(name.split()).casefold()


@cache
def known_conditions() -> Mapping[str, KnownCondition]:
    """The conditions by the `key` of every name and id that they go by."""
    return MappingProxyType(read(FILE))


@cache
def told_conditions() -> Mapping[Curie, KnownCondition]:
    """By finding, the conditions that are known as soon as the finding is told."""
    told = {c.finding: c for c in known_conditions().values() if c.told and c.finding is not None}
    return MappingProxyType(told)


def read(path: Path) -> dict[str, KnownCondition]:
    """Read such a table. A finding that several conditions share names none of them. Raises
    SourceError naming the line that cannot be used."""
    found: dict[str, KnownCondition] = {}
    findings: dict[Curie, list[KnownCondition]] = {}
    columns = ("name", "finding", "finding_name", "diseases", "synonyms", "told", "why")
    for line, row in Table(path, columns):
        try:
            condition = KnownCondition(
                name=row["name"],
                finding=Curie.parse(row["finding"]) if row["finding"] else None,
                finding_name=row["finding_name"],
                diseases=tuple(map(Curie.parse, _parts(row["diseases"]))),
                synonyms=_parts(row["synonyms"]),
                told=bool(row["told"]),
            )
        except InvalidField as error:
            raise SourceError(str(path), f"{error}", line=line) from None
        if row["told"] not in _TOLD:
            raise SourceError(str(path), f"told is {row['told']!r}, not yes or empty.", line=line)
        if condition.told and not (condition.finding and condition.diseases):
            raise SourceError(str(path), "what is told needs a finding and diseases.", line=line)
        if (condition.finding is None) != (not condition.finding_name):
            raise SourceError(str(path), "a finding has an id and a name.", line=line)
        for name in (condition.name, *condition.synonyms, *condition.diseases):
            if not key(name) or key(name) in found:
                raise SourceError(str(path), f"{name!r} is empty or stands twice.", line=line)
            found[key(name)] = condition
        if condition.finding is not None:
            findings.setdefault(condition.finding, []).append(condition)
    for finding, conditions in findings.items():
        if len(conditions) == 1:
            found.setdefault(key(finding), conditions[0])
    return found


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(_MANY) if part.strip())
