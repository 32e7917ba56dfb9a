"""How often patients of a setting have a finding: what is printed, and what is assumed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from domain.figures import Against, Figure, Measure, Review, Setting
from reasoning.common import background
from reasoning.common.background import LEAST, Remainder
from reasoning.common.parameters import Parameters
from reasoning.evidence import EvidenceMatrix
from reasoning.knowledge import Knowledge
from reasoning.view import Background
from tests.reasoning.both import made as both
from tests.reasoning.common.made import (
    CHEST_PAIN,
    COUGH,
    FEVER,
    PAIN,
    SMOKING,
    curated,
    even,
    figure,
    number,
    table,
    terms,
)


def specificity(rate: float, disease: str = "DX:a", **given: Any) -> Figure:
    """A figure by which `rate` of patients without the disease have a cough."""
    return figure(COUGH, 1 - rate, measure=Measure.SPECIFICITY, disease=disease, **given)


def remainder(*figures: Figure, **given: float) -> Remainder:
    return Remainder(curated(*figures), terms(), Parameters(**given))


def test_the_median_of_what_is_printed_of_patients_without_a_disease() -> None:
    printed = [specificity(r, f"DX:{i}") for i, r in enumerate((0.02, 0.1, 0.9))]
    made = remainder(*printed)
    assert made.rate(number(COUGH)) == pytest.approx(0.1)
    assert [f for f, _ in made.printed[number(COUGH)]] == printed


def test_those_who_were_suspected_have_it_oftener_than_others() -> None:
    assert remainder(specificity(0.6), suspected=0.25).rate(number(COUGH)) == 0.25
    assert remainder(specificity(0.1), suspected=0.25).rate(number(COUGH)) == pytest.approx(0.1)


@pytest.mark.parametrize(
    "given",
    [{"review": Review.COLLECTED}, {"against": Against.HEALTHY}, {"against": Against.OTHER}],
)
def test_what_is_no_rate_of_other_patients_is_none(given: dict[str, Any]) -> None:
    made = remainder(specificity(0.01, **given))
    assert made.printed.get(number(COUGH)) is None
    assert made.rate(number(COUGH)) == made.assumed[number(COUGH)]


def test_without_annotations_all_that_nobody_printed_is_assumed_alike() -> None:
    assert not len(terms().diseases)
    assert set(remainder(figure(COUGH), assumed_rate=0.05).assumed) == {0.05}


def test_what_nobody_printed_follows_the_average_disease_up_to_a_bound() -> None:
    known = both.knowledge()
    matrix = EvidenceMatrix.of(dict(known.arrays))
    average = Background.of(matrix, len(known.terms), len(known.diseases)).share
    made = Remainder(both.common().curated, known, Parameters(elsewhere=2.0, assumed_rate=0.05))
    rare = both.number(both.COUGH)
    assert made.assumed[rare] == pytest.approx(2 * average[rare])
    assert made.assumed[rare] < 0.05
    assert made.assumed[both.number(both.SHARED)] == 0.05
    assert (made.assumed >= LEAST).all()
    assert (made.assumed <= 0.05).all()


def test_a_finding_of_our_own_is_as_rare_as_what_it_is_a_kind_of() -> None:
    made = Remainder(both.common().curated, both.knowledge(), Parameters())
    lines, cough, root = (both.number(t) for t in (both.LINES, both.COUGH, "HP:0000118"))
    assert made.assumed[lines] == made.assumed[cough] < made.assumed[root]


def prevalence(value: float, setting: Setting) -> Figure:
    """A figure of how common a cough is anyway."""
    return figure(COUGH, value, measure=Measure.PREVALENCE, setting=setting, against=None)


def test_what_people_have_anyway_is_of_the_nearest_setting(monkeypatch: Any) -> None:
    rows = (
        prevalence(0.5, Setting.GENERAL),
        prevalence(0.2, Setting.EMERGENCY),
        prevalence(0.3, Setting.EMERGENCY),
    )
    monkeypatch.setattr(background, "backgrounds", lambda: {rows[0].concept: rows})
    printed = specificity(0.02)
    made = remainder(printed)
    assert made.rate(number(COUGH)) == pytest.approx(0.25)
    assert made.figures(number(COUGH)) == rows[1:]
    assert made.rate(number(FEVER)) == made.assumed[number(FEVER)]
    assert made.figures(number(FEVER)) == ()


def test_a_history_that_nobody_counted_is_assumed_as_common_as_told(monkeypatch: Any) -> None:
    monkeypatch.setattr(Knowledge, "is_circumstance", lambda _, term: term == number(SMOKING))
    known = both.knowledge()
    made = Remainder(both.common().curated, known, Parameters(circumstance=0.07))
    assert made.assumed[number(SMOKING)] >= 0.07
    others = np.delete(made.assumed, number(SMOKING))
    bare = Remainder(both.common().curated, known, Parameters(circumstance=0.0)).assumed
    assert others == pytest.approx(np.delete(bare, number(SMOKING)))


@pytest.mark.parametrize("concept", [COUGH, FEVER, PAIN, CHEST_PAIN])
def test_all_backgrounds_at_once_are_those_of_each(concept: str) -> None:
    made = table(
        figure(COUGH, 0.8),
        figure(COUGH, 0.2, disease="DX:b"),
        figure(CHEST_PAIN, 0.6, disease="DX:b"),
        figure(FEVER, 4.0, measure=Measure.LR_POSITIVE, disease="DX:c"),
        specificity(0.1, "DX:c"),
    )
    at = number(concept)
    assert made.background()[at] == pytest.approx(made.rate(at, even(made)).share)


def test_a_ratio_alone_says_nothing_of_the_background() -> None:
    lone = figure(FEVER, 4.0, measure=Measure.LR_POSITIVE, disease="DX:b")
    with_it = table(figure(COUGH), lone)
    without = table(figure(COUGH), figure(COUGH, disease="DX:b"))
    at = number(FEVER)
    found = with_it.rate(at, even(with_it))
    assert found.diseases == 0
    assert found.share == pytest.approx(without.rate(at, even(without)).share)
    assert np.isclose(found.share, found.remainder)
