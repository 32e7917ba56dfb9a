"""Cases of our own: each is of one disease of the shipped tables, and of no other."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from api.vignettes import read_vignettes
from ontologies.curated_knowledge import folder, read

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
#: Files that together have a case of nearly every disease.
SETS = (("presentations",), ("examinations-read", "examinations-unread"))
FILES = [name for names in SETS for name in names]


@pytest.mark.parametrize("names", SETS)
def test_each_is_of_one_disease_and_no_disease_has_two(names: tuple[str, ...]) -> None:
    labels = [row.value.label for row in read(folder()).diseases]
    vignettes = [v for n in names for v in read_vignettes(BENCHMARKS / f"{n}.jsonl")]
    of = [[label for label in labels if v.is_right((label,))] for v in vignettes]
    assert all(len(found) == 1 for found in of)
    assert max(Counter(found[0] for found in of).values()) == 1
    assert len(of) >= 0.95 * len(labels)


@pytest.mark.parametrize("name", FILES)
def test_none_names_its_answer(name: str) -> None:
    for vignette in read_vignettes(BENCHMARKS / f"{name}.jsonl"):
        answer = vignette.right.pattern.strip("^$").replace("\\", "").lower()
        assert answer not in vignette.text.lower(), vignette.id
