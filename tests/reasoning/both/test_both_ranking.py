"""Rare and common diseases in one order: one background, one method, one price."""

from __future__ import annotations

from dataclasses import replace
from math import fsum, inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.case import Case
from domain.differential import Contribution
from domain.errors import InvalidField
from domain.figures import Setting
from reasoning import climb, scorer
from reasoning.both.answer import hypothesis
from reasoning.both.ranking import RARE, BothRanker, BothRanking
from reasoning.scorers.coverage import CoverageScorer
from reasoning.scorers.likelihood import LikelihoodScorer
from tests.reasoning.both.made import (
    BARKING,
    BOTH_WAYS,
    CAUSES,
    COUGH,
    FEVER,
    FIGURES,
    FIRST,
    LINES,
    OF_TWINS,
    OTHER,
    SECOND,
    SHARED,
    SHARING,
    TWIN,
    WHEEZE,
    case,
    common,
    knowledge,
    number,
    ranker,
    rare,
)
from tests.reasoning.common.made import figure
from tests.reasoning.made import ROOT, disease, own

FINDINGS = (COUGH, BARKING, FEVER, WHEEZE, LINES, SHARED, OF_TWINS, *own(OTHER))
some = st.lists(st.sampled_from(FINDINGS), unique=True, max_size=5)


def place_of(ranking: BothRanking, identifier: str) -> int:
    """The number of a candidate by its id, in the order of the ranking."""
    rank = ranking.rank_of(identifier)
    assert rank is not None
    return int(ranking.order[rank - 1])


def effect(made: BothRanker, ranking: BothRanking, identifier: str, finding: str) -> Contribution:
    """What a finding does to a candidate."""
    told = hypothesis(made, ranking, place_of(ranking, identifier))
    (found,) = (c for c in told.contributions if c.finding and c.finding.id == finding)
    return found


@settings(max_examples=40)
@given(present=some, absent=some, likely=some, method=st.sampled_from(["coverage", "likelihood"]))
def test_every_score_is_what_its_disease_begins_with_and_its_reasons(
    present: list[str], absent: list[str], likely: list[str], method: str
) -> None:
    made = ranker((*FIGURES, *CAUSES), method)
    ranking = made.rank(case(*present, absent=tuple(absent), likely=tuple(likely)))
    kinds = set()
    for at in ranking.order.tolist():
        told = hypothesis(made, ranking, at)
        parts = [c.log_likelihood_ratio for c in told.contributions]
        assert fsum([told.prior_score, *parts]) == pytest.approx(ranking.scores[at], abs=1e-5)
        assert told.prior_score == pytest.approx(ranking.before_findings[at])
        assert told.disease == ranking.ref(at).id
        kinds.add(at < len(ranking.curated.diseases))
    assert kinds == {True, False}


@settings(max_examples=40)
@given(present=some, absent=some)
def test_the_order_of_findings_does_not_matter(present: list[str], absent: list[str]) -> None:
    made = ranker()
    told = case(*present, absent=tuple(a for a in absent if a not in present))
    turned = replace(told, observations=told.observations[::-1])
    one, other = made.rank(told), made.rank(turned)
    assert np.allclose(one.scores, other.scores)
    assert list(one.order) == list(other.order)


@pytest.mark.parametrize("setting", [Setting.PRIMARY, Setting.EMERGENCY, Setting.WARD])
def test_both_kinds_are_measured_against_one_background(setting: Setting) -> None:
    made = ranker()
    table = made.common.table(setting)
    background = table.background()
    even = np.ones(len(made.curated.diseases))
    for finding in FINDINGS:
        term = number(finding)
        assert background[term] == pytest.approx(table.rate(term, even).share)
    ranking = made.rank(case(SHARED), setting)
    assert ranking.setting is setting
    shown = [effect(made, ranking, d, SHARED) for d in (FIRST, disease(SHARING))]
    assert [c.background for c in shown] == pytest.approx([background[number(SHARED)]] * 2)
    assert all(c.log_likelihood_ratio > 0 for c in shown)


def test_the_background_does_not_follow_the_prior_of_a_complaint() -> None:
    made = ranker((*FIGURES, *CAUSES))
    ranking = made.rank(case(FEVER, SHARED))
    assert ranking.prior.complaint is not None
    shown = [effect(made, ranking, d, SHARED).background for d in (FIRST, disease(SHARING))]
    assert shown[0] == pytest.approx(shown[1])


@pytest.mark.parametrize("likely", [False, True], ids=["present", "likely"])
def test_what_nobody_recorded_costs_both_kinds_the_same(likely: bool) -> None:
    made = ranker()
    told = case(likely=(WHEEZE,)) if likely else case(WHEEZE)
    ranking = made.rank(told)
    alone = [effect(made, ranking, d, WHEEZE).alone for d in (FIRST, SECOND, disease(OTHER))]
    assert alone == pytest.approx([alone[0]] * 3, abs=1e-6)
    floor = made.rare.scorer.settings()["floor"]
    assert alone[0] == pytest.approx(-floor) if not likely else -floor < (alone[0] or 0) < 0


