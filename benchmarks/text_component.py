"""What the trained component of the text reader adds, part by part, beside simpler ones.

Document-level F1: cross-validated by document on the first corpus, and for what was trained on all
of it on the others, which it has nothing to do with. "logistic" is a logistic regression over the
same numbers in place of the network; "learned names alone" judges nothing.

    python -m benchmarks.text_component hpo-gsc-plus hpo-genereviews hpo-val
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from sklearn.linear_model import LogisticRegression
from spacy.tokens import Doc

from api.service import Service
from api.settings import Settings
from api.train_text import documents_of
from nlp import training
from nlp.candidates import features
from nlp.corpora import Corpus, GoldDocument, read_corpus
from nlp.learned import LEARNED
from nlp.measures import Counts, same
from nlp.mentions import MENTIONS
from nlp.ranker import GOLD, truths
from nlp.text_model import TextConfig
from ontologies.lexicon import Lexicon
from reasoning.splits import folds as split

#: Reads the concepts of a text.
Read = Callable[[str], frozenset[str]]
#: What is changed of the configuration that ships.
Changes = dict[tuple[str, str], Any]
VARIANTS: dict[str, Changes] = {
    "component": {},
    "component, names of two words or more": {("names", "least_words"): 2},
    "component, names of two documents or more": {("names", "least_documents"): 2},
    "component, only learned names remembered": {("names", "remember_everything"): False},
    "component without names": {("names", "least_documents"): 1_000_000},
}


class Bench:
    """Trains on documents, each time in another way."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.lexicon = service.lexicon
        terms = service.knowledge.terms
        self.labels: dict[str, str] = {terms.id(n): terms.label(n) for n in range(len(terms))}
        self.config = TextConfig.read()

    def _over(self, lexicon: Lexicon) -> Any:
        return self.service.reader_over(lexicon, None)

    def rules(self, _: Sequence[GoldDocument]) -> Read:
        """The reader as it is."""
        return reading(self.service.reader_over(self.lexicon, None).pipeline)

    def component(self, changes: Changes, documents: Sequence[GoldDocument]) -> Read:
        """The component, with some settings changed."""
        source = self.config.source.copy()
        for (section, name), value in changes.items():
            source[section][name] = value
        config = TextConfig(source, "benchmark")
        model = training.train(self._over, self.lexicon, documents, self.labels, config)
        return reading(self.service.reader_over(self.lexicon, model).pipeline)

    def logistic(self, documents: Sequence[GoldDocument]) -> Read:
        """Logistic regression in place of the network."""
        lesson = self._lesson(documents)
        rows = [
            features(d.user_data[MENTIONS], lesson.memory.recall(d.user_data[GOLD]))
            for d in lesson.docs
        ]
        answers = [t for d in lesson.docs for t in truths(d)]
        fitted = LogisticRegression(max_iter=5000).fit(np.concatenate(rows), answers)
        recall = lesson.memory.recall(None)
        least = self.config.component

        def read(text: str) -> frozenset[str]:
            mentions = lesson.pipeline(text).user_data[MENTIONS]
            if not mentions:
                return frozenset()
            scores = fitted.predict_proba(features(mentions, recall))[:, 1]
            return frozenset(
                m.entry.concept
                for m, score in zip(mentions, scores, strict=True)
                if score >= least["add" if m.entry.type == LEARNED else "keep"]
            )

        return read

    def names(self, documents: Sequence[GoldDocument]) -> Read:
        """Learned names, all of them believed."""
        return reading(self._lesson(documents).pipeline)

    def _lesson(self, documents: Sequence[GoldDocument]) -> training.Lesson:
        return training.prepare(self._over, self.lexicon, documents, self.labels, self.config.names)


def reading(pipeline: Callable[[str], Doc]) -> Read:
    """The concepts that a pipeline leaves."""
    return lambda text: frozenset(m.entry.concept for m in pipeline(text).user_data[MENTIONS])


def counted(read: Read, documents: Iterable[GoldDocument]) -> Counts:
    """Sets of ids a document, summed."""
    return sum((same({m.concept for m in d.mentions}, read(d.text)) for d in documents), Counts())


def crossed(
    train: Callable[[Sequence[GoldDocument]], Read],
    documents: Sequence[GoldDocument],
    count: int,
    seed: int,
) -> Counts:
    """Each document read by what was trained on the other folds."""
    fold = split(np.arange(len(documents)), count, seed=seed)
    total = Counts()
    for n in range(count):
        read = train([d for d, f in zip(documents, fold, strict=True) if f != n])
        total += counted(read, [d for d, f in zip(documents, fold, strict=True) if f == n])
    return total


def table(bench: Bench, corpora: Sequence[Corpus], *, folds: int, seed: int) -> Table:
    """Everything measured, a row a way of training."""
    first, *others = [documents_of(bench.service, [c]) for c in corpora]
    result = Table(title=f"F1 by document (precision / recall); {folds} folds, seed {seed}")
    result.add_column("what")
    result.add_column(f"{corpora[0].name}, cross-validated", justify="right")
    for corpus in corpora[1:]:
        result.add_column(f"{corpus.name}, trained on {corpora[0].name}", justify="right")
    ways: dict[str, Callable[[Sequence[GoldDocument]], Read]] = {
        "reader": bench.rules,
        "learned names alone": bench.names,
        "logistic": bench.logistic,
    }
    for name, changes in VARIANTS.items():
        ways[name] = partial(bench.component, changes)
    for name, train in ways.items():
        read = train(first)
        cells = [crossed(train, first, folds, seed), *(counted(read, d) for d in others)]
        result.add_row(name, *(f"{c.f1:.3f} ({c.precision:.3f} / {c.recall:.3f})" for c in cells))
    return result


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "corpora", nargs="+", type=Path, help="annotated texts; trained on the first"
    )
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    bench = Bench(Service(Settings.load()))
    corpora = [read_corpus(path) for path in options.corpora]
    Console(width=140).print(table(bench, corpora, folds=options.folds, seed=options.seed))


if __name__ == "__main__":
    main()
