"""OBO 1.4, read with fastobo."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from domain.assertions import PHENOTYPE, Concept, Synonym
from domain.errors import SourceError
from domain.identifiers import Curie
from ontologies.content import Content
from ontologies.files import read_bytes
from ontologies.format import date_in


def sniff(head: str, name: str) -> bool:  # noqa: ARG001
    """Whether the first characters look like an OBO file."""
    return head.lstrip().startswith(("format-version:", "[Term]", "ontology:"))


def read(path: Path, source: str, category: str = PHENOTYPE) -> Content:  # noqa: ARG001
    """Terms of an OBO file, obsolete ones included. Raises SourceError with the line."""
    import fastobo

    data = read_bytes(path)
    try:
        document = fastobo.load(io.BytesIO(data))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise SourceError(
            str(path),
            f"is not OBO: {error.args[0]}.",
            line=line,
            mend="Mend or fetch the file again.",
        ) from None
    except OSError:
        raise SourceError(str(path), "is not UTF-8 text.") from None
    version = ""
    for clause in document.header:
        if clause.raw_tag() == "data-version":
            version = clause.raw_value()
    concepts = tuple(
        _concept(frame, category, path)
        for frame in document
        if isinstance(frame, fastobo.term.TermFrame)
    )
    return Content(version=date_in(version), concepts=concepts)


def _clauses(frame: object) -> Iterator[tuple[str, str, object]]:
    for clause in frame:  # type: ignore[attr-defined]
        yield clause.raw_tag(), clause.raw_value(), clause


def _concept(frame: object, category: str, path: Path) -> Concept:
    identifier = Curie.parse(str(frame.id))  # type: ignore[attr-defined]
    label, definition, obsolete = "", None, False
    synonyms: list[Synonym] = []
    found: dict[str, list[str]] = {
        "is_a": [], "alt_id": [], "replaced_by": [], "consider": [], "xref": []
    }  # fmt: skip
    for tag, value, clause in _clauses(frame):
        if tag == "name":
            label = value
        elif tag == "def":
            definition = str(clause.definition)  # type: ignore[attr-defined]
        elif tag == "is_obsolete":
            obsolete = value == "true"
        elif tag == "synonym":
            synonym = clause.synonym  # type: ignore[attr-defined]
            kind = None if synonym.type is None else str(synonym.type)
            synonyms.append(Synonym(text=synonym.desc, scope=synonym.scope.lower(), type=kind))
        elif tag in found:
            found[tag].append(value.split(" ")[0])
    if not label and not obsolete:
        raise SourceError(str(path), f"{identifier} has no name.")
    return Concept(
        id=identifier,
        label=label or str(identifier),
        category=category,
        definition=definition,
        synonyms=tuple(synonyms),
        xrefs=tuple(found["xref"]),
        parents=tuple(Curie.parse(i) for i in found["is_a"]),
        alt_ids=tuple(Curie.parse(i) for i in found["alt_id"]),
        obsolete=obsolete,
        replaced_by=tuple(Curie.parse(i) for i in found["replaced_by"]),
        consider=tuple(Curie.parse(i) for i in found["consider"]),
    )
