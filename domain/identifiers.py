"""Compact identifiers (CURIEs) as a type, and the one place that normalises their spellings."""

from __future__ import annotations

import re
from typing import Self

from domain.errors import InvalidField

_CURIE = re.compile(r"^[A-Za-z][A-Za-z0-9_.\-]*:[^\s:|][^\s|]*$")
_OBO_IRI = re.compile(r"^https?://purl\.obolibrary\.org/obo/([A-Za-z]+)_(\S+)$")
_ORDO_IRI = re.compile(r"^https?://www\.orpha\.net/ORDO/Orphanet_(\d+)$")

#: Spellings of one authority in the files we read, mapped to the spelling of HPOA.
PREFIXES = {
    "Orphanet": "ORPHA",
    "ORDO": "ORPHA",
    "orphanet": "ORPHA",
    "MIM": "OMIM",
    "omim": "OMIM",
    "OMIMPS": "OMIMPS",
    "hp": "HP",
    "mesh": "MESH",
    "MSH": "MESH",
    "SCTID": "SNOMEDCT",
    "SNOMEDCT_US": "SNOMEDCT",
    "NCI": "NCIT",
    "pmid": "PMID",
}


class Curie(str):
    """An identifier `PREFIX:LOCAL`. Make one with `Curie.parse`; the constructor only checks.

    >>> Curie.parse("http://purl.obolibrary.org/obo/HP_0001250")
    'HP:0001250'
    >>> Curie.parse("Orphanet:110").prefix
    'ORPHA'
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Check `text`. Raises InvalidField where it is no identifier."""
        if not _CURIE.match(text):
            raise InvalidField(
                "identifier",
                f"{text[:80]!r} is not an identifier.",
                mend="Write PREFIX:LOCAL, as in HP:0001250.",
            )
        return super().__new__(cls, text)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an identifier in any of its usual spellings (CURIE, OBO IRI, `HP_0001250`)."""
        text = text.strip()
        if iri := _OBO_IRI.match(text):
            text = f"{iri[1]}:{iri[2]}"
        elif iri := _ORDO_IRI.match(text):
            text = f"ORPHA:{iri[1]}"
        elif re.match(r"^[A-Za-z]+_\d+$", text):
            text = text.replace("_", ":", 1)
        prefix, colon, local = text.partition(":")
        if colon:
            text = f"{PREFIXES.get(prefix, prefix)}:{local}"
        return cls(text)

    @property
    def prefix(self) -> str:
        """What stands before the colon: the authority."""
        return self.partition(":")[0]

    @property
    def local(self) -> str:
        """What stands after the colon."""
        return self.partition(":")[2]
