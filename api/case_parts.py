"""Parts of a case as they were sent: those that can be used, and which cannot and why.

A part that fails does not take the rest with it: it becomes a note of the answer.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from api.documents import of_bytes
from api.labs import MAX_LABS, Lab, check, rows_of
from api.parts import FilmPart, TextPart
from domain.errors import (
    DifferentiaError,
    EmptyInput,
    ImageRefused,
    InputError,
    InputTooLarge,
    InvalidField,
    NotInstalled,
    SourceError,
)
from domain.findings import Note

if TYPE_CHECKING:
    from api.service import Service
    from vision.film import Film
    from vision.reading import FilmReading

#: Rows of one table that are named where they cannot be used.
_ROWS_NAMED = 20
CODE = "part-not-used"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A part that cannot be used: its place in what was sent (`texts[1]`), its name for people,
    and why."""

    place: str
    name: str
    error: DifferentiaError


class PartsReader:
    """Gathers the parts of one case; what cannot be used is in `failed`, with a note of it.

    With `keep_films` the decoded films are kept, to show them: a film is far larger than its file.
    """

    def __init__(self, service: Service, *, keep_films: bool = False) -> None:
        self.texts: list[TextPart] = []
        self.images: list[FilmPart] = []
        self.labs: list[Lab] = []
        self.notes: list[Note] = []
        self.failed: list[Failed] = []
        #: Decoded films by the name that their findings bear.
        self.films: dict[str, Film] = {}
        self._service = service
        self._keep_films = keep_films
        self._names: Counter[str] = Counter()

    @property
    def usable(self) -> bool:
        """Whether a text, a value or a film is left to reason from."""
        read = any(film.reading.refused is None for film in self.images)
        return bool(self.texts or self.labs or read)

    def text(
        self,
        place: str,
        name: str,
        words: str | bytes,
        *,
        day: date | None = None,
        study: str | None = None,
    ) -> None:
        """A text in words, or the bytes of its file."""
        from nlp.document import check as check_text

        most = self._service.settings.max_text_chars
        try:
            if isinstance(words, bytes):
                document = of_bytes(words, name, max_chars=most)
                words = document.text
                if document.note is not None:
                    self._note("info", "text-encoding", name, f"{name}: {document.note}.")
            check_text(words, max_chars=most)
        except InputError as error:
            self.lost(place, name, error)
            return
        self.texts.append(TextPart(name=name, text=words, day=day, study=study))

    def film(
        self,
        place: str,
        name: str,
        data: bytes,
        *,
        day: date | None = None,
        study: str | None = None,
    ) -> None:
        """The bytes of a film's file. One that is refused is a part all the same: the case has the
        note that says why."""
        if not data:
            self.lost(place, name, EmptyInput("the file is empty."))
            return
        try:
            reading, film = self._service.film_reader.read_and_decode(data, name)
        except (InputError, SourceError, NotInstalled) as error:
            self.lost(place, name, error)
            return
        reading = self.reading(reading, day=day, study=study)
        if reading.refused is not None:
            why = reading.refused
            refused = ImageRefused(why.reason, why.detail, mend=why.mend)
            self.failed.append(Failed(place=place, name=name, error=refused))
        elif film is not None and self._keep_films:
            self.films[reading.file] = film

    def reading(
        self, reading: FilmReading, *, day: date | None = None, study: str | None = None
    ) -> FilmReading:
        """A film that was read before. Two of one name are told apart by a number."""
        self._names[reading.file] += 1
        if (again := self._names[reading.file]) > 1:
            reading = replace(reading, file=f"{reading.file} ({again})")
        self.images.append(FilmPart(reading=reading, day=day, study=study))
        return reading

    def table(self, place: str, name: str, data: bytes) -> None:
        """The bytes of a table of values; a row that cannot be used is named by its line."""
        try:
            rows = rows_of(data, place)
        except InputError as error:
            self.lost(place, name, error)
            return
        good: list[Lab] = []
        bad: list[InvalidField] = []
        for row in rows:
            try:
                good.append(_checked(row))
            except InvalidField as error:
                bad.append(error)
        if len(self.labs) + len(good) > MAX_LABS:
            more = InputTooLarge(
                f"A case has at most {MAX_LABS:,} values, and with this table it has "
                f"{len(self.labs) + len(good):,}.",
                mend="Leave out those of other days.",
            )
            self.lost(place, name, more)
            return
        self.labs += good
        for wrong in bad[:_ROWS_NAMED]:
            line = wrong.field.removeprefix(f"{place}:").partition(".")[0]
            self.lost(f"{place}:{line}", f"{name}, line {line}", wrong)
        if len(bad) > _ROWS_NAMED:
            rest = f"{len(bad) - _ROWS_NAMED:,} more lines of {name} were not used."
            self._note("error", CODE, name, rest)

    def lost(self, place: str, name: str, error: DifferentiaError) -> None:
        """A part that cannot be used, and a note of it."""
        self.failed.append(Failed(place=place, name=name, error=error))
        said = _said(error).removeprefix(f"{place}: ")
        message = f"Not used: {said}"
        self._note("error", CODE, name, message, _mend(error))

    def _note(
        self, level: str, code: str, subject: str, message: str, mend: str | None = None
    ) -> None:
        self.notes.append(Note(level=level, code=code, subject=subject, message=message, mend=mend))


def _checked(row: Lab | InvalidField) -> Lab:
    if not isinstance(row, Lab):
        raise row
    check(row)
    return row


def _said(error: DifferentiaError) -> str:
    """What is wrong with a part, to stand behind its name."""
    if isinstance(error, SourceError):
        # Its message names files of this machine.
        return "this service has no model that can read films."
    if isinstance(error, InvalidField):
        message = error.message.removeprefix(f"{error.field}: ")
        what = error.field.rpartition(".")[2] if "." in error.field else ""
        return f"{'it' if what == 'file' else what} {message}".lstrip()
    return error.message


def _mend(error: DifferentiaError) -> str | None:
    if isinstance(error, SourceError):
        return "Whoever runs the service: `differentia doctor` says what is missing."
    return error.mend
