"""SSSOM mapping sets: a TSV table under a metadata header in YAML, commented out with `#`.

Fields and rules as in SSSOM (https://mapping-commons.github.io/sssom/). Every prefix that a row
uses must be in the header's `curie_map`, but for those that SSSOM itself defines.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from domain.assertions import DISEASE
from domain.errors import InvalidField, SourceError
from domain.identifiers import Curie
from ontologies.content import Content, Mapping
from ontologies.format import date_in
from ontologies.tables import Table, header_of

COLUMNS = ("subject_id", "predicate_id", "object_id", "mapping_justification")
#: Prefixes that SSSOM defines, so that a file need not declare them.
BUILT_IN = frozenset({"owl", "rdf", "rdfs", "semapv", "skos", "sssom", "xsd", "linkml"})
#: How a label begins that says of itself that its term is obsolete ("obsoleted echo virus ...").
OBSOLETE = re.compile(r"obsoleted?\b", re.IGNORECASE)
NO_TERM = "sssom:NoTermFound"


def sniff(head: str, name: str) -> bool:  # noqa: ARG001
    """Whether the first characters look like a mapping set, with or without its metadata."""
    columns = header_of(head)
    return "subject_id" in columns and "object_id" in columns


def read(path: Path, source: str, category: str = DISEASE) -> Content:  # noqa: ARG001
    """Mappings of an SSSOM file; concepts are none of its business. Raises SourceError with the
    line."""
    table = Table(path, COLUMNS)
    about = _metadata(path, table)
    prefixes = BUILT_IN | about["curie_map"].keys()
    found: list[Mapping] = []
    negated = unmatched = 0
    for line, row in table:
        if row.get("predicate_modifier", "").casefold() == "not":
            negated += 1
        elif NO_TERM in (row["subject_id"], row["object_id"]):
            unmatched += 1
        else:
            found.append(_mapping(path, source, line, row, prefixes))
    notes = []
    if negated:
        notes.append(f"{path.name}: {negated:,} rows say that two things are not the same: left")
    if unmatched:
        notes.append(f"{path.name}: {unmatched:,} rows say that there is no match: left")
    if not found and not notes:
        raise SourceError(str(path), "has a header and no mappings.")
    version = str(about.get("mapping_set_version", ""))
    return Content(version=date_in(version), mappings=tuple(found), notes=tuple(notes))


def _metadata(path: Path, table: Table) -> dict[str, Any]:
    """The header as a mapping that holds `curie_map`. Raises SourceError."""
    import yaml

    mend = "It begins with commented YAML that holds curie_map (prefix: IRI)."
    if not table.comments:
        raise SourceError(str(path), "has no SSSOM metadata header.", line=1, mend=mend)
    text = "\n".join(line for _, line in table.comments)
    # One level of space may stand before every line of the comment.
    if all(line.startswith(" ") or not line for _, line in table.comments):
        text = "\n".join(line[1:] for _, line in table.comments)
    try:
        about = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = table.comments[0][0] + (mark.line if mark else 0)
        raise SourceError(
            str(path), "the SSSOM metadata header is not YAML.", line=line, mend=mend
        ) from None
    except RecursionError:
        raise SourceError(str(path), "the SSSOM metadata header is nested too deeply.") from None
    if not isinstance(about, dict) or not isinstance(about.get("curie_map"), dict):
        raise SourceError(
            str(path), "the SSSOM metadata header has no curie_map.", line=1, mend=mend
        )
    return about


def _mapping(
    path: Path, source: str, line: int, row: dict[str, str], prefixes: frozenset[str] | set[str]
) -> Mapping:
    for column in ("subject_id", "predicate_id", "object_id"):
        prefix, colon, _ = row[column].partition(":")
        if not colon or prefix not in prefixes:
            shown = row[column][:60]
            message = (
                f"{column} {shown!r} is empty."
                if not shown
                else (f"the prefix of {column} {shown!r} is not in the curie_map.")
            )
            raise SourceError(
                str(path), message, line=line, mend="Declare it in the header, or mend the row."
            )
    label = row.get("subject_label", "")
    try:
        return Mapping(
            subject=Curie.parse(row["subject_id"]),
            predicate=row["predicate_id"],
            object=Curie.parse(row["object_id"]),
            source=source,
            line=line,
            subject_label=label,
            object_label=row.get("object_label", ""),
            justification=row["mapping_justification"],
            subject_obsolete=bool(OBSOLETE.match(label)),
        )
    except InvalidField as error:
        raise SourceError(str(path), error.message, line=line, mend=error.mend) from None
