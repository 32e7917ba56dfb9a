"""Chest reports and their labels, where they are beside the checkout."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from domain.evidence import TextSpan
from domain.findings import Experiencer, Observation, State, Time
from domain.identifiers import Curie
from nlp.corpora import read_corpus
from nlp.reader import TextReader
from ontologies import source
from ontologies.chest_labels import chest_labels
from ontologies.curated_names import curated_names
from ontologies.formats import obo
from ontologies.lexicon import Lexicon, build


def below(concept: Curie, children: dict[Curie, list[Curie]]) -> Iterator[Curie]:
    yield concept
    for child in children[concept]:
        yield from below(child, children)


def holds(o: Observation) -> bool:
    likely = o.state is State.UNCERTAIN and (o.probability or 0.0) >= 0.5
    mine = o.experiencer is Experiencer.PATIENT and o.time is Time.NOW
    return mine and (likely or o.state is State.PRESENT)


def test_labels_of_reports_that_no_rule_was_made_on(material: Path) -> None:
    carrier = source.load("hpo").carrier
    assert carrier is not None
    concepts = obo.read(carrier.locate(), "hpo").concepts
    reader = TextReader(Lexicon.from_entries(build(concepts, curated_names())))
    children: dict[Curie, list[Curie]] = defaultdict(list)
    for concept in concepts:
        for parent in concept.parents:
            children[parent].append(concept.id)
    labels = {
        label: {c for m in meant for c in below(m, children)}
        for label, meant in chest_labels().items()
        if label != "Hernia"
    }
    folder = material / "nlp"
    corpus = read_corpus(
        folder / "openi-reports-dev.csv.gz",
        "reports",
        labels=folder / "openi-labels14-dev.csv.gz",
    )
    right = read = marked = 0
    for document in corpus.documents:
        if int(document.name) % 2:
            continue  # the rules were made on these
        assert document.labels is not None
        found = set()
        for o in filter(holds, reader.read(document.text)):
            (span,) = (e for e in o.evidence if isinstance(e, TextSpan))
            if any(start <= span.start < end for start, end in document.scope):
                found |= {label for label, meant in labels.items() if o.concept in meant}
        right += len(found & document.labels)
        read += len(found)
        marked += len(document.labels & labels.keys())
    assert marked > 480
    assert 2 * right / (read + marked) >= 0.91
