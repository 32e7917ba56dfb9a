"""What can be measured in a patient, and how it is written: our reviewed table of analytes.

A name may belong to several analytes (hemoglobin A1c in per cent and in mmol/mol); the unit then
tells which. Units are UCUM-like texts that `nlp.values.units` reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

from domain.errors import InvalidField, SourceError
from domain.evidence import ConceptRef
from domain.identifiers import Curie
from domain.intervals import Interval
from ontologies.tables import Table

FILE = Path(__file__).parent / "curated" / "analytes.tsv"
_COLUMNS = (
    "id", "name", "kind", "unit", "names", "bare", "plausible", "molar_mass", "valence", "above",
    "below", "loinc", "from_age",
)  # fmt: skip
#: Before a name that is read only as it is written.
EXACT = "="


class Kind(StrEnum):
    """What sort of value it is, which decides how it may be written.

    Laboratory values may stand beside their range; gases too, of blood unless said otherwise;
    growth is read in standard deviations or centiles only; a `pressure` is two values in one;
    `none` are names of other things.
    """

    LAB = "lab"
    GAS = "gas"
    VITAL = "vital"
    GROWTH = "growth"
    PRESSURE = "pressure"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Analyte:
    """One thing that is measured.

    `plausible` is in `unit`; `bare` are the units that may be meant where none is written.
    `molar_mass` is in g/mol, `valence` the charges that make one equivalent. `above` and `below`
    are what a value beyond its range means, `loinc` a code of the commonest sample or None. It is
    not measured before `from_age`, in years.
    """

    id: str
    name: str
    kind: Kind
    unit: str
    names: tuple[str, ...]
    plausible: Interval
    bare: tuple[str, ...] = ()
    molar_mass: float | None = None
    valence: int | None = None
    above: ConceptRef | None = None
    below: ConceptRef | None = None
    loinc: str | None = None
    from_age: float = 0.0


@cache
def analytes() -> Mapping[str, Analyte]:
    """The table by id, read once."""
    return MappingProxyType(read(FILE))


def read(path: Path) -> dict[str, Analyte]:
    """Read such a table. Raises SourceError naming the line that cannot be used."""
    found: dict[str, Analyte] = {}
    for line, row in Table(path, _COLUMNS, quoted=False):
        try:
            one = _analyte(row)
        except (ValueError, InvalidField) as error:
            raise SourceError(str(path), f"{error}", line=line) from None
        if one.id in found:
            raise SourceError(str(path), f"{one.id} stands twice.", line=line)
        found[one.id] = one
    return found


def _analyte(row: Mapping[str, str]) -> Analyte:
    low, _, high = row["plausible"].partition("..")
    return Analyte(
        id=row["id"],
        name=row["name"],
        kind=Kind(row["kind"]),
        unit=row["unit"],
        names=tuple(row["names"].split("|")),
        bare=tuple(row["bare"].split("|")) if row["bare"] else (),
        plausible=Interval(float(low), float(high)) if row["plausible"] else Interval(),
        molar_mass=float(row["molar_mass"]) if row["molar_mass"] else None,
        valence=int(row["valence"]) if row["valence"] else None,
        above=concept(row["above"]),
        below=concept(row["below"]),
        loinc=row["loinc"] or None,
        from_age=float(row["from_age"] or 0),
    )


def concept(cell: str) -> ConceptRef | None:
    """An id with its label behind it, or None for an empty cell. Raises InvalidField."""
    identifier, _, label = cell.partition(" ")
    return ConceptRef(id=Curie.parse(identifier), label=label) if cell else None
