"""Codes of the labels of film models for DICOM reports: `curated/film-codes.tsv`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from domain.errors import SourceError
from ontologies.tables import Table

FILE = Path(__file__).parent / "curated" / "film-codes.tsv"
#: Our own scheme, for what no code could be looked up for; a report must declare it.
PRIVATE = "99DIFFERENTIA"
#: Most characters of a code and of its meaning in DICOM (SH, LO).
_CODE, _MEANING = 16, 64


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmCode:
    """One label's code: `scheme` as DICOM PS3.16 calls it, `reference` where it was looked up,
    empty only for a code of our own."""

    label: str
    scheme: str
    code: str
    meaning: str
    reference: str


@cache
def film_codes() -> Mapping[str, FilmCode]:
    """The codes by the names of ChestX-ray14's columns, in their order."""
    return MappingProxyType(read(FILE))


def read(path: Path) -> dict[str, FilmCode]:
    """Read such a table. Raises SourceError naming the line that cannot be used."""
    found: dict[str, FilmCode] = {}
    for line, row in Table(path, ("label", "scheme", "code", "meaning", "reference")):
        if not row["label"] or row["label"] in found:
            raise SourceError(str(path), "the label is empty or stands twice.", line=line)
        if not 0 < len(row["code"]) <= _CODE or not 0 < len(row["meaning"]) <= _MEANING:
            raise SourceError(
                str(path),
                f"code and meaning need 1 to {_CODE} and 1 to {_MEANING} characters.",
                line=line,
            )
        if (row["scheme"] == PRIVATE) == bool(row["reference"]):
            raise SourceError(
                str(path), f"a code has a reference, unless it is of {PRIVATE}.", line=line
            )
        found[row["label"]] = FilmCode(
            label=row["label"],
            scheme=row["scheme"],
            code=row["code"],
            meaning=row["meaning"],
            reference=row["reference"],
        )
    return found
