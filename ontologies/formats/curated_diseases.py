"""Curated diseases: ids, names, what they are the same as, whether they must not be missed, what
settles them (`ontologies/curated/common/*.diseases.tsv`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from domain.assertions import DISEASE, Concept, Synonym
from domain.errors import InvalidField, SourceError
from domain.figures import Figure, Kind, Measure, Review, Setting
from domain.identifiers import Curie
from ontologies.content import DB_XREF, EXACT_MATCH, Content, Mapping
from ontologies.formats.curated_figures import ALL, DATE, REFERENCE
from ontologies.tables import Table, header_of

COLUMNS = (
    "label", "id", "same_as", "synonyms", "sex", "must_not_miss", "must_not_miss_why",
    "settled_by", "settled_why", "opened",
)  # fmt: skip
#: Vocabularies whose entries hold findings of their own; others are only codes of the disease.
FUSED = frozenset({"OMIM", "ORPHA"})


def sniff(head: str, name: str) -> bool:  # noqa: ARG001
    """Whether the header is that of a table of diseases."""
    return header_of(head) == COLUMNS


def read(path: Path, source: str, category: str = DISEASE) -> Content:  # noqa: ARG001
    """Diseases, their mappings, and what is said of each as a whole. Raises SourceError."""
    concepts: list[Concept] = []
    mappings: list[Mapping] = []
    figures: list[Figure] = []
    for line, row in Table(path, COLUMNS, quoted=False, remarks=True):
        try:
            disease = Curie(row["id"])
            same = [Curie.parse(i) for i in _split(row["same_as"])]
            figures += _statements(row, disease, source, line)
        except InvalidField as error:
            raise SourceError(str(path), str(error), line=line) from None
        if not row["label"]:
            raise SourceError(str(path), f"{disease} has no label.", line=line)
        concepts.append(
            Concept(
                id=disease,
                label=row["label"],
                category=DISEASE,
                synonyms=tuple(Synonym(text=t, scope="exact") for t in _split(row["synonyms"])),
            )
        )
        mappings += [
            Mapping(
                subject=disease,
                predicate=EXACT_MATCH if other.prefix in FUSED else DB_XREF,
                object=other,
                source=source,
                line=line,
                subject_label=row["label"],
                justification="semapv:ManualMappingCuration",
            )
            for other in same
        ]
    return Content(
        version="", concepts=tuple(concepts), mappings=tuple(mappings), figures=tuple(figures)
    )


def _statements(row: dict[str, str], disease: Curie, source: str, line: int) -> Iterator[Figure]:
    """That it must not be missed, and what settles it, each with its reference."""
    if row["must_not_miss"]:
        yield _statement(row, disease, source, line, Measure.MUST_NOT_MISS, ALL, "must_not_miss")
    for concept in _split(row["settled_by"]):
        at = Curie(concept)
        yield _statement(row, disease, source, line, Measure.SETTLES, at, "settled_why")


def _statement(
    row: dict[str, str],
    disease: Curie,
    source: str,
    line: int,
    measure: Measure,
    concept: Curie,
    reference: str,
) -> Figure:
    if not REFERENCE.match(row[reference]):
        raise InvalidField(reference, "is neither PMID:…, PMCID:PMC… nor DOI:….")
    if not DATE.match(row["opened"]):
        raise InvalidField("opened", "has no date, and what was not opened has no weight.")
    words = row["must_not_miss_why"] if measure is Measure.MUST_NOT_MISS else ""
    return Figure(
        disease=disease,
        concept=concept,
        absent=False,
        words=words,
        threshold="",
        kind=Kind.COURSE,
        measure=measure,
        printed="",
        value=None,
        word=None,
        count=None,
        total=None,
        interval="",
        population="",
        setting=Setting.GENERAL,
        comparator="",
        against=None,
        reference=row[reference],
        opened=row["opened"],
        review=Review.OPENED,
        note="",
        source=source,
        line=line,
    )


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split("|") if part.strip()]
