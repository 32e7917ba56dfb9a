"""Names learned from annotated texts, and what is remembered of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.errors import SourceError
from domain.identifiers import Curie
from nlp import learned
from nlp.corpora import Gold, GoldDocument
from nlp.learned import LEARNED, LearnedName, learn
from nlp.memory import NEVER, Memory, Seen
from nlp.recognise import Mention
from ontologies.lexicon import Lexicon, LexiconEntry, build
from tests.nlp.conftest import NAMES, concepts

LEXICON = Lexicon.from_entries(build(concepts()))
LABELS = {i: names[0] for i, names in NAMES.items()}
ATAXIA, SEIZURE, DYSARTHRIA = Curie("HP:0001251"), Curie("HP:0001250"), Curie("HP:0001260")


def document(name: str, text: str, *marked: tuple[str, str]) -> GoldDocument:
    mentions = tuple(
        Gold(start=text.index(quote), end=text.index(quote) + len(quote), concept=Curie(concept))
        for quote, concept in marked
    )
    return GoldDocument(name=name, text=text, mentions=mentions)


def taught(*documents: GoldDocument, least: int = 1, words: int = 1) -> list[tuple[str, str]]:
    names = learn(documents, LEXICON, LABELS, least=least, least_words=words)
    return [(n.key, n.concept) for n in names]


def test_words_that_the_release_lacks_become_a_name() -> None:
    one = document("1", "He had a wobbly walk.", ("a wobbly walk", ATAXIA))
    assert taught(one) == [("wobbly walk", ATAXIA)]
    assert taught(one, least=2) == []
    assert taught(one, words=3) == []
    other = document("2", "Wobbly walking? No: walk, wobbly.", ("walk, wobbly", ATAXIA))
    assert taught(one, other, least=2) == [("walk wobbly", ATAXIA)]


def test_the_names_of_the_release_stand() -> None:
    told = document(
        "1",
        "Seizures; hypoplasia of thumbs; ataxic.",
        ("Seizures", ATAXIA),
        ("hypoplasia of thumbs", ATAXIA),
        ("ataxic", SEIZURE),
    )
    assert taught(told) == []


def test_the_concept_that_most_documents_say() -> None:
    one, two, three = (
        document(str(n), "A funny turn.", ("funny turn", c))
        for n, c in enumerate((SEIZURE, ATAXIA, SEIZURE))
    )
    assert taught(one, two) == []
    assert taught(one, two, three) == [("funny turn", SEIZURE)]


def test_what_is_no_name_is_not_learned() -> None:
    odd = document("1", "It is in 12 of them.", ("is in", ATAXIA), ("12", ATAXIA))
    unknown = document("2", "A blue halo.", ("blue halo", "HP:0999999"))
    long = document("3", "one two three four five six seven", ("one two three four five six seven",
                                                               ATAXIA))  # fmt: skip
    assert taught(odd, unknown, long) == []


def test_letters_in_capitals_are_read_as_printed() -> None:
    (name,) = learn(
        [document("1", "FND was seen.", ("FND", SEIZURE))], LEXICON, LABELS, least=1, least_words=1
    )
    assert (name.key, name.guard, name.entry().folded) == ("fnd", "case", "")


def test_names_are_written_and_read(tmp_path: Path) -> None:
    names = [
        LearnedName(key="wobbly walk", concept=ATAXIA, label="Ataxia", surface='"wobbly" walk',
                    guard="plain")
    ]  # fmt: skip
    learned.write(names, tmp_path / "names.tsv")
    assert learned.read(tmp_path / "names.tsv") == names
    (tmp_path / "names.tsv").write_text("key\nwobbly\n", "utf-8")
    with pytest.raises(SourceError, match="no table of learned names"):
        learned.read(tmp_path / "names.tsv")


def mention(concept: Curie, key: str, type_: str = "") -> Mention:
    entry = LexiconEntry(key=key, folded="", concept=concept, label=key, surface=key,
                         kind="exact", type=type_)  # fmt: skip
    return Mention(start=0, end=len(key), first=0, last=1, entry=entry, score=1.0)


def test_each_document_can_be_taken_away_again(tmp_path: Path) -> None:
    walk, fit = mention(ATAXIA, "wobbly walk", LEARNED), mention(SEIZURE, "fit")
    documents = [
        ([walk, walk, fit], frozenset((ATAXIA,))),
        ([walk], frozenset((ATAXIA, SEIZURE))),
        ([walk, fit], frozenset((SEIZURE,))),
    ]
    memory = Memory.of(documents, everything=True)
    unseen = memory.recall(None)
    assert unseen(walk) == (Seen(2, 3), Seen(2, 3))
    assert unseen(fit) == (Seen(1, 2), Seen(1, 2))
    assert unseen(mention(DYSARTHRIA, "slurring")) == (NEVER, NEVER)
    first, last = memory.recall(documents[0][1]), memory.recall(documents[2][1])
    assert first(walk) == (Seen(1, 2), Seen(1, 2))
    assert first(fit) == (Seen(1, 1), Seen(1, 1))
    assert last(walk) == (Seen(2, 2), Seen(2, 2))
    memory.write(tmp_path / "seen.tsv")
    assert Memory.read(tmp_path / "seen.tsv", everything=True) == memory


def test_nothing_is_held_against_the_release_unless_told() -> None:
    walk, fit = mention(ATAXIA, "wobbly walk", LEARNED), mention(SEIZURE, "fit")
    memory = Memory.of([([walk, fit], frozenset())], everything=False)
    assert memory.recall(None)(walk) == (Seen(0, 1), NEVER)
    assert memory.recall(None)(fit) == (NEVER, NEVER)
