"""A case file, or a folder, as a case: what can be used of it, and notes on what cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.case_file import coded
from api.case_file import folder as folders
from api.case_file.case_read import CaseRead
from api.case_file.document import CaseDocument, dotted, parse
from api.case_file.fields import Fitting, fitting
from api.case_file.places import below, contents
from api.case_models import CaseIn, ImageIn, LabTableIn, TextIn
from api.case_parts import PartsReader
from api.labs import MAX_TABLE_BYTES, Lab, check
from api.parts import read_day
from domain.errors import InputError

if TYPE_CHECKING:
    from api.service import Service

#: Most bytes of a case file, and of a phenopacket that it names.
MAX_BYTES = 5_000_000
#: The name that spans of the case's own text bear.
REPORT = "report"
#: Most bytes that a character takes.
_UTF8 = 4
_LONG = "Give one report at a time, or raise the setting DIFFERENTIA_MAX_TEXT_CHARS."


def read_case(path: Path, service: Service, *, parts: PartsReader | None = None) -> CaseRead:
    """The case of a case file, or of a folder: of its case file, or else of its files by their
    endings.

    A part that cannot be used becomes a note (level error) in `parts`, and the rest is there.
    Raises InputError where there is no such file, where the file is no object of fields, or the
    folder has two case files; ReleaseError, where codes cannot be checked.
    """
    parts = parts or PartsReader(service)
    if path.is_dir():
        name = folders.case_file(path)
        found = folders.contents(path)
        if name is None:
            return _of_folder(path, found, service, parts)
        read = _Reading(service, parts, path).of_file(below(path, name), name)
        parts.notes += folders.not_named(found, read[1], name)
        return read[0]
    if not path.exists():
        raise InputError(f"{path}: there is no such file or folder.")
    if path.suffix.lower() not in (".yaml", ".yml", ".json"):
        raise InputError(
            f"{path} is no case file.", mend="Name a folder, or a file that ends in .yaml or .json."
        )
    return _Reading(service, parts, path.parent).of_file(path, path.name)[0]


def _of_folder(
    path: Path, found: folders.Contents, service: Service, parts: PartsReader
) -> CaseRead:
    """Files by their endings; the limits and notes are those of a case file that names them."""
    named: dict[str, Any] = {
        "texts": [{"file": name} for name in found.texts],
        "images": [{"file": name} for name in found.images],
        "labs": [{"file": name} for name in found.tables],
    }
    parts.notes += folders.passed_over(found.passed_over, path.name)
    document = CaseDocument(name=str(path), data=named, lines={}, twice=())
    read = _Reading(service, parts, path).of_document(document)
    beside = f"; passed over {', '.join(found.passed_over)}" if found.passed_over else ""
    tried = (
        f"Tried {', '.join(folders.CASE_FILES)}, files ending in {folders.TEXT} and "
        f"{folders.TABLE}, and images{beside}."
    )
    return replace(read[0], tried=tried)


class _Reading:
    """Reads the parts of one case."""

    def __init__(self, service: Service, parts: PartsReader, folder: Path) -> None:
        self._service = service
        self._parts = parts
        self._folder = folder
        self._named: set[str] = set()

    def of_file(self, path: Path, name: str) -> tuple[CaseRead, frozenset[str]]:
        """The case of a case file, and the files that it names."""
        return self.of_document(parse(contents(path, MAX_BYTES), name))

    def of_document(self, document: CaseDocument) -> tuple[CaseRead, frozenset[str]]:
        """The case of the fields of a case file, and the files that it names."""
        if "phenotypicFeatures" in document.data:
            raise InputError(
                f"{document.name} is a phenopacket, and no case file.",
                mend="Give it with --phenopacket, or name it in a case file: phenopacket: {file: "
                "...}.",
            )
        fit = fitting(document)
        self._parts.notes += fit.notes
        case = fit.case
        if case.text is not None:
            self._parts.text("text", REPORT, case.text)
        for i, text in enumerate(case.texts):
            self._text(text, dotted(fit.place("texts", i)))
        for i, image in enumerate(case.images):
            self._film(image, dotted(fit.place("images", i)))
        self._labs(fit, document)
        read = CaseRead(
            name=document.name,
            parts=self._parts,
            findings=coded.findings(fit, document, self._service, self._parts),
            phenopacket=self._phenopacket(case),
            known=tuple(case.known_conditions),
            age=coded.age(case.age, document, self._parts),
            sex=case.sex,
            day=None if case.day is None else read_day(case.day, "day"),
            # What the file does not say is not its setting.
            setting=case.setting if "setting" in case.model_fields_set else None,
            tried=_tried(document),
        )
        return read, frozenset(self._named)

    def _bytes(self, place: str, name: str, most: int, **mend: str) -> bytes | None:
        """The bytes of a file of the case; None with a note where they cannot be had."""
        self._named.add(Path(name).as_posix())
        try:
            return contents(below(self._folder, name), most, **mend)
        except InputError as error:
            self._parts.lost(place, name, error)
            return None

    def _text(self, text: TextIn, place: str) -> None:
        day = None if text.day is None else read_day(text.day, "day")
        name = text.name or text.file or place
        words: str | bytes | None = text.text
        if text.file is not None:
            most = _UTF8 * self._service.settings.max_text_chars
            words = self._bytes(place, text.file, most, mend=_LONG)
        if words is not None:
            self._parts.text(place, name, words, day=day, study=text.study)

    def _film(self, image: ImageIn, place: str) -> None:
        from vision.decoding.limits import MAX_BYTES as MOST

        day = None if image.day is None else read_day(image.day, "day")
        data = self._bytes(place, image.file, MOST)
        if data is not None:
            self._parts.film(place, image.file, data, day=day, study=image.study)

    def _labs(self, fit: Fitting, document: CaseDocument) -> None:
        """Values first, so that a table of too many is told from there being too many tables."""
        tables = []
        for i, given in enumerate(fit.case.labs):
            path = fit.place("labs", i)
            place = dotted(path)
            if isinstance(given, LabTableIn):
                tables.append((place, given.file))
                continue
            lab = Lab(**given.model_dump(), field=place)
            try:
                check(lab)
            except InputError as error:
                self._parts.lost(place, f"{place} ({document.place(path)})", error)
            else:
                self._parts.labs.append(lab)
        for place, name in tables:
            data = self._bytes(place, name, MAX_TABLE_BYTES)
            if data is not None:
                self._parts.table(place, name, data)

    def _phenopacket(self, case: CaseIn) -> Mapping[str, Any] | None:
        """The phenopacket, or None with a note where there is none that can be used."""
        if case.phenopacket is None:
            return None
        packet: Mapping[str, Any] = case.phenopacket
        name = case.packet_file or "phenopacket"
        try:
            if case.packet_file is not None:
                data = self._bytes("phenopacket", name, MAX_BYTES)
                if data is None:
                    return None
                packet = coded.packet_of(data, name)
            coded.check_packet(packet, self._service)
        except InputError as error:
            self._parts.lost("phenopacket", name, error)
            return None
        return packet


def _tried(document: CaseDocument) -> str:
    """The fields that a case file has."""
    return f"Its fields: {', '.join(document.data)}." if document.data else "It has no field."
