"""The text reader: a report in, observations with spans and contexts out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from domain.assertions import Sex
from domain.errors import InvalidField
from domain.evidence import TextSpan
from domain.findings import Attribute, Observation, State, Trigger
from nlp import linking, recognise, sentences
from nlp.context import Context, ContextRules, Sentence
from nlp.document import MAX_BYTES, check
from nlp.hedges import strength
from nlp.linker import Linker
from nlp.mention_model import MentionModel
from nlp.mentions import MENTIONS, UNLINKED, Unlinked
from nlp.name_index import NameIndex
from nlp.recognise import Mention, Recogniser
from nlp.sections import SectionIndex
from nlp.triggers import Triggers
from nlp.values.patient import Stated
from nlp.values.person import Person
from nlp.values.reader import ValueReader
from ontologies.lexicon import Lexicon

if TYPE_CHECKING:
    from nlp.text_model import TextModel

__all__ = ["TextReader"]

#: Tokens of a sentence that are judged together; a table without full stops can be longer.
LONGEST_SENTENCE = 300


class TextReader:
    """Reads findings from clinical text with a blank English spaCy pipeline.

    The pipeline marks sentences, finds names of the lexicon and abbreviations that the text
    defines (scispaCy's rules); `names` adds links by likeness, `model` a trained component. Own
    rules then read the context of each mention. Nothing is downloaded and nothing is kept between
    texts: the same text gives the same observations.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        *,
        names: NameIndex | None = None,
        model: TextModel | None = None,
        mention_model: Language | None = None,
        max_chars: int = MAX_BYTES,
    ) -> None:
        self.max_chars = max_chars
        if model is not None:
            lexicon = model.lexicon(lexicon)
        self._nlp = spacy.blank("en")
        self._nlp.max_length = max_chars + 1
        self._nlp.add_pipe(sentences.NAME)
        recogniser = self._nlp.add_pipe(recognise.NAME)
        assert isinstance(recogniser, Recogniser)
        recogniser.lexicon = lexicon
        if names is not None:
            step = self._nlp.add_pipe(linking.NAME)
            assert isinstance(step, linking.LinkStep)
            step.lexicon, step.linker = lexicon, Linker(names)
            if mention_model is not None:
                step.model = MentionModel(mention_model, max_chars)
        if model is not None:
            model.attach(self._nlp)
        self._rules = ContextRules(Triggers(self._nlp))

    @property
    def pipeline(self) -> Language:
        """The spaCy pipeline: what it finds is in `user_data` of its documents."""
        return self._nlp

    def read(self, text: str, document: str = "report") -> tuple[Observation, ...]:
        """Findings of `text` in its order; every quote is `text[start:end]` (0-based, half-open).

        Raises EmptyInput where the text holds nothing, InputTooLarge beyond `max_chars`. A text
        without findings gives an empty tuple.
        """
        check(text, max_chars=self.max_chars)
        doc = self._nlp(text)
        found: list[Mention | Unlinked] = [*doc.user_data[MENTIONS], *doc.user_data[UNLINKED]]
        found.sort(key=lambda m: (m.start, m.end))
        contexts = self._assess(doc, text, [(m.first, m.last) for m in found])
        return tuple(
            _observation(_place(text, document, at), at, _denied(context, at, text))
            for at, context in zip(found, contexts, strict=True)
        )

    def contexts(self, text: str, spans: list[tuple[int, int]]) -> list[Context]:
        """Context of given targets (characters, 0-based, half-open), whatever their words.

        Raises as `read` does, and InvalidField for a target that lies outside the text or holds
        no word.
        """
        check(text, max_chars=self.max_chars)
        doc = self._nlp(text)
        return self._assess(doc, text, [_tokens(doc, text, *span) for span in spans])

    def judge(
        self, text: str, spans: Sequence[tuple[int, int]], document: str = "report"
    ) -> tuple[Observation, ...]:
        """An observation for each given target, in the order given: its context, and a concept
        where a mention has just these characters, white space at the ends aside.

        Raises as `contexts` does.
        """
        check(text, max_chars=self.max_chars)
        doc = self._nlp(text)
        contexts = self._assess(doc, text, [_tokens(doc, text, *span) for span in spans])
        mentions: dict[tuple[int, int], Mention] = {}
        for mention in doc.user_data[MENTIONS]:
            mentions.setdefault((mention.start, mention.end), mention)
        judged = []
        for (start, end), context in zip(spans, contexts, strict=True):
            quote = text[start:end]
            bare = start + len(quote) - len(quote.lstrip()), start + len(quote.rstrip())
            known = mentions.get(bare)
            span = TextSpan(document=document, start=start, end=end, quote=quote)
            if known is not None:
                context = _denied(context, known, text)
            judged.append(_observation(span, known, context))
        return tuple(judged)

    def values(
        self,
        text: str,
        document: str = "report",
        *,
        age: float | None = None,
        sex: Sex | None = None,
        pregnant: bool | None = None,
    ) -> tuple[Observation, ...]:
        """What the measured values of `text` mean, in its order (see `nlp.values.reader`).

        `age` in years. Raises as `read` does.
        """
        check(text, max_chars=self.max_chars)
        return self._values.read(text, document, age=age, sex=sex, pregnant=pregnant)

    def patient(self, text: str) -> Stated | None:
        """Age and sex of the patient where the opening of `text` gives them ("a 45-year-old man").

        Raises as `read` does.
        """
        check(text, max_chars=self.max_chars)
        return self._values.patient(text)

    def person(self, text: str, known: Person) -> Person:
        """Who is `known`, with what `text` says of age, sex and pregnancy where nothing is: it
        chooses the ranges of values that were given beside the text.

        Raises as `read` does.
        """
        check(text, max_chars=self.max_chars)
        return self._values.person(text, known)

    @cached_property
    def _values(self) -> ValueReader:
        return ValueReader(
            lambda text: sentences.mark_sentences(self._nlp.make_doc(text)), self._assess
        )

    def _assess(self, doc: Doc, text: str, spans: list[tuple[int, int]]) -> list[Context]:
        """Contexts in the order of `spans`, each judged within the sentence it begins in."""
        sections = SectionIndex(text)
        order = sorted(range(len(spans)), key=lambda n: spans[n])
        contexts: dict[int, Context] = {}
        previous: Sentence | None = None
        at = 0
        for start, stop, opens in _pieces(sentences.sentence_bounds(doc)):
            inside = []
            while at < len(order) and spans[order[at]][0] < stop:
                inside.append(order[at])
                at += 1
            laid: Sentence | None = None
            if inside:
                end = max(stop, *(spans[n][1] for n in inside))
                laid = self._rules.sentence(doc, text, start, end)
                section = sections.at(doc[spans[inside[0]][0]].idx)
                found = self._rules.assess(laid, [spans[n] for n in inside], section, previous)
                contexts.update(zip(inside, found if opens else map(_lost, found), strict=True))
            previous = laid
        return [contexts[n] for n in range(len(spans))]


