"""Ranks the curated diseases for one case: prior plus a contribution a finding, each with the
figures that it rests on (docs/common-disease.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf

import numpy as np

from domain.case import Case, Known
from domain.differential import Conflict
from domain.evidence import ConceptRef, TextSpan
from domain.figures import Setting
from domain.findings import FindingUse, Note
from domain.identifiers import Curie
from kg.arrays import Array
from reasoning.common.argued import Argued
from reasoning.common.circumstances import circumstances
from reasoning.common.effects import Effects
from reasoning.common.heard import Heard
from reasoning.common.knowledge import CommonKnowledge
from reasoning.common.parameters import Parameters
from reasoning.common.prior import CommonPrior, prior_of
from reasoning.common.table import ShareTable
from reasoning.findings import IMPLIED, choose, fuse
from reasoning.joint import Together
from reasoning.knowledge import Knowledge
from reasoning.known import with_told
from reasoning.passing import Passing
from reasoning.scorer import OneByOne

#: Sets of effects that a ranker keeps, for cases with other complaints.
KEPT = 4
ONE_BY_ONE = OneByOne()
SYSTOLIC, DIASTOLIC, HYPOTENSION = map(Curie, ("HP:0500105", "HP:0500104", "HP:0002615"))
"""Decreased systolic and diastolic blood pressure, and what figures call either: a systolic
pressure below its range is heard as that."""
#: Settings that a case can come from.
SETTINGS = (Setting.PRIMARY, Setting.EMERGENCY, Setting.WARD)


@dataclass(frozen=True, kw_only=True)
class CommonRanking:
    """The curated diseases of one case in order, by number in `curated`."""

    case: Case
    setting: Setting
    curated: CommonKnowledge
    heard: tuple[Heard, ...]
    counted: tuple[Heard, ...]
    uses: tuple[FindingUse, ...]
    conflicts: tuple[Conflict, ...]
    notes: tuple[Note, ...]
    prior: CommonPrior
    contributions: Argued

    @cached_property
    def scores(self) -> Array:
        """Natural log, uncalibrated, (diseases,)."""
        return np.where(self.aside, -inf, self.prior.scores + self.contributions.totals)

    @cached_property
    def aside(self) -> Array:
        """Which candidates are not ranked: those that the patient is known to have, (diseases,)."""
        aside = np.zeros(len(self.before_findings), dtype=bool)
        aside[[n for known in self.case.known for n in self.of_known(known)]] = True
        return aside

    def of_known(self, known: Known) -> list[int]:
        """The candidates that a known condition is, by number."""
        return sorted({n for i in known.diseases for n in self.numbers_of(i)})

    def numbers_of(self, identifier: str) -> set[int]:
        """The candidates that a disease is, by any of its ids; none where it is no candidate."""
        number = self.curated.numbers.get(identifier)
        return set() if number is None else {number}

    @cached_property
    def before_findings(self) -> Array:
        """What each candidate began with, nats, (diseases,)."""
        return self.prior.scores

    @cached_property
    def order(self) -> Array:
        """The best first; of equal ones the first by id. Those set aside are not there."""
        found = np.argsort(-self.scores, kind="stable")
        return np.asarray(found[: len(found) - int(self.aside.sum())])

    def first(self, n: int) -> list[ConceptRef]:
        """The first `n` diseases."""
        return [self.ref(number) for number in self.order[:n].tolist()]

    def place(self, disease: ConceptRef) -> int:
        """Where a disease stands, 1 the first; behind all where it is no candidate."""
        return self.rank_of(disease.id) or len(self.order) + 1

    def ref(self, number: int) -> ConceptRef:
        """A candidate by number."""
        return self.curated.diseases[number].ref

    def rank_of(self, identifier: str) -> int | None:
        """The place of a disease, 1 the first, by any of its ids; None where it is not ranked."""
        numbers = self.numbers_of(identifier)
        return next((i for i, d in enumerate(self.order.tolist(), 1) if d in numbers), None)

    def score_of(self, identifier: str) -> float:
        """The score of a candidate, by any of its ids; of one that is known in both ways that of
        the better argued. Nats, -inf where it is not ranked."""
        return max((float(self.scores[n]) for n in self.numbers_of(identifier)), default=-inf)


class CommonRanker:
    """Ranks cases against the figures of one release."""

    def __init__(
        self,
        curated: CommonKnowledge,
        terms: Knowledge,
        versions: Mapping[str, str],
        parameters: Parameters | None = None,
    ) -> None:
        self.curated, self.terms = curated, terms
        self.versions: Mapping[str, str] = dict(versions)
        self.parameters = parameters or Parameters()
        self._tables: dict[Setting, ShareTable] = {}
        self._known: dict[tuple[Setting, int | None, bytes], Effects] = {}

    @cached_property
    def passing(self) -> Passing:
        """What comes and goes."""
        return Passing.of(self.terms)

    def table(self, setting: Setting) -> ShareTable:
        """All shares as they are for one setting; made once."""
        if setting not in self._tables:
            self._tables[setting] = ShareTable(self.curated, self.terms, setting, self.parameters)
        return self._tables[setting]

    def rank(
        self,
        case: Case,
        setting: Setting = Setting.EMERGENCY,
        *,
        even: bool = False,
        method: Together = ONE_BY_ONE,
        like: CommonRanking | None = None,  # noqa: ARG002
    ) -> CommonRanking:
        """All curated diseases of a case, met in `setting`; with `even` all candidates weigh alike
        in the background, whatever the prior. `method` says what findings count beside each other;
        `like` is the ranking of a case that this one differs little from."""
        uses, conflicts = choose(fuse(case.observations, self.terms), self.terms, of_now=True)
        uses = _one_pressure(uses)
        case = with_told(case, uses)
        heard = self._heard(uses)
        table = self.table(setting)
        before = prior_of(table, heard)
        weights = np.ones(len(before.weights)) if even else before.weights
        effects = self._effects(setting, weights, before.complaint)
        counted = tuple(
            h for h in heard if not self._implied(h, heard) and h.term != before.complaint
        )
        besides = [tuple(circumstances(table, case, n)) for n in range(len(self.curated.diseases))]
        contributions = Argued(method, effects.alone(counted), counted, besides)
        return CommonRanking(
            case=case,
            setting=setting,
            curated=self.curated,
            heard=heard,
            counted=counted,
            uses=uses,
            conflicts=conflicts,
            notes=(*case.notes, *before.notes),
            prior=before,
            contributions=contributions,
        )

    def _effects(self, setting: Setting, weights: Array, complaint: int | None) -> Effects:
        """Effects for these weights; the last that were asked for are kept."""
        key = (setting, complaint, weights.tobytes())
        known = self._known.pop(key, None) or Effects(self.table(setting), weights, complaint)
        self._known[key] = known
        while len(self._known) > KEPT:
            self._known.pop(next(iter(self._known)), None)
        return known

    def _heard(self, uses: Sequence[FindingUse]) -> tuple[Heard, ...]:
        found = []
        implied = [
            number
            for use in uses
            if use.why_not is not None
            and use.why_not.startswith(IMPLIED)
            and use.finding.ratio > 1
            and (number := self.terms.terms.number(use.finding.concept)) is not None
        ]
        for use in uses:
            number = self.terms.terms.number(use.finding.concept)
            if use.finding.concept == SYSTOLIC and use.finding.ratio > 1:
                number = self.terms.terms.number(HYPOTENSION) or number
            if use.used and number is not None and use.finding.ratio != 1:
                found.append(
                    Heard(
                        term=number,
                        ref=ConceptRef(id=use.finding.concept, label=use.finding.label),
                        ratio=use.finding.ratio,
                        chief=use.finding.chief,
                        importance=use.finding.importance,
                        joint=use.finding.joint,
                        known=use.finding.known,
                        told=any(isinstance(e, TextSpan) for e in use.finding.evidence),
                        broader=frozenset(t for t in implied if self.terms.implies(number, t)),
                    )
                )
        return tuple(found)

    def _implied(self, one: Heard, heard: Sequence[Heard]) -> bool:
        """Whether a more specific finding of the case says the same, and as surely: it alone
        counts. What is only likely takes no plain statement's place."""
        return any(
            other is not one
            and other.term != one.term
            and (
                other.ratio >= one.ratio and self.terms.implies(other.term, one.term)
                if one.ratio > 1
                else other.ratio <= one.ratio and self.terms.implies(one.term, other.term)
            )
            for other in heard
        )


def _one_pressure(uses: Sequence[FindingUse]) -> tuple[FindingUse, ...]:
    """A low diastolic pressure says no more beside a low systolic one."""
    low = [u.finding for u in uses if u.used and u.finding.concept == SYSTOLIC]
    if not any(finding.ratio > 1 for finding in low):
        return tuple(uses)
    return tuple(
        replace(use, used=False, why_not=f"{IMPLIED} {low[0].label}")
        if use.used and use.finding.concept == DIASTOLIC and use.finding.ratio > 1
        else use
        for use in uses
    )
