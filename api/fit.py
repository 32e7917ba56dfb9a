"""Fit a scoring method on cases whose disease is known, and answer each by what it did not see."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256

import numpy as np

from api.evaluate import Cohort, Known
from api.parameters import Parameters
from api.service import Service
from api.spread import Workers
from domain.errors import InvalidField
from reasoning.calibration import NONE
from reasoning.evaluation import Setting, leave_out
from reasoning.fitting import (
    LEAST_IN_BIN,
    Example,
    Fitted,
    ceiling,
    example,
    first_posterior,
    fit,
    is_right,
    ranks,
    scores,
)
from reasoning.ranking import Ranker
from reasoning.reliability import reliability
from reasoning.scorers.coverage import CoverageScorer
from reasoning.splits import folds, groups

METHOD = "coverage"
#: What fitting reads, besides what is there.
SETTINGS = (Setting.EVERYTHING, Setting.OWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Folds:
    """What was fitted without each fold, and the fold of each case by its id; a disease or a
    publication is never in two folds."""

    fitted: tuple[Fitted, ...]
    fold: Mapping[str, int]
    groups: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ByFold:
    """For each case the ranker that was fitted without its fold; those of cases that were in none
    (simulated patients) are answered by the first. Rankers are made once for each chunk of work."""

    folds: Folds
    _made: dict[int, Ranker] = field(default_factory=dict, compare=False)

    def __call__(self, service: Service, known: Known) -> Ranker:
        """The ranker for this case."""
        number = self.folds.fold.get(known.case.id, 0)
        if number not in self._made:
            fitted = self.folds.fitted[number]
            self._made[number] = service.ranker_fitted(
                CoverageScorer(**fitted.parameters), fitted.calibration
            )
        return self._made[number]


def examples(
    workers: Workers, cohort: Cohort, done: Callable[[int], None]
) -> list[tuple[Known, list[Example]]]:
    """What fitting needs of every case of the cohort, covered or not."""
    known = (*cohort.covered, *cohort.uncovered)
    found = workers.map(_Example(), known, done)
    return list(zip(known, found, strict=True))


def fit_folds(found: Sequence[tuple[Known, list[Example]]], count: int, *, seed: int) -> Folds:
    """Fit once without each of `count` folds. Raises InvalidField where there are too few
    independent groups of cases."""
    keys = [_keys(known, some) for known, some in found]
    of_case = groups(keys)
    try:
        fold = folds(of_case, count, seed=seed)
    except ValueError as error:
        raise InvalidField("--folds", f"{error}.", mend="Take fewer folds.") from None
    fitted = tuple(
        fit_all([pair for pair, f in zip(found, fold, strict=True) if f != number])
        for number in range(count)
    )
    return Folds(
        fitted=fitted,
        fold={known.case.id: int(f) for (known, _), f in zip(found, fold, strict=True)},
        groups=len(np.unique(of_case)),
    )


def _keys(known: Known, some: Sequence[Example]) -> set[tuple[str, str]]:
    """What may be in one fold only: a disease by whatever id, a publication, a case's id."""
    return {
        ("case", known.case.id),
        *(("disease", e.disease) for e in some),
        *(("publication", reference) for reference in known.case.references),
    }


def fit_all(found: Sequence[tuple[Known, list[Example]]]) -> Fitted:
    """Fit on all of these. Raises InvalidField where no case has a disease that can be ranked."""
    try:
        return fit([e for _, some in found for e in some], CoverageScorer())
    except ValueError as error:
        raise InvalidField("CASES", f"{error}.", mend="Give cases of covered diseases.") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Example:
    """By the method's own defaults: nothing that was fitted before has a say."""

    _made: list[Ranker] = field(default_factory=list, compare=False)

    def __call__(self, service: Service, known: Known) -> list[Example]:
        """The case as it is, and without its own publication."""
        if not self._made:
            self._made.append(service.ranker_fitted(CoverageScorer(), NONE))
        (ranker,) = self._made
        assert isinstance(ranker.scorer, CoverageScorer)
        number = ranker.knowledge.disease(known.disease)
        name = known.disease if number is None else ranker.knowledge.diseases.id(number)
        made = []
        for setting in SETTINGS:
            away = leave_out(setting, known.case, known.disease)
            kept = ranker.covers(known.disease, away)
            made.append(
                example(
                    ranker.rank(known.case, away),
                    ranker.scorer,
                    name,
                    number if kept else None,
                    own=setting is Setting.OWN,
                )
            )
        return made


def card(
    service: Service,
    found: Sequence[tuple[Known, list[Example]]],
    without: Folds,
    fitted: Fitted,
    *,
    seed: int,
    data: str,
) -> Parameters:
    """The parameters with their model card: on what they were fitted, and how they did on cases
    whose disease and publications the fit had not seen."""
    pairs = [
        (e, without.fitted[without.fold[known.case.id]]) for known, some in found for e in some
    ]
    figures: dict[str, object] = {}
    for setting, own in ((Setting.EVERYTHING, False), (Setting.OWN, True)):
        some = [(e, f) for e, f in pairs if e.own is own and e.true is not None]
        places = np.array([ranks([e], f.parameters)[0] for e, f in some])
        figures[setting.value] = {
            "cases": len(some),
            **{f"top-{k}": round(float((places <= k).mean()), 3) for k in (1, 3, 10) if some},
        }
    own_cases = [(e, f, scores(e, f.parameters)) for e, f in pairs if e.own]
    posterior = np.array([first_posterior(e, s, f.calibration) for e, f, s in own_cases])
    right = np.array([is_right(e, s) for e, _, s in own_cases])
    measured = reliability(posterior, right, [e.disease for e, _, _ in own_cases], seed=seed)
    if measured is not None:
        figures["calibration, own publication removed"] = {
            "cases": measured.cases,
            "error": round(measured.error, 3),
            "excess": round(measured.excess, 3),
            "brier_skill": round(measured.skill.value, 3),
        }
    calibration = replace(
        fitted.calibration,
        ceiling=ceiling(posterior, right),
        measured=_measured(found, len(without.fitted)),
        versions=service.versions,
    )
    return Parameters(
        scorer=METHOD,
        version=_version(service, fitted),
        parameters=fitted.parameters,
        calibration=calibration,
        card={
            "intended_use": "Ranking rare diseases of the HPO annotations by coded findings. For "
            "research use; not for diagnosis without a clinician.",
            "data": data,
            "cases": len(found),
            "diseases": len({e.disease for _, some in found for e in some}),
            "groups": without.groups,
            "folds": len(without.fitted),
            "seed": seed,
            "sources": dict(service.versions),
            "not_fitted": "cost, floor, broader and exclusion stay as the method sets them",
            "cross_validated": figures,
            "weights_by_fold": [
                {name: f.parameters[name] for name in ("weight", "decay", "coverage")}
                for f in without.fitted
            ],
        },
    )


def _version(service: Service, fitted: Fitted) -> str:
    """The version of the annotations, and a digest of the numbers: refits differ in it."""
    numbers = json.dumps([fitted.parameters, asdict(fitted.calibration)], sort_keys=True)
    return f"{service.versions.get('hpoa', '')}-{sha256(numbers.encode()).hexdigest()[:8]}"


def _measured(found: Sequence[tuple[Known, list[Example]]], folds: int) -> str:
    """On what shares were measured; "" for too few cases, so that no percentage is shown."""
    if len(found) < LEAST_IN_BIN:
        return ""
    published = "published " if all(known.case.references for known, _ in found) else ""
    return f"{len(found):,} {published}cases with coded findings, {folds} folds"
