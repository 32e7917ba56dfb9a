"""The trainable component: what it looks at, what it drops, what it writes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc
from spacy.training import Example
from thinc.api import Model

from domain.errors import SourceError
from domain.identifiers import Curie
from nlp import ranker
from nlp.candidates import NAMES, features
from nlp.learned import LEARNED
from nlp.memory import Memory
from nlp.mentions import MENTIONS
from nlp.names import FOLDED
from nlp.ranker import Ranker, pieces
from nlp.recognise import Mention
from nlp.sentences import mark_sentences
from nlp.text_model import TextConfig, add_ranker
from ontologies.lexicon import LexiconEntry

ATAXIA = Curie("HP:0001251")
NLP = spacy.blank("en")


def mention(first: int, last: int, *, type_: str = "", score: float = 1.0) -> Mention:
    """A mention of words of two letters each, parted by blanks."""
    entry = LexiconEntry(key="xx", folded="", concept=ATAXIA, label="Ataxia", surface="xx",
                         kind="exact", type=type_)  # fmt: skip
    return Mention(
        start=3 * first, end=3 * last - 1, first=first, last=last, entry=entry, score=score
    )


def document(words: int, *mentions: Mention) -> Doc:
    text = " ".join(["ab", "cd", "ef"][n % 3] for n in range(words))
    doc: Doc = mark_sentences(NLP.make_doc(text))
    doc.user_data[MENTIONS] = list(mentions)
    return doc


def component() -> Ranker:
    made = add_ranker(spacy.blank("en"), TextConfig.read())
    doc = document(9, mention(1, 3))
    made.initialize(lambda: [Example(doc, doc)])
    return made


def test_what_a_mention_shows() -> None:
    def shown(*mentions: Mention) -> list[dict[str, float]]:
        rows = features(mentions, Memory(everything=False).recall(None))
        assert rows.shape == (len(mentions), len(NAMES))
        return [dict(zip(NAMES, row.tolist(), strict=True)) for row in rows]

    outer, inner, other = shown(mention(0, 3), mention(0, 1, score=FOLDED), mention(5, 6))
    assert outer["around another"] == inner["inside another"] == 1
    assert outer["inside another"] == inner["around another"] == other["around another"] == 0
    assert inner["by word family or order"] == 1
    assert outer["by word family or order"] == inner["by likeness"] == 0
    assert outer["kind: exact"] == 1
    same, twin = shown(mention(2, 3), mention(2, 3, score=0.6))
    assert same["beside another of the same characters"] == 1
    assert twin["by likeness"] == 1


@given(st.sets(st.integers(0, 1999), max_size=60))
def test_pieces_hold_each_mention_once(starts: set[int]) -> None:
    mentions = [mention(n, min(n + 3, 2000)) for n in sorted(starts)]
    numbers = np.arange(len(mentions), dtype=np.float32)[:, None]
    doc = document(2000, *mentions)
    found = list(pieces(doc, mentions, numbers))
    assert [int(n) for piece in found for n in piece.numbers[:, 0]] == list(range(len(mentions)))
    spans = [piece.doc[a:b].text for piece in found for a, b in piece.spans]
    assert spans == [doc[m.first : m.last].text for m in mentions]
    assert all(len(piece.doc) < 500 for piece in found)


def test_the_gradient_is_that_of_the_score() -> None:
    """Against differences, for embeddings that are moved by hand."""
    vectors = np.random.default_rng(0).normal(size=(12, 4)).astype(np.float32)
    gradients: list[Any] = []

    def embedded(_: object, docs: list[Doc], is_train: bool) -> tuple[Any, Any]:
        return [vectors for _ in docs], gradients.extend

    tok2vec: Model[Any, Any] = Model("fixed", embedded, dims={"nO": 4})
    model = ranker.build_model(tok2vec, window=2, hidden=8)
    mentions = [mention(1, 3), mention(5, 6), mention(11, 12)]
    numbers = np.zeros((3, len(NAMES)), dtype=np.float32)
    parts = list(pieces(document(12), mentions, numbers))
    model.initialize(X=parts)
    scores, backward = model(parts, is_train=False)
    backward(np.ones_like(scores))
    reached = {n for n in range(12) if gradients[0][n].any()}
    assert reached == {0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11}
    for at in ((0, 0), (2, 3), (7, 1), (11, 2)):
        found = []
        for step in (1e-2, -2e-2):
            vectors[at] += step
            found.append(float(model.predict(parts).sum()))
        vectors[at] += 1e-2
        assert gradients[0][at] == pytest.approx((found[0] - found[1]) / 2e-2, abs=2e-3)


def test_thresholds_decide_what_stays() -> None:
    made = component()
    made.cfg = {"keep": 0.3, "add": 0.6}
    doc = document(9, mention(0, 1), mention(2, 3), mention(4, 5, type_=LEARNED),
                   mention(6, 7, type_=LEARNED))  # fmt: skip
    made.set_annotations([doc], [np.array([0.29, 0.31, 0.59, 0.61])])
    kept = doc.user_data[MENTIONS]
    assert [(m.first, m.score) for m in kept] == [(2, 1.0), (6, 0.61)]


def test_texts_without_mentions_are_passed_on() -> None:
    made = component()
    docs = [document(5), document(9, mention(1, 3)), document(4)]
    assert [len(scores) for scores in made.predict(docs)] == [0, 1, 0]
    assert made.predict([]) == []
    assert made.update([Example(docs[0], docs[0])]) == {ranker.NAME: 0.0}


def test_scores_do_not_depend_on_what_is_read_beside() -> None:
    made = component()
    one = document(900, mention(1, 3), mention(700, 702))
    (alone,) = made.predict([one])
    together = made.predict([document(9, mention(4, 5)), one])
    assert np.allclose(alone, together[1], atol=1e-6)


def test_a_component_is_written_and_read(tmp_path: Path) -> None:
    made = component()
    made.memory = Memory.of(
        [([mention(0, 1, type_=LEARNED)], frozenset((ATAXIA,)))], everything=True
    )
    docs = [document(9, mention(1, 3), replace(mention(4, 5), expansion="x"))]
    before = made.predict(docs)[0]
    made.to_disk(tmp_path / "made")
    read = add_ranker(spacy.blank("en"), TextConfig.read()).from_disk(tmp_path / "made")
    assert (read.cfg, read.memory) == (made.cfg, made.memory)
    assert np.array_equal(read.predict(docs)[0], before)
    (tmp_path / "made" / "model").write_bytes(b"\x00")
    with pytest.raises(SourceError, match="no trained component"):
        read.from_disk(tmp_path / "made")
