"""How often a disease shows a finding, from all figures that say so.

Figures pool only within one population, threshold and modality. Where several are there, the one
whose setting is nearest leads, and its patients count for less the further the others lie from
it. A word without a number stands for a share with few patients.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log

from domain.figures import Against, Class, Figure, Kind, Measure, Setting

#: What a page's word stands for: share of patients, and how many patients it is worth. Where other
#: pages print a number of the same disease and finding, its medians are .80, .68, .67, .40 and .07
#: (11, 81, 20, 15 and 1 pairs); those are the leading findings, so that these shares are lower.
WORDS = {
    Class.VERY_COMMON: 0.75,
    Class.COMMON: 0.65,
    Class.LISTED: 0.5,
    Class.OCCASIONAL: 0.3,
    Class.RARE: 0.05,
    Class.ABSENT: 0.01,
}
WORD_PATIENTS = 4.0
#: A figure without a printed number of patients counts as so many, and no figure as more.
UNKNOWN_PATIENTS, MOST_PATIENTS = 30.0, 200.0
#: Which settings are nearest to the one asked for, the nearest first. A series whose setting nobody
#: stated, often of a hospital's records, is further from an emergency department than a practice.
NEAREST: Mapping[Setting, tuple[Setting, ...]] = {
    Setting.EMERGENCY: (
        Setting.EMERGENCY, Setting.WARD, Setting.REFERRED, Setting.PRIMARY, Setting.SERIES,
        Setting.GENERAL, Setting.CHILDREN,
    ),
    Setting.PRIMARY: (
        Setting.PRIMARY, Setting.GENERAL, Setting.EMERGENCY, Setting.REFERRED, Setting.SERIES,
        Setting.WARD, Setting.CHILDREN,
    ),
    Setting.WARD: (
        Setting.WARD, Setting.EMERGENCY, Setting.SERIES, Setting.REFERRED, Setting.PRIMARY,
        Setting.GENERAL, Setting.CHILDREN,
    ),
}  # fmt: skip
_OF_PATIENTS = frozenset({Measure.FREQUENCY, Measure.SENSITIVITY, Measure.CLASS})
_TESTS = frozenset({Kind.FILM, Kind.CT, Kind.ULTRASOUND, Kind.ECG, Kind.LAB})


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A share of patients, what it is worth in patients, and the figures behind it, the leading
    one first. Where all that is printed is how much commoner the finding is here than in others,
    `ratio` is that, and the share follows from theirs."""

    share: float
    patients: float
    figures: tuple[Figure, ...]
    ratio: float | None = None


def modality(figure: Figure) -> str:
    """Figures of different modalities never pool."""
    return figure.kind if figure.kind in _TESTS else "bedside"


def shares(figures: Iterable[Figure], setting: Setting) -> dict[str, Estimate]:
    """P(finding | disease) by concept, of the figures of one disease."""
    by_concept: dict[str, list[tuple[Figure, float, float]]] = defaultdict(list)
    for figure, share, patients in _stated(figures):
        by_concept[figure.concept].append((figure, share, patients))
    return {concept: _one(found, setting) for concept, found in by_concept.items()}


def _stated(figures: Iterable[Figure]) -> Iterator[tuple[Figure, float, float]]:
    """Shares that figures state, each with its number of patients."""
    known = [f for f in figures if f.weighs]
    for figure in known:
        # Who has a risk is known of the patients alone: it says nothing without the others.
        if figure.measure in _OF_PATIENTS and figure.kind is not Kind.RISK:
            share = WORDS[figure.word] if figure.word else figure.value
            if share is None:
                continue
            patients = WORD_PATIENTS if figure.word else float(figure.total or UNKNOWN_PATIENTS)
            yield figure, 1 - share if figure.absent else share, min(patients, MOST_PATIENTS)
    yield from _of_ratios(known)


def _of_ratios(figures: Sequence[Figure]) -> Iterator[tuple[Figure, float, float]]:
    """Sensitivity that follows from both likelihood ratios of one paper, where it prints neither
    sensitivity nor frequency: LR+ = s / (1 - p) and LR- = (1 - s) / p."""
    for positive, negative in ratio_pairs(figures):
        plus, minus = positive.value, negative.value
        if plus and minus is not None and plus > 1 > minus:
            yield positive, plus * (1 - minus) / (plus - minus), UNKNOWN_PATIENTS


