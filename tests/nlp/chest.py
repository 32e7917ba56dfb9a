"""A lexicon of what our own tables name, and a reader over it; labels as the tables have them."""

from __future__ import annotations

from functools import cache

from domain.assertions import PHENOTYPE, Concept
from domain.identifiers import Curie
from nlp.predications import rows
from nlp.reader import TextReader
from ontologies.chest_labels import FILE
from ontologies.curated_names import curated_names
from ontologies.lexicon import Lexicon, build
from ontologies.tables import Table
from tests.nlp.conftest import NAMES

#: Concepts of the curated names whose HPO names the tests use.
_OTHERS = {
    "HP:0000969": "Edema",
    "HP:0031457": "Pulmonary opacity",
    "HP:6000931": "Calcified pulmonary nodule",
    "HP:0032252": "Granuloma",
}


@cache
def lexicon() -> Lexicon:
    """The names of chest labels, of predications and of the toy lexicon, with curated names."""
    labels = {i: names[0] for i, names in NAMES.items()} | _OTHERS
    labels |= {row["concept"]: row["label"] for row in rows()}
    labels |= {row["concept"]: row["name"] for _, row in Table(FILE, ("concept", "name"))}
    concepts = [Concept(id=Curie(i), label=x, category=PHENOTYPE) for i, x in labels.items()]
    return Lexicon.from_entries(build(concepts, curated_names()))


@cache
def reader() -> TextReader:
    """Reads with that lexicon."""
    return TextReader(lexicon())


def said(text: str) -> list[str]:
    """What is read of `text`, as "label state"."""
    return [f"{o.label} {o.state.value}" for o in reader().read(text)]
