"""Names of findings in a text: longest match over the release's lexicon, in linear time."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from spacy.language import Language
from spacy.tokens import Doc

from domain.findings import State
from nlp.abbreviations import abbreviations
from nlp.ambiguous import Ambiguous, outside
from nlp.coordination import coordinated
from nlp.dipstick import dipstick
from nlp.imaging import ChestImaging
from nlp.mentions import MENTIONS, RUNS, UNLINKED, Taken, Unlinked
from nlp.names import Candidate, named, worth
from nlp.phrases import QUALIFYING, TOLD, Phrases
from nlp.predications import SAID_IN_TWO, Predication, Predications
from nlp.runs import Word, runs
from nlp.sentences import sentence_bounds
from nlp.spinal_fluid import spinal_fluid
from ontologies.lexicon import Lexicon, LexiconEntry
from ontologies.wordforms import folded, words

#: The component's name in a spaCy pipeline.
NAME = "differentia_recogniser"

#: What the meaning of an abbreviation is worth that the words around it settle.
SETTLED = 0.8

_CHROMOSOME = re.compile(r"\s+of\s+(?:the\s+)?(?:\w+\s+)?chromosome", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name met in a text: characters `start` to `end`; context is read around its tokens
    `first` to `last` (half-open).

    `score` ranks the link (1: the label or an exact synonym as it stands); `entry` is the name
    in the lexicon, `expansion` the long form where an abbreviation stood for it. `says` is
    `absent` where the words themselves say so ("heart size is normal").
    """

    start: int
    end: int
    first: int
    last: int
    entry: LexiconEntry
    score: float
    expansion: str | None = None
    says: State = State.PRESENT


@Language.factory(NAME)
class Recogniser:
    """spaCy component that finds the names of a lexicon; `lexicon` must be set before use."""

    lexicon: Lexicon

    def __init__(self, nlp: Language, name: str) -> None:
        self.vocab = nlp.vocab
        self.name = name

    @cached_property
    def predications(self) -> Predications:
        """What is said in two parts, over the lexicon."""
        return Predications(self.lexicon)

    @cached_property
    def phrases(self) -> Phrases:
        """What is told rather than named, over the lexicon."""
        return Phrases(self.lexicon)

    @cached_property
    def ambiguous(self) -> Ambiguous:
        """Abbreviations of several meanings, over the lexicon."""
        return Ambiguous(self.lexicon)

    def __call__(self, doc: Doc) -> Doc:
        """Put the mentions of `doc` into `doc.user_data`."""
        text = doc.text  # spaCy puts it together anew each time it is asked
        token_starts = [token.idx for token in doc]
        barriers = [token_starts[first] for first, _ in sentence_bounds(doc)]
        defined: dict[int, int] = {}
        found: list[tuple[int, int, LexiconEntry, float, str | None]] = []
        for start, end, long_form in abbreviations(doc):
            defined[start] = end
            if (entry := self._resolve(long_form)) is not None:
                found.append((start, end, entry, worth(entry), long_form))
        chest = ChestImaging(text)
        listed: list[Word] = []
        told: list[Mention] = []
        doc.user_data[RUNS] = list(runs(text, barriers))
        for run in doc.user_data[RUNS]:
            listed.extend(run)
            told += self._told(run, token_starts)
            for c in self._matches(text, run, chest.at(run[0].start)):
                start, end = run[c.first].start, run[c.last - 1].end
                if c.entry.context and chest.otherwise(start, end):
                    continue
                if defined.get(start, -1) < end and not _CHROMOSOME.match(text, end):
                    found.append((start, end, c.entry, c.score, None))
        shorts = outside(
            (s for s in self.ambiguous.find(text, listed) if defined.get(s.start, -1) < s.end),
            ((start, end) for start, end, *_ in found),
        )
        settled = {(s.start, s.end) for s in shorts}
        found = [f for f in found if f[:2] not in settled]
        found += [
            (s.start, s.end, s.entry, SETTLED, s.entry.surface)
            for s in shorts
            if s.entry is not None
        ]
        said = [
            p
            for p in self.predications.find(text, listed, barriers)
            if not p.context or p.context == chest.at(p.start)
        ]
        said = _beside(said, found)
        predicates = {(p.core_start, p.core_end) for p in said}
        mentions = [
            Mention(
                start=start,
                end=end,
                first=bisect_right(token_starts, start) - 1,
                last=bisect_left(token_starts, end),
                entry=entry,
                score=round(score, 3),
                expansion=expansion,
            )
            for start, end, entry, score, expansion in found
            if (start, end) not in predicates  # "ataxic", where the gait is
        ]
        mentions += [
            Mention(
                start=p.start,
                end=p.end,
                first=bisect_right(token_starts, p.core_start) - 1,
                last=bisect_left(token_starts, p.core_end),
                entry=p.entry,
                score=round(SAID_IN_TWO * worth(p.entry), 3),
                says=p.says,
            )
            for p in said
        ]
        told += self._tested(text, token_starts)
        mentions = [*_not_denied(mentions, told), *_new(told, mentions)]
        mentions.sort(key=lambda m: (m.start, m.end, m.entry.concept))
        doc.user_data[MENTIONS] = mentions
        doc.user_data[UNLINKED] = [
            Unlinked(
                start=s.start,
                end=s.end,
                first=bisect_right(token_starts, s.start) - 1,
                last=bisect_left(token_starts, s.end),
                candidates=s.candidates,
            )
            for s in shorts
            if s.candidates
        ]
        return doc

    def _told(self, run: Sequence[Word], token_starts: Sequence[int]) -> Iterator[Mention]:
        """What a run of words tells without naming it."""
        for t in self.phrases.find(run):
            start, end = run[t.first].start, run[t.last - 1].end
            yield Mention(
                start=start,
                end=end,
                first=bisect_right(token_starts, run[t.core].start) - 1,
                last=bisect_left(token_starts, end),
                entry=t.entry,
                score=round(TOLD * worth(t.entry), 3),
                says=t.says,
            )

    def _tested(self, text: str, token_starts: Sequence[int]) -> Iterator[Mention]:
        """What tests of urine and of cerebrospinal fluid show."""
        shown = (*dipstick(self.lexicon, text), *spinal_fluid(self.lexicon, text))
        for s in shown:
            yield Mention(
                start=s.start,
                end=s.end,
                first=bisect_right(token_starts, s.start) - 1,
                last=bisect_left(token_starts, s.end),
                entry=s.entry,
                score=round(TOLD * worth(s.entry), 3),
                says=s.says,
            )

    def _resolve(self, phrase: str) -> LexiconEntry | None:
        """The entry of a whole phrase, as it stands or by word family."""
        key = " ".join(words(phrase))
        entry = self.lexicon.find(key) or self.lexicon.find_folded(folded(key))
        return None if entry is None or entry.guard != "plain" else entry

    def _matches(self, text: str, run: Sequence[Word], context: str) -> Iterator[Candidate]:
        """Names in a run of words, in one piece or pieced together; `context` is the kind of
        report."""
        chosen = named(self.lexicon, text, run, context)
        yield from chosen
        taken = {n for c in chosen for n in range(c.first, c.last)}
        yield from coordinated(self.lexicon, run, taken)


