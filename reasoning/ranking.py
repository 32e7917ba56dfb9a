"""Score every disease for one case, put them in order, and open up those that were asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf
from types import MappingProxyType

import numpy as np

from domain.assertions import Sex
from domain.case import Case, Known
from domain.differential import (
    Conflict,
)
from domain.errors import InvalidField
from domain.evidence import ConceptRef
from domain.findings import Finding, FindingUse, Note
from domain.identifiers import Curie
from domain.what_if import Way
from kg.arrays import Array
from reasoning.calibration import NONE, Calibration
from reasoning.circumstance import Circumstance
from reasoning.evidence import EvidenceMatrix
from reasoning.findings import choose, fuse
from reasoning.joint import plain, together, whole
from reasoning.knowledge import Knowledge
from reasoning.passing import Passing
from reasoning.prior import UNIFORM, Prior, Priors, priors
from reasoning.scorer import Scorer, Sign
from reasoning.stated import Stated
from reasoning.view import Background, View, Weights
from reasoning.ways import Ways


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveOut:
    """Assertions to ignore: those all of whose references (or any) are among these; and, of the
    disease `source_only_of`, those that cite no publication but only the source's own entry."""

    references: frozenset[str]
    any_of: bool = False
    source_only_of: str | None = None


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """All diseases of one case in order: numbers, scores and posteriors by disease number.

    `effects` are what each of `signs` alone does to every disease, in their order; `beside` is
    what is known of the patient beside findings. `prior` is that of a disease where all are
    alike (nats), `priors` what this ranking began with.
    """

    case: Case
    view: View
    signs: tuple[Sign, ...]
    effects: tuple[Array, ...]
    beside: Array
    uses: tuple[FindingUse, ...]
    conflicts: tuple[Conflict, ...]
    notes: tuple[Note, ...]
    prior: float
    priors: Priors
    scores: Array
    posterior: Array
    outside: float
    codes: str | None = None

    @cached_property
    def order(self) -> Array:
        """The diseases, the best first; of equal ones the first by id. Known ones are not there."""
        found = np.argsort(-self.scores, kind="stable")
        return np.asarray(found[: len(found) - len(self.known)])

    @cached_property
    def known(self) -> tuple[int, ...]:
        """The diseases that the patient is known to have: never suggested."""
        return known_numbers(self.case, self.view.knowledge)

    def of_known(self, known: Known) -> list[ConceptRef]:
        """The diseases that are left out for a known condition."""
        knowledge = self.view.knowledge
        return [knowledge.diseases.ref(n) for n in _numbers(known.diseases, knowledge)]

    def first(self, n: int) -> list[ConceptRef]:
        """The first `n` diseases."""
        return [self.view.knowledge.diseases.ref(int(i)) for i in self.order[:n]]

    def place(self, disease: ConceptRef) -> int:
        """Where a disease stands, 1 the first."""
        number = self.view.knowledge.disease(disease.id)
        found = np.flatnonzero(self.order == number)
        return int(found[0]) + 1 if len(found) else len(self.order)


