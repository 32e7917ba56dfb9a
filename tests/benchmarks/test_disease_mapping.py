"""The shipped mapping is the one that is made here, and what is said of it is so."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from benchmarks.disease_mapping import (
    GENES,
    Agreement,
    Pair,
    first_half,
    fit,
    installed,
    mapping_text,
    mondo_pairs,
    read_genes,
)
from domain.identifiers import Curie
from kg.build import draft
from kg.disease_names import read_name
from kg.graph import Graph
from kg.match_diseases import WEIGHTS, Entry, Match, compare, entries, propose
from ontologies import format as formats
from ontologies.files import sha256_of
from ontologies.source import Shipped, load

ROOT = Path(__file__).resolve().parents[2]
SOURCE = load("omim_orphanet")


@pytest.fixture(scope="module")
def graph() -> Graph:
    return draft([installed("hpo"), installed("hpoa")]).graph


@pytest.fixture(scope="module")
def lists(graph: Graph) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    return entries(graph, read_genes(GENES.locate()))


@pytest.fixture(scope="module")
def shipped() -> Path:
    assert isinstance(SOURCE.carrier, Shipped)
    return SOURCE.carrier.locate()


def pair(match: Match) -> Pair:
    return match.omim.id, match.orpha.id


def test_the_shipped_file_is_the_catalogues_and_joins_one_to_one(
    shipped: Path, graph: Graph
) -> None:
    content = formats.read(shipped, SOURCE.name)
    assert SOURCE.sha256 == {content.version: sha256_of(shipped)}
    labels = {c.id: c.label for c in graph.concepts}
    for row in content.mappings:
        assert (row.subject.prefix, row.object.prefix) == ("OMIM", "ORPHA")
        assert row.predicate == "skos:exactMatch"
        assert row.subject_label == labels[row.subject]
        assert row.object_label == labels[row.object]
    ends = [i for row in content.mappings for i in (row.subject, row.object)]
    assert len(set(ends)) == len(ends) > 3_000


def test_the_shipped_file_is_what_the_installed_files_give(
    shipped: Path, lists: tuple[tuple[Entry, ...], tuple[Entry, ...]]
) -> None:
    made = mapping_text(propose(compare(*lists)), "2025-01-16").splitlines()
    there = shipped.read_text("utf-8").splitlines()
    assert len(made) == len(there)
    for one, other in zip(made, there, strict=True):
        if one == other:
            continue
        # Sums of another machine may differ in the last place that is written.
        cells, kept = one.split("\t"), other.split("\t")
        assert cells[:6] == kept[:6]
        assert float(cells[6]) == pytest.approx(float(kept[6]), abs=0.011)


def test_the_documented_figures_are_those_of_mondo(
    material: Path, shipped: Path, graph: Graph, lists: tuple[tuple[Entry, ...], tuple[Entry, ...]]
) -> None:
    concepts = {c.id: c for c in graph.concepts}
    mondo = mondo_pairs(material / "ontologies" / "mondo", concepts)
    assert len(mondo) == 2080
    ours = {(r.subject, r.object) for r in formats.read(shipped, SOURCE.name).mappings}
    everyone = {e.id for e in lists[0]}
    data = (ROOT / "docs" / "data.md").read_text("utf-8")
    table = dict(re.findall(r"^\| (chosen on|the other half|both) \|(.*)\|$", data, re.MULTILINE))
    half = first_half(everyone)
    for title, among in (
        ("chosen on", half), ("the other half", everyone - half), ("both", everyone)
    ):  # fmt: skip
        found = Agreement.of(ours, mondo, among)
        cells = [cell.strip() for cell in table[title].split("|")]
        proposed = found.same + found.other + found.neither
        assert cells[:4] == [f"{n:,}" for n in (proposed, found.same, found.other, found.neither)]
        for cell, line in zip(cells[4:], found.lines()[1:], strict=True):
            assert cell in line


def test_agreement_counts_by_what_mondo_says() -> None:
    mondo = {("OMIM:1", "ORPHA:1"), ("OMIM:2", "ORPHA:2"), ("OMIM:9", "ORPHA:9")}
    ours = {
        ("OMIM:1", "ORPHA:1"), ("OMIM:2", "ORPHA:7"), ("OMIM:3", "ORPHA:9"), ("OMIM:4", "ORPHA:4"),
    }  # fmt: skip
    found = Agreement.of(ours, mondo, {f"OMIM:{n}" for n in range(1, 6)})
    assert found == Agreement(same=1, other=2, neither=1, reference=2)
    assert "0.250 (" in found.lines()[1]
    assert "0.333 (" in found.lines()[2]
    assert "0.500 (" in found.lines()[3]


def test_halves_are_drawn_once_and_for_all() -> None:
    ids = [f"OMIM:{n}" for n in range(101)]
    half = first_half(ids)
    assert len(half) == 50
    assert half == first_half(reversed(ids))
    assert half != first_half(ids, seed=1)


def made_match(number: int, **signs: float) -> Match:
    def end(prefix: str) -> Entry:
        return Entry(
            id=Curie(f"{prefix}:{number}"),
            label='The "same"',
            name=read_name("Same"),
            terms=frozenset(),
            genes=frozenset({"GENE2", "GENE1"}),
            inheritance=frozenset(),
        )

    return Match(
        omim=end("OMIM"),
        orpha=end("ORPHA"),
        names=0.5,
        findings=0.25,
        signs=dict.fromkeys(WEIGHTS, 0.0) | {"any pair": 1.0} | signs,
        objection=None,
    )


def test_fitted_weights_are_the_log_odds_of_what_was_seen() -> None:
    """Worked: of pairs with equal names 30 of 40 are right, of the others 10 of 40."""
    matches = [made_match(n, **{"names equal": float(n < 40)}) for n in range(80)]
    right = {pair(m) for n, m in enumerate(matches) if n < 30 or 40 <= n < 50}
    weights = fit(matches, right, ridge=1e-9)
    assert weights["any pair"] == pytest.approx(math.log(10 / 30), abs=0.005)
    assert weights["names equal"] == pytest.approx(math.log(3) - math.log(1 / 3), abs=0.01)


def test_a_mapping_is_written_so_that_it_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "ours.tsv"
    file.write_text(mapping_text([made_match(1, **{"names equal": 1.0})], "2020-02-03"), "utf-8")
    content = formats.read(file, "ours")
    assert content.version == "2020-02-03"
    (row,) = content.mappings
    assert (row.subject, row.object, row.subject_label) == ("OMIM:1", "ORPHA:1", 'The "same"')
    assert row.justification == "semapv:LexicalMatching"
    assert file.read_text("utf-8").endswith(
        "equal names; findings alike 0.25; genes GENE1, GENE2\n"
    )
