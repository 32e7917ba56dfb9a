"""Train the reader's component on annotated texts."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from thinc.api import Adam, Optimizer, fix_random_seed

from domain.errors import EmptyInput
from nlp.corpora import GoldDocument
from nlp.learned import LEARNED, LearnedName, learn
from nlp.memory import Memory
from nlp.mentions import MENTIONS
from nlp.ranker import GOLD, Ranker, truths
from nlp.reader import TextReader
from nlp.text_model import NameSettings, TextConfig, TextModel, TrainingSettings, add_ranker
from ontologies.lexicon import Lexicon

#: Fewest documents that can be trained on.
FEWEST = 5

#: Told the epoch, the most there can be, and the loss a mention on what was held out.
Progress = Callable[[int, int, float], None]
#: Makes a reader over a lexicon.
ReaderOver = Callable[[Lexicon], TextReader]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What there is to learn from: names, what was seen of them, and the documents as the
    `pipeline` reads them, each with its right answers and without what it taught itself."""

    names: tuple[LearnedName, ...]
    memory: Memory
    pipeline: Language
    docs: tuple[Doc, ...]


def prepare(
    reader: ReaderOver,
    lexicon: Lexicon,
    documents: Sequence[GoldDocument],
    labels: Mapping[str, str],
    settings: NameSettings,
) -> Lesson:
    """Learn names, read the documents with them, and remember how often they were marked."""
    names = learn(
        documents,
        lexicon,
        labels,
        least=settings.least_documents,
        least_words=settings.least_words,
    )
    nlp = reader(lexicon.plus(n.entry() for n in names)).pipeline
    docs = tuple(nlp(d.text) for d in documents)
    for doc, document in zip(docs, documents, strict=True):
        doc.user_data[GOLD] = frozenset(m.concept for m in document.mentions)
    memory = Memory.of(
        ((doc.user_data[MENTIONS], doc.user_data[GOLD]) for doc in docs),
        everything=settings.remember_everything,
    )
    for doc in docs:
        _forget_own(doc, memory, settings.least_documents)
    return Lesson(tuple(names), memory, nlp, docs)


def train(
    reader: ReaderOver,
    lexicon: Lexicon,
    documents: Sequence[GoldDocument],
    labels: Mapping[str, str],
    config: TextConfig,
    progress: Progress | None = None,
) -> TextModel:
    """A component for what `reader` finds, trained on documents whose mentions bear current ids.

    `labels` are those of the release's concepts. The same input, configuration and release give
    the same component. Raises EmptyInput where there are too few documents or mentions.
    """
    if len(documents) < FEWEST:
        raise EmptyInput(f"{len(documents)} annotated documents are too few to train on.",
                         mend=f"Give at least {FEWEST}.")  # fmt: skip
    lesson = prepare(reader, lexicon, documents, labels, config.names)
    if len({t for doc in lesson.docs for t in truths(doc)}) < 2:
        raise EmptyInput("The mentions found in the texts are all right or all wrong.",
                         mend="Give texts with more annotations.")  # fmt: skip
    component = add_ranker(lesson.pipeline, config)
    component.memory = lesson.memory
    _fit(component, lesson.docs, config.training, progress)
    return TextModel(config, lesson.names, component)


def _forget_own(doc: Doc, memory: Memory, least: int) -> None:
    """Take away the learned names that other documents alone would not have taught."""
    recall = memory.recall(doc.user_data[GOLD])
    doc.user_data[MENTIONS] = [
        m
        for m in doc.user_data[MENTIONS]
        if m.entry.type != LEARNED or recall(m)[0].marked >= least
    ]


def _fit(
    component: Ranker,
    docs: Sequence[Doc],
    settings: TrainingSettings,
    progress: Progress | None,
) -> None:
    """Stop by the documents held out; then, if told so, train as long on all of them."""
    order = list(range(len(docs)))
    random.Random(settings.seed).shuffle(order)  # noqa: S311
    away = max(1, round(settings.held_out * len(docs)))
    held, kept = [docs[n] for n in order[:away]], [docs[n] for n in order[away:]]
    _start(component, kept, settings.seed)
    optimizer = Adam(settings.learn_rate, L2=settings.l2)
    drawn = np.random.default_rng(settings.seed)
    best, best_epoch, weights = np.inf, 0, component.model.to_bytes()
    for epoch in range(1, settings.epochs + 1):
        _epoch(component, kept, optimizer, drawn, settings)
        loss = _loss(component, held)
        if progress is not None:
            progress(epoch, settings.epochs, loss)
        if loss < best:
            best, best_epoch, weights = loss, epoch, component.model.to_bytes()
        elif epoch - best_epoch >= settings.patience:
            break
    if not settings.refit:
        component.model.from_bytes(weights)
        return
    _start(component, docs, settings.seed)
    optimizer = Adam(settings.learn_rate, L2=settings.l2)
    drawn = np.random.default_rng(settings.seed)
    for epoch in range(1, max(best_epoch, 1) + 1):
        _epoch(component, docs, optimizer, drawn, settings)
        if progress is not None:
            progress(epoch, max(best_epoch, 1), best)


def _start(component: Ranker, docs: Sequence[Doc], seed: int) -> None:
    """Fresh weights."""
    fix_random_seed(seed)
    component.initialize(lambda: [Example(d, d) for d in docs])


def _epoch(
    component: Ranker,
    docs: Sequence[Doc],
    optimizer: Optimizer,
    drawn: np.random.Generator,
    settings: TrainingSettings,
) -> None:
    shuffled = [docs[n] for n in drawn.permutation(len(docs))]
    for start in range(0, len(shuffled), settings.batch_documents):
        batch = [Example(d, d) for d in shuffled[start : start + settings.batch_documents]]
        component.update(batch, drop=settings.dropout, sgd=optimizer)


def _loss(component: Ranker, docs: Sequence[Doc]) -> float:
    """Cross entropy a mention."""
    scores = np.concatenate(component.predict(docs))
    loss, _ = component.get_loss([Example(d, d) for d in docs], scores[:, None])
    return loss / max(len(scores), 1)
