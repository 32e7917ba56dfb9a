"""Names of findings in a text: longest match over the release's lexicon, in linear time."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scispacy.abbreviation import filter_matches, find_abbreviation
from spacy.language import Language
from spacy.tokens import Doc

from nlp.sentences import sentence_bounds
from ontologies.lexicon import Lexicon, LexiconEntry
from ontologies.wordforms import JOINED_PREFIXES, folded, folded_word, tokens, words

#: The component's name in a spaCy pipeline.
NAME = "differentia_recogniser"
#: Where the component leaves its mentions: `doc.user_data[MENTIONS]`, a list of `Mention`.
MENTIONS = "differentia_mentions"

#: What a match is worth beside the name's own link score.
_FOLDED = 0.85  # by word family or order
_COORDINATED = 0.75  # shared words: "hypoplastic thumbs and radii"
_AMBIGUOUS = 0.5  # another concept has the same name
_FOLDED_SPAN = 12  # most words, small ones included, that a folded match may span
_INNER_GAP = re.compile(r"[\s,()/'&+\-‐‑–]*")
_COMMA_LIKE = re.compile(r"[,()/&+]|- | -")
_PARENTHESIS_TOKENS = 10


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


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    folded: str | None
    start: int
    end: int
    comma: bool  # a comma, bracket or the like stands before this word


@dataclass(frozen=True, slots=True)
class _Candidate:
    first: int
    last: int  # words of the run, half-open
    weight: int
    score: float
    entry: LexiconEntry


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
        for start, end, long_form in _abbreviations(doc):
            defined[start] = end
            if (entry := self._resolve(long_form)) is not None:
                found.append((start, end, entry, _worth(entry), long_form))
        for run in _runs(text, barriers):
            for c in self._matches(text, run):
                start, end = run[c.first].start, run[c.last - 1].end
                if defined.get(start, -1) < end:
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

    def _matches(self, text: str, run: Sequence[_Word]) -> list[_Candidate]:
        """Matches in a run of words: the longest first, none overlapping, then coordinations."""
        candidates = []
        for i in range(len(run)):
            if (named := self._phrase(text, run, i)) is not None:
                candidates.append(named)
            if (loose := self._folded(run, i)) is not None:
                candidates.append(loose)
        candidates.sort(key=lambda c: (-c.weight, -c.score, c.first))
        taken: set[int] = set()
        chosen = []
        for c in candidates:
            if taken.isdisjoint(range(c.first, c.last)):
                taken.update(range(c.first, c.last))
                chosen.append(c)
        for i, word in enumerate(run):
            if word.text in _CONJUNCTIONS and i not in taken:
                chosen.extend(self._coordinated(run, i))
        return chosen

    def _phrase(self, text: str, run: Sequence[_Word], i: int) -> _Candidate | None:
        """The longest name that begins at word `i`, word for word."""
        lexicon = self.lexicon
        longest = min(lexicon.longest.get(run[i].text, 0), len(run) - i)
        for size in range(longest, 0, -1):
            entry = lexicon.find(" ".join(w.text for w in run[i : i + size]))
            if entry is None or not _allowed(entry, text[run[i].start : run[i + size - 1].end]):
                continue
            if any(w.comma for w in run[i + 1 : i + size]) and not _COMMA_LIKE.search(
                entry.surface
            ):
                continue
            weight = sum(w.folded is not None for w in run[i : i + size])
            return _Candidate(i, i + size, weight, _worth(entry), entry)
        return None

    def _folded(self, run: Sequence[_Word], i: int) -> _Candidate | None:
        """The longest name that begins at word `i` by its words, in any order or family."""
        lexicon = self.lexicon
        sizes = lexicon.folded_sizes
        limit = sizes.get(run[i].folded or "", 0)
        best = None
        seen: set[str] = set()
        for j in range(i, min(len(run), i + _FOLDED_SPAN)):
            word = run[j].folded
            if j > i and (run[j].comma or run[j].text in _NO_BRIDGE):
                break
            if word is None or word in seen:
                continue
            limit = min(limit, sizes.get(word, 0))
            seen.add(word)
            if len(seen) > limit:
                break
            entry = lexicon.find_folded(" ".join(sorted(seen)))
            if entry is not None:
                best = _Candidate(i, j + 1, len(seen), _FOLDED * _worth(entry), entry)
        return best

    def _coordinated(self, run: Sequence[_Word], at: int) -> Iterator[_Candidate]:
        """Names whose words stand on both sides of "and" or "or", one conjunct left out.

        "pontine and cerebellar hypoplasia" names pontine hypoplasia, "hypoplastic thumbs and
        radii" hypoplastic radii; the span is the whole.
        """
        sizes = self.lexicon.folded_sizes
        left = [w.folded for w in run[max(0, at - 4) : at]]
        right = [w.folded for w in run[at + 1 : at + 6]]
        found: dict[str, _Candidate] = {}
        for skip in (1, 2):
            for size in range(1, len(left) + 1):
                start = at - size
                before = left[-size:]
                for stop in range(skip + 1, len(right) + 1):
                    # A and B H: A + H, with B left out
                    kept = [w for w in (*before, *right[skip:stop]) if w is not None]
                    self._keep(found, kept, sizes, run, start, at + 1 + stop)
            for size in range(skip + 1, len(left) + 1):
                start = at - size
                before = left[-size : len(left) - skip]
                for stop in range(1, len(right) + 1):
                    # P A and B: P + B, with A left out
                    kept = [w for w in (*before, *right[:stop]) if w is not None]
                    self._keep(found, kept, sizes, run, start, at + 1 + stop)
        yield from found.values()

    def _keep(
        self,
        found: dict[str, _Candidate],
        kept: Sequence[str],
        sizes: dict[str, int],
        run: Sequence[_Word],
        first: int,
        last: int,
    ) -> None:
        if len(kept) < 2 or any(sizes.get(w, 0) < len(kept) for w in kept):
            return
        if run[first].folded is None or run[last - 1].folded is None:
            return
        inside = run[first + 1 : last]
        if any(w.comma or (w.folded is None and w.text not in _JOINING) for w in inside):
            return
        if len(set(kept)) < len(kept):
            return
        if last < len(run) and sizes.get(run[last].folded or "") and not run[last].comma:
            return  # the span would cut a longer name short
        entry = self.lexicon.find_folded(" ".join(sorted(set(kept))))
        if entry is None:
            return
        known = found.get(entry.concept)
        if known is None or (last - first) < (known.last - known.first):
            score = _COORDINATED * _worth(entry)
            found[entry.concept] = _Candidate(first, last, len(kept), score, entry)


_CONJUNCTIONS = frozenset(("and", "or"))
#: Small words that part two names rather than join the words of one.
_NO_BRIDGE = _CONJUNCTIONS | {"that", "this", "has", "have", "from"}
#: Small words that may stand inside a coordination.
_JOINING = _CONJUNCTIONS | {"of", "the", "in", "a"}


def _worth(entry: LexiconEntry) -> float:
    return entry.link_score * (_AMBIGUOUS if entry.alternatives else 1.0)


def _allowed(entry: LexiconEntry, quote: str) -> bool:
    """Whether a name may be read from these very characters."""
    if entry.guard == "plain":
        return True
    if entry.guard == "never" or entry.alternatives:
        return False
    return quote.removesuffix("s") == entry.surface.removesuffix("s")


def _runs(text: str, barriers: Sequence[int]) -> Iterator[list[_Word]]:
    """Words in runs that no full stop, semicolon, colon or sentence start interrupts."""
    run: list[_Word] = []
    previous = 0
    listed = list(tokens(text))
    for n, (word, start, end) in enumerate(listed):
        gap = text[previous:start]
        comma = False
        if gap not in (" ", "-", ""):
            at = bisect_right(barriers, start) - 1
            crosses = at >= 0 and barriers[at] >= previous and previous > 0
            if crosses or not _INNER_GAP.fullmatch(gap):
                if run:
                    yield run
                run = []
            comma = _COMMA_LIKE.search(gap) is not None
        previous = end
        whole = _suspended(text, listed, n) if word in JOINED_PREFIXES else None
        if whole is not None:
            word, end = whole
        run.append(_Word(word, folded_word(word), start, end, comma and bool(run)))
    if run:
        yield run


def _suspended(text: str, listed: Sequence[tuple[str, int, int]], n: int) -> tuple[str, int] | None:
    """The word that a hanging prefix stands for: "hyper- and hypocalcemia" is hypercalcemia."""
    prefix, _, end = listed[n]
    if n + 2 >= len(listed) or text[end : end + 2] != "- " or listed[n + 1][0] not in _CONJUNCTIONS:
        return None
    word, _, word_end = listed[n + 2]
    for other in JOINED_PREFIXES:
        if word.startswith(other) and len(word) > len(other) + 3:
            return prefix + word[len(other) :], word_end
    return None


def _abbreviations(doc: Doc) -> list[tuple[int, int, str]]:
    """Abbreviations the document defines, where they are used: (start, end, long form).

    scispaCy's Schwartz-Hearst rules decide what a definition is. Its own matcher is quadratic in
    the number of brackets, so the brackets are walked here; and a definition holds from where it
    stands until the next one of the same letters, so that text added later changes nothing before.
    """
    spans = []
    opened: int | None = None
    for token in doc:
        if token.text == "(":
            opened = token.i
        elif token.text == ")" and opened is not None:
            if 0 < token.i - opened - 1 <= _PARENTHESIS_TOKENS and opened > 0:
                spans.append((0, opened + 1, token.i))
            opened = None
    defined: list[tuple[int, str, str]] = []
    for long, short in filter_matches(spans, doc):
        short_span, long_span = find_abbreviation(long, short)
        if long_span is not None and len(short_span) == 1:
            defined.append((short_span.start, short_span.text, long_span.text))
    if not defined:
        return []
    shorts = {short for _, short, _ in defined}
    used = []
    active: dict[str, str] = {}
    upcoming = iter(sorted(defined))
    following = next(upcoming, None)
    for token in doc:
        while following is not None and following[0] <= token.i:
            active[following[1]] = following[2]
            following = next(upcoming, None)
        name = token.text if token.text in shorts else token.text.removesuffix("s")
        if name in active:
            used.append((token.idx, token.idx + len(token.text), active[name]))
    return used
