"""What a sentence says of its mentions: there or not, whose, when; and by which words.

Rules in the manner of NegEx and ConText (Chapman et al. 2001, Harkema et al. 2009): triggers
reach forward or backward until something ends them. Two decisions are our own. A mention whose
words contradict each other, stand in an unanswered question or an unticked box, or lie too far
from the trigger that seems to rule it, is `undetermined`, never `present`. And hedges, "unlikely"
among them, are `uncertain`: a doubt is neither a finding nor its absence.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from domain.findings import Experiencer, State, Time
from nlp.kinship import Relative, relatives
from nlp.sections import Section
from nlp.triggers import Hit, Triggers, spoken

#: How many words a trigger reaches; beyond the first number its effect is not believed, and the
#: mention is undetermined where nothing else settles it.
_REACH = {"absent": 40, "uncertain": 20, "past": 60, "hypothetical": 60, "family": 40}
_BRIEF = {"absent": 3, "past": 8}
_REACH_BACK = {"absent": 8, "uncertain": 8, "past": 8, "hypothetical": 4, "family": 8}
_ENDERS = {
    "absent": "present",
    "uncertain": "present",
    "past": "now",
    "family": "patient",
}
_SEPARATORS = frozenset((":", "-", "–", "—", "(", "=", "["))
_NO = frozenset(("no", "none", "nil", "negative", "neg", "absent", "denied", "denies", "-", "n"))
_YES = frozenset(("yes", "present", "positive", "pos", "+", "++", "+++", "y"))
_MENUS = frozenset(("yes/no", "y/n", "no/yes", "+/-", "-/+", "±"))
_ANSWER_ENDS = frozenset((".", ",", ";", ")", "]", "|", "/"))
_ASIDE = frozenset(("and", "or", "nor"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the words around a mention say of it; `triggers` are those words."""

    state: State
    experiencer: Experiencer
    kinship: str | None
    time: Time
    section: str | None
    triggers: tuple[str, ...]


class Sentence:
    """A sentence laid out for the rules: its words without white space, its triggers and people."""

    def __init__(self, doc: Doc, start: int, end: int, triggers: Triggers) -> None:
        tokens = [t for t in doc[start:end] if not t.is_space]
        self.index = [t.i for t in tokens]
        self.words = spoken([t.text for t in tokens])
        self.capital = [t.text[0].isupper() for t in tokens]
        self.hits = triggers.find(self.words)
        self.people = relatives(self.words)

    def place(self, first: int, last: int) -> tuple[int, int]:
        """Word positions of tokens `first` to `last` of the document."""
        return bisect_left(self.index, first), bisect_left(self.index, last)


class ContextRules:
    """Applies the triggers to mentions, sentence by sentence."""

    def __init__(self, triggers: Triggers) -> None:
        self._triggers = triggers

    def sentence(self, doc: Doc, start: int, end: int) -> Sentence:
        """Lay out tokens `start` to `end` of `doc`."""
        return Sentence(doc, start, end, self._triggers)

    def assess(
        self,
        sentence: Sentence,
        spans: Sequence[tuple[int, int]],
        section: Section | None = None,
        previous: Sentence | None = None,
    ) -> list[Context]:
        """Context of each span (token numbers of the document, half-open) of one sentence."""
        placed = [sentence.place(first, last) for first, last in spans]
        covered = {n for a, b in placed for n in range(a, b)}
        hits = [h for h in sentence.hits if covered.isdisjoint(range(h.start, h.end))]
        answers = {span: _answer(sentence.words, span[1]) for span in placed}
        spent = {a[1] for a in answers.values() if a is not None}
        hits = [h for h in hits if spent.isdisjoint(range(h.start, h.end))]
        return [_judge(sentence, hits, span, answers[span], section, previous) for span in placed]


