"""The words of a release: every name of every finding, ready to be looked up.

Built once with the release and written as `lexicon.tsv`; loading it only splits lines, so that a
command that reads one page of text starts at once. No regular expression runs on load.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from heapq import nsmallest
from pathlib import Path

from domain.assertions import PHENOTYPE, Concept
from domain.errors import ReleaseCorrupt
from domain.identifiers import Curie
from ontologies.analogy import analogies
from ontologies.curated_names import ANY, CuratedName
from ontologies.wordforms import STOP_WORDS, folded, normalise_word, words

__all__ = ["Lexicon", "LexiconEntry", "build", "normalise_word", "words", "write"]

HEADER = "key\tfolded\tconcept\tguard\tkind\ttype\talternatives\tcontext\tlabel\tsurface"
#: Names that say too little to be a finding, or are anatomy: searched for, never read.
_VAGUE = frozenset(
    " ".join(words(name))
    for name in (
        "phenotypic abnormality", "clinical modifier", "past medical history", "family history",
        "age of onset", "age at onset", "clinical course", "clinical relevance",
        "aggravated by", "ameliorated by", "triggered by", "mode of inheritance",
        "phenotypic variability", "pain characteristic", "temporal pattern", "spatial pattern",
        "carpal bone", "tarsal bone", "blood group",
        "aggravated", "ameliorated", "little finger", "little toe", "hypersensitivity",
        "bone carpal bone", "bone tarsal bone",
        # headings and demographics, in any note
        "recent past medical history", "age", "male sex", "female sex", "dullness",
    )
)  # fmt: skip
_KINDS = ("label", "exact", "narrow", "related", "analogy", "broad")
#: What a name is worth as a link, by its kind; a match by word family or order costs a little more.
LINK_SCORES = {
    "label": 1.0,
    "exact": 1.0,
    "narrow": 0.9,
    "related": 0.8,
    "analogy": 0.75,
    "broad": 0.5,
}
#: What stands between a context and the key of a name that is bound to it.
_BOUND = ": "
#: The prefix of findings of our own, which stand beside those of the ontologies.
OWN = "DX:"
#: The type of a name that Differentia adds to the ontologies'.
CURATED = "curated"

#: Names in running text that are ordinary words, or too vague to be a finding by themselves.
_ORDINARY = frozenset(
    words(
        "all cat sided improved radiodense spiculated triggered abnormality morphology"
        " phenotype acute affected apical axial acral aging borderline boil central chronic"
        " circumscribed collecting corn cyclic cyclical death diffuse distal diurnal dull"
        " episodic excluded falls fall fluctuating focal frequency frequent healthy inheritance"
        " intensity intermittent lateral laterality left localised limp mild moderate multifocal"
        " nocturnal obligate occasional onset ordering outermost peripheral periodic position"
        " profound progressive prolonged proximal radicular recurrent refractory right sad"
        " severe severity sharp snore stable stationary subacute tender tired transient"
        " unaffected unilateral bilateral unresponsive mortality generalised paracentral"
        " pericentral miliary reticular migratory lobulated oncology imprinted perineal"
        " periumbilical quotidian aspiration body odd rad capture loxia manic"
        " died fatal nut seed port"
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LexiconEntry:
    """One name of one concept.

    `key` is the name in normal form, `folded` the same without word order, small words and word
    family, empty where that leads elsewhere. `guard` says how it may be met in running text:
    `plain` in any case, `case` only as printed (abbreviations), `never` (ordinary words, vague
    and broader names; such a name is only searched for). `alternatives` are other concepts that
    carry the same key at the same rank: an ambiguity. `context` is the kind of report in which
    alone the name is read, empty where it is read in any; the key of such a name begins with it.
    """

    key: str
    folded: str
    concept: Curie
    label: str
    surface: str
    kind: str
    type: str = ""
    guard: str = "plain"
    alternatives: tuple[Curie, ...] = ()
    context: str = ""

    @property
    def link_score(self) -> float:
        """What the name is worth as a link, 0 to 1; a rank, not a probability."""
        return LINK_SCORES[self.kind]


def _guard(surface: str, key: str, kind: str, type_: str) -> str:
    """Whether a name may be met in running text, and how."""
    if key in _VAGUE or (kind == "broad" and type_ != "layperson"):
        return "never"
    if " " in key:
        parts = key.split(" ")
        ordinary = all(p in _ORDINARY or len(p) == 1 for p in parts)
        return "never" if ordinary and kind != "label" and type_ != CURATED else "plain"
    letters = sum(c.isalpha() for c in surface)
    capitals = sum(c.isupper() for c in surface)
    if type_ == CURATED and capitals > 1:
        return "case"
    if letters < 3 or key in _ORDINARY or key in STOP_WORDS or not key.isascii() or "_" in surface:
        return "never"
    if (type_ == "abbreviation" and letters <= 8) or capitals > 1:
        return "case"
    return "never" if min(letters, len(key)) <= 3 and kind != "label" else "plain"


def build(concepts: Iterable[Concept], curated: Iterable[CuratedName] = ()) -> list[LexiconEntry]:
    """Names of all current findings, one entry a key, in the order of the keys.

    To the ontologies' names come the `curated` ones of the same concepts, and names by analogy.
    Where several concepts share a key, the better kind of name wins (label, exact, narrow,
    related, analogy, broad). Among equals the concept that is above all the others speaks, else
    the smallest id; the others are its `alternatives`. The same holds for folded keys, except
    that one without a concept above the others belongs to nobody.
    """
    listed = {c.id: c for c in concepts if not c.obsolete and c.category == PHENOTYPE}
    parents = {c.id: c.parents for c in listed.values()}
    by_key: dict[str, list[LexiconEntry]] = defaultdict(list)
    for entry in _named(listed.values(), [n for n in curated if n.concept in listed]):
        by_key[entry.key].append(entry)
    exact = [e for rivals in by_key.values() for e in rivals if _means_it(e)]
    for found in analogies(((e.concept, e.key) for e in exact), by_key):
        guard = _guard(found.key, found.key, "analogy", "")
        by_key[found.key].append(
            LexiconEntry(
                key=found.key,
                folded=folded(found.key),
                concept=found.concept,
                label=listed[found.concept].label,
                surface=found.key,
                kind="analogy",
                guard=guard,
            )
        )
    entries = [_settle(by_key[key], parents) for key in sorted(by_key)]
    owners: dict[str, list[LexiconEntry]] = defaultdict(list)
    for entry in entries:
        if entry.guard == "plain" and not entry.context:
            owners[entry.folded].append(entry)
    owner = {bag: _owner(rivals, parents) for bag, rivals in owners.items()}
    return [e if owner.get(e.folded) is e else replace(e, folded="") for e in entries]


def _bound(key: str, context: str) -> str:
    """The key of a name that is read in one kind of report only: beside the general one."""
    return f"{context}{_BOUND}{key}" if context else key


def _means_it(entry: LexiconEntry) -> bool:
    """Whether analogies may build on a name; everyday names of ours mean less word for word."""
    exact = entry.kind in ("label", "exact") and entry.type != CURATED
    return exact and entry.guard == "plain" and not entry.context


def _named(concepts: Iterable[Concept], curated: Sequence[CuratedName]) -> Iterator[LexiconEntry]:
    """The names that the ontologies and we give to concepts."""
    added: dict[Curie, list[CuratedName]] = defaultdict(list)
    for own in curated:
        added[own.concept].append(own)
    for concept in concepts:
        names = [("label", "", concept.label, "")]
        names += [(s.scope, _type(s.type), s.text, "") for s in concept.synonyms]
        names += [
            (n.kind, CURATED, n.name, "" if n.context == ANY else n.context)
            for n in added[concept.id]
        ]
        for kind, type_, name, context in names:
            surface = " ".join(name.split())
            key = " ".join(words(surface))
            if not key or kind not in LINK_SCORES or type_ == "obsolete_synonym":
                continue
            yield LexiconEntry(
                key=_bound(key, context),
                folded=folded(key),
                concept=concept.id,
                label=concept.label,
                surface=surface,
                kind=kind,
                type=type_,
                guard=_guard(surface, key, kind, type_),
                context=context,
            )


def _owner(
    rivals: Sequence[LexiconEntry], parents: Mapping[Curie, tuple[Curie, ...]]
) -> LexiconEntry | None:
    """The entry that a folded key leads to, None where several have the same claim."""
    top = max(e.link_score for e in rivals)
    best = _first_hand([e for e in rivals if e.link_score == top])
    concepts = {e.concept for e in best}
    if len(concepts) == 1:
        return best[0]
    return next((e for e in best if _above(e.concept, concepts, parents)), None)


def _first_hand(equals: list[LexiconEntry]) -> list[LexiconEntry]:
    """Of names with the same claim those of the ontologies, where they have one: a finding of our
    own is named apart from theirs, or not at all."""
    return [e for e in equals if not e.concept.startswith(OWN)] or equals


def _above(
    concept: Curie, others: Iterable[Curie], parents: Mapping[Curie, tuple[Curie, ...]]
) -> bool:
    """Whether every one of `others` is `concept` or lies below it."""
    for other in others:
        seen: set[Curie] = set()
        waiting = [other]
        while waiting and concept not in seen:
            current = waiting.pop()
            if current not in seen:
                seen.add(current)
                waiting.extend(parents.get(current, ()))
        if concept not in seen:
            return False
    return True


def _type(text: str | None) -> str:
    """HPO's synonym type, where it is a word and not an identifier."""
    return (
        "" if text is None or ":" in text else text.removesuffix("_form").removesuffix("_spelling")
    )


