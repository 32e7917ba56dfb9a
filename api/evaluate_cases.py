"""Measure the ranking of common disease: vignettes, simulated patients, printed likelihood ratios.

Resamples take or leave whole groups: vignettes with the same right answer, patients of one
condition, likelihood ratios of one paper.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from api.ddxplus import SimulatedPatient, read_codebook, read_patients
from api.evaluate import Known, read_cohort
from api.parts import TextPart
from api.vignettes import Vignette
from domain.errors import EmptyInput
from domain.figures import Measure, Setting
from kg.arrays import Array
from ontologies.wordforms import words
from reasoning.common import evaluation
from reasoning.common.evaluation import Published, Unrelated, place
from reasoning.measures import Bootstrap, Figure

if TYPE_CHECKING:
    from api.service import Service

Done = Callable[[int], None]
VIGNETTE_CUTS, PATIENT_CUTS = (1, 3, 10), (1, 3)
#: Times that each simulated patient is drawn.
DRAWS = 6
#: (floor, goal) by measure and cut, of the order for this ranking: set before it was written, and
#: meant for cases that nobody had seen.
VIGNETTE_BOUNDS = {1: (0.30, 0.60), 3: (0.50, 0.80), 10: (0.72, 0.93)}
CHOICE_BOUNDS = (0.60, 0.85)
PATIENT_BOUNDS = {1: (0.45, 0.70), 3: (0.70, 0.90)}
RATIO_GOAL = 0.85
#: Share of rare cases that scope `all` loses of those that scope `rare` has among the first ten.
LOST_BOUNDS = (0.04, 0.01)
#: Ranks.
UNRELATED_BOUNDS = (3.0, 1.0)
#: A choice counts where at least so many of its item are diseases of ours.
LEAST_CHOICES = 3
#: An unrelated finding is added where the right disease stands among so many.
CLEAR = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One measure: its figure over `n`, with what was to be reached. `unit` is "share", which is
    at least the floor, or "ranks" or "lost", which is at most. None where nothing was set. `beside`
    names another figure to read it with."""

    name: str
    n: int
    figure: Figure
    floor: float | None = None
    goal: float | None = None
    unit: str = "share"
    beside: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What became of a vignette. `rank` is None where the right disease is not ours or nothing
    was read, `right` its label, "" if it is not ours. `chosen` says whether the right choice
    stood first of them, None where the item does not count; `after` is the rank with an
    unrelated finding more, `added`. `findings` are those that counted, an absent one with "no"."""

    vignette: Vignette
    right: str
    rank: int | None
    first: str
    findings: tuple[str, ...]
    chosen: bool | None = None
    added: str = ""
    after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A simulated patient and the rank of the disease that was simulated."""

    condition: str
    rank: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvaluation:
    """Everything that was measured. What was not asked for is empty; `conditions` has top-1 and
    top-3 by condition, `printed` is how many likelihood ratios were looked at."""

    versions: Mapping[str, str]
    setting: Setting
    seed: int
    diseases: int
    lines: tuple[Line, ...]
    judged: tuple[Judged, ...]
    conditions: Mapping[str, tuple[int, float, float]]
    published: tuple[Published, ...]
    printed: int


class Names:
    """What the curated diseases are called: labels and synonyms of all their ids."""

    def __init__(self, service: Service) -> None:
        self.of: list[tuple[str, ...]] = []
        self._by_name: dict[str, set[int]] = {}
        for number, disease in enumerate(service.common.curated.diseases):
            concepts = map(service.store.concept, (disease.ref.id, *disease.same_as))
            found = [disease.ref.label]
            for concept in filter(None, concepts):
                found += [concept.label, *(s.text for s in concept.synonyms)]
            self.of.append(tuple(dict.fromkeys(found)))
            for name in self.of[-1]:
                self._by_name.setdefault(_plain(name), set()).add(number)

    def named(self, text: str) -> set[int]:
        """Diseases of exactly that name, but for case, plurals, spelling and what is in
        brackets."""
        return self._by_name.get(_plain(text), set())

    def right(self, vignette: Vignette) -> set[int]:
        """Diseases that are the right answer of a vignette."""
        return {n for n, names in enumerate(self.of) if vignette.is_right(names)}


def _plain(name: str) -> str:
    return " ".join(words(re.sub(r"\([^)]*\)", " ", name)))


def judge_vignettes(
    service: Service, vignettes: Sequence[Vignette], setting: Setting, *, seed: int, done: Done
) -> list[Judged]:
    """Read the text of each vignette, nothing else, and rank it; `done` is told how many."""
    names, unrelated = Names(service), Unrelated(service.common)
    found = []
    for count, vignette in enumerate(vignettes, start=1):
        found.append(_judge(service, names, unrelated, vignette, setting, seed))
        done(count)
    return found


