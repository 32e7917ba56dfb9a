"""Names of findings that clinicians use and the ontologies lack: `curated/names/*.tsv`.

Columns: name, concept, kind (exact, narrow, related), context. `context` is `any`, or the kind of
report (`chest imaging`) in which alone the name is read. Lines that begin with # are remarks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from domain.errors import SourceError
from domain.identifiers import Curie
from ontologies.tables import Table

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


def _read(path: Path) -> Iterator[CuratedName]:
    for line, row in Table(path, COLUMNS, quoted=False, remarks=True):
        if row["kind"] not in KINDS or row["context"] not in CONTEXTS or not row["name"]:
            raise SourceError(
                str(path),
                "this line is not understood.",
                line=line,
                mend=f"Write a name, its concept, a kind ({', '.join(KINDS)}) and a context "
                f"({', '.join(CONTEXTS)}), parted by tabs.",
            )
        yield CuratedName(row["name"], Curie.parse(row["concept"]), row["kind"], row["context"])
