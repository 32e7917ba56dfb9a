"""Findings that are said in two parts: "the heart is mildly enlarged", "reflexes were absent".

A dictionary finds names whose words stand together. This finds a subject (a part, a sign, a value)
and what is said of it, by the table `predications.tsv`: behind it ("the liver remains enlarged")
or right before it ("enlargement of the left atrium", "low serum calcium"). What may stand between
them is small and listed here, so that a predicate is never taken from another clause.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from domain.errors import SourceError
from domain.findings import State
from nlp.runs import Word, runs
from nlp.told_labs import lab_rows
from ontologies.analytes import analytes
from ontologies.curated_names import ANY, CONTEXTS
from ontologies.lexicon import Lexicon, LexiconEntry
from ontologies.wordforms import folded_word, words

_TABLE = Path(__file__).with_name("predications.tsv")
_COLUMNS = ["subject", "predicate", "says", "concept", "label", "context", "unless"]

#: What such a match is worth as a link, beside the name's own score.
SAID_IN_TWO = 0.8
#: Most words between a subject and its predicate, behind it and before it.
_BEHIND, _BEFORE = 9, 6
#: Words in other lists than these that a coordination or a predicate of several parts may hold.
_STRANGERS_BEFORE_VERB, _STRANGERS_AFTER_VERB = 4, 2


def _listed(text: str) -> frozenset[str]:
    return frozenset(w for part in text.split() for w in (*words(part), part))


_VERBS = _listed(
    "is are was were be been being remains remain remained appears appear appeared seems seem"
    " seemed looks look looked became become becomes has have had measures measured stays"
    " demonstrates demonstrated shows showed"
)
_DEGREES = _listed(
    "very quite rather more most somewhat again still now also overall at borderline top mild"
    " moderate severe slight marked minimal small degree of noted found felt thought considered to"
    " seen described judged stable size sized both bilateral being may might could possible"
    " possibly probable likely not never no longer without evidence any new xxxx for technique age"
    " the a an his her both in all"
)
_JOINING = frozenset(("and", "or"))
#: Words that open another clause or name another thing.
_STOPS = _listed(
    "but with which that who whose while whereas although though however because due after before"
    " there from by on than except until when if then he she they it we i this these those"
    " compared secondary suggesting suggest consistent"
)
#: What says that all is well ends the search for what is not.
_WELL = _listed("normal unremarkable within intact preserved good satisfactory appropriate")
#: Words that may stand between a predicate and the subject that follows it.
_LINKS = _listed(
    "the a an of in to his her its their left right both bilateral serum plasma blood circulating"
    " thoracic native overall xxxx very rather fasting total deep muscle size lateral upper lower"
    " anterior posterior ascending descending main and"
)
#: A subject that follows its predicate must be the head of its phrase: these may come next.
_AFTERWARDS = _VERBS | _STOPS | _listed("and or in of for at to as noted seen level levels size")


@dataclass(frozen=True, slots=True, kw_only=True)
class Predication:
    """A finding said in two parts: characters `start` to `end` from the one to the other.

    Context is to be judged on characters `core_start` to `core_end`, the predicate (or the
    subject where the predicate is a hedge), so that a negation or a hedge between the two counts.
    `says` is what the words mean where context adds nothing: `absent` for "heart size is normal".
    `context` is the kind of report in which alone that holds, empty where it holds in any.
    """

    start: int
    end: int
    core_start: int
    core_end: int
    entry: LexiconEntry
    says: State
    context: str


@dataclass(frozen=True, slots=True)
class _Row:
    entry: LexiconEntry
    says: State
    context: str
    unless: frozenset[str]
    hedge: bool


_Phrase = tuple[str, ...]
#: Samples that are not blood: what a sentence tells behind one is told of it.
_FLUIDS = frozenset(("csf", "cerebrospinal", "urine", "urinary", "stool", "sweat"))


class Predications:
    """The table over a lexicon; rows whose concept the lexicon lacks are left out."""

    def __init__(self, lexicon: Lexicon, table: Path = _TABLE) -> None:
        self._said: dict[_Phrase, dict[_Phrase, list[_Row]]] = {}
        self._add(lexicon, rows(table))
        of_table = {subject: frozenset(said) for subject, said in self._said.items()}
        self._add(lexicon, lab_rows(analytes()), of_table)
        self._subjects: dict[str, list[_Phrase]] = {}
        for phrase in sorted(self._said, key=len, reverse=True):
            self._subjects.setdefault(phrase[0], []).append(phrase)

    def _add(
        self,
        lexicon: Lexicon,
        lines: Iterable[Mapping[str, str]],
        known: Mapping[_Phrase, frozenset[_Phrase]] = MappingProxyType({}),
    ) -> None:
        """Take in rows, but for what `known` says of a subject already."""
        for line in lines:
            entry = lexicon.find(" ".join(words(line["label"])))
            if entry is None or entry.concept != line["concept"]:
                continue
            for phrase, hedge in map(_read, line["predicate"].split("|")):
                row = _Row(
                    entry,
                    State(line["says"]),
                    "" if line["context"] == ANY else line["context"],
                    frozenset(_phrase(line["unless"])),
                    hedge,
                )
                for subject in map(_phrase, line["subject"].split("|")):
                    if phrase in known.get(subject, ()):
                        continue
                    said = self._said.setdefault(subject, {}).setdefault(phrase, [])
                    if row not in said:
                        said.append(row)

    def read(self, text: str) -> list[Predication]:
        """Predications of one sentence."""
        return self.find(text, [word for run in runs(text, ()) for word in run], ())

    def find(self, text: str, listed: Sequence[Word], barriers: Sequence[int]) -> list[Predication]:
        """Predications of `text`, in its order.

        `listed` are its words, run after run; `barriers` the offsets at which its sentences
        begin: no predication crosses one.
        """
        found: list[Predication] = []
        at = 0
        while at < len(listed):
            if _form(listed[at]) in self._subjects and (subject := self._subject(listed, at)):
                sentence = _around(text, listed, at, barriers)
                first = at - sentence.first
                found.extend(self._of(sentence, first, first + len(subject), subject))
                at += len(subject)
            else:
                at += 1
        return found

    def _subject(self, listed: Sequence[Word], at: int) -> _Phrase:
        """The longest subject that begins at word `at`, empty without one."""
        for phrase in self._subjects.get(_form(listed[at]), ()):
            if _matches(listed, at, phrase):
                return phrase
        return ()

    def _of(
        self, sentence: _Sentence, first: int, last: int, subject: _Phrase
    ) -> Iterator[Predication]:
        said = self._said[subject]
        listed = sentence.words
        places = _ahead(sentence, last, said, self._begins)
        if not places and (before := _behind(sentence, first, last, said)) is not None:
            places = [before]
        for begin, end in places:
            phrase = tuple(_form(w) for w in listed[begin:end])
            low, high = min(first, begin), max(last, end)
            beside = {_form(w) for w in listed[max(0, low - 4) : high + 1]} - {*subject, *phrase}
            beside |= _FLUIDS.intersection(_form(w) for w in listed[:low])
            for row in said[phrase]:
                if row.unless & beside:
                    continue
                core = (first, last) if row.hedge else (begin, end)
                yield Predication(
                    start=listed[low].start,
                    end=listed[high - 1].end,
                    core_start=listed[core[0]].start,
                    core_end=listed[core[1] - 1].end,
                    entry=row.entry,
                    says=row.says,
                    context=row.context,
                )

    def _begins(self, listed: Sequence[Word], at: int) -> bool:
        return bool(self._subject(listed, at))


@dataclass(frozen=True, slots=True)
class _Sentence:
    """The words around a subject that its predicate may be among; `first` numbers the first."""

    text: str
    words: Sequence[Word]
    first: int

    def gap(self, at: int) -> str:
        """What stands between word `at` and the one before it."""
        return self.text[self.words[at - 1].end : self.words[at].start] if at else ""


def _around(text: str, listed: Sequence[Word], at: int, barriers: Sequence[int]) -> _Sentence:
    """The words near word `at`, of its sentence alone."""
    number = bisect_right(barriers, listed[at].start)
    opens = barriers[number - 1] if number else 0
    closes = barriers[number] if number < len(barriers) else len(text)
    first = last = at
    while first > 0 and at - first < _BEFORE + 6 and listed[first - 1].start >= opens:
        first -= 1
    while last < len(listed) and last - at < _BEHIND + 10 and listed[last].start < closes:
        last += 1
    return _Sentence(text, listed[first:last], first)


def _ahead(
    sentence: _Sentence,
    last: int,
    said: dict[_Phrase, list[_Row]],
    begins: Callable[[Sequence[Word], int], bool],
) -> list[tuple[int, int]]:
    """Where predicates stand behind a subject that ends at word `last`: "is small and low-set"."""
    listed = sentence.words
    found: list[tuple[int, int]] = []
    hedged: list[tuple[int, int]] = []  # "borderline": only where nothing else is said
    verb = joined = False
    strangers = 0
    at = last
    while at < min(len(listed), last + _BEHIND):
        word = listed[at]
        gap = sentence.gap(at)
        if any(c in gap for c in ";).") or (":" in gap and at > last):
            break
        if any(c in gap for c in (":", "(", " - ")):
            verb = True
        if "," in gap:
            joined = True
        size = _predicate(listed, at, said)
        if size and (verb or _stands_alone(sentence, at + size, joined)) and (joined or not found):
            place = at, at + size
            if all(row.hedge for row in said[tuple(_form(w) for w in listed[at : at + size])]):
                hedged = hedged or [place]
            else:
                found.append(place)
                joined = False
            at += size
            continue
        if word.text in _WELL or word.text in _STOPS:
            break
        if word.text in _VERBS:
            verb = True
        elif word.text in _JOINING:
            joined = True
        elif begins(listed, at):
            if verb or not joined or found:
                break
        elif word.text not in _DEGREES and not word.text.endswith("ly"):
            strangers += 1
            most = _STRANGERS_AFTER_VERB if verb else _STRANGERS_BEFORE_VERB
            if strangers > most or not (verb or joined):
                break
        at += 1
    return found or hedged


def _stands_alone(sentence: _Sentence, beyond: int, joined: bool) -> bool:
    """Whether a predicate without a verb describes what is before it, not the word `beyond`:
    not in "liver, enlarged spleen"; "calcium and decreased haptoglobin" says nothing of calcium."""
    if beyond >= len(sentence.words) or sentence.gap(beyond).strip():
        return True
    following = sentence.words[beyond].text
    goes_on = following in _AFTERWARDS or following.endswith("ly") or following[0].isdigit()
    return goes_on and not joined


def _behind(
    sentence: _Sentence, first: int, last: int, said: dict[_Phrase, list[_Row]]
) -> tuple[int, int] | None:
    """Where the predicate stands before a subject of words `first` to `last`."""
    listed = sentence.words
    if last < len(listed) and not sentence.gap(last).strip():
        following = listed[last]
        if following.text not in _AFTERWARDS and not following.text.endswith("ly"):
            return None
    for end in range(first, max(0, first - _BEFORE), -1):
        if sentence.gap(end).strip(" \r\n\t-"):
            return None
        for phrase in said:
            begin = end - len(phrase)
            if begin >= 0 and _matches(listed, begin, phrase):
                return begin, end
        if listed[end - 1].text not in _LINKS and not listed[end - 1].text.endswith("ly"):
            return None
    return None


def _predicate(listed: Sequence[Word], at: int, said: dict[_Phrase, list[_Row]]) -> int:
    """How many words the longest predicate at word `at` has, 0 without one."""
    return max((len(p) for p in said if _matches(listed, at, p)), default=0)


def _matches(listed: Sequence[Word], at: int, phrase: _Phrase) -> bool:
    return len(listed) - at >= len(phrase) and all(
        _form(listed[at + n]) == part for n, part in enumerate(phrase)
    )


def _form(word: Word) -> str:
    return word.folded or word.text


def _phrase(text: str) -> _Phrase:
    return tuple(folded_word(word) or word for word in words(text))


def _read(predicate: str) -> tuple[_Phrase, bool]:
    return _phrase(predicate), predicate.startswith("~")


def rows(table: Path = _TABLE) -> Iterator[dict[str, str]]:
    """Rows of the table by column. Raises SourceError naming the line that cannot be used."""
    lines = enumerate(table.read_text(encoding="utf-8").splitlines(), start=1)
    kept = [(n, line) for n, line in lines if line and not line.startswith("#")]
    if not kept or kept[0][1].split("\t") != _COLUMNS:
        raise SourceError(table.name, "is no table of predications.")
    for number, line in kept[1:]:
        row = line.split("\t")
        if (
            len(row) != len(_COLUMNS)
            or row[2] not in (State.PRESENT, State.ABSENT)
            or row[5] not in CONTEXTS
        ):
            raise SourceError(table.name, "is not a row of seven columns.", line=number)
        yield dict(zip(_COLUMNS, row, strict=True))
