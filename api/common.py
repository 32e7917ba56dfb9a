"""Ranking in the scopes that know common and emergency disease, for the service."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.differential import Ranked
from domain.errors import InvalidField
from domain.figures import Setting
from domain.identifiers import Curie
from reasoning.both import answer as of_both
from reasoning.both.ranking import BothRanker
from reasoning.common import answer as of_common
from reasoning.common.beliefs import beliefs
from reasoning.common.comparison import comparison
from reasoning.common.hypothesis import hypothesis
from reasoning.common.knowledge import CommonKnowledge
from reasoning.common.ranker import SETTINGS, CommonRanker, CommonRanking
from reasoning.disputes import weighed
from reasoning.known import is_known

if TYPE_CHECKING:
    from api.service import Service
    from domain.case import Case
    from domain.differential import Differential, Hypothesis
    from reasoning.common.answer import Method
    from reasoning.common.beliefs import Beliefs

RARE, COMMON, ALL = "rare", "common", "all"
SCOPES = (RARE, COMMON, ALL)


def ranker(service: Service) -> CommonRanker:
    """The ranker of the service's release. Raises InvalidField where that holds no figures."""
    curated = CommonKnowledge.of(service.knowledge.arrays).arguable()
    if not curated.diseases:
        raise InvalidField(
            "scope",
            f"release {service.release} holds no figures of common disease.",
            mend="Build one with the source `common`, which is among the defaults.",
        )
    return CommonRanker(curated, service.knowledge, {"release": service.release})


def setting_of(text: str) -> Setting:
    """A setting by its name. Raises InvalidField naming those there are."""
    for setting in SETTINGS:
        if text.strip().lower() == setting:
            return setting
    known = ", ".join(SETTINGS)
    raise InvalidField("setting", f"{text[:40]!r} is not known.", mend=f"Known: {known}.")


def scope_of(text: str) -> str:
    """A scope by its name. Raises InvalidField naming those there are."""
    if text.strip().lower() in SCOPES:
        return text.strip().lower()
    known = ", ".join(SCOPES)
    raise InvalidField("scope", f"{text[:40]!r} is not known.", mend=f"Known: {known}.")


def scope_for(service: Service, asked: str | None, only_rare: Mapping[str, object]) -> str:
    """The scope to rank in: the one asked for, else `all`. Where nothing was asked, scope rare is
    taken for a release without figures of common disease, and with what only that scope has
    (`only_rare`, by field; what is None, False or empty was not asked for). Raises InvalidField for
    an unknown scope, and for such a field with a scope that does not have it."""
    wanted = [name for name, value in only_rare.items() if value]
    if asked is None:
        figures = "figures" in service.knowledge.arrays
        return RARE if wanted or not figures else ALL
    scope = scope_of(asked)
    if scope != RARE and wanted:
        raise InvalidField(
            wanted[0],
            "it belongs to scope rare.",
            mend="Leave it out, or ask for scope rare.",
        )
    return scope


def diagnose(
    service: Service,
    case: Case,
    setting: Setting,
    top: int,
    scope: str = COMMON,
    *,
    compare: Sequence[str] = (),
) -> Differential:
    """The explained differential of a case among common diseases, or among all; `compare` names
    two of them to put side by side. Raises UnknownConcept, or InvalidField for one that is not
    ranked there."""
    asked = _asked(service, case, setting, scope)
    found = asked.differential(top)
    if compare:
        one, other = (asked.ranked(disease, "compare") for disease in compare)
        parted = comparison(
            asked.method, asked.ranking, asked.beliefs, service.ranker.ways, one, other
        )
        found = replace(found, comparison=parted)
    return found


def explain(
    service: Service, case: Case, setting: Setting, disease: str, scope: str = COMMON
) -> tuple[Differential, Ranked]:
    """The differential, and one disease wherever it stands. Raises UnknownConcept, or InvalidField
    for one that the release knows and this scope does not rank, or the patient is known to have.
    """
    asked = _asked(service, case, setting, scope)
    return asked.differential(service.settings.top), asked.ranked(disease, "disease")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One case ranked in one of the two scopes."""

    service: Service
    scope: str
    method: Method
    ranking: CommonRanking
    beliefs: Beliefs
    answer: Callable[[int], Differential]
    hypothesis: Callable[[int], Hypothesis]

    def differential(self, top: int) -> Differential:
        """The first `top` diseases."""
        found, ranking = self.answer(top), self.ranking
        again = weighed(found.conflicts, ranking, lambda c: self.method.rank(c, ranking.setting))
        return replace(found, conflicts=again)

    def ranked(self, disease: str, field: str) -> Ranked:
        """One disease wherever it stands, by any of its ids."""
        place = self.ranking.rank_of(Curie.parse(disease))
        if place is None:
            if self.ranking.numbers_of(disease):
                raise is_known(disease, field)
            concept = self.service.concept(disease)
            raise InvalidField(
                field,
                f"{concept.id} is not ranked in scope {self.scope}.",
                mend=None if self.scope == ALL else "Ask for scope all.",
            )
        number = int(self.ranking.order[place - 1])
        posterior = float(self.beliefs.posterior[number])
        return Ranked(rank=place, hypothesis=self.hypothesis(number), posterior=posterior)


def _asked(service: Service, case: Case, setting: Setting, scope: str) -> _Asked:
    versions = {k: v for k, v in service.versions.items() if k in ("common", "hpo")}
    ways = service.ranker.ways
    if scope == ALL:
        both = service.both
        whole = both.rank(case, setting)
        return _Asked(
            service=service,
            scope=scope,
            method=both,
            ranking=whole,
            beliefs=of_both.beliefs(both, whole),
            answer=lambda top: of_both.differential(both, whole, top, versions, ways),
            hypothesis=lambda number: of_both.hypothesis(both, whole, number),
        )
    method = service.common
    ranking = method.rank(case, setting)
    return _Asked(
        service=service,
        scope=scope,
        method=method,
        ranking=ranking,
        beliefs=beliefs(method.table(setting), ranking),
        answer=lambda top: of_common.differential(method, ranking, top, versions, ways),
        hypothesis=lambda number: hypothesis(method.terms, ranking, number),
    )


def both(service: Service) -> BothRanker:
    """Ranks rare and common diseases in one order. Raises InvalidField as `ranker` does."""
    return BothRanker(service.ranker, service.common)