def _settle(
    entries: Sequence[LexiconEntry], parents: Mapping[Curie, tuple[Curie, ...]]
) -> LexiconEntry:
    """The one entry that speaks for a key; equals of other concepts become alternatives."""
    ranked = sorted(
        entries,
        key=lambda e: (
            _KINDS.index(e.kind),
            e.type == CURATED,
            e.guard == "case",
            e.concept,
            e.surface,
        ),
    )
    equals = _first_hand([e for e in ranked if e.kind == ranked[0].kind])
    concepts = {e.concept for e in equals}
    if len(concepts) == 1:
        return equals[0]
    best = next((e for e in equals if _above(e.concept, concepts, parents)), equals[0])
    return replace(best, alternatives=tuple(sorted(concepts - {best.concept})))


def _line(e: LexiconEntry) -> str:
    others = "|".join(e.alternatives)
    return (
        f"{e.key}\t{e.folded}\t{e.concept}\t{e.guard}\t{e.kind}\t{e.type}"
        f"\t{others}\t{e.context}\t{e.label}\t{e.surface}"
    )


def write(entries: Iterable[LexiconEntry], path: Path) -> None:
    """Write entries as UTF-8 TSV with line feeds; equal entries give equal bytes."""
    path.write_bytes(("\n".join([HEADER, *map(_line, entries)]) + "\n").encode())


