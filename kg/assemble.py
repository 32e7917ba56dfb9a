"""Contents of several sources become one graph: ids resolved, concepts merged, mappings judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce

from domain.assertions import Assertion, Concept
from domain.errors import SourceError
from domain.identifiers import Curie
from kg.fitting import fitting
from kg.fusion import join
from kg.graph import Graph
from kg.identifiers import Decision, How, Resolver
from ontologies.content import Content


@dataclass(slots=True)
class Report:
    """What was read, repaired and left out: printed, and kept in the manifest."""

    read: dict[str, int] = field(default_factory=dict)
    repaired: Counter[str] = field(default_factory=Counter)
    left_out: list[dict[str, str | int]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    to_decide: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Assembled:
    """The graph, how its identifiers are understood, and the report."""

    graph: Graph
    resolver: Resolver
    report: Report


def assemble(
    contents: Mapping[str, Sequence[Content]],
    decisions: Sequence[Decision] = (),
    computed: Collection[str] = (),
    reviewed: Collection[str] = (),
) -> Assembled:
    """One graph of all contents, by source name; mappings of the sources named in `computed` give
    way to those of others, those in `reviewed` hold, as far as what they name is there. Raises
    SourceError for a broken hierarchy."""
    report = Report()
    for source, files in sorted(contents.items()):
        report.read[f"{source} concepts"] = sum(len(c.concepts) for c in files)
        report.read[f"{source} rows"] = sum(
            len(c.assertions) + len(c.mappings) + len(c.figures) for c in files
        )
        report.notes += [f"{source}: {note}" for c in files for note in c.notes]
    report.read = {name: n for name, n in report.read.items() if n}
    contents, report.left_out = fitting(contents, reviewed)
    concepts = _merge(contents)
    resolver = Resolver.of(concepts.values(), decisions)
    _check_hierarchy(concepts)
    assertions = [
        resolved
        for source in sorted(contents)
        for content in contents[source]
        for assertion in content.assertions
        if (resolved := _resolve(assertion, resolver, report)) is not None
    ]
    mappings = [m for source in sorted(contents) for c in contents[source] for m in c.mappings]
    joined = join(mappings, concepts, decisions, computed, reviewed)
    report.to_decide += joined.to_decide
    report.left_out += joined.left_out
    report.notes += joined.notes
    figures = [f for files in contents.values() for c in files for f in c.figures]
    graph = Graph.of([*concepts.values(), *joined.codes], assertions, joined.links, figures)
    return Assembled(graph, resolver, report)


def _merge(contents: Mapping[str, Sequence[Content]]) -> dict[Curie, Concept]:
    """Concepts of all sources by id. An id twice in one file is an error; in two sources it is
    one concept: the longer record leads, names and links of both stay."""
    merged: dict[Curie, list[Concept]] = {}
    for source in sorted(contents):
        for content in contents[source]:
            repeated = [i for i, n in Counter(c.id for c in content.concepts).items() if n > 1]
            if repeated:
                raise SourceError(source, f"{repeated[0]} is defined twice.")
            for concept in content.concepts:
                merged.setdefault(concept.id, []).append(concept)
    whole = {
        i: reduce(_both, sorted(found, key=_size, reverse=True)) for i, found in merged.items()
    }
    for source, child, parent in _loose_edges(contents):
        if child not in whole:
            raise SourceError(source, f"{child} is_a {parent}, but {child} does not exist.")
        parents = tuple(sorted({*whole[child].parents, parent}))
        whole[child] = replace(whole[child], parents=parents)
    return whole


def _loose_edges(contents: Mapping[str, Sequence[Content]]) -> Iterator[tuple[str, Curie, Curie]]:
    """(source, child, parent) of hierarchies that stand apart from their concepts."""
    for source in sorted(contents):
        for content in contents[source]:
            for child, parent in content.hierarchy:
                yield source, child, parent


def _size(concept: Concept) -> tuple[int, int]:
    return len(concept.parents) + len(concept.synonyms), len(concept.definition or "")


def _both(one: Concept, other: Concept) -> Concept:
    return replace(
        one,
        definition=one.definition or other.definition,
        synonyms=tuple(dict.fromkeys((*one.synonyms, *other.synonyms))),
        xrefs=tuple(dict.fromkeys((*one.xrefs, *other.xrefs))),
        parents=tuple(sorted({*one.parents, *other.parents})),
        alt_ids=tuple(dict.fromkeys((*one.alt_ids, *other.alt_ids))),
        obsolete=one.obsolete and other.obsolete,
    )


def _resolve(assertion: Assertion, resolver: Resolver, report: Report) -> Assertion | None:
    """The assertion on a live concept; what changed or fell out goes into the report."""
    found = resolver.resolve(assertion.concept, excluded=assertion.excluded)
    if found.concept is None:
        report.left_out.append(
            {
                "source": assertion.source,
                "line": assertion.line,
                "disease": assertion.disease,
                "concept": assertion.concept,
                "polarity": "excluded" if assertion.excluded else "present",
                "reason": found.message,
                "kind": "dangling" if found.how is How.UNKNOWN else "obsolete",
            }
        )
        return None
    onset = assertion.onset
    if onset is not None and onset not in resolver.live:
        resolved = resolver.resolve(onset)
        report.notes.append(
            f"{assertion.source}:{assertion.line}: onset {onset} is {resolved.message}"
        )
        onset = resolved.concept or onset
    if found.how is How.CURRENT:
        return assertion if onset is assertion.onset else replace(assertion, onset=onset)
    report.repaired[f"{assertion.concept} {found.message}"] += 1
    return replace(assertion, concept=found.concept, stated_concept=assertion.concept, onset=onset)


def _check_hierarchy(concepts: Mapping[Curie, Concept]) -> None:
    """Refuse parents that do not exist, and cycles."""
    state: dict[Curie, int] = {}
    for start in concepts:
        stack: list[tuple[Curie, int]] = [(start, 0)]
        while stack:
            node, step = stack.pop()
            if step == 0:
                if state.get(node) == 2:
                    continue
                state[node] = 1
            parents = concepts[node].parents
            if step == len(parents):
                state[node] = 2
                continue
            stack.append((node, step + 1))
            parent = parents[step]
            if parent not in concepts:
                raise SourceError(_source_of(node), f"{node} is_a {parent}, which does not exist.")
            if state.get(parent) == 1:
                raise SourceError(_source_of(node), f"{node} is_a {parent} closes a cycle.")
            if parent not in state:
                stack.append((parent, 0))


def _source_of(concept: Curie) -> str:
    return f"the hierarchy of {concept.prefix}"
