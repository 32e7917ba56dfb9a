"""Names of a lexicon in a run of words: as they stand, and by word family or order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nlp.context_words import listed
from nlp.runs import CONJUNCTIONS, Word, comma_like
from ontologies.lexicon import Lexicon, LexiconEntry

#: What a match is worth beside the name's own link score.
FOLDED = 0.85  # by word family or order
AMBIGUOUS = 0.5  # another concept has the same name
_FOLDED_SPAN = 12  # most words, small ones included, that a folded match may span
#: Small words that part two names rather than join the words of one.
_NO_BRIDGE = CONJUNCTIONS | {"that", "this", "has", "have", "from", "with", "by"}
#: Words that begin a name only where no other as long begins behind them: "no speech delay".
_DENIALS = frozenset(("no", "not", "without"))
#: "a large chest tube" is no large chest: parts of the body, and what is named after them.
_PARTS = listed("chest thorax lung heart head neck abdomen")
_NAMED_AFTER = listed(
    "tube tubes drain drains catheter film films radiograph radiographs ray rays ct scan"
)
_ADJECTIVE = ("al", "ar", "ic", "ous", "ary")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name at words `first` to `last` (half-open) of a run; `weight` counts its words."""

    first: int
    last: int
    weight: int
    score: float
    entry: LexiconEntry


def worth(entry: LexiconEntry) -> float:
    """What a name is worth by itself."""
    return entry.link_score * (AMBIGUOUS if entry.alternatives else 1.0)


def named(lexicon: Lexicon, text: str, run: Sequence[Word], context: str) -> list[Candidate]:
    """Names in one piece, the longest first, none overlapping. `context` is the kind of report."""
    found = []
    for i in range(len(run)):
        if (whole := _phrase(lexicon, text, run, i, context)) is not None:
            found.append(whole)
        if (loose := _loose(lexicon, run, i)) is not None:
            found.append(loose)
    found = [c for c in found if not _names_a_thing(run, c.last)]
    found.sort(key=lambda c: (-c.weight, run[c.first].text in _DENIALS, -c.score, c.first))
    taken: set[int] = set()
    chosen = []
    for c in found:
        if taken.isdisjoint(range(c.first, c.last)):
            taken.update(range(c.first, c.last))
            chosen.append(c)
    return chosen


def _phrase(
    lexicon: Lexicon, text: str, run: Sequence[Word], i: int, context: str
) -> Candidate | None:
    """The longest name that begins at word `i`, word for word."""
    longest = min(lexicon.longest.get(run[i].text, 0), len(run) - i)
    for size in range(longest, 0, -1):
        entry = lexicon.find(" ".join(w.text for w in run[i : i + size]), context)
        if entry is None or not _allowed(entry, text[run[i].start : run[i + size - 1].end]):
            continue
        if any(w.comma for w in run[i + 1 : i + size]) and not comma_like(entry.surface):
            continue
        weight = sum(w.folded is not None for w in run[i : i + size])
        return Candidate(i, i + size, weight, worth(entry), entry)
    return None


def _allowed(entry: LexiconEntry, quote: str) -> bool:
    """Whether a name may be read from these very characters."""
    if entry.guard == "plain":
        return True
    if entry.guard == "never" or entry.alternatives:
        return False
    return quote.removesuffix("s") == entry.surface.removesuffix("s")


def _loose(lexicon: Lexicon, run: Sequence[Word], i: int) -> Candidate | None:
    """The longest name that begins at word `i` by its words, in any order or family."""
    sizes = lexicon.folded_sizes
    limit = sizes.get(run[i].folded or "", 0)
    best = None
    seen: set[str] = set()
    bridged = False
    for j in range(i, min(len(run), i + _FOLDED_SPAN)):
        word = run[j].folded
        if j > i and (run[j].comma or run[j].text in _NO_BRIDGE):
            break
        bridged = bridged or word is None
        if word is None or word in seen:
            continue
        limit = min(limit, sizes.get(word, 0))
        seen.add(word)
        if len(seen) > limit:
            break
        entry = lexicon.find_folded(" ".join(sorted(seen)))
        if entry is not None and not (bridged and _cut_short(run, j)):
            best = Candidate(i, j + 1, len(seen), FOLDED * worth(entry), entry)
    return best


def _names_a_thing(run: Sequence[Word], last: int) -> bool:
    """Whether the part of the body that ends a name goes on to name a thing: "large chest tube",
    "pain in the back of the throat"."""
    following = run[last].text if last < len(run) and not run[last].comma else ""
    named = run[last - 1].text
    return (named in _PARTS and following in _NAMED_AFTER) or (named, following) == ("back", "of")


def _cut_short(run: Sequence[Word], last: int) -> bool:
    """Whether an adjective ends the words and its noun follows: "sclerosis of the cranial" base."""
    if last + 1 >= len(run) or not run[last].text.endswith(_ADJECTIVE):
        return False
    return run[last + 1].folded is not None and not run[last + 1].comma
