"""What a sentence says of its mentions: there or not, whose, when; and by which words.

Rules in the manner of NegEx and ConText (Chapman et al. 2001, Harkema et al. 2009): triggers
reach forward or backward until something ends them. Two decisions are our own. A mention whose
words contradict each other, stand in an unanswered question or an unticked box, or lie too far
from the trigger that seems to rule it, is `undetermined`, never `present`. And hedges, "unlikely"
among them, are `uncertain`: a doubt is neither a finding nor its absence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Doc

from domain.findings import Attribute, Experiencer, State, Time, Trigger
from nlp.context_person import read_person
from nlp.context_roles import Bearer, bearers
from nlp.context_sentence import Scope, Sentence, Span
from nlp.context_state import Answer, read_answer, read_state
from nlp.context_time import read_time
from nlp.modifiers import read_modifiers
from nlp.sections import Section
from nlp.triggers import Triggers

__all__ = ["Context", "ContextRules", "Sentence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the words around a mention say of it; the fields are those of `Observation`.

    `triggers` are the words behind each attribute; the heading of the section is one of them.
    """

    state: State
    hedge: str | None = None
    experiencer: Experiencer = Experiencer.PATIENT
    kinship: str | None = None
    pregnancy: bool = False
    time: Time = Time.NOW
    section: str | None = None
    modifiers: tuple[str, ...] = ()
    triggers: tuple[Trigger, ...] = ()


class ContextRules:
    """Applies the triggers to mentions, sentence by sentence."""

    def __init__(self, triggers: Triggers) -> None:
        self._triggers = triggers

    def sentence(self, doc: Doc, text: str, start: int, end: int) -> Sentence:
        """Lay out tokens `start` to `end` of `doc`, whose text is `text`."""
        return Sentence(doc, text, start, end, self._triggers)

    def assess(
        self,
        sentence: Sentence,
        spans: Sequence[Span],
        section: Section | None = None,
        previous: Sentence | None = None,
    ) -> list[Context]:
        """Context of each span (token numbers of the document, half-open) of one sentence."""
        placed = [sentence.place(first, last) for first, last in spans]
        covered = {n for a, b in placed for n in range(a, b)}
        hits = sentence.hits
        if not all(covered.isdisjoint(range(h.start, h.end)) for h in hits):
            # "no change in vision" is a mention with "no" before it, not one behind "no change in"
            free = ["" if n in covered else w for n, w in enumerate(sentence.words)]
            hits = self._triggers.find(free)
        answers = {span: read_answer(sentence, span[1]) for span in placed}
        spent = {a.start for a in answers.values() if a is not None}
        hits = [h for h in hits if spent.isdisjoint(range(h.start, h.end))]
        people = sentence.people
        borne = bearers(sentence.words, sentence.capital, people, hits) if people else []
        scope = Scope(sentence, hits)
        contexts = []
        for span in placed:
            context = _judge(scope, borne, span, answers[span], section, previous)
            if modifiers := read_modifiers(sentence, span, covered):
                context = replace(context, modifiers=modifiers)
            contexts.append(context)
        return contexts


def _judge(
    scope: Scope,
    people: Sequence[Bearer],
    span: Span,
    answer: Answer | None,
    section: Section | None,
    previous: Sentence | None,
) -> Context:
    kind = section.kind if section is not None else None
    state = read_state(scope, span, answer, kind)
    whose = read_person(scope, people, span, kind, previous)
    tested = answer is not None or bool(scope.after("absent", span))
    time, when = read_time(scope, span, kind, tested=tested)
    heading = () if section is None or kind is None else (_heading(section),)
    return Context(
        state=State.UNDETERMINED if whose.doubtful else state.state,
        hedge=state.hedge if state.state is State.UNCERTAIN and not whose.doubtful else None,
        experiencer=whose.experiencer,
        kinship=whose.kinship,
        pregnancy=whose.pregnancy,
        time=time,
        section=kind,
        triggers=tuple(dict.fromkeys((*state.triggers, *whose.triggers, *when, *heading))),
    )


def _heading(section: Section) -> Trigger:
    return Trigger(
        attribute=Attribute.SECTION,
        text=section.heading,
        start=section.start,
        end=section.start + len(section.heading),
    )
