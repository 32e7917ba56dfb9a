"""The codes of a structured report on a film: its findings, and the figures behind them."""

from __future__ import annotations

from highdicom.coding_schemes import CodingSchemeIdentificationItem
from highdicom.sr import CodedConcept

from ontologies.film_codes import PRIVATE, film_codes


def private(code: str, meaning: str) -> CodedConcept:
    """A concept of our own scheme."""
    return CodedConcept(value=code, scheme_designator=PRIVATE, meaning=meaning)


PROBABILITY = private("PROBABILITY", "Calibrated probability")
BASE_RATE = private("BASERATE", "Base rate of the calibration set")
RATIO = private("LR", "Likelihood ratio")
RATIO_LOW = private("LRLOW", "Likelihood ratio, lower limit of 95 % interval")
RATIO_HIGH = private("LRHIGH", "Likelihood ratio, upper limit of 95 % interval")
NOT_JUDGED = private("NOTJUDGED", "Finding that was not judged")
EVALUATIONS = CodedConcept(
    value="C0034375", scheme_designator="UMLS", meaning="Qualitative Evaluations"
)


def scheme() -> CodingSchemeIdentificationItem:
    """What a report says of our own scheme."""
    return CodingSchemeIdentificationItem(
        designator=PRIVATE,
        name="Differentia: findings on films and figures of their readers",
        responsible_organization="The Differentia project",
    )


def code_of(label: str) -> CodedConcept:
    """A label's code; one that the table does not hold has a code of our own, by its name."""
    known = film_codes().get(label)
    if known is None:
        return private(label.upper()[:16], label[:64])
    return CodedConcept(value=known.code, scheme_designator=known.scheme, meaning=known.meaning)
