"""The names and abbreviations of our own, against the HPO that is installed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest

from domain.assertions import Concept
from domain.errors import SourceError
from domain.identifiers import Curie
from ontologies import source
from ontologies.abbreviations import COLUMNS, meanings
from ontologies.curated_names import ANY, curated_names
from ontologies.formats import obo
from ontologies.lexicon import CURATED, LexiconEntry, build
from ontologies.wordforms import folded, words

#: Phenotypic abnormality, past medical history, and what corpora mark beside: inheritance,
#: onset, course, death.
BRANCHES = {"HP:0000118", "HP:0032443", "HP:0000005", "HP:0012823"}


def key(name: str) -> str:
    return " ".join(words(name))


@pytest.fixture(scope="module")
def hpo() -> Mapping[Curie, Concept]:
    carrier = source.load("hpo").carrier
    assert carrier is not None
    return {c.id: c for c in obo.read(carrier.locate(), "hpo").concepts}


@pytest.fixture(scope="module")
def lexicon(hpo: Mapping[Curie, Concept]) -> Mapping[str, LexiconEntry]:
    return {entry.key: entry for entry in build(hpo.values(), curated_names())}


def above(hpo: Mapping[Curie, Concept], concept: Curie) -> set[Curie]:
    found: set[Curie] = set()
    waiting = [concept]
    while waiting:
        if (current := waiting.pop()) not in found:
            found.add(current)
            waiting.extend(hpo[current].parents)
    return found


def test_every_name_is_of_a_live_finding(hpo: Mapping[Curie, Concept]) -> None:
    names = curated_names()
    assert len(names) > 500
    for concept in {n.concept for n in names}:
        assert not hpo[concept].obsolete, concept
        assert BRANCHES & above(hpo, concept), concept


def test_no_name_repeats_or_contradicts_the_ontology(hpo: Mapping[Curie, Concept]) -> None:
    own: dict[str, set[Curie]] = defaultdict(set)
    for concept in hpo.values():
        if not concept.obsolete:
            own[key(concept.label)].add(concept.id)
            for synonym in concept.synonyms:
                if synonym.scope == "exact":
                    own[key(synonym.text)].add(concept.id)
    wrong = [n.name for n in curated_names() if n.context == ANY and own[key(n.name)]]
    assert wrong == []


def test_no_name_stands_twice_or_for_two_concepts() -> None:
    by_words: dict[str, set[Curie]] = defaultdict(set)
    keys = [key(n.name) for n in curated_names()]
    assert len(set(keys)) == len(keys)
    for n in curated_names():
        if " " in key(n.name):
            by_words[folded(key(n.name))].add(n.concept)
    assert [bag for bag, concepts in by_words.items() if len(concepts) > 1] == []


def test_every_name_is_read(lexicon: Mapping[str, LexiconEntry]) -> None:
    """A name says enough to be met in running text, and leads to its concept."""
    for n in (n for n in curated_names() if n.context == ANY):
        entry = lexicon[key(n.name)]
        assert entry.guard in ("plain", "case"), n.name
        assert entry.concept == n.concept, n.name


def test_no_name_is_one_ordinary_word_once_small_words_are_gone() -> None:
    """ "at birth" would be read wherever "birth" is."""
    for n in curated_names():
        if " " in key(n.name):
            assert " " in folded(key(n.name)), n.name


@pytest.mark.parametrize(
    ("phrase", "label"),
    [
        ("short of breath", "Dyspnea"),
        ("passed out", "Syncope"),
        ("never walked", "Inability to walk"),
        ("floppy baby", "Infantile muscular hypotonia"),
        ("tachycardic", "Tachycardia"),
        ("pulmonary hypertension", "Pulmonary arterial hypertension"),
        ("ophthalmological abnormality", "Abnormality of the eye"),
        ("transaminitis", "Elevated circulating hepatic transaminase concentration"),
    ],
)
def test_what_clinicians_write_is_found(
    lexicon: Mapping[str, LexiconEntry], phrase: str, label: str
) -> None:
    assert lexicon[key(phrase)].label == label


@pytest.mark.parametrize("word", ["pale", "fit", "cold", "block", "faint", "birth", "nervous"])
def test_ordinary_words_are_no_names_of_ours(
    lexicon: Mapping[str, LexiconEntry], word: str
) -> None:
    entry = lexicon.get(word)
    assert entry is None or entry.type != CURATED or entry.guard == "never"


def test_every_meaning_is_a_name_of_its_concept(lexicon: Mapping[str, LexiconEntry]) -> None:
    table = meanings()
    assert len(table) > 50
    for known in table.values():
        assert len({m.name for m in known}) == len(known)
        assert sum(m.usual for m in known) <= 1
        for m in known:
            assert m.usual or m.words, m
            if m.concept is not None:
                entry = lexicon[key(m.name)]
                assert (entry.concept, entry.guard) == (m.concept, "plain"), m


def test_abbreviations_of_several_meanings_are_no_plain_names() -> None:
    assert not set(meanings()) & {n.name for n in curated_names() if n.context == ANY}


@pytest.mark.parametrize("line", ["ASD\tHP:0001631\theart", "\t\tname\tword", "ASD\t\tname\t"])
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "mine.tsv"
    path.write_text("\n".join(["\t".join(COLUMNS), "# a remark", line]) + "\n", "utf-8")
    with pytest.raises(SourceError, match=r"mine.tsv.*3"):
        meanings(path)


def test_a_table_with_other_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.tsv"
    path.write_text("short\tlong\n", "utf-8")
    with pytest.raises(SourceError, match="lacks the column"):
        meanings(path)
