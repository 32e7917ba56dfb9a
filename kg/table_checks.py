"""The rules of the SHACL shapes as checks over a graph: the same codes, in seconds for a release.

A graph has exactly one disease and one finding an assertion, one label a concept, and aspects and
truth values of their types, by its own types; what is left to check is here, and for figures in
ontologies/figure_rules.py. A test holds this and ontologies/shapes/differentia.ttl together.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from domain.assertions import FREQUENCY_CLASSES, Assertion, Frequency, Sex
from domain.figures import Figure
from kg.graph import Graph
from kg.issues import Issue
from ontologies import figure_rules

MESSAGES = {
    "label": "There must be exactly one label, and it may not be empty.",
    "reference": "An assertion has at least one reference, and none is empty.",
    "sex": "The sex is MALE or FEMALE.",
    "count-range": "The count is a whole number from 0 to the total.",
    "total-positive": "The total is a whole number above 0.",
    "percent-range": "The percentage is a number from 0 to 100.",
    "frequency-class": "The frequency class is one of HP:0040280 to HP:0040285.",
    "count-with-total": "A count comes with its total, and a total with its count.",
    "one-frequency": "The frequency is stated in one form: count and total, percentage, or class.",
    "excluded-but-seen": "What is excluded was not seen in anyone.",
    **figure_rules.MESSAGES,
}
_SEXES = (None, Sex.MALE, Sex.FEMALE)


def check_table(graph: Graph) -> list[Issue]:
    """Every violation, concepts first, then assertions and figures by source; all are errors."""
    issues = [
        Issue(
            severity="error",
            code="label",
            subject=concept.id,
            source=concept.id.prefix,
            line=None,
            message=MESSAGES["label"],
        )
        for concept in graph.concepts
        if not concept.label
    ]
    good: set[Frequency] = set()
    for assertion in graph.assertions:
        frequency = assertion.frequency
        # Few frequencies are different from one another: each good one is looked at once.
        if frequency is not None and frequency not in good:
            broken = list(_frequency(frequency))
            if not broken:
                good.add(frequency)
        else:
            broken = []
        broken += _row(assertion)
        issues += (_issue(assertion, code) for code in broken)
    for figure in graph.figures:
        issues += (_issue(figure, code) for code in figure_rules.broken(figure))
    return issues


def _issue(edge: Assertion | Figure, code: str) -> Issue:
    return Issue(
        severity="error",
        code=code,
        subject=f"{edge.disease} {edge.concept}",
        source=edge.source,
        line=edge.line,
        message=MESSAGES[code],
    )


def _row(a: Assertion) -> Iterator[str]:
    if not a.references or not all(a.references):
        yield "reference"
    if a.sex not in _SEXES:
        yield "sex"
    f = a.frequency
    if a.excluded and f is not None and ((f.count or 0) > 0 or (f.percent or 0) > 0):
        yield "excluded-but-seen"


def _frequency(f: Frequency) -> Iterator[str]:
    if (f.count is None) != (f.total is None):
        yield "count-with-total"
    if f.count is not None and (f.count < 0 or (f.total is not None and f.count > f.total)):
        yield "count-range"
    if f.total is not None and f.total <= 0:
        yield "total-positive"
    if f.percent is not None and not (isfinite(f.percent) and 0 <= f.percent <= 100):
        yield "percent-range"
    if f.term is not None and f.term not in FREQUENCY_CLASSES:
        yield "frequency-class"
    forms = (f.count is not None or f.total is not None, f.percent is not None, f.term is not None)
    if sum(forms) > 1:
        yield "one-frequency"
