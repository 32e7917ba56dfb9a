"""Suppose another answer among common diseases, alone or with the rare ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.findings import Observation, State
from reasoning.common.ranker import CommonRanking

if TYPE_CHECKING:
    from reasoning.common.answer import Method


def rank_answered(
    method: Method, ranking: CommonRanking, term: int, *, present: bool
) -> CommonRanking:
    """The case ranked with an open term answered."""
    ref = method.terms.terms.ref(term)
    state = State.PRESENT if present else State.ABSENT
    said = Observation(label=ref.label, concept=ref.id, state=state)
    case = replace(ranking.case, observations=(*ranking.case.observations, said))
    return method.rank(case, ranking.setting, like=ranking)
