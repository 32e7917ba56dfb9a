"""Compile a graph into the arrays that ranking works on.

Terms and diseases are numbered in the order of their ids. Assertion rows are sorted by disease,
aspect, term and line, so that the rows of one (disease, term) pair lie together.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import numpy as np

from domain.assertions import DISEASE, FREQUENCY_CLASSES, PHENOTYPE, Aspect, Assertion, Concept
from kg.arrays import Array, Rows, Strings
from kg.identifiers import Obsolete, Resolver
from reasoning.evidence import EvidenceMatrix
from reasoning.knowledge import ASPECTS, CLASSES, Knowledge


class _Words:
    """Numbers strings in the order of their first use; number 0 is the empty string."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {"": 0}

    def __call__(self, text: str | None) -> int:
        return self.numbers.setdefault(text or "", len(self.numbers))


def compile_arrays(
    concepts: Iterable[Concept], assertions: Iterable[Assertion], resolver: Resolver
) -> dict[str, Array]:
    """All arrays of the index, by name. Deterministic for equal input."""
    nodes = sorted(concepts, key=lambda c: c.id)
    terms = [c for c in nodes if c.category == PHENOTYPE and not c.obsolete]
    diseases = [c for c in nodes if c.category == DISEASE and not c.obsolete]
    arrays = _names("term", terms) | _names("disease", diseases)
    arrays |= _hierarchy(terms)
    arrays |= _rows(assertions, terms, diseases)
    arrays["identifiers"] = _identifiers(resolver)
    knowledge = Knowledge(arrays)
    matrix = EvidenceMatrix.build(knowledge, np.arange(len(arrays["row_disease"])), len(diseases))
    arrays |= matrix.arrays()
    return arrays


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


def _rows(
    assertions: Iterable[Assertion], terms: Sequence[Concept], diseases: Sequence[Concept]
) -> dict[str, Array]:
    term = {c.id: i for i, c in enumerate(terms)}
    disease = {c.id: i for i, c in enumerate(diseases)}
    rows = sorted(
        assertions,
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
        "row_reference_starts": reference_starts,
        "row_references": reference_values,
        "references": texts,
        "reference_offsets": text_offsets,
        "citing_starts": citing_starts,
        "citing": citing_values,
    }
    by_disease = np.searchsorted(arrays["row_disease"], np.arange(len(diseases) + 1))
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
