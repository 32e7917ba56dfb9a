"""What the literature prints of common disease: one figure of one reference, with its meaning.

A frequency, a sensitivity among patients who were tested, a specificity against a named
comparator, a share of the causes of a complaint and a ratio of odds answer different questions.
`Measure` keeps them apart; none is turned into another here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.identifiers import Curie


class Measure(StrEnum):
    """What a figure is a figure of."""

    #: P(finding | disease), of patients known to have it.
    FREQUENCY = "frequency"
    #: P(finding | disease), of patients of a diagnostic study.
    SENSITIVITY = "sensitivity"
    #: P(no finding | not the disease), against a named comparator.
    SPECIFICITY = "specificity"
    LR_POSITIVE = "lr_pos"
    LR_NEGATIVE = "lr_neg"
    #: P(disease | complaint): the share of a complaint's causes.
    SHARE = "share"
    #: P(disease) in a clinical population, of no one complaint.
    PREVALENCE = "prevalence"
    INCIDENCE = "incidence"
    ODDS_RATIO = "odds_ratio"
    RISK_RATIO = "risk_ratio"
    #: A page's word, without a number: a `Class`.
    CLASS = "class"
    #: Years.
    MEAN_AGE = "mean_age"
    MEDIAN_AGE = "median_age"
    #: No figure: the disease must not be missed; `words` say why.
    MUST_NOT_MISS = "must_not_miss"
    #: No figure: the finding is what settles the diagnosis.
    SETTLES = "settles"


#: Measures whose value is a share, 0 to 1.
SHARES = frozenset(
    {Measure.FREQUENCY, Measure.SENSITIVITY, Measure.SPECIFICITY, Measure.SHARE, Measure.PREVALENCE}
)
#: Measures that mean nothing without a comparator.
COMPARED = frozenset(
    {
        Measure.SPECIFICITY,
        Measure.LR_POSITIVE,
        Measure.LR_NEGATIVE,
        Measure.ODDS_RATIO,
        Measure.RISK_RATIO,
    }
)


class Class(StrEnum):
    """How often, where a page has no number: its word for it, or that it names the finding."""

    VERY_COMMON = "very_common"
    COMMON = "common"
    #: Named among what the disease shows, without a word on how often.
    LISTED = "listed"
    OCCASIONAL = "occasional"
    RARE = "rare"
    ABSENT = "absent"


class Kind(StrEnum):
    """How the finding of a figure was come by."""

    SYMPTOM = "symptom"
    SIGN = "sign"
    HISTORY = "history"
    FILM = "film"
    CT = "ct"
    ULTRASOUND = "ultrasound"
    ECG = "ecg"
    LAB = "lab"
    RISK = "risk"
    AGE = "age"
    SEX = "sex"
    COURSE = "course"


class Setting(StrEnum):
    """Where a figure's patients were met."""

    PRIMARY = "primary"
    EMERGENCY = "emergency"
    WARD = "ward"
    #: Sent to a specialist or for a test.
    REFERRED = "referred"
    #: Patients known to have the disease.
    SERIES = "series"
    GENERAL = "general"
    CHILDREN = "children"


class Against(StrEnum):
    """Whom a figure's patients were compared with."""

    #: Patients of the same study who were found not to have the disease.
    WITHOUT = "without"
    HEALTHY = "healthy"
    #: Another, named disease.
    OTHER = "other"


class Review(StrEnum):
    """How far a figure was checked. Only what was opened has weight."""

    OPENED = "opened"
    COLLECTED = "collected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of one reference.

    `concept` is the finding (of `share` the complaint; HP:0000001 where a figure is of the disease
    alone). With `absent` the figure is of its absence. `words` is the finding as the reference
    means it, `printed` the figure as it stands there, `value` the same as a number (share, ratio,
    years) or None for a class. `count` of `total` and `interval` as printed. `opened` is the date
    (ISO 8601) on which the reference was read.
    """

    disease: Curie
    concept: Curie
    absent: bool
    words: str
    threshold: str
    kind: Kind
    measure: Measure
    printed: str
    value: float | None
    word: Class | None
    count: int | None
    total: int | None
    interval: str
    population: str
    setting: Setting
    comparator: str
    against: Against | None
    reference: str
    opened: str
    review: Review
    note: str
    source: str
    line: int

    @property
    def weighs(self) -> bool:
        """Whether the figure may enter a score: its reference was opened."""
        return self.review is Review.OPENED
