"""What would change the answer, described for /openapi.json: the JSON form field by field.

The bodies themselves are made by `api.render.what_if`; a test holds the two together.
"""

from __future__ import annotations

from typing import Literal

from api.case_models import Strict

How = Literal["ask", "examine", "image", "signal", "laboratory", "genetic"]


class DiseaseOut(Strict):
    """A disease by its leading id."""

    disease: str
    label: str


class MoveOut(DiseaseOut):
    """Where a disease of the present first five stands now, and where it would stand."""

    before: int
    after: int


class OutlookOut(Strict):
    """What one answer would do."""

    first: DiseaseOut
    moves: list[MoveOut]


class NextFindingOut(Strict):
    """A finding to look for. `gain` is the expected information of its answer, in nats."""

    concept: str
    label: str
    how: How
    gain: float
    if_present: OutlookOut
    if_absent: OutlookOut


class PartOut(Strict):
    """One part of a score that changes; `finding` is null for a term of the whole disease."""

    finding: str | None
    label: str | None
    name: str | None
    before: float
    after: float
    change: float


class ShiftOut(DiseaseOut):
    """A disease under a supposition; `change` of its score is the sum of its parts' changes."""

    rank_before: int
    rank_after: int | None
    score_before: float
    change: float
    parts: list[PartOut]


class CounterfactualOut(Strict):
    """One finding of the case supposed otherwise, and the diseases first now or then."""

    finding: str
    label: str
    state: Literal["present", "absent", "uncertain"]
    supposed: Literal["without", "present", "absent"]
    first: DiseaseOut | None
    new_first: bool
    enter: list[DiseaseOut]
    leave: list[DiseaseOut]
    shifts: list[ShiftOut]


class ComparedDiseaseOut(DiseaseOut):
    """One of the two diseases with its place and score."""

    rank: int
    score: float


class SeparatorOut(Strict):
    """A finding not mentioned: its share in each disease, and what either answer would add to
    the difference of the scores."""

    concept: str
    label: str
    how: How
    one: float | None
    other: float | None
    if_present: float
    if_absent: float
