"""Curated tables of toys, as tests write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ontologies.formats import curated_diseases, curated_figures, curated_findings
from tests.ontologies.samples import tsv

Cells = dict[str, str]


def write(folder: Path, group: str = "toy", **rows: Sequence[Mapping[str, str]]) -> Path:
    """The three tables of a group with the rows given: `diseases`, `findings`, `figures`."""
    for what, form in (
        ("diseases", curated_diseases),
        ("findings", curated_findings),
        ("figures", curated_figures),
    ):
        text = tsv(form.COLUMNS, *rows.get(what, ()))
        (folder / f"{group}.{what}.tsv").write_text(text, "utf-8")
    return folder
