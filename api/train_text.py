"""Train the text reader's component on annotated texts, and measure it on texts it did not see."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from api.evaluate_text import DOCUMENT, TextResult, evaluate
from api.render.text_tables import interval
from domain.errors import EmptyInput, InvalidField
from domain.findings import Observation
from nlp.corpora import Corpus, GoldDocument
from reasoning.splits import folds as split

if TYPE_CHECKING:
    from api.service import Service
    from nlp.text_model import TextConfig, TextModel

CARD = "model-card.md"
#: Told what is being done, the epoch, the most there can be, and the loss on what was held out.
Progress = Callable[[str, int, int, float], None]


@dataclass(frozen=True, slots=True)
class Answers:
    """A reader that gives back what others read, each text by one that had not seen it."""

    service: Service
    found: dict[str, tuple[Observation, ...]]

    def read(self, text: str, document: str) -> Sequence[Observation]:
        """Findings of a text."""
        del document
        return self.found[text]

    def judge(
        self, text: str, spans: Sequence[tuple[int, int]], document: str
    ) -> Sequence[Observation]:
        """Observations of given targets; the component changes nothing about them."""
        return self.service.reader.judge(text, spans, document)


def train(
    service: Service,
    corpora: Sequence[Corpus],
    config: TextConfig,
    progress: Progress | None = None,
) -> TextModel:
    """A component trained on all documents. Raises InputError for corpora that cannot teach it."""
    return _train(service, documents_of(service, corpora), config, "training", progress)


def cross_validated(
    service: Service,
    corpora: Sequence[Corpus],
    config: TextConfig,
    *,
    folds: int,
    seed: int,
    progress: Progress | None = None,
) -> Answers:
    """What components read that were trained on the other folds, by document. A text that stands
    in the corpora twice is in one fold. Raises InputError where there are fewer texts than folds.
    """
    documents = documents_of(service, corpora)
    texts = list(dict.fromkeys(d.text for d in documents))
    try:
        fold = dict(zip(texts, split(np.arange(len(texts)), folds, seed=seed), strict=True))
    except ValueError:
        raise InvalidField("--folds", f"{len(texts)} texts cannot make {folds} folds.") from None
    found: dict[str, tuple[Observation, ...]] = {}
    for n in range(folds):
        others = [d for d in documents if fold[d.text] != n]
        model = _train(service, others, config, f"fold {n + 1} of {folds}", progress)
        reader = service.reader_over(service.lexicon, model)
        found |= {text: reader.read(text) for text in texts if fold[text] == n}
    return Answers(service, found)


def _train(
    service: Service,
    documents: Sequence[GoldDocument],
    config: TextConfig,
    title: str,
    progress: Progress | None,
) -> TextModel:
    from nlp import training

    def told(epoch: int, most: int, loss: float) -> None:
        if progress is not None:
            progress(title, epoch, most, loss)

    terms = service.knowledge.terms
    labels: dict[str, str] = {terms.id(n): terms.label(n) for n in range(len(terms))}
    return training.train(
        lambda lexicon: service.reader_over(lexicon, None),
        service.lexicon,
        documents,
        labels,
        config,
        told,
    )


def documents_of(service: Service, corpora: Sequence[Corpus]) -> list[GoldDocument]:
    """All documents with the current ids of the release; mentions of no live concept are left out.
    Raises EmptyInput for a corpus without concepts."""
    for corpus in corpora:
        if not corpus.has_concepts:
            raise EmptyInput(
                f"{corpus.name} does not say which concepts its texts mention.",
                mend="Train on corpora of the formats annotations and jsonl.",
            )
    resolve = service.knowledge.resolver.resolve
    return [
        replace(
            document,
            name=f"{corpus.name}/{document.name}",
            mentions=tuple(
                replace(m, concept=current)
                for m in document.mentions
                if m.concept is not None and (current := resolve(m.concept).concept) is not None
            ),
        )
        for corpus in corpora
        for document in corpus.documents
    ]


def card(
    service: Service,
    corpora: Sequence[Corpus],
    config: TextConfig,
    model: TextModel,
    answers: Answers,
    *,
    folds: int,
    seed: int,
    data: str,
) -> str:
    """The model card: what it was trained on, and how it reads texts that it had not seen."""
    return "\n".join(_card(service, corpora, config, model, answers, folds, seed, data)) + "\n"


def _card(
    service: Service,
    corpora: Sequence[Corpus],
    config: TextConfig,
    model: TextModel,
    answers: Answers,
    folds: int,
    seed: int,
    data: str,
) -> Iterator[str]:
    yield "# Component of the text reader\n"
    yield "**Intended use.** Choosing among the findings that Differentia's reader sees in clinical"
    yield "text in English, as the annotators of the texts below would. For research use; not for"
    yield "diagnosis without a clinician.\n"
    yield f"**Data.** {data}\n"
    for corpus in corpora:
        marked = sum(len(d.mentions) for d in corpus.documents)
        yield f"- {corpus.name}: {len(corpus.documents):,} documents, {marked:,} annotations"
    yield f"\n**Release.** {service.release}: " + ", ".join(
        f"{name} {version}" for name, version in service.versions.items()
    )
    remembered = "all names and concepts" if config.names.remember_everything else "these names"
    yield f"\n**Learned.** {len(model.names):,} names that the release lacks; and of {remembered},"
    yield "how often they were marked where they were met."
    yield "\n**Measured** on texts that it was not trained on: "
    yield f"{folds} folds by document, seed {seed};"
    yield "sets of ids a document, exact; in brackets 95 % by resampling documents.\n"
    yield "| corpus | documents | reader | precision | recall | F1 |"
    yield "|---|--:|---|--:|--:|--:|"
    for corpus in corpora:
        for name, reader in (("without", None), ("with", answers)):
            yield _row(evaluate(service, corpus, reader=reader, name=name, seed=seed))
    yield "\nIt follows the habits of these annotators, and may leave out of other texts what they"
    yield "did not use to mark: measure it there before use (`differentia evaluate text`)."


def _row(result: TextResult) -> str:
    score = result.scores[DOCUMENT]
    figures = " | ".join(interval(f) for f in (score.precision, score.recall, score.f1))
    return f"| {result.corpus} | {result.documents:,} | {result.reader} | {figures} |"


def write(model: TextModel, text: str, folder: Path) -> None:
    """Write a component and its card into a folder. Raises InvalidField."""
    try:
        model.to_disk(folder)
        (folder / CARD).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InvalidField("--output", f"{folder} cannot be written: {error.strerror}.") from None
