"""Rank all diseases by hpo3's similarity, once a line of standard input, and print the seconds.

Runs in hpo3's own environment, because hpo3 and pyhpo install the same module name. The first line
of output is `ready`, the number of diseases and the version of hpo3's knowledge; after that each
line of input starts one ranking. The query is the command line's HP ids.
"""

from __future__ import annotations

import importlib
import sys
import time


def main(terms: list[str]) -> None:
    """Load the ontology, build every disease's term set, and answer until input ends."""
    pyhpo = importlib.import_module("pyhpo")
    helper = importlib.import_module("pyhpo.helper")
    pyhpo.Ontology()
    diseases = [*pyhpo.Ontology.omim_diseases, *pyhpo.Ontology.orpha_diseases]
    query = pyhpo.HPOSet.from_queries(terms)
    pairs = [(query, disease.hpo_set()) for disease in diseases]
    print("ready", len(diseases), pyhpo.Ontology.version(), flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        scores = helper.batch_set_similarity(
            pairs, kind="omim", method="resnik", combine="funSimAvg"
        )
        sorted(range(len(scores)), key=scores.__getitem__, reverse=True)[:10]
        print(time.perf_counter() - start, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
