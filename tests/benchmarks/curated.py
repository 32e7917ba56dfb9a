"""What the shipped tables hold, for the tests of files that name their ids."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from domain.assertions import Concept
from domain.figures import Measure
from domain.identifiers import Curie
from ontologies import format as formats
from ontologies import source
from ontologies.content import Content
from ontologies.formats import curated_diseases, curated_findings

COMMON = Path(__file__).resolve().parents[2] / "ontologies" / "curated" / "common"


@cache
def diseases() -> dict[Curie, str]:
    """Labels of the curated diseases."""
    return {c.id: c.label for content in _disease_tables() for c in content.concepts}


@cache
def must_not_miss() -> frozenset[Curie]:
    """Curated diseases that a reference says must not be missed."""
    return frozenset(
        figure.disease
        for content in _disease_tables()
        for figure in content.figures
        if figure.measure is Measure.MUST_NOT_MISS
    )


@cache
def findings() -> dict[Curie, str]:
    """Labels of what a finding may be: live terms of HPO and our own."""
    carrier = source.load("hpo").carrier
    assert carrier is not None
    terms: list[Concept] = list(formats.read(carrier.locate(), "hpo").concepts)
    for path in sorted(COMMON.glob("*.findings.tsv")):
        terms += curated_findings.read(path, "common").concepts
    return {term.id: term.label for term in terms if not term.obsolete}


def _disease_tables() -> Iterator[Content]:
    for path in sorted(COMMON.glob("*.diseases.tsv")):
        yield curated_diseases.read(path, "common")
