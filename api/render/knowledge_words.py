"""Plain words for the curated figures: what each is, in whom it was counted, under which head."""

from __future__ import annotations

import re
from typing import NamedTuple

from domain.figures import SHARES, Against, Figure, Kind, Measure, Setting


class Words(NamedTuple):
    """A measure in short, and what it means."""

    short: str
    long: str


MEASURES = {
    Measure.FREQUENCY: Words(
        "frequency", "of patients known to have the disease, the share who have the finding"
    ),
    Measure.SENSITIVITY: Words(
        "sensitivity",
        "the same share among patients who were examined because the disease was suspected",
    ),
    Measure.CLASS: Words(
        "in words", "the page says how common the finding is, and gives no number"
    ),
    Measure.SPECIFICITY: Words(
        "specificity", "of those compared with, who do not have the disease, the share who lack "
        "the finding",
    ),
    Measure.LR_POSITIVE: Words(
        "likelihood ratio, present", "how many times as often patients have the finding as those "
        "compared with",
    ),
    Measure.LR_NEGATIVE: Words(
        "likelihood ratio, absent", "how many times as often patients lack the finding as those "
        "compared with",
    ),
    Measure.ODDS_RATIO: Words(
        "odds ratio", "the odds of the finding in patients, over those in the people compared with"
    ),
    Measure.RISK_RATIO: Words(
        "risk ratio", "how many times as likely the disease is with the finding as without it"
    ),
    Measure.SHARE: Words(
        "share of causes", "of patients with this complaint, the share in whom the disease is "
        "its cause: no frequency",
    ),
    Measure.PREVALENCE: Words(
        "prevalence", "the share of the people named who have the disease"
    ),
    Measure.INCIDENCE: Words("incidence", "new cases; the unit stands beside it"),
    Measure.MEAN_AGE: Words("mean age", "years"),
    Measure.MEDIAN_AGE: Words("median age", "years"),
}  # fmt: skip

SETTINGS = {
    Setting.PRIMARY: "primary care",
    Setting.EMERGENCY: "emergency",
    Setting.WARD: "in hospital",
    Setting.REFERRED: "referred",
    Setting.SERIES: "known patients",
    Setting.GENERAL: "general population",
    Setting.CHILDREN: "children",
}

AGAINST = {
    Against.WITHOUT: "",
    Against.HEALTHY: "healthy",
    Against.OTHER: "another disease",
}

#: Findings that a figure's own words say better ("women").
DEMOGRAPHIC = frozenset({"DX:age", "DX:male", "DX:female"})

#: Heads of the tables of a disease, in their order.
SECTIONS = {
    "cause": "How often it is the cause",
    "symptom": "Symptoms",
    "sign": "Signs",
    "history": "History and risks",
    "film": "Film",
    "ct": "CT and other sectional imaging",
    "ultrasound": "Ultrasound",
    "ecg": "ECG",
    "lab": "Laboratory",
    "demographic": "Age and sex",
    "course": "Course",
}
_MERGED = {
    Kind.HISTORY: "history",
    Kind.RISK: "history",
    Kind.AGE: "demographic",
    Kind.SEX: "demographic",
}
_CAUSE = frozenset({Measure.SHARE, Measure.PREVALENCE, Measure.INCIDENCE})

_TITLES = {
    "heart-muscle-and-coronary": "Heart muscle and coronary arteries",
    "immune-gullet-abdomen": "Immune disease, gullet and abdomen",
    "tumour-and-interstitial": "Tumours and interstitial lung disease",
    "valves-rhythm-aorta": "Valves, rhythm and aorta",
    "venous-and-pulmonary-vascular": "Veins and pulmonary vessels",
}


def title(group: str) -> str:
    """A group's name for people.

    >>> title("lung-infection")
    'Lung infection'
    """
    return _TITLES.get(group, group.replace("-", " ").capitalize())


def section_of(figure: Figure) -> str:
    """The head that a figure stands under: a share of causes is never among the findings."""
    if figure.measure in _CAUSE:
        return "cause"
    return _MERGED.get(figure.kind, str(figure.kind))


def taken(figure: Figure) -> str:
    """The number that is taken from a figure, where it is none of those that are printed."""
    if figure.word is not None:
        word = figure.word.replace("_", " ")
        return "" if figure.printed.lower().startswith(word) else word
    if figure.value is None or _stated(figure, figure.value):
        return ""
    if figure.measure in SHARES:
        return f"{100 * figure.value:.3g} %"
    return f"{figure.value:.3g}"


def _stated(figure: Figure, value: float) -> bool:
    share = figure.measure in SHARES
    near = min(0.0051, value / 10) if share else 0.0051 * max(1.0, value)
    printed = figure.printed.replace("·", ".")
    numbers = [float(n) for n in re.findall(r"\d+(?:\.\d+)?", printed)]
    found = numbers + ([n / 100 for n in numbers] if share else [])
    pairs = re.findall(r"(\d+) ?(?:/|of|out of) ?(\d+)", printed)
    found += [int(n) / int(of) for n, of in pairs if int(of)]
    if share and figure.count is not None and figure.total:
        found.append(figure.count / figure.total)
    return any(abs(n - value) <= near for n in found)
