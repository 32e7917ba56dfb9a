"""What the prior of a complaint did to the first diagnoses."""

from __future__ import annotations

from domain.differential import Differential
from domain.figures import Measure
from domain.what_if import TOP
from reasoning.common import answer
from reasoning.ways import Ways
from tests.reasoning.common.made import COUGH, FEVER, case, figure, ranker, terms

#: Six diseases, of which the first is much the commonest cause of a cough and the last shows a
#: fever a little oftener than the others.
CAUSES = [
    figure(COUGH, value, disease=f"DX:{name}", measure=Measure.SHARE)
    for name, value in zip("abcdef", (0.6, 0.1, 0.1, 0.1, 0.05, 0.01), strict=True)
]
FEVERS = [
    figure(FEVER, value, disease=f"DX:{name}")
    for name, value in zip("abcdef", (0.5, 0.3, 0.3, 0.3, 0.3, 0.6), strict=True)
]


def ask(*present: str, top: int = 10) -> Differential:
    made = ranker(*CAUSES, *FEVERS)
    return answer.differential(made, made.rank(case(*present)), top, {}, Ways(terms(), {}))


def test_places_with_and_without_the_prior_are_told() -> None:
    moves = ask(COUGH, FEVER).scope.prior_moves
    assert len(moves) == TOP
    assert (moves[0].disease.id, moves[0].before, moves[0].after) == ("DX:a", 2, 1)
    assert [m.after for m in moves] == list(range(1, TOP + 1))


def test_those_of_the_shown_only() -> None:
    assert [m.disease.id for m in ask(COUGH, FEVER, top=1).scope.prior_moves] == ["DX:a"]


def test_without_a_complaint_the_prior_did_nothing() -> None:
    d = ask(FEVER)
    assert d.ranked[0].hypothesis.disease == "DX:f"
    assert d.scope.prior_moves == ()


def test_nothing_is_told_where_nothing_is_ranked() -> None:
    assert ask().scope.prior_moves == ()
