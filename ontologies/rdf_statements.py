"""What RDF says of two things: our assertions, and mappings between ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NoReturn, TypeVar

from domain.assertions import (
    EXCLUDED,
    FREQUENCY_CLASSES,
    Aspect,
    Assertion,
    Concept,
    Frequency,
    Sex,
)
from domain.errors import InvalidField
from domain.identifiers import Curie
from ontologies import content
from ontologies import vocabulary as v
from ontologies.frequency import counted, percentage
from ontologies.rdf_node import Node, Reader

E = TypeVar("E", bound=StrEnum)
_TRUTH = {"true": True, "1": True, "false": False, "0": False}
_PREDICATES = {
    v.SKOS + curie.partition(":")[2]: curie
    for curie in (
        content.EXACT_MATCH, content.CLOSE_MATCH, content.BROAD_MATCH, content.NARROW_MATCH,
        content.RELATED_MATCH,
    )
} | {v.OIO + "hasDbXref": content.DB_XREF}  # fmt: skip


def assertions(reader: Reader) -> Iterator[Assertion]:
    """Every `dif:Assertion`, in the order of the file. Raises SourceError naming line and
    subject."""
    begun: set[tuple[str, int, Curie, Curie]] = set()
    for number, node in enumerate(reader.of_class(v.ASSERTION), start=1):
        made = Statement(reader, node).assertion(node.line or number)
        key = (made.source, made.line, made.disease, made.concept)
        if key in begun:
            raise reader.wrong(
                node,
                "is stated twice on one line.",
                mend="Begin each assertion on a line of its own: answers cite it.",
            )
        begun.add(key)
        yield made


class Statement:
    """Reads the cells of one node, an assertion, mapping or figure; each error names it."""

    def __init__(self, reader: Reader, node: Node) -> None:
        self._reader = reader
        self._node = node

    def assertion(self, line: int) -> Assertion:
        """The node as an assertion; a line that it states itself goes before `line`."""
        frequency = self._frequency()
        stated_line = self.number("line")
        return Assertion(
            disease=self.id("disease"),
            concept=self.id("finding"),
            aspect=Aspect.PHENOTYPE
            if self.text("aspect") is None
            else self.choice("aspect", Aspect),
            excluded=self._excluded(frequency),
            frequency=frequency,
            onset=self.maybe_id("onset"),
            sex=self._sex(),
            modifiers=tuple(str(x) for x in self._node.values(v.OURS + "modifier")),
            evidence_code=self.text("evidence") or "",
            references=self._references(),
            source=self.text("source") or self._reader.source,
            line=line if stated_line is None else stated_line,
            stated_concept=self.maybe_id("statedFinding"),
        )

    def refuse(self, message: str, mend: str | None = None) -> NoReturn:
        """Raises SourceError naming the node."""
        raise self._reader.wrong(self._node, message, mend=mend)

    def text(self, word: str) -> str | None:
        """The one value of a word of ours, None where it is not stated."""
        values = self._node.values(v.OURS + word)
        if len(values) > 1:
            self.refuse(f"has {len(values)} of dif:{word}.", f"Keep one dif:{word}.")
        return str(values[0]).strip() if values else None

    def maybe_id(self, word: str) -> Curie | None:
        """The identifier that a word of ours leads to, None where it is not stated."""
        if self.text(word) is None:
            return None
        try:
            return self._reader.id_of(self._node.values(v.OURS + word)[0])
        except InvalidField as error:
            self.refuse(f"dif:{word}: {error.message}", error.mend)

    def id(self, word: str) -> Curie:
        """The one identifier that a word of ours leads to."""
        found = self.maybe_id(word)
        if found is None:
            self.refuse(f"has no dif:{word}.", "It needs exactly one disease and one finding.")
        return found

    def number(self, word: str) -> int | None:
        """The one whole number of a word of ours."""
        text = self.text(word)
        if text is None:
            return None
        try:
            return int(text)
        except ValueError:
            self.refuse(f"dif:{word} {text[:40]!r} is not a whole number.")

    def decimal(self, word: str) -> float | None:
        """The one number of a word of ours."""
        text = self.text(word)
        try:
            return None if text is None else float(text)
        except ValueError:
            self.refuse(f"dif:{word} {text!r} is not a number.")

    def truth(self, word: str) -> bool:
        """The one truth value of a word of ours, false where it is not stated."""
        text = self.text(word) or "false"
        if text not in _TRUTH:
            self.refuse(f"dif:{word} {text[:40]!r} is neither true nor false.")
        return _TRUTH[text]

    def choice(self, word: str, kind: type[E]) -> E:
        """The one value of a word of ours, of those that there are."""
        text = self.text(word)
        try:
            return kind(text or "")
        except ValueError:
            self.refuse(f"dif:{word} {text!r} is none of {', '.join(kind)}.")

    def _frequency(self) -> Frequency | None:
        count, total = self.number("count"), self.number("total")
        percent, term = self.text("percent"), self.maybe_id("frequency")
        stated = [count is not None or total is not None, percent is not None, term is not None]
        if sum(stated) > 1:
            self.refuse(
                "states its frequency in more than one form.",
                "Keep dif:count with dif:total, or dif:percent, or dif:frequency.",
            )
        if (count is None) != (total is None):
            self.refuse("has a count without a total, or a total without a count.")
        try:
            if count is not None and total is not None:
                return counted(count, total)
            if percent is not None:
                return percentage(float(percent))
        except InvalidField as error:
            self.refuse(error.message, error.mend)
        except ValueError:
            self.refuse(f"dif:percent {percent!r} is not a number.")
        if term is not None and term not in FREQUENCY_CLASSES:
            self.refuse(f"dif:frequency {term} is none of HP:0040280 to HP:0040285.")
        return None if term is None else Frequency(term=term)

    def _excluded(self, frequency: Frequency | None) -> bool:
        excluded = self.truth("excluded")
        if excluded and frequency is not None and (frequency.count or frequency.percent):
            self.refuse(f"is excluded, and seen in {frequency}.", "It can only be one of them.")
        return excluded or (frequency is not None and frequency.term == EXCLUDED)

    def _sex(self) -> Sex | None:
        text = self.text("sex")
        if text is None:
            return None
        if text not in (Sex.MALE, Sex.FEMALE):
            self.refuse(f"dif:sex {text[:40]!r} is neither MALE nor FEMALE.")
        return Sex(text)

    def _references(self) -> tuple[str, ...]:
        found: list[str] = []
        for value in self._node.values(v.OURS + "reference"):
            text = str(value).strip()
            if self._reader.is_iri(value):
                try:
                    text = str(self._reader.curie(text))
                except InvalidField:
                    text = str(value)
            if text:
                found.append(text)
        if not found:
            self.refuse("has no dif:reference.", "Say who says so: PMID:…, a URL, or an own id.")
        return tuple(dict.fromkeys(found))


def mappings(reader: Reader, concepts: Mapping[Curie, Concept]) -> Iterator[content.Mapping]:
    """Mappings stated as `dif:Mapping` nodes, then those that are plain SKOS triples."""
    told: set[tuple[str, str, str]] = set()
    for number, node in enumerate(reader.of_class(v.MAPPING), start=1):
        statement = Statement(reader, node)
        predicate = statement.text("predicate") or ""
        if predicate not in _PREDICATES:
            raise reader.wrong(node, f"dif:predicate {predicate[:80]!r} is no mapping predicate.")
        ends = [node.values(v.OURS + end) for end in ("subject", "object")]
        made = _mapping(
            concepts,
            statement.id("subject"),
            _PREDICATES[predicate],
            statement.id("object"),
            statement.text("source") or reader.source,
            statement.number("line") or node.line or number,
            statement.text("justification") or "",
        )
        told.add((str(ends[0][0]), predicate, str(ends[1][0])))
        yield made
    number = 0
    for predicate, curie in _PREDICATES.items():
        for subject, object_ in reader.parsed.graph.subject_objects(reader.iri(predicate)):
            literal = not (reader.is_iri(object_) or reader.is_blank(object_))
            if (str(subject), predicate, str(object_)) in told or reader.is_blank(subject):
                continue
            if literal and curie == content.DB_XREF:
                continue  # a literal cross-reference is a property of its concept
            number += 1
            try:
                one, other = reader.id_of(subject), reader.id_of(object_)
            except InvalidField:
                reader.skipped["mappings to IRIs without a prefix: left out"] += 1
                continue
            line = reader.parsed.lines.get(subject) or number
            yield _mapping(concepts, one, curie, other, reader.source, line, "")


def _mapping(
    concepts: Mapping[Curie, Concept],
    subject: Curie,
    predicate: str,
    object_: Curie,
    source: str,
    line: int,
    justification: str,
) -> content.Mapping:
    one, other = concepts.get(subject), concepts.get(object_)
    return content.Mapping(
        subject=subject,
        predicate=predicate,
        object=object_,
        source=source,
        line=line,
        subject_label=one.label if one else "",
        object_label=other.label if other else "",
        justification=justification,
        subject_obsolete=one.obsolete if one else False,
    )
