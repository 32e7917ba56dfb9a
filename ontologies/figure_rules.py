"""What must hold of a figure of the literature, each rule under a code.

The SHACL shapes (`ontologies/shapes/differentia.ttl`) say the same of RDF; a test holds the two
together. What a `Figure` cannot be by its types is not asked here.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from domain.errors import InvalidField
from domain.figures import COMPARED, SHARES, Figure, Measure, Review
from ontologies.formats.curated_figures import DATE, REFERENCE, THRESHOLD

MESSAGES = {
    "figure-reference": "A figure has one reference: PMID:…, PMCID:PMC… or DOI:10.….",
    "opened-date": "What was opened says when (YYYY-MM-DD); only then has it weight.",
    "value-range": "A share is from 0 to 1, an age to 120, a ratio or rate not below 0; "
    "a word has none.",
    "class-word": "A class is one word, and only a class is one.",
    "comparator": "A specificity or a ratio names its comparator, and what kind of one it is.",
    "absent-side": "A negative likelihood ratio is of the absent finding.",
    "as-printed": "A figure says what is printed, of which finding and of whom.",
    "threshold": "A threshold is a comparison, as in '>= 38 C'.",
    "count-range": "The count is a whole number from 0 to the total.",
    "total-positive": "The total is a whole number above 0.",
}
#: Largest value of a measure in years, and of a ratio or a rate.
OLDEST, LARGEST = 120.0, 1e6
AGES = frozenset({Measure.MEAN_AGE, Measure.MEDIAN_AGE})
#: Measures without a number.
WORDS = frozenset({Measure.CLASS, Measure.MUST_NOT_MISS, Measure.SETTLES})
#: Statements about a disease as a whole, which no reference prints as a figure.
STATEMENTS = frozenset({Measure.MUST_NOT_MISS, Measure.SETTLES})


def broken(f: Figure) -> Iterator[str]:
    """The codes of the rules that a figure breaks, in the order of `MESSAGES`."""
    if not REFERENCE.match(f.reference):
        yield "figure-reference"
    if not DATE.match(f.opened) and (f.review is Review.OPENED or f.opened):
        yield "opened-date"
    if not _in_range(f):
        yield "value-range"
    if (f.word is None) is (f.measure is Measure.CLASS):
        yield "class-word"
    if f.measure in COMPARED and not (f.comparator and f.against):
        yield "comparator"
    if f.measure is Measure.LR_NEGATIVE and not f.absent:
        yield "absent-side"
    if f.measure not in STATEMENTS and not (f.words and f.printed and f.population):
        yield "as-printed"
    if f.threshold and not THRESHOLD.match(f.threshold):
        yield "threshold"
    if f.count is not None and (f.count < 0 or (f.total is not None and f.count > f.total)):
        yield "count-range"
    if f.total is not None and f.total <= 0:
        yield "total-positive"


def refuse_broken(f: Figure) -> None:
    """Raises InvalidField naming the first rule that the figure breaks."""
    for code in broken(f):
        raise InvalidField(code, MESSAGES[code])


def _in_range(f: Figure) -> bool:
    if f.measure in WORDS:
        return f.value is None
    top = 1.0 if f.measure in SHARES else OLDEST if f.measure in AGES else LARGEST
    return f.value is not None and isfinite(f.value) and 0 <= f.value <= top
