"""Measure what a reader makes of annotated texts: it reads, the measures compare."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from api import chest_labels
from api.text_scores import Score, macro, micro
from domain.assertions import PHENOTYPE
from domain.evidence import TextSpan
from domain.findings import Experiencer, Observation, State, Time
from domain.identifiers import Curie
from nlp.corpora import Corpus, Gold, GoldDocument
from nlp.measures import Counts, Mark, binary, ids, overlapping, same
from ontologies.lexicon import OWN

if TYPE_CHECKING:
    from api.service import Service
    from nlp.baseline import Dictionary

DOCUMENT = "findings, by document"
MACRO = "findings, mean over documents"
EXACT = "mentions, exact"
OVERLAPPING = "mentions, overlapping"
LABELS = "labels"
#: A label that is measured by itself and left out of the sum: too rare to say anything.
LEFT_OUT = frozenset(("Hernia",))
#: Characters on either side of an error that are shown with it.
AROUND = 60


class Reader(Protocol):
    """What is measured: the text reader, or anything that reads as it does."""

    def read(self, text: str, document: str) -> Sequence[Observation]:
        """Findings of a text."""

    def judge(
        self, text: str, spans: Sequence[tuple[int, int]], document: str
    ) -> Sequence[Observation]:
        """Observations of given targets, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """One error: `subject` (a concept, an attribute or a label) was missed, or is spurious.

    `quote` is what stands at the characters from `start`, `before` and `after` the words around;
    None where a label of the whole document was missed. `instead` names what was read there in
    place of what is missed, or is marked there in place of what is spurious.
    """

    measure: str
    missed: bool
    subject: str
    label: str
    document: str
    start: int | None = None
    before: str = ""
    quote: str = ""
    after: str = ""
    instead: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextResult:
    """What was measured on one corpus, by name of the measure; `labels` are single labels."""

    corpus: str
    format: str
    reader: str
    documents: int
    skipped: int
    why: str
    scores: Mapping[str, Score]
    labels: Mapping[str, Score]
    misses: tuple[Miss, ...]


@dataclass(frozen=True, slots=True)
class _Attribute:
    name: str
    marked: Callable[[Gold], bool | None]
    read: Callable[[Observation], bool]


_ATTRIBUTES = (
    _Attribute("negated", lambda g: g.negated, lambda o: o.state is State.ABSENT),
    _Attribute(
        "historical",
        lambda g: None if g.time is None else g.time is Time.PAST,
        lambda o: o.time is Time.PAST,
    ),
    _Attribute(
        "hypothetical",
        lambda g: None if g.time is None else g.time is Time.HYPOTHETICAL,
        lambda o: o.time is Time.HYPOTHETICAL,
    ),
    _Attribute(
        "not the patient's",
        lambda g: None if g.experiencer is None else g.experiencer is not Experiencer.PATIENT,
        lambda o: o.experiencer is not Experiencer.PATIENT,
    ),
)


def evaluate(
    service: Service,
    corpus: Corpus,
    *,
    reader: Reader | None = None,
    name: str = "reader",
    seed: int = 0,
    done: Callable[[int], None] | None = None,
) -> TextResult:
    """Read every document of `corpus` and compare: with the service's own reader, or `reader`.

    Marked ids are carried to the service's release by alternative ids and replacements; one that
    the release does not have stays, and is missed. `done` is told the number of documents read.
    """
    judge = _Judge(service, corpus, reader or service.reader)
    rows: dict[str, list[Counts]] = defaultdict(list)
    for n, document in enumerate(corpus.documents):
        for measure, counts in judge(document):
            rows[measure].append(counts)
        if done is not None:
            done(n + 1)
    scores = {measure: micro(counts, seed=seed) for measure, counts in rows.items()}
    if DOCUMENT in rows:
        scores[MACRO] = macro(rows[DOCUMENT], seed=seed)
    single = {f"{LABELS}: {label}": label for label in judge.chest}
    return TextResult(
        corpus=corpus.name,
        format=corpus.format,
        reader=name,
        documents=len(corpus.documents),
        skipped=corpus.skipped,
        why=corpus.why,
        scores={m: s for m, s in scores.items() if m not in single},
        labels={single[m]: s for m, s in scores.items() if m in single},
        misses=tuple(judge.misses),
    )


def dictionary(service: Service) -> Dictionary:
    """The plain dictionary over every name of the release that is not an ordinary word."""
    from nlp.baseline import Dictionary
    from ontologies.wordforms import words

    def usable(name: str) -> bool:
        entry = service.lexicon.find(" ".join(words(name)))
        return len(name) > 2 and (entry is None or entry.guard != "never")

    return Dictionary(
        (c.id, c.label, name)
        for c in service.store.concepts()
        if c.category == PHENOTYPE and not c.obsolete
        for name in (c.label, *(s.text for s in c.synonyms))
        if usable(name)
    )


def marks(observations: Iterable[Observation]) -> list[Mark]:
    """Where the linked findings among `observations` stand."""
    return [
        Mark(e.start, e.end, o.concept)
        for o in observations
        if o.concept is not None
        for e in o.evidence
        if isinstance(e, TextSpan)
    ]


