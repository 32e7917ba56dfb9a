"""The Disease Ontology's cross-references (OMIMinDO.tsv, OrphanetinDO.tsv and their like).

They say where else a disease is spoken of, not that the two are the same: they translate codes
and never join diseases.
"""

from __future__ import annotations

import re
from pathlib import Path

from domain.assertions import DISEASE
from domain.errors import InvalidField, SourceError
from domain.identifiers import Curie
from ontologies.content import DB_XREF, Content, Mapping
from ontologies.tables import Table, header_of

COLUMNS = ("id", "label", "xrefs")
#: How the Disease Ontology writes OMIM's phenotypic series.
SERIES = "MIM:PS"
_SEPARATOR = re.compile(r"\s*[,|]\s*")


def sniff(head: str, name: str) -> bool:  # noqa: ARG001
    """Whether the header is that of the cross-references."""
    return header_of(head) == COLUMNS


def read(path: Path, source: str, category: str = DISEASE) -> Content:  # noqa: ARG001
    """Mappings that only translate codes. Raises SourceError with the line."""
    found: list[Mapping] = []
    for line, row in Table(path, COLUMNS):
        for code in filter(None, _SEPARATOR.split(row["xrefs"])):
            series = code.startswith(SERIES)
            try:
                found.append(
                    Mapping(
                        subject=Curie.parse(row["id"]),
                        predicate=DB_XREF,
                        object=Curie.parse(f"OMIMPS:{code[len(SERIES) :]}" if series else code),
                        source=source,
                        line=line,
                        subject_label=row["label"],
                        subject_obsolete=row["label"].startswith("obsolete "),
                    )
                )
            except InvalidField as error:
                raise SourceError(str(path), error.message, line=line, mend=error.mend) from None
    if not found:
        raise SourceError(str(path), "has a header and no cross-references.")
    return Content(version="", mappings=tuple(found))
