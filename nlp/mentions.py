"""What the parts of the pipeline leave for each other in `doc.user_data`."""

from __future__ import annotations

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
