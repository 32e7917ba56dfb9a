"""Score every disease for one case, put them in order, and open up those that were asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from domain.assertions import Sex
from domain.case import Case
from domain.differential import (
    Conflict,
    Contribution,
    Differential,
    Hypothesis,
    Ranked,
    Scope,
    Typical,
)
from domain.errors import InvalidField, UnknownConcept
from domain.evidence import ConceptRef
from domain.findings import Experiencer, Finding, FindingUse, Note, State, Time
from kg.arrays import Array
from reasoning.evidence import EvidenceMatrix
from reasoning.findings import choose, fuse
from reasoning.knowledge import Knowledge
from reasoning.scorer import Scorer, Sign
from reasoning.view import Background, View, Weights

#: Share of patients whose disease is not in the knowledge base: an assumption, shown as such.
OUTSIDE_SHARE = 0.1
#: A finding is called typical of a disease from this share on.
TYPICAL_SHARE = 0.5
TYPICAL_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveOut:
    """Assertions to ignore: those all of whose references (or any) are among these."""

    references: frozenset[str]
    any_of: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """All diseases of one case in order: numbers, scores and posteriors by disease number."""

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

    def __init__(self, knowledge: Knowledge, scorer: Scorer, versions: Mapping[str, str]) -> None:
        self.knowledge = knowledge
        self.scorer = scorer
        self.versions = dict(versions)
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
        findings = fuse(case.observations, self.knowledge)
        uses, conflicts = choose(findings, self.knowledge)
        signs = tuple(self._sign(u.finding) for u in uses if u.used)
        n = len(self.knowledge.diseases)
        total = np.zeros(n)
        for sign in signs:
            effects = self.scorer.effects(view, view.matrix, sign)
            if view.overlay is not None and view.replaced is not None:
                inside = self.scorer.effects(view, view.overlay, sign)
                effects[view.replaced] = inside[view.replaced]
            total += effects
        profile = self.scorer.profile(view, view.matrix, signs)
        if view.overlay is not None and view.replaced is not None:
            inside = self.scorer.profile(view, view.overlay, signs)
            profile[view.replaced] = inside[view.replaced]
        total += profile
        prior = float(np.log((1 - OUTSIDE_SHARE) / n))
        scores = total + prior
        posterior, outside = _posterior(scores, float(np.log(OUTSIDE_SHARE)))
        return Ranking(
            view=view,
            signs=signs,
            uses=uses,
            conflicts=conflicts,
            notes=(*case.notes, *self._notes(case, uses)),
            prior=prior,
            scores=scores,
            order=np.argsort(-scores, kind="stable"),
            posterior=posterior,
            outside=outside,
            codes=codes,
        )

    def ranked(self, ranking: Ranking, place: int, *, explained: bool = True) -> Ranked:
        """The hypothesis at `place` (0 is first), with its reasons if `explained`."""
        disease = int(ranking.order[place])
        return Ranked(
            rank=place + 1,
            hypothesis=self._hypothesis(ranking, disease, explained),
            posterior=float(ranking.posterior[disease]),
        )

    def first(self, ranking: Ranking, top: int, *, explained: bool = True) -> Iterator[Ranked]:
        """The first `top` hypotheses; none where no finding was used, for then none is first."""
        n = min(top, len(ranking.order)) if ranking.signs else 0
        return (self.ranked(ranking, i, explained=explained) for i in range(n))

    def ranked_disease(self, ranking: Ranking, disease: str) -> Ranked:
        """One disease wherever it stands. Raises UnknownConcept."""
        number = self.knowledge.disease(disease)
        if number is None:
            raise UnknownConcept(disease, self.versions.get("release", ""))
        return self.ranked(ranking, int(np.flatnonzero(ranking.order == number)[0]))

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

    def differential(self, ranking: Ranking, top: int) -> Differential:
        """The first `top` hypotheses with everything an answer holds."""
        ranked = tuple(self.first(ranking, top))
        return Differential(
            scope=self.scope(),
            findings=ranking.uses,
            calibrated=False,
            ranked=ranked,
            outside_knowledge_base=ranking.outside,
            unexplained=tuple(_unexplained(ranking, ranked)),
            conflicts=ranking.conflicts,
            data_quality=ranking.notes,
            versions=self.versions,
        )

    def scope(self) -> Scope:
        """What this release can and cannot rank."""
        n = len(self.knowledge.diseases)
        return Scope(
            statement=(
                f"Ranked: {n:,} diseases of the HPO annotations, mostly rare and genetic. Common "
                "causes (community-acquired pneumonia, pulmonary embolism, ordinary heart failure "
                "and the like) are not in this release and were not considered. "
                "For research use; not for diagnosis without a clinician."
            ),
            ranked=n,
            not_ranked="common and emergency diseases; anything without HPO annotations",
        )

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

    def _hypothesis(self, ranking: Ranking, disease: int, explained: bool) -> Hypothesis:
        ref = self.knowledge.diseases.ref(disease)
        contributions: tuple[Contribution, ...] = ()
        typical: tuple[Typical, ...] = ()
        if explained:
            contributions = (
                *(self.scorer.reason(ranking.view, sign, disease) for sign in ranking.signs),
                *self.scorer.profile_reasons(ranking.view, ranking.signs, disease),
            )
            typical = tuple(self._typical(ranking, disease))
        return Hypothesis(
            disease=ref.id,
            label=ref.label,
            same_as=self.knowledge.same_as(disease),
            codes=self.knowledge.codes(disease, ranking.codes) if ranking.codes else (),
            prior_score=ranking.prior,
            contributions=contributions,
            typical_not_mentioned=typical,
        )

    def _mentioned(self, finding: Finding) -> int | None:
        """The term of a finding that speaks of the patient, in whatever state."""
        if finding.experiencer is not Experiencer.PATIENT or finding.time is Time.HYPOTHETICAL:
            return None
        return self.knowledge.terms.number(finding.concept)

    def _typical(self, ranking: Ranking, disease: int) -> list[Typical]:
        """Frequent findings of a disease about which the case says nothing."""
        matrix = ranking.view.matrix_for(disease)
        above = self.knowledge.ancestors
        said = {t for u in ranking.uses if (t := self._mentioned(u.finding)) is not None}
        implied = {t for s in said for t in above[s].tolist()}
        found: list[tuple[float, float, int]] = []
        for pair in matrix.pairs_of(disease):
            term, share = int(matrix.pair_term[pair]), float(matrix.pair_share[pair])
            if share < TYPICAL_SHARE or share != share or not self.knowledge.is_phenotype(term):
                continue
            if term in implied or said.intersection(above[term].tolist()):
                continue
            found.append((-share, -float(ranking.view.background.information[term]), pair))
        return [
            Typical(
                concept=self.knowledge.terms.ref(int(matrix.pair_term[pair])),
                frequency=-share,
                assertions=tuple(self.knowledge.assertion(r) for r in matrix.rows_of(pair)),
            )
            for share, _, pair in sorted(found)[:TYPICAL_SHOWN]
        ]

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


def _posterior(scores: Array, outside: float) -> tuple[Array, float]:
    """Shares of all diseases and of what is outside the knowledge base; they sum to 1."""
    top = max(float(scores.max(initial=-inf)), outside)
    weights, rest = np.exp(scores - top), float(np.exp(outside - top))
    total = float(weights.sum()) + rest
    return np.asarray(weights / total), rest / total


def _unexplained(ranking: Ranking, ranked: Iterable[Ranked]) -> list[ConceptRef]:
    """Present findings that speak for none of the listed diseases."""
    explained = {
        c.finding.id
        for r in ranked
        for c in r.hypothesis.contributions
        if c.finding is not None and c.log_likelihood_ratio > 0
    }
    return [s.ref for s in ranking.signs if s.ratio > 1 and s.ref.id not in explained]