def test_findings_of_a_common_disease_are_discounted_as_those_of_a_rare_one() -> None:
    made = ranker()
    ranking = made.rank(case(COUGH, SHARED))
    found = [effect(made, ranking, FIRST, f) for f in (COUGH, SHARED)]
    alone = np.array([[c.alone] for c in found])
    beside = made.rare.scorer.together(alone)[:, 0]
    assert [c.log_likelihood_ratio for c in found] == pytest.approx(beside.tolist())
    assert beside.sum() < alone.sum()


def test_a_rare_disease_begins_below_a_common_one() -> None:
    made = ranker()
    ranking = made.rank(case())
    n = len(made.curated.diseases)
    assert set(ranking.before_findings[:n]) == {0.0}
    assert set(ranking.before_findings[n:]) == {RARE}
    assert RARE < 0
    told = hypothesis(made, ranking, place_of(ranking, disease(OTHER)))
    assert told.prior_score == RARE
    assert f"{-RARE:g} below" in told.prior_reason
    assert "no prevalence" in told.prior_reason


def test_a_rare_disease_that_explains_more_stands_above_common_ones() -> None:
    ranking = ranker().rank(case(*own(OTHER)))
    assert ranking.rank_of(disease(OTHER)) == 1
    assert ranker().rank(case(COUGH)).rank_of(FIRST) == 1


@pytest.mark.parametrize(
    ("told", "by_figures"),
    [(case(WHEEZE), True), (case(*own(BOTH_WAYS)), False)],
    ids=["by figures", "by annotations"],
)
def test_a_disease_known_in_both_ways_stands_once_better_argued(
    told: Case, by_figures: bool
) -> None:
    made = ranker()
    ranking = made.rank(told)
    n, every = len(made.curated.diseases), len(ranking.scores)
    assert len(ranking.order) == every - 1
    assert ranking.double.sum() == 1
    assert ranking.scores[ranking.double].tolist() == [-inf]
    assert [str(ranking.ref(i).id) for i in ranking.order.tolist()].count(TWIN) == 1
    assert ranking.rank_of(TWIN) == ranking.rank_of(disease(BOTH_WAYS)) == 1
    first = int(ranking.order[0])
    assert (first < n) is by_figures
    found = hypothesis(made, ranking, first)
    assert (found.disease, found.label) == (TWIN, "Curated twin")
    assert disease(BOTH_WAYS) in found.same_as
    assert TWIN not in found.same_as


def test_the_better_argued_is_never_lost_with_its_double() -> None:
    made = ranker()
    for told in (case(WHEEZE), case(*own(BOTH_WAYS)), case(COUGH), case()):
        ranking = made.rank(told)
        n = len(made.curated.diseases)
        whole = replace(ranking, double=np.zeros_like(ranking.double)).scores
        at = [made.curated.numbers[TWIN], n + (knowledge().disease(disease(BOTH_WAYS)) or 0)]
        kept = place_of(ranking, TWIN)
        assert kept in at
        assert whole[kept] == max(whole[i] for i in at)


def test_ranks_are_places_of_the_merged_order() -> None:
    ranking = ranker().rank(case(COUGH, SHARED))
    found = [ranking.rank_of(ranking.ref(i).id) for i in ranking.order.tolist()]
    assert found == list(range(1, len(ranking.order) + 1))
    assert ranking.rank_of("OMIM:999999") is None
    assert ranking.rank_of(ROOT) is None


@pytest.mark.parametrize("method", [m for m in scorer.names() if scorer.load(m).comparison])
def test_a_method_kept_to_compare_with_is_refused_by_name(method: str) -> None:
    with pytest.raises(InvalidField, match=method) as refused:
        BothRanker(rare(method), common())
    assert "rare" in str(refused.value.mend)


@pytest.mark.parametrize("lacking", ["floor", "exclusion"])
def test_a_method_without_a_price_is_refused_by_name(lacking: str) -> None:
    class Unpriced(LikelihoodScorer):
        name = "unpriced"

        def settings(self) -> dict[str, float]:
            return {k: v for k, v in super().settings().items() if k != lacking}

    with pytest.raises(InvalidField, match="unpriced"):
        BothRanker(rare(Unpriced()), common())


def test_scopes_and_settings_leave_each_other_as_they_were(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One scoring method serves them all, and keeps what it worked out for broad terms."""
    monkeypatch.setattr(climb, "BROAD", 1)
    told = case(COUGH, SHARED)
    alone = rare(CoverageScorer())
    before = alone.rank(told).scores.copy()
    both = BothRanker(alone, common((*FIGURES, figure(SHARED, 0.1, setting=Setting.WARD))))
    found = {s: both.rank(told, s) for s in (Setting.EMERGENCY, Setting.WARD)}
    assert np.array_equal(alone.rank(told).scores, before)
    for setting, ranking in found.items():
        fresh = BothRanker(rare(CoverageScorer()), both.common)
        assert np.array_equal(fresh.rank(told, setting).scores, ranking.scores)
        at = place_of(ranking, disease(SHARING))
        assert hypothesis(both, ranking, at).score == pytest.approx(ranking.scores[at])
    assert both.rare_in(Setting.WARD) is both.rare_in(Setting.WARD)
    assert common().parameters.unprinted == 0
