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
from ontologies.tables import Table
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
    for line, row in Table(path, COLUMNS, quoted=False, remarks=True):
        if not row["abbreviation"] or not row["meaning"] or not row["words"]:
            raise SourceError(
                str(path),
                "this line is not understood.",
                line=line,
                mend="Write abbreviation, concept (or nothing), meaning, words, parted by tabs.",
            )
        known = found.get(row["abbreviation"], ())
        found[row["abbreviation"]] = (*known, _meaning(*(row[name] for name in COLUMNS)))
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
