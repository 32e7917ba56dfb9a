"""Every check there is, over what a load would make: shapes, table rules, sanity gates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kg.build import Progress
from kg.issues import Issue, ordered

if TYPE_CHECKING:
    from api.service import Service

#: Formats that are checked with SHACL shapes; bulk tables get the same rules as table checks.
RDF_FORMATS = ("turtle", "owl", "jsonld", "ntriples")


def validate(
    service: Service,
    sources: Mapping[str, Sequence[Path]],
    *,
    decisions: Path | None,
    progress: Progress,
) -> list[Issue]:
    """Issues of the active release with some sources added or replaced, the gravest first."""
    from kg.shapes import validate_rdf
    from kg.table_checks import check_table
    from ontologies.format import sniff

    inputs = service.loader.inputs(sources)
    planned = service.loader.plan(inputs, decisions=decisions, progress=progress)
    issues = [*planned.errors, *planned.draft.issues, *check_table(planned.draft.graph)]
    for given in inputs:
        if sniff(given.path) in RDF_FORMATS:
            issues += validate_rdf(given.path)
    return ordered(issues)
