"""Run as a program: load 500 terms into Neo4j and die, as if by SIGKILL, at the N-th point.

A point is the moment before or after each transaction, and within one after each query. With
N = 0 nothing dies, and the release's id and the number of points are printed.

    python -m tests.kg.killed_bolt_load HOME N
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from api.service import Service
from api.settings import Settings
from kg import bolt_load
from kg.bolt_connection import Connection, Transaction
from tests.conftest import SOURCES
from tests.kg.killed_build import Points

TERMS = 500


def ontology(folder: Path) -> Path:
    """The toy ontology, with more terms below Scoliosis."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "more.obo"
    more = (
        f"\n[Term]\nid: HP:90{n:05}\nname: Scoliosis of kind {n}\nis_a: HP:0002650\n"
        for n in range(TERMS)
    )
    file.write_text(SOURCES["hpo"][0].read_text() + "".join(more))
    return file


def main(home: Path, fatal: int) -> None:
    sources = {**SOURCES, "hpo": [ontology(home)]}
    points = Points(fatal)
    vars(bolt_load)["BATCH"] = 20
    for owner, name in ((Connection, "write"), (Connection, "define"), (Transaction, "rows")):
        setattr(owner, name, points.around(getattr(owner, name)))
    service = Service(replace(Settings.load(), home=home))
    identifier, _ = service.build(sources)
    sys.stdout.write(f"{identifier} {points.passed}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