def _judge(
    sentence: Sentence,
    hits: Sequence[Hit],
    span: tuple[int, int],
    answer: tuple[State, int, str] | None,
    section: Section | None,
    previous: Sentence | None,
) -> Context:
    kind = section.kind if section is not None else None
    state, why = _state(sentence, hits, span, answer, kind)
    experiencer, kinship, whose, doubtful = _whose(sentence, hits, span, kind, previous)
    tested = answer is not None or any(_backward(sentence, hits, h, "absent", span) for h in hits)
    time, when = _time(sentence, hits, span, kind, tested=tested)
    if doubtful:
        state = State.UNDETERMINED
    triggers = tuple(dict.fromkeys((*why, *whose, *when)))
    return Context(
        state=state,
        experiencer=experiencer,
        kinship=kinship,
        time=time,
        section=kind,
        triggers=triggers,
    )


def _state(
    sentence: Sentence,
    hits: Sequence[Hit],
    span: tuple[int, int],
    answer: tuple[State, int, str] | None,
    kind: str | None,
) -> tuple[State, tuple[str, ...]]:
    words = sentence.words
    if answer is not None:
        return answer[0], (answer[2],)
    if words[0] in ("☐", "[") and (words[0] == "☐" or words[1:2] == ["]"]):
        return State.UNDETERMINED, ("unticked box",)
    before = [
        h
        for h in hits
        if _forward(sentence, hits, h, "absent", span)
        or _forward(sentence, hits, h, "uncertain", span)
    ]
    after = [
        h
        for h in hits
        if _backward(sentence, hits, h, "absent", span)
        or _backward(sentence, hits, h, "uncertain", span)
    ]
    found = _forward_state(before)
    following = _backward_state(hits, after)
    if found is None and following is None:
        far = [h for h in hits if _forward(sentence, hits, h, "absent", span, far=True)]
        if far:
            return State.UNDETERMINED, (far[-1].text,)
        hidden = [h for h in hits if h.does("none") and _spills(sentence, hits, h, span)]
        if hidden:
            return State.UNDETERMINED, (hidden[-1].text,)
        if "?" in words[max(0, span[0] - 2) : span[0]]:
            return State.UNCERTAIN, ("?",)
        if words[-1] == "?":
            return State.UNDETERMINED, ("?",)
        if kind == "differential diagnosis":
            return State.UNCERTAIN, (kind,)
        return State.PRESENT, ()
    if found is None and following is not None and "," in words[span[1] : after[0].start]:
        held = [h for h in hits if h.does("present") and h.end <= span[0]]
        if held and "," not in words[held[-1].end : span[0]]:
            return State.UNDETERMINED, (
                held[-1].text,
                *following[1],
            )  # "had a rash, ... were absent"
    if found is None or following is None:
        return found or following or (State.PRESENT, ())
    why = (*found[1], *following[1])
    if found[0] is State.UNCERTAIN:
        return following[0], why  # "suspected pneumonia was ruled out"
    return State.UNDETERMINED, why  # "no effusion cannot be excluded": the words disagree


def _spills(sentence: Sentence, hits: Sequence[Hit], hit: Hit, span: tuple[int, int]) -> bool:
    """Whether a "no" that negates nothing may rule a list: "no change in vision, diplopia"."""
    first, _, second = hit.text.partition(" ")
    if first not in ("no", "without") or second in ("doubt", "matter") or hit.end > span[0]:
        return False
    if any(hit.end <= h.start < span[0] and (h.does("stop") or h.does("present")) for h in hits):
        return False
    return "," in sentence.words[hit.end : span[0]]


def _forward_state(before: Sequence[Hit]) -> tuple[State, tuple[str, ...]] | None:
    """The nearest trigger before a mention decides, except where two stand side by side."""
    if not before:
        return None
    nearest = before[-1]
    state = State.ABSENT if nearest.does("absent") else State.UNCERTAIN
    if len(before) > 1 and nearest.start - before[-2].end <= 0:
        second = before[-2]
        both = (second.text, nearest.text)
        if second.does("absent") and state is State.ABSENT:
            return State.UNDETERMINED, both  # "not without": two negations
        return State.UNCERTAIN, both  # "probably no", "no possible"
    return state, (nearest.text,)


