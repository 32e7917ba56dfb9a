"""What must hold of every value, whoever is measured and however the text is put together."""

from __future__ import annotations

from math import inf, isinf
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.assertions import Sex
from domain.findings import State
from domain.intervals import Interval
from nlp.reader import TextReader
from nlp.values import units
from nlp.values.judge import Judge
from nlp.values.person import Person
from nlp.values.value import Value
from ontologies.analytes import Analyte, analytes
from ontologies.reference_ranges import ReferenceRange, reference_ranges
from tests.nlp.measured import measurement, quote

RANGES = [r for ranges in reference_ranges().values() for r in ranges]
PIECES = [
    "HR 132", "Na 128, K 6.1", "BP 172/98 mmHg", "CRP <0.3 mg/L (normal 0-5)", "temp 39,6 °C",
    "Hb: 8.2 g/dL (12-16) L", "head circumference -3.2 SD", "A 54-year-old man", "SpO2 84 %\n",
    "goal INR 2-3", "p.Arg12", "on day 3", "12/14", "(", ")", "[", "-", "→", "|", "\t", "5", "1e9",
    "mother's", "pregnant", "Family history:\n", "Seizures.", "½", "😀", "\u00a0", "µmol/L",
]  # fmt: skip
UNITS = {
    # analyte: the unit of clinics in the one half of the world, and in the other
    "glucose": ("mg/dL", "mmol/L"),
    "creatinine": ("mg/dL", "µmol/L"),
    "calcium": ("mg/dL", "mmol/L"),
    "magnesium": ("mEq/L", "mmol/L"),
    "phosphate": ("mg/dL", "mmol/L"),
    "bilirubin": ("mg/dL", "µmol/L"),
    "cholesterol": ("mg/dL", "mmol/L"),
    "triglycerides": ("mg/dL", "mmol/L"),
    "uric_acid": ("mg/dL", "µmol/L"),
    "ammonia": ("µg/dL", "µmol/L"),
    "iron": ("µg/dL", "µmol/L"),
    "hemoglobin": ("g/dL", "mmol/L"),
    "albumin": ("g/dL", "g/L"),
    "temperature": ("°F", "°C"),
}


#: How far from an edge, as a share of it; what is nearer than conversions are exact is no case.
AWAY = st.just(0.0) | st.floats(1e-6, 50.0)


def measured(analyte: Analyte, number: float, unit: str) -> Value:
    return Value(
        analytes=(analyte,),
        start=0,
        end=1,
        measured=Interval(number, number),
        number=number,
        unit=unit,
        written=unit,
    )


def states(value: Value, person: Person) -> dict[str, State]:
    found = Judge(reference_ranges()).verdicts(value, person)
    return {v.finding.label: v.state for v in found if v.finding is not None}


@st.composite
def somebody(draw: st.DrawFn, ages: Interval, sex: Sex | None, pregnant: bool | None) -> Person:
    """A person of whom all is known, who is one of these."""
    top = min(ages.high, 110.0)
    age = draw(st.floats(ages.low, top, exclude_max=ages.high_open and top == ages.high))
    known = sex or draw(st.sampled_from((Sex.FEMALE, Sex.MALE)))
    carries = draw(st.booleans()) if pregnant is None else pregnant
    fertile = known is Sex.FEMALE and 12 <= age < 55
    return Person.of(age, known, carries and fertile if pregnant is None else carries)


@settings(deadline=None)
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=12), joint=st.sampled_from(" \n,;"))
def test_spans_quote_the_text(reader: TextReader, pieces: list[str], joint: str) -> None:
    text = joint.join(pieces)
    if not text.strip():
        return
    last = 0
    for o in reader.values(text):
        span = quote(o)
        assert span.quote == text[span.start : span.end] != ""
        assert span.start >= last
        assert str(int(measurement(o).value)) in span.quote.replace(",", "")
        last = span.start
        for t in o.triggers:
            if t.start is not None:
                assert t.text == text[t.start : t.end]


LETTERS = "HRNaK CRPBp0123456789.,-/:%()[]<>→ \n\tmgdlLx^SDu°C"


@settings(deadline=None)
@given(text=st.text(st.sampled_from(LETTERS), min_size=1))
def test_no_text_is_too_odd(reader: TextReader, text: str) -> None:
    if text.strip():
        for o in reader.values(text):
            assert quote(o).quote