def _pieces(bounds: list[tuple[int, int]]) -> Iterator[tuple[int, int, bool]]:
    """Sentences, the very long ones in pieces; the flag says whether a piece opens a sentence."""
    for start, stop in bounds:
        for first in range(start, stop, LONGEST_SENTENCE):
            yield first, min(first + LONGEST_SENTENCE, stop), first == start


def _lost(context: Context) -> Context:
    """A context in the middle of an endless sentence: what was not said here may be said before."""
    if context.state is not State.PRESENT:
        return context
    lost = Trigger(attribute=Attribute.NEGATED, text="sentence too long")
    return replace(context, state=State.UNDETERMINED, triggers=(*context.triggers, lost))


def _denied(context: Context, mention: Mention | Unlinked, text: str) -> Context:
    """A context with what the mention's own words say: "heart size is normal" denies."""
    if isinstance(mention, Unlinked) or mention.says is not State.ABSENT:
        return context
    quote = text[mention.start : mention.end]
    denial = Trigger(attribute=Attribute.NEGATED, text=quote, start=mention.start, end=mention.end)
    plain = context.state is State.PRESENT
    return replace(
        context,
        state=State.ABSENT if plain else State.UNDETERMINED,
        hedge=None,
        triggers=(denial, *context.triggers),
    )


def _tokens(doc: Doc, text: str, start: int, end: int) -> tuple[int, int]:
    """The tokens that characters of the text touch. Raises InvalidField where there is no word."""
    span = doc.char_span(start, end, alignment_mode="expand") if start < end else None
    if span is None or not text[start:end].strip():
        raise InvalidField("spans", f"{start} to {end} holds no word of the text.")
    return span.start, span.end


def _place(text: str, document: str, mention: Mention | Unlinked) -> TextSpan:
    start, end = mention.start, mention.end
    return TextSpan(document=document, start=start, end=end, quote=text[start:end])


def _observation(
    span: TextSpan, mention: Mention | Unlinked | None, context: Context
) -> Observation:
    """What was read at a place; `mention` is what the lexicon knows of it, None if nothing."""
    entry = mention.entry if isinstance(mention, Mention) else None
    known = strength(context.hedge) if context.state is State.UNCERTAIN else None
    return Observation(
        label=" ".join(span.quote.split()) if entry is None else entry.label,
        concept=None if entry is None else entry.concept,
        candidates=mention.candidates if isinstance(mention, Unlinked) else (),
        link_score=None if mention is None else mention.score,
        state=context.state,
        experiencer=context.experiencer,
        kinship=context.kinship,
        pregnancy=context.pregnancy,
        time=context.time,
        hedge=context.hedge,
        probability=known.probability if known else None,
        base_rate=known.base_rate if known else None,
        section=context.section,
        modifiers=context.modifiers,
        triggers=context.triggers,
        evidence=(span,),
    )
