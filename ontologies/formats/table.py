"""A hospital's own disease-finding table: CSV with a header, described in docs/formats.md.

One row is one assertion. All rows are looked at before the file is refused, so that one reading
names every line to mend.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from domain.assertions import DISEASE, EXCLUDED, Aspect, Assertion, Concept, Sex
from domain.errors import InvalidField, SourceError
from domain.identifiers import Curie
from ontologies.content import Content
from ontologies.files import read_bytes
from ontologies.frequency import read_frequency
from ontologies.tables import Table, header_of

REQUIRED = ("disease_id", "disease_label", "finding_id", "references")
OPTIONAL = ("finding_label", "frequency", "excluded", "sex", "onset", "evidence", "note")
_DELIMITERS = (",", ";", "\t")
_YES, _NO = ("yes", "true", "1"), ("", "no", "false", "0")
_SEXES = {"": None, "M": Sex.MALE, "MALE": Sex.MALE, "F": Sex.FEMALE, "FEMALE": Sex.FEMALE}
_URL = re.compile(r"^https?://\S+$")
#: How many faulty lines a message names.
SHOWN = 5


def _delimiter(head: str) -> str | None:
    for delimiter in _DELIMITERS:
        if {"disease_id", "finding_id"} <= {c.strip() for c in header_of(head, delimiter)}:
            return delimiter
    return None


def sniff(head: str, name: str) -> bool:  # noqa: ARG001
    """Whether the header names disease_id and finding_id."""
    return _delimiter(head) is not None


def read(path: Path, source: str, category: str = DISEASE) -> Content:  # noqa: ARG001
    """Diseases and assertions. Raises SourceError naming the faulty lines."""
    head = read_bytes(path)[:8192].decode("utf-8", "replace").lstrip("\ufeff")
    table = Table(path, REQUIRED, delimiter=_delimiter(head) or ",")
    strange = [c for c in table.columns if c not in (*REQUIRED, *OPTIONAL)]
    if strange:
        raise SourceError(
            str(path),
            f"the column {strange[0]!r} is not known.",
            line=1,
            mend=f"Known: {', '.join((*REQUIRED, *OPTIONAL))}.",
        )
    assertions: list[Assertion] = []
    labels: dict[Curie, Counter[str]] = {}
    faults: list[tuple[int, str]] = []
    for line, row in table:
        try:
            assertion = _assertion(source, line, row)
        except InvalidField as error:
            faults.append((line, str(error)))
            continue
        assertions.append(assertion)
        labels.setdefault(assertion.disease, Counter())[row["disease_label"]] += 1
    if faults:
        others = "; ".join(f"line {n}: {text}" for n, text in faults[1:SHOWN])
        more = f" and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        raise SourceError(
            str(path),
            faults[0][1],
            line=faults[0][0],
            mend=f"Also {others}{more}" if others else None,
        )
    if not assertions:
        raise SourceError(str(path), "has a header and no rows.")
    concepts = []
    notes = []
    for disease, counts in labels.items():
        label = min(counts, key=lambda n: (-counts[n], n))
        concepts.append(Concept(id=disease, label=label, category=DISEASE))
        if len(counts) > 1:
            others = ", ".join(repr(n) for n in sorted(counts) if n != label)
            notes.append(f"{path.name}: {disease} is {label!r}, also named {others}")
    return Content(
        version="", concepts=tuple(concepts), assertions=tuple(assertions), notes=tuple(notes)
    )


def _assertion(source: str, line: int, row: dict[str, str]) -> Assertion:
    if not row["disease_label"]:
        raise InvalidField("disease_label", "is empty.", mend="Give the disease its name.")
    frequency = read_frequency(row.get("frequency", ""))
    excluded = _excluded(row.get("excluded", ""))
    if excluded and frequency is not None and (frequency.count or frequency.percent):
        raise InvalidField(
            "excluded", f"yes, and seen in {frequency}.", mend="It can only be one of them."
        )
    sex = row.get("sex", "").upper()
    if sex not in _SEXES:
        raise InvalidField("sex", f"{sex[:20]!r} is neither MALE nor FEMALE, nor empty.")
    onset = row.get("onset", "")
    return Assertion(
        disease=_id("disease_id", row),
        concept=_id("finding_id", row),
        aspect=Aspect.PHENOTYPE,
        excluded=excluded or (frequency is not None and frequency.term == EXCLUDED),
        frequency=frequency,
        onset=_id("onset", row) if onset else None,
        sex=_SEXES[sex],
        modifiers=(),
        evidence_code=row.get("evidence", ""),
        references=_references(row["references"]),
        source=source,
        line=line,
    )


def _id(column: str, row: dict[str, str]) -> Curie:
    try:
        return Curie.parse(row[column])
    except InvalidField:
        raise InvalidField(
            column,
            f"{row[column][:60]!r} is not an identifier.",
            mend="Write PREFIX:LOCAL, as in HP:0001250 or HOSPITAL:17.",
        ) from None


def _excluded(text: str) -> bool:
    word = text.lower()
    if word not in (*_YES, *_NO):
        raise InvalidField("excluded", f"{text[:20]!r} is neither yes nor no, nor empty.")
    return word in _YES


def _references(text: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(part.strip() for part in text.split(";") if part.strip()))
    if not found:
        raise InvalidField(
            "references", "is empty.", mend="Say who says so: PMID:1234, a URL, or an id of yours."
        )
    for reference in found:
        if not _URL.match(reference):
            try:
                Curie(reference)
            except InvalidField:
                raise InvalidField(
                    "references",
                    f"{reference[:60]!r} is neither PREFIX:LOCAL nor a URL.",
                    mend="Separate several with ';'.",
                ) from None
    return found
