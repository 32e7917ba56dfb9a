"""What is said of a film in words: how strong a finding is as evidence, what was not judged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vision.card import Figure
    from vision.reading import FilmReading, LabelReading, Refusal

#: From which likelihood ratio evidence is called what; its inverse against (Jaeschke, Guyatt and
#: Sackett, JAMA 1994;271:703-707: large, moderate and small changes of probability).
STRENGTHS = ((10.0, "strong"), (5.0, "moderate"), (2.0, "weak"), (0.0, "hardly any"))
#: What can be on a chest film and is no label of the data sets that models are trained on.
NO_LABEL = (
    "fracture",
    "other bone changes",
    "enlarged mediastinum",
    "enlarged hilum",
    "calcification",
    "cavities",
    "free air",
    "devices",
    "foreign bodies",
)
ABOUT_FILMS = (
    "Probability: of the films of the calibration set with such a score, the share with the "
    "finding; beside it the base rate, the share of all of them. Likelihood ratio: how much the "
    "odds change, with its 95 % interval by patient. Both are against text-mined labels: a program "
    "read them in radiologists' reports, which is not the same as what is on the film."
)


def label_words(label: str) -> str:
    """A label of a data set as words: "pleural thickening"."""
    return label.replace("_", " ").lower()


def strength(ratio: Figure) -> str:
    """A likelihood ratio as evidence: "moderate evidence for"."""
    if ratio.low <= 1.0 <= ratio.high:
        return "no clear evidence"
    size = max(ratio.value, 1.0 / ratio.value)
    word = next(word for least, word in STRENGTHS if size >= least)
    return f"{word} evidence {'for' if ratio.value > 1.0 else 'against'}"


def not_judged(reading: FilmReading) -> tuple[str, ...]:
    """Names of what the model cannot judge: its labels that are not supported, and what no label
    stands for."""
    judged = {label_words(f.label) for f in reading.judged}
    own = (label_words(f.label) for f in reading.findings if not f.supported)
    return tuple(dict.fromkeys(n for n in (*own, *NO_LABEL) if n not in judged))


def present(reading: FilmReading) -> tuple[LabelReading, ...]:
    """The findings that were seen."""
    return tuple(f for f in reading.judged if f.decision == "present")


def conclusion(reading: FilmReading) -> str:
    """What was seen of what can be judged, and everything that was not judged."""
    count, seen = len(reading.judged), present(reading)
    rest = f"Not judged: {listed(not_judged(reading))}."
    if not count:
        return f"This model can judge no finding, and says nothing of the film. {rest}"
    if seen:
        names = listed([label_words(f.label) for f in seen])
        return f"Seen: {names} ({len(seen)} of the {count} findings this model can judge). {rest}"
    none = (
        f"None of the {count} findings this model can judge was seen."
        if count > 1
        else "The one finding this model can judge was not seen."
    )
    return f"{none} This is not a normal report. {rest}"


def refusal_words(refused: Refusal) -> str:
    """Why a film was not read, and what would do."""
    return " ".join(filter(None, (f"Not read ({refused.reason}): {refused.detail}", refused.mend)))


def listed(names: Sequence[str]) -> str:
    """ "a, b and c"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
