"""What a conflict does to the ranking: the case as it would stand if one side alone were heard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from domain.case import Case
from domain.differential import Conflict, Side
from domain.evidence import ConceptRef
from domain.what_if import Move

#: Conflicts that are weighed, in their order: each takes two more rankings.
MOST = 6
_FIRST = 3


class Places(Protocol):
    """A ranking, as far as places go."""

    @property
    def case(self) -> Case:
        """What was ranked."""

    def first(self, n: int) -> list[ConceptRef]:
        """The first `n` diseases."""

    def place(self, disease: ConceptRef) -> int:
        """Where a disease stands, 1 the first."""


def weighed(
    conflicts: Sequence[Conflict], now: Places, rank: Callable[[Case], Places]
) -> tuple[Conflict, ...]:
    """The conflicts of a ranking, with what each side alone would do to the first diseases of
    either ranking.

    Beyond the first `MOST`, and where a side says nothing, a conflict stays as it is.
    """
    return tuple(
        _weighed(conflict, now, rank) if at < MOST else conflict
        for at, conflict in enumerate(conflicts)
    )


def _weighed(conflict: Conflict, now: Places, rank: Callable[[Case], Places]) -> Conflict:
    if len(conflict.sides) != 2:
        return conflict
    one, other = conflict.sides
    alone = [rank(_without(now.case, other)), rank(_without(now.case, one))]
    shown = list(
        dict.fromkeys([*now.first(_FIRST), *(d for found in alone for d in found.first(1))])
    )
    sides = (
        _moved(side, shown, now, found) for side, found in zip(conflict.sides, alone, strict=True)
    )
    return replace(conflict, sides=tuple(sides))


def _without(case: Case, side: Side) -> Case:
    """The case as if nobody had said what this side says."""
    # What a report cuts (`reasoning.studies`) is still the same observation.
    silent = {replace(o, joint=None) for o in side.observations}
    kept = (o for o in case.observations if replace(o, joint=None) not in silent)
    return replace(case, observations=tuple(kept))


def _moved(side: Side, shown: Sequence[ConceptRef], now: Places, then: Places) -> Side:
    moves = tuple(Move(disease=d, before=now.place(d), after=then.place(d)) for d in shown)
    return replace(side, moves=moves)
