"""Compile a graph into the arrays that ranking works on.

Terms and diseases are numbered in the order of their ids. Assertion rows are sorted by disease,
aspect, term and line, so that the rows of one (disease, term) pair lie together.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from domain.assertions import (
    FREQUENCY_CLASSES,
    PHENOTYPE,
    SAME_AS,
    XREF,
    Aspect,
    Assertion,
    Concept,
)
from domain.identifiers import Curie
from kg.arrays import Array, Rows, Strings
from kg.graph import Graph
from kg.identifiers import Obsolete, Resolver
from reasoning import hierarchy
from reasoning.common.knowledge import figure_arrays
from reasoning.evidence import EvidenceMatrix
from reasoning.knowledge import ASPECTS, CLASSES, Knowledge


class _Words:
    """Numbers strings in the order of their first use; number 0 is the empty string."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {"": 0}

    def __call__(self, text: str | None) -> int:
        return self.numbers.setdefault(text or "", len(self.numbers))


def compile_arrays(graph: Graph, resolver: Resolver) -> dict[str, Array]:
    """All arrays of the index, by name. Deterministic for equal input."""
    terms = [c for c in graph.concepts if c.category == PHENOTYPE and not c.obsolete]
    groups = _groups(graph)
    by_id = {c.id: c for c in graph.concepts}
    leaders = [by_id[group[0]] for group in groups]
    arrays = _names("term", terms) | _names("disease", leaders)
    arrays |= _hierarchy(terms)
    arrays |= _aliases(groups)
    arrays |= _codes(groups, graph)
    arrays |= _families(groups, graph)
    number = {identifier: i for i, group in enumerate(groups) for identifier in group}
    arrays |= _rows(graph.assertions, terms, number, leaders)
    arrays["identifiers"] = _identifiers(resolver)
    if graph.figures:
        arrays |= figure_arrays(graph, _joined(graph))
    knowledge = Knowledge(arrays)
    matrix = EvidenceMatrix.build(knowledge, np.arange(len(arrays["row_disease"])), len(leaders))
    arrays |= matrix.arrays()
    return arrays


def _groups(graph: Graph) -> list[list[Curie]]:
    """The ids of each hypothesis: those joined by SAME_AS, the one to show first: a curated one,
    else by vocabulary.

    A disease is a hypothesis if something is said of a finding of its patients."""
    curated = {figure.disease for figure in graph.figures}
    said = {a.disease for a in graph.assertions if a.aspect is Aspect.PHENOTYPE}
    joined: dict[Curie, set[Curie]] = {disease: {disease} for disease in said}
    for link in graph.links:
        if link.predicate == SAME_AS:
            both = joined.get(link.subject, {link.subject}) | joined.get(link.object, {link.object})
            joined |= dict.fromkeys(both, both)
    groups = {
        id(group): sorted(group, key=lambda i: (i not in curated, *_precedence(i)))
        for group in joined.values()
        if group & said
    }
    return sorted(groups.values(), key=lambda group: group[0])


def _joined(graph: Graph) -> dict[Curie, list[Curie]]:
    """What each curated disease is the same as."""
    found: dict[Curie, list[Curie]] = {}
    for link in graph.links:
        if link.predicate == SAME_AS:
            found.setdefault(link.subject, []).append(link.object)
    return found


def _precedence(disease: Curie) -> tuple[int, Curie]:
    """OMIM leads, then Orphanet, then DECIPHER, then others."""
    order = ("OMIM", "ORPHA", "DECIPHER")
    return (order.index(disease.prefix) if disease.prefix in order else len(order)), disease


def _aliases(groups: Sequence[Sequence[Curie]]) -> dict[str, Array]:
    """All ids of all diseases (sorted) with their numbers; and each disease's other ids."""
    pairs = sorted((i.encode(), n) for n, group in enumerate(groups) for i in group)
    texts, offsets = Strings.pack("|".join(group[1:]) for group in groups)
    return {
        "alias_ids": np.array([i for i, _ in pairs] or [b""], dtype=np.bytes_),
        "alias_numbers": np.array([n for _, n in pairs], dtype=np.int32),
        "same_as": texts,
        "same_as_offsets": offsets,
    }


def _names(kind: str, concepts: Sequence[Concept]) -> dict[str, Array]:
    labels, offsets = Strings.pack(c.label for c in concepts)
    return {
        f"{kind}_ids": np.array([c.id.encode() for c in concepts] or [b""], dtype=np.bytes_),
        f"{kind}_labels": labels,
        f"{kind}_label_offsets": offsets,
    }


def _hierarchy(terms: Sequence[Concept]) -> dict[str, Array]:
    """Parents, and ancestors with the term itself first, then by id."""
    number = {c.id: i for i, c in enumerate(terms)}
    parents = [[number[p] for p in sorted(c.parents) if p in number] for c in terms]
    above: list[frozenset[int] | None] = [None] * len(terms)
    for start in range(len(terms)):
        stack = [start]
        while stack:
            node = stack[-1]
            waiting = [p for p in parents[node] if above[p] is None]
            if waiting:
                stack += waiting
                continue
            stack.pop()
            above[node] = frozenset().union(*({p, *(above[p] or ())} for p in parents[node]))
    ancestors = [[i, *sorted(a or ())] for i, a in enumerate(above)]
    parent_starts, parent_values = Rows.pack(parents)
    starts, values = Rows.pack(ancestors)
    return {
        "parent_starts": parent_starts,
        "parents": parent_values,
        "ancestor_starts": starts,
        "ancestors": values,
    }