def _backward_state(
    hits: Sequence[Hit], after: Sequence[Hit]
) -> tuple[State, tuple[str, ...]] | None:
    if not after:
        return None
    nearest = after[0]
    state = State.ABSENT if nearest.does("absent") else State.UNCERTAIN
    negated = [h for h in hits if h.end == nearest.start and h.text in ("not", "never")]
    if negated:
        return State.UNDETERMINED, (negated[0].text, nearest.text)
    return state, (nearest.text,)


def _forward(
    sentence: Sentence,
    hits: Sequence[Hit],
    hit: Hit,
    effect: str,
    span: tuple[int, int],
    *,
    far: bool = False,
) -> bool:
    """Whether `hit` reaches forward to the mention at `span`; `far`: only beyond its reach."""
    mine = next((e for e in hit.effects if e.name == effect and e.forward), None)
    distance = span[0] - hit.end
    if mine is None or distance < 0:
        return False
    reach = _BRIEF[effect] if mine.brief else _REACH[effect]
    if (distance > reach) is not far or (far and mine.brief):
        return False
    ender = _ENDERS.get(effect, "stop")
    for other in hits:
        if hit.end <= other.start < span[0] and (other.does("stop") or other.does(ender)):
            return False
    words = sentence.words
    between = range(hit.end + 1, span[0])
    if mine.brief and any(words[n] in (",", "and") for n in between):
        return False
    # a label inside a sentence ("Lungs:") begins something new
    return not any(words[n] == ":" and sentence.capital[n - 1] for n in between)


def _backward(
    sentence: Sentence, hits: Sequence[Hit], hit: Hit, effect: str, span: tuple[int, int]
) -> bool:
    """Whether `hit` reaches back to the mention at `span`."""
    distance = hit.start - span[1]
    if distance < 0 or not any(e.name == effect and e.backward for e in hit.effects):
        return False
    between = sentence.words[span[1] : hit.start]
    for other in hits:
        if span[1] <= other.start < hit.start and not other.does("none"):
            ahead = any(e.forward for e in other.effects)
            if ahead or other.does("stop") or other.does(_ENDERS.get(effect, "stop")):
                return False
    if ":" in between and between.index(":") != 0 and between[-1] != ":":
        return False
    listed = "," in between or "and" in between or "or" in between
    if not listed:
        return distance <= _REACH_BACK[effect]
    # a list reaches back as a whole only where "and" closes it: "fever, cough and rash were absent"
    last_comma = max((n for n, w in enumerate(between) if w == ","), default=-1)
    joined = any(w in _ASIDE for w in between[last_comma + 1 :])
    return joined and distance <= 3 * _REACH_BACK[effect]


def _time(
    sentence: Sentence,
    hits: Sequence[Hit],
    span: tuple[int, int],
    kind: str | None,
    *,
    tested: bool,
) -> tuple[Time, tuple[str, ...]]:
    """When it held. What was `tested` and answered ("testing for X is negative") is no plan."""
    for effect, time in (("hypothetical", Time.HYPOTHETICAL), ("past", Time.PAST)):
        if tested and time is Time.HYPOTHETICAL:
            continue
        before = [h for h in hits if _forward(sentence, hits, h, effect, span)]
        after = [h for h in hits if _backward(sentence, hits, h, effect, span)]
        if before or after:
            return time, ((before[-1] if before else after[0]).text,)
    if kind == "instructions":
        return Time.HYPOTHETICAL, (kind,)
    current = any(h.does("now") and h.end <= span[0] for h in hits)
    if kind == "past history" and not current:
        return Time.PAST, (kind,)
    return Time.NOW, ()


