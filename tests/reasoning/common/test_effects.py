"""What one finding does to one disease."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.differential import Match
from domain.figures import Kind, Measure
from reasoning.common.parameters import Parameters
from tests.reasoning.common.made import (
    CHEST_PAIN,
    COUGH,
    FEVER,
    PAIN,
    SHARP_PAIN,
    SMOKING,
    effects,
    figure,
    heard,
    number,
    table,
)

SHARES = st.floats(0, 1)
RATIOS = st.one_of(st.just(0.0), st.floats(0.01, 100), st.just(inf))


@given(here=SHARES, there=SHARES, ratio=RATIOS)
def test_monotone(here: float, there: float, ratio: float) -> None:
    """With f >= b a presence never counts against a disease, and an absence never for it; with
    f < b a presence never counts for it; an absence never for any."""
    made = effects(table(figure(value=here), figure(value=there, disease="DX:b")))
    c = made.contribution(0, heard(COUGH, ratio))
    assert c.frequency is not None
    assert c.background is not None
    if ratio < 1:
        assert c.log_likelihood_ratio <= 0
    elif c.frequency >= c.background:
        assert c.log_likelihood_ratio >= 0
    else:
        assert c.log_likelihood_ratio <= 0
    p = Parameters()
    assert p.least <= c.log_likelihood_ratio <= p.most


@given(here=SHARES, there=SHARES, one=RATIOS, other=RATIOS)
def test_stronger_evidence_moves_further_the_same_way(
    here: float, there: float, one: float, other: float
) -> None:
    made = effects(table(figure(value=here), figure(value=there, disease="DX:b")))
    weak, strong = sorted(
        (r for r in (one, other)), key=lambda r: abs(0.5 - (1 if r == inf else r / (1 + r)))
    )
    if (weak < 1) is (strong < 1):
        first, second = (
            abs(made.contribution(0, heard(COUGH, r)).log_likelihood_ratio) for r in (weak, strong)
        )
        assert first <= second + 1e-9


@pytest.mark.parametrize("ratio", [0.0, 0.2, 5.0, inf])
def test_a_pair_that_nobody_printed_moves_nothing(ratio: float) -> None:
    made = effects(table(figure(COUGH, 0.9), figure(FEVER, 0.9, disease="DX:b")))
    c = made.contribution(1, heard(COUGH, ratio))
    assert (c.log_likelihood_ratio, c.frequency, c.figures) == (0, None, ())


def test_evidence_of_ratio_one_moves_nothing() -> None:
    made = effects(table(figure(COUGH, 0.9), figure(COUGH, 0.1, disease="DX:b")))
    assert made.contribution(0, heard(COUGH, 1.0)).log_likelihood_ratio == pytest.approx(0)


def test_a_finding_known_by_a_broader_term_counts_less_and_says_the_way() -> None:
    made = effects(table(figure(CHEST_PAIN, 0.9), figure(COUGH, 0.1, disease="DX:b")))
    exact = made.contribution(0, heard(CHEST_PAIN))
    broader = made.contribution(0, heard(SHARP_PAIN))
    assert exact.match is Match.EXACT
    assert broader.match is Match.BROADER
    assert 0 < broader.log_likelihood_ratio < exact.log_likelihood_ratio
    (edge,) = broader.path
    assert (edge.subject.id, edge.object.id) == (SHARP_PAIN, CHEST_PAIN)


def test_what_is_rare_below_a_finding_says_nothing_against_it() -> None:
    made = effects(table(figure(SHARP_PAIN, 0.01), figure(PAIN, 0.9, disease="DX:b")))
    c = made.contribution(0, heard(PAIN))
    assert (c.match, c.log_likelihood_ratio) == (Match.NARROWER, 0)


def test_each_number_carries_the_figures_that_it_rests_on() -> None:
    own = figure(COUGH, 0.9)
    rate = figure(COUGH, 0.8, measure=Measure.SPECIFICITY, disease="DX:b")
    c = effects(table(own, rate)).contribution(0, heard(COUGH))
    assert c.figures == (own,)
    assert c.background_figures == (rate,)


def test_a_ratio_is_not_multiplied_in_beside_a_share() -> None:
    share = figure(COUGH, 0.9)
    ratio = figure(COUGH, 9.0, measure=Measure.LR_POSITIVE, reference="PMID:2")
    alone = effects(table(share)).contribution(0, heard(COUGH))
    assert effects(table(share, ratio)).contribution(0, heard(COUGH)) == alone


@given(st.floats(0.1, 20), RATIOS)
def test_a_risk_moves_the_way_of_its_ratio(odds: float, ratio: float) -> None:
    risk = figure(SMOKING, odds, measure=Measure.ODDS_RATIO, kind=Kind.RISK)
    c = effects(table(risk)).contribution(0, heard(SMOKING, ratio))
    if ratio < 1:
        assert c.log_likelihood_ratio == 0
    else:
        assert c.match is Match.RISK
        assert c.figures == (risk,)
        assert c.log_likelihood_ratio * (odds - 1) >= -1e-12
        plain = effects(table(risk)).contribution(0, heard(SMOKING))
        assert abs(c.log_likelihood_ratio) <= abs(plain.log_likelihood_ratio) + 1e-12
        assert plain.ratio is None


def test_what_the_case_tells_as_well_is_no_broader_than_told() -> None:
    """A sharp chest pain of a disease of which only chest pain is printed counts in full where the
    case tells chest pain too, and for less the more the printed term spans where it does not."""
    made = effects(table(figure(PAIN, 0.9), figure(COUGH, 0.5, disease="DX:b")))
    alone = heard(SHARP_PAIN)
    told = replace(alone, broader=frozenset({number(PAIN)}))
    between = replace(alone, broader=frozenset({number(CHEST_PAIN)}))
    plain = made.contribution(0, heard(PAIN)).log_likelihood_ratio
    values = [made.contribution(0, h).log_likelihood_ratio for h in (alone, between, told)]
    assert 0 < values[0] < values[1] < values[2]
    assert values[2] == pytest.approx(plain)
    other = replace(alone, broader=frozenset({number(FEVER)}))
    assert made.contribution(0, other).log_likelihood_ratio == values[0]
