"""A sentence laid out for the rules of context, and how far its triggers reach."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from domain.findings import Attribute, Trigger
from nlp.context_words import OPENS_SUBJECT, TESTS
from nlp.kinship import Person, people
from nlp.triggers import Hit, Triggers, spoken

#: How many words a trigger reaches; beyond the first number its effect is not believed, and the
#: mention is undetermined where nothing else settles it.
_REACH = {
    "absent": 40,
    "uncertain": 20,
    "past": 60,
    "hypothetical": 60,
    "family": 40,
    "pregnancy": 20,
}
_BRIEF = {"absent": 3, "past": 8}
_REACH_BACK = {"absent": 8, "uncertain": 8, "past": 8, "hypothetical": 4, "family": 8}
_ENDERS = {
    "absent": "present",
    "uncertain": "present",
    "past": "now",
    "family": "patient",
}
#: "not clear whether he has": words after which a statement is still part of the doubt.
_COMPLEMENT = frozenset(("that", "if", "whether"))
_HOLDS = frozenset(
    ("he has", "she has", "they have", "patient has", "he had", "she had", "patient had",
     "there is", "there are", "there was", "there were")
)  # fmt: skip
_ASIDE = frozenset(("and", "or", "nor"))

Span = tuple[int, int]


class Sentence:
    """Tokens `start` to `end` of a document as words without white space (contractions in full),
    with their characters, triggers and people."""

    def __init__(self, doc: Doc, text: str, start: int, end: int, triggers: Triggers) -> None:
        tokens = [t for t in doc[start:end] if not t.is_space]
        self._text = text
        self._index = [t.i for t in tokens]
        self._chars = [(t.idx, t.idx + len(t)) for t in tokens]
        self.words = spoken([t.text for t in tokens])
        self.capital = [t.text[0].isupper() for t in tokens]
        self.hits = triggers.find(self.words)
        self.people: list[Person] = people(self.words)

    def place(self, first: int, last: int) -> Span:
        """Word positions of tokens `first` to `last` of the document."""
        return bisect_left(self._index, first), bisect_left(self._index, last)

    def apart(self, n: int) -> bool:
        """Whether word `n` begins a cell of a table: behind a tab, a line end or wide space."""
        if not 0 < n < len(self._chars):
            return True
        gap = self._text[self._chars[n - 1][1] : self._chars[n][0]]
        return len(gap) > 1 or gap in ("\t", "\n")

    def printed(self, first: int, last: int) -> str:
        """Words `first` to `last` (half-open) as the text prints them, on one line."""
        return " ".join(self._text[self._chars[first][0] : self._chars[last - 1][1]].split())

    def trigger(self, attribute: Attribute, first: int, last: int) -> Trigger:
        """Words `first` to `last` (half-open) as a trigger, which quotes the text exactly."""
        start, end = self._chars[first][0], self._chars[last - 1][1]
        return Trigger(attribute=attribute, text=self._text[start:end], start=start, end=end)


@dataclass(frozen=True, slots=True)
class Scope:
    """A sentence with the triggers that are free: in no mention and spent on no answer."""

    sentence: Sentence
    hits: Sequence[Hit]

    def before(self, effect: str, span: Span) -> list[Hit]:
        """Triggers that reach forward to the mention at `span`, the nearest last."""
        return [h for h in self.hits if effect in h.names and self.forward(h, effect, span)]

    def after(self, effect: str, span: Span) -> list[Hit]:
        """Triggers that reach back to the mention at `span`, the nearest first."""
        return [h for h in self.hits if effect in h.names and self.backward(h, effect, span)]

    def between(self, start: int, end: int) -> list[Hit]:
        """Triggers that begin at words `start` to `end`."""
        return [h for h in self.hits if start <= h.start < end] if start < end else []

    def forward(self, hit: Hit, effect: str, span: Span, *, far: bool = False) -> bool:
        """Whether `hit` reaches forward to the mention; `far`: only beyond its reach."""
        mine = hit.ahead(effect)
        distance = span[0] - hit.end
        if mine is None or distance < 0:
            return False
        reach = _BRIEF[effect] if mine.brief else _REACH[effect]
        if (distance > reach) is not far or (far and mine.brief):
            return False
        words, capital = self.sentence.words, self.sentence.capital
        ender = _ENDERS.get(effect, "stop")
        for other in self.between(hit.end, span[0]):
            if other.ends_all:
                return False
            if other.does(ender) and not _COMPLEMENT.issuperset(words[hit.end : other.start]):
                return False  # but "unclear whether | he has"
            if other.does(ender) and other.text not in _HOLDS:
                return False
        inside = range(hit.end + 1, span[0])
        if mine.brief and any(words[n] in (",", "and") for n in inside):
            return False
        # a label inside a sentence ("Lungs:") begins something new
        return not any(words[n] == ":" and capital[n - 1] for n in inside)

    def backward(self, hit: Hit, effect: str, span: Span) -> bool:
        """Whether `hit` reaches back to the mention."""
        distance = hit.start - span[1]
        if distance < 0 or hit.behind(effect) is None:
            return False
        words = self.sentence.words
        between = words[span[1] : hit.start]
        if effect == "absent" and (
            "positive" in words[span[0] : hit.start] or _of_test(words, between, hit)
        ):
            return False
        for other in self.between(span[1], hit.start):
            known = effect == "family" and other.end == hit.start  # "is known in the family"
            if not known and not other.does("none"):
                ahead = any(e.forward for e in other.effects)
                if ahead or other.ends_all or other.does(_ENDERS.get(effect, "stop")):
                    return False
        if ":" in between and between.index(":") != 0 and between[-1] != ":":
            return False
        listed = "," in between or "and" in between or "or" in between
        if not listed:
            return distance <= _REACH_BACK[effect]
        # a list reaches back as a whole only where "and" closes it: "fever, cough and rash were
        # absent"
        last_comma = max((n for n, w in enumerate(between) if w == ","), default=-1)
        joined = any(w in _ASIDE for w in between[last_comma + 1 :])
        return joined and distance <= 3 * _REACH_BACK[effect]


def _of_test(words: Sequence[str], between: Sequence[str], hit: Hit) -> bool:
    """Whether it is a test that is negative, in a clause or a list of its own: "pneumonia, and the
    culture was negative", "bloody with negative cultures"."""
    if hit.text == "negative" and not TESTS.isdisjoint(words[hit.end : hit.end + 1]):
        return True
    joins = [n for n, word in enumerate(between) if word in _ASIDE]
    if not joins or between[-1] not in TESTS:
        return False
    return not OPENS_SUBJECT.isdisjoint(between[joins[-1] + 1 : joins[-1] + 2])
