"""What is wrong with a case file or folder: everything at once, as far as can be said."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.case_file.case_read import CaseRead
from api.case_file.reading import read_case
from api.patient_of import TWO
from domain.findings import Note

if TYPE_CHECKING:
    from api.service import Service

#: Notes that are of how a case was put together, though they are no errors.
_WRONG = frozenset({TWO})


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A case that was read: what can be used of it in words, what is wrong, and what else is to
    be known."""

    name: str
    held: str
    wrong: tuple[Note, ...]
    notes: tuple[Note, ...]

    def as_json(self) -> dict[str, Any]:
        """The answer of `case check --json`."""
        return {
            "case": self.name,
            "usable": bool(self.held),
            "wrong": [_note(n) for n in self.wrong],
            "notes": [_note(n) for n in self.notes],
        }


def check_case(path: Path, service: Service) -> Checked:
    """Reads a case as `diagnose` does, and tells what is wrong with it. Raises InputError where
    there is none or it holds nothing at all, and what `read_case` raises."""
    read = read_case(path, service)
    parts = read.parts
    if read.empty:
        if not read.errors:
            raise read.nothing()
        rest = tuple(n for n in parts.notes if n.level != "error")
        return Checked(name=str(path), held="", wrong=tuple(read.errors), notes=rest)
    case = service.case(
        texts=parts.texts,
        findings=read.findings,
        phenopacket=read.phenopacket,
        images=parts.images,
        labs=parts.labs,
        known=read.known,
        age=read.age,
        sex=read.sex,
        day=read.day,
        notes=parts.notes,
    )
    wrong = tuple(n for n in case.notes if n.level == "error" or n.code in _WRONG)
    rest = tuple(n for n in case.notes if n not in wrong)
    return Checked(name=str(path), held=_held(read), wrong=wrong, notes=rest)


def _held(read: CaseRead) -> str:
    """How many of what can be used: "2 texts, 1 film, 10 values"."""
    parts = read.parts
    films = sum(film.reading.refused is None for film in parts.images)
    counted = (
        (len(parts.texts), "text"),
        (films, "film"),
        (len(parts.labs), "value"),
        (len(read.findings), "finding"),
        (int(read.phenopacket is not None), "phenopacket"),
        (len(read.known), "known condition"),
    )
    return ", ".join(f"{n} {what}{'s' if n > 1 else ''}" for n, what in counted if n)


def _note(note: Note) -> dict[str, str | None]:
    return {
        "level": note.level,
        "code": note.code,
        "subject": note.subject,
        "message": note.message,
        "mend": note.mend,
    }
