"""Our knowledge of common and emergency disease as it stands in the tables that are shipped.

`curated/common/GROUP.diseases.tsv`, `GROUP.findings.tsv` and `GROUP.figures.tsv`: three tables a
group of diseases. The formats give what becomes of a row in the graph; here each row keeps its
file, its line and its cells, for checks across the tables and for the pages made from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from domain.assertions import Concept
from domain.errors import SourceError
from domain.figures import Figure, Measure
from domain.identifiers import Curie
from ontologies.content import Content
from ontologies.formats import curated_diseases, curated_figures, curated_findings
from ontologies.source import Shipped
from ontologies.tables import Table

SOURCE = "common"
#: The three tables of a group, by the word between its name and `.tsv`.
TABLES = {
    "diseases": curated_diseases,
    "findings": curated_findings,
    "figures": curated_figures,
}
#: Measures that are no figure: what is said of a disease as a whole.
STATEMENTS = frozenset({Measure.MUST_NOT_MISS, Measure.SETTLES})

T = TypeVar("T", Concept, Figure)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row(Generic[T]):
    """One row: what it gives, and where it stands. `line` is 1-based."""

    group: str
    file: str
    line: int
    cells: Mapping[str, str]
    value: T


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """The rows of all tables, file by file in their order.

    `statements` are figures without a number that the tables of diseases give: what must not be
    missed, and what settles a diagnosis.
    """

    diseases: tuple[Row[Concept], ...] = ()
    findings: tuple[Row[Concept], ...] = ()
    figures: tuple[Row[Figure], ...] = ()
    statements: tuple[Row[Figure], ...] = ()

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups that have diseases, sorted."""
        return tuple(sorted({row.group for row in self.diseases}))

    def said_of(self, disease: Curie) -> tuple[Row[Figure], ...]:
        """The statements of one disease."""
        return tuple(row for row in self.statements if row.value.disease == disease)

    def summary(self) -> str:
        """How much there is, in one line."""
        opened = [row.value for row in self.figures if row.value.weighs]
        numbers = sum(figure.value is not None for figure in opened)
        references = {figure.reference for figure in opened}
        return (
            f"{len(self.diseases):,} diseases, {len(opened):,} figures opened, "
            f"{numbers:,} of them with a number, {len(references):,} references"
        )


def folder() -> Path:
    """The folder that is shipped. Raises SourceError where the installation lacks it."""
    return Shipped(name=SOURCE).locate()


def tables(folder: Path) -> list[Path]:
    """The tables of a folder, sorted by name. Raises SourceError where there is none."""
    found = sorted(folder.glob("*.tsv"))
    if not found:
        raise SourceError(str(folder), "holds no table.", mend="Name the folder of the tables.")
    return found


def read(folder: Path) -> Knowledge:
    """All tables of a folder. Raises SourceError naming file and line of the first bad row."""
    return gather(read_table(path) for path in tables(folder))


def gather(parts: Iterable[Knowledge]) -> Knowledge:
    """Several tables as one body of knowledge."""
    parts = list(parts)
    return Knowledge(
        diseases=tuple(row for part in parts for row in part.diseases),
        findings=tuple(row for part in parts for row in part.findings),
        figures=tuple(row for part in parts for row in part.figures),
        statements=tuple(row for part in parts for row in part.statements),
    )


def read_table(path: Path) -> Knowledge:
    """One table: GROUP.diseases.tsv, GROUP.findings.tsv or GROUP.figures.tsv.

    Raises SourceError where the name is none of these, or for the first row that breaks a rule.
    """
    group, _, what = path.name.removesuffix(".tsv").rpartition(".")
    if not group or what not in TABLES:
        raise SourceError(
            str(path),
            "is no table of diseases, findings or figures by its name.",
            mend="Call it GROUP.diseases.tsv, GROUP.findings.tsv or GROUP.figures.tsv.",
        )
    form = TABLES[what]
    content: Content = form.read(path, SOURCE)
    lines = list(Table(path, form.COLUMNS, quoted=False, remarks=True))
    if what == "figures":
        return Knowledge(figures=tuple(_rows(path, group, lines, content.figures)))
    rows = tuple(_rows(path, group, lines, content.concepts))
    if what == "findings":
        return Knowledge(findings=rows)
    cells = dict(lines)
    said = [(figure.line, cells[figure.line]) for figure in content.figures]
    return Knowledge(diseases=rows, statements=tuple(_rows(path, group, said, content.figures)))


def _rows(
    path: Path, group: str, lines: Iterable[tuple[int, dict[str, str]]], values: Iterable[T]
) -> Iterator[Row[T]]:
    for (line, cells), value in zip(lines, values, strict=True):
        yield Row(group=group, file=path.name, line=line, cells=cells, value=value)


def names(concept: Concept) -> frozenset[str]:
    """What a concept is called, its exact synonyms included, in small letters."""
    exact = (synonym.text for synonym in concept.synonyms if synonym.scope == "exact")
    return frozenset(" ".join(name.lower().split()) for name in (concept.label, *exact))
