"""What a release does to answers: golden cases are ranked on the old and on the new one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.case import Case
from domain.identifiers import Curie


@dataclass(frozen=True, slots=True, kw_only=True)
class Golden:
    """A case with its true disease, and the ids its features name as they were written."""

    name: str
    case: Case
    disease: Curie
    stated: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Where the truth stands, and the first diseases; `rank` is None where it is not ranked."""

    rank: int | None
    first: tuple[Curie, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One golden case on both releases. `touched` are its terms that became obsolete."""

    name: str
    disease: Curie
    before: Answer
    after: Answer
    touched: tuple[str, ...]

    @property
    def shift(self) -> float:
        """Ranks that the truth fell (above 0) or rose; leaving the ranking is the largest."""
        worst = 1e9
        return (self.after.rank or worst) - (self.before.rank or worst)


#: Ranks one golden case on one release.
Rank = Callable[[Golden], Answer]


def replay(golden: Iterable[Golden], old: Rank, new: Rank, obsoleted: frozenset[str]) -> list[Move]:
    """All golden cases on both releases, the largest movers first."""
    moves = [
        Move(
            name=g.name,
            disease=g.disease,
            before=old(g),
            after=new(g),
            touched=tuple(sorted(g.stated & obsoleted)),
        )
        for g in golden
    ]
    return sorted(moves, key=lambda m: (-abs(m.shift), m.name))


def summary(moves: Sequence[Move]) -> Mapping[str, int]:
    """How many golden cases there are, moved, and stand first, before and after."""
    return {
        "cases": len(moves),
        "first before": sum(m.before.rank == 1 for m in moves),
        "first after": sum(m.after.rank == 1 for m in moves),
        "first ten before": sum(m.before.rank is not None and m.before.rank <= 10 for m in moves),
        "first ten after": sum(m.after.rank is not None and m.after.rank <= 10 for m in moves),
        "rose": sum(m.shift < 0 for m in moves),
        "fell": sum(m.shift > 0 for m in moves),
        "first ten diseases changed": sum(m.before.first != m.after.first for m in moves),
        "touched by obsolete terms": sum(bool(m.touched) for m in moves),
    }
