"""Rare and common diseases of one case in one order.

Every hypothesis is measured against the background of the patient's setting, by one method: that
of the rare diseases. Findings of a common disease count by their figures and are discounted beside
each other as those of a rare one are; a present finding that nobody printed costs each disease the
same. A rare disease begins `RARE` nats below a common one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from math import inf

import numpy as np

from domain.case import Case
from domain.errors import InvalidField
from domain.evidence import ConceptRef
from domain.figures import Setting
from domain.findings import FindingUse
from kg.arrays import Array
from reasoning.common.parameters import Parameters
from reasoning.common.ranker import CommonRanker, CommonRanking
from reasoning.passing import Passing
from reasoning.ranking import Ranker, Ranking

#: What a rare disease begins with less than a common one, nats. Measured on development cases: at
#: it scope all loses a point and a half of the rare diseases that scope rare has among the first
#: ten, and a nat more would gain one common case in eighty (docs/accuracy.md). It is no prevalence.
RARE = -1.0
_FLOOR, _EXCLUSION = "floor", "exclusion"


@dataclass(frozen=True, kw_only=True)
class BothRanking(CommonRanking):
    """Curated diseases come first by number, then the rare ones. Of one that is known in both ways
    only the better argued stands: the other is `double`, (candidates,)."""

    rare: Ranking
    double: Array

    @cached_property
    def scores(self) -> Array:
        """Natural log, uncalibrated, (candidates,); -inf for a double."""
        common = self.prior.scores + self.contributions.totals
        return np.where(self.aside, -inf, np.concatenate([common, of_rare(self.rare)]))

    @cached_property
    def aside(self) -> Array:
        """Which candidates are not ranked: doubles, and those that the patient is known to have,
        (candidates,)."""
        aside = self.double.copy()
        aside[[n for known in self.case.known for n in self.of_known(known)]] = True
        return aside

    @cached_property
    def before_findings(self) -> Array:
        """What each candidate began with, nats, (candidates,)."""
        rare = np.full(len(self.rare.scores), RARE)
        return np.concatenate([self.prior.scores, rare])

    def ref(self, number: int) -> ConceptRef:
        """A candidate by number."""
        n = len(self.curated.diseases)
        if number < n:
            return self.curated.diseases[number].ref
        ref = self.rare.view.knowledge.diseases.ref(number - n)
        curated = self.curated.numbers.get(ref.id)
        return ref if curated is None else self.curated.diseases[curated].ref

    def numbers_of(self, identifier: str) -> set[int]:
        """The candidates that a disease is, by any of its ids: curated, rare, or both."""
        knowledge, diseases = self.rare.view.knowledge, self.curated.diseases
        rare = knowledge.disease(identifier)
        ids = {identifier}
        if rare is not None:
            ids |= {knowledge.diseases.id(rare), *knowledge.same_as(rare)}
        curated = {c for i in ids if (c := self.curated.numbers.get(i)) is not None}
        rares = {rare, *(knowledge.disease(i) for c in curated for i in diseases[c].ids)}
        return curated | {len(diseases) + r for r in rares if r is not None}


def of_rare(rare: Ranking) -> Array:
    """Scores of the rare diseases beside the common ones, nats, (diseases,)."""
    return np.asarray(rare.scores - rare.priors.scores + RARE)


class BothRanker:
    """Ranks cases against one release, rare and common diseases alike. Raises InvalidField where
    the method of the rare diseases does not price what it does not find."""

    def __init__(self, rare: Ranker, common: CommonRanker) -> None:
        stated = rare.scorer.settings()
        if rare.scorer.comparison or not {_FLOOR, _EXCLUSION} <= stated.keys():
            raise InvalidField(
                "scope",
                f"the scoring method {rare.scorer.name!r} ranks rare diseases only.",
                mend="Ask for scope rare, or unset the setting `scorer`.",
            )
        floor = stated[_FLOOR]
        self.parameters: Parameters = replace(
            common.parameters,
            present=1.0,
            absent=stated[_EXCLUSION],
            unprinted=floor,
            least=-floor,
            most=inf,
        )
        self.rare = rare
        self.common = CommonRanker(common.curated, common.terms, common.versions, self.parameters)
        self.curated, self.terms = common.curated, common.terms
        self.versions: Mapping[str, str] = {**rare.versions, **common.versions}
        self._rare: dict[Setting, Ranker] = {}

    @property
    def passing(self) -> Passing:
        """What comes and goes."""
        return self.common.passing

    def rare_in(self, setting: Setting) -> Ranker:
        """Ranks rare diseases against the background of a setting; made once."""
        if setting not in self._rare:
            self._rare[setting] = self.rare.against(self.common.table(setting).background())
        return self._rare[setting]

    def rank(
        self,
        case: Case,
        setting: Setting = Setting.EMERGENCY,
        *,
        like: CommonRanking | None = None,
    ) -> BothRanking:
        """All diseases of a case, met in `setting`. `like` is the ranking of the same patient with
        other findings, of which what is the same need not be worked out again."""
        common = self.common.rank(case, setting, even=True, method=self.rare.scorer)
        ranker = self.rare_in(setting)
        if isinstance(like, BothRanking):
            findings = (use for use in common.uses if self._is_finding(use))
            rare = ranker.again(like.rare, ranker.signs(tuple(findings)))
        else:
            # What was seen before this illness says nothing of now, as the background is of now;
            # and what a known condition explains, no rare disease need explain.
            now = tuple(o for o in case.observations if not o.earlier and not o.known)
            rare = ranker.rank(replace(case, observations=now))
        plain = {f.name: getattr(common, f.name) for f in fields(common)}
        found = BothRanking(
            **plain,
            rare=rare,
            double=np.zeros(len(common.contributions) + len(rare.scores), dtype=bool),
        )
        return replace(found, double=self._doubles(found.scores))

    def _is_finding(self, use: FindingUse) -> bool:
        """Whether it is a finding to rare diseases too: no history, exposure or known condition."""
        number = self.terms.terms.number(use.finding.concept)
        known = use.finding.known
        return number is not None and not known and self.terms.is_phenotype(number)

    def _doubles(self, scores: Array) -> Array:
        """Of a disease that is known in both ways, all but the best."""
        n = len(self.curated.diseases)
        double = np.zeros(len(scores), dtype=bool)
        for curated, disease in enumerate(self.curated.diseases):
            known = {self.terms.disease(i) for i in disease.ids} - {None}
            same = [curated, *sorted(n + k for k in known if k is not None)]
            best = max(same, key=lambda i: scores[i])
            double[[i for i in same if i != best]] = True
        return double
