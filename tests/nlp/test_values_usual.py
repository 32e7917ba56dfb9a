"""The range of a value as numbers in the value's own unit, as the page draws it."""

from __future__ import annotations

import pytest

from domain.assertions import Sex
from domain.evidence import Measurement
from nlp.values import given
from nlp.values.judge import Judge
from nlp.values.observed import observed
from nlp.values.person import Person
from ontologies.reference_ranges import reference_ranges


def measured(code: str, value: str, unit: str, sex: Sex = Sex.MALE) -> Measurement:
    (one,) = given.values(code, value, unit, "labs[0]")
    verdict = Judge(reference_ranges()).verdicts(one, Person.of(60.0, sex, None))[0]
    (found,) = observed(one, verdict, None).evidence
    assert isinstance(found, Measurement)
    return found


@pytest.mark.parametrize(
    ("code", "value", "unit", "usual"),
    [
        ("CRP", "187", "mg/L", (None, 8.0)),  # printed as <0.8 mg/dL
        ("potassium", "4.1", "mmol/L", (3.5, 5.0)),
        ("haemoglobin", "9.1", "g/dL", (13.0, None)),  # printed as <130 g/L
    ],
)
def test_the_range_is_told_in_the_unit_of_the_value(
    code: str, value: str, unit: str, usual: tuple[float | None, float | None]
) -> None:
    found = measured(code, value, unit).usual
    assert found is not None
    assert found == pytest.approx(usual) if None not in usual else found == usual


def test_of_several_ranges_that_may_hold_only_what_they_share_is_usual() -> None:
    """The sex is not known: from 13 by the men's range, from 12 by the women's."""
    assert measured("haemoglobin", "15", "g/dL", Sex.FEMALE).usual == (12.0, None)
    both = measured("haemoglobin", "15", "g/dL", Sex.UNKNOWN).usual
    assert both is not None
    assert both[0] == 13.0
