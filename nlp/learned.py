"""Names learned from annotated texts: words that annotators marked and no release has.

A name is learned where annotators marked its words in enough documents as one concept. Names that
the release has stand as they are: what a corpus calls them changes nothing.
"""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.errors import SourceError
from domain.identifiers import Curie
from nlp.corpora import GoldDocument
from ontologies.lexicon import Lexicon, LexiconEntry
from ontologies.wordforms import STOP_WORDS, folded, tokens

#: The `type` of a learned name's entry in a lexicon.
LEARNED = "learned"
#: Names with more words are met again too seldom.
LONGEST = 6
_LEAST_LETTERS = 3
_COLUMNS = ("key", "concept", "label", "surface", "guard")


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedName:
    """A name of a concept: `key` in normal form, `surface` as it is spelt, `guard` as in a
    lexicon (`case`: only as printed)."""

    key: str
    concept: Curie
    label: str
    surface: str
    guard: str

    def entry(self) -> LexiconEntry:
        """The name as an entry of a lexicon."""
        return LexiconEntry(
            key=self.key,
            folded=folded(self.key) if self.guard == "plain" else "",
            concept=self.concept,
            label=self.label,
            surface=self.surface,
            kind="related",
            type=LEARNED,
            guard=self.guard,
        )


def learn(
    documents: Iterable[GoldDocument],
    lexicon: Lexicon,
    labels: Mapping[str, str],
    *,
    least: int,
    least_words: int,
) -> list[LearnedName]:
    """Names marked in at least `least` documents and of at least `least_words` words, by key.

    `labels` are those of the concepts; one that is not among them is not learned. Words marked as
    several concepts stand for the one that most documents say, and for none where two say as much.
    """
    said: dict[str, dict[Curie, set[str]]] = defaultdict(lambda: defaultdict(set))
    spelt: dict[str, Counter[str]] = defaultdict(Counter)
    for document in documents:
        for mention in document.mentions:
            if mention.concept is None or mention.concept not in labels:
                continue
            found = _name(document.text[mention.start : mention.end])
            if found is not None and least_words <= found[0].count(" ") + 1 <= LONGEST:
                key, surface = found
                said[folded(key)][mention.concept].add(document.name)
                spelt[folded(key)][f"{key}\t{surface}"] += 1
    names = []
    for bag, concepts in said.items():
        ranked = sorted(concepts, key=lambda c: (-len(concepts[c]), c))
        first = ranked[0]
        most = len(concepts[first])
        if most < least or (len(ranked) > 1 and len(concepts[ranked[1]]) == most):
            continue
        key, surface = min(spelt[bag], key=lambda s: (-spelt[bag][s], s)).split("\t")
        if not owned(lexicon, key):
            short = " " not in surface and surface.isupper()
            names.append(
                LearnedName(
                    key=key,
                    concept=first,
                    label=labels[first],
                    surface=surface,
                    guard="case" if short else "plain",
                )
            )
    return sorted(names, key=lambda n: n.key)


def _name(quote: str) -> tuple[str, str] | None:
    """A quote in normal form without small words at its ends, and as it is spelt."""
    listed = list(tokens(quote))
    while listed and listed[0][0] in STOP_WORDS:
        listed.pop(0)
    while listed and listed[-1][0] in STOP_WORDS:
        listed.pop()
    if not listed or sum(c.isalpha() for c in quote) < _LEAST_LETTERS:
        return None
    surface = " ".join(quote[listed[0][1] : listed[-1][2]].split())
    return " ".join(word for word, _, _ in listed), surface


def owned(lexicon: Lexicon, key: str) -> bool:
    """Whether the release has the name, in these words or by word family or order."""
    entry = lexicon.find(key)
    if entry is not None and entry.guard != "never":
        return True
    return lexicon.find_folded(folded(key)) is not None


def write(names: Sequence[LearnedName], path: Path) -> None:
    """Write names as UTF-8 TSV."""
    out = io.StringIO()
    rows = csv.writer(out, delimiter="\t", lineterminator="\n")
    rows.writerow(_COLUMNS)
    for n in names:
        rows.writerow((n.key, n.concept, n.label, n.surface, n.guard))
    path.write_text(out.getvalue(), encoding="utf-8")


def read(path: Path) -> list[LearnedName]:
    """Read what `write` wrote. Raises SourceError."""
    try:
        with path.open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle, delimiter="\t"))
        return [
            LearnedName(
                key=row["key"],
                concept=Curie(row["concept"]),
                label=row["label"],
                surface=row["surface"],
                guard=row["guard"],
            )
            for row in rows
        ]
    except (OSError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise SourceError(str(path), f"is no table of learned names ({error}).") from None
