"""Names of findings in a text: longest match over the release's lexicon, in linear time."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from nlp.abbreviations import abbreviations
from nlp.coordination import coordinated
from nlp.names import Candidate, named, worth
from nlp.runs import Word, runs
from nlp.sentences import sentence_bounds
from ontologies.lexicon import Lexicon, LexiconEntry
from ontologies.wordforms import folded, words

#: The component's name in a spaCy pipeline.
NAME = "differentia_recogniser"
#: Where the component leaves its mentions: `doc.user_data[MENTIONS]`, a list of `Mention`.
MENTIONS = "differentia_mentions"

_CHROMOSOME = re.compile(r"\s+of\s+(?:the\s+)?(?:\w+\s+)?chromosome", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name met in a text: characters `start` to `end`, tokens `first` to `last` (half-open).

    `score` ranks the link (1: the label or an exact synonym as it stands); `entry` is the name
    in the lexicon, `expansion` the long form where an abbreviation stood for it.
    """

    start: int
    end: int
    first: int
    last: int
    entry: LexiconEntry
    score: float
    expansion: str | None = None


@Language.factory(NAME)
class Recogniser:
    """spaCy component that finds the names of a lexicon; `lexicon` must be set before use."""

    lexicon: Lexicon

    def __init__(self, nlp: Language, name: str) -> None:
        self.vocab = nlp.vocab
        self.name = name

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
        for run in runs(text, barriers):
            for c in self._matches(text, run):
                start, end = run[c.first].start, run[c.last - 1].end
                if defined.get(start, -1) < end and not _CHROMOSOME.match(text, end):
                    found.append((start, end, c.entry, c.score, None))
        found.sort(key=lambda f: (f[0], f[1], f[2].concept))
        doc.user_data[MENTIONS] = [
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
        ]
        return doc

    def _resolve(self, phrase: str) -> LexiconEntry | None:
        """The entry of a whole phrase, as it stands or by word family."""
        key = " ".join(words(phrase))
        entry = self.lexicon.find(key) or self.lexicon.find_folded(folded(key))
        return None if entry is None or entry.guard != "plain" else entry

    def _matches(self, text: str, run: Sequence[Word]) -> Iterator[Candidate]:
        """Names in a run of words, in one piece or pieced together."""
        chosen = named(self.lexicon, text, run, "")
        yield from chosen
        taken = {n for c in chosen for n in range(c.first, c.last)}
        yield from coordinated(self.lexicon, run, taken)
