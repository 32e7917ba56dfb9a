"""Whether a mention is there: negation, hedges with their class, answers in lists and tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from domain.findings import Attribute, State, Trigger
from nlp.context_sentence import Scope, Sentence, Span
from nlp.triggers import Hit

_SEPARATORS = frozenset((":", "-", "–", "—", "(", "=", "[", "|"))
_NO = frozenset(("no", "none", "nil", "negative", "neg", "absent", "denied", "denies", "-", "n"))
_YES = frozenset(("yes", "present", "positive", "pos", "+", "++", "+++", "y"))
_MENUS = frozenset(("yes/no", "y/n", "no/yes", "+/-", "-/+", "±"))
_ANSWER_ENDS = frozenset((".", ",", ";", ")", "]", "|", "/"))
#: Hedges that lead from a sign to what it means.
_SIGNS = frozenset(("suggestive", "suspected"))
#: A hedge that adds nothing to another: "may represent scarring versus atelectasis".
_EITHER = "versus"
#: Words of what cannot be done, and how far before a "without" they are looked for.
_CANNOT, _CANNOT_BACK = frozenset(("cannot", "unable", "inability")), 12


@dataclass(frozen=True, slots=True)
class Answer:
    """A direct answer behind a mention ("ataxia: no"): words `start` to `end`."""

    state: State
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A state, the class of its hedge if it is uncertain, and the words that say so."""

    state: State
    hedge: str | None = None
    triggers: tuple[Trigger, ...] = ()


_PRESENT = Reading(State.PRESENT)


def read_state(scope: Scope, span: Span, answer: Answer | None, section: str | None) -> Reading:
    """State of the mention at `span`."""
    sentence = scope.sentence
    words = sentence.words
    if answer is not None:
        return Reading(
            answer.state,
            None,
            (sentence.trigger(Attribute.NEGATED, answer.start, answer.end),),
        )
    if words[0] == "☐" or (words[0] == "[" and words[1:2] == ["]"]):
        box = sentence.trigger(Attribute.NEGATED, 0, 1 if words[0] == "☐" else 2)
        return Reading(State.UNDETERMINED, None, (box,))
    before = [h for h in scope.hits if _decides(h, span, scope.forward)]
    after = [h for h in scope.hits if _decides(h, span, scope.backward)]
    found = _ahead(scope, before)
    following = _behind(scope, after)
    if found is None and following is None:
        return _unruled(scope, span, section)
    if found is None and following is not None and "," in words[span[1] : after[0].start]:
        held = [h for h in scope.hits if h.does("present") and h.end <= span[0]]
        if held and "," not in words[held[-1].end : span[0]]:
            # "had a rash, ... were absent"
            why = sentence.trigger(Attribute.NEGATED, held[-1].start, held[-1].end)
            return Reading(State.UNDETERMINED, None, (why, *following.triggers))
    if found is not None and found.state is State.ABSENT and (end := _until(words, span[1])):
        # "no seizures until the age of 5"
        until = sentence.trigger(Attribute.NEGATED, end, end + 1)
        return Reading(State.UNDETERMINED, None, (*found.triggers, until))
    if found is None or following is None:
        return found or following or _PRESENT
    both = (*found.triggers, *following.triggers)
    if found.state is State.UNCERTAIN:
        # "suspected pneumonia was ruled out"; but "possible pneumonia versus atelectasis"
        hedge = found.hedge if following.hedge == _EITHER else following.hedge
        return Reading(following.state, hedge, both)
    # "no effusion cannot be excluded": the words disagree
    return Reading(State.UNDETERMINED, None, both)


def read_answer(sentence: Sentence, end: int) -> Answer | None:
    """A direct answer behind a mention that ends at `end`: "ataxia: no", "rash yes/no"; also in
    the next cell of a table."""
    words = sentence.words
    cell = words[end] if end < len(words) and sentence.apart(end) else ""
    if cell in _NO | _YES and sentence.apart(end + 1):
        return Answer(State.ABSENT if cell in _NO else State.PRESENT, end, end + 1)
    at = end
    while at < len(words) and at < end + 2 and words[at] in _SEPARATORS and words[at] != "-":
        at += 1
    if at < len(words) and words[at] == "-" and at == end and at + 1 < len(words):
        at += 1 if words[at + 1] in _NO | _YES | _MENUS else 0
    if at >= len(words):
        return None
    if "".join(words[at : at + 3]) in _MENUS:
        return Answer(State.UNDETERMINED, at, min(at + 3, len(words)))
    if words[at] in _MENUS:
        return Answer(State.UNDETERMINED, at, at + 1)
    if at == end:
        return None
    following = words[at + 1 : at + 2]
    ended = not following or following[0] in _ANSWER_ENDS or ":" in words[at + 2 : at + 5]
    if not ended and words[at] == "no" and following[0] in ("evidence", "sign", "signs"):
        ended = len(words) <= at + 2 or words[at + 2] in _ANSWER_ENDS
    if not ended:
        # "seizures: no recent ones": an answer, but not one that these rules can read
        unread = words[at] in ("no", "not", "none") and words[at - 1] == ":"
        return Answer(State.UNDETERMINED, at, at + 1) if unread else None
    if words[at] in _NO:
        return Answer(State.ABSENT, at, at + 1)
    if words[at] in _YES:
        return Answer(State.PRESENT, at, at + 1)
    return None


