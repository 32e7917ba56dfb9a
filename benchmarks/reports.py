"""The table "Reports" of docs/accuracy.md, from the annotated texts in a folder.

    python -m benchmarks.reports FOLDER

FOLDER holds `hpo-gsc-plus`, `hpo-genereviews`, `hpo-val`, `context-sentences-dev.tsv`,
`openi-reports-dev.csv.gz` and `openi-labels14-dev.csv.gz`; what is absent is left out.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from api.evaluate_text import DOCUMENT, LABELS, Reader, dictionary, evaluate
from api.render.text_tables import interval
from api.service import Service
from api.settings import Settings
from api.text_scores import Score
from api.train_text import cross_validated
from nlp.corpora import read_corpus
from nlp.text_model import TextConfig

#: Corpora with what to call their measures; the first is cross-validated as well.
CORPORA: dict[str, dict[str, str]] = {
    "hpo-gsc-plus": {DOCUMENT: "HPO findings by document, GSC+"},
    "hpo-genereviews": {DOCUMENT: "the same, GeneReviews"},
    "hpo-val": {DOCUMENT: "the same, texts of OMIM (`hpo-val`)"},
    "context-sentences-dev.tsv": {
        "negated": "negated, of given targets",
        "historical": "historical",
        "hypothetical": "hypothetical or not particular",
    },
    "openi-reports-dev.csv.gz": {LABELS: "13 chest findings, OpenI"},
}
LABEL_FILE = "openi-labels14-dev.csv.gz"
FOLDS = 5


def rows(service: Service, folder: Path) -> Iterator[str]:
    """The rows of the table, in Markdown."""
    plain = dictionary(service)
    for number, (name, measures) in enumerate(CORPORA.items()):
        path = folder / name
        if not path.exists():
            continue
        corpus = read_corpus(path, labels=folder / LABEL_FILE)
        readers: dict[str, Reader] = {"reader": service.reader, "dictionary": plain}
        if number == 0:
            trained = cross_validated(service, [corpus], TextConfig.read(), folds=FOLDS, seed=0)
            readers[f"component, {FOLDS} folds"] = trained
        results = {n: evaluate(service, corpus, reader=r, name=n) for n, r in readers.items()}
        for measure, called in measures.items():
            scores = {n: result.scores[measure] for n, result in results.items()}
            yield row(called, len(corpus.documents), scores)
            if number == 0:
                score = scores[f"component, {FOLDS} folds"]
                yield row(f"with a component trained on it, {FOLDS} folds", len(corpus.documents),
                          {"reader": score, "dictionary": scores["dictionary"]})  # fmt: skip


def row(called: str, documents: int, scores: dict[str, Score]) -> str:
    """One row: what, documents, marked, the reader's three figures, the dictionary's F1."""
    ours, theirs = scores["reader"], scores["dictionary"]
    cells = (
        called,
        f"{documents:,}",
        f"{ours.counts.gold:,}",
        f"{ours.precision.value:.3f}",
        f"{ours.recall.value:.3f}",
        interval(ours.f1),
        interval(theirs.f1),
    )
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    print("| what | documents | marked | precision | recall | F1 | plain dictionary, F1 |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for line in rows(Service(Settings.load()), options.folder):
        print(line, flush=True)


if __name__ == "__main__":
    main()
