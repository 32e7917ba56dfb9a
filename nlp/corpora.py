"""Annotated texts to measure a reader on, or to train one: four formats, one shape.

`annotations` is a folder with `corpus/` (texts) and `ann/` (a file of the same name each);
`sentences` a table of one target a sentence; `reports` a pair of tables, chest reports and their
labels; `jsonl` our own, a document a line. docs/formats.md describes them.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.errors import EmptyInput, InvalidField, SourceError
from domain.findings import Experiencer, Time
from domain.identifiers import Curie
from nlp.document import decode
from ontologies.files import read_bytes, read_text

FORMATS = ("annotations", "sentences", "reports", "jsonl")
#: Columns of a table of sentences, by their first words, and of a table of reports.
_SENTENCE_COLUMNS = ("condition", "sentence", "negation", "temporality", "experiencer")
_REPORT_COLUMNS = ("indication", "comparison", "findings", "impression")
_COUNTED = ("findings", "impression")
_TIMES = {
    "historical": Time.PAST,
    "recent": Time.NOW,
    "not particular": Time.HYPOTHETICAL,
    "hypothetical": Time.HYPOTHETICAL,
}
_EXPERIENCERS = {
    "patient": Experiencer.PATIENT,
    "family member": Experiencer.FAMILY,
    "other": Experiencer.OTHER,
}
_BRACKETED = re.compile(r"\[(\d+)::(\d+)\]\t(\S+) \| ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """What an annotator marked: characters `start` to `end` (0-based, half-open) as `concept`.

    An attribute that was not annotated is None, and so is `concept` of a target that is only
    there for its attributes.
    """

    start: int
    end: int
    concept: Curie | None
    negated: bool | None = None
    time: Time | None = None
    experiencer: Experiencer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldDocument:
    """A text with its annotations. `labels` are those of the whole text (None: not annotated),
    read only from the characters of `scope`."""

    name: str
    text: str
    mentions: tuple[Gold, ...] = ()
    labels: frozenset[str] | None = None
    scope: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Annotated documents; `skipped` counts what could not be used, and `why`. `has_concepts`
    says whether every mention of every text was annotated with its concept."""

    name: str
    format: str
    documents: tuple[GoldDocument, ...]
    has_concepts: bool
    skipped: int = 0
    why: str = ""


def read_corpus(path: Path, format_: str | None = None, *, labels: Path | None = None) -> Corpus:
    """Read annotated texts; the format is seen from the content where none is named.

    `labels` is the second table of `reports`. Raises SourceError naming file and line, and
    EmptyInput where there is no document.
    """
    kind = format_ or _detect(path)
    if kind not in FORMATS:
        raise InvalidField("--format", f"{kind!r} is none.", mend=f"Use {', '.join(FORMATS)}.")
    if kind == "annotations":
        corpus = _annotations(path)
    elif kind == "sentences":
        corpus = _sentences(path)
    elif kind == "jsonl":
        corpus = _jsonl(path)
    elif labels is None:
        raise InvalidField("--labels", f"{path.name} needs its labels.", mend="Add --labels FILE.")
    else:
        corpus = _reports(path, labels)
    if not corpus.documents:
        raise EmptyInput(f"{path} has no annotated document.")
    return corpus


def _name(path: Path) -> str:
    return path.resolve().name.split(".")[0]


def _detect(path: Path) -> str:
    if path.is_dir():
        if (path / "ann").is_dir() and (path / "corpus").is_dir():
            return "annotations"
        raise SourceError(str(path), "has no folders corpus and ann.")
    first = read_text(path).readline()
    if first.lstrip().startswith("{"):
        return "jsonl"
    if "\t" in first and "sentence" in first.lower():
        return "sentences"
    if all(name in first.lower() for name in _REPORT_COLUMNS):
        return "reports"
    raise SourceError(
        str(path), "is no corpus that is known.", mend=f"Formats: {', '.join(FORMATS)}."
    )


def _annotations(path: Path) -> Corpus:
    documents = []
    skipped = 0
    for file in sorted((path / "corpus").iterdir()):
        text = decode(read_bytes(file))
        listed = path / "ann" / file.name
        lines = read_text(listed).read().split("\n") if listed.is_file() else []
        mentions = []
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            mention = _annotation(line, listed, number)
            if 0 <= mention.start < mention.end <= len(text):
                mentions.append(mention)
            else:
                skipped += 1
        documents.append(GoldDocument(name=file.name, text=text, mentions=tuple(mentions)))
    return Corpus(
        name=_name(path),
        format="annotations",
        documents=tuple(documents),
        has_concepts=True,
        skipped=skipped,
        why="annotations outside their text" if skipped else "",
    )


def _annotation(line: str, file: Path, number: int) -> Gold:
    """`[start::end]<tab>ID | words`, or `start<tab>end<tab>words<tab>ID`; the words are not read,
    nor is a further column."""
    if match := _BRACKETED.match(line):
        start, end, concept = match.groups()
    else:
        fields = line.split("\t")
        if len(fields) < 4:
            raise SourceError(str(file), f"{line[:40]!r} is no annotation.", line=number)
        start, end, _, concept = fields[:4]
    try:
        return Gold(start=int(start), end=int(end), concept=Curie.parse(concept))
    except ValueError:
        raise SourceError(str(file), f"{line[:40]!r} has no offsets.", line=number) from None
    except InvalidField as error:
        raise SourceError(str(file), error.message, line=number) from None