def _until(words: Sequence[str], end: int) -> int | None:
    for n in range(end, min(len(words), end + 4)):
        if words[n] == "until":
            return n
        if words[n] in _ANSWER_ENDS:
            return None
    return None


def _decides(hit: Hit, span: Span, reaches: Callable[[Hit, str, Span], bool]) -> bool:
    return reaches(hit, "absent", span) or reaches(hit, "uncertain", span)


def _told(scope: Scope, hit: Hit) -> Trigger:
    kind = Attribute.NEGATED if hit.does("absent") or hit.does("none") else Attribute.UNCERTAIN
    return scope.sentence.trigger(kind, hit.start, hit.end)


def _ahead(scope: Scope, before: Sequence[Hit]) -> Reading | None:
    """The nearest trigger before a mention decides, except where two stand side by side."""
    if not before:
        return None
    nearest = before[-1]
    if _only_with(scope.sentence.words, nearest):
        return None
    mine = nearest.ahead("uncertain")
    absent = nearest.ahead("absent") is not None
    if len(before) > 1 and nearest.start - before[-2].end <= 0:
        second = before[-2]
        both = (_told(scope, second), _told(scope, nearest))
        if second.does("absent") and absent:
            return Reading(State.UNDETERMINED, None, both)  # "not without": two negations
        if second.does("absent") or absent:
            return Reading(State.UNCERTAIN, "unlikely", both)  # "probably no", "no possible"
        return Reading(State.UNCERTAIN, mine.hedge if mine else None, both)
    told = (_told(scope, nearest),)
    if absent or mine is None:
        return Reading(State.ABSENT, None, told)
    if len(before) > 1 and mine.hedge in _SIGNS and before[-2].ahead("absent") is not None:
        denied = before[-2]
        if "," not in scope.sentence.words[denied.end : nearest.start]:
            # "no opacity to suggest pneumonia": not even its sign
            return Reading(State.ABSENT, None, (_told(scope, denied), *told))
    if len(before) > 1 and mine.hedge == _EITHER:
        earlier = before[-2].ahead("uncertain")
        if earlier is not None:
            return Reading(State.UNCERTAIN, earlier.hedge, (_told(scope, before[-2]), *told))
    return Reading(State.UNCERTAIN, mine.hedge, told)


def _only_with(words: Sequence[str], hit: Hit) -> bool:
    """Whether a "without" follows what cannot be done: "cannot climb stairs without dyspnea"."""
    if not hit.text.startswith("without"):
        return False
    before = words[max(0, hit.start - _CANNOT_BACK) : hit.start]
    if not _CANNOT.isdisjoint(before):
        return True
    return any(
        (one in ("can", "could", "able") and other == "not") or (one == "not" and other == "able")
        for one, other in pairwise(before)
    )


def _behind(scope: Scope, after: Sequence[Hit]) -> Reading | None:
    """The nearest trigger after a mention decides."""
    if not after:
        return None
    nearest = after[0]
    told = _told(scope, nearest)
    negated = [h for h in scope.hits if h.end == nearest.start and h.text in ("not", "never")]
    if negated:
        return Reading(State.UNDETERMINED, None, (_told(scope, negated[0]), told))
    mine = nearest.behind("uncertain")
    if nearest.behind("absent") is not None or mine is None:
        return Reading(State.ABSENT, None, (told,))
    return Reading(State.UNCERTAIN, mine.hedge, (told,))


def _unruled(scope: Scope, span: Span, section: str | None) -> Reading:
    """State where no trigger reaches: present, unless something casts a doubt from afar."""
    sentence, hits = scope.sentence, scope.hits
    words = sentence.words
    far = [h for h in hits if scope.forward(h, "absent", span, far=True)]
    if far:
        return Reading(State.UNDETERMINED, None, (_told(scope, far[-1]),))
    hidden = [h for h in hits if h.does("none") and _spills(scope, h, span)]
    if hidden:
        return Reading(State.UNDETERMINED, None, (_told(scope, hidden[-1]),))
    for n in range(max(0, span[0] - 2), span[0]):
        if words[n] == "?":
            asked = sentence.trigger(Attribute.UNCERTAIN, n, n + 1)
            return Reading(State.UNCERTAIN, "question", (asked,))
    if words[-1] == "?" and span[1] <= len(words) - 1:
        asked = sentence.trigger(Attribute.UNCERTAIN, len(words) - 1, len(words))
        return Reading(State.UNDETERMINED, None, (asked,))
    if section == "differential diagnosis":
        return Reading(State.UNCERTAIN, "differential")
    return _PRESENT


def _spills(scope: Scope, hit: Hit, span: Span) -> bool:
    """Whether a "no" that negates nothing may rule a list: "no change in vision, diplopia"."""
    first, _, second = hit.text.partition(" ")
    if first not in ("no", "without") or second in ("doubt", "matter") or hit.end > span[0]:
        return False
    if any(h.ends_all or h.does("present") for h in scope.between(hit.end, span[0])):
        return False
    return "," in scope.sentence.words[hit.end : span[0]]
