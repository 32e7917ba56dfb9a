"""A finding of a case as the ranking of common disease hears it."""

from __future__ import annotations

from dataclasses import dataclass

from domain.evidence import ConceptRef
from domain.findings import Joint
from reasoning.scorer import Sign


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A finding that counts: its term, and the likelihood ratio of its evidence (infinite for a
    plain presence, 0 for a plain absence). `chief` marks a chief complaint; its effect is
    multiplied by `importance`, and what all of one origin (`joint`) do together is capped. `told`
    marks what a text says in words, `known` what a known condition explains. `broader` are the
    terms above it that the case tells as well, and that do not count beside it."""

    term: int
    ref: ConceptRef
    ratio: float
    chief: bool
    importance: float = 1.0
    joint: Joint | None = None
    told: bool = False
    known: bool = False
    broader: frozenset[int] = frozenset()

    @property
    def sign(self) -> Sign:
        """The same as methods for rare disease see it."""
        return Sign(self.term, self.ref, self.ratio, self.importance, self.chief, False, self.joint)
