"""Findings that are told rather than named: "coughing up small amounts of blood", "lost 20 pounds".

Each row of `phrases.tsv` is a chain of words in which something may stand between: what was
coughed up, how many cigarettes for how long, what a pain does. The chain is met within one run of
words, so that it never crosses a full stop, a semicolon or a colon; what stands in a gap is short
and holds no word that would turn the meaning round.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile
from pathlib import Path

from domain.errors import SourceError
from domain.findings import State
from domain.identifiers import Curie
from nlp.context_words import listed
from nlp.runs import Word
from ontologies.lexicon import Lexicon, LexiconEntry
from ontologies.wordforms import words

_TABLE = Path(__file__).with_name("phrases.tsv")
_COLUMNS = ["phrase", "says", "concept", "label"]
_GAP, _WIDE, _NUMBER, _CHOICE, _MAYBE = "..", "...", "#", "/", "?"
_HISTORY = "history"
#: What a match is worth as a link, beside the name's own score.
TOLD = 0.8
#: Most words of a gap.
_BETWEEN = 6
#: Words that say of what follows how it is, and are no finding of their own there.
QUALIFYING = frozenset(("tearing", "weak"))
#: Words that turn round, or part from it, what they stand before; no gap holds one.
_TURNS = listed(
    "no not without denies denied deny denying never nor neither but except if unless none"
    " cannot father mother brother sister son daughter husband wife positive negative"
)
_NUMBERS = listed(
    "a an half one two three four five six seven eight nine ten eleven twelve thirteen"
    " fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty"
    " several few many some multiple"
)


@dataclass(frozen=True, slots=True)
class Told:
    """A finding told at words `first` to `last` (half-open) of a run; context is judged on those
    from `core` on, so that "history of" before it still says what it says."""

    first: int
    core: int
    last: int
    entry: LexiconEntry
    says: State


@dataclass(frozen=True, slots=True)
class _Slot:
    """One place of a chain: its words, None for a number; up to `gap` words may stand before it,
    with commas among them if it is `wide`."""

    choices: frozenset[str] | None
    maybe: bool = False
    gap: int = 0
    wide: bool = False

    def takes(self, word: str) -> bool:
        if self.choices is None:
            return word in _NUMBERS or word.replace(".", "").isdigit()
        return word in self.choices


@dataclass(frozen=True, slots=True)
class _Chain:
    slots: tuple[_Slot, ...]
    entry: LexiconEntry
    says: State


class Phrases:
    """The table over a lexicon; rows whose concept the lexicon lacks are left out."""

    def __init__(self, lexicon: Lexicon, table: Path = _TABLE) -> None:
        self._chains: dict[str, list[_Chain]] = {}
        self._numbered: list[_Chain] = []
        for row in rows(table):
            entry = lexicon.find(" ".join(words(row["label"])))
            if entry is None or entry.concept != row["concept"]:
                continue
            for slots in row["phrase"].split(" | "):
                chain = _Chain(_slots(slots), entry, State(row["says"]))
                first = chain.slots[0].choices
                if first is None:
                    self._numbered.append(chain)
                for word in first or ():
                    self._chains.setdefault(word, []).append(chain)

    def find(self, run: Sequence[Word]) -> Iterator[Told]:
        """What is told in a run of words; of one concept the longest at each place."""
        reached: dict[tuple[Curie, State], int] = {}
        for at, word in enumerate(run):
            chains = self._chains.get(word.text, ())
            if self._numbered and _Slot(None).takes(word.text):
                chains = [*chains, *self._numbered]
            best: dict[tuple[Curie, State], Told] = {}
            for chain in chains:
                end = _end(run, at, chain.slots, 0)
                key = chain.entry.concept, chain.says
                if end and (key not in best or end > best[key].last):
                    core = at + 2 if word.text == _HISTORY and at + 2 < end else at
                    best[key] = Told(at, core, end, chain.entry, chain.says)
            for key, told in best.items():
                if told.last > reached.get(key, 0):
                    reached[key] = told.last
                    yield told


def _end(run: Sequence[Word], at: int, slots: Sequence[_Slot], n: int) -> int:
    """Where a chain from slot `n` on ends that goes on at word `at`, 0 if it does not."""
    if n == len(slots):
        return at
    slot = slots[n]
    if slot.maybe and (end := _end(run, at, slots, n + 1)):
        longer = slot.takes(run[at].text) if at < len(run) else False
        return (longer and _end(run, at + 1, slots, n + 1)) or end
    for here in range(at, min(len(run), at + slot.gap + 1)):
        if slot.gap and not slot.wide and run[here].comma and here > 0:
            return 0
        if slot.takes(run[here].text) and (end := _end(run, here + 1, slots, n + 1)):
            return end
        if run[here].text in _TURNS:
            return 0
    return 0


def _slots(text: str) -> tuple[_Slot, ...]:
    slots: list[_Slot] = []
    gap = ""
    for part in text.split():
        if part in (_GAP, _WIDE):
            gap = part
            continue
        maybe = part.endswith(_MAYBE)
        bare = part.removesuffix(_MAYBE)
        choices = None if bare == _NUMBER else _forms(bare)
        slots.append(_Slot(choices, maybe, _BETWEEN if gap else 0, gap == _WIDE))
        gap = ""
    return tuple(slots)


def _forms(choices: str) -> frozenset[str]:
    """The normal forms of the words of a place. Raises ValueError where one is not one word."""
    forms = [list(words(choice)) for choice in choices.split(_CHOICE)]
    if any(len(form) != 1 for form in forms):
        raise ValueError(choices)
    return frozenset(form[0] for form in forms)


def rows(table: Path = _TABLE) -> Iterator[dict[str, str]]:
    """Rows of the table by column. Raises SourceError naming the line that cannot be used."""
    lines = enumerate(table.read_text(encoding="utf-8").splitlines(), start=1)
    # A row may begin with a number; remarks stand above the columns only.
    kept = list(dropwhile(lambda at: at[1].startswith("# "), ((n, x) for n, x in lines if x)))
    if not kept or kept[0][1].split("\t") != _COLUMNS:
        raise SourceError(table.name, "is no table of phrases.")
    for number, line in kept[1:]:
        row = line.split("\t")
        if len(row) != len(_COLUMNS) or row[1] not in (State.PRESENT, State.ABSENT):
            raise SourceError(table.name, "is not a row of four columns.", line=number)
        for phrase in row[0].split(" | "):
            parts = phrase.split()
            try:
                slots = _slots(phrase)
            except ValueError as error:
                raise SourceError(table.name, f"{error} is not one word.", line=number) from None
            if len(slots) < 2 or slots[0].maybe or slots[0].gap or parts[-1] in (_GAP, _WIDE):
                raise SourceError(table.name, f"{phrase!r} is no chain of words.", line=number)
        yield dict(zip(_COLUMNS, row, strict=True))
