"""Names of findings that clinicians use and the ontologies lack: `curated/names/*.tsv`.

Columns: name, concept, kind (exact, narrow, related), context. `context` is `any`, or the kind of
report (`chest imaging`) in which alone the name is read. Lines that begin with # are remarks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from domain.errors import SourceError
from domain.identifiers import Curie

_FOLDER = Path(__file__).with_name("curated") / "names"
COLUMNS = ("name", "concept", "kind", "context")
KINDS = ("exact", "narrow", "related")
ANY = "any"
CHEST = "chest imaging"
CONTEXTS = (ANY, CHEST)


@dataclass(frozen=True, slots=True)
class CuratedName:
    """One name of one concept, read in reports of one kind or in any."""

    name: str
    concept: Curie
    kind: str
    context: str


@lru_cache(maxsize=1)
def curated_names(folder: Path = _FOLDER) -> tuple[CuratedName, ...]:
    """All names, file by file. Raises SourceError naming the line that cannot be read."""
    return tuple(name for path in sorted(folder.glob("*.tsv")) for name in _read(path))


def names_digest(folder: Path = _FOLDER) -> str:
    """SHA-256 over the tables, in the order of their names."""
    found = sha256()
    for path in sorted(folder.glob("*.tsv")):
        found.update(path.read_bytes())
    return found.hexdigest()


def _read(path: Path) -> list[CuratedName]:
    names = []
    header: tuple[str, ...] | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        row = tuple(part.strip() for part in line.split("\t"))
        if header is None:
            header = row
            if row != COLUMNS:
                raise SourceError(str(path), "is no table of names.", mend=f"Columns: {COLUMNS}.")
            continue
        if len(row) != len(COLUMNS) or row[2] not in KINDS or row[3] not in CONTEXTS:
            raise SourceError(
                str(path),
                f"line {number} is not understood.",
                mend=f"Write name, concept, kind ({', '.join(KINDS)}), context "
                f"({', '.join(CONTEXTS)}), parted by tabs.",
            )
        names.append(CuratedName(row[0], Curie.parse(row[1]), row[2], row[3]))
    return names