def _whose(
    sentence: Sentence,
    hits: Sequence[Hit],
    span: tuple[int, int],
    kind: str | None,
    previous: Sentence | None,
) -> tuple[Experiencer, str | None, tuple[str, ...], bool]:
    """Experiencer, kinship, the words that say so, and whether it stays in doubt."""
    words = sentence.words
    person = _person(sentence, hits, span)
    told = next(
        (
            h
            for h in hits
            if _forward(sentence, hits, h, "family", span)
            or _backward(sentence, hits, h, "family", span)
        ),
        None,
    )
    if person is not None:
        family = Experiencer.FAMILY if person.family else Experiencer.OTHER
        pronoun = _new_subject(words, person.at, span[0])
        triggers = (person.kinship,) if told is None else (told.text, person.kinship)
        if pronoun is not None:
            return Experiencer.PATIENT, None, (*triggers, pronoun), True
        return family, person.kinship, triggers, False
    if told is not None:
        return Experiencer.FAMILY, None, (told.text,), False
    named = any(h.does("patient") and h.end <= span[0] and not _owned(words, h) for h in hits)
    opening = words[0] in ("he", "she")
    if kind == "family history" and not named:
        if opening:
            return Experiencer.FAMILY, None, (kind, words[0]), True
        return Experiencer.FAMILY, None, (kind,), False
    if opening and words[1:2] == ["also"] and previous is not None:
        subject = next((p for p in previous.people if p.at <= 3 and p.bears), None)
        if subject is not None and (subject.female if words[0] == "she" else subject.male):
            return Experiencer.PATIENT, None, (subject.kinship, words[0]), True
    return Experiencer.PATIENT, None, (), False


def _person(sentence: Sentence, hits: Sequence[Hit], span: tuple[int, int]) -> Relative | None:
    """The person whom the mention is about, if it is not the patient."""
    words = sentence.words
    for person in sentence.people:
        if not person.bears or person.at < span[1]:
            continue
        # "seizures in two cousins", "diabetes (mother)"
        if person.introduced is None or person.introduced < span[1]:
            continue
        between = [h for h in hits if span[1] <= h.start < person.introduced]
        if person.introduced - span[1] <= _REACH_BACK["family"] and not any(
            h.does("stop") or h.does("present") for h in between
        ):
            return person
    for person in reversed(sentence.people):
        if not person.bears or person.at >= span[0] or span[0] - person.at > _REACH["family"]:
            continue
        between = [h for h in hits if person.at < h.start < span[0]]
        if any(h.does("stop") or (h.does("patient") and not _owned(words, h)) for h in between):
            return None
        if person.introduced is not None and words[person.introduced] in ("in", "("):
            continue  # it closes what stands before it: "seizures in his mother, ataxia"
        return person
    return None


def _owned(words: Sequence[str], hit: Hit) -> bool:
    """Whether the patient is named only as somebody's relation: "mother of the patient"."""
    possessive = words[hit.end : hit.end + 1] in (["'s"], ["’s"], ["'"])
    return possessive or (hit.start > 0 and words[hit.start - 1] == "of")


def _new_subject(words: Sequence[str], after: int, before: int) -> str | None:
    for n in range(after + 1, before - 1):
        if words[n] in (",", "and") and words[n + 1] in ("he", "she"):
            return words[n + 1]
    return None


def _answer(words: Sequence[str], end: int) -> tuple[State, int, str] | None:
    """A direct answer behind a mention: "ataxia: no", "fever (-)", "rash yes/no"."""
    at = end
    while at < len(words) and at < end + 2 and words[at] in _SEPARATORS and words[at] != "-":
        at += 1
    if at < len(words) and words[at] == "-" and at == end and at + 1 < len(words):
        at += 1 if words[at + 1] in _NO | _YES | _MENUS else 0
    if at >= len(words):
        return None
    if "".join(words[at : at + 3]) in _MENUS or words[at] in _MENUS:
        return State.UNDETERMINED, at, "".join(words[at : at + 3])
    if at == end:
        return None
    following = words[at + 1 : at + 2]
    ended = not following or following[0] in _ANSWER_ENDS or ":" in words[at + 2 : at + 5]
    if not ended and words[at] == "no" and following[0] in ("evidence", "sign", "signs"):
        ended = len(words) <= at + 2 or words[at + 2] in _ANSWER_ENDS
    if not ended:
        # "seizures: no recent ones": an answer, but not one that these rules can read
        unread = words[at] in ("no", "not", "none") and words[at - 1] == ":"
        return (State.UNDETERMINED, at, f": {words[at]}") if unread else None
    if words[at] in _NO:
        return State.ABSENT, at, words[at]
    if words[at] in _YES:
        return State.PRESENT, at, words[at]
    return None
