"""Which OMIM and which Orphanet entry are one disease, judged by names, findings and genes.

A pair is weighed by what speaks for it (`WEIGHTS`, log-odds), beside its rivals: the entries of
either side that would fit as well. What makes one of the two a group or a subtype of the other
(`Match.objection`) rules a pair out, whatever speaks for it: a wrong fusion is worse than a missing
one. Nothing here runs when a release is built; `benchmarks/disease_mapping.py` makes the mapping
that is shipped with it.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from domain.assertions import DISEASE, Aspect
from domain.identifiers import Curie
from kg.disease_names import Name, read_name
from kg.graph import Graph

#: Log-odds of each sign; fitted on half of the diseases (`benchmarks/disease_mapping.py --fit`).
WEIGHTS = {
    "any pair": -2.9,
    "names equal": 1.8,
    "names best": 1.4,
    "names lead": 1.7,
    "OMIM's words in Orphanet's": 0.4,
    "number in OMIM only": -0.9,
    "inheritance in OMIM only": -1.1,
    "findings lead, of Orphanet entries": 2.4,
    "findings lead, of OMIM entries": 1.4,
    "findings lead, of OMIM entries of its genes": 3.2,
    "findings best of its genes": 1.5,
    "genes equal": 2.1,
    "genes apart": -2.3,
    "genes of OMIM only": -1.8,
}
#: A pair below this confidence is not proposed, nor one whose nearest rival is not this far
#: behind in log-odds.
LEAST_CONFIDENCE, LEAST_LEAD = 0.6, 3.0
#: How many of the likest entries, by name and by findings, are looked at on either side.
NEAREST = 5
#: Words that make a form of a disease out of its name.
FORMS = frozenset(
    {
        "adolescent", "adult", "childhood", "early", "focal", "infantile", "juvenile", "late",
        "mild", "neonatal", "onset", "pediatric", "severe",
    }
)  # fmt: skip
_CAUSES = frozenset({"deletion", "duplication"})
#: Names less alike than this are not alike at all.
ALIKE = 0.3

_INHERITANCE = {
    "HP:0000006": "AD", "HP:0000007": "AR", "HP:0001417": "XL", "HP:0001419": "XL",
    "HP:0001423": "XL", "HP:0001427": "MT",
}  # fmt: skip
_Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is known of an entry. `terms` are its findings with all that lies above them."""

    id: Curie
    label: str
    name: Name
    terms: frozenset[str]
    genes: frozenset[str]
    inheritance: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A pair: how like its names and findings are (0 to 1), its signs, and what rules it out."""

    omim: Entry
    orpha: Entry
    names: float
    findings: float
    signs: Mapping[str, float]
    objection: str | None

    @property
    def log_odds(self) -> float:
        """The sum of the signs' weights."""
        return sum(WEIGHTS[sign] * value for sign, value in self.signs.items())

    @property
    def confidence(self) -> float:
        """The log-odds from 0 to 1: an estimate of how often Mondo joins such a pair."""
        return 1 / (1 + math.exp(-self.log_odds))


def entries(
    graph: Graph, genes: Mapping[str, Collection[str]]
) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """The OMIM and the Orphanet entries that have findings; `genes` by disease id."""
    parents = {c.id: c.parents for c in graph.concepts}

    @cache
    def lineage(term: Curie) -> frozenset[str]:
        return frozenset({term}).union(*(lineage(p) for p in parents[term]))

    terms: dict[Curie, set[str]] = defaultdict(set)
    inheritance: dict[Curie, set[str]] = defaultdict(set)
    for a in graph.assertions:
        if a.aspect is Aspect.PHENOTYPE and a.seen:
            terms[a.disease] |= lineage(a.concept)
        elif a.aspect is Aspect.INHERITANCE and a.concept in _INHERITANCE:
            inheritance[a.disease].add(_INHERITANCE[a.concept])

    def listed(prefix: str) -> tuple[Entry, ...]:
        return tuple(
            Entry(
                id=c.id,
                label=c.label,
                name=(name := read_name(c.label)),
                terms=frozenset(terms[c.id]),
                genes=frozenset(genes.get(c.id, ())),
                inheritance=name.inheritance | inheritance[c.id],
            )
            for c in graph.concepts
            if c.category == DISEASE and c.id.prefix == prefix and c.id in terms
        )

    return listed("OMIM"), listed("ORPHA")


def compare(omim: Sequence[Entry], orpha: Sequence[Entry]) -> list[Match]:
    """Every pair that is near in name or findings, or shares a gene, by position."""
    return list(_Lists(omim, orpha).matches())


