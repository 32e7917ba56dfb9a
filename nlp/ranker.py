"""A trainable spaCy component: how likely an annotator would have marked each mention.

It looks at the words of a mention and around it, by hashed embeddings, and at numbers that the
recogniser knows of it; a mention below its threshold is taken away. Learned names need more than
names of the release. Words are embedded in pieces of the text, so that memory stays small.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.pipeline import TrainablePipe
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import registry
from spacy.vocab import Vocab
from thinc.api import Linear, Logistic, Model, Optimizer, Relu, chain, set_dropout_rate
from thinc.types import Floats2d

from domain.errors import SourceError
from nlp.candidates import NAMES, features
from nlp.learned import LEARNED
from nlp.memory import Memory
from nlp.mentions import MENTIONS
from nlp.recognise import Mention
from nlp.sentences import sentence_bounds

#: The component's name in a spaCy pipeline.
NAME = "differentia_ranker"
#: Where a document of the training holds the ids that annotators gave it.
GOLD = "differentia_gold"
#: Tokens of a piece that are embedded at once, and those read on either side of it.
_PIECE, _MARGIN = 400, 8
_BATCH = 64

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text with the mentions that begin in it: tokens (half-open) and numbers."""

    doc: Doc
    spans: tuple[tuple[int, int], ...]
    numbers: Floats


@registry.architectures("differentia.Ranker.v1")  # type: ignore[untyped-decorator]
def build_model(
    tok2vec: Model[list[Doc], list[Floats2d]], window: int, hidden: int
) -> Model[list[Piece], Floats2d]:
    """Means of the embeddings of a mention, of `window` words before and of those after, beside
    its numbers, through one hidden layer to one score between 0 and 1."""
    head: Model[Any, Any] = chain(Relu(nO=hidden, dropout=0.0), Linear(nO=1), Logistic())
    return Model(
        "differentia_ranker",
        _forward,
        init=_initialise,
        layers=[tok2vec, head],
        refs={"tok2vec": tok2vec, "head": head},
        attrs={"window": window},
    )


def _reach(piece: Piece, window: int) -> Iterator[tuple[slice, slice, slice]]:
    size = len(piece.doc)
    for first, last in piece.spans:
        before = slice(max(0, first - window), first)
        yield slice(first, last), before, slice(last, min(size, last + window))


def _forward(
    model: Model[list[Piece], Floats2d], pieces: list[Piece], is_train: bool
) -> tuple[Floats2d, Callable[[Floats2d], list[Piece]]]:
    window: int = model.attrs["window"]
    vectors, back_vectors = model.get_ref("tok2vec")([p.doc for p in pieces], is_train)
    rows = []
    for piece, of_piece in zip(pieces, vectors, strict=True):
        for n, parts in enumerate(_reach(piece, window)):
            means = [
                of_piece[part].mean(axis=0)
                if part.stop > part.start
                else np.zeros(of_piece.shape[1], dtype=np.float32)
                for part in parts
            ]
            rows.append(np.concatenate([*means, piece.numbers[n]]))
    width = vectors[0].shape[1] if vectors else 0
    scores, back_scores = model.get_ref("head")(cast(Any, np.asarray(rows, dtype="f")), is_train)

    def backward(d_scores: Floats2d) -> list[Piece]:
        d_rows = back_scores(d_scores)
        d_vectors = [np.zeros_like(v) for v in vectors]
        row = 0
        for piece, d_piece in zip(pieces, d_vectors, strict=True):
            for parts in _reach(piece, window):
                for k, part in enumerate(parts):
                    if part.stop > part.start:
                        share = d_rows[row, k * width : (k + 1) * width]
                        d_piece[part] += share / (part.stop - part.start)
                row += 1
        back_vectors(d_vectors)
        return pieces

    return scores, backward


def _initialise(model: Model[Any, Any], X: list[Piece] | None = None, Y: None = None) -> None:  # noqa: ARG001, N803
    tok2vec, head = model.get_ref("tok2vec"), model.get_ref("head")
    tok2vec.initialize(X=[p.doc for p in X] if X else None)
    size = 3 * tok2vec.get_dim("nO") + len(NAMES)
    head.initialize(X=np.zeros((1, size), dtype="f"), Y=np.zeros((1, 1), dtype="f"))


def pieces(doc: Doc, mentions: Sequence[Mention], numbers: Floats) -> Iterator[Piece]:
    """The parts of a text that hold mentions, in order; together they hold each mention once.

    A part lies within one sentence, so that no later text changes how an earlier one is read.
    """
    bounds = sentence_bounds(doc)
    ends = [end for _, end in bounds]
    at = 0
    while at < len(mentions):
        opens, closes = bounds[bisect_right(ends, mentions[at].first)]
        start = max(opens, mentions[at].first - _MARGIN)
        most = min(closes, start + _PIECE)
        stop = at + 1
        while stop < len(mentions) and mentions[stop].last <= most:
            stop += 1
        last = max(m.last for m in mentions[at:stop])
        end = max(last, min(closes, last + _MARGIN))
        spans = tuple((max(m.first - start, 0), m.last - start) for m in mentions[at:stop])
        yield Piece(doc[start:end].as_doc(), spans, numbers[at:stop])
        at = stop


