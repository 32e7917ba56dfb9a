"""Each concept of the phrases and of DDXPlus's evidences stands in what ships, under that label."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from api.ddxplus import EVIDENCE_COLUMNS, MAPPING
from nlp.phrases import rows
from ontologies import curated_knowledge
from ontologies.source import Shipped
from ontologies.tables import Table


@cache
def findings() -> dict[str, str]:
    """Labels of our own findings by id."""
    known = curated_knowledge.read(curated_knowledge.folder())
    return {row.value.id: row.value.label for row in known.findings}


def named() -> Iterator[tuple[str, str, str]]:
    for row in rows():
        yield "phrases", row["concept"], row["label"]
    path = Shipped(name=MAPPING).locate() / "evidences.tsv"
    for _, row in Table(path, EVIDENCE_COLUMNS, quoted=False, remarks=True):
        yield "evidences", row["concept"], row["label"]


OURS = sorted({one for one in named() if one[1].startswith("DX:")})


@pytest.mark.parametrize(("where", "concept", "label"), OURS)
def test_a_finding_of_ours_is_in_the_tables(where: str, concept: str, label: str) -> None:
    assert findings().get(concept) == label, where
