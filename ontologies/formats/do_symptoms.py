"""The Disease Ontology's disease-symptom pairs (disease-symptom.tsv).

A pair says that patients with the disease may have the symptom: no frequency, no paper. Its only
reference is the entry of the Disease Ontology that says so. Symptoms are terms of the Symptom
Ontology, which has to be loaded with it.
"""

from __future__ import annotations

from pathlib import Path

from domain.assertions import DISEASE, Aspect, Assertion, Concept
from domain.errors import InvalidField, SourceError
from domain.identifiers import Curie
from ontologies.content import Content
from ontologies.tables import Table, header_of

COLUMNS = ("disease_id", "disease_label", "symptom_id", "symptom_label")


def sniff(head: str, name: str) -> bool:  # noqa: ARG001
    """Whether the header is that of the pairs."""
    return header_of(head) == COLUMNS


def read(path: Path, source: str, category: str = DISEASE) -> Content:  # noqa: ARG001
    """Diseases, and an assertion for each pair. Raises SourceError with the line."""
    labels: dict[Curie, str] = {}
    assertions: list[Assertion] = []
    seen: set[tuple[Curie, Curie]] = set()
    notes: list[str] = []
    for line, row in Table(path, COLUMNS):
        try:
            disease, symptom = Curie.parse(row["disease_id"]), Curie.parse(row["symptom_id"])
        except InvalidField as error:
            raise SourceError(str(path), error.message, line=line, mend=error.mend) from None
        if not row["disease_label"]:
            raise SourceError(str(path), f"{disease} has no label.", line=line)
        if labels.setdefault(disease, row["disease_label"]) != row["disease_label"]:
            notes.append(f"{path.name}:{line}: {disease} is also named {row['disease_label']!r}")
        if (disease, symptom) in seen:
            notes.append(f"{path.name}:{line}: {disease} with {symptom} again: read once")
            continue
        seen.add((disease, symptom))
        assertions.append(
            Assertion(
                disease=disease,
                concept=symptom,
                aspect=Aspect.PHENOTYPE,
                excluded=False,
                frequency=None,
                onset=None,
                sex=None,
                modifiers=(),
                evidence_code="",
                references=(str(disease),),
                source=source,
                line=line,
            )
        )
    if not assertions:
        raise SourceError(str(path), "has a header and no pairs.")
    concepts = tuple(Concept(id=i, label=n, category=DISEASE) for i, n in labels.items())
    return Content(version="", concepts=concepts, assertions=tuple(assertions), notes=tuple(notes))
