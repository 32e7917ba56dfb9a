"""A reviewed source on a release that lacks some of what it names.

Its rows were checked against one release of each ontology. On an older or smaller one a finding may
have no parent and a figure no finding: such rows are left out and listed, and the rest is loaded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from domain.assertions import Concept
from domain.identifiers import Curie
from ontologies.content import Content

Left = dict[str, str | int]


def fitting(
    contents: Mapping[str, Sequence[Content]], reviewed: Collection[str]
) -> tuple[dict[str, list[Content]], list[Left]]:
    """The contents without those concepts and figures of the sources in `reviewed` that name what
    is not there, and what was left out."""
    if not any(source in reviewed for source in contents):
        return {source: list(files) for source, files in contents.items()}, []
    live = {
        c.id for files in contents.values() for f in files for c in f.concepts if not c.obsolete
    }
    own = [c for s in contents if s in reviewed for f in contents[s] for c in f.concepts]
    gone = _without_parents(own, live)
    live -= gone
    kept: dict[str, list[Content]] = {}
    left: list[Left] = []
    for source, files in contents.items():
        kept[source] = list(files)
        if source in reviewed:
            left += [_left(source, 0, c, c, "parent") for c in sorted(gone)]
            for number, content in enumerate(files):
                figures = tuple(f for f in content.figures if {f.disease, f.concept} <= live)
                left += [
                    _left(source, f.line, f.disease, f.concept, "figure")
                    for f in content.figures
                    if not {f.disease, f.concept} <= live
                ]
                concepts = tuple(c for c in content.concepts if c.id not in gone)
                kept[source][number] = replace(content, concepts=concepts, figures=figures)
    return kept, left


def _without_parents(own: Sequence[Concept], live: set[Curie]) -> set[Curie]:
    """Concepts that have a parent which is not there, and what hangs on them."""
    gone: set[Curie] = set()
    while found := set(_orphans(own, live - gone)) - gone:
        gone |= found
    return gone


def _orphans(own: Sequence[Concept], live: set[Curie]) -> Iterator[Curie]:
    for concept in own:
        if not set(concept.parents) <= live:
            yield concept.id


def _left(source: str, line: int, disease: str, concept: str, what: str) -> Left:
    return {
        "source": source,
        "line": line,
        "disease": disease,
        "concept": concept,
        "polarity": what,
        "reason": "not in these releases of the ontologies",
        "kind": "obsolete",
    }
