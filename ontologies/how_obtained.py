"""How findings are obtained: our reviewed table of branches of HPO, and what the tables of common
disease say of the findings that HPO lacks.

A row speaks of a term and of everything below it, as far as no row below says otherwise. It is
a statement of ours on how a finding is usually come by first, not taken from a source; it sorts
what to look for next and enters no score.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from domain.assertions import Sex
from domain.errors import InvalidField, SourceError
from domain.identifiers import Curie
from domain.what_if import How, Way
from ontologies.formats import curated_findings
from ontologies.tables import Table

FILE = Path(__file__).parent / "curated" / "how-obtained.tsv"
FINDINGS = FILE.parent / "common"
_COLUMNS = ("id", "label", "how", "sex", "reason")
#: The words of the tables of common disease (`curated_findings.OBTAINED`).
_WORDS: Mapping[str, How] = {
    "ask": How.ASK, "history": How.ASK, "examine": How.EXAMINE, "measure": How.EXAMINE,
    "film": How.IMAGE, "ct": How.IMAGE, "ultrasound": How.IMAGE, "ecg": How.SIGNAL,
    "lab": How.LABORATORY,
}  # fmt: skip


@cache
def how_obtained() -> Mapping[Curie, Way]:
    """Both tables by term, read once."""
    return MappingProxyType(findings(FINDINGS) | read(FILE))


def findings(folder: Path) -> dict[Curie, Way]:
    """How the findings that HPO lacks are obtained. Raises SourceError with the line."""
    return {
        concept: Way(how=_WORDS[word], reason=f"{word}: the table of common disease")
        for path in sorted(folder.glob("*.findings.tsv"))
        for concept, word in curated_findings.obtained(path)
    }


def read(path: Path) -> dict[Curie, Way]:
    """Read such a table. Raises SourceError naming the line that cannot be used."""
    found: dict[Curie, Way] = {}
    for line, row in Table(path, _COLUMNS):
        try:
            concept = Curie(row["id"])
            way = Way(
                how=How(row["how"]),
                reason=row["reason"],
                sex=Sex(row["sex"]) if row["sex"] else None,
            )
        except (ValueError, InvalidField) as error:
            raise SourceError(str(path), f"{error}", line=line) from None
        if concept in found:
            raise SourceError(str(path), f"{concept} stands twice.", line=line)
        found[concept] = way
    return found
