"""Figures of the literature in RDF: nodes of our class `dif:Figure`."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TypeVar

from domain.errors import InvalidField
from domain.figures import Against, Class, Figure, Kind, Measure, Review, Setting
from ontologies import vocabulary as v
from ontologies.figure_rules import refuse_broken
from ontologies.rdf_node import Node, Reader
from ontologies.rdf_statements import Statement

E = TypeVar("E", bound=StrEnum)


def figures(reader: Reader) -> Iterator[Figure]:
    """Every `dif:Figure`, in the order of the file. Raises SourceError naming line and subject,
    for what cannot be read and for what breaks a rule."""
    for number, node in enumerate(reader.of_class(v.FIGURE), start=1):
        made = _figure(reader, node, node.line or number)
        try:
            refuse_broken(made)
        except InvalidField as error:
            raise reader.wrong(node, str(error), mend=error.mend) from None
        yield made


def _figure(reader: Reader, node: Node, line: int) -> Figure:
    """The node as a figure; a line that it states itself goes before `line`."""
    said = Statement(reader, node)
    stated_line = said.number("line")
    return Figure(
        disease=said.id("disease"),
        concept=said.id("finding"),
        absent=said.truth("absent"),
        words=said.text("words") or "",
        threshold=said.text("threshold") or "",
        kind=_one_of(Kind, said, "kind"),
        measure=_one_of(Measure, said, "measure"),
        printed=said.text("printed") or "",
        value=said.decimal("value"),
        word=_maybe(Class, said, "class"),
        count=said.number("count"),
        total=said.number("total"),
        interval=said.text("interval") or "",
        population=said.text("population") or "",
        setting=_one_of(Setting, said, "setting"),
        comparator=said.text("comparator") or "",
        against=_maybe(Against, said, "against"),
        reference=said.text("reference") or "",
        opened=said.text("opened") or "",
        review=_one_of(Review, said, "review"),
        note=said.text("note") or "",
        source=said.text("source") or reader.source,
        line=line if stated_line is None else stated_line,
    )


def _one_of(kind: type[E], said: Statement, word: str) -> E:
    found = _maybe(kind, said, word)
    if found is None:
        said.refuse(f"has no dif:{word}.", f"It is one of {', '.join(kind)}.")
    return found


def _maybe(kind: type[E], said: Statement, word: str) -> E | None:
    return None if said.text(word) is None else said.choice(word, kind)
