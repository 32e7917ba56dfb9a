"""The words that Differentia uses in RDF, and how identifiers become IRIs and come back.

Our own vocabulary is `urn:differentia:`, a name and no address: nobody registered it and nothing
is to be found there. docs/formats.md describes each word. Everything else is the vocabulary that
OBO ontologies use (OWL, SKOS, oboInOwl, IAO).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote

from domain.assertions import CODE, DISEASE, PHENOTYPE
from domain.errors import InvalidField
from domain.identifiers import Curie

OURS = "urn:differentia:"
#: Stands before `PREFIX:LOCAL` of an identifier whose authority has no IRIs that we know of.
ID = OURS + "id:"
SYNONYM_TYPE = OURS + "synonym-type:"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
OBO = "http://purl.obolibrary.org/obo/"
OIO = "http://www.geneontology.org/formats/oboInOwl#"
DCTERMS = "http://purl.org/dc/terms/"

REPLACED_BY = OBO + "IAO_0100001"
DEFINITION = OBO + "IAO_0000115"
SYNONYMS = {
    OIO + "hasExactSynonym": "exact",
    OIO + "hasNarrowSynonym": "narrow",
    OIO + "hasBroadSynonym": "broad",
    OIO + "hasRelatedSynonym": "related",
}
#: Our classes and the category of their members.
CLASSES = {OURS + "Disease": DISEASE, OURS + "Finding": PHENOTYPE, OURS + "Code": CODE}
ASSERTION = OURS + "Assertion"
FIGURE = OURS + "Figure"
MAPPING = OURS + "Mapping"
#: Every word of ours that may stand as a predicate.
WORDS = frozenset(
    OURS + word
    for word in (
        "disease", "finding", "aspect", "excluded", "count", "total", "percent", "frequency",
        "sex", "onset", "modifier", "evidence", "reference", "note", "source", "line",
        "statedFinding", "subject", "predicate", "object", "justification", "category",
        "absent", "words", "threshold", "kind", "measure", "printed", "value", "class", "interval",
        "population", "setting", "comparator", "against", "opened", "review",
    )
)  # fmt: skip

_OBO_PREFIXES = (
    "HP", "MONDO", "DOID", "SYMP", "NCIT", "OMO", "ECO", "GO", "UBERON", "CL", "CHEBI", "PATO",
)  # fmt: skip
#: IRIs of the authorities, as Mondo's and HPO's own files write them.
STEMS: dict[str, str] = {
    **{prefix: f"{OBO}{prefix}_" for prefix in _OBO_PREFIXES},
    "OMIM": "https://omim.org/entry/",
    "ORPHA": "http://www.orpha.net/ORDO/Orphanet_",
    "MESH": "http://identifiers.org/mesh/",
    "SNOMEDCT": "http://snomed.info/id/",
    "UMLS": "http://linkedlifedata.com/resource/umls/id/",
}
#: A local part that can follow a stem, and be written after a prefix in Turtle.
_PLAIN = re.compile(r"^[A-Za-z0-9_]+$")
_OMIM = re.compile(r"^https?://(?:www\.)?omim\.org/entry/(\d+)$")


def iri_of(identifier: Curie) -> str:
    """The IRI of an identifier; `curie_of` gives the identifier back.

    >>> iri_of(Curie("HP:0001250"))
    'http://purl.obolibrary.org/obo/HP_0001250'
    >>> iri_of(Curie("LOCAL:7/a"))
    'urn:differentia:id:LOCAL:7%2Fa'
    """
    stem = STEMS.get(identifier.prefix)
    if stem is not None and _PLAIN.match(identifier.local):
        return stem + identifier.local
    return f"{ID}{identifier.prefix}:{quote(identifier.local, safe='')}"


def curie_of(iri: str, prefixes: Mapping[str, str]) -> Curie:
    """The identifier of an IRI; `prefixes` are those the file itself declares (prefix to IRI).

    Raises InvalidField where no prefix stands for it.
    """
    if iri.startswith(ID):
        return Curie.parse(unquote(iri[len(ID) :]))
    if omim := _OMIM.match(iri):
        return Curie(f"OMIM:{omim[1]}")
    for prefix, stem in STEMS.items():
        if iri.startswith(stem) and _PLAIN.match(iri[len(stem) :]):
            return Curie(f"{prefix}:{iri[len(stem) :]}")
    if iri.startswith(OBO):
        return Curie.parse(iri)
    if iri.partition(":")[0] in STEMS:
        return Curie.parse(iri)  # a CURIE whose prefix the file forgot to declare
    declared = [p for p, stem in prefixes.items() if p and iri.startswith(stem) and iri != stem]
    if not declared or iri.startswith((OURS, OWL, RDFS, RDF, SKOS)):
        raise InvalidField(
            "identifier",
            f"<{iri[:120]}> cannot be written as PREFIX:LOCAL.",
            mend=f"Declare a prefix for it, or write <{ID}PREFIX:LOCAL>.",
        )
    nearest = max(declared, key=lambda p: (len(prefixes[p]), p))
    return Curie.parse(f"{nearest}:{iri[len(prefixes[nearest]) :]}")
