"""Ranking in the scopes that know common and emergency disease, for the service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from domain.differential import Ranked
from domain.errors import InvalidField
from domain.figures import Setting
from domain.identifiers import Curie
from reasoning.both import answer as of_both
from reasoning.both.ranking import BothRanker, BothRanking
from reasoning.common import answer as of_common
from reasoning.common.beliefs import beliefs
from reasoning.common.hypothesis import hypothesis
from reasoning.common.knowledge import CommonKnowledge
from reasoning.common.ranker import SETTINGS, CommonRanker, CommonRanking
from reasoning.disputes import Places, weighed

if TYPE_CHECKING:
    from api.service import Service
    from domain.case import Case
    from domain.differential import Differential

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
    service: Service, case: Case, setting: Setting, top: int, scope: str = COMMON
) -> Differential:
    """The explained differential of a case among common diseases, or among all."""
    versions = {k: v for k, v in service.versions.items() if k in ("common", "hpo")}
    ways = service.ranker.ways
    if scope == ALL:
        both = service.both
        found = of_both.differential(both, both.rank(case, setting), top, versions, ways)
        return _weighed(found, case, lambda c: both.rank(c, setting))
    method = service.common
    found = of_common.differential(method, method.rank(case, setting), top, versions, ways)
    return _weighed(found, case, lambda c: method.rank(c, setting))


def _weighed(found: Differential, case: Case, rank: Callable[[Case], Places]) -> Differential:
    return replace(found, conflicts=weighed(found.conflicts, case, rank))


def explain(
    service: Service, case: Case, setting: Setting, disease: str, scope: str = COMMON
) -> tuple[Differential, Ranked]:
    """The differential, and one disease wherever it stands. Raises UnknownConcept, or InvalidField
    for one that the release knows and this scope does not rank."""
    found = diagnose(service, case, setting, service.settings.top, scope)
    if scope == ALL:
        ranking: CommonRanking = service.both.rank(case, setting)
    else:
        ranking = service.common.rank(case, setting)
    place = ranking.rank_of(Curie.parse(disease))
    if place is None:
        concept = service.concept(disease)
        raise InvalidField(
            "disease",
            f"{concept.id} is not ranked in scope {scope}.",
            mend=None if scope == ALL else "Ask for scope all.",
        )
    number = int(ranking.order[place - 1])
    if isinstance(ranking, BothRanking):
        opened = of_both.hypothesis(service.both, ranking, number)
        likely = of_both.beliefs(service.both, ranking)
    else:
        opened = hypothesis(service.knowledge, ranking, number)
        likely = beliefs(service.common.table(setting), ranking)
    posterior = float(likely.posterior[number])
    return found, Ranked(rank=place, hypothesis=opened, posterior=posterior)


def both(service: Service) -> BothRanker:
    """Ranks rare and common diseases in one order. Raises InvalidField as `ranker` does."""
    return BothRanker(service.ranker, service.common)