@settings(deadline=None)
@given(data=st.data(), name=st.sampled_from(sorted(UNITS)))
def test_both_units_of_an_analyte_judge_the_same(
    reader: TextReader, data: st.DataObject, name: str
) -> None:
    analyte = analytes()[name]
    one, other = UNITS[name]
    first = analyte.plausible.low  # just above: the ends of what can be are not exact
    low, high = (80.0, 112.0) if name == "temperature" else (first + 0.01, 40.0 * first + 20)
    number = round(data.draw(st.floats(low, high, allow_nan=False)), 2)
    found = units.conversion(
        _spelled(one), _spelled(other), molar_mass=analyte.molar_mass, valence=analyte.valence
    )
    assert found is not None
    converted = number * found[0] + found[1]
    known: dict[str, Any] = {"age": 40.0, "sex": Sex.FEMALE, "pregnant": False}
    said = [
        {o.label: o.state for o in reader.values(f"{analyte.name} {n} {unit}", **known)}
        for n, unit in ((f"{number:.2f}", one), (f"{converted:.14f}", other))
    ]
    assert said[0] == said[1]


def _spelled(unit: str) -> str:
    return {"µmol/L": "umol/L", "µg/dL": "ug/dL", "°F": "degF", "°C": "degC"}.get(unit, unit)


@settings(deadline=None)
@given(data=st.data(), of=st.sampled_from([r for r in RANGES if any(x.absent for x in r.limits)]))
def test_a_value_within_its_range_is_never_present(data: st.DataObject, of: ReferenceRange) -> None:
    limit = data.draw(st.sampled_from([x for x in of.limits if x.absent is not None]))
    assert limit.absent is not None
    edge = limit.absent.high if isinf(limit.absent.low) else limit.absent.low
    away = data.draw(AWAY) * (1 + abs(edge)) * (-1 if isinf(limit.absent.low) else 1)
    person = data.draw(somebody(of.ages, of.sex, of.pregnant))
    found = states(measured(analytes()[of.analyte], edge + away, of.unit), person)
    assert found
    if edge + away in limit.absent:
        assert found.get(limit.finding.label) is not State.PRESENT


@settings(deadline=None)
@given(data=st.data(), of=st.sampled_from(RANGES))
def test_a_value_beyond_its_range_is_never_absent(data: st.DataObject, of: ReferenceRange) -> None:
    limit = data.draw(st.sampled_from(of.limits))
    edge = limit.present.low if isinf(limit.present.high) else limit.present.high
    away = data.draw(AWAY) * (1 + abs(edge)) * (1 if isinf(limit.present.high) else -1)
    number = edge + away
    person = data.draw(somebody(of.ages, of.sex, of.pregnant))
    found = states(measured(analytes()[of.analyte], number, of.unit), person)
    if number in limit.present:
        assert found.get(limit.finding.label) is not State.ABSENT


@settings(max_examples=300, deadline=None)
@given(
    data=st.data(),
    of=st.sampled_from(RANGES),
    age=st.none() | st.floats(0, 100),
    sex=st.none() | st.sampled_from((Sex.FEMALE, Sex.MALE)),
)
def test_nobody_who_may_be_meant_contradicts_what_is_said(
    data: st.DataObject, of: ReferenceRange, age: float | None, sex: Sex | None
) -> None:
    analyte = analytes()[of.analyte]
    edges = [n for n in (of.normal.low, of.normal.high) if not isinf(n)] or [1.0]
    number = data.draw(st.sampled_from(edges)) * data.draw(st.floats(0.5, 2.0))
    value = measured(analyte, number, of.unit)
    said = states(value, Person.of(age, sex, None))
    ages = Interval(0, inf) if age is None else Interval(age, age)
    known = states(value, data.draw(somebody(ages, sex, None)))
    opposite = {State.PRESENT: State.ABSENT, State.ABSENT: State.PRESENT}
    for label, state in said.items():
        if state in opposite:
            assert known.get(label) is not opposite[state], label


@pytest.mark.parametrize(
    "unit_of_text",
    [
        "128 6.1 39.6 4711 ", "1", "1-", "1,", "sodium ", "sodium:::::::::::::::: ", "sodium ((((",
        "HR was at the of in on ", "Na 128, K 6.1; ", "CRP (normal <5) 187 mg/L (0-5) H\n",
        "The patient was seen in clinic and had no complaints. ", "1/2/", "BP ", "\n", "HR\n\n",
    ],
)  # fmt: skip
def test_a_long_text_is_read_in_time(reader: TextReader, unit_of_text: str) -> None:
    size = 60_000
    text = (unit_of_text * (size // len(unit_of_text) + 1))[:size] + " HR 132 "
    reader.values("HR 132")
    begun = process_time()
    reader.values(text[size // 2 :])
    half = process_time() - begun
    begun = process_time()
    reader.values(text)
    whole = process_time() - begun
    assert whole < 4 * half + 1.0  # a text twice as long, and room for a busy machine
    assert whole < 30.0
