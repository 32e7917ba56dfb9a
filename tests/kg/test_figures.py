"""Figures of the literature in both stores: the same expectations of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from api.service import Service
from api.settings import Settings
from domain.assertions import SAME_AS
from domain.evidence import ConceptRef
from domain.figures import Against, Class, Figure, Kind, Measure, Review, Setting
from domain.identifiers import Curie
from kg.build import draft, find_inputs
from kg.diff import compare, summary
from kg.graph import Graph, figure_order, graph_of
from kg.loading import InMemory
from kg.store import GraphStore
from tests.conftest import SOURCES, WITH_FIGURES
from tests.kg.conftest import Neo4j, close

FAILURE, PLEURISY, OMIM = Curie("DX:toy-failure"), Curie("MONDO:9999001"), Curie("OMIM:100001")
TABLES = WITH_FIGURES["common"][0]


def with_omim(folder: Path) -> dict[str, list[Path]]:
    """The toys, TOY:2 being the OMIM entry that the reviewed row of toy failure names."""
    hpoa = folder / "omim.hpoa"
    hpoa.write_text(SOURCES["hpoa"][0].read_text().replace("TOY:2\t", f"{OMIM}\t"))
    return {**WITH_FIGURES, "hpoa": [hpoa]}


@pytest.fixture(params=["file", "neo4j"])
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Service]:
    """The toys with figures, active in each kind of store."""
    settings = Settings(home=tmp_path)
    if request.param == "neo4j":
        neo4j: Neo4j = request.getfixturevalue("empty")
        settings = neo4j.settings(tmp_path)
    made = Service(settings)
    made.releases.activate(made.build(with_omim(tmp_path))[0])
    yield made
    close(made)


@pytest.fixture
def store(service: Service) -> GraphStore:
    return service.store


def test_a_figure_comes_back_whole(store: GraphStore) -> None:
    (ratio,) = (f for f in store.figures_of(FAILURE) if f.measure is Measure.LR_NEGATIVE)
    assert ratio == Figure(
        disease=FAILURE, concept=Curie("HP:0001640"), absent=True, words="no cardiomegaly on film",
        threshold="", kind=Kind.FILM, measure=Measure.LR_NEGATIVE, printed="0.33", value=0.33,
        word=None, count=None, total=None, interval="0.23-0.48",
        population="invented patients, one hospital", setting=Setting.EMERGENCY,
        comparator="breathless patients without toy heart failure", against=Against.WITHOUT,
        reference="PMID:11", opened="2026-01-02", review=Review.OPENED, note="", source="common",
        line=6,
    )  # fmt: skip
    (word,) = (f for f in store.figures_of(FAILURE) if f.word)
    assert (word.word, word.value, word.note) == (Class.COMMON, None, 'said of "most" toys')
    (share,) = (f for f in store.figures_of(PLEURISY) if f.measure is Measure.FREQUENCY)
    assert (share.count, share.total, share.threshold) == (9, 10, ">= 10 mm")
    (collected,) = (f for f in store.figures() if not f.weighs)
    assert (collected.reference, collected.opened) == ("PMID:13", "")


def test_figures_come_by_disease_in_their_order(store: GraphStore) -> None:
    of_each = [*store.figures_of(FAILURE), *store.figures_of(PLEURISY)]
    assert len(of_each) == 14
    assert list(store.figures()) == of_each == sorted(of_each, key=figure_order)
    for nothing in (OMIM, Curie("TOY:1"), Curie("HP:0001640"), Curie("DX:nowhere")):
        assert list(store.figures_of(nothing)) == []


def test_what_settles_and_must_not_be_missed_is_a_figure_too(store: GraphStore) -> None:
    said = {(f.measure, f.concept): f for f in store.figures_of(FAILURE) if f.line == 3}
    missed = said[Measure.MUST_NOT_MISS, Curie("HP:0000001")]
    assert (missed.words, missed.reference) == ("a toy that fails stops", "PMID:11")
    settling = {concept for measure, concept in said if measure is Measure.SETTLES}
    assert settling == {"HP:0001640", "DX:toy-lines"}


def test_a_figure_is_no_assertion_and_no_place_in_the_hierarchy(store: GraphStore) -> None:
    assert list(store.assertions_of(FAILURE)) == []
    assert store.diseases_of(Curie("HP:0002202")) == frozenset()
    assert store.ancestors(FAILURE) == frozenset()
    assert list(store.path(FAILURE, Curie("HP:0001640"))) == []
    assert store.ancestors(Curie("DX:toy-lines")) >= {"HP:0001626", "HP:0000001"}


def test_the_graph_and_its_hash_are_those_that_were_built(service: Service, tmp_path: Path) -> None:
    made = draft(find_inputs(with_omim(tmp_path)))
    assert graph_of(service.store) == made.graph
    manifest = service.releases.manifest(service.release)
    assert graph_of(service.store).content_hash == manifest["content_sha256"]
    assert not service.releases.modified(service.release)
    assert (manifest["counts"]["figures"], manifest["counts"]["figures opened"]) == (14, 13)
    assert manifest["rows_by_source"] == {"common": 14, "hpoa": 22}


def test_a_fused_disease_leads_with_its_curated_id(service: Service) -> None:
    assert service.store.same_as(FAILURE) == {OMIM}
    assert service.store.same_as(OMIM) == {FAILURE}
    (link,) = (x for x in service.store.links() if x.predicate == SAME_AS)
    assert (link.subject, link.object, link.source) == (FAILURE, OMIM, "common")
    assert Curie("DOID:7") in {x.object for x in service.store.links_of(FAILURE)}
    knowledge = service.knowledge
    number = knowledge.disease(OMIM)
    assert number is not None
    assert number == knowledge.disease(FAILURE)
    assert knowledge.diseases.ref(number) == ConceptRef(id=FAILURE, label="Toy heart failure")
    assert knowledge.same_as(number) == (OMIM,)


def changed(folder: Path, old: str, new: str) -> dict[str, list[Path]]:
    """The toys with one text of their figures changed."""
    common = folder / "changed"
    common.mkdir()
    for file in TABLES.iterdir():
        text = file.read_text("utf-8")
        if file.name == "toy.figures.tsv":
            assert text.count(old) == 1
            text = text.replace(old, new)
        (common / file.name).write_text(text, "utf-8")
    return {**with_omim(folder), "common": [common]}


def test_a_figure_that_changed_is_one_change(service: Service, tmp_path: Path) -> None:
    other = draft(find_inputs(changed(tmp_path, "\t2.1\t2.1\t", "\t2.3\t2.3\t"))).graph
    (change,) = compare(service.store, InMemory(other))
    assert (change.kind, change.action, change.source) == ("figure", "changed", "common")
    assert (change.subject, change.object) == (PLEURISY, "HP:0002650")
    rest = "1.1-4.0, ward, healthy toys, healthy"
    assert change.before == f"odds_ratio PMID:11 2.1, {rest}"
    assert change.after == f"odds_ratio PMID:11 2.3, {rest}"
    assert list(compare(service.store, service.store)) == []


def test_a_plan_counts_the_figures_that_come_and_go(service: Service, tmp_path: Path) -> None:
    sources = changed(tmp_path, "odds_ratio\t2.1", "risk_ratio\t2.1")
    planned = service.loader.plan(find_inputs(sources))
    assert summary(planned.changes) == {"common": {"figure added": 1, "figure removed": 1}}


def test_reviewing_a_figure_is_a_change(service: Service) -> None:
    """Only what was opened weighs: whether it was, belongs to what a figure says."""
    graph = graph_of(service.store)
    opened = [
        f if f.weighs else replace(f, review=Review.OPENED, opened="2026-01-03")
        for f in graph.figures
    ]
    other = InMemory(Graph.of(graph.concepts, graph.assertions, graph.links, opened))
    (change,) = compare(service.store, other)
    assert (change.kind, change.action) == ("figure", "changed")
    assert change.before == f"{change.after}, collected"


@pytest.mark.parametrize(
    ("old", "new"), [("HP:0002066", "HP:7777777"), ("HP:0002066", "HP:0000057")]
)
def test_a_figure_of_what_is_not_there_is_left_out_and_listed(
    old: str, new: str, tmp_path: Path
) -> None:
    """7777777 does not exist, 57 is obsolete: another release of HPO would have both."""
    whole = draft(find_inputs(WITH_FIGURES))
    made = draft(find_inputs(changed(tmp_path, old, new)))

    left = [row for row in made.manifest["left_out"] if row["source"] == "common"]
    assert left
    assert {row["concept"] for row in left} == {new}
    assert len(made.graph.figures) == len(whole.graph.figures) - len(left)


def test_a_finding_without_its_parent_is_left_out_with_its_figures(tmp_path: Path) -> None:
    findings = next(TABLES.glob("*.findings.tsv"))
    inputs = changed(tmp_path, "HP:0002066", "HP:0002066")
    parent = findings.read_text().splitlines()[-1].split("\t")[3]
    for path in inputs["common"][0].glob("*.findings.tsv"):
        path.write_text(path.read_text().replace(parent, "HP:7777777"))
    made = draft(find_inputs(inputs))

    gone = {r["concept"] for r in made.manifest["left_out"] if r["polarity"] == "parent"}
    assert gone
    assert not gone & {c.id for c in made.graph.concepts}
    assert not gone & {f.concept for f in made.graph.figures}


def test_a_reviewed_row_joins_beside_every_other_mapping(tmp_path: Path) -> None:
    """The reviewed row holds, although another source says the entry is something else."""
    mondo = tmp_path / "other.sssom.tsv"
    mondo.write_text(
        "#curie_map:\n#  MONDO: http://purl.obolibrary.org/obo/MONDO_\n"
        "#  OMIM: https://omim.org/entry/\n"
        "subject_id\tpredicate_id\tobject_id\tmapping_justification\n"
        f"MONDO:0000009\tskos:exactMatch\t{OMIM}\tsemapv:ManualMappingCuration\n",
        "utf-8",
    )
    graph = draft(find_inputs({**with_omim(tmp_path), "mondo": [mondo]})).graph
    same = {(x.subject, x.object) for x in graph.links if x.predicate == SAME_AS}
    assert same == {(FAILURE, OMIM)}


def test_a_reviewed_row_of_an_entry_that_is_not_there_is_listed() -> None:
    made = draft(find_inputs(WITH_FIGURES))
    assert not [x for x in made.graph.links if x.predicate == SAME_AS]
    (row,) = (r for r in made.manifest["left_out"] if r["source"] == "common")
    assert (row["disease"], row["concept"]) == (FAILURE, OMIM)
    assert row["reason"] == "the release lacks one of the two"
