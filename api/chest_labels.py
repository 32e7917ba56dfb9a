"""The chest findings that radiology corpora are labelled with, as concepts of a release."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from domain.errors import InvalidField
from domain.findings import Experiencer, Observation, State, Time
from ontologies.chest_labels import FILE as TABLE
from ontologies.chest_labels import read

if TYPE_CHECKING:
    from reasoning.knowledge import Knowledge

#: An uncertain finding counts for a label from this strength.
LIKELY = 0.5


def chest_labels(knowledge: Knowledge, path: Path | None = None) -> dict[str, frozenset[str]]:
    """The concepts of each label, descendants included, in the order of the table.

    `path`, by default `TABLE`, is a TSV with columns `label` and `concept`, a line a concept.
    Raises SourceError, and InvalidField where the release lacks a concept.
    """
    found: dict[str, set[str]] = {}
    for label, concepts in read(path or TABLE).items():
        for concept in concepts:
            number = knowledge.terms.number(concept)
            if number is None:
                raise InvalidField(
                    "concept",
                    f"{concept} ({label}) is not in the release.",
                    mend="The labels need the Human Phenotype Ontology.",
                )
            below = (knowledge.terms.id(int(n)) for n in knowledge.below(number))
            found.setdefault(label, set()).update(below)
    return {label: frozenset(concepts) for label, concepts in found.items()}


def counts(o: Observation) -> bool:
    """Whether an observation says that its label holds: the patient's, not hypothetical, and
    present, or uncertain with a strength of at least `LIKELY`."""
    if o.experiencer is not Experiencer.PATIENT or o.time is Time.HYPOTHETICAL:
        return False
    if o.state is State.UNCERTAIN:
        return (o.probability or 0.0) >= LIKELY
    return o.state is State.PRESENT
