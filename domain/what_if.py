"""What would change the answer: findings to look for next, and findings taken away or turned.

What is told here is order and scores, never a probability: each effect is what the same method
would then say.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import fsum

from domain.assertions import Sex
from domain.evidence import ConceptRef
from domain.findings import State

#: The places that effects are told for.
TOP = 5


class How(StrEnum):
    """How a finding is obtained, in the order in which a clinician goes about it."""

    ASK = "ask"
    EXAMINE = "examine"
    IMAGE = "image"
    SIGNAL = "signal"
    LABORATORY = "laboratory"
    GENETIC = "genetic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How the findings of a branch are obtained, and why we say so; `sex` is set where only
    one sex can have them."""

    how: How
    reason: str
    sex: Sex | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Where a disease stands now, and where it would stand."""

    disease: ConceptRef
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What one answer would do: the first disease then, and how the present first would move."""

    first: ConceptRef
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NextFinding:
    """A finding that the case does not mention and that is worth looking for.

    `gain` is the expected information of its answer over the present shares, in nats.
    """

    concept: ConceptRef
    how: How
    gain: float
    if_present: Outlook
    if_absent: Outlook


class Supposed(StrEnum):
    """What a counterfactual supposes of a finding: not mentioned at all, or the other answer."""

    WITHOUT = "without"
    PRESENT = "present"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a disease's score that changes: of a finding, or of the disease as a whole
    (then with a `name` and no finding). Nats; 0 where it is not part of the score."""

    before: float
    after: float
    finding: ConceptRef | None = None
    name: str | None = None

    @property
    def change(self) -> float:
        """After less before."""
        return self.after - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A disease under a supposition. `rank_after` is None where nothing would be ranked."""

    disease: ConceptRef
    rank_before: int
    rank_after: int | None
    score_before: float
    parts: tuple[Part, ...]

    @property
    def change(self) -> float:
        """The change of the score: the sum of the changes of its parts."""
        return fsum(p.change for p in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterfactual:
    """One finding of the case supposed otherwise; `state` is what the case says of it.

    `shifts` are the diseases that stand among the first now or then, in their present order.
    """

    finding: ConceptRef
    state: State
    supposed: Supposed
    shifts: tuple[Shift, ...]

    @property
    def first(self) -> ConceptRef | None:
        """The first disease then; None where nothing would be ranked."""
        return next((s.disease for s in self.shifts if s.rank_after == 1), None)

    @property
    def new_first(self) -> bool:
        """Whether another disease would be first, or none."""
        return not any(s.rank_before == 1 == s.rank_after for s in self.shifts)

    @property
    def enter(self) -> tuple[ConceptRef, ...]:
        """Diseases that would come among the first."""
        came = (s for s in self.shifts if s.rank_before > TOP >= (s.rank_after or TOP + 1))
        return tuple(s.disease for s in came)

    @property
    def leave(self) -> tuple[ConceptRef, ...]:
        """Diseases that would no longer be among the first."""
        went = (s for s in self.shifts if s.rank_before <= TOP < (s.rank_after or TOP + 1))
        return tuple(s.disease for s in went)
