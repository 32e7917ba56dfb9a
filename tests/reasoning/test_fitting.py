"""Fitting, on examples whose weights are known because they were drawn with them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import logsumexp

from domain.case import Case
from domain.findings import State
from reasoning.calibration import Calibration
from reasoning.fitting import (
    BINS,
    LEAST_IN_BIN,
    Example,
    ceiling,
    example,
    first_posterior,
    fit,
    is_right,
    ranks,
    scores,
)
from reasoning.knowledge import Knowledge
from reasoning.ranking import LeaveOut, Ranker
from reasoning.scorers.coverage import CoverageScorer
from tests.reasoning.conftest import number
from tests.reasoning.some_cases import case, said

TRUE = {"weight": 0.6, "decay": 0.7, "coverage": 1.5}
CANDIDATES = 25
KNOWN = CoverageScorer().settings() | TRUE


def drawn(count: int, *, seed: int = 0) -> list[Example]:
    """Examples whose true disease is drawn by the conditional logit of the known weights."""
    random = np.random.default_rng(seed)
    scorer = CoverageScorer(**KNOWN)
    made = []
    for i in range(count):
        signs = int(random.integers(2, 7))
        alone = random.normal(0, 2, (signs, CANDIDATES)).astype(np.float32)
        whole = -random.gamma(2, 0.7, CANDIDATES).astype(np.float32)
        z = scorer.together(alone).sum(axis=0) + TRUE["coverage"] * whole
        made.append(
            Example(
                disease=f"OMIM:{i}",
                own=bool(i % 2),
                alone=alone,
                whole=whole,
                beside=np.zeros(CANDIDATES, dtype=np.float32),
                true=int(random.choice(CANDIDATES, p=np.exp(z - logsumexp(z)))),
                features=np.array([1.0, np.log1p(signs), signs * 0.5]),
                prior=-3.0,
            )
        )
    return made


@pytest.fixture(scope="module")
def made() -> list[Example]:
    found = drawn(1200)
    # Some diseases are not in the knowledge base.
    return [replace(e, true=None) if i % 12 in (0, 1) else e for i, e in enumerate(found)]


def test_known_weights_are_recovered(made: list[Example]) -> None:
    found = fit(made, CoverageScorer()).parameters
    assert found["weight"] == pytest.approx(TRUE["weight"], abs=0.08)
    assert found["decay"] == pytest.approx(TRUE["decay"], abs=0.051)
    assert found["coverage"] == pytest.approx(TRUE["coverage"], abs=0.15)


def test_what_is_not_fitted_stays(made: list[Example]) -> None:
    scorer = CoverageScorer(cost=2.0, floor=1.0, broader=3.0, exclusion=0.3)
    found = fit(made[:60], scorer).parameters
    assert {k: found[k] for k in ("cost", "floor", "broader", "exclusion")} == {
        "cost": 2.0, "floor": 1.0, "broader": 3.0, "exclusion": 0.3,
    }  # fmt: skip


def test_a_fit_is_deterministic_and_better_than_other_weights(made: list[Example]) -> None:
    once, again = fit(made[:200], CoverageScorer()), fit(made[:200], CoverageScorer())
    assert once == again
    worse = fit([replace(e, alone=e.alone * 0) for e in made[:200]], CoverageScorer())
    assert once.loss < worse.loss


def test_each_disease_counts_once() -> None:
    """A disease a hundred times over does not outweigh the others."""
    some = drawn(60, seed=1)
    often = some + [some[1]] * 100
    plain, heavy = (fit(e, CoverageScorer()).parameters for e in (some, often))
    assert heavy["weight"] == pytest.approx(plain["weight"], abs=0.01)
    assert heavy["coverage"] == pytest.approx(plain["coverage"], abs=0.01)


def test_without_a_covered_case_nothing_is_fitted() -> None:
    with pytest.raises(ValueError, match="no case whose disease can be ranked"):
        fit([replace(e, true=None) for e in drawn(10)], CoverageScorer())


def test_calibration_never_changes_the_order(made: list[Example]) -> None:
    fitted = fit(made[:300], CoverageScorer())
    for e in made[:50]:
        s = scores(e, fitted.parameters)
        shares, outside = fitted.calibration.posterior(s, 1.0)
        order = np.argsort(-s, kind="stable")
        assert np.all(np.diff(shares[order]) <= 0)
        assert shares.sum() + outside == pytest.approx(1)
    assert fitted.calibration.scale > 0


def test_shares_mean_what_they_say(made: list[Example]) -> None:
    """The mean share of the first is the share that was right, on what was not fitted on."""
    fitted = fit(made, CoverageScorer())
    fresh = [
        replace(e, true=None) if i % 12 in (0, 1) else e for i, e in enumerate(drawn(800, seed=9))
    ]
    s = [scores(e, fitted.parameters) for e in fresh]
    stated = [first_posterior(e, v, fitted.calibration) for e, v in zip(fresh, s, strict=True)]
    right = [is_right(e, v) for e, v in zip(fresh, s, strict=True)]
    assert np.mean(stated) == pytest.approx(np.mean(right), abs=0.06)


def test_the_first_posterior_is_that_of_the_whole_sum(made: list[Example]) -> None:
    calibration = Calibration(scale=0.8, outside=(-2.0, 0.5, 0.3))
    for e in made[:30]:
        s = scores(e, KNOWN)
        shares, rest = calibration.posterior(s, float(np.dot(calibration.outside, e.features)))
        assert first_posterior(e, s, calibration) == pytest.approx(float(shares.max()), rel=1e-9)
        assert shares.sum() + rest == pytest.approx(1)


def test_the_ceiling_is_what_was_right_in_the_highest_bin() -> None:
    posterior = np.linspace(0, 1, 600)
    right = np.zeros(600, dtype=bool)
    size = 600 // BINS
    assert size >= LEAST_IN_BIN
    right[-size:] = np.arange(size) % 4 != 0
    assert ceiling(posterior, right) == 0.75
    right[-size - 1] = True  # just below the bin
    assert ceiling(posterior, right) == 0.75


def test_the_highest_bin_has_thirty_cases_at_least() -> None:
    posterior = np.linspace(0, 1, 45)
    assert ceiling(posterior, np.arange(45) >= 30) == 0.5
    assert ceiling(posterior[:LEAST_IN_BIN], np.zeros(LEAST_IN_BIN, dtype=bool)) == 0
    assert ceiling(posterior[: LEAST_IN_BIN - 1], np.zeros(LEAST_IN_BIN - 1, dtype=bool)) == 1


def test_places_of_equal_scores_are_in_order() -> None:
    e = replace(
        drawn(1)[0],
        alone=np.array([[2.0, 1.0, 1.0, 0.5]], dtype=np.float32),
        whole=np.zeros(4, dtype=np.float32),
        beside=np.zeros(4, dtype=np.float32),
    )
    some = [replace(e, true=t) for t in (0, 1, 2, 3, None)]
    assert ranks(some, KNOWN).tolist() == [1, 2, 3, 4, np.inf]


def test_without_a_finding_nothing_is_first() -> None:
    e = replace(drawn(1)[0], alone=np.zeros((0, CANDIDATES), dtype=np.float32), true=0)
    s = scores(e, KNOWN)
    best = replace(e, true=int(np.argmax(s)))
    assert not is_right(best, s)
    assert ranks([best], KNOWN).tolist() == [np.inf]


@pytest.mark.parametrize("away", [None, LeaveOut(references=frozenset({"PMID:1", "PMID:6"}))])
@pytest.mark.parametrize(
    "patient",
    [
        case(said("HP:0001251"), said("HP:0007359"), said("HP:0002650", State.ABSENT)),
        replace(case(said("HP:0002650"), said("HP:0000252")), age=30.0),
    ],
)
def test_an_example_gives_the_scores_of_its_ranking(
    ranker: Ranker, knowledge: Knowledge, patient: Case, away: LeaveOut | None
) -> None:
    scorer = ranker.scorer
    assert isinstance(scorer, CoverageScorer)
    ranking = ranker.rank(patient, away)
    true = number(knowledge, "TOY:3")
    e = example(ranking, scorer, "TOY:3", true, own=away is not None)
    assert np.allclose(scores(e, scorer.settings()), ranking.scores[ranking.order], atol=1e-5)
    place = int(np.flatnonzero(ranking.order == true)[0])
    assert e.true == place
    assert ranks([e], scorer.settings()).tolist() == [place + 1]
    first = float(ranking.posterior[ranking.order[0]])
    assert first_posterior(e, scores(e, scorer.settings()), ranker.calibration) == pytest.approx(
        first, abs=1e-5
    )


def test_a_true_disease_far_down_is_kept(
    ranker: Ranker, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reasoning.fitting.KEPT", 2)
    assert isinstance(ranker.scorer, CoverageScorer)
    ranking = ranker.rank(case(said("HP:0001251")))
    last = int(ranking.order[-1])
    e = example(ranking, ranker.scorer, str(knowledge.diseases.id(last)), last, own=False)
    assert e.true == 2
    assert e.whole.shape == (3,)
    assert example(ranking, ranker.scorer, "TOY:404", None, own=False).true is None
