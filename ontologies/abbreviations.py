"""Abbreviations of several meanings: `curated/abbreviations.tsv`.

Columns: abbreviation, concept (empty where the meaning is no finding), meaning (a name of the
concept), words (what stands around the abbreviation where it has this meaning; `*`: it has this
one where no word speaks for any). Lines that begin with # are remarks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from domain.errors import SourceError
from domain.identifiers import Curie
from ontologies.wordforms import folded_word, words

_FILE = Path(__file__).with_name("curated") / "abbreviations.tsv"
COLUMNS = ("abbreviation", "concept", "meaning", "words")
USUAL = "*"


@dataclass(frozen=True, slots=True)
class Meaning:
    """One meaning of an abbreviation; `concept` is None where it is no finding.

    `words` are in normal form and folded, as `wordforms.folded_word` gives them. `usual`: the
    meaning where no word speaks for any.
    """

    abbreviation: str
    concept: Curie | None
    name: str
    words: frozenset[str]
    usual: bool


@lru_cache(maxsize=1)
def meanings(path: Path = _FILE) -> dict[str, tuple[Meaning, ...]]:
    """The meanings of each abbreviation, in the order of the table.

    Raises SourceError naming the line that cannot be read.
    """
    found: dict[str, tuple[Meaning, ...]] = {}
    header: tuple[str, ...] | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        row = tuple(part.strip() for part in line.split("\t"))
        if header is None:
            header = row
            if row != COLUMNS:
                raise SourceError(
                    str(path), "is no table of abbreviations.", mend=f"Columns: {COLUMNS}."
                )
            continue
        if len(row) != len(COLUMNS) or not row[0] or not row[2] or not row[3]:
            raise SourceError(
                str(path),
                f"line {number} is not understood.",
                mend="Write abbreviation, concept (or nothing), meaning, words, parted by tabs.",
            )
        found[row[0]] = (*found.get(row[0], ()), _meaning(*row))
    return found


def _meaning(abbreviation: str, concept: str, name: str, said: str) -> Meaning:
    listed = said.split()
    kept = [w for part in listed if part != USUAL for w in words(part)]
    return Meaning(
        abbreviation=abbreviation,
        concept=Curie.parse(concept) if concept else None,
        name=name,
        words=frozenset(f for w in kept if (f := folded_word(w)) is not None),
        usual=USUAL in listed,
    )
