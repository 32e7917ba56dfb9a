"""What the dictionary misses: words that look like a name of the release, or are none of them.

scispaCy's candidate generator and entity linker propose concepts for the words between the names
that were found; they compare letters. A re-ranker then compares words by what they tell, and
refuses a name that says more than the text ("renal function" is not "abnormal renal function").
Below the threshold a mention is reported as not linked, and nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from spacy.tokens import Doc, Span

from nlp.context_words import listed
from nlp.mentions import Taken
from nlp.name_index import LEAST_COSINE, LEAST_LETTERS, NameIndex
from nlp.runs import CONJUNCTIONS, Word
from ontologies.wordforms import STOP_WORDS, folded, folded_word, words

if TYPE_CHECKING:
    from scispacy.linking import EntityLinker

#: Least agreement of a link, measured by `python -m benchmarks.linking`; and least agreement of a
#: misspelt word that is reported without a link.
THRESHOLD, NOT_LINKED = 0.77, 0.6
_MOST_WORDS = 6
_SLIP = 0.9  # how far a name with a misspelt word is the name, for each
_LABEL = "FINDING"
_CANDIDATES = 30
#: Words that tell less of what they say together with another, in some name, are not looked up.
_COMMON = 0.7
_PARTING = CONJUNCTIONS | {
    "with", "by", "that", "from", "was", "were", "is", "are", "has", "have", "had", "to", "for",
    "on", "at", "as", "who", "which", "than", "then", "be", "been", "this", "these", "no", "not",
}  # fmt: skip


def _folds(text: str) -> frozenset[str]:
    return frozenset(folded_word(w) or w for w in words(text))


#: Words that make an ordinary thing a finding: a name's must stand in the text too.
_SAYING = _folds(
    "abnormal abnormality absent aplasia agenesis hypoplasia hyperplasia dysplasia increased"
    " decreased elevated low high small large short long wide narrow thick thin delayed impaired"
    " defect defective deficiency deficit loss lost incomplete partial excessive poor reduced"
    " enlarged disease disorder infection inflammation failure insufficiency pain weakness"
    " atrophy hypertrophy stenosis dilatation dilated dysfunction anomaly malformation lesion"
    " mass tumor neoplasm cancer fracture dislocation recurrent frequent early late onset"
    " progressive death episodic paroxysmal positive negative dependence response synostosis"
    " fusion fused cleft split duplication duplicated bifid accessory supernumerary ectopic"
    " displaced middle low-set prominent protruding flat depressed broad cyst inability"
    " unable difficulty"
)
_WELL = _folds("normal no not without intact unremarkable healthy preserved negative absence")
_OPPOSITES = tuple(
    (_folds(a), _folds(b))
    for a, b in (
        ("increased hyper", "decreased hypo"), ("large", "small"), ("upper", "lower"),
        ("anterior", "posterior"), ("proximal", "distal"), ("long", "short"), ("left", "right"),
        ("wide broad", "narrow"), ("thick", "thin"), ("medial", "lateral"), ("early", "late"),
        ("hand finger", "foot toe"), ("inner internal", "outer external"), ("mild", "severe"),
        ("complete", "incomplete"), ("maternal", "paternal"), ("dominant", "recessive"),
        ("saturation saturated", "desaturation desaturated"),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chunk:
    """Words between names, characters `start` to `end`; `text` is their normal form, with the
    words that misspelt ones mean, of which there are `slips`. `strange`: one is known to nobody;
    `told`: a model says that they are a finding. `core` is a strange word among others, alone."""

    start: int
    end: int
    text: str
    slips: int = 0
    strange: bool = False
    told: bool = False
    core: Chunk | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """The best concept for a chunk, by which of its names, and how well they agree (0 to 1)."""

    chunk: Chunk
    concept: str
    name: str
    agreement: float

    @property
    def holds(self) -> bool:
        """Whether it is good enough to be used."""
        return self.agreement >= THRESHOLD


#: Everyday words of case reports that no name has and that resemble one: they are not misspelt.
_USUAL = listed(
    "homeless pitching baseball soccer contractor construction roommate commute college"
    " student saturation nurse husband wife subway elevator vodka whiskey marathon jogging"
    " hiking camping groceries gardening mowing lawn retired retirement divorced monogamous"
    " teacher engineer shoveling"
)


class Linker:
    """Links chunks of a document; the index is opened and scispaCy imported when first asked."""

    def __init__(self, index: NameIndex) -> None:
        self._index = index

    @cached_property
    def _entity_linker(self) -> EntityLinker:
        """scispaCy's, which looks up the long form of a span where it has one."""
        from scispacy.linking import EntityLinker

        Span.set_extension("long_form", default=None, force=True)
        Doc.set_extension("abbreviations", default=None, force=True)
        return EntityLinker(
            candidate_generator=self._index.generator(),
            k=_CANDIDATES,
            threshold=LEAST_COSINE,
            filter_for_definitions=False,
        )

    def chunks(self, run: Sequence[Word], taken: Taken) -> Iterator[Chunk]:
        """Words of a run outside the names in `taken` that may name something."""
        held: list[Word] = []
        for word in run:
            inside = taken.meets(word.start, word.end)
            parts = inside or word.text in _PARTING
            if (parts or word.comma) and (chunk := self._chunk(held)) is not None:
                yield chunk
            if parts or word.comma:
                held = []
            if not parts:
                held.append(word)
        if (chunk := self._chunk(held)) is not None:
            yield chunk

    def _chunk(self, held: Sequence[Word]) -> Chunk | None:
        kept = list(held)
        while kept and kept[-1].folded is None:
            kept.pop()
        while kept and kept[0].folded is None:
            kept.pop(0)
        telling = [w for w in kept if w.folded is not None]
        if not telling or len(telling) > _MOST_WORDS:
            return None
        strange = [w for w in telling if self._is_strange(w.text)]
        if not strange:
            names = self._index.information
            if len(telling) < 2 or any(w.folded not in names for w in telling):
                return None
            if self._index.common([w.folded or "" for w in telling]) < _COMMON:
                return None
        core = self._spell(strange[:1]) if strange and len(telling) > 1 else None
        return replace(self._spell(kept), core=core)

    def _is_strange(self, word: str) -> bool:
        known = word in self._index.known or word in _USUAL
        return len(word) >= LEAST_LETTERS and word.isalpha() and not known

    def _spell(self, kept: Sequence[Word]) -> Chunk:
        said, slips, strange = [], 0, False
        for word in kept:
            meant = None
            if word.folded is not None and self._is_strange(word.text):
                strange, meant = True, self._index.meant(word.text)
            slips += meant is not None
            said.append(meant or word.text)
        return Chunk(kept[0].start, kept[-1].end, " ".join(said), slips=slips, strange=strange)

    def link(self, doc: Doc, chunks: Sequence[Chunk]) -> list[tuple[Chunk, Link | None]]:
        """Each chunk with its best link, if it has any; one that overlaps the one before is left
        out."""
        found = self._link(doc, chunks)
        weak = [c for c, link in found if link is None or not link.holds]
        cores = {c: core for c in weak if (core := c.core) is not None}
        better = {c: link for c, link in self._link(doc, list(cores.values())) if link is not None}
        return [
            (c, _better(link, better.get(cores[c]) if c in cores else None)) for c, link in found
        ]

    def _link(self, doc: Doc, chunks: Sequence[Chunk]) -> list[tuple[Chunk, Link | None]]:
        spans: list[Span] = []
        asked: list[Chunk] = []
        for chunk in chunks:
            span = doc.char_span(chunk.start, chunk.end, label=_LABEL, alignment_mode="expand")
            if span is not None and (not spans or span.start >= spans[-1].end):
                spans.append(span)
                asked.append(chunk)
        if not spans:
            return []
        linker = self._entity_linker
        doc.ents = spans
        for span, chunk in zip(doc.ents, asked, strict=True):
            span._.long_form = chunk.text
        linker(doc)
        return [(c, self._best(c, s)) for c, s in zip(asked, doc.ents, strict=True)]

    def _best(self, chunk: Chunk, span: Span) -> Link | None:
        best: Link | None = None
        for concept, _ in span._.kb_ents:
            for name in self._index.names[concept]:
                agreement = _SLIP**chunk.slips * self._agreement(chunk.text, name)
                if agreement > 0 and (best is None or agreement > best.agreement):
                    best = Link(chunk, concept, name, agreement)
        return best

    def _agreement(self, text: str, name: str) -> float:
        """What text and name have in common, as the lesser share of what either tells; 0 where
        the name says what the text does not, or the opposite."""
        said, named = set(folded(text).split(" ")), set(folded(name).split(" "))
        only_said, only_named = said - named, named - said
        if said & _WELL - named or any(_is_said(w) for w in only_named):
            return 0.0
        for one, other in _OPPOSITES:
            if (only_said & one and only_named & other) or (only_said & other and only_named & one):
                return 0.0
        return min(self._share(said, named), self._share(named, said))

    def _share(self, some: set[str], others: set[str]) -> float:
        """The share of what `some` words tell that `others` tell too, alike words in part."""
        tell = self._index.information
        most = self._index.most
        whole = sum(tell.get(w, most) for w in some)
        told = sum(tell.get(w, most) * max(_alike(w, o) for o in others) for w in some)
        return told / whole if whole else 0.0


def _better(one: Link | None, other: Link | None) -> Link | None:
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda link: link.agreement)


def _is_said(word: str) -> bool:
    return word in _SAYING and word not in STOP_WORDS


@lru_cache(maxsize=100_000)
def _alike(one: str, other: str) -> float:
    """Share of the letter triples of two words that both have (Jaccard)."""
    if one == other:
        return 1.0
    first, second = _triples(one), _triples(other)
    return len(first & second) / len(first | second)


@lru_cache(maxsize=65_536)
def _triples(word: str) -> frozenset[str]:
    padded = f" {word} "
    return frozenset(padded[i : i + 3] for i in range(len(word)))
