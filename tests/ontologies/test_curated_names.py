"""Tables of names of our own: well formed, and of concepts that exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.errors import SourceError
from ontologies.curated_names import COLUMNS, curated_names, names_digest

HEADER = "\t".join(COLUMNS)


def write(folder: Path, *lines: str) -> Path:
    (folder / "mine.tsv").write_text("\n".join([HEADER, *lines]) + "\n", "utf-8")
    return folder


def test_a_table_is_read_with_its_remarks_left_out(tmp_path: Path) -> None:
    (name,) = curated_names(write(tmp_path, "# a remark", "", "SOB\tHP:0002094\texact\tany"))
    assert (name.name, name.concept, name.kind, name.context) == (
        "SOB", "HP:0002094", "exact", "any",
    )  # fmt: skip


@pytest.mark.parametrize(
    "line", ["SOB\tHP:0002094\texact", "SOB\tHP:0002094\tsame\tany", "SOB\tHP:0002094\texact\tsea"]
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(SourceError, match=r"mine.tsv.*2"):
        curated_names(write(tmp_path, line))


def test_a_table_with_other_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.tsv").write_text("name\tid\n", "utf-8")
    with pytest.raises(SourceError, match="lacks the column concept"):
        curated_names(tmp_path)


def test_the_digest_follows_the_tables(tmp_path: Path) -> None:
    before = names_digest(write(tmp_path, "SOB\tHP:0002094\texact\tany"))
    assert before == names_digest(tmp_path)
    assert before != names_digest(write(tmp_path, "SOB\tHP:0002094\tnarrow\tany"))
