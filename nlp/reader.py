"""The text reader: a report in, observations with spans and contexts out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import spacy
from spacy.tokens import Doc

from domain.errors import InvalidField
from domain.evidence import TextSpan
from domain.findings import Observation, State
from nlp import recognise, sentences
from nlp.context import Context, ContextRules, Sentence
from nlp.document import MAX_BYTES, check
from nlp.recognise import MENTIONS, Mention, Recogniser
from nlp.sections import SectionIndex
from nlp.triggers import Triggers
from ontologies.lexicon import Lexicon

__all__ = ["TextReader"]

#: Tokens of a sentence that are judged together; a table without full stops can be longer.
LONGEST_SENTENCE = 300


class TextReader:
    """Reads findings from clinical text with a blank English spaCy pipeline.

    The pipeline marks sentences, finds names of the lexicon and abbreviations that the text
    defines (scispaCy's rules); own rules then read the context of each mention. Nothing is
    downloaded and nothing is kept between texts: the same text gives the same observations.
    """

    def __init__(self, lexicon: Lexicon, *, max_chars: int = MAX_BYTES) -> None:
        self.max_chars = max_chars
        self._nlp = spacy.blank("en")
        self._nlp.max_length = max_chars + 1
        self._nlp.add_pipe(sentences.NAME)
        recogniser = self._nlp.add_pipe(recognise.NAME)
        assert isinstance(recogniser, Recogniser)
        recogniser.lexicon = lexicon
        self._rules = ContextRules(Triggers(self._nlp))

    def read(self, text: str, document: str = "report") -> tuple[Observation, ...]:
        """Findings of `text` in its order; every quote is `text[start:end]` (0-based, half-open).

        Raises EmptyInput where the text holds nothing, InputTooLarge beyond `max_chars`. A text
        without findings gives an empty tuple.
        """
        check(text, max_chars=self.max_chars)
        doc = self._nlp(text)
        contexts = self._contexts(doc)
        return tuple(
            _observation(text, document, mention, context)
            for mention, context in zip(doc.user_data[MENTIONS], contexts, strict=True)
        )

    def contexts(self, text: str, spans: list[tuple[int, int]]) -> list[Context]:
        """Context of given targets (characters, 0-based, half-open), whatever their words.

        Raises as `read` does, and InvalidField for a target that lies outside the text or holds
        no word.
        """
        check(text, max_chars=self.max_chars)
        doc = self._nlp(text)
        tokens = []
        for start, end in spans:
            span = doc.char_span(start, end, alignment_mode="expand") if start < end else None
            if span is None or not text[start:end].strip():
                raise InvalidField("spans", f"{start} to {end} holds no word of the text.")
            tokens.append((span.start, span.end))
        return self._assess(doc, tokens)

    def _contexts(self, doc: Doc) -> list[Context]:
        mentions: list[Mention] = doc.user_data[MENTIONS]
        return self._assess(doc, [(m.first, m.last) for m in mentions])

    def _assess(self, doc: Doc, spans: list[tuple[int, int]]) -> list[Context]:
        """Contexts in the order of `spans`, each judged within the sentence it begins in."""
        sections = SectionIndex(doc.text)
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
                laid = self._rules.sentence(doc, start, end)
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
    return replace(
        context, state=State.UNDETERMINED, triggers=(*context.triggers, "sentence too long")
    )


def _observation(text: str, document: str, mention: Mention, context: Context) -> Observation:
    start, end = mention.start, mention.end
    span = TextSpan(document=document, start=start, end=end, quote=text[start:end])
    return Observation(
        label=mention.entry.label,
        concept=mention.entry.concept,
        link_score=mention.score,
        state=context.state,
        experiencer=context.experiencer,
        kinship=context.kinship,
        time=context.time,
        section=context.section,
        triggers=context.triggers,
        evidence=(span,),
    )
