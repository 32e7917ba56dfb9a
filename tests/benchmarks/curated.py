"""What the shipped tables hold, for the tests of files that name their ids."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from benchmarks.knowledge import installed_hpo
from domain.figures import Measure
from domain.identifiers import Curie
from ontologies.curated_knowledge import Knowledge, folder, read


@cache
def tables() -> Knowledge:
    """The tables as they are shipped."""
    return read(folder())


@cache
def diseases() -> Mapping[Curie, str]:
    """Labels of the curated diseases."""
    return {row.value.id: row.value.label for row in tables().diseases}


@cache
def must_not_miss() -> frozenset[Curie]:
    """Curated diseases that a reference says must not be missed."""
    said = (row.value for row in tables().statements)
    return frozenset(s.disease for s in said if s.measure is Measure.MUST_NOT_MISS)


@cache
def findings() -> Mapping[Curie, str]:
    """Labels of what a finding may be: live terms of HPO and our own."""
    concepts = [*installed_hpo().values(), *(row.value for row in tables().findings)]
    return {concept.id: concept.label for concept in concepts if not concept.obsolete}