def _codes(groups: Sequence[Sequence[Curie]], graph: Graph) -> dict[str, Array]:
    """Codes of other vocabularies for each disease, by `XREF` links from any of its ids."""
    number = {identifier: n for n, group in enumerate(groups) for identifier in group}
    found: list[set[Curie]] = [set() for _ in groups]
    for link in graph.links:
        if link.predicate == XREF and link.subject in number:
            found[number[link.subject]].add(link.object)
    texts, offsets = Strings.pack("|".join(sorted(codes)) for codes in found)
    systems = " ".join(sorted({code.prefix for codes in found for code in codes}))
    return {
        "codes": texts,
        "code_offsets": offsets,
        "code_systems": np.frombuffer(systems.encode(), dtype=np.uint8),
    }


def _families(groups: Sequence[Sequence[Curie]], graph: Graph) -> dict[str, Array]:
    """Families of subtypes, by id: their members, and the families of each disease."""
    found = hierarchy.group(graph, groups)
    member_starts, members = Rows.pack(found.members)
    starts, families = Rows.pack(found.of_disease)
    return _names("family", found.families) | {
        "family_vocabulary": np.frombuffer(found.vocabulary.encode(), dtype=np.uint8),
        "family_member_starts": member_starts,
        "family_members": members,
        "disease_family_starts": starts,
        "disease_families": families,
    }


def _rows(
    assertions: Iterable[Assertion],
    terms: Sequence[Concept],
    disease: Mapping[Curie, int],
    leaders: Sequence[Concept],
) -> dict[str, Array]:
    term = {c.id: i for i, c in enumerate(terms)}
    rows = sorted(
        (a for a in assertions if a.disease in disease and a.concept in term),
        key=lambda a: (
            disease[a.disease],
            ASPECTS.index(a.aspect),
            term[a.concept],
            a.source,
            a.line,
        ),
    )
    words, references = _Words(), _Words()
    frequencies = [a.frequency for a in rows]
    cited = [[references(r) for r in a.references] for a in rows]
    citing: list[list[int]] = [[] for _ in references.numbers]
    for row, numbers in enumerate(cited):
        for number in numbers:
            citing[number].append(row)
    texts, text_offsets = Strings.pack(references.numbers)
    reference_starts, reference_values = Rows.pack(cited)
    citing_starts, citing_values = Rows.pack(citing)
    counts = [-1 if f is None or f.count is None else f.count for f in frequencies]
    totals = [-1 if f is None or f.total is None else f.total for f in frequencies]
    percents = [np.nan if f is None or f.percent is None else f.percent for f in frequencies]
    classes = [0 if f is None or f.term is None else CLASSES.index(f.term) for f in frequencies]
    arrays: dict[str, Array] = {
        "row_disease": np.array([disease[a.disease] for a in rows], dtype=np.int32),
        "row_term": np.array([term[a.concept] for a in rows], dtype=np.int32),
        "row_aspect": np.array([ASPECTS.index(a.aspect) for a in rows], dtype=np.uint8),
        "row_excluded": np.array([a.excluded for a in rows], dtype=np.bool_),
        "row_count": np.array(counts, dtype=np.int32),
        "row_total": np.array(totals, dtype=np.int32),
        "row_percent": np.array(percents, dtype=np.float32),
        "row_class": np.array(classes, dtype=np.uint8),
        "row_line": np.array([a.line for a in rows], dtype=np.int32),
        "row_onset": np.array([words(a.onset) for a in rows], dtype=np.int32),
        "row_sex": np.array([words(a.sex) for a in rows], dtype=np.int32),
        "row_modifiers": np.array([words("|".join(a.modifiers)) for a in rows], dtype=np.int32),
        "row_evidence": np.array([words(a.evidence_code) for a in rows], dtype=np.int32),
        "row_source": np.array([words(a.source) for a in rows], dtype=np.int32),
        "row_stated": np.array([words(a.stated_concept) for a in rows], dtype=np.int32),
        "row_said_of": np.array(
            [
                words(None if leaders[disease[a.disease]].id == a.disease else a.disease)
                for a in rows
            ],
            dtype=np.int32,
        ),
        "row_reference_starts": reference_starts,
        "row_references": reference_values,
        "references": texts,
        "reference_offsets": text_offsets,
        "citing_starts": citing_starts,
        "citing": citing_values,
    }
    by_disease = np.searchsorted(arrays["row_disease"], np.arange(len(leaders) + 1))
    arrays["disease_rows"] = by_disease.astype(np.int64)
    packed, offsets = Strings.pack(words.numbers)
    return arrays | {"words": packed, "word_offsets": offsets}


def _identifiers(resolver: Resolver) -> Array:
    """Alternative and obsolete ids and decisions, as JSON bytes."""

    def stanza(o: Obsolete) -> list[object]:
        return [o.label, o.replaced_by, o.consider]

    data = {
        "alternatives": resolver.alternatives,
        "obsolete": {i: stanza(o) for i, o in resolver.obsolete.items()},
        "decisions": [
            [d.subject, d.polarity, d.object, d.reason] for d in resolver.decisions.values()
        ],
    }
    text = json.dumps(data, sort_keys=True, ensure_ascii=False)
    return np.frombuffer(text.encode(), dtype=np.uint8)


assert len(CLASSES) == len(FREQUENCY_CLASSES) + 1
assert len(ASPECTS) == len(Aspect)
