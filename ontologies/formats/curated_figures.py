"""Curated figures of the literature: a row a figure (`ontologies/curated/common/*.figures.tsv`).

Every rule that a figure alone can break is checked here; docs/knowledge-tables.md says what the
columns mean.
"""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from domain.assertions import PHENOTYPE
from domain.errors import InvalidField, SourceError
from domain.figures import (
    COMPARED,
    SHARES,
    Against,
    Class,
    Figure,
    Kind,
    Measure,
    Review,
    Setting,
)
from domain.identifiers import Curie
from ontologies.content import Content
from ontologies.tables import Table, header_of

COLUMNS = (
    "disease", "disease_label", "concept", "concept_label", "side", "words", "threshold", "kind",
    "measure", "printed", "value", "n", "of", "ci", "population", "setting", "comparator",
    "against", "reference", "opened", "state", "note",
)  # fmt: skip
#: Where a figure is of the disease alone: everything that a patient can have.
ALL = Curie("HP:0000001")
REFERENCE = re.compile(r"^(PMID:\d+|PMCID:PMC\d+|DOI:10\.\d{4,9}/\S+)$")
DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
THRESHOLD = re.compile(r"^(>=|<=|>|<) ?-?\d+(\.\d+)?( \S.*)?$")
_ALONE = frozenset({Measure.PREVALENCE, Measure.INCIDENCE})
#: How far a quotient of the printed counts may lie from the value.
_ROUNDING = 0.012

E = TypeVar("E", bound=StrEnum)


def sniff(head: str, name: str) -> bool:  # noqa: ARG001
    """Whether the header is that of a table of figures."""
    return header_of(head) == COLUMNS


def read(path: Path, source: str, category: str = PHENOTYPE) -> Content:  # noqa: ARG001
    """The figures of a table. Raises SourceError with the line of the first that breaks a rule."""
    figures: list[Figure] = []
    seen: dict[tuple[object, ...], int] = {}
    for line, row in Table(path, COLUMNS, quoted=False, remarks=True):
        try:
            figure = _figure(row, source, line)
        except InvalidField as error:
            raise SourceError(str(path), str(error), line=line) from None
        key = (
            figure.disease, figure.concept, figure.absent, figure.words, figure.threshold,
            figure.kind, figure.measure, figure.population, figure.reference,
        )  # fmt: skip
        if key in seen:
            raise SourceError(str(path), f"says what line {seen[key]} says.", line=line)
        seen[key] = line
        figures.append(figure)
    return Content(version="", figures=tuple(figures))


def _figure(row: dict[str, str], source: str, line: int) -> Figure:
    measure = _one_of(Measure, row, "measure")
    if measure in (Measure.MUST_NOT_MISS, Measure.SETTLES):
        raise InvalidField("measure", f"{measure} belongs into the table of diseases.")
    value, word = _value(row, measure)
    absent = _side(row, measure)
    if not row["concept"] and measure not in _ALONE:
        raise InvalidField("concept", f"is empty, and {measure} is of a finding.")
    if measure in COMPARED and not (row["comparator"] and row["against"]):
        raise InvalidField("comparator", f"is not named, and {measure} means nothing without it.")
    for name in ("words", "printed", "population"):
        if not row[name]:
            raise InvalidField(name, "is empty.")
    if not REFERENCE.match(row["reference"]):
        raise InvalidField("reference", "is neither PMID:…, PMCID:PMC… nor DOI:….")
    review = _one_of(Review, row, "state")
    if review is Review.OPENED and not DATE.match(row["opened"]):
        raise InvalidField("opened", "has no date, and what was not opened has no weight.")
    if row["threshold"] and not THRESHOLD.match(row["threshold"]):
        raise InvalidField("threshold", "is not a comparison, as in '>= 38 C'.")
    count, total = _count(row, "n"), _count(row, "of")
    if (
        measure in SHARES
        and value is not None
        and count is not None
        and total
        and abs(count / total - value) > _ROUNDING
    ):
        raise InvalidField("value", f"{value} is not {count}/{total}.")
    return Figure(
        disease=Curie(row["disease"]),
        concept=Curie(row["concept"]) if row["concept"] else ALL,
        absent=absent,
        words=row["words"],
        threshold=row["threshold"],
        kind=_one_of(Kind, row, "kind"),
        measure=measure,
        printed=row["printed"],
        value=value,
        word=word,
        count=count,
        total=total,
        interval=row["ci"],
        population=row["population"],
        setting=_one_of(Setting, row, "setting"),
        comparator=row["comparator"],
        against=_one_of(Against, row, "against") if row["against"] else None,
        reference=row["reference"],
        opened=row["opened"],
        review=review,
        note=row["note"],
        source=source,
        line=line,
    )


def _value(row: dict[str, str], measure: Measure) -> tuple[float | None, Class | None]:
    if measure is Measure.CLASS:
        return None, _one_of(Class, row, "value")
    try:
        value = float(row["value"])
    except ValueError:
        raise InvalidField("value", f"{row['value'][:20]!r} is no number.") from None
    if measure in SHARES and not 0 <= value <= 1:
        raise InvalidField("value", f"{value:g} is no share: it must be from 0 to 1.")
    if not 0 <= value < 1e6:
        raise InvalidField("value", f"{value:g} cannot be.")
    return value, None


def _side(row: dict[str, str], measure: Measure) -> bool:
    if row["side"] not in ("present", "absent"):
        raise InvalidField("side", "is neither present nor absent.")
    if measure is Measure.LR_NEGATIVE and row["side"] != "absent":
        raise InvalidField("side", "is present, and lr_neg is of the absent finding.")
    return row["side"] == "absent"


def _count(row: dict[str, str], name: str) -> int | None:
    if not row[name]:
        return None
    if not row[name].isascii() or not row[name].isdigit():
        raise InvalidField(name, f"{row[name][:20]!r} is no count.")
    return int(row[name])


def _one_of(kind: type[E], row: dict[str, str], name: str) -> E:
    try:
        return kind(row[name])
    except ValueError:
        known = ", ".join(kind)
        raise InvalidField(name, f"{row[name][:20]!r} is none of {known}.") from None