def _sentences(path: Path) -> Corpus:
    rows = csv.reader(read_text(path), delimiter="\t", quoting=csv.QUOTE_NONE)
    header = [name.lower() for name in next(rows, [])]
    at = [
        next((i for i, name in enumerate(header) if name.startswith(wanted)), -1)
        for wanted in _SENTENCE_COLUMNS
    ]
    if -1 in at:
        raise SourceError(str(path), f"lacks a column {_SENTENCE_COLUMNS[at.index(-1)]}.", line=1)
    documents = []
    skipped = 0
    for number, row in enumerate(rows, start=2):
        if not row:
            continue
        try:
            target, sentence, negation, time, whose = (row[i].strip() for i in at)
            time_, whose_ = _TIMES[time.lower()], _EXPERIENCERS[whose.lower()]
        except (IndexError, KeyError) as error:
            raise SourceError(str(path), f"is not understood: {error}.", line=number) from None
        start = sentence.upper().find(target.upper())
        if not target or start < 0 or len(sentence.upper()) != len(sentence):
            skipped += 1
            continue
        mention = Gold(
            start=start,
            end=start + len(target),
            concept=None,
            negated=negation.lower() == "negated",
            time=time_,
            experiencer=whose_,
        )
        documents.append(GoldDocument(name=str(number), text=sentence, mentions=(mention,)))
    return Corpus(
        name=_name(path),
        format="sentences",
        documents=tuple(documents),
        has_concepts=False,
        skipped=skipped,
        why="targets not found in their sentence" if skipped else "",
    )


def _table(path: Path, needed: Iterable[str]) -> list[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(read_text(path).getvalue(), newline=""))
    for name in needed:
        if name not in (reader.fieldnames or ()):
            raise SourceError(str(path), f"lacks a column {name}.", line=1)
    return [{k: v or "" for k, v in row.items() if k} for row in reader]


def _reports(path: Path, labels: Path) -> Corpus:
    """Reports with their labels: `uid` of one table is `filename` (CXR and the uid) of the other.
    The text has its sections headed; labels are those of findings and impression."""
    of_report: dict[str, frozenset[str]] = {}
    for row in _table(labels, ("filename",)):
        marked = frozenset(
            k for k, v in row.items() if k not in ("filename", "normal") and v == "1"
        )
        of_report[row["filename"].removeprefix("CXR")] = marked
    documents = []
    skipped = 0
    for row in _table(path, ("uid", *_REPORT_COLUMNS)):
        if row["uid"] not in of_report or not any(row[name].strip() for name in _COUNTED):
            skipped += 1
            continue
        text = ""
        scope = []
        for name in _REPORT_COLUMNS:
            if row[name].strip():
                start = len(text)
                text += f"{name.upper()}: {row[name].strip()}\n\n"
                if name in _COUNTED:
                    scope.append((start, len(text)))
        documents.append(
            GoldDocument(
                name=row["uid"], text=text, labels=of_report[row["uid"]], scope=tuple(scope)
            )
        )
    return Corpus(
        name=_name(path),
        format="reports",
        documents=tuple(documents),
        has_concepts=False,
        skipped=skipped,
        why="reports without words or without labels" if skipped else "",
    )


def _jsonl(path: Path) -> Corpus:
    documents = []
    for number, line in enumerate(read_text(path).read().split("\n"), start=1):
        if not line.strip():
            continue
        try:
            documents.append(_document(json.loads(line), number))
        except (json.JSONDecodeError, KeyError, TypeError, ValueError, InvalidField) as error:
            said = f"lacks {error}" if isinstance(error, KeyError) else str(error)
            raise SourceError(str(path), f"no annotated document: {said}.", line=number) from None
    linked = all(m.concept is not None for d in documents for m in d.mentions)
    return Corpus(name=_name(path), format="jsonl", documents=tuple(documents), has_concepts=linked)


def _document(given: Mapping[str, Any], number: int) -> GoldDocument:
    text = given["text"]
    if not isinstance(text, str) or not text.strip():
        raise ValueError("its text is empty")
    mentions = []
    for m in given["mentions"]:
        start, end, concept = m["start"], m["end"], m["concept"]
        if not (type(start) is type(end) is int and 0 <= start < end <= len(text)):
            raise ValueError(f"{start} to {end} is outside its text")
        negated, time, whose = m.get("negated"), m.get("time"), m.get("experiencer")
        if negated not in (True, False, None):
            raise ValueError(f"negated is true or false, not {negated!r}")
        mentions.append(
            Gold(
                start=start,
                end=end,
                concept=None if concept is None else Curie.parse(concept),
                negated=negated,
                time=None if time is None else Time(time),
                experiencer=None if whose is None else Experiencer(whose),
            )
        )
    return GoldDocument(
        name=str(given.get("document", number)), text=text, mentions=tuple(mentions)
    )
