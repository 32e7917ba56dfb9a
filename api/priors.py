"""A caller's prior: read from a table, or made of the rows of a request."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from domain.errors import InputError, InvalidField
from domain.identifiers import Curie
from reasoning.prior import Prior, PriorLine

COLUMNS = ("disease", "group", "figure", "reference")
_SOURCE = "# source:"
_MEND = (
    f"The first line is `{_SOURCE} TEXT`, the second the columns "
    f"{', '.join(COLUMNS)}, tab-separated."
)


def read(path: Path) -> Prior:
    """A table: a line `# source: TEXT`, then tab-separated columns with their names. Raises
    InputError where the file cannot be read, InvalidField with the line and column."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except FileNotFoundError:
        raise InputError(f"{path}: no such file.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}.") from None
    if not lines or not lines[0].startswith(_SOURCE):
        raise InvalidField("--prior", f"{path.name} names no source.", mend=_MEND)
    table = [(n, line) for n, line in enumerate(lines[1:], start=2) if line.strip()]
    header = tuple(c.strip() for c in table[0][1].split("\t")) if table else ()
    if sorted(header) != sorted(COLUMNS):
        raise InvalidField("--prior", f"{path.name} has other columns.", mend=_MEND)
    rows = csv.DictReader(
        (line for _, line in table[1:]), fieldnames=header, delimiter="\t", restval=""
    )
    named = zip((f"{path.name}:{n}" for n, _ in table[1:]), rows, strict=True)
    return of_rows(lines[0].removeprefix(_SOURCE), named)


def of_rows(source: str, rows: Iterable[tuple[str, Mapping[str, object]]]) -> Prior:
    """A prior of (place, row) pairs; a row's values by `COLUMNS`, empty or None where it has none.
    Raises InvalidField."""
    if not source.strip():
        raise InvalidField("prior.source", "is missing.", mend="Say where the figures come from.")
    figures = tuple(_line(place, row) for place, row in rows)
    if not figures:
        raise InvalidField("prior.figures", "there is none.", mend="Leave the prior out.")
    return Prior(source=source.strip(), figures=figures)


def _line(place: str, row: Mapping[str, object]) -> PriorLine:
    disease, group, figure, reference = (_text(row.get(name)) for name in COLUMNS)
    try:
        return PriorLine(
            disease=Curie.parse(disease) if disease else None,
            group=group or None,
            figure=float(figure) if figure else None,
            reference=reference,
            line=place,
        )
    except InvalidField as error:
        if error.field.startswith(place):
            raise
        raise InvalidField(f"{place}.disease", "is no identifier.", mend=error.mend) from None
    except ValueError:
        raise InvalidField(f"{place}.figure", "is no number.") from None


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()
