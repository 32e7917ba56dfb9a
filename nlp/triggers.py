"""Finds in a sentence the words that change what its mentions mean (`triggers.tsv`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from spacy.language import Language

_TABLE = Path(__file__).with_name("triggers.tsv")
_SPOKEN = {"n't": "not", "n’t": "not", "ca": "can", "wo": "will"}


@dataclass(frozen=True, slots=True)
class Effect:
    """What a trigger does, and to which side."""

    name: str
    forward: bool
    backward: bool
    brief: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A trigger in a sentence: words `start` to `end` (half-open) and its effects."""

    start: int
    end: int
    text: str
    effects: tuple[Effect, ...]

    def does(self, name: str) -> bool:
        """Whether the trigger has this effect on either side."""
        return any(e.name == name for e in self.effects)


def spoken(words: Sequence[str]) -> list[str]:
    """Lower-case words as triggers are written: contractions in full."""
    return [_SPOKEN.get(w, w) for w in map(str.lower, words)]


class Triggers:
    """All trigger phrases, by their first word; read and cut by the same tokenizer as the text."""

    def __init__(self, nlp: Language, table: Path = _TABLE) -> None:
        self._by_first: dict[str, dict[tuple[str, ...], list[Effect]]] = {}
        for line in table.read_text(encoding="utf-8").splitlines():
            if not line or line.startswith("#"):
                continue
            effects, _, phrase = line.partition("\t")
            key = tuple(spoken([t.text for t in nlp.tokenizer(phrase)]))
            known = self._by_first.setdefault(key[0], {}).setdefault(key, [])
            known.extend(e for e in _effects(effects) if e not in known)
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
                    effects = phrases.get(tuple(words[i : i + size]))
                    if effects is not None:
                        text = " ".join(words[i : i + size])
                        hits.append(Hit(i, i + size, text, tuple(effects)))
                        step = size
                        break
            i += step
        return hits


def _effects(text: str) -> list[Effect]:
    parts = text.split()
    brief = "brief" in parts
    return [
        Effect(
            part.rstrip("<>"),
            forward=part.endswith(">"),
            backward=part.endswith("<"),
            brief=brief,
        )
        for part in parts
        if part != "brief"
    ]