class Lexicon:
    """Names of a release by normal form. A line is taken apart only when it is asked for."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._by_key = {line[: line.index("\t")]: line for line in lines}

    @classmethod
    def load(cls, path: Path) -> Lexicon:
        """Read what `write` wrote. Raises ReleaseCorrupt where the file is not a whole lexicon."""
        mend = "Build the release again."
        try:
            text = path.read_bytes().decode()
        except (OSError, UnicodeDecodeError) as error:
            raise ReleaseCorrupt(
                f"{path.name} cannot be read ({type(error).__name__}).", mend=mend
            ) from error
        lines = text.split("\n")
        if lines[0] != HEADER or lines[-1] != "":
            raise ReleaseCorrupt(f"{path.name} is not a whole lexicon of this version.", mend=mend)
        if text.count("\t") != HEADER.count("\t") * (len(lines) - 1):
            raise ReleaseCorrupt(f"{path.name} has a line without its columns.", mend=mend)
        return cls(lines[1:-1])

    @classmethod
    def from_entries(cls, entries: Iterable[LexiconEntry]) -> Lexicon:
        """A lexicon in memory, the same as `load` gives after `write`."""
        return cls([_line(entry) for entry in entries])

    def __len__(self) -> int:
        return len(self._by_key)

    def plus(self, entries: Iterable[LexiconEntry]) -> Lexicon:
        """A lexicon with further names; where it has a key already, the further one stands."""
        return Lexicon([*self._lines, *map(_line, entries)])

    def entries(self) -> Iterator[LexiconEntry]:
        """All entries, in the order of their keys."""
        return map(_entry, self._lines)

    def find(self, key: str, context: str = "") -> LexiconEntry | None:
        """The entry of a phrase in normal form (`" ".join(words(text))`); in a report of the kind
        `context`, what the phrase means there goes before what it means elsewhere."""
        line = self._by_key.get(_bound(key, context)) if context else None
        line = line or self._by_key.get(key)
        return None if line is None else _entry(line)

    def find_folded(self, key: str) -> LexiconEntry | None:
        """The entry of a folded phrase (`wordforms.folded`), where only one concept has it."""
        line = self._by_folded.get(key)
        return None if line is None else _entry(line)

    @cached_property
    def longest(self) -> dict[str, int]:
        """First word of a key: the most words that a key beginning with it has."""
        longest: dict[str, int] = {}
        for key in self._by_key:
            first, _, rest = key.rpartition(_BOUND)[2].partition(" ")
            length = rest.count(" ") + 2 if rest else 1
            if length > longest.get(first, 0):
                longest[first] = length
        return longest

    @cached_property
    def _by_folded(self) -> dict[str, str]:
        by_folded = {line.split("\t", 2)[1]: line for line in self._lines}
        by_folded.pop("", None)
        return by_folded

    @cached_property
    def folded_sizes(self) -> dict[str, int]:
        """Word of a folded key: the most words that a folded key with it has."""
        sizes: dict[str, int] = {}
        for key in self._by_folded:
            parts = key.split(" ")
            for part in parts:
                if len(parts) > sizes.get(part, 0):
                    sizes[part] = len(parts)
        return sizes

    def search(self, text: str, limit: int = 10) -> list[tuple[Curie, str, str, float]]:
        """Names close to `text`, best first: (concept, label, name that matched, score 0 to 1).

        1 is the same name; 0.9 a name that begins with the text; 0.8 one that has every word of
        it (or a word beginning so); below 0.7 the share of common letter triples (Dice).
        A concept comes once, by its best name.
        """
        query = " ".join(words(text))
        if not query or limit < 1:
            return []
        parts = query.split(" ")
        grams = {query[i : i + 3] for i in range(max(1, len(query) - 2))}
        best: dict[str, tuple[float, int, str]] = {}
        for key, line in self._by_key.items():
            if key == query:
                score = 1.0
            elif key.startswith(query):
                score = 0.9
            elif all(part in key for part in parts) and _has_words(key, parts):
                score = 0.8
            else:
                common = sum(gram in key for gram in grams)
                if common * 4 < len(grams):
                    continue
                score = 0.7 * 2 * common / (len(grams) + max(1, len(key) - 2))
            concept = line.split("\t", 3)[2]
            rank = (-score, abs(len(key) - len(query)), line)
            if concept not in best or rank < best[concept]:
                best[concept] = rank
        found = nsmallest(limit, best.values())
        entries = [(_entry(line), -score) for score, _, line in found]
        return [(e.concept, e.label, e.surface, round(score, 3)) for e, score in entries]


def _has_words(key: str, parts: Sequence[str]) -> bool:
    """Whether each part begins some word of the key."""
    padded = " " + key
    return all(" " + part in padded for part in parts)


def _entry(line: str) -> LexiconEntry:
    key, bag, concept, guard, kind, type_, others, context, label, surface = line.split("\t")
    return LexiconEntry(
        key=key,
        folded=bag,
        concept=Curie(concept),
        label=label,
        surface=surface,
        kind=kind,
        type=type_,
        guard=guard,
        alternatives=tuple(Curie(other) for other in others.split("|") if other),
        context=context,
    )
