"""The method `resnik`: numbers by hand, the symmetric average written plainly, and which of our
rules it breaks."""

from __future__ import annotations

from math import inf, log
from statistics import mean

import numpy as np
import pytest

from domain.case import Case
from domain.differential import Match
from reasoning.knowledge import Knowledge
from reasoning.ranking import LeaveOut, Ranker
from reasoning.scorers.resnik import ResnikScorer
from reasoning.view import View
from tests.reasoning.conftest import number
from tests.reasoning.test_scorers import DISEASES, TERMS, effect, sign_of

METHOD = ResnikScorer()
#: Diseases of eight that have the term or one below it.
HAVE = {"HP:0001250": 4, "HP:0007359": 1, "HP:0002650": 3, "HP:0000707": 4, "HP:0000118": 8}


@pytest.fixture(scope="module")
def view(ranker: Ranker) -> View:
    return ranker.rank(Case(id="x", observations=())).view


@pytest.mark.parametrize(
    ("term", "disease", "met", "match"),
    [
        ("HP:0007359", "TOY:1", "HP:0007359", Match.EXACT),
        ("HP:0001250", "TOY:1", "HP:0001250", Match.NARROWER),
        ("HP:0007359", "TOY:4", "HP:0001250", Match.BROADER),
        ("HP:0007359", "TOY:7", "HP:0001250", Match.BROADER),
        ("HP:0001251", "TOY:4", "HP:0000707", Match.SHARED),
        ("HP:0002650", "TOY:8", "HP:0002650", Match.EXACT),
        ("HP:0002650", "TOY:2", "HP:0000118", Match.NONE),
    ],
)
def test_a_finding_by_hand(view: View, term: str, disease: str, met: str, match: Match) -> None:
    """The information of the most informative common ancestor, -log(have it / 8)."""
    assert effect(METHOD, view, term, disease, inf) == pytest.approx(log(8 / HAVE[met]))
    sign = sign_of(view.knowledge, term, inf)
    assert METHOD.reason(view, sign, number(view.knowledge, disease)).match is match


def test_the_whole_by_hand(view: View) -> None:
    """Focal seizures and scoliosis against TOY:1, which has ataxia and focal seizures."""
    signs = [sign_of(view.knowledge, t, inf) for t in ("HP:0007359", "HP:0002650")]
    at = number(view.knowledge, "TOY:1")
    profile = METHOD.profile(view, view.matrix, signs)[at]
    assert profile == pytest.approx(2 * (log(8) + log(2)) / 2)
    (reason,) = METHOD.profile_reasons(view, signs, at)
    assert reason.log_likelihood_ratio == pytest.approx(profile)
    assert {str(a.concept) for a in reason.assertions} == {"HP:0007359"}


def plainly(view: View, case: list[str], disease: str) -> float:
    """The mean of both mean best matches, by sets of ancestors."""
    knowledge, at = view.knowledge, number(view.knowledge, disease)
    own = {}
    for d in range(len(DISEASES)):
        seen = [k for k in view.matrix.pairs_of(d) if not np.isnan(view.matrix.pair_share[k])]
        own[d] = [int(view.matrix.pair_term[k]) for k in seen]
    above = [set(a.tolist()) for a in (knowledge.ancestors[t] for t in range(len(knowledge.terms)))]

    def information(term: int) -> float:
        return log(8 / sum(any(term in above[u] for u in terms) for terms in own.values()))

    def similar(one: int, other: int) -> float:
        common = above[one] & above[other]
        return max(information(c) for c in common)

    query = [number(knowledge, t) for t in case]
    forwards = mean(max(similar(q, u) for u in own[at]) for q in query)
    backwards = mean(max(similar(q, u) for q in query) for u in own[at])
    return (forwards + backwards) / 2


@pytest.mark.parametrize("first", range(len(TERMS)))
@pytest.mark.parametrize("size", [1, 2, 5])
def test_the_score_is_twice_the_number_of_findings_times_the_average(
    view: View, first: int, size: int
) -> None:
    case = [TERMS[(first + i) % len(TERMS)] for i in range(size)]
    signs = [sign_of(view.knowledge, t, inf) for t in case]
    score = METHOD.profile(view, view.matrix, signs)
    for sign in signs:
        score = score + METHOD.effects(view, view.matrix, sign)
    for disease in DISEASES:
        expected = 2 * size * plainly(view, case, disease)
        assert score[number(view.knowledge, disease)] == pytest.approx(expected)


def test_half_certain_evidence_counts_half(view: View) -> None:
    """Two to one is half of a finding: in its own number, in their count, and in the profile."""
    at = number(view.knowledge, "TOY:1")
    half = [sign_of(view.knowledge, "HP:0007359", 2.0)]
    assert METHOD.effects(view, view.matrix, half[0])[at] == pytest.approx(log(8) / 2)
    expected = 0.5 * (0.5 * log(8) + 0.5 * log(2)) / 2
    assert METHOD.profile(view, view.matrix, half)[at] == pytest.approx(expected)


def test_a_disease_that_keeps_no_row_scores_nothing(ranker: Ranker, knowledge: Knowledge) -> None:
    own = LeaveOut(references=frozenset({"PMID:6"}))
    view = ranker.rank(Case(id="x", observations=()), own).view
    assert view.overlay is not None
    at, sign = number(knowledge, "TOY:3"), sign_of(knowledge, "HP:0002650", inf)
    assert METHOD.effects(view, view.overlay, sign)[at] == 0
    assert METHOD.profile(view, view.overlay, [sign])[at] == 0
    (reason,) = METHOD.profile_reasons(view, [sign], at)
    assert reason.log_likelihood_ratio == 0
    others = METHOD.effects(view, view.matrix, sign)[number(knowledge, "TOY:5")]
    assert others == pytest.approx(log(8 / HAVE["HP:0002650"])), "information is of all rows"


def test_it_breaks_that_an_absence_counts_against(view: View) -> None:
    """Seizures, in 9 of 10 with TOY:1, are not there: not read."""
    for ratio in (0.0, 0.2):
        assert effect(METHOD, view, "HP:0001250", "TOY:1", ratio) == 0


def test_it_breaks_that_a_denied_finding_speaks_against(view: View) -> None:
    """TOY:2 denies seizures and TOY:6 ataxia: their presence costs nothing."""
    assert effect(METHOD, view, "HP:0001250", "TOY:2", inf) == 0
    assert effect(METHOD, view, "HP:0001251", "TOY:6", inf) == 0


def test_it_breaks_that_rarity_matters(view: View) -> None:
    """Scoliosis is in 20 of 20 with TOY:3 and in 5 % with TOY:8."""
    often, rarely = (effect(METHOD, view, "HP:0002650", d, inf) for d in ("TOY:3", "TOY:8"))
    assert often == rarely > 0
