"""OBO Graphs JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from domain.assertions import PHENOTYPE, Concept, Synonym
from domain.errors import InvalidField, SourceError
from domain.identifiers import Curie
from ontologies.content import Content
from ontologies.files import read_bytes
from ontologies.format import date_in

_SCOPES = {
    "hasExactSynonym": "exact",
    "hasNarrowSynonym": "narrow",
    "hasBroadSynonym": "broad",
    "hasRelatedSynonym": "related",
}
_OBO = "http://purl.obolibrary.org/obo/"
_OIO = "http://www.geneontology.org/formats/oboInOwl#"


def sniff(head: str, name: str) -> bool:  # noqa: ARG001
    """Whether the first characters look like an OBO Graphs document."""
    return head.lstrip().startswith("{") and '"graphs"' in head


def read(path: Path, source: str, category: str = PHENOTYPE) -> Content:  # noqa: ARG001
    """Terms of the first graph that are in OBO's name space. Raises SourceError."""
    try:
        document = json.loads(read_bytes(path))
        graph = document["graphs"][0]
        nodes, edges = graph["nodes"], graph["edges"]
    except json.JSONDecodeError as error:
        raise SourceError(str(path), f"is not JSON: {error.msg}.", line=error.lineno) from None
    except UnicodeDecodeError:
        raise SourceError(str(path), "is not UTF-8 text.") from None
    except RecursionError:
        raise SourceError(str(path), "is nested too deeply.") from None
    except (KeyError, IndexError, TypeError):
        raise SourceError(
            str(path), "is JSON, but not OBO Graphs.", mend="It needs graphs[0].nodes and .edges."
        ) from None
    parents: dict[str, list[Curie]] = {}
    for edge in edges:
        if edge.get("pred") == "is_a":
            parents.setdefault(edge["sub"], []).append(Curie.parse(edge["obj"]))
    concepts = tuple(
        _concept(node, parents, category, path)
        for node in nodes
        if node.get("type") == "CLASS" and node["id"].startswith(_OBO)
    )
    version = graph.get("meta", {}).get("version", "")
    return Content(version=date_in(version), concepts=concepts)


def _concept(
    node: dict[str, Any], parents: dict[str, list[Curie]], category: str, path: Path
) -> Concept:
    try:
        identifier = Curie.parse(node["id"])
    except InvalidField as error:
        raise SourceError(str(path), error.message) from None
    meta: dict[str, Any] = node.get("meta", {})
    obsolete = bool(meta.get("deprecated"))
    label = node.get("lbl", "")
    if not label and not obsolete:
        raise SourceError(str(path), f"{identifier} has no label.")
    values: dict[str, list[str]] = {}
    for pair in meta.get("basicPropertyValues", ()):
        values.setdefault(pair["pred"], []).append(pair["val"])
    return Concept(
        id=identifier,
        label=label or str(identifier),
        category=category,
        definition=meta.get("definition", {}).get("val"),
        synonyms=tuple(
            Synonym(
                text=synonym["val"],
                scope=_SCOPES.get(synonym["pred"], "related"),
                type=_last(synonym.get("synonymType")),
            )
            for synonym in meta.get("synonyms", ())
        ),
        xrefs=tuple(xref["val"] for xref in meta.get("xrefs", ())),
        parents=tuple(parents.get(node["id"], ())),
        alt_ids=tuple(Curie.parse(v) for v in values.get(_OIO + "hasAlternativeId", ())),
        obsolete=obsolete,
        replaced_by=tuple(Curie.parse(v) for v in values.get(_OBO + "IAO_0100001", ())),
        consider=tuple(Curie.parse(v) for v in values.get(_OIO + "consider", ())),
    )


def _last(iri: str | None) -> str | None:
    return None if iri is None else re.split(r"[#/:]", iri)[-1]
