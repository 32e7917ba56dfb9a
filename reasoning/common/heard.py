"""A finding of a case as the ranking of common disease hears it."""

from __future__ import annotations

from dataclasses import dataclass

from domain.evidence import ConceptRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A finding that counts: its term, and the likelihood ratio of its evidence (infinite for a
    plain presence, 0 for a plain absence). `chief` marks a chief complaint."""

    term: int
    ref: ConceptRef
    ratio: float
    chief: bool