def ratio_pairs(figures: Sequence[Figure]) -> Iterator[tuple[Figure, Figure]]:
    """(LR+, LR-) of one finding from one paper that prints no share of it."""

    def key(f: Figure) -> tuple[str, ...]:
        return f.disease, f.concept, f.threshold, f.kind, f.reference

    printed = {key(f) for f in figures if f.measure in _OF_PATIENTS}
    negative = {key(f): f for f in figures if f.measure is Measure.LR_NEGATIVE}
    for figure in figures:
        if figure.measure is Measure.LR_POSITIVE and not figure.absent:
            at = key(figure)
            if at in negative and at not in printed:
                yield figure, negative[at]


def ratios_alone(figures: Iterable[Figure], known: Collection[str]) -> dict[str, Figure]:
    """LR+ by concept, of concepts of which no share is `known`: the figure nearest to 1, so that
    the least is claimed."""
    found: dict[str, Figure] = {}
    for f in figures:
        alone = f.measure is Measure.LR_POSITIVE and f.concept not in known
        if f.weighs and alone and not f.absent and f.value and f.against is not Against.HEALTHY:
            best = found.get(f.concept)
            if best is None or abs(log(f.value)) < abs(log(best.value or 1.0)):
                found[f.concept] = f
    return found


def risks(figures: Iterable[Figure]) -> dict[str, Figure]:
    """Ratios of odds or risks by concept, the one nearest to 1."""
    found: dict[str, Figure] = {}
    for f in figures:
        compared = f.measure in (Measure.ODDS_RATIO, Measure.RISK_RATIO) and not f.absent
        if f.weighs and compared and f.value and f.against is not Against.OTHER:
            best = found.get(f.concept)
            if best is None or abs(log(f.value)) < abs(log(best.value or 1.0)):
                found[f.concept] = f
    return found


def _one(found: Sequence[tuple[Figure, float, float]], setting: Setting) -> Estimate:
    """One estimate of several figures: the nearest leads, its weight cut by disagreement."""
    order = NEAREST[setting]

    def nearness(item: tuple[Figure, float, float]) -> tuple[bool, int, float]:
        figure, _, patients = item
        return bool(figure.word), order.index(figure.setting), -patients

    ranked = sorted(found, key=nearness)
    lead, share, patients = ranked[0]
    same = [
        (s, n)
        for f, s, n in ranked
        if (f.population, f.threshold, modality(f))
        == (lead.population, lead.threshold, modality(lead))
    ]
    total = sum(n for _, n in same)
    share = sum(s * n for s, n in same) / total
    patients = min(total, MOST_PATIENTS)
    others = [s for f, s, _ in ranked if f.population != lead.population]
    if others:
        spread = sum((s - share) ** 2 for s in others) / len(others)
        # As many patients as a share that varies so much between papers is known to.
        patients = min(patients, max(share * (1 - share), 0.01) / max(spread, 1e-4))
    return Estimate(
        share=share, patients=max(patients, 2.0), figures=tuple(f for f, _, _ in ranked)
    )


def rates_without(figures: Iterable[Figure]) -> Iterator[tuple[Figure, float, float]]:
    """P(finding | not the disease) that figures print against patients without it."""
    known = [f for f in figures if f.weighs and f.against is Against.WITHOUT]
    for f in known:
        if f.measure is Measure.SPECIFICITY and f.value is not None:
            patients = min(float(f.total or UNKNOWN_PATIENTS), MOST_PATIENTS)
            yield f, f.value if f.absent else 1 - f.value, patients
    printed = {(f.disease, f.concept, f.reference) for f in known
               if f.measure is Measure.SPECIFICITY}  # fmt: skip
    for positive, negative in ratio_pairs(known):
        plus, minus = positive.value, negative.value
        at = (positive.disease, positive.concept, positive.reference)
        if plus and minus is not None and plus > 1 > minus and at not in printed:
            yield positive, (1 - minus) / (plus - minus), UNKNOWN_PATIENTS
