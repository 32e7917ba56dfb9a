"""The fields of a case file held against the model of a case: what fits, and what does not.

What does not fit takes with it the part in which it stands, `labs[3]`, and no other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

from api.case_file.document import CaseDocument, Path, dotted
from api.case_models import CaseIn, FindingIn, ImageIn, LabIn, LabTableIn, TextIn
from domain.findings import Note

UNKNOWN, UNFIT, TWICE = "unknown-field", "field-not-used", "duplicate-key"
_MODELS: Mapping[str, type[BaseModel]] = {
    "texts": TextIn, "findings": FindingIn, "labs": LabIn, "images": ImageIn,
}  # fmt: skip
_MEND = "`differentia case schema` prints what may stand here."
#: Most faults of one case file that are named.
_NAMED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """What fits of a case file; `at` has for each list the places in the file of what is left."""

    case: CaseIn
    at: Mapping[str, Sequence[int]]
    notes: tuple[Note, ...]

    def place(self, field: str, i: int) -> Path:
        """Where the i-th of what is left of a list stands in the file."""
        return (field, self.at[field][i] if field in self.at else i)


def fitting(document: CaseDocument) -> Fitting:
    """What fits, and a note for each field that is unknown, stands twice or has another form."""
    notes = [_twice(document, path, lines) for path, lines in document.twice]
    dropped = {_part(document, path) for path, _ in document.twice}
    most: dict[str, int] = {}
    while True:
        data, at = _left(document.data, dropped, most)
        try:
            case = CaseIn.model_validate(data)
        except ValidationError as error:
            for fault in error.errors(include_url=False, include_input=False):
                path = _path(fault["loc"], at)
                notes += _told(document, path, fault, most, dropped)
                if fault["type"] != "too_long" or len(path) > 1:
                    dropped.add(_part(document, path))
            continue
        return Fitting(case=case, at=at, notes=_first(notes, document))


def _left(
    data: Mapping[str, Any], dropped: set[Path], most: Mapping[str, int]
) -> tuple[dict[str, Any], dict[str, list[int]]]:
    """The data without what was dropped, and the places of what is left of its lists."""
    left, at = {}, {}
    for field, value in data.items():
        if (field,) in dropped:
            continue
        if isinstance(value, list):
            kept = [i for i in range(len(value)) if (field, i) not in dropped]
            at[field] = kept[: most.get(field, len(kept))]
            value = [value[i] for i in at[field]]
        left[field] = value
    return left, at


def _path(location: tuple[int | str, ...], at: Mapping[str, Sequence[int]]) -> Path:
    """The place in the file of a place in what was left of it."""
    if len(location) > 1 and isinstance(location[1], int) and location[0] in at:
        return (location[0], at[str(location[0])][location[1]], *location[2:])
    return location


def _part(document: CaseDocument, path: Path) -> Path:
    """The part of a case in which something stands: an entry of a list, or a whole field."""
    listed = isinstance(document.data.get(str(path[0])), list)
    return path[:2] if listed and len(path) > 1 else path[:1]


def _told(
    document: CaseDocument,
    path: Path,
    fault: Mapping[str, Any],
    most: dict[str, int],
    dropped: set[Path],
) -> list[Note]:
    """A fault as a note; none where its part is named already."""
    place, field = document.place(path), str(path[0])
    if fault["type"] == "too_long" and len(path) == 1:
        most[field] = fault["ctx"]["max_length"]
        return [
            Note(
                level="error",
                code=UNFIT,
                subject=field,
                message=f"{place}: a case has at most {most[field]:,}; the others were not used.",
                mend="Leave out what is of other days.",
            )
        ]
    part = _part(document, path)
    if part in dropped and fault["type"] != "extra_forbidden":
        return []
    if fault["type"] == "extra_forbidden":
        return [_unknown(document, path, place)]
    what = dotted(path[len(part) :])
    message = f"{place}: {what}: {fault['msg']}" if what else f"{place}: {fault['msg']}"
    return [_note(UNFIT, part, f"{message.rstrip('.')}. It was not used.", _MEND)]


def _unknown(document: CaseDocument, path: Path, place: str) -> Note:
    """A field that the model does not have, and the nearest that it has."""
    part, name = _part(document, path), str(path[-1])
    model = CaseIn if len(path) == 1 else _MODELS.get(str(path[0]), CaseIn)
    if model is LabIn and "file" in _entry(document, path):
        model = LabTableIn
    close = get_close_matches(name, model.model_fields, n=1)
    mend = f"Nearest: {close[0]}." if close else f"Known: {', '.join(model.model_fields)}."
    said = f"{place}: there is no field {name[:40]!r}. It was not used."
    return _note(UNKNOWN, part, said, mend)


def _entry(document: CaseDocument, path: Path) -> Mapping[str, Any]:
    listed = document.data.get(str(path[0]))
    entry = listed[path[1]] if isinstance(listed, list) and isinstance(path[1], int) else None
    return entry if isinstance(entry, dict) else {}


def _twice(document: CaseDocument, path: Path, lines: tuple[int, ...]) -> Note:
    part = _part(document, path)
    said = f"{document.name}: {dotted(path)} stands in lines {' and '.join(map(str, lines))}."
    return _note(TWICE, part, f"{said} None of them was used.", "Keep one of them.")


def _first(notes: list[Note], document: CaseDocument) -> tuple[Note, ...]:
    """The notes, each once, and no more than people read."""
    each = list(dict.fromkeys(notes))
    if len(each) <= _NAMED:
        return tuple(each)
    more = f"{len(each) - _NAMED:,} more of its fields cannot be used."
    rest = Note(level="error", code=UNFIT, subject=document.name, message=more)
    return (*each[:_NAMED], rest)


def _note(code: str, part: Path, message: str, mend: str) -> Note:
    return Note(level="error", code=code, subject=dotted(part), message=message, mend=mend)
