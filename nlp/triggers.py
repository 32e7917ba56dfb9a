"""Finds in a sentence the words that change what its mentions mean (`triggers.tsv`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from spacy.language import Language

_TABLE = Path(__file__).with_name("triggers.tsv")
_YEAR = "1999"
_ENDS = frozenset(("stop", "turn"))
_SPOKEN = {"n't": "not", "n’t": "not", "ca": "can", "wo": "will"}

#: Classes of hedges, as `triggers.tsv` assigns and describes them.
HEDGES = (
    "unlikely",
    "question",
    "cannot exclude",
    "questionable",
    "differential",
    "possible",
    "suggestive",
    "suspected",
    "versus",
    "borderline",
    "probable",
)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a trigger does, and to which side; `hedge` is its class where it makes uncertain."""

    name: str
    forward: bool
    backward: bool
    brief: bool = False
    hedge: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A trigger in a sentence: words `start` to `end` (half-open) and its effects."""

    start: int
    end: int
    text: str
    effects: tuple[Effect, ...]
    names: frozenset[str]

    @property
    def ends_all(self) -> bool:
        """Whether no other trigger reaches across it; a subject may carry on behind a "turn"."""
        return not self.names.isdisjoint(_ENDS)

    def does(self, name: str) -> bool:
        """Whether the trigger has this effect on either side."""
        return name in self.names

    def ahead(self, name: str) -> Effect | None:
        """Its effect of this name on what follows, None without one."""
        if name not in self.names:
            return None
        return next((e for e in self.effects if e.name == name and e.forward), None)

    def behind(self, name: str) -> Effect | None:
        """Its effect of this name on what stands before it, None without one."""
        if name not in self.names:
            return None
        return next((e for e in self.effects if e.name == name and e.backward), None)


_Phrase = tuple[str, tuple[Effect, ...], frozenset[str]]


def spoken(words: Sequence[str]) -> list[str]:
    """Lower-case words as triggers are written: contractions in full, 1999 for any year."""
    return [
        _YEAR if w.isdecimal() and len(w) == 4 and w[:2] in ("19", "20") else _SPOKEN.get(w, w)
        for w in map(str.lower, words)
    ]


class Triggers:
    """All trigger phrases, by their first word; read and cut by the same tokenizer as the text."""

    def __init__(self, nlp: Language, table: Path = _TABLE) -> None:
        phrases: dict[tuple[str, ...], list[Effect]] = {}
        for effects, phrase, hedge in rows(table):
            key = tuple(spoken([t.text for t in nlp.tokenizer(phrase)]))
            known = phrases.setdefault(key, [])
            known.extend(e for e in _effects(effects, hedge) if e not in known)
        self._by_first: dict[str, dict[tuple[str, ...], _Phrase]] = {}
        for key, found in phrases.items():
            entry = (" ".join(key), tuple(found), frozenset(e.name for e in found))
            self._by_first.setdefault(key[0], {})[key] = entry
        self._longest = {first: max(map(len, keys)) for first, keys in self._by_first.items()}

    def find(self, words: Sequence[str]) -> list[Hit]:
        """Triggers among `words` (as `spoken` gives them), the longest first, not overlapping."""
        hits = []
        i = 0
        while i < len(words):
            phrases = self._by_first.get(words[i])
            step = 1
            if phrases is not None:
                for size in range(min(self._longest[words[i]], len(words) - i), 0, -1):
                    phrase = phrases.get(tuple(words[i : i + size]))
                    if phrase is not None:
                        hits.append(Hit(i, i + size, *phrase))
                        step = size
                        break
            i += step
        return hits


def rows(table: Path = _TABLE) -> list[tuple[str, str, str | None]]:
    """Lines of the table: effects, phrase, class of the hedge or None."""
    found = []
    for line in table.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            effects, phrase, *hedge = line.split("\t")
            found.append((effects, phrase, hedge[0] if hedge else None))
    return found


def _effects(text: str, hedge: str | None) -> list[Effect]:
    parts = text.split()
    brief = "brief" in parts
    return [
        Effect(
            part.rstrip("<>"),
            forward=part.endswith(">"),
            backward=part.endswith("<"),
            brief=brief,
            hedge=hedge if part.startswith("uncertain") else None,
        )
        for part in parts
        if part != "brief"
    ]
