"""How common conditions, habits and exposures are, whatever people come for: our reviewed table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from domain.errors import InvalidField, SourceError
from domain.figures import Figure, Kind, Measure, Review, Setting
from domain.identifiers import Curie
from ontologies.figure_rules import MESSAGES, broken
from ontologies.tables import Table

FILE = Path(__file__).parent / "curated" / "backgrounds.tsv"
#: The concept of a figure that is of a condition alone.
ALONE = Curie("HP:0000001")
_COLUMNS = (
    "concept", "label", "words", "printed", "value", "n", "of", "population", "setting",
    "reference", "opened", "note",
)  # fmt: skip


@cache
def backgrounds() -> Mapping[Curie, tuple[Figure, ...]]:
    """Prevalences by the finding that they are of, as our table has them."""
    return MappingProxyType(read(FILE))


def read(path: Path) -> dict[Curie, tuple[Figure, ...]]:
    """Read such a table: a figure's `disease` is the condition, its measure a prevalence among
    people of `setting`. Raises SourceError naming the line that cannot be used."""
    found: dict[Curie, list[Figure]] = defaultdict(list)
    for line, row in Table(path, _COLUMNS, quoted=False):
        try:
            figure = Figure(
                disease=Curie.parse(row["concept"]),
                concept=ALONE,
                absent=False,
                words=row["words"],
                threshold="",
                kind=Kind.HISTORY,
                measure=Measure.PREVALENCE,
                printed=row["printed"],
                value=float(row["value"]),
                word=None,
                count=int(row["n"]) if row["n"] else None,
                total=int(row["of"]) if row["of"] else None,
                interval="",
                population=row["population"],
                setting=Setting(row["setting"]),
                comparator="",
                against=None,
                reference=row["reference"],
                opened=row["opened"],
                review=Review.OPENED,
                note=row["note"],
                source=path.stem,
                line=line,
            )
        except (InvalidField, ValueError) as error:
            raise SourceError(str(path), f"{error}.", line=line) from None
        for code in broken(figure):
            raise SourceError(str(path), MESSAGES[code], line=line)
        found[figure.disease].append(figure)
    return {concept: tuple(figures) for concept, figures in found.items()}
