"""Values that were given as such, each with its name or code, number and unit: as the scanner
would read them in a text, and refused by name where it would read nothing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from math import inf, isfinite

from domain.errors import InvalidField
from domain.intervals import Interval
from nlp.values import patterns, units
from nlp.values.names import words
from nlp.values.value import Value, fits, plausible
from ontologies.analytes import EXACT, Analyte, Kind, analytes

#: What a number can look like: with a bound ("<0.01"), as a span ("110-120"), as a pair ("172/98").
AMOUNT = re.compile(
    rf"(?P<bound><=?|>=?|≤|≥)?\s*(?P<first>{patterns.SIGN}?{patterns.NUMBER})"
    rf"(?:\s?(?P<joint>[-–−/])\s?(?P<second>{patterns.SIGN}?{patterns.NUMBER})(?![\w*^]))?"
)
_LOINC = re.compile(r"(?:LOINC:\s?)?(\d{1,7}-\d)", re.IGNORECASE)
#: How UCUM writes what the tables spell otherwise; in braces are remarks only.
_UCUM = (
    (re.compile(r"\{[^{}]*\}"), ""), (re.compile(r"\[i?IU\]|\[iU\]"), "IU"),
    (re.compile(r"Cel"), "degC"), (re.compile(r"\[degF\]"), "degF"), (re.compile(r"\[pH\]"), "1"),
)  # fmt: skip
_SHOWN = 40
_NEAREST = 3


def values(code: str, amount: str | float, unit: str, field: str) -> tuple[Value, ...]:
    """The value that a name or LOINC code has, two where the amount is of a blood pressure.

    `unit` is empty where none is given: what may be meant is then tried, as in a text. `field` is
    the place of the value for messages. Raises InvalidField naming `code`, `value` or `unit`
    below it.
    """
    meant = _meant(code, f"{field}.code")
    number, upper, bound, paired = _amount(amount, f"{field}.value")
    if meant[0].kind is Kind.PRESSURE:
        if not paired or upper is None or bound:
            raise InvalidField(
                f"{field}.value", "a blood pressure is two numbers.", mend="Write it as 120/80."
            )
        return _pressures(number, upper, unit, field)
    if paired:
        raise InvalidField(
            f"{field}.value", f"{meant[0].name} is one number.", mend="Only BP is two, as 120/80."
        )
    spelled = _unit(unit, meant, f"{field}.unit")
    lowest, highest = sorted((number, number if upper is None else upper))
    ends = (lowest, highest)
    kept = tuple(a for a in meant if all(_possible(a, n, spelled) for n in ends))
    if not kept:
        raise InvalidField(
            f"{field}.value",
            f"{str(amount)[:_SHOWN]!r} cannot be a value of {meant[0].name}.",
            mend="Check the number and its unit.",
        )
    measured = {
        "<": Interval(-inf, number, False, "=" not in bound),
        ">": Interval(number, inf, "=" not in bound, False),
    }.get(bound[:1], Interval(lowest, highest))
    return (
        Value(
            analytes=kept, start=0, end=0, measured=measured, number=lowest,
            bound=bound[:1], upper=None if upper is None else highest,
            unit=spelled, written="" if spelled == "1" else unit.strip(),
        ),
    )  # fmt: skip


def sized(analyte: Analyte, unit: str | None) -> bool:
    """Whether it is a size in kilograms or centimetres, which only a growth chart can judge."""
    return (
        analyte.kind is Kind.GROWTH
        and unit is not None
        and any(units.conversion(unit, to) is not None for to in ("kg", "cm"))
    )


def _meant(code: str, field: str) -> tuple[Analyte, ...]:
    """What a code or a name may mean: of several, the unit tells."""
    text = code.strip()
    by_loinc, names = _index()
    loinc = _LOINC.fullmatch(text)
    if loinc is not None:
        found = by_loinc.get(loinc[1], ())
        mend = "Give its name, if it is a value of blood, a vital sign or growth."
    else:
        found = names.get(words(text.lower()), ())
        near = get_close_matches(text.lower(), [" ".join(n) for n in names], n=_NEAREST)
        mend = "The known values are in ontologies/curated/analytes.tsv."
        if near:
            mend = f"Nearest: {', '.join(near)}. {mend}"
    if not found:
        raise InvalidField(field, f"{text[:_SHOWN]!r} is no value that is known.", mend=mend)
    return tuple(found)


@cache
def _index() -> tuple[Mapping[str, Sequence[Analyte]], Mapping[tuple[str, ...], Sequence[Analyte]]]:
    """Analytes by LOINC code, and by the words of their names in any case: where nothing but a
    name can stand, "alt" needs no capitals."""
    by_loinc: dict[str, list[Analyte]] = defaultdict(list)
    names: dict[tuple[str, ...], list[Analyte]] = defaultdict(list)
    for analyte in analytes().values():
        if analyte.kind is Kind.NONE:
            continue
        if analyte.loinc is not None:
            by_loinc[analyte.loinc].append(analyte)
        for name in (analyte.name, *analyte.names):
            said = words(name.removeprefix(EXACT).lower())
            if analyte not in names[said]:
                names[said].append(analyte)
    return by_loinc, names


def _amount(amount: str | float, field: str) -> tuple[float, float | None, str, bool]:
    """A number, the other end of a span or the other of a pair, its bound, and whether a pair."""
    if not isinstance(amount, str):
        if not isfinite(amount):
            raise InvalidField(field, "is no number.", mend="Write a number, as 187 or <0.01.")
        return float(amount), None, "", False
    found = AMOUNT.fullmatch(amount.strip())
    if found is None:
        raise InvalidField(
            field,
            f"{amount.strip()[:_SHOWN]!r} is no number.",
            mend="Write a number, as 187, <0.01 or 110-120.",
        )
    bound = {"≤": "<=", "≥": ">="}.get(found["bound"] or "", found["bound"] or "")
    upper = None if found["second"] is None else _signed(found["second"])
    if upper is not None and bound:
        raise InvalidField(field, "is a bound and a span.", mend="Write one of them.")
    return _signed(found["first"]), upper, bound, found["joint"] == "/"


def _signed(text: str) -> float:
    sign, bare = (text[0], text[1:]) if text[0] in "+-−–" else ("+", text)
    return patterns.number(bare) * (1 if sign == "+" else -1)


def _unit(unit: str, meant: Sequence[Analyte], field: str) -> str | None:
    """The unit as the tables spell it, None where none is given and one may be supposed."""
    known = dict.fromkeys(u for a in meant for u in (a.unit, *a.bare) if u != "1" and _fits(a, u))
    mend = f"Use {' or '.join(known)}." if known else "It has no unit."
    text = unit.strip()
    if not text:
        if any(a.bare for a in meant):
            return None
        raise InvalidField(field, "is missing.", mend=mend)
    spelled = _spelled(text)
    if spelled is None:
        raise InvalidField(field, f"{text[:_SHOWN]!r} is no unit that is known.", mend=mend)
    if not any(_fits(a, spelled) for a in meant):
        raise InvalidField(
            field, f"{meant[0].name} is not measured in {text[:_SHOWN]!r}.", mend=mend
        )
    return spelled


def _spelled(text: str) -> str | None:
    """A unit as the tables spell it, however they, clinicians or UCUM write it."""
    if text in _units():
        return text
    if (spelled := units.spelled(text)) is not None:
        return spelled
    for form, other in _UCUM:
        text = form.sub(other, text)
    text = text.strip().removesuffix("/") or "1"  # a remark alone, as {INR}: it has no unit
    return text if text in _units() else units.spelled(text)


@cache
def _units() -> frozenset[str]:
    return frozenset(u for a in analytes().values() for u in (a.unit, *a.bare))


def _fits(analyte: Analyte, unit: str) -> bool:
    return fits(analyte, unit) is not None or sized(analyte, unit)


def _possible(analyte: Analyte, number: float, unit: str | None) -> bool:
    """Whether it can be a value of the analyte at all, as the scanner asks it of a text."""
    if unit is None:
        return analyte.kind is not Kind.GROWTH and (
            not analyte.bare or any(plausible(analyte, number, u) for u in analyte.bare)
        )
    if sized(analyte, unit):
        return number > 0
    return fits(analyte, unit) is not None and plausible(analyte, number, unit)


def _pressures(upper: float, lower: float, unit: str, field: str) -> tuple[Value, ...]:
    """Both values of a blood pressure."""
    if unit.strip() and _spelled(unit.strip()) != "mmHg":
        raise InvalidField(
            f"{field}.unit", f"{unit.strip()[:_SHOWN]!r} is not mmHg.", mend="Use mmHg."
        )
    table = analytes()
    pair = ((table["systolic"], upper), (table["diastolic"], lower))
    if upper <= lower or any(number not in analyte.plausible for analyte, number in pair):
        raise InvalidField(
            f"{field}.value", "cannot be a blood pressure.", mend="Write it as 120/80."
        )
    return tuple(
        Value(
            analytes=(analyte,), start=0, end=0, measured=Interval(number, number),
            number=number, unit="mmHg", written=unit.strip() or "mmHg",
        )
        for analyte, number in pair
    )  # fmt: skip
