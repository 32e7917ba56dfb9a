"""What the parts of the pipeline leave for each other in `doc.user_data`."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from domain.identifiers import Curie

#: Names with their concepts: a list of `nlp.recognise.Mention`.
MENTIONS = "differentia_mentions"
#: Words that seem to name a finding and could not be linked: a list of `Unlinked`.
UNLINKED = "differentia_unlinked"
#: The runs of words of the text (`nlp.runs`).
RUNS = "differentia_runs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlinked:
    """Words that were not linked: characters `start` to `end`, tokens `first` to `last`
    (half-open). `candidates` are what they may mean, the likeliest first; `score` (0 to 1) is how
    well the first agrees, None where they agree alike."""

    start: int
    end: int
    first: int
    last: int
    candidates: tuple[Curie, ...]
    score: float | None = None


class Taken:
    """Characters that belong to names: spans in any order, which may overlap."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(spans):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)

    def meets(self, start: int, end: int) -> bool:
        """Whether any of the characters `start` to `end` belongs to a name."""
        at = bisect_left(self._starts, end) - 1
        return at >= 0 and self._ends[at] > start
