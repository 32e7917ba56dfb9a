"""The answer in scope `common`: hypotheses with their figures, and what must not be missed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from domain.case import Case
from domain.differential import (
    CalibrationUse,
    Differential,
    Hypothesis,
    MustNotMiss,
    PriorUse,
    Ranked,
    Scope,
    Serious,
)
from domain.evidence import ConceptRef
from domain.figures import Figure, Measure, Setting
from domain.findings import State
from domain.what_if import TOP, Move
from reasoning.common.beliefs import Beliefs, beliefs
from reasoning.common.hypothesis import hypothesis
from reasoning.common.next_findings import next_findings
from reasoning.common.parameters import Parameters
from reasoning.common.ranker import CommonRanker, CommonRanking
from reasoning.knowledge import Knowledge
from reasoning.known import known_uses
from reasoning.passing import Passing
from reasoning.ways import Ways

_UNCALIBRATED = (
    "No percentages: the order was measured on examination cases and simulated patients, which are "
    "no calibration of any setting."
)


class Method(Protocol):
    """What ranks a case among common diseases, alone or with the rare ones."""

    terms: Knowledge
    versions: Mapping[str, str]
    parameters: Parameters

    @property
    def passing(self) -> Passing:
        """What comes and goes."""

    def rank(
        self, case: Case, setting: Setting = ..., *, like: CommonRanking | None = ...
    ) -> CommonRanking:
        """All candidates of a case; `like` is the ranking of one that it differs little from."""


def differential(
    method: CommonRanker,
    ranking: CommonRanking,
    top: int,
    versions: Mapping[str, str],
    ways: Ways,
) -> Differential:
    """The first `top` curated diseases of a case, with everything an answer holds."""
    return assembled(
        method,
        ranking,
        top,
        versions,
        scope=scope(ranking),
        beliefs=beliefs(method.table(ranking.setting), ranking),
        explain=lambda number: hypothesis(method.terms, ranking, number),
        ways=ways,
    )


def assembled(
    method: Method,
    ranking: CommonRanking,
    top: int,
    versions: Mapping[str, str],
    *,
    scope: Scope,
    beliefs: Beliefs,
    explain: Callable[[int], Hypothesis],
    ways: Ways,
) -> Differential:
    """The first `top` candidates of a case, with everything an answer holds. `explain` opens one
    up; `beliefs` are what is taken for likely now, and how often each shows a finding."""
    shown = ranking.order[:top].tolist() if ranking.heard else []
    ranked = tuple(
        Ranked(
            rank=place,
            hypothesis=explain(number),
            posterior=float(beliefs.posterior[number]),
        )
        for place, number in enumerate(shown, start=1)
    )
    explained = {
        c.finding.id
        for r in ranked
        for c in r.hypothesis.contributions
        if c.finding is not None and c.log_likelihood_ratio > 0
    }
    known = {k.finding for k in ranking.case.known}
    absent = {u.finding.concept for u in ranking.uses if u.finding.state is State.ABSENT}
    return Differential(
        scope=replace(scope, prior_moves=_prior_moves(ranking, shown)),
        findings=ranking.uses,
        calibration=CalibrationUse(calibrated=False, statement=_UNCALIBRATED),
        ranked=ranked,
        outside_knowledge_base=beliefs.outside,
        unexplained=tuple(
            h.ref
            for h in ranking.heard
            # The complaint that the prior started from has spoken there; what is known explains
            # itself.
            if h.ratio > 1
            and h.ref.id not in explained | known | absent
            and h.term != ranking.prior.complaint
        ),
        conflicts=ranking.conflicts,
        data_quality=ranking.notes,
        versions={**method.versions, **versions, **ranking.case.versions},
        prior=PriorUse(
            kind="complaint" if ranking.prior.complaint is not None else "uniform",
            figures=len(ranking.prior.figures),
            statement=" ".join(n.message for n in ranking.prior.notes)
            or "All diseases begin alike: no complaint of the case has its causes counted.",
        ),
        known=known_uses(
            ranking.case,
            method.terms,
            lambda known: map(ranking.ref, ranking.of_known(known)),
        ),
        next_findings=next_findings(method, ranking, beliefs, ways),
        must_not_miss=must_not_miss(method.terms, ranking),
    )


def scope(ranking: CommonRanking) -> Scope:
    """What was ranked, in which setting."""
    n = len(ranking.curated.diseases)
    return Scope(
        statement=(
            f"Ranked: {n:,} common and emergency diseases whose figures were read in the "
            f"literature, for a patient met in: {ranking.setting}. Rare and genetic diseases were "
            "not considered. For research use; not for diagnosis without a clinician."
        ),
        ranked=n,
        not_ranked="rare and genetic diseases, and common ones that are not in the tables",
        asked="common",
        setting=str(ranking.setting),
    )


def _prior_moves(ranking: CommonRanking, shown: Sequence[int]) -> tuple[Move, ...]:
    """Where the first stand, and where they would without the shares of the complaint's causes."""
    if ranking.prior.complaint is None:
        return ()
    even = ranking.scores.copy()
    even[: len(ranking.prior.scores)] -= ranking.prior.scores
    return tuple(
        Move(
            disease=ranking.ref(number),
            before=1 + int((even > even[number]).sum()),
            after=place,
        )
        for place, number in enumerate(shown[:TOP], start=1)
    )


def must_not_miss(terms: Knowledge, ranking: CommonRanking) -> MustNotMiss:
    """Every disease that a reference says must not be missed, wherever it stands."""
    found = tuple(sorted(_serious(terms, ranking), key=lambda s: (s.rank, s.disease.id)))
    if not found:
        return MustNotMiss()
    return MustNotMiss(
        status="assessed",
        reason=(
            "All diseases of the tables that a reference calls immediately dangerous, in the order "
            "of the ranking. A low place does not rule one out."
        ),
        diseases=found,
    )


def _serious(terms: Knowledge, ranking: CommonRanking) -> Iterator[Serious]:
    for number, disease in enumerate(ranking.curated.diseases):
        stated: tuple[Figure, ...] = disease.statements(Measure.MUST_NOT_MISS)
        place = ranking.rank_of(disease.ref.id)
        if not stated or place is None:
            continue
        contributions = ranking.contributions[number]
        settled = disease.statements(Measure.SETTLES)
        yield Serious(
            disease=disease.ref,
            rank=place,
            why=stated[0],
            speaks_for=tuple(c for c in contributions if c.log_likelihood_ratio > 0),
            speaks_against=tuple(c for c in contributions if c.log_likelihood_ratio < 0),
            # Age and sex alone are no look at the patient.
            assessed=any(c.finding and c.log_likelihood_ratio != 0 for c in contributions),
            settled_by=tuple(_named(terms, figure) for figure in settled),
        )


def _named(terms: Knowledge, figure: Figure) -> ConceptRef:
    number = terms.terms.number(figure.concept)
    label = terms.terms.label(number) if number is not None else str(figure.concept)
    return ConceptRef(id=figure.concept, label=label)
