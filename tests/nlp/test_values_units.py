"""Units as they are written, and how they convert."""

from __future__ import annotations

import pytest

from nlp.values import units


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("mmol/L", "mmol/L"), ("mmol/l", "mmol/L"), ("µmol/L", "umol/L"), ("μmol/l", "umol/L"),
        ("mg/dl", "mg/dL"), ("mg%", "mg/dL"), ("g/L", "g/L"), ("mcg/dL", "ug/dL"),
        ("x 10^9/L", "1e9/L"), ("× 10⁹/L", "1e9/L"), ("x10E9/L", "1e9/L"), ("×109/L", "1e9/L"),
        ("K/uL", "1e3/uL"), ("/mm3", "1/uL"), ("cells/µL", "1/uL"), ("million/mm3", "1e6/uL"),
        ("k", "1e3/uL"), ("U/l", "U/L"), ("IU/L", "IU/L"), ("mIU/mL", "mIU/mL"),
        ("mm Hg", "mmHg"), ("mmHg", "mmHg"), ("kPa", "kPa"), ("°C", "degC"), ("F", "degF"),
        ("degrees Fahrenheit", "degF"), ("bpm", "1/min"), ("/min", "1/min"),
        ("breaths per minute", "1/min"), ("ms", "ms"), ("msec", "ms"), ("kg/m2", "kg/m2"),
        ("kg/m²", "kg/m2"), ("SDS", "SD"), ("standard deviations", "SD"), ("th centile", "centile"),
        ("rd percentile", "centile"), ("%", "%"), ("mmol/mol", "mmol/mol"), ("mm/hr", "mm/h"),
        ("mL/min/1.73 m2", "mL/min"), ("µkat/L", "ukat/L"), ("fL", "fL"), ("G/l", "1e9/L"),
        ("MMOL/L", "mmol/L"), ("G/DL", "g/dL"), ("MG/DL", "mg/dL"),
        ("DEGREES CELSIUS", "degC"), ("MMHG", "mmHg"),
    ],
)  # fmt: skip
def test_spellings(written: str, unit: str) -> None:
    assert units.spelled(written) == unit


@pytest.mark.parametrize("written", ["", "daily", "patients", "mmol/banana", "x 10^9 mg/dL", "tab"])
def test_what_is_no_unit(written: str) -> None:
    assert units.spelled(written) is None


@pytest.mark.parametrize(
    ("value", "unit", "to", "molar_mass", "valence", "expected"),
    [
        (90.0, "mg/dL", "mmol/L", 180.156, None, 4.996),  # glucose
        (1.0, "mg/dL", "umol/L", 113.12, None, 88.40),  # creatinine
        (10.0, "mg/dL", "mmol/L", 40.078, 2, 2.495),  # calcium
        (2.0, "mEq/L", "mmol/L", 24.305, 2, 1.0),  # magnesium
        (140.0, "mEq/L", "mmol/L", 22.99, 1, 140.0),  # sodium
        (2.0, "mEq/L", "mg/dL", 24.305, 2, 2.4305),
        (103.1, "degF", "degC", None, None, 39.5),
        (7.5, "kPa", "mmHg", None, None, 56.25),
        (12.3, "1e9/L", "1/uL", None, None, 12300.0),
        (45.0, "1e3/uL", "1e9/L", None, None, 45.0),
        (1.0, "ukat/L", "U/L", None, None, 60.0),
        (4.0, "uU/mL", "mIU/L", None, None, 4.0),
        (0.5, "ng/mL", "ug/L", None, None, 0.5),
        (8.0, "g/dL", "g/L", None, None, 80.0),
    ],
)
def test_conversions(
    value: float,
    unit: str,
    to: str,
    molar_mass: float | None,
    valence: int | None,
    expected: float,
) -> None:
    found = units.conversion(unit, to, molar_mass=molar_mass, valence=valence)
    assert found is not None
    factor, offset = found
    assert value * factor + offset == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize(
    ("unit", "to"),
    [
        ("mg/dL", "mmol/L"),  # of what, nobody said
        ("%", "mmol/mol"), ("%", "1"), ("SD", "1"), ("centile", "%"), ("s", "ms/L"),
        ("degC", "mmHg"), ("mmHg", "mmol/L"), ("g", "g/L"), ("nonsense", "g/L"),
    ],
)  # fmt: skip
def test_what_does_not_convert(unit: str, to: str) -> None:
    assert units.conversion(unit, to) is None


def test_a_unit_ends_where_a_word_does() -> None:
    assert units.match("128 mmol/Layer", 4) is None
    found = units.match("128 mmol/L, high", 4)
    assert found is not None
    assert found[0] == "mmol/L"