def propose(matches: Iterable[Match], least_confidence: float = LEAST_CONFIDENCE) -> list[Match]:
    """One-to-one pairs in the order of their OMIM ids: likely, without objection, and with every
    rival of either entry far behind."""
    matches = [m for m in matches if m.objection is None]
    by_entry: dict[Curie, list[float]] = defaultdict(list)
    for match in matches:
        by_entry[match.omim.id].append(match.log_odds)
        by_entry[match.orpha.id].append(match.log_odds)
    second = {i: sorted(odds)[-2] for i, odds in by_entry.items() if len(odds) > 1}

    def clear(match: Match) -> bool:
        rivals = (second.get(i, -math.inf) for i in (match.omim.id, match.orpha.id))
        return match.log_odds - max(rivals) >= LEAST_LEAD

    likely = (m for m in matches if m.confidence >= least_confidence and clear(m))
    return sorted(likely, key=lambda m: m.omim.id)


class _Lists:
    """Two lists of entries, and how like each is to each of the other list."""

    def __init__(self, omim: Sequence[Entry], orpha: Sequence[Entry]) -> None:
        self.omim, self.orpha = omim, orpha
        self.names = np.maximum(
            _likeness([e.name.words for e in omim], [e.name.words for e in orpha]),
            _likeness([e.name.trigrams for e in omim], [e.name.trigrams for e in orpha]),
        )
        self.findings = _likeness([e.terms for e in omim], [e.terms for e in orpha])
        self._information = _information([e.name.words for e in (*omim, *orpha)])
        self._named = [_groups((e.name.words,) for e in side) for side in (omim, orpha)]
        self._carry = [_groups(e.genes for e in side) for side in (omim, orpha)]
        self._best = {
            (what, axis): _two_best(matrix, axis)
            for what, matrix in (("names", self.names), ("findings", self.findings))
            for axis in (0, 1)
        }

    def matches(self) -> Iterator[Match]:
        """What `compare` gives."""
        pairs = {
            (i, j)
            for gene in self._carry[0].keys() & self._carry[1].keys()
            for i in self._carry[0][gene]
            for j in self._carry[1][gene]
        }
        for matrix in (self.names, self.findings):
            rows = np.argpartition(-matrix, min(NEAREST, matrix.shape[1] - 1), axis=1)
            pairs |= {(i, int(j)) for i, row in enumerate(rows[:, :NEAREST]) for j in row}
            columns = np.argpartition(-matrix, min(NEAREST, matrix.shape[0] - 1), axis=0)
            pairs |= {(int(i), j) for column in columns[:NEAREST] for j, i in enumerate(column)}
        for i, j in sorted(pairs):
            yield Match(
                omim=self.omim[i],
                orpha=self.orpha[j],
                names=float(self.names[i, j]),
                findings=float(self.findings[i, j]),
                signs=self._signs(i, j),
                objection=self._objection(i, j),
            )

    def _objection(self, i: int, j: int) -> str | None:
        """Why one of the two is more than the other, or less, whatever their likeness."""
        one, other = self.omim[i], self.orpha[j]
        a, b = one.name, other.name
        if self.names[i, j] < ALIKE and one.genes.isdisjoint(other.genes):
            return "alike in findings alone"
        if b.numbers and a.numbers != b.numbers and (a.numbers or b.words <= a.words):
            return "another type"
        counted = b.words <= a.words and all(map(_counts, a.words - b.words))
        if counted and not b.numbers and (a.numbers or a.words != b.words):
            return "one type of a group"
        if not _compatible(one.inheritance, b.inheritance):
            return "another inheritance"
        if a.words & _CAUSES != b.words & _CAUSES:
            return "another cause"
        if not b.numbers and any(
            _compatible(self.omim[k].inheritance, b.inheritance) for k in self._others(i, j)
        ):
            return "a group of several OMIM entries"
        if a.words != b.words and any(
            self.orpha[k].name.numbers == a.numbers for k in self._named[1][a.words] - {j}
        ):
            return "another Orphanet entry has the name"
        alone = one.genes == other.genes and all(self._carry[1][g] == {j} for g in other.genes)
        if _is_form(b.words, of=a.words) and not (other.genes and alone):
            return "a form of the OMIM entry"
        return None

    def _others(self, i: int, j: int) -> set[int]:
        """OMIM entries that bear the Orphanet entry's name, or more than it with a gene that it
        has and the OMIM entry at hand has not."""
        name, genes = self.orpha[j].name.words, self.orpha[j].genes - self.omim[i].genes
        longer = {k for g in genes for k in self._carry[0][g] if name <= self.omim[k].name.words}
        return (self._named[0][name] | longer) - {i}

    def _signs(self, i: int, j: int) -> dict[str, float]:
        one, other = self.omim[i], self.orpha[j]
        a, b = one.name, other.name
        names, findings = float(self.names[i, j]), float(self.findings[i, j])
        by_gene = [
            {k for gene in genes for k in carry[gene]} - {own}
            for genes, carry, own in zip((other.genes, one.genes), self._carry, (i, j), strict=True)
        ]
        kin = [
            max((float(self.findings[k, j]) for k in by_gene[0]), default=0.0),
            max((float(self.findings[i, k]) for k in by_gene[1]), default=0.0),
        ]
        shared = bool(one.genes & other.genes)
        lead_of_omim = _lead(names, self._best["names", 0][j])
        lead_of_orpha = _lead(names, self._best["names", 1][i])
        known = self._weight(a.words)
        return {
            "any pair": 1.0,
            "names equal": a.words == b.words and a.numbers == b.numbers,
            "names best": names > ALIKE and min(lead_of_omim, lead_of_orpha) >= 0,
            "names lead": lead_of_omim,
            "OMIM's words in Orphanet's": self._weight(a.words & b.words) / known if known else 0.0,
            "number in OMIM only": bool(a.numbers) and not b.numbers,
            "inheritance in OMIM only": bool(a.inheritance) and not b.inheritance,
            "findings lead, of Orphanet entries": _lead(findings, self._best["findings", 1][i]),
            "findings lead, of OMIM entries": _lead(findings, self._best["findings", 0][j]),
            "findings lead, of OMIM entries of its genes": findings - kin[0],
            "findings best of its genes": shared and findings >= max(kin),
            "genes equal": bool(one.genes) and one.genes == other.genes,
            "genes apart": bool(one.genes and other.genes) and not shared,
            "genes of OMIM only": bool(one.genes) and not other.genes,
        }

    def _weight(self, words: Iterable[str]) -> float:
        return sum(self._information[w] for w in words)


