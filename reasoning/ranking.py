"""Score every disease for one case, put them in order, and open up those that were asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import inf

import numpy as np

from domain.assertions import Sex
from domain.case import Case
from domain.differential import (
    Conflict,
)
from domain.errors import InvalidField
from domain.evidence import ConceptRef
from domain.findings import Finding, FindingUse, Note, State
from kg.arrays import Array
from reasoning.calibration import NONE, OUTSIDE_SHARE, Calibration
from reasoning.circumstance import Circumstance
from reasoning.evidence import EvidenceMatrix
from reasoning.findings import choose, fuse
from reasoning.knowledge import Knowledge
from reasoning.scorer import Scorer, Sign
from reasoning.view import Background, View, Weights


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveOut:
    """Assertions to ignore: those all of whose references (or any) are among these."""

    references: frozenset[str]
    any_of: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """All diseases of one case in order: numbers, scores and posteriors by disease number."""

    case: Case
    view: View
    signs: tuple[Sign, ...]
    uses: tuple[FindingUse, ...]
    conflicts: tuple[Conflict, ...]
    notes: tuple[Note, ...]
    prior: float
    scores: Array
    order: Array
    posterior: Array
    outside: float
    codes: str | None = None


class Ranker:
    """Ranks cases against one compiled release with one scoring method."""

    def __init__(
        self,
        knowledge: Knowledge,
        scorer: Scorer,
        versions: Mapping[str, str],
        *,
        circumstances: Sequence[Circumstance] = (),
        calibration: Calibration = NONE,
    ) -> None:
        self.knowledge = knowledge
        self.scorer = scorer
        self.versions = dict(versions)
        self.circumstances = tuple(circumstances)
        self.calibration = calibration
        matrix = EvidenceMatrix.of(dict(knowledge.arrays))
        background = Background.of(matrix, len(knowledge.terms), len(knowledge.diseases))
        weights = Weights.of(matrix, background, len(knowledge.diseases))
        self._view = View(
            knowledge=knowledge, background=background, matrix=matrix, weights=weights
        )
        self._by_sex: dict[Sex, View] = {}

    def rank(
        self, case: Case, leave_out: LeaveOut | None = None, *, codes: str | None = None
    ) -> Ranking:
        """Scores of all diseases. Ties are broken by disease id, so that order is stable.

        `codes` names a vocabulary whose codes the hypotheses carry. Raises InvalidField for one
        that the release has no codes of."""
        if codes is not None:
            self._check_codes(codes)
        view = self._view_of(case, leave_out)
        uses, conflicts = choose(fuse(case.observations, self.knowledge), self.knowledge)
        signs = tuple(self._sign(u.finding) for u in uses if u.used)
        notes = (*case.notes, *self._notes(case, uses))
        return self._ranking(case, view, signs, uses, conflicts, notes, codes)

    def again(self, ranking: Ranking, signs: Sequence[Sign]) -> Ranking:
        """The same case with other findings in the score: what would be if."""
        r = ranking
        return self._ranking(r.case, r.view, tuple(signs), r.uses, r.conflicts, r.notes, r.codes)

    def _ranking(
        self,
        case: Case,
        view: View,
        signs: tuple[Sign, ...],
        uses: tuple[FindingUse, ...],
        conflicts: tuple[Conflict, ...],
        notes: tuple[Note, ...],
        codes: str | None,
    ) -> Ranking:
        n = len(self.knowledge.diseases)
        prior = float(np.log((1 - OUTSIDE_SHARE) / n))
        scores = np.full(n, prior)
        for sign in signs:
            scores += self.effects(view, sign)
        scores += _both(view, lambda matrix: self.scorer.profile(view, matrix, signs))
        for circumstance in self.circumstances:
            if circumstance.effects(view, view.matrix, case) is not None:
                scores += _both(view, partial(_known, circumstance, view, case))
        outside = self.calibration.outside_score(view, signs)
        posterior, rest = self.calibration.posterior(scores, outside)
        return Ranking(
            case=case,
            view=view,
            signs=signs,
            uses=uses,
            conflicts=conflicts,
            notes=notes,
            prior=prior,
            scores=scores,
            order=np.argsort(-scores, kind="stable"),
            posterior=posterior,
            outside=rest,
            codes=codes,
        )

    def effects(self, view: View, sign: Sign) -> Array:
        """The effect of one finding on every disease, in nats."""
        return _both(view, lambda matrix: self.scorer.effects(view, matrix, sign)) * sign.weight

    def covers(self, disease: str, leave_out: LeaveOut | None = None) -> bool:
        """Whether a disease has an assertion of a finding that its patients had."""
        number = self.knowledge.disease(disease)
        if number is None:
            return False
        view = self._view
        if leave_out is not None:
            own = self.knowledge.rows_citing(leave_out.references, any_of=leave_out.any_of)
            view = view.without(own)
        matrix = view.matrix_for(number)
        shares = (float(matrix.pair_share[p]) for p in matrix.pairs_of(number))
        return any(share == share for share in shares)

    def _check_codes(self, system: str) -> None:
        known = self.knowledge.code_systems()
        if system.casefold() not in {k.casefold() for k in known}:
            mend = f"It has: {', '.join(known)}." if known else "Load Mondo's mappings first."
            raise InvalidField("codes", "this release has no codes of that system.", mend=mend)

    def _view_of(self, case: Case, leave_out: LeaveOut | None) -> View:
        """All rows that speak of this patient's sex, without those to leave out."""
        own = np.empty(0, dtype=np.int64)
        if leave_out is not None:
            own = self.knowledge.rows_citing(leave_out.references, any_of=leave_out.any_of)
        if len(own):
            return self._view.without(np.union1d(self._view.hidden_by_sex(case.sex), own))
        if case.sex not in self._by_sex:
            self._by_sex[case.sex] = self._view.without(self._view.hidden_by_sex(case.sex))
        return self._by_sex[case.sex]

    def _sign(self, finding: Finding) -> Sign:
        term = self.knowledge.terms.number(finding.concept)
        assert term is not None
        ref = ConceptRef(id=finding.concept, label=finding.label)
        p, base = finding.probability, finding.base_rate
        if p is not None and base is not None:
            return Sign(term, ref, (p / (1 - p)) / (base / (1 - base)))
        return Sign(term, ref, inf if finding.state is State.PRESENT else 0.0)

    def _notes(self, case: Case, uses: Sequence[FindingUse]) -> list[Note]:
        notes = []
        if case.age is not None:
            notes.append(
                Note(
                    level="info",
                    code="age-not-used",
                    subject="age",
                    message=f"The scoring method {self.scorer.name!r} does not use age.",
                )
            )
        if not any(u.used for u in uses):
            notes.append(
                Note(
                    level="warning",
                    code="no-finding-used",
                    subject="findings",
                    message="No finding entered the score, so that no disease was ranked.",
                    mend="Add findings that the patient has, as text or as HPO terms.",
                )
            )
        return notes


def _both(view: View, effects: Callable[[EvidenceMatrix], Array]) -> Array:
    """Effects by the whole matrix, and by the overlay for the diseases it replaces."""
    values = effects(view.matrix)
    if view.overlay is not None and view.replaced is not None:
        values[view.replaced] = effects(view.overlay)[view.replaced]
    return values


def _known(circumstance: Circumstance, view: View, case: Case, matrix: EvidenceMatrix) -> Array:
    found = circumstance.effects(view, matrix, case)
    return np.zeros(len(view.knowledge.diseases)) if found is None else found