def _beside(
    said: Sequence[Predication], found: Sequence[tuple[int, int, LexiconEntry, float, str | None]]
) -> list[Predication]:
    """Predications that are not a part of a longer name, or met as a name of the same concept."""
    named_at = sorted((start, end, entry.concept) for start, end, entry, _, _ in found)
    longest = max((end - start for start, end, _ in named_at), default=0)
    kept = []
    for p in said:
        first = bisect_left(named_at, (p.start - longest,))
        last = bisect_left(named_at, (p.end,))
        if not any(
            end > p.start and (concept == p.entry.concept or (start <= p.start and p.end <= end))
            for start, end, concept in named_at[first:last]
        ):
            kept.append(p)
    return kept


def _not_denied(named: Sequence[Mention], told: Sequence[Mention]) -> list[Mention]:
    """Names, without those of a concept that words around them say is not there, and without
    words that belong to what is told ("weak" of a pulse)."""
    denied = _Places(t for t in told if t.says is State.ABSENT)
    starts = {t.start for t in told}
    return [
        m
        for m in named
        if not denied.meet(m) and not (m.start in starts and m.entry.key in QUALIFYING)
    ]


def _new(told: Sequence[Mention], named: Sequence[Mention]) -> list[Mention]:
    """What is told and not named at the same place, nor denied by longer words."""
    known = _Places((*named, *(t for t in told if t.says is State.ABSENT)))
    return [t for t in told if t.says is State.ABSENT or not known.meet(t)]


class _Places:
    """Where each concept is mentioned."""

    def __init__(self, mentions: Iterable[Mention]) -> None:
        spans: dict[str, list[tuple[int, int]]] = {}
        for m in mentions:
            spans.setdefault(m.entry.concept, []).append((m.start, m.end))
        self._taken = {concept: Taken(places) for concept, places in spans.items()}

    def meet(self, mention: Mention) -> bool:
        """Whether the mention's concept is mentioned at one of its characters."""
        taken = self._taken.get(mention.entry.concept)
        return taken is not None and taken.meets(mention.start, mention.end)
