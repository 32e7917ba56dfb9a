"""Conflicts with both their sides, and known conditions, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from api.render import ledger, words
from domain.differential import Conflict, KnownUse, Side
from domain.evidence import Evidence
from domain.findings import Observation

CONFLICTS = "Conflicts"
KNOWN = "Known conditions: evidence, never suggested"
_PLACES = 3


def conflict_lines(c: Conflict, place: Callable[[Evidence], str]) -> Iterator[str]:
    """What cannot both hold and what was done about it, then who says what on either side, and
    what hearing only them would do. `place` tells where something was seen."""
    yield c.message
    for side in c.sides:
        yield f"{side.state.value} {side.finding.label} ({side.finding.id}): {_said(side, place)}"
        if effect := ledger.effect_words(side):
            yield f"heard alone: {effect}"


def known_line(use: KnownUse) -> str:
    """What a known condition counts as, and what is not suggested for it."""
    counts = "has no effect on the score"
    if use.finding is not None:
        counts = f"counts as {use.finding.label} ({use.finding.id})"
    left = ", ".join(f"{ref.label} ({ref.id})" for ref in use.diseases)
    return f"{use.label}: {counts}; {f'not suggested: {left}' if left else 'no disease left out'}"


def _said(side: Side, place: Callable[[Evidence], str]) -> str:
    places = [p for o in side.observations for p in _places(o, place)]
    more = f" and {len(places) - _PLACES} more" if len(places) > _PLACES else ""
    return "; ".join(places[:_PLACES]) + more if places else "nobody is named"


def _places(o: Observation, place: Callable[[Evidence], str]) -> Iterator[str]:
    """Where an observation comes from, with what sets it apart from the patient's own of now."""
    qualifier = words.who_and_when(o)
    for e in o.evidence:
        where = ", ".join(place(e).split("\n"))
        yield f"{where} ({qualifier})" if qualifier else where
