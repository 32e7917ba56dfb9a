"""Measured values of a text as observations: whose, when, and what each one means."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace

from spacy.tokens import Doc

from domain.assertions import Sex
from domain.evidence import TextSpan
from domain.findings import Attribute, Experiencer, Observation, State, Time, Trigger
from domain.intervals import Interval
from nlp import sentences
from nlp.context import Context
from nlp.values import setting, times
from nlp.values.judge import Judge, Verdict
from nlp.values.observed import observed
from nlp.values.patient import Own, Stated, completed, stated
from nlp.values.person import Person
from nlp.values.scan import Scanner
from nlp.values.shares import counted
from nlp.values.value import Value
from ontologies.analytes import Analyte, analytes
from ontologies.reference_ranges import reference_ranges

#: Contexts of token spans of a document that holds a text, as the text reader reads them.
Assess = Callable[[Doc, str, list[tuple[int, int]]], list[Context]]
#: Words that make what follows a condition. Others ("monitored for") plan to look for a finding,
#: and say nothing of a value that stands beside it.
_CONDITIONS = ("if", "should", "unless", "in case", "in the event", "would", "were to", "until")
_PLANS = ("instructions",)


class ValueReader:
    """Reads values with the names and ranges of the curated tables.

    A value beyond its range is a present finding, one within it an absent finding of that time
    only (`momentary`). Negations and hedges around a value do not change it; whose and when it
    was, the context rules say.
    """

    def __init__(self, make_doc: Callable[[str], Doc], assess: Assess) -> None:
        """`make_doc` cuts a text into tokens and sentences, `assess` reads contexts."""
        self._make_doc = make_doc
        self._assess = assess
        self._scanner = Scanner(tuple(analytes().values()))
        self._ranges = reference_ranges()

    def read(
        self,
        text: str | Doc,
        document: str,
        *,
        age: float | None = None,
        sex: Sex | None = None,
        pregnant: bool | None = None,
    ) -> tuple[Observation, ...]:
        """What the values of a text mean, in its order; every quote is `text[start:end]`.

        `age` in years, `sex` and `pregnant` choose the reference ranges; of what is None, the
        text's own words are used ("54-year-old man"), and where it says nothing, a value is
        undetermined unless every range that may hold gives the same answer.
        """
        words = text if isinstance(text, str) else text.text
        values = counted([
            v for v in self._scanner.find(words) if not setting.not_blood(words, v.start, v.end)
            or not _from_blood(v.analytes[0])
        ])  # fmt: skip
        if not values:
            return ()
        doc = self._make_doc(text) if isinstance(text, str) else text
        laid = _Laid(doc)
        contexts = self._assess(doc, words, [laid.tokens(v.start, v.end) for v in values])
        person = completed(Person.of(age, sex, pregnant), words, self._own(doc, words))
        stops = [*(v.start for v in values[1:]), len(words)]
        dated, judge = times.Times(words), Judge(self._ranges)
        observations: list[Observation] = []
        for value, context, stop in zip(values, contexts, stops, strict=True):
            sentence = laid.sentence(value.start)
            placed = _placed(words, value, context)
            if placed is None:
                continue
            theirs = _aged(person, placed, dated.age_of(value.start, value.end, sentence))
            when = dated.of(value.start, value.end, sentence, stop)
            span = TextSpan(
                document=document,
                start=value.start,
                end=value.end,
                quote=words[value.start : value.end],
            )
            observations += (
                _observation(span, value, verdict, placed, when)
                for verdict in judge.verdicts(value, theirs)
            )
        return tuple(observations)

    def patient(self, text: str) -> Stated | None:
        """Age and sex of the patient by the opening of a text, None where it does not say."""
        return stated(text, self._own(self._make_doc(text), text))

    def person(self, text: str, known: Person) -> Person:
        """Whom a text speaks of: who is known, with its own words where nothing is."""
        return completed(known, text, self._own(self._make_doc(text), text))

    def _own(self, doc: Doc, text: str) -> Own:
        laid = _Laid(doc)

        def own(spans: Sequence[tuple[int, int]]) -> list[bool]:
            found = self._assess(doc, text, [laid.tokens(*span) for span in spans])
            return [c.experiencer is Experiencer.PATIENT for c in found]

        return own


class _Laid:
    """Tokens and sentences of a document by their characters."""

    def __init__(self, doc: Doc) -> None:
        self._starts = [token.idx for token in doc]
        self._sentences = [self._starts[first] for first, _ in sentences.sentence_bounds(doc)]
        self._length = len(doc.text)

    def tokens(self, start: int, end: int) -> tuple[int, int]:
        """The tokens that characters touch, half-open."""
        return bisect_right(self._starts, start) - 1, bisect_left(self._starts, end)

    def sentence(self, at: int) -> tuple[int, int]:
        """The characters of the sentence of a character."""
        i = bisect_right(self._sentences, at)
        ends = self._sentences[i] if i < len(self._sentences) else self._length
        return self._sentences[i - 1], ends


def _from_blood(analyte: Analyte) -> bool:
    return analyte.kind in ("lab", "gas")


def _placed(text: str, value: Value, context: Context) -> Context | None:
    """The context of a value without what is said of findings only; None for a drug's amount."""
    if context.section in ("medication", "allergies") and value.unit is None:
        return None
    doubtful = context.state is State.UNDETERMINED and any(
        t.attribute is Attribute.EXPERIENCER for t in context.triggers
    )
    kept = tuple(
        t for t in context.triggers
        if t.attribute in (Attribute.TIME, Attribute.EXPERIENCER, Attribute.SECTION)
    )  # fmt: skip
    if context.time is Time.HYPOTHETICAL and not _conditional(context):
        kept = tuple(t for t in kept if t.attribute is not Attribute.TIME)
        context = replace(context, time=Time.NOW)
    aim = setting.aim(text, value.start, limit=value.bound != "" or value.upper is not None)
    if aim is not None and context.time is not Time.HYPOTHETICAL:
        words = Trigger(attribute=Attribute.TIME, text=text[slice(*aim)], start=aim[0], end=aim[1])
        context, kept = replace(context, time=Time.HYPOTHETICAL), (*kept, words)
    return replace(context, state=State.UNDETERMINED if doubtful else State.PRESENT, triggers=kept)


def _conditional(context: Context) -> bool:
    said = [t.text.lower() for t in context.triggers if t.attribute is Attribute.TIME]
    return context.section in _PLANS or any(s.startswith(_CONDITIONS) for s in said)


def _aged(person: Person, context: Context, stated: Interval | None) -> Person:
    """The person at the time of the value: of the past no more is known than a latest age, and
    of a relative nothing."""
    if context.experiencer is not Experiencer.PATIENT:
        return Person()
    if stated is not None:
        return person.aged(stated)
    if context.time is Time.PAST:
        return person.aged(Interval(0, person.ages.high, high_open=person.ages.high_open))
    return person


def _observation(
    span: TextSpan, value: Value, verdict: Verdict, context: Context, when: str | None
) -> Observation:
    plain = observed(value, verdict, when)
    return replace(
        plain,
        state=State.UNDETERMINED if context.state is State.UNDETERMINED else plain.state,
        experiencer=context.experiencer,
        kinship=context.kinship,
        pregnancy=context.pregnancy,
        time=context.time,
        section=context.section,
        triggers=context.triggers,
        evidence=(span, *plain.evidence),
    )