class Ranker:
    """Ranks cases against one compiled release with one scoring method.

    Without `circumstances` only findings count, whatever else is known of the patient (but rows
    of the other sex are never read).
    """

    def __init__(
        self,
        knowledge: Knowledge,
        scorer: Scorer,
        versions: Mapping[str, str],
        *,
        circumstances: Sequence[Circumstance] = (),
        calibration: Calibration = NONE,
        ways: Mapping[Curie, Way] = MappingProxyType({}),
    ) -> None:
        self.knowledge = knowledge
        self.scorer = scorer
        self.versions = dict(versions)
        self.circumstances = tuple(circumstances)
        self.calibration = calibration
        self._table = ways
        self.ways = Ways(knowledge, ways)
        matrix = EvidenceMatrix.of(dict(knowledge.arrays))
        background = Background.of(matrix, len(knowledge.terms), len(knowledge.diseases))
        weights = Weights.of(matrix, background, len(knowledge.diseases))
        self._view = View(
            knowledge=knowledge,
            background=background,
            matrix=matrix,
            weights=weights,
            stated=Stated.of(knowledge, matrix),
            passing=Passing.of(knowledge),
        )
        self._by_sex: dict[Sex, View] = {}
        self._uniform = priors(UNIFORM, knowledge)

    def on(self, knowledge: Knowledge, versions: Mapping[str, str]) -> Ranker:
        """The same method with the same parameters on another release."""
        return Ranker(
            knowledge,
            self.scorer,
            versions,
            circumstances=self.circumstances,
            calibration=self.calibration,
            ways=self._table,
        )

    def against(self, share: Array) -> Ranker:
        """The same method on the same release, with findings measured against another background:
        how often patients have each term, (terms,)."""
        other = copy(self)
        background = replace(self._view.background, share=share, name="background")
        other._view = replace(self._view, background=background)
        other._by_sex = {}
        return other

    def rank(
        self,
        case: Case,
        leave_out: LeaveOut | None = None,
        *,
        codes: str | None = None,
        prior: Prior = UNIFORM,
    ) -> Ranking:
        """Scores of all diseases. Ties are broken by disease id, so that order is stable.

        `codes` names a vocabulary whose codes the hypotheses carry. Raises InvalidField for one
        that the release has no codes of, and for a prior that contradicts itself."""
        if codes is not None:
            self._check_codes(codes)
        age = case.age if self.circumstances else None
        view = replace(self._view_of(case, leave_out), age=age)
        uses, conflicts = choose(fuse(case.observations, self.knowledge), self.knowledge)
        before = priors(prior, self.knowledge) if prior.figures else self._uniform
        notes = (*case.notes, *before.notes, *self._notes(case, uses))
        beside = self._beside(view, case)
        return self._ranking(
            case, view, self.signs(uses), uses, conflicts, notes, codes, {}, beside, before
        )

    def signs(self, uses: Sequence[FindingUse]) -> tuple[Sign, ...]:
        """The findings that enter the score, as a scorer sees them."""
        return tuple(self._sign(u.finding) for u in uses if u.used)

    def again(self, ranking: Ranking, signs: Sequence[Sign], case: Case | None = None) -> Ranking:
        """What would be if other findings were in the score, and the case were another where one
        is given; findings, conflicts and notes stay as they are told of the one ranked."""
        r = ranking
        known = dict(zip(r.signs, r.effects, strict=True))
        beside = r.beside if case is None else self._beside(r.view, case)
        return self._ranking(
            case or r.case, r.view, tuple(signs), r.uses, r.conflicts, r.notes, r.codes, known,
            beside, r.priors,
        )  # fmt: skip

    def _beside(self, view: View, case: Case) -> Array:
        """What all circumstances together do to every disease."""
        beside = np.zeros(len(self.knowledge.diseases))
        for circumstance in self.circumstances:
            if (found := _known(circumstance, view, case)) is not None:
                beside += found
        return beside

    def _ranking(
        self,
        case: Case,
        view: View,
        signs: tuple[Sign, ...],
        uses: tuple[FindingUse, ...],
        conflicts: tuple[Conflict, ...],
        notes: tuple[Note, ...],
        codes: str | None,
        known: Mapping[Sign, Array],
        beside: Array,
        before: Priors,
    ) -> Ranking:
        effects = tuple(known[s] if s in known else self.effects(view, s) for s in signs)
        scores = before.scores.copy()
        picture = self._profile(view, signs)
        if effects:
            alone = np.stack(effects)
            scores += together(self.scorer, signs, alone).sum(axis=0)
            stated = plain(signs)
            if len(stated) < len(signs):
                of_stated = self._profile(view, stated)
                picture = whole(self.scorer, signs, alone, of_stated, picture)
        scores += picture
        scores += beside
        scores[list(known_numbers(case, self.knowledge))] = -inf
        outside = self.calibration.outside_score(view, signs)
        posterior, rest = self.calibration.posterior(scores, outside)
        return Ranking(
            case=case,
            view=view,
            signs=signs,
            effects=effects,
            beside=beside,
            uses=uses,
            conflicts=conflicts,
            notes=notes,
            prior=float(self._uniform.scores[0]),
            priors=before,
            scores=scores,
            posterior=posterior,
            outside=rest,
            codes=codes,
        )

    def _profile(self, view: View, signs: Sequence[Sign]) -> Array:
        return _both(view, lambda matrix: self.scorer.profile(view, matrix, signs))

    def effects(self, view: View, sign: Sign) -> Array:
        """The effect of one finding alone on every disease, in nats."""

        def effects(matrix: EvidenceMatrix) -> Array:
            values = self.scorer.effects(view, matrix, sign)
            if sign.ratio < 1:
                values[view.too_young(matrix, sign.term)] = 0.0
            if sign.momentary:
                values[view.comes_and_goes(matrix, sign.term)] = 0.0
            return values

        return _both(view, effects) * sign.weight

    def covers(self, disease: str, leave_out: LeaveOut | None = None) -> bool:
        """Whether a disease has an assertion of a finding that its patients had."""
        number = self.knowledge.disease(disease)
        if number is None:
            return False
        view = self._view
        if leave_out is not None:
            rows = self.knowledge.rows_of(number)
            away = self._left_out(leave_out)
            view = view.without(away[(away >= rows.start) & (away < rows.stop)])
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
        own = np.empty(0, dtype=np.int64) if leave_out is None else self._left_out(leave_out)
        if len(own):
            view = self._view.without(np.union1d(self._view.hidden_by_sex(case.sex), own))
            return replace(view, left_out=own)
        if case.sex not in self._by_sex:
            self._by_sex[case.sex] = self._view.without(self._view.hidden_by_sex(case.sex))
        return self._by_sex[case.sex]

    def _left_out(self, leave_out: LeaveOut) -> Array:
        rows = self.knowledge.rows_citing(leave_out.references, any_of=leave_out.any_of)
        if leave_out.source_only_of is None:
            return rows
        number = self.knowledge.disease(leave_out.source_only_of)
        if number is None:
            return rows
        return np.union1d(rows, self.knowledge.rows_without_publication(number))

    def _sign(self, finding: Finding) -> Sign:
        term = self.knowledge.terms.number(finding.concept)
        assert term is not None
        return Sign(
            term,
            ConceptRef(id=finding.concept, label=finding.label),
            finding.ratio,
            finding.importance,
            finding.chief,
            finding.momentary,
            finding.joint,
        )

    def _notes(self, case: Case, uses: Sequence[FindingUse]) -> list[Note]:
        notes: list[Note] = []
        for circumstance in self.circumstances:
            notes += circumstance.notes(case)
        if self.scorer.comparison:
            notes.append(
                Note(
                    level="warning",
                    code="comparison-method",
                    subject="scorer",
                    message=f"The scoring method {self.scorer.name!r} is kept to compare with: it "
                    "breaks rules that this service holds, and is not for patients.",
                    mend="Unset the setting `scorer` to use the default method.",
                )
            )
        against = [u.finding.label for u in uses if u.used and u.finding.ratio < 1]
        if against and not self.scorer.reads_absence:
            notes.append(
                Note(
                    level="warning",
                    code="not-used-by-method",
                    subject="scorer",
                    message=f"Not used by the scoring method {self.scorer.name!r}, which reads no "
                    f"evidence against a finding: {', '.join(against)}.",
                )
            )
        ratios = [u.finding.ratio for u in uses if u.used]
        if ratios and max(ratios) < inf:
            notes.append(
                Note(
                    level="warning",
                    code="no-finding-stated-present",
                    subject="findings",
                    message="No finding is stated as present. What is likely or absent moves "
                    "diseases little, and the order rests mostly on how much is recorded of each: "
                    "it says next to nothing.",
                    mend="Add findings that the patient has, as text or as HPO terms.",
                )
            )
        if not ratios:
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


def known_numbers(case: Case, knowledge: Knowledge) -> tuple[int, ...]:
    """The ranked diseases that the patient of a case is known to have."""
    return _numbers((i for known in case.known for i in known.diseases), knowledge)


def _numbers(diseases: Iterable[str], knowledge: Knowledge) -> tuple[int, ...]:
    found = {knowledge.disease(i) for i in diseases}
    return tuple(sorted(number for number in found if number is not None))


def _both(view: View, effects: Callable[[EvidenceMatrix], Array]) -> Array:
    """Effects by the whole matrix, and by the overlay for the diseases it replaces."""
    values = effects(view.matrix)
    if view.overlay is not None and view.replaced is not None:
        values[view.replaced] = effects(view.overlay)[view.replaced]
    return values


def _known(circumstance: Circumstance, view: View, case: Case) -> Array | None:
    """What a circumstance does to every disease; None where the case says nothing of it."""
    values = circumstance.effects(view, view.matrix, case)
    if values is not None and view.overlay is not None and view.replaced is not None:
        other = circumstance.effects(view, view.overlay, case)
        assert other is not None
        values[view.replaced] = other[view.replaced]
    return values
