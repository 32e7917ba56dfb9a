"""The presentations of our own: each is of one disease of the shipped tables, and of no other."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from api.vignettes import read_vignettes
from ontologies.curated_knowledge import folder, read

FILE = Path(__file__).resolve().parents[2] / "benchmarks" / "presentations.jsonl"


def test_each_is_of_one_disease_and_no_disease_has_two() -> None:
    labels = [row.value.label for row in read(folder()).diseases]
    vignettes = read_vignettes(FILE)
    of = [[label for label in labels if v.is_right((label,))] for v in vignettes]
    assert all(len(found) == 1 for found in of)
    assert max(Counter(found[0] for found in of).values()) == 1
    assert len(of) >= 0.95 * len(labels)


def test_none_names_its_answer() -> None:
    for vignette in read_vignettes(FILE):
        answer = vignette.right.pattern.strip("^$").replace("\\", "").lower()
        assert answer not in vignette.text.lower(), vignette.id
