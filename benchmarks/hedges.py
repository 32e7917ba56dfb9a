"""How often a finding that a report hedges has its label coded: the counts of `nlp/hedges.tsv`.

    python -m benchmarks.hedges REPORTS.csv.gz LABELS.csv.gz > nlp/hedges.tsv

Reports and labels as `evaluate text` reads them; the active release gives names and hierarchy. A
report counts once for each label and class of hedge: as coded where it has the label, whether or
not it also states the finding outright. The base rate of a class is the mean, over what it
counts, of the share of all reports that have that label: what one would expect without the words.
No weight of the program is trained on the reports; these counts are all that is taken from them.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

from api.chest_labels import chest_labels
from api.service import Service
from api.settings import Settings
from domain.evidence import TextSpan
from domain.findings import Experiencer, Observation, State, Time
from nlp.corpora import Corpus, GoldDocument, read_corpus
from nlp.hedges import COLUMNS, GRADES

SOURCE = "Demner-Fushman et al., J Am Med Inform Assoc 2016;23:304-310 (OpenI)"
#: Rare in the collection, and coded by another rule.
LEFT_OUT = frozenset(("Hernia",))


def counts(service: Service, corpus: Corpus) -> dict[str, list[tuple[str, bool]]]:
    """By class of hedge: the label and whether it is coded, for each report that hedges it."""
    concepts = chest_labels(service.knowledge)
    found: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for document in corpus.documents:
        if document.labels is None:
            continue
        hedged = {
            (label, o.hedge)
            for o in service.reader.read(document.text, document.name)
            if _hedged(o) and _inside(o, document)
            for label, meant in concepts.items()
            if o.concept in meant and label not in LEFT_OUT
        }
        for label, hedge in sorted((label, hedge) for label, hedge in hedged if hedge):
            found[hedge].append((label, label in document.labels))
    return found


def _hedged(o: Observation) -> bool:
    return (
        o.state is State.UNCERTAIN
        and o.time is Time.NOW
        and o.experiencer is Experiencer.PATIENT
        and o.hedge is not None
    )


def _inside(o: Observation, document: GoldDocument) -> bool:
    at = next(e.start for e in o.evidence if isinstance(e, TextSpan))
    return any(start <= at < end for start, end in document.scope)


def table(found: dict[str, list[tuple[str, bool]]], corpus: Corpus) -> list[str]:
    """The lines of the table, the weakest class first."""
    labelled = [d.labels for d in corpus.documents if d.labels is not None]
    labels = {label for marked in labelled for label in marked}
    share = {x: sum(x in marked for marked in labelled) / len(labelled) for x in labels}
    lines = ["\t".join(COLUMNS)]
    for grade, hedges in GRADES.items():
        for hedge in hedges:
            if of := found.get(hedge):
                base = sum(share[label] for label, _ in of) / len(of)
                coded = sum(is_coded for _, is_coded in of)
                lines.append(f"{hedge}\t{grade}\t{coded}\t{len(of)}\t{base:.4f}\t{SOURCE}")
    return lines


def main() -> None:
    reports, labels = map(Path, sys.argv[1:])
    corpus = read_corpus(reports, "reports", labels=labels)
    found = counts(Service(Settings.load()), corpus)
    print(f"# Counted by benchmarks/hedges.py on {len(corpus.documents):,} reports.")
    print("\n".join(table(found, corpus)))


if __name__ == "__main__":
    main()
