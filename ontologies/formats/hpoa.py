"""HPO annotations: `phenotype.hpoa`, in its layouts of 2023 and of 2025.

Column by column as https://obophenotype.github.io/human-phenotype-ontology/annotations/phenotype_hpoa/
describes them. The header of 2023 stands in a comment line and spells the names differently.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from domain.assertions import (
    DISEASE,
    EXCLUDED,
    Aspect,
    Assertion,
    Concept,
    Frequency,
    Sex,
)
from domain.errors import InvalidField, SourceError
from domain.identifiers import Curie
from ontologies.content import Content
from ontologies.files import read_text
from ontologies.frequency import read_frequency

COLUMNS = (
    "database_id", "disease_name", "qualifier", "hpo_id", "reference", "evidence",
    "onset", "frequency", "sex", "modifier", "aspect", "biocuration",
)  # fmt: skip
_HEADER = re.compile(r"^#?(?:database_id|DatabaseID)\t", re.MULTILINE)
_COMMENT = re.compile(r"^#[^\n\t]*HPO annotations", re.MULTILINE)


def sniff(head: str, name: str) -> bool:  # noqa: ARG001
    """Whether the first characters look like phenotype.hpoa."""
    return bool(_HEADER.search(head) or _COMMENT.match(head))


def read(path: Path, source: str, category: str = DISEASE) -> Content:  # noqa: ARG001
    """Read a `phenotype.hpoa`, plain or gzipped. Raises SourceError with the line."""
    lines = iter(enumerate(read_text(path), start=1))
    version, columns = _header(path, lines)
    parser = _RowParser(path, source, columns)
    assertions = tuple(parser.row(number, line) for number, line in lines if line.strip())
    if not assertions:
        raise SourceError(str(path), "has a header and no annotations.")
    concepts, notes = parser.diseases()
    return Content(version=version, concepts=concepts, assertions=assertions, notes=notes)


def _header(path: Path, lines: Iterator[tuple[int, str]]) -> tuple[str, tuple[str, ...]]:
    version = ""
    for number, line in lines:
        if stated := re.match(r"#\s*(?:version|date):\s*(\S+)", line):
            version = stated[1]
        names = tuple(_column(name) for name in line.lstrip("#").rstrip("\n").split("\t"))
        if names[0] == "database_id":
            missing = [name for name in COLUMNS if name not in names]
            if missing:
                raise SourceError(str(path), f"the header lacks {', '.join(missing)}.", line=number)
            return version, names
        if not line.startswith("#"):
            break
    raise SourceError(
        str(path),
        "has no header line.",
        mend="phenotype.hpoa has a line that begins with database_id or #DatabaseID.",
    )


def _column(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.strip()).lower()


class _RowParser:
    """Splits and types one line; what repeats (identifiers, references) is made once."""

    def __init__(self, path: Path, source: str, columns: tuple[str, ...]) -> None:
        self._path = path
        self._source = source
        self._width = len(columns)
        self._at = [columns.index(name) for name in COLUMNS]
        self._names: dict[Curie, Counter[str]] = {}
        self._ids: dict[str, Curie] = {}
        self._references: dict[str, tuple[str, ...]] = {}
        self._frequencies: dict[str, Frequency | None] = {}

    def row(self, number: int, line: str) -> Assertion:
        """One line as an assertion. Raises SourceError."""
        cells = line.rstrip("\n").split("\t")
        if len(cells) != self._width:
            raise SourceError(
                str(self._path),
                f"{len(cells)} columns where the header has {self._width}.",
                line=number,
                mend="The line is cut or its tabs are lost: fetch the file again.",
            )
        (disease, name, qualifier, concept, reference, evidence, onset, frequency, sex,
         modifier, aspect, _) = (cells[i] for i in self._at)  # fmt: skip
        if qualifier not in ("", "NOT"):
            raise self._wrong(number, f"qualifier {qualifier!r} is neither empty nor NOT.")
        try:
            often = self._frequency(frequency)
            identifier = self._id(disease)
            self._names.setdefault(identifier, Counter())[name] += 1
            return Assertion(
                disease=identifier,
                concept=self._id(concept),
                aspect=Aspect(aspect),
                excluded=qualifier == "NOT" or (often is not None and often.term == EXCLUDED),
                frequency=often,
                onset=self._id(onset) if onset else None,
                sex=self._sex(sex, number),
                modifiers=tuple(dict.fromkeys(m for m in modifier.split(";") if m)),
                evidence_code=evidence,
                references=self._split(reference),
                source=self._source,
                line=number,
            )
        except InvalidField as error:
            raise self._wrong(number, error.message) from None
        except ValueError:
            raise self._wrong(number, f"aspect {aspect!r} is none of P, I, C, M, H.") from None

    def diseases(self) -> tuple[tuple[Concept, ...], tuple[str, ...]]:
        """A concept for each disease under its commonest name, and notes on other names."""
        concepts, notes = [], []
        for disease, counts in sorted(self._names.items()):
            label = min(counts, key=lambda n: (-counts[n], n))
            concepts.append(Concept(id=disease, label=label or disease, category=DISEASE))
            if len(counts) > 1:
                others = ", ".join(repr(n) for n in sorted(counts) if n != label)
                notes.append(f"{disease} is {label!r}, also named {others}")
        return tuple(concepts), tuple(notes)

    def _wrong(self, number: int, message: str) -> SourceError:
        return SourceError(
            str(self._path), message, line=number, mend="Correct or remove the line."
        )

    def _id(self, text: str) -> Curie:
        if text not in self._ids:
            self._ids[text] = Curie.parse(text)
        return self._ids[text]

    def _split(self, text: str) -> tuple[str, ...]:
        if text not in self._references:
            self._references[text] = tuple(dict.fromkeys(r for r in text.split(";") if r))
        return self._references[text]

    def _sex(self, text: str, number: int) -> Sex | None:
        if not text:
            return None
        if text.upper() not in ("MALE", "FEMALE"):
            raise self._wrong(number, f"sex {text!r} is neither MALE nor FEMALE.")
        return Sex(text.upper())

    def _frequency(self, text: str) -> Frequency | None:
        if text not in self._frequencies:
            self._frequencies[text] = read_frequency(text)
        return self._frequencies[text]
