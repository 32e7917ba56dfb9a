"""The names of a release as scispaCy's candidate generator wants them: character triples, weighted.

scispaCy downloads such an index for UMLS (11 GB) and builds one with an approximate search. Forty
thousand names need neither: the index is exact, made with the release in two seconds, 10 MB on
disk, and a query costs about a millisecond.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from hashlib import blake2b
from itertools import combinations
from math import fsum, log, sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rapidfuzz.distance import OSA

from domain.errors import ReleaseCorrupt
from ontologies.lexicon import LexiconEntry
from ontologies.wordforms import folded, words

if TYPE_CHECKING:
    from scispacy.candidate_generation import CandidateGenerator
    from sklearn.feature_extraction.text import TfidfVectorizer

FILE = "names-index.npz"
#: Names that are less alike are no candidates.
LEAST_COSINE = 0.5
#: A triple of fewer names says nothing, where there are many names.
_LEAST_NAMES, _MANY = 3, 1_000
#: Shorter words are not taken for misspelt.
LEAST_LETTERS = 7
#: What a slip may not change: the other would be the opposite.
_POLAR = ("hyper", "hypo", "macro", "micro", "brady", "tachy", "poly", "oligo", "endo", "ecto")
_ARRAYS = (
    "data",
    "indices",
    "indptr",
    "shape",
    "idf",
    "grams",
    "names",
    "concepts",
    "known",
    "pairs",
)


def _normal(text: str) -> str:
    return " ".join(words(text))


def vectorizer(least: int) -> TfidfVectorizer:
    """scikit-learn's, for triples that at least so many names have."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(
        analyzer="char_wb", ngram_range=(3, 3), preprocessor=_normal, min_df=least, dtype=np.float32
    )


def write_index(entries: Iterable[LexiconEntry], texts: Iterable[str], path: Path) -> None:
    """Write the index of the names that are read in any text, as one file.

    `texts` are what the release says in sentences (definitions): their words are known words, so
    that a word which is not among them may be a misspelt one.
    """
    listed = [
        e for e in entries if e.guard == "plain" and not e.context and e.kind not in _NOT_INDEXED
    ]
    names = [e.key for e in listed]
    weights = vectorizer(_LEAST_NAMES if len(names) > _MANY else 1)
    matrix = weights.fit_transform(names).T.tocsr()
    known = {w for text in texts for w in words(text)} | {w for n in names for w in n.split(" ")}
    arrays = {
        "data": matrix.data,
        "indices": matrix.indices.astype(np.int32),
        "indptr": matrix.indptr.astype(np.int32),
        "shape": np.array(matrix.shape),
        "idf": weights.idf_.astype(np.float32),
        "grams": _packed(weights.get_feature_names_out().tolist()),
        "names": _packed(names),
        "concepts": _packed([e.concept for e in listed]),
        "known": _packed(sorted(known)),
        "pairs": _pairs(names),
    }
    with path.open("wb") as handle:
        np.savez(handle, **arrays)


_NOT_INDEXED = frozenset(("analogy", "broad"))


def _pairs(names: Iterable[str]) -> Any:
    """Codes of the pairs of folded words that stand in one name, in order."""
    found = {pair_code(a, b) for name in names for a, b in combinations(folded(name).split(" "), 2)}
    return np.array(sorted(found), dtype=np.uint64)


def pair_code(one: str, other: str) -> int:
    """A number for two words in any order: 64 bits of a hash."""
    text = f"{one} {other}" if one < other else f"{other} {one}"
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def _packed(strings: Sequence[str]) -> Any:
    return np.frombuffer("\n".join(strings).encode(), dtype=np.uint8)