class _Judge:
    """Compares one document after the other; its errors are in `misses`."""

    def __init__(self, service: Service, corpus: Corpus, reader: Reader) -> None:
        knowledge = service.knowledge
        self._resolver = knowledge.resolver
        self._terms = knowledge.terms
        self._parents = knowledge.parents
        self._reader = reader
        self._has_concepts = corpus.has_concepts
        self._knows_own = any(
            m.concept is not None and m.concept.startswith(OWN)
            for document in corpus.documents
            for m in document.mentions
        )
        reports = corpus.format == "reports"
        self.chest = chest_labels.chest_labels(knowledge) if reports else {}
        self.misses: list[Miss] = []

    def __call__(self, document: GoldDocument) -> Iterator[tuple[str, Counts]]:
        """Counts of a document by measure."""
        if self._has_concepts:
            yield from self._findings(document)
        if document.labels is not None:
            yield from self._labels(document, document.labels)
        yield from self._attributes(document)

    def _findings(self, document: GoldDocument) -> Iterator[tuple[str, Counts]]:
        gold = [
            Mark(m.start, m.end, self._resolver.resolve(m.concept).concept or m.concept)
            for m in document.mentions
            if m.concept is not None
        ]
        read = self._theirs(marks(self._reader.read(document.text, document.name)))
        yield DOCUMENT, same(ids(gold), ids(read))
        yield EXACT, same(gold, read)
        yield OVERLAPPING, overlapping(gold, read)
        for missed, these, those in ((True, gold, read), (False, read, gold)):
            lacking = set(ids(these) - ids(those))
            for mark in sorted(these, key=lambda m: m.start):
                if mark.concept in lacking:
                    lacking.remove(mark.concept)
                    there = (o for o in those if o.start < mark.end and mark.start < o.end)
                    self.misses.append(
                        _miss(
                            DOCUMENT,
                            missed,
                            mark.concept,
                            document,
                            (mark.start, mark.end),
                            label=self._label(mark.concept),
                            instead=", ".join(sorted({self._label(o.concept) for o in there})),
                        )
                    )

    def _theirs(self, read: list[Mark]) -> list[Mark]:
        """What was read in the words of the corpus: where it knows no findings of our own, each is
        the nearest term of the ontologies above it."""
        if self._knows_own:
            return read
        return [replace(m, concept=self._above(m.concept)) for m in read]

    def _above(self, concept: str) -> str:
        number = self._terms.number(Curie(concept)) if concept.startswith(OWN) else None
        while number is not None and concept.startswith(OWN):
            above = self._parents[number]
            if not len(above):
                break
            number = int(above[0])
            concept = self._terms.id(number)
        return concept

    def _label(self, concept: str) -> str:
        number = self._terms.number(Curie(concept))
        return "not in the release" if number is None else self._terms.label(number)

    def _attributes(self, document: GoldDocument) -> Iterator[tuple[str, Counts]]:
        targets = [
            m for m in document.mentions if any(a.marked(m) is not None for a in _ATTRIBUTES)
        ]
        if not targets:
            return
        spans = [(m.start, m.end) for m in targets]
        observed = self._reader.judge(document.text, spans, document.name)
        for attribute in _ATTRIBUTES:
            judged = [
                (m, marked, attribute.read(o))
                for m, o in zip(targets, observed, strict=True)
                if (marked := attribute.marked(m)) is not None
            ]
            if judged:
                yield attribute.name, binary([g for _, g, _ in judged], [r for _, _, r in judged])
            self.misses += [
                _miss(attribute.name, marked, attribute.name, document, (m.start, m.end))
                for m, marked, found in judged
                if marked is not found
            ]

    def _labels(
        self, document: GoldDocument, marked: frozenset[str]
    ) -> Iterator[tuple[str, Counts]]:
        """Labels of a report, from the parts that they were given for."""
        found: dict[str, Mark] = {}
        for o in filter(chest_labels.counts, self._reader.read(document.text, document.name)):
            for mark in marks([o]):
                if any(start <= mark.start < end for start, end in document.scope):
                    for label, concepts in self.chest.items():
                        if mark.concept in concepts:
                            found.setdefault(label, mark)
        kept = self.chest.keys() - LEFT_OUT
        yield LABELS, same(marked & kept, found.keys() & kept)
        for label in self.chest:
            yield f"{LABELS}: {label}", same(marked & {label}, found.keys() & {label})
            if label in marked and label not in found:
                self.misses.append(_miss(LABELS, True, label, document, None))
            elif label in found and label not in marked:
                at = (found[label].start, found[label].end)
                self.misses.append(_miss(LABELS, False, label, document, at))


def _miss(
    measure: str,
    missed: bool,
    subject: str,
    document: GoldDocument,
    at: tuple[int, int] | None,
    *,
    label: str = "",
    instead: str = "",
) -> Miss:
    """An error with the words around it, or with all that was to be read."""
    text = document.text
    before = after = ""
    if at is None:
        quote = " ".join(text[start:end] for start, end in document.scope)
    else:
        start, end = at
        before, quote, after = text[max(0, start - AROUND) : start], text[start:end], text[end:]
    return Miss(
        measure=measure,
        missed=missed,
        subject=subject,
        label=label,
        document=document.name,
        start=None if at is None else at[0],
        before=" ".join(before.split()),
        quote=" ".join(quote.split()),
        after=" ".join(after[:AROUND].split()),
        instead=instead,
    )
