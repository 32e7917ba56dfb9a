"""What every parser returns, whatever the format: concepts, assertions, mappings."""

from __future__ import annotations

from dataclasses import dataclass

from domain.assertions import Assertion, Concept
from domain.figures import Figure
from domain.identifiers import Curie

EXACT_MATCH = "skos:exactMatch"
BROAD_MATCH = "skos:broadMatch"
NARROW_MATCH = "skos:narrowMatch"
CLOSE_MATCH = "skos:closeMatch"
RELATED_MATCH = "skos:relatedMatch"
#: A cross-reference: it translates a code and says nothing of how much the two things overlap.
DB_XREF = "oboInOwl:hasDbXref"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """One row of a mapping set. `skos:broadMatch` means that the *object* is broader.

    `subject_obsolete` is what the row itself says of its subject (an obsolete label).
    """

    subject: Curie
    predicate: str
    object: Curie
    source: str
    line: int
    subject_label: str = ""
    object_label: str = ""
    justification: str = ""
    subject_obsolete: bool = False

    @property
    def broader(self) -> Curie | None:
        """The broader of the two; None where the row says of neither that it is."""
        return {BROAD_MATCH: self.object, NARROW_MATCH: self.subject}.get(self.predicate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One file, read. Identifiers are normalised in spelling and not yet resolved: an
    assertion's `concept` is the one its row states. `hierarchy` holds (child, parent) pairs that
    stand apart from their concepts. `notes` say what was repaired."""

    version: str
    concepts: tuple[Concept, ...] = ()
    assertions: tuple[Assertion, ...] = ()
    mappings: tuple[Mapping, ...] = ()
    figures: tuple[Figure, ...] = ()
    hierarchy: tuple[tuple[Curie, Curie], ...] = ()
    notes: tuple[str, ...] = ()