class NameIndex:
    """What `write_index` wrote. Raises ReleaseCorrupt where the file is not whole."""

    def __init__(self, path: Path) -> None:
        try:
            with np.load(path, allow_pickle=False) as arrays:
                self._arrays = {name: arrays[name] for name in _ARRAYS}
        except (OSError, ValueError, KeyError) as error:
            raise ReleaseCorrupt(
                f"{path.name} cannot be read ({type(error).__name__}).",
                mend="Build the release again.",
            ) from error

    def _strings(self, name: str) -> list[str]:
        return bytes(self._arrays[name]).decode().split("\n")

    @cached_property
    def known(self) -> frozenset[str]:
        """Words, in normal form, of the names and of the release's definitions."""
        return frozenset(self._strings("known"))

    @cached_property
    def names(self) -> dict[str, tuple[str, ...]]:
        """The names of each concept, in normal form."""
        found: dict[str, list[str]] = defaultdict(list)
        for concept, name in zip(self._strings("concepts"), self._strings("names"), strict=True):
            found[concept].append(name)
        return {concept: tuple(own) for concept, own in found.items()}

    @cached_property
    def information(self) -> dict[str, float]:
        """Folded word: its inverse document frequency over the names, in nats."""
        counts: Counter[str] = Counter()
        listed = self._strings("names")
        for name in listed:
            counts.update(set(folded(name).split(" ")))
        return {word: log(len(listed) / n) for word, n in counts.items()}

    @cached_property
    def most(self) -> float:
        """What a word tells that stands in one name only, or none, in nats."""
        return max(self.information.values(), default=1.0)

    @cached_property
    def _spelt(self) -> dict[str, list[str]]:
        """Words of names by their first two letters, those that are long enough to be misspelt."""
        found: dict[str, list[str]] = defaultdict(list)
        for word in sorted({w for name in self._strings("names") for w in name.split(" ")}):
            if len(word) >= LEAST_LETTERS - 1 and word.isalpha():
                found[word[:2]].append(word)
        return found

    def meant(self, word: str) -> str | None:
        """The word of a name that a misspelt word means: the only one nearest to it, a slip or two
        away and not at its start. None where there is none, or it would say the opposite."""
        most = 2 if len(word) > LEAST_LETTERS + 1 else 1
        near: dict[int, list[str]] = defaultdict(list)
        for other in self._spelt.get(word[:2], ()):
            if abs(len(other) - len(word)) <= most:
                near[OSA.distance(word, other, score_cutoff=most)].append(other)
        nearest = next((near[d] for d in range(1, most + 1) if d in near), [])
        if len(nearest) != 1:
            return None
        polar = any(word.startswith(p) is not nearest[0].startswith(p) for p in _POLAR)
        return None if polar else nearest[0]

    def common(self, some: Sequence[str]) -> float:
        """The share of what these folded words tell that is told by those which stand in one name
        with another of them, 0 to 1."""
        pairs = self._arrays["pairs"]
        beside = list(combinations(dict.fromkeys(some), 2))
        codes = np.array([pair_code(a, b) for a, b in beside], dtype=np.uint64)
        if not len(pairs) or not len(codes):
            return 0.0
        at = np.minimum(np.searchsorted(pairs, codes), len(pairs) - 1)
        found = {
            w for pair, hit in zip(beside, pairs[at] == codes, strict=True) if hit for w in pair
        }
        tell = self.information
        return sum(tell.get(w, self.most) for w in found) / sum(
            tell.get(w, self.most) for w in dict.fromkeys(some)
        )

    def generator(self) -> CandidateGenerator:
        """scispaCy's candidate generator over these names."""
        from scipy.sparse import csr_matrix
        from scispacy.candidate_generation import CandidateGenerator

        a = self._arrays
        matrix = csr_matrix((a["data"], a["indices"], a["indptr"]), shape=tuple(a["shape"]))
        return CandidateGenerator(
            ann_index=_Exact(matrix),
            tfidf_vectorizer=_Vectorizer(self._strings("grams"), a["idf"]),
            ann_concept_aliases_list=self._strings("names"),
            kb=_KnowledgeBase(self),
        )


class _Vectorizer:
    """Gives the rows that scikit-learn's vectoriser gives, without its checks: a call of that for
    one sentence takes longer than the search."""

    def __init__(self, grams: Sequence[str], idf: Any) -> None:
        self._numbers = {gram: n for n, gram in enumerate(grams)}
        self._idf = idf

    def transform(self, texts: Iterable[str]) -> Any:
        """Weighted and normed triples of each text, shape (texts, triples)."""
        from scipy.sparse import csr_matrix

        indptr: list[int] = [0]
        indices: list[int] = []
        data: list[float] = []
        for text in texts:
            counts = Counter(
                number
                for word in words(text)
                for i in range(len(word))
                if (number := self._numbers.get(f" {word} "[i : i + 3])) is not None
            )
            weights = [count * float(self._idf[n]) for n, count in counts.items()]
            norm = sqrt(fsum(w * w for w in weights)) or 1.0
            indices += counts
            data += [w / norm for w in weights]
            indptr.append(len(indices))
        shape = len(indptr) - 1, len(self._numbers)
        return csr_matrix((data, indices, indptr), shape=shape, dtype=np.float32)


class _Exact:
    """Search for the nearest names by one sparse product; has the method of nmslib's index."""

    def __init__(self, matrix: Any) -> None:
        self._matrix = matrix

    def knnQueryBatch(self, vectors: Any, k: int) -> list[tuple[Any, Any]]:  # noqa: N802
        """Numbers and cosine distances of the `k` nearest names of each row of `vectors`, as far
        as they are near."""
        products = (vectors @ self._matrix).tocsr()
        found = []
        for start, end in zip(products.indptr[:-1], products.indptr[1:], strict=True):
            near = np.flatnonzero(products.data[start:end] >= LEAST_COSINE) + start
            if not len(near) and end > start:  # scispaCy cannot take that none is near
                near = np.array([start + int(products.data[start:end].argmax())])
            similar, numbers = products.data[near], products.indices[near]
            order = np.lexsort((numbers, -similar))[:k]
            found.append((numbers[order], 1.0 - similar[order]))
        return found


class _KnowledgeBase:
    """The part of scispaCy's knowledge base that its linker asks for."""

    def __init__(self, index: NameIndex) -> None:
        self.alias_to_cuis: dict[str, set[str]] = defaultdict(set)
        for concept, own in index.names.items():
            for name in own:
                self.alias_to_cuis[name].add(concept)
