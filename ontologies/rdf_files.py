"""RDF files into an rdflib graph: bounded, with line numbers, and without looking anywhere else.

No file makes us open another one: no external XML entity, no remote JSON-LD context, no import.
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from domain.errors import SourceError
from ontologies import vocabulary as v
from ontologies.files import read_bytes

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.graph import _TripleType
    from rdflib.term import Node

#: Largest RDF file, unpacked. rdflib holds about ten times as much in memory.
MAX_BYTES = 250_000_000
#: What relative IRIs are resolved against; such an IRI is refused when it is used as an id.
BASE = "https://relative.invalid/"
#: Longest text that an internal XML entity may stand for, and how many may be declared. OWL
#: files abbreviate their name spaces so; none of these entities may contain another.
ENTITY_LENGTH, ENTITY_NUMBER = 256, 200
#: Characters that all entities of a file may add to it, beside as many as the file has itself.
EXPANSION = 1_000_000
#: The formats that `parse` reads.
FORMATS = ("jsonld", "ntriples", "owl", "turtle")

_log = logging.getLogger("rdflib.term")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A graph, the line on which each subject is first spoken of (none for JSON-LD), and the
    prefixes that the file declares."""

    graph: Graph
    lines: dict[Node, int]
    prefixes: dict[str, str]


def parse(path: Path, form: str) -> Parsed:
    """Read a file in one of `FORMATS`. Raises SourceError, with the line where there is one."""
    data = read_bytes(path, MAX_BYTES)
    where = _Where()
    graph = _noting_graph(where)
    try:
        with _quiet():
            {"turtle": _turtle, "ntriples": _ntriples, "jsonld": _jsonld, "owl": _rdfxml}[form](
                path, data, graph, where
            )
    except RecursionError:
        raise SourceError(str(path), "is nested too deeply.", mend="Flatten it.") from None
    if not len(graph):
        raise SourceError(str(path), "holds no statement.", mend="Is it the right file?")
    prefixes = {prefix: str(iri) for prefix, iri in graph.namespaces() if prefix}
    return Parsed(graph, where.lines, prefixes)


class _Where:
    """Notes where each subject was met first; `now` tells the line being read."""

    def __init__(self) -> None:
        self.lines: dict[Node, int] = {}
        self.now: Callable[[], int] | None = None

    def note(self, subject: Node) -> None:
        if self.now is not None and subject not in self.lines:
            self.lines[subject] = self.now()


def _noting_graph(where: _Where) -> Graph:
    from rdflib import Graph

    class NotingGraph(Graph):
        def add(self, triple: _TripleType) -> NotingGraph:
            where.note(triple[0])
            super().add(triple)
            return self

    return NotingGraph(bind_namespaces="none")


@contextmanager
def _quiet() -> Iterator[None]:
    """rdflib logs every literal that is not of its type, with a trace; we report them ourselves."""
    before = _log.disabled
    _log.disabled = True
    try:
        yield
    finally:
        _log.disabled = before


def _turtle(path: Path, data: bytes, graph: Graph, where: _Where) -> None:
    from rdflib.plugins.parsers.notation3 import BadSyntax, RDFSink, SinkParser

    class Parser(SinkParser):
        begun = 1

        def statement(self, argstr: str, i: int) -> int:
            start = self.skipSpace(argstr, i)
            self.begun = self.lines + 1
            return super().statement(argstr, start if start >= 0 else i)

    parser = Parser(RDFSink(graph), baseURI=BASE, turtle=True)
    where.now = lambda: parser.begun
    try:
        parser.loadBuf(data.decode("utf-8-sig"))
    except BadSyntax as error:
        raise SourceError(
            str(path), f"is not Turtle: {error._why}.", line=error.lines + 1
        ) from None
    except UnicodeDecodeError as error:
        raise _not_utf8(path, data, error) from None
    except (AssertionError, ValueError, AttributeError, LookupError, TypeError) as error:
        raise SourceError(str(path), f"is not Turtle: {error}.", line=parser.lines + 1) from None
    for prefix, iri in parser._bindings.items():
        graph.bind(prefix, iri)


def _ntriples(path: Path, data: bytes, graph: Graph, where: _Where) -> None:
    from rdflib.exceptions import ParserError
    from rdflib.plugins.parsers.ntriples import NTGraphSink, W3CNTriplesParser

    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise _not_utf8(path, data, error) from None
    number = 0
    where.now = lambda: number
    parser = W3CNTriplesParser(NTGraphSink(graph))
    for number, line in enumerate(lines, start=1):
        parser.line = line
        try:
            parser.parseline()
        except (ParserError, ValueError) as error:
            reason = str(error).split("\n")[0][:160]
            raise SourceError(str(path), f"is not N-Triples: {reason}.", line=number) from None


