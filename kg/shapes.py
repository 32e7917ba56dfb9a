"""RDF files against the SHACL shapes, with pySHACL; for what we and hospitals write by hand.

pySHACL takes more than a minute and more than a gigabyte for a whole release: tables get the same
rules from kg/table_checks.py.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from domain.errors import InputTooLarge, SourceError
from kg.issues import Issue, Severity, ordered
from ontologies import format as formats
from ontologies import vocabulary as v
from ontologies.rdf_files import FORMATS, Parsed, parse
from ontologies.rdf_node import Reader

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

SHAPES = Path(formats.__file__).parent / "shapes" / "differentia.ttl"
SHAPE = v.OURS + "shape:"
#: Most assertions and figures that are given to pySHACL, which takes some three
#: seconds for a thousand assertions and some nine for a thousand figures.
MAX_ASSERTIONS = 20_000
_SH = "http://www.w3.org/ns/shacl#"
_SEVERITY: dict[str, Severity] = {
    _SH + "Violation": "error", _SH + "Warning": "warning", _SH + "Info": "info"
}  # fmt: skip


def validate_rdf(path: Path) -> list[Issue]:
    """What our shapes find in a Turtle, JSON-LD, N-Triples or RDF/XML file.

    `source` of an issue is the file's name, `line` the line on which its subject begins (None
    in JSON-LD). A word that our vocabulary does not have is an issue too (`unknown-word`).
    Raises SourceError where the file cannot be parsed, InputTooLarge past `MAX_ASSERTIONS`.
    """
    form = formats.sniff(path)
    if form not in FORMATS:
        raise SourceError(str(path), f"is {form}, not RDF.", mend="Load it: rows are checked then.")
    parsed = parse(path, form)
    reader = Reader(parsed, path, path.name)
    number = sum(
        1 for kind in (v.ASSERTION, v.FIGURE) for _ in parsed.graph.subjects(*_type(reader, kind))
    )
    if number > MAX_ASSERTIONS:
        raise InputTooLarge(
            f"{path}: {number:,} assertions and figures are more than {MAX_ASSERTIONS:,}.",
            mend="Load it: the same rules are then checked as table checks.",
        )
    return ordered([*_unknown_words(parsed, reader), *_violations(parsed, reader)])


def _type(reader: Reader, name: str) -> tuple[Node, Node]:
    return reader.iri(v.RDF + "type"), reader.iri(name)


@cache
def _shapes() -> Graph:
    return parse(SHAPES, "turtle").graph


def _violations(parsed: Parsed, reader: Reader) -> list[Issue]:
    import pyshacl

    _, found, _ = pyshacl.validate(parsed.graph, shacl_graph=_shapes(), inference="none")
    report = cast("Graph", found)
    issues = []
    kind, result = _type(reader, _SH + "ValidationResult")
    for one in report.subjects(kind, result):
        said = {str(p): o for p, o in report.predicate_objects(one)}
        shape = str(said[_SH + "sourceShape"])
        if not shape.startswith(SHAPE):
            continue
        node = reader.node(said[_SH + "focusNode"])
        code = shape.removeprefix(SHAPE)
        issues.append(
            Issue(
                severity=_SEVERITY[str(said[_SH + "resultSeverity"])],
                code=code,
                subject=reader.name(node),
                source=reader.source,
                line=node.line,
                message=message_of(code),
            )
        )
    return issues


def message_of(code: str) -> str:
    """What the shape with this code says."""
    from rdflib.term import URIRef

    return str(_shapes().value(URIRef(SHAPE + code), URIRef(_SH + "message")))


def _unknown_words(parsed: Parsed, reader: Reader) -> list[Issue]:
    return [
        Issue(
            severity="error",
            code="unknown-word",
            subject=reader.name(reader.node(subject)),
            source=reader.source,
            line=parsed.lines.get(subject),
            message=f"{str(predicate).removeprefix(v.OURS)!r} is no word of our vocabulary.",
            mend="docs/formats.md lists them.",
        )
        for subject, predicate in parsed.graph.subject_predicates(unique=True)
        if str(predicate).startswith(v.OURS) and str(predicate) not in v.WORDS
    ]
