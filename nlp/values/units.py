"""Units as clinicians write them, and conversions: pint, with what pint cannot know.

A unit is first spelled as the curated tables spell it ("x 10^9/L" is `1e9/L`, "mm Hg" is `mmHg`),
then converted by pint. Amounts of substance and masses meet by the molar mass of the analyte,
equivalents by its charge. Percentages, standard deviations, centiles and plain numbers convert
to nothing else, though pint would take most of them for the same.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pint import UnitRegistry

_MICRO = str.maketrans({"µ": "u", "μ": "u"})
_SUPER = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")

#: What a unit can look like behind a number, without what pads it.
PATTERN = r"""(?:
    (?P<ten>(?:[x×*·]\s?)10\s?(?:\^|\*{1,2}|[eE]|\()?\s?(?:12|[369]|¹²|[³⁶⁹])\)?\s?
        |10\s?(?:\^|\*{1,2}|[eE]|\()\s?(?:12|[369])\)?\s?|10(?:¹²|[³⁶⁹])\s?)?
    (?P<many>(?:thousands?|thou|million|mil|lakhs?|[KkM]|[GT](?=\s?/\s?[Ll]))(?=\s?/)\s?)?
    (?:(?:white\ |red\ )?(?:cells?|leukocytes|platelets)\s?)?
    (?P<over>
        mmol|[uµμ]mol|micromol(?:es)?|nmol|pmol|mol|mEq|meq|[uµμ]?kat|nkat
        |kg|gms?|g|mg|[uµμ]g|mcg|ng|pg
        |mIU|[uµμ]IU|kIU|IU|mU|[uµμ]U|kU|U|units?|mosmol|mOsmol|mOsm|mosm|mL|ml|mm
    )?
    \s?(?:/|per\ )\s?
    (?P<under>
        dL|dl|DL|mL|ml|[uµμ][Ll]|mcL|mcl|mm\^?3|mm³|cu\.?\s?mm|cmm|cc|L|l|mol|kg|m\^?2|m²
        |minutes?|mins?|hours?|hrs?|h
    )
    (?:\s?/\s?1[.,]73\s?m(?:\^?2|²)?|\s?FEU|\s?DDU|\s?H2O|\s?creatinine)?
  | (?P<plain>
        %|percent|per\ cent|m?g%|gms?%
        |mm\s?\[?Hg\]?|kPa
        |[°º˚]\s?[CF]|degrees?\ (?:C|F|Celsius|Fahrenheit|celsius|fahrenheit|centigrade)
        |deg\.?\s?[CF]|Celsius|Fahrenheit|[CF]
        |bpm|beats?\s?(?:/|per\ )\s?min(?:ute)?|breaths?\s?(?:/|per\ )\s?min(?:ute)?
        |msec|ms|milliseconds|seconds?|secs?|s
        |fL|fl|femtolit(?:er|re)s|pg|picograms
        |SDS|SDs?|S\.D\.|standard\ deviations?|z-?scores?
        |(?:st|nd|rd|th)?\s?(?:per)?centiles?|(?:st|nd|rd|th)?\s?%iles?
        |(?<=\d)[kK]|kg|g|cm|mm|lbs?|inches|IU|U|mg|mcg|mL|ml|L
    )
  )(?![A-Za-z0-9])"""
_UNIT = re.compile(PATTERN, re.VERBOSE)
_ANY_CASE = re.compile(PATTERN, re.VERBOSE | re.IGNORECASE)

_TENS = {"thousand": 3, "thou": 3, "k": 3, "million": 6, "mil": 6, "m": 6, "g": 9, "t": 12}
_OVER = {
    "gm": "g", "gms": "g", "mcg": "ug", "micromol": "umol", "micromoles": "umol", "unit": "U",
    "units": "U", "meq": "mEq", "mosm": "mosmol", "mosmol": "mosmol", "iu": "IU", "miu": "mIU",
    "uiu": "uIU", "kiu": "kIU", "u": "U", "mu": "mU", "uu": "uU", "ku": "kU", "ml": "mL",
}  # fmt: skip
_UNDER = {
    "dl": "dL", "ml": "mL", "ul": "uL", "mcl": "uL", "mm3": "uL", "mm^3": "uL", "cumm": "uL",
    "cu.mm": "uL", "cmm": "uL", "cc": "mL", "l": "L", "m^2": "m2",
}  # fmt: skip
_PLAIN = (
    (r"%|percent|per cent", "%"), (r"gm?s?%", "g/dL"), (r"mg%", "mg/dL"),
    (r"mm\s?\[?hg\]?", "mmHg"), (r"kpa", "kPa"),
    (r"(?:[°º˚]|deg\.?|degrees?)?\s?(?:c|celsius|centigrade)", "degC"),
    (r"(?:[°º˚]|deg\.?|degrees?)?\s?(?:f|fahrenheit)", "degF"),
    (r"bpm|(?:beat|breath)s?.*", "1/min"), (r"msec|ms|milliseconds", "ms"),
    (r"s|secs?|seconds?", "s"),
    (r"fl|femto.*", "fL"), (r"picograms", "pg"), (r"sds?|s\.d\.|standard.*|z-?scores?", "SD"),
    (r"k", "1e3/uL"), (r".*iles?", "centile"), (r"lbs?", "lb"), (r"inches", "inch"),
    (r"mcg", "ug"), (r"iu", "IU"),
    (r"u", "U"), (r"ml", "mL"), (r"l", "L"),
)  # fmt: skip
_PLAIN_FORMS = tuple((re.compile(form), unit) for form, unit in _PLAIN)
#: Units that convert to nothing else.
_OPAQUE = {
    "%": "percentage", "1": "plain_number", "SD": "standard_score", "centile": "rank_of_hundred",
    "mmol/mol": "part_of_thousand",
}  # fmt: skip


def match(text: str, at: int) -> re.Match[str] | None:
    """A unit that begins at character `at`; of a text in capitals ("MMOL/L") too."""
    if found := _UNIT.match(text, at):
        return found
    found = _ANY_CASE.match(text, at)
    return found if found is not None and len(found[0]) > 1 and found[0].isupper() else None


def spelled(text: str) -> str | None:
    """A unit as the tables spell it, None for what is no unit.

    >>> spelled("x 10^9/L"), spelled("mm Hg"), spelled("µmol/l")
    ('1e9/L', 'mmHg', 'umol/L')
    """
    found = _UNIT.fullmatch(f"0{text}", 1)  # "k" is a unit only right behind a number
    if found is None and text.isupper():
        found = _ANY_CASE.fullmatch(f"0{text.lower()}", 1)
    if found is None:
        return None
    if found["plain"]:
        return _plain(found["plain"])
    over = (found["over"] or "").translate(_MICRO)
    over = _OVER.get(over.lower(), over)
    under = re.sub(r"\s", "", found["under"].translate(_MICRO).translate(_SUPER)).lower()
    under = _UNDER.get(under, under)
    under = "min" if under.startswith("min") else "h" if under[0] == "h" else under
    power = 0
    if found["ten"]:
        power = int(re.sub(r"\D", "", found["ten"].translate(_SUPER))[2:])
    if found["many"]:
        word = found["many"].strip()
        power += 5 if word.startswith("lakh") else _TENS[word.lower().removesuffix("s")]
    if not over:
        over = "1"
    elif power:
        return None  # "x 10^3 mg/dL" is not something that a laboratory writes
    return f"1e{power}/{under}" if power else f"{over}/{under}"


def _plain(text: str) -> str:
    small = text.translate(_MICRO).lower().strip()
    return next((unit for form, unit in _PLAIN_FORMS if form.fullmatch(small)), small)


@cache
def _registry() -> UnitRegistry[Any]:
    from pint import UnitRegistry

    registry: UnitRegistry[Any] = UnitRegistry(cache_folder=None)
    for name in _OPAQUE.values():
        registry.define(f"{name} = [{name}]")
    registry.define("equivalent = [equivalent] = Eq")
    registry.define("osmole = [osmole] = osmol")
    registry.define("international_unit = [international_unit] = IU")
    return registry


@cache
def conversion(
    unit: str, to: str, *, molar_mass: float | None = None, valence: int | None = None
) -> tuple[float, float] | None:
    """Factor and offset from one unit to another (as the tables spell them), None where they do
    not measure the same. `molar_mass` in g/mol; enzymes take IU for U and hormones U for IU."""
    if unit == to:
        return 1.0, 0.0
    if unit in _OPAQUE or to in _OPAQUE:
        return None
    if "IU" in to and "IU" not in unit:
        unit = re.sub(r"U\b", "IU", unit)
    elif "IU" in unit and "IU" not in to:
        unit = unit.replace("IU", "U")
    return _temperature(unit, to) or _scale(unit, to, molar_mass, valence)


def _temperature(unit: str, to: str) -> tuple[float, float] | None:
    """Temperatures, whose zeros differ."""
    if not {unit, to} <= {"degC", "degF"}:
        return None
    quantity = _registry().Quantity
    zero, one = (float(quantity(n, unit).to(to).magnitude) for n in (0, 1))
    return one - zero, zero


def _scale(
    unit: str, to: str, molar_mass: float | None, valence: int | None
) -> tuple[float, float] | None:
    from pint.errors import DimensionalityError, OffsetUnitCalculusError, UndefinedUnitError

    registry = _registry()
    masses = [1] if molar_mass is None else [1, registry.Quantity(molar_mass, "g/mol")]
    charges = [1] if valence is None else [1, registry.Quantity(valence, "Eq/mol")]
    try:
        ratio = registry.parse_expression(unit) / registry.parse_expression(to)
    except (UndefinedUnitError, OffsetUnitCalculusError):
        return None
    for mass, charge in product(masses, charges):
        for bridged in (ratio * mass / charge, ratio * charge / mass, ratio / charge / mass):
            try:
                return float(bridged.to("dimensionless").magnitude), 0.0
            except DimensionalityError:
                continue
    return None
