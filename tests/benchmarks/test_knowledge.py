"""The curated tables are in order, and docs/knowledge is what they give."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from api.render.knowledge_pages import pages
from benchmarks import knowledge
from domain.assertions import Concept
from domain.identifiers import Curie
from kg.knowledge_checks import check_folder
from ontologies.curated_knowledge import folder, read
from tests.ontologies.curated import write
from tests.ontologies.samples import TOY_DISEASE, TOY_FIGURE

PAGES = Path(__file__).resolve().parents[2] / "docs" / "knowledge"


@pytest.fixture(scope="module")
def hpo() -> Mapping[Curie, Concept]:
    return knowledge.installed_hpo()


def test_the_tables_that_are_shipped_break_no_rule(hpo: Mapping[Curie, Concept]) -> None:
    tables, issues = check_folder(folder(), hpo)
    assert [str(issue) for issue in issues if issue.severity == "error"] == []
    opened = [row.value for row in tables.figures if row.value.weighs]
    assert len(tables.diseases) >= 80
    assert len(opened) >= 900
    assert sum(figure.value is not None for figure in opened) >= 0.6 * len(opened)


def test_the_pages_are_those_that_the_tables_give(hpo: Mapping[Curie, Concept]) -> None:
    made = pages(read(folder()), hpo)
    assert {path.name for path in PAGES.iterdir()} == set(made), "run `make knowledge`"
    for name, text in made.items():
        assert (PAGES / name).read_text("utf-8") == text, f"{name}: run `make knowledge`"


def test_an_error_is_printed_and_ends_the_check(
    tmp_path: Path,
    hpo: Mapping[Curie, Concept],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    tables = tmp_path / "tables"
    tables.mkdir()
    write(tables, diseases=[TOY_DISEASE], figures=[TOY_FIGURE | {"opened": ""}])
    written = tmp_path / "pages"
    monkeypatch.setattr(knowledge, "installed_hpo", lambda: hpo)
    monkeypatch.setattr("sys.argv", ["x", "--tables", str(tables), "--pages", str(written)])
    with pytest.raises(SystemExit, match="2 errors in"):
        knowledge.main()
    said = capsys.readouterr().err
    assert "toy.figures.tsv:3" in said
    assert "what was not opened has no weight" in said
    assert not written.exists()


def test_pages_are_written_and_those_of_old_groups_removed(
    tmp_path: Path,
    hpo: Mapping[Curie, Concept],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    tables, written = tmp_path / "tables", tmp_path / "pages"
    tables.mkdir()
    written.mkdir()
    (written / "old.md").write_text("old")
    disease = TOY_DISEASE | {"settled_by": "HP:0001640"}
    write(tables, diseases=[disease], figures=[TOY_FIGURE])
    monkeypatch.setattr(knowledge, "installed_hpo", lambda: hpo)
    monkeypatch.setattr("sys.argv", ["x", "--tables", str(tables), "--pages", str(written)])
    knowledge.main()
    assert {path.name for path in written.iterdir()} == {"README.md", "toy.md"}
    assert "1 diseases, 1 figures opened, 1 of them with a number, 1 references" in (
        capsys.readouterr().out
    )


def test_what_was_read_again_is_of_the_tables_and_the_rest_is_listed() -> None:
    tables = read(folder())
    known = {row.value.reference for row in tables.figures}
    lines = knowledge.READ_AGAIN.read_text("utf-8").splitlines()
    again = {line.split("\t")[0] for line in lines if not line.startswith(("#", "reference"))}
    left = knowledge.unread(tables)
    assert again <= known
    assert {reference for _, reference in left} == known - again
    assert [n for n, _ in left] == sorted((n for n, _ in left), reverse=True)
