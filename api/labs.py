"""Values given beside the text, by name or LOINC code, become observations as those in it do."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path

from api.intake import linked, not_in_release
from api.one_account import past
from api.parts import read_day
from api.render.measured import measured_words
from domain.errors import EmptyInput, InputTooLarge, InvalidField
from domain.evidence import Measurement
from domain.findings import Note, Observation, State
from nlp.values import given
from nlp.values.judge import Judge, Verdict
from nlp.values.observed import observed
from nlp.values.person import Person
from nlp.values.value import Value
from ontologies.reference_ranges import reference_ranges
from reasoning.knowledge import Knowledge

#: Most values of one case, and most bytes of a table of them.
MAX_LABS = 1000
MAX_TABLE_BYTES = 1_000_000
COLUMNS = ("code", "value", "unit", "time")
_NEEDED = ("code", "value")
_FORM = "Write NAME=VALUE UNIT, as in CRP=187 mg/L."
_TABLE = f"The first line names the columns: {','.join(COLUMNS)}; unit and time may be left out."


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """One value as somebody gave it, not yet checked.

    `code` is a LOINC code or a name, `value` a number or one as people write it ("<0.01",
    "172/98"), `unit` empty where none was given, `time` ISO 8601. `field` is its place in what
    was sent, for messages.
    """

    code: str
    value: str | float
    unit: str = ""
    time: str | None = None
    field: str = ""


def of_option(text: str, field: str = "--lab") -> Lab:
    """`CRP=187 mg/L`; `field` and the name are its place. Raises InvalidField where it has no name
    or no number."""
    name, equals, rest = (part.strip() for part in text.partition("="))
    field = f"{field} {name[:40]}"
    if not equals or not name:
        raise InvalidField(field, "is no value with its name.", mend=_FORM)
    amount = given.AMOUNT.match(rest)
    if amount is None:
        raise InvalidField(f"{field}.value", f"{rest[:40]!r} begins with no number.", mend=_FORM)
    return Lab(code=name, value=amount[0], unit=rest[amount.end() :], field=field)


def check(lab: Lab) -> None:
    """Refuses a value of an unknown name or unit, an impossible one, and a time that is none.
    Raises InvalidField by its place."""
    _checked(lab, lab.field or "labs")


def of_table(path: Path) -> list[Lab]:
    """The values of a file, as `rows_of` reads its bytes; the first row that is none refuses it.

    Raises InvalidField naming the file and its line, EmptyInput and InputTooLarge.
    """
    field = f"--labs {path.name}"
    try:
        with path.open("rb") as file:
            data = file.read(MAX_TABLE_BYTES + 1)
    except OSError as error:
        raise InvalidField(field, f"cannot be read: {error.strerror}.") from None
    labs = []
    for row in rows_of(data, field):
        if not isinstance(row, Lab):
            raise row
        labs.append(row)
    return labs


def rows_of(data: bytes, field: str) -> list[Lab | InvalidField]:
    """The rows of a CSV table with columns `code`, `value` and, where there are, `unit` and `time`:
    each as a value, not yet checked, or as what is wrong with it.

    Columns are parted by commas, or by semicolons, as where numbers have decimal commas. Raises
    InvalidField for what is no such table, EmptyInput for one without rows and InputTooLarge
    beyond a million bytes.
    """
    if len(data) > MAX_TABLE_BYTES:
        raise InputTooLarge(f"{field}: it has more than {MAX_TABLE_BYTES:,} bytes.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidField(field, "is not UTF-8.", mend="Save it as UTF-8.") from None
    rows = list(_rows(text, field))
    if not rows:
        raise EmptyInput(f"{field}: it holds no value.", mend=_TABLE)
    return rows


def _rows(text: str, field: str) -> Iterator[Lab | InvalidField]:
    first = text.split("\n", 1)[0]
    rows = csv.reader(
        StringIO(text, newline=""), delimiter=";" if ";" in first else ",", strict=True
    )
    try:
        header = [cell.strip().lower() for cell in next(rows, [])]
        if sorted({*header, *_NEEDED}) != sorted(header) or not {*header} <= {*COLUMNS}:
            raise InvalidField(f"{field}:1", "has other columns.", mend=_TABLE)
        for cells in rows:
            place = f"{field}:{rows.line_num}"
            row = [cell.strip() for cell in cells]
            if not any(row):
                continue
            if len(row) != len(header):
                yield InvalidField(
                    place,
                    f"has {len(row)} cells for {len(header)} columns.",
                    mend="Put quotes around a cell that holds a comma.",
                )
                continue
            named = dict(zip(header, row, strict=True))
            yield Lab(
                code=named["code"],
                value=named["value"],
                unit=named.get("unit", ""),
                time=named.get("time") or None,
                field=place,
            )
    except csv.Error as error:
        yield InvalidField(f"{field}:{rows.line_num}", f"is no CSV from here on: {error}.")


def observe_labs(
    labs: Sequence[Lab], knowledge: Knowledge, person: Person, illness: date | None = None
) -> tuple[list[Observation], list[Note]]:
    """What values mean for a person, and notes on those that mean nothing here.

    Neither the order of `labs` nor one that is given twice changes anything. A value whose range
    is not known is undetermined, without effect, and a note; one of before the `illness` is past.
    Raises InvalidField for the first that cannot be used, by its place: an unknown name or unit, an
    impossible value, a time that is none; InputTooLarge beyond `MAX_LABS`.
    """
    if len(labs) > MAX_LABS:
        raise InputTooLarge(
            f"A case has at most {MAX_LABS:,} values, and this has {len(labs):,}.",
            mend="Leave out those of other days.",
        )
    judge = Judge(reference_ranges())
    observations: list[Observation] = []
    lost: list[str] = []
    notes: list[Note] = []
    for value, when in _each_once(labs):
        day = None if when is None else read_day(when, "time")
        made = [
            past(observed(value, v, when), day, illness) for v in _verdicts(judge, value, person)
        ]
        if all(o.state is State.UNDETERMINED for o in made):
            notes.append(_not_judged(made[0]))
        for observation, label in (linked(o, knowledge) for o in made):
            observations.append(observation)
            if label is not None and label not in lost:
                lost.append(label)
    if lost:
        notes.append(not_in_release(lost, "labs"))
    return observations, notes


def _each_once(labs: Iterable[Lab]) -> list[tuple[Value, str | None]]:
    """Values with their times in an order of their own, each once however often it was given."""
    checked = []
    for i, lab in enumerate(labs):
        checked += _checked(lab, lab.field or f"labs[{i}]")
    checked.sort(key=lambda one: (*_key(*one), one[0].written))
    return list({_key(*one): one for one in reversed(checked)}.values())[::-1]


def _checked(lab: Lab, field: str) -> list[tuple[Value, str | None]]:
    time = _time(lab.time, f"{field}.time")
    return [(v, time) for v in given.values(lab.code, lab.value, lab.unit, field)]


def _key(value: Value, time: str | None) -> tuple[str, str, float, float, str, str]:
    """What makes it this value, however its unit was written."""
    upper = value.number if value.upper is None else value.upper
    bound = f"{value.bound} {value.measured.low_open} {value.measured.high_open}"
    return (value.analytes[0].id, time or "", value.number, upper, bound, value.unit or "")


def _verdicts(judge: Judge, value: Value, person: Person) -> Sequence[Verdict]:
    first = value.analytes[0]
    if given.sized(first, value.unit):
        return (Verdict(analyte=first, finding=None, state=State.UNDETERMINED),)
    return judge.verdicts(value, person)


def _not_judged(observation: Observation) -> Note:
    """A value that could not be held against a range, and why."""
    (measured,) = (e for e in observation.evidence if isinstance(e, Measurement))
    why = measured.reference_range or "no range is known"
    if measured.source:
        why = f"neither clearly usual nor clearly abnormal by {why}"
    return Note(
        level="info",
        code="value-not-judged",
        subject=measured.name,
        message=f"{measured_words(measured)} has no effect: {why}.",
        mend=None
        if measured.reference_range is None
        else "Give age, sex and unit, where they are known.",
    )


def _time(text: str | None, field: str) -> str | None:
    """A time as it was given. Raises InvalidField where it is none."""
    if text is None or not text.strip():
        return None
    read_day(text, field)
    return text.strip()