def _counts(word: str) -> bool:
    return len(word) == 1 or word.isdigit()


def _is_form(words: frozenset[str], *, of: frozenset[str]) -> bool:
    """Whether a name adds to another one little more than an age or a severity."""
    added = words - of - {"congenital"}
    return of < words and not FORMS.isdisjoint(added) and len(added - FORMS) <= 1


def _compatible(one: Collection[str], other: Collection[str]) -> bool:
    return not one or not other or not frozenset(one).isdisjoint(other)


def _groups(keys: Iterable[Iterable[Hashable]]) -> dict[Hashable, set[int]]:
    """Positions of entries by what they have."""
    groups: dict[Hashable, set[int]] = defaultdict(set)
    for position, of_entry in enumerate(keys):
        for key in of_entry:
            groups[key].add(position)
    return groups


def _information(sets: Sequence[Collection[str]]) -> dict[str, float]:
    """Natural log of the inverse share of sets that hold a thing."""
    counts = Counter(x for one in sets for x in one)
    return {x: math.log(len(sets) / n) for x, n in counts.items()}


def _likeness(left: Sequence[frozenset[str]], right: Sequence[frozenset[str]]) -> _Matrix:
    """Cosine of each set of `left` with each of `right`, weighed by information, 0 to 1."""
    information = _information([*left, *right])
    shared = sorted(frozenset().union(*left) & frozenset().union(*right))
    row_of = {x: row for row, x in enumerate(shared)}
    weights = np.array([information[x] for x in shared], np.float32)

    def length(of: frozenset[str]) -> float:
        return math.sqrt(sum(information[x] ** 2 for x in of)) or 1.0

    columns = np.zeros((len(shared), len(right)), np.float32)
    for j, one in enumerate(right):
        rows = [row_of[x] for x in one if x in row_of]
        columns[rows, j] = weights[rows] / length(one)
    likeness = np.zeros((len(left), len(right)), np.float32)
    for i, one in enumerate(left):
        rows = sorted(row_of[x] for x in one if x in row_of)
        likeness[i] = weights[rows] @ columns[rows] / length(one)
    # Rounded, so that equal sets are equally like whatever the order of a machine's sums.
    return likeness.round(5)


def _two_best(matrix: _Matrix, axis: int) -> _Matrix:
    """The second best and the best along an axis, as two columns; 0 where there is none."""
    if axis == 0:
        matrix = matrix.T
    if matrix.shape[1] < 2:
        matrix = np.pad(matrix, ((0, 0), (2 - matrix.shape[1], 0)))
    return np.sort(np.partition(matrix, -2, axis=1)[:, -2:], axis=1)


def _lead(value: float, best: _Matrix) -> float:
    """How far a value is above the best other one, below 0 where it is not the best."""
    second, first = map(float, best)
    return value - (second if value >= first else first)