def _jsonld(path: Path, data: bytes, graph: Graph, where: _Where) -> None:  # noqa: ARG001
    from rdflib.plugins.parsers.jsonld import to_rdf

    try:
        document = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _not_utf8(path, data, error) from None
    except json.JSONDecodeError as error:
        raise SourceError(str(path), f"is not JSON: {error.msg}.", line=error.lineno) from None
    if remote := _remote_context(document):
        raise SourceError(
            str(path),
            f"takes its @context from {remote[:120]!r}, and nothing is fetched.",
            mend="Write the context into the file.",
        )
    try:
        to_rdf(document, graph, base=BASE)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise SourceError(str(path), f"is not JSON-LD: {error}.") from None


def _remote_context(value: Any, context: bool = False) -> str | None:
    """The first address that a JSON-LD document takes a context from."""
    waiting = [(value, context)]
    while waiting:
        found, inside = waiting.pop()
        if isinstance(found, str) and inside:
            return found
        if isinstance(found, list):
            waiting += [(item, inside) for item in found]
        elif isinstance(found, dict):
            for key, item in found.items():
                if key == "@import":
                    return str(item)
                waiting.append((item, key == "@context"))
    return None


def _rdfxml(path: Path, data: bytes, graph: Graph, where: _Where) -> None:
    from xml.sax import SAXParseException, handler, xmlreader

    from defusedxml.common import DefusedXmlException
    from defusedxml.expatreader import DefusedExpatParser
    from rdflib.exceptions import ParserError
    from rdflib.plugins.parsers.rdfxml import RDFXMLHandler

    class Reader(DefusedExpatParser):
        """Lets harmless internal entities through, and refuses all others."""

        declared = 0
        budget = len(data) + EXPANSION

        def defused_entity_decl(
            self, name: str, is_parameter_entity: bool, value: str | None, *_: str | None
        ) -> None:
            self.declared += 1
            harmless = not is_parameter_entity and value is not None and len(value) <= ENTITY_LENGTH
            if not harmless or "&" in (value or "") or "%" in (value or ""):
                raise SourceError(
                    str(path),
                    f"declares the entity {name[:60]!r}, external, long or made of others.",
                    line=self.getLineNumber(),
                    mend="Such files can exhaust memory: write it without that entity.",
                )
            self.budget -= data.count(f"&{name};".encode()) * len(value or "")
            if self.declared > ENTITY_NUMBER or self.budget < 0:
                raise SourceError(
                    str(path),
                    "grows too much by its XML entities.",
                    line=self.getLineNumber(),
                    mend="Such files can exhaust memory: write it without entities.",
                )

    class Handler(RDFXMLHandler):
        """Wants `rdf:RDF` at the root: any other XML would be read as some node of a graph."""

        begun = False

        def startElementNS(  # noqa: N802
            self, name: tuple[str | None, str], qname: Any, attrs: Any
        ) -> None:
            if not self.begun and name != (v.RDF, "RDF"):
                raise ParserError(f"its root is <{name[1][:60]}>")
            self.begun = True
            super().startElementNS(name, qname, attrs)

    source = xmlreader.InputSource(BASE)
    source.setByteStream(io.BytesIO(data))
    reader = Reader(forbid_entities=True, forbid_external=True)
    reader.setFeature(handler.feature_namespaces, True)
    reader.setContentHandler(cast("handler._ContentHandlerProtocol", Handler(graph)))
    where.now = lambda: int(reader.getLineNumber() or 1)
    try:
        reader.parse(source)
    except SAXParseException as error:
        raise SourceError(
            str(path), f"is not XML: {error.getMessage()}.", line=error.getLineNumber()
        ) from None
    except DefusedXmlException:
        raise SourceError(
            str(path),
            "refers to something outside the file.",
            line=where.now(),
            mend="Nothing is fetched: write what it needs into the file.",
        ) from None
    except (ParserError, ValueError, AttributeError, KeyError, TypeError) as error:
        reason = str(error).removeprefix(BASE).lstrip(":0123456789 ")
        raise SourceError(
            str(path),
            f"is XML, but not RDF/XML: {reason or 'its structure is another'}.",
            line=where.now(),
            mend="OWL comes in several syntaxes: save it as RDF/XML or as Turtle.",
        ) from None


def _not_utf8(path: Path, data: bytes, error: UnicodeDecodeError) -> SourceError:
    line = data.count(b"\n", 0, error.start) + 1
    return SourceError(str(path), "is not UTF-8 text.", line=line)