def _judge(
    service: Service,
    names: Names,
    unrelated: Unrelated,
    vignette: Vignette,
    setting: Setting,
    seed: int,
) -> Judged:
    ranker = service.common
    case = service.case(texts=[TextPart(name=vignette.id, text=vignette.text)], case_id=vignette.id)
    ranking = ranker.rank(case, setting)
    right = names.right(vignette)
    rank = place(ranking, right)
    added, after = "", None
    if rank is not None and rank <= CLEAR:
        term = unrelated.draw(ranking, np.random.default_rng([seed, *vignette.id.encode()]))
        if term is not None:
            added = ranker.terms.terms.label(term)
            after = place(ranker.rank(unrelated.added(case, term), setting), right)
    order = ranking.order.tolist()
    labels = [d.ref.label for d in ranker.curated.diseases]
    return Judged(
        vignette=vignette,
        right=min((order.index(n), labels[n]) for n in right)[1] if right else "",
        rank=rank,
        first=labels[order[0]] if ranking.heard else "",
        findings=tuple(h.ref.label if h.ratio > 1 else f"no {h.ref.label}" for h in ranking.heard),
        chosen=chosen(names, vignette, order),
        added=added,
        after=after,
    )


def chosen(names: Names, vignette: Vignette, order: Sequence[int]) -> bool | None:
    """Whether the right choice stands before all others that are diseases of ours; None where not
    exactly one is right, or fewer than three are ours. One of no name of ours is ours if it is the
    right one and the right answer is; a right one that is not ours is never first."""
    ours: dict[str, set[int]] = {}
    right = [c for c in vignette.choices if vignette.is_right((c,))]
    for choice in vignette.choices:
        if found := names.named(choice) or (names.right(vignette) if choice in right else set()):
            ours[choice] = found
    if len(right) != 1 or len(ours) < LEAST_CHOICES:
        return None
    if right[0] not in ours:
        return False
    places = {choice: min(map(order.index, found)) for choice, found in ours.items()}
    mine = places.pop(right[0])
    return all(mine < other for other in places.values())


def place_patients(
    service: Service, patients: Sequence[SimulatedPatient], setting: Setting, *, done: Done
) -> list[Placed]:
    """Rank each simulated patient; `done` is told how many."""
    found, numbers = [], service.common.curated.numbers
    for count, patient in enumerate(patients, start=1):
        ranking = service.common.rank(patient.case, setting)
        found.append(
            Placed(condition=patient.condition, rank=place(ranking, {numbers[patient.disease]}))
        )
        done(count)
    return found


def known_patients(service: Service, path: Path) -> list[SimulatedPatient]:
    """Patients of a file of DDXPlus whose condition the release has, `DRAWS` times each: five of
    what a patient said are few, and one draw of them says little. Raises SourceError, or
    EmptyInput where there is none."""
    numbers, codebook = service.common.curated.numbers, read_codebook()
    found = [
        patient
        for draw in range(DRAWS)
        for patient in read_patients(path, codebook, draw=draw)
        if patient.disease in numbers
    ]
    if not found:
        raise EmptyInput(f"{path} has no patient of a condition of release {service.release}.")
    return found


def vignette_lines(judged: Sequence[Judged], *, seed: int) -> list[Line]:
    """The right disease among the first, the right one of the choices, and what an unrelated
    finding moves."""
    lines = _tops("vignettes", [j.rank for j in judged], _groups(judged), VIGNETTE_BOUNDS, seed)
    items = [j for j in judged if j.chosen is not None]
    found = np.array([bool(j.chosen) for j in items], dtype=np.float64)
    floor, goal = CHOICE_BOUNDS
    lines.append(
        Line(
            name="vignettes: the right one of the choices",
            n=len(items),
            figure=Bootstrap(_groups(items), seed=seed).mean(found),
            floor=floor,
            goal=goal,
        )
    )
    clear = [j for j in judged if j.rank is not None and j.after is not None]
    moved = np.array([abs((j.after or 0) - (j.rank or 0)) for j in clear], dtype=np.float64)
    draws = Bootstrap(_groups(clear), seed=seed)
    worst, at_best = UNRELATED_BOUNDS
    most = draws.statistic(lambda weights: float(moved[weights > 0].max()))
    middle = draws.statistic(lambda w: float(np.median(np.repeat(moved, w.astype(np.int64)))))
    name = "an unrelated finding moves the right one"
    return [
        *lines,
        Line(name=f"{name}, at most", n=len(clear), figure=most, floor=worst, goal=at_best,
             unit="ranks"),
        Line(name=f"{name}, median", n=len(clear), figure=middle, unit="ranks"),
    ]  # fmt: skip


def patient_lines(placed: Sequence[Placed], *, seed: int) -> list[Line]:
    """The simulated disease among the first."""
    ranks, conditions = [p.rank for p in placed], [p.condition for p in placed]
    name = f"DDXPlus, {len(set(conditions))} conditions, {DRAWS} draws a patient"
    return _tops(name, ranks, conditions, PATIENT_BOUNDS, seed)


