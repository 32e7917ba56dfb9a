"""Ranking of common and emergency disease, for the service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from domain.errors import InvalidField
from domain.figures import Setting
from reasoning.common import answer
from reasoning.common.knowledge import CommonKnowledge
from reasoning.common.ranker import SETTINGS, CommonRanker

if TYPE_CHECKING:
    from api.service import Service
    from domain.case import Case
    from domain.differential import Differential

SCOPES = ("rare", "common")


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
    raise InvalidField("scope", f"{text[:40]!r} is not known.", mend=f"Known: {_list(SCOPES)}.")


def only_rare(given: Mapping[str, object]) -> None:
    """Refuse what was asked for that scope common does not have. `given` is by field; what is
    None, False or empty was not asked for. Raises InvalidField naming the first."""
    for name, value in given.items():
        if value:
            raise InvalidField(
                name,
                "it belongs to scope rare.",
                mend="Leave it out, or ask for scope rare.",
            )


def _list(names: Sequence[str]) -> str:
    return ", ".join(names)


def diagnose(service: Service, case: Case, setting: Setting, top: int) -> Differential:
    """The explained differential of a case among common diseases."""
    method = service.common
    versions = {k: v for k, v in service.versions.items() if k in ("common", "hpo")}
    return answer.differential(method, method.rank(case, setting), top, versions)
