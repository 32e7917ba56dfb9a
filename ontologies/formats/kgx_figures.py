"""Figures of the literature as edges of KGX TSV (figures.tsv beside nodes.tsv and edges.tsv).

Biolink's columns first, then ours. `predicate` is has_phenotype where the figure is of patients
with the disease who have the finding, else related_to; `measure` says exactly what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from domain.assertions import PHENOTYPE
from domain.errors import InvalidField, SourceError
from domain.figures import Against, Class, Figure, Kind, Measure, Review, Setting
from domain.identifiers import Curie
from ontologies.content import Content
from ontologies.tables import Table, header_of

COLUMNS = (
    "id", "subject", "predicate", "object", "category", "negated", "has_count", "has_total",
    "has_quotient", "publications", "primary_knowledge_source", "measure", "printed", "word",
    "kind", "words", "threshold", "confidence_interval", "population", "setting", "comparator",
    "against", "review", "opened", "note", "source_line",
)  # fmt: skip
_OF_PATIENTS = frozenset({Measure.FREQUENCY, Measure.SENSITIVITY, Measure.CLASS})
_ASSOCIATION = "biolink:DiseaseToPhenotypicFeatureAssociation"


def sniff(head: str, name: str) -> bool:  # noqa: ARG001
    """Whether the header is that of figures as edges."""
    return header_of(head) == COLUMNS


def read(path: Path, source: str, category: str = PHENOTYPE) -> Content:  # noqa: ARG001
    """The figures of a file, whichever source each names. Raises SourceError."""
    return Content(version="", figures=tuple(read_figures(path)))


def rows(figures: Iterable[Figure]) -> Iterator[str]:
    """Lines, without their ends."""
    return map(_row, figures)


def _row(f: Figure) -> str:
    predicate = "has_phenotype" if f.measure in _OF_PATIENTS else "related_to"
    cells = (
        f"{f.source}:{f.disease}:{f.line}:{f.measure}:{f.concept}", f.disease,
        f"biolink:{predicate}", f.concept, _ASSOCIATION, "true" if f.absent else "false",
        _text(f.count), _text(f.total), "" if f.value is None else repr(f.value), f.reference,
        f"infores:{f.source}", f.measure, f.printed, f.word or "", f.kind, f.words, f.threshold,
        f.interval, f.population, f.setting, f.comparator, f.against or "", f.review, f.opened,
        f.note, str(f.line),
    )  # fmt: skip
    return "\t".join(" ".join(cell.split()) for cell in cells)


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def read_figures(path: Path) -> Iterator[Figure]:
    """The figures of a file, in its order. Raises SourceError with the line."""
    for line, row in Table(path, COLUMNS, quoted=False):
        try:
            yield Figure(
                disease=Curie(row["subject"]),
                concept=Curie(row["object"]),
                absent=row["negated"] == "true",
                words=row["words"],
                threshold=row["threshold"],
                kind=Kind(row["kind"]),
                measure=Measure(row["measure"]),
                printed=row["printed"],
                value=float(row["has_quotient"]) if row["has_quotient"] else None,
                word=Class(row["word"]) if row["word"] else None,
                count=int(row["has_count"]) if row["has_count"] else None,
                total=int(row["has_total"]) if row["has_total"] else None,
                interval=row["confidence_interval"],
                population=row["population"],
                setting=Setting(row["setting"]),
                comparator=row["comparator"],
                against=Against(row["against"]) if row["against"] else None,
                reference=row["publications"],
                opened=row["opened"],
                review=Review(row["review"]),
                note=row["note"],
                source=row["primary_knowledge_source"].removeprefix("infores:"),
                line=int(row["source_line"]),
            )
        except (ValueError, InvalidField) as error:
            raise SourceError(str(path), f"cannot be read: {error}.", line=line) from None
