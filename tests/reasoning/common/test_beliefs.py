"""What is taken for likely, and how often each candidate shows a finding."""

from __future__ import annotations

from math import exp, fsum, log

import numpy as np
import pytest

from domain.assertions import Sex
from domain.figures import Kind, Measure
from reasoning.common.beliefs import Beliefs, askable, beliefs, posterior
from reasoning.common.ranker import CommonRanker
from tests.reasoning.common.made import (
    CHEST_PAIN,
    COUGH,
    FEVER,
    MALE,
    PAIN,
    SMOKING,
    case,
    figure,
    number,
    ranker,
)

FIGURES = (
    figure(COUGH, 0.9),
    figure(FEVER, 0.1),
    figure(COUGH, 0.3, disease="DX:b"),
    figure(CHEST_PAIN, 0.7, disease="DX:b"),
)


def of(made: CommonRanker, *present: str) -> Beliefs:
    ranking = made.rank(case(*present))
    return beliefs(made.table(ranking.setting), ranking)


@pytest.mark.parametrize("present", [(), (COUGH,), (FEVER, CHEST_PAIN)])
def test_candidates_and_what_is_outside_are_a_whole(present: tuple[str, ...]) -> None:
    found = of(ranker(*FIGURES), *present)
    assert fsum([*found.posterior.tolist(), found.outside]) == pytest.approx(1)


def test_before_any_finding_those_with_none_weigh_what_is_assumed() -> None:
    made = ranker(*FIGURES)
    found = of(made)
    assert found.outside == pytest.approx(0.2 / 1.2)
    assert found.posterior.tolist() == pytest.approx([0.5 / 1.2] * 2)


def test_posteriors_are_in_proportion_to_scores() -> None:
    made = ranker(*FIGURES)
    ranking = made.rank(case(COUGH))
    shares, outside = posterior(ranking, 0.5)
    assert log(shares[0] / shares[1]) == pytest.approx(ranking.scores[0] - ranking.scores[1])
    # Patients with none of the candidates stay where they were: half of both together, at 0.
    assert shares[0] / outside == pytest.approx(exp(ranking.scores[0]) / (0.5 * 2))
    assert posterior(ranking, 0.0)[1] == pytest.approx(0)


def test_what_is_printed_is_the_share_and_what_is_not_the_background() -> None:
    made = ranker(*FIGURES)
    ranking = made.rank(case(COUGH))
    table = made.table(ranking.setting)
    found = beliefs(table, ranking)
    fever, pain = number(FEVER), number(PAIN)
    background = found.background(fever)
    assert background == table.rate(fever, ranking.prior.weights).share
    cell = table.cell(0, fever)
    assert cell is not None
    assert found.shares(fever).tolist() == [table.drawn(cell, background), background]
    # Chest pain is pain: the second shows it by what lies below.
    assert found.shares(pain)[1] > 0.6
    assert np.isclose(found.shares(pain)[0], found.background(pain))


def test_nobody_is_asked_for_what_he_is() -> None:
    made = ranker(
        figure(COUGH),
        figure(SMOKING, 3.0, measure=Measure.ODDS_RATIO, kind=Kind.RISK),
        figure(MALE, 0.7, kind=Kind.SEX),
        figure(FEVER, 0.3, kind=Kind.COURSE),
    )
    ranking = made.rank(case(sex=Sex.MALE))
    table = made.table(ranking.setting)
    assert askable(table, 0) == beliefs(table, ranking).own(0) == [number(COUGH)]