@Language.factory(
    NAME,
    default_config={"model": None, "keep": 0.35, "add": 0.5},
)
def make_ranker(
    nlp: Language, name: str, model: Model[list[Piece], Floats2d], keep: float, add: float
) -> Ranker:
    """Make the component: `keep` and `add` are the least scores of names of the release, and of
    learned names."""
    return Ranker(nlp.vocab, model, name, keep=keep, add=add)


class Ranker(TrainablePipe):  # type: ignore[misc]
    """Scores the mentions that the recogniser left in `doc.user_data`, and drops the unlikely."""

    def __init__(
        self,
        vocab: Vocab,
        model: Model[list[Piece], Floats2d],
        name: str = NAME,
        *,
        keep: float,
        add: float,
    ) -> None:
        self.vocab = vocab
        self.model = model
        self.name = name
        self.cfg: dict[str, Any] = {"keep": keep, "add": add}
        self.memory = Memory(everything=False)

    def predict(self, docs: Iterable[Doc]) -> list[Floats]:
        """Scores of the mentions of each document, in their order."""
        docs = list(docs)
        parts = [p for doc in docs for p in self._pieces(doc)]
        found: list[Floats] = []
        for start in range(0, len(parts), _BATCH):
            batch = parts[start : start + _BATCH]
            found.append(np.asarray(self.model.predict(batch), dtype=np.float32)[:, 0])
        scores = np.concatenate(found) if found else np.zeros(0, dtype=np.float32)
        ends = np.cumsum([len(doc.user_data[MENTIONS]) for doc in docs], dtype=int)
        return np.split(scores, ends[:-1]) if docs else []

    def _pieces(self, doc: Doc) -> Iterator[Piece]:
        mentions: list[Mention] = doc.user_data[MENTIONS]
        return pieces(
            doc, mentions, features(mentions, self.memory.recall(doc.user_data.get(GOLD)))
        )

    def set_annotations(self, docs: Iterable[Doc], scores: Iterable[Floats]) -> None:
        """Keep the mentions that reach their threshold; a learned one is worth its score."""
        for doc, of_doc in zip(docs, scores, strict=True):
            kept = []
            for mention, score in zip(doc.user_data[MENTIONS], of_doc.tolist(), strict=True):
                learned = mention.entry.type == LEARNED
                if score >= self.cfg["add" if learned else "keep"]:
                    kept.append(replace(mention, score=round(score, 3)) if learned else mention)
            doc.user_data[MENTIONS] = kept

    def update(
        self,
        examples: Iterable[Example],
        *,
        drop: float = 0.0,
        sgd: Optimizer | None = None,
        losses: dict[str, float] | None = None,
    ) -> dict[str, float]:
        """Learn from documents with mentions whose references hold the ids that are right."""
        examples = list(examples)
        losses = {} if losses is None else losses
        losses.setdefault(self.name, 0.0)
        parts = [p for e in examples for p in self._pieces(e.predicted)]
        if not parts:
            return losses
        set_dropout_rate(self.model, drop)
        scores, backward = self.model.begin_update(parts)
        loss, d_scores = self.get_loss(examples, scores)
        backward(d_scores)
        if sgd is not None:
            self.finish_update(sgd)
        losses[self.name] += loss
        return losses

    def get_loss(self, examples: Iterable[Example], scores: Any) -> tuple[float, Any]:
        """Cross entropy summed over the mentions, and the gradient of its mean."""
        truth = np.array([t for e in examples for t in truths(e.predicted)], dtype="f")[:, None]
        safe = np.clip(np.asarray(scores), 1e-6, 1 - 1e-6)
        loss = -(truth * np.log(safe) + (1 - truth) * np.log(1 - safe)).sum()
        gradient = (safe - truth) / (safe * (1 - safe)) / len(truth)
        return float(loss), gradient.astype("f")

    def initialize(
        self,
        get_examples: Callable[[], Iterable[Example]],
        *,
        nlp: Language | None = None,  # noqa: ARG002
    ) -> None:
        """Set the shapes of the model from some examples."""
        parts = [p for e in get_examples() for p in self._pieces(e.predicted)][:8]
        self.model.initialize(X=parts)

    def to_disk(self, path: Path | str, *, exclude: Iterable[str] = ()) -> None:  # noqa: ARG002
        """Write thresholds, weights and memory into a folder."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        stated = self.cfg | {"everything": self.memory.everything}
        (folder / "cfg").write_text(json.dumps(stated, indent=1) + "\n", encoding="utf-8")
        self.memory.write(folder / "seen.tsv")
        self.model.to_disk(folder / "model")

    def from_disk(self, path: Path | str, *, exclude: Iterable[str] = ()) -> Ranker:  # noqa: ARG002
        """Read what `to_disk` wrote. Raises SourceError."""
        folder = Path(path)
        try:
            self.cfg = json.loads((folder / "cfg").read_text(encoding="utf-8"))
            everything = bool(self.cfg.pop("everything"))
            self.memory = Memory.read(folder / "seen.tsv", everything=everything)
            self.model.from_disk(folder / "model")
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            # thinc looks at nothing before it uses it
            raise SourceError(str(folder), f"is no trained component ({error}).") from None
        return self


def truths(doc: Doc) -> list[bool]:
    """For each mention of a text of the training whether annotators gave the text its concept."""
    gold: frozenset[str] = doc.user_data[GOLD]
    return [m.entry.concept in gold for m in doc.user_data[MENTIONS]]
