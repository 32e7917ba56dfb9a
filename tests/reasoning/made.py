"""A made-up knowledge base of many diseases, each with findings of its own, and their hierarchy."""

from __future__ import annotations

from domain.assertions import DISEASE, PHENOTYPE, XREF, Aspect, Assertion, Concept, Frequency, Link
from domain.case import Case
from domain.findings import Observation, State
from domain.identifiers import Curie
from kg.graph import Graph
from kg.identifiers import Resolver
from reasoning import scorer
from reasoning.compile import compile_arrays
from reasoning.knowledge import Knowledge
from reasoning.ranking import Ranker

ROOT = Curie("HP:0000118")
OWN = 5


def disease(n: int) -> Curie:
    return Curie(f"OMIM:{100000 + n}")


def own(n: int) -> list[Curie]:
    """The findings that only disease `n` has."""
    return [Curie(f"HP:{1000 + n * OWN + i:07d}") for i in range(OWN)]


def graph(
    diseases: int,
    *,
    doid: tuple[Concept, ...] = (),
    links: tuple[tuple[str, str], ...] = (),
    shared: dict[int, list[Curie]] | None = None,
) -> Graph:
    """Each disease with `OWN` findings seen in 9 of 10 patients, and those of `shared`."""
    terms = [Concept(id=ROOT, label="Phenotypic abnormality", category=PHENOTYPE)]
    nodes: list[Concept] = []
    rows: list[Assertion] = []
    for n in range(diseases):
        nodes.append(Concept(id=disease(n), label=f"Made-up {n}", category=DISEASE))
        for term in own(n):
            label = f"Finding {term.local}"
            terms.append(Concept(id=term, label=label, category=PHENOTYPE, parents=(ROOT,)))
        found = [*own(n), *(shared or {}).get(n, ())]
        rows += [assertion(disease(n), t, len(rows) + i) for i, t in enumerate(found)]
    made = [
        Link(subject=Curie(s), predicate=XREF, object=Curie(o), source="made", line=i)
        for i, (s, o) in enumerate(links)
    ]
    return Graph.of([*terms, *nodes, *doid], rows, made)


def assertion(of: Curie, term: Curie, line: int) -> Assertion:
    return Assertion(
        disease=of,
        concept=term,
        aspect=Aspect.PHENOTYPE,
        excluded=False,
        frequency=Frequency(count=9, total=10),
        onset=None,
        sex=None,
        modifiers=(),
        evidence_code="PCS",
        references=(f"PMID:{line + 1}",),
        source="made",
        line=line,
    )


def doid(n: int, *parents: int, label: str = "", obsolete: bool = False) -> Concept:
    """A concept of the Disease Ontology's."""
    return Concept(
        id=Curie(f"DOID:{n}"),
        label=label or f"family {n}",
        category=DISEASE,
        parents=tuple(Curie(f"DOID:{p}") for p in parents),
        obsolete=obsolete,
    )


def ranker(made: Graph, method: str = "coverage") -> Ranker:
    arrays = compile_arrays(made, Resolver.of(made.concepts))
    return Ranker(Knowledge(arrays), scorer.load(method), {"release": "made"})


def case(present: list[Curie], absent: list[Curie] | None = None) -> Case:
    stated = [(t, State.PRESENT) for t in present] + [(t, State.ABSENT) for t in absent or ()]
    return Case(
        id="made",
        observations=tuple(Observation(label=t, concept=t, state=state) for t, state in stated),
    )