def place_rare(
    service: Service, path: Path, setting: Setting, *, done: Done
) -> list[tuple[int, int]]:
    """The ranks in scope `rare` and in scope `all` of the diseases of phenopackets, one a disease.
    Raises EmptyInput."""
    cases, found = rare_cases(service, path), []
    for count, known in enumerate(cases, start=1):
        alone = service.rank(known.case)
        number = service.knowledge.disease(known.disease)
        both = service.both.rank(known.case, setting).rank_of(known.disease)
        if number is not None and both is not None:
            found.append((int(np.flatnonzero(alone.order == number)[0]) + 1, both))
        done(count)
    return found


def rare_cases(service: Service, path: Path) -> Sequence[Known]:
    """The first case of each disease that the release covers. Raises EmptyInput."""
    return read_cohort(service, path, per_disease=1).covered


def rare_lines(placed: Sequence[tuple[int, int]], *, seed: int) -> list[Line]:
    """Rare diseases among the first ten in both scopes, and what scope `all` loses of them."""
    alone, both = (np.array([pair[i] <= 10 for pair in placed], np.float64) for i in (0, 1))
    draws = Bootstrap([str(i) for i in range(len(placed))], seed=seed)
    n, (floor, goal) = len(placed), LOST_BOUNDS
    return [
        Line(name="rare diseases, scope rare: top-10", n=n, figure=draws.mean(alone)),
        Line(name="rare diseases, scope all: top-10", n=n, figure=draws.mean(both)),
        Line(name="rare diseases: top-10 lost in scope all", n=n, figure=draws.mean(alone - both),
             floor=floor, goal=goal, unit="lost"),
    ]  # fmt: skip


def by_condition(placed: Sequence[Placed]) -> dict[str, tuple[int, float, float]]:
    """Patients, top-1 and top-3 by condition, the weakest first."""
    found = {}
    for condition in {p.condition for p in placed}:
        ranks = [p.rank for p in placed if p.condition == condition]
        first, third = (_within(ranks, cut).mean() for cut in PATIENT_CUTS)
        found[condition] = len(ranks), float(first), float(third)
    return dict(sorted(found.items(), key=lambda item: (item[1][2], item[1][1], item[0])))


def ratio_lines(published: Sequence[Published], *, seed: int) -> list[Line]:
    """Printed likelihood ratios that the model meets, pooled and by kind, each beside the best
    constant of the same ratios; pooled also beside the best of each kind."""
    positive = [p for p in published if p.figure.measure is Measure.LR_POSITIVE]
    negative = [p for p in published if p.figure.measure is Measure.LR_NEGATIVE]
    each = sum(_constant(some)[1] * len(some) for some in (positive, negative))
    beside = f"one for each kind meets {each / len(published):.3f}" if published else ""
    return [
        _ratios("LR+ and LR- within a factor of 2", published, seed, goal=RATIO_GOAL, more=beside),
        _ratios("  LR+ alone", positive, seed),
        _ratios("  LR- alone", negative, seed),
    ]


def _ratios(
    name: str, some: Sequence[Published], seed: int, *, goal: float | None = None, more: str = ""
) -> Line:
    constant, share = _constant(some)
    met = evaluation.reproduced(
        np.array([p.printed for p in some]), np.array([p.modelled for p in some])
    )
    draws = Bootstrap([p.figure.reference for p in some], seed=seed)
    return Line(
        name=name,
        n=len(some),
        figure=draws.mean(met.astype(np.float64)),
        floor=share if some else None,
        goal=goal,
        beside="; ".join(
            filter(None, (f"the floor is what the best constant meets, {constant:.2g}", more))
        ),
    )


def _constant(some: Sequence[Published]) -> tuple[float, float]:
    """The best constant of some ratios, and the share of them that it meets."""
    printed = np.array([p.printed for p in some])
    constant = evaluation.best_constant(printed)
    met = evaluation.reproduced(printed, constant)
    return constant, float(met.mean()) if len(some) else 0.0


def _groups(judged: Sequence[Judged]) -> list[str]:
    return [j.vignette.right.pattern for j in judged]


def _within(ranks: Sequence[int | None], cut: int) -> Array:
    return np.array([r is not None and r <= cut for r in ranks], dtype=np.float64)


def _tops(
    name: str,
    ranks: Sequence[int | None],
    groups: Sequence[str],
    bounds: Mapping[int, tuple[float, float]],
    seed: int,
) -> list[Line]:
    columns = np.stack([_within(ranks, cut) for cut in bounds], axis=1)
    figures = Bootstrap(groups, seed=seed).means(columns)
    return [
        Line(name=f"{name}: top-{cut}", n=len(ranks), figure=figure, floor=floor, goal=goal)
        for (cut, (floor, goal)), figure in zip(bounds.items(), figures, strict=True)
    ]
