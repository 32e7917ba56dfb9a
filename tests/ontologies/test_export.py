"""A graph written out and read back is the same graph."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.assertions import (
    CODE,
    DISEASE,
    PHENOTYPE,
    SAME_AS,
    XREF,
    Aspect,
    Assertion,
    Concept,
    Frequency,
    Link,
    Sex,
    Synonym,
)
from domain.errors import InvalidField
from domain.figures import Against, Class, Figure, Kind, Measure, Review, Setting
from domain.identifiers import Curie
from kg.assemble import assemble
from kg.build import find_inputs
from kg.export import FORMS, export
from kg.graph import Graph
from kg.shapes import validate_rdf
from ontologies import format as formats
from ontologies import vocabulary as v
from ontologies.export import obographs
from tests.conftest import WITH_FIGURES

MANIFEST = {
    "id": "0123456789ab",
    "sources": [
        {"name": "hpo", "title": "Human Phenotype Ontology", "version": "2025-01-16",
         "licence": "HPO licence", "licence_url": "https://hpo.jax.org/license",
         "citation": "Gargano MA et al."},
    ],
}  # fmt: skip


def toy_graph() -> Graph:
    """The toy knowledge base, with links and with everything that a term can say."""
    files_of = WITH_FIGURES | {"common": sorted(WITH_FIGURES["common"][0].iterdir())}
    contents = {name: [formats.read(f, name) for f in files] for name, files in files_of.items()}
    graph = assemble(contents).graph
    odd = Concept(
        id=Curie("LOCAL:a/b(1)"),
        label='A "label" with \\ and \u00e9 \U0001f600',
        category=DISEASE,
        definition="Two\nlines,\tone tab.",
        synonyms=(
            Synonym(text="odd", scope="exact", type="layperson"),
            Synonym(text="odd", scope="related"),
            Synonym(text="od", scope="narrow", type="OMO:0003012"),
        ),
        xrefs=("UMLS:C1", "url:http://x"),
        alt_ids=(Curie("LOCAL:old"),),
    )
    code = Concept(id=Curie("MONDO:0000001"), label="toy", category=CODE)
    other = Concept(id=Curie("ORPHA:1"), label="Toy", category=DISEASE)
    third = Concept(id=Curie("OMIM:1"), label="TOY", category=DISEASE)
    row = graph.assertions[0]
    said = replace(
        row, disease=odd.id, line=900, excluded=True, frequency=None, sex=Sex.MALE,
        onset=Curie("HP:0003577"), modifiers=("HP:0012825", "free text"), source="local",
        references=("PMID:2", 'b"c'), stated_concept=Curie("HP:0001303"),
    )  # fmt: skip
    links = [
        Link(subject=third.id, predicate=SAME_AS, object=other.id, source="mondo", line=4,
             justification="semapv:ManualMappingCuration"),
        Link(subject=third.id, predicate=XREF, object=code.id, source="mondo", line=4),
        Link(subject=odd.id, predicate=XREF, object=code.id, source="local", line=9),
    ]  # fmt: skip
    concepts = [*graph.concepts, odd, code, other, third]
    return Graph.of(concepts, [*graph.assertions, said], [*graph.links, *links], graph.figures)


def in_order(graph: Graph) -> Graph:
    """Without the order of synonyms, which RDF does not keep."""
    concepts = [
        replace(c, synonyms=tuple(sorted(set(c.synonyms), key=repr))) for c in graph.concepts
    ]
    return replace(graph, concepts=tuple(concepts))


def read_back(paths: list[Path]) -> Graph:
    return assemble({"again": [formats.read(p, "again") for p in paths]}).graph


def test_turtle_reads_back_as_the_same_graph_and_breaks_no_rule(tmp_path: Path) -> None:
    graph = toy_graph()
    (path,) = export(graph, MANIFEST, "turtle", tmp_path / "release.ttl")
    assert in_order(read_back([path])) == in_order(graph)
    assert len(graph.figures) == 14
    assert validate_rdf(path) == []
    text = path.read_text()
    assert "# Made from Human Phenotype Ontology (source hpo), version 2025-01-16." in text
    assert "0123456789ab" in text
    assert formats.read(path, "again").version == "0123456789ab"


def test_kgx_reads_back_as_the_same_graph(tmp_path: Path) -> None:
    graph = toy_graph()
    nodes, edges, figures, sources = export(graph, MANIFEST, "kgx", tmp_path / "kgx")
    again = read_back([nodes, edges, figures])
    plain = replace(
        next(c for c in graph.concepts if c.id == "LOCAL:a/b(1)"),
        definition="Two lines, one tab.",
    )
    expected = Graph.of(
        [plain if c.id == plain.id else c for c in graph.concepts],
        list(graph.assertions),
        list(graph.links),
        graph.figures,
    )
    assert again == expected
    assert again.content_hash == graph.content_hash
    assert json.loads(sources.read_text())["sources"][0]["licence"] == "HPO licence"
    assert {p.name for p in (tmp_path / "kgx").iterdir()} == {
        "edges.tsv",
        "figures.tsv",
        "nodes.tsv",
    }
    with pytest.raises(InvalidField, match="is there already"):
        export(graph, MANIFEST, "kgx", tmp_path / "kgx")


def test_obo_graphs_hold_terms_hierarchy_and_polarity(tmp_path: Path) -> None:
    graph = toy_graph()
    (path,) = export(graph, MANIFEST, "obographs", tmp_path / "release.json")
    assert formats.sniff(path) == "obographs"
    again = {c.id: c for c in formats.read(path, "again").concepts}
    for concept in graph.concepts:
        if concept.category == PHENOTYPE and concept.id.prefix == "HP":
            read = again[concept.id]
            assert read == replace(concept, xrefs=read.xrefs, parents=read.parents)
            assert sorted(read.parents) == sorted(concept.parents)
    document = json.loads(path.read_text())["graphs"][0]
    by_predicate: dict[str, int] = {}
    for edge in document["edges"]:
        by_predicate[edge["pred"]] = by_predicate.get(edge["pred"], 0) + 1
    seen = [a for a in graph.assertions if a.aspect is Aspect.PHENOTYPE and a.seen]
    lacking = [a for a in graph.assertions if a.aspect is Aspect.PHENOTYPE and not a.seen]
    had = [
        edge
        for edge in document["edges"]
        if edge["pred"] == obographs.HAS_PHENOTYPE and measure_of(edge)
    ]
    assert {measure_of(edge) for edge in had} == {"sensitivity", "frequency", "class"}
    assert by_predicate[obographs.HAS_PHENOTYPE] == len(seen) + len(had)
    assert by_predicate[obographs.FIGURE] + len(had) == len(graph.figures)
    assert by_predicate[obographs.LACKS_PHENOTYPE] == len(lacking) > 0
    assert "version 2025-01-16" in json.dumps(document["meta"])


def measure_of(edge: dict[str, Any]) -> str | None:
    values = edge.get("meta", {}).get("basicPropertyValues", [])
    return next((x["val"] for x in values if x["pred"] == v.OURS + "measure"), None)


def test_obo_graphs_say_all_of_a_figure(tmp_path: Path) -> None:
    graph = toy_graph()
    (path,) = export(graph, MANIFEST, "obographs", tmp_path / "release.json")
    (edge,) = (
        e for e in json.loads(path.read_text())["graphs"][0]["edges"] if measure_of(e) == "lr_neg"
    )
    said = {x["pred"].removeprefix(v.OURS): x["val"] for x in edge["meta"]["basicPropertyValues"]}
    assert said == {
        "measure": "lr_neg", "kind": "film", "absent": "true", "words": "no cardiomegaly on film",
        "printed": "0.33", "value": "0.33", "interval": "0.23-0.48",
        "population": "invented patients, one hospital", "setting": "emergency",
        "comparator": "breathless patients without toy heart failure", "against": "without",
        "reference": "PMID:11", "opened": "2026-01-02", "review": "opened", "source": "common",
        "line": "6",
    }  # fmt: skip
    assert (edge["sub"], edge["pred"]) == ("urn:differentia:id:DX:toy-failure", obographs.FIGURE)


@pytest.mark.parametrize("form", ["turtle", "obographs"])
def test_a_packed_export_holds_the_same_bytes_each_time(form: str, tmp_path: Path) -> None:
    graph = toy_graph()
    (plain,) = export(graph, MANIFEST, form, tmp_path / "plain")
    (one,) = export(graph, MANIFEST, form, tmp_path / "one.gz")
    (two,) = export(graph, MANIFEST, form, tmp_path / "two.gz")
    assert one.read_bytes() == two.read_bytes()
    assert gzip.decompress(one.read_bytes()) == plain.read_bytes()


@pytest.mark.parametrize("form", FORMS)
def test_a_failed_export_leaves_nothing(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("kg.kgx.edge_rows", fail)
    monkeypatch.setitem(export.__globals__["_WRITERS"], form, fail)
    with pytest.raises(OSError, match="no space"):
        export(toy_graph(), MANIFEST, form, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_another_form_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(InvalidField, match="kgx, obographs, turtle"):
        export(toy_graph(), MANIFEST, "csv", tmp_path / "x")


#: The folder is the same in all examples; each writes its file anew.
SETTINGS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
_LOCAL = st.from_regex(r"[A-Za-z0-9_./#%()'-]{1,8}", fullmatch=True)
_IDS = st.builds(
    lambda prefix, local: Curie.parse(f"{prefix}:{local}"),
    st.sampled_from(["HP", "OMIM", "ORPHA", "LOCAL", "ICD10CM", "UMLS"]),
    _LOCAL,
)
_FREQUENCIES = st.one_of(
    st.none(),
    st.builds(lambda n, m: Frequency(count=n, total=n + m), st.integers(0, 50), st.integers(1, 50)),
    st.builds(lambda p: Frequency(percent=p), st.floats(0, 100)),
    st.sampled_from([Frequency(term=Curie(f"HP:004028{i}")) for i in range(5)]),
)
_ROWS = st.builds(
    Assertion,
    disease=_IDS, concept=_IDS, aspect=st.sampled_from(list(Aspect)), excluded=st.just(False),
    frequency=_FREQUENCIES, onset=st.none() | _IDS,
    sex=st.sampled_from([None, Sex.MALE, Sex.FEMALE]),
    modifiers=st.lists(_TEXT, max_size=2, unique=True).map(tuple),
    evidence_code=st.sampled_from(["", "PCS", "IEA"]),
    references=st.lists(_TEXT.map(str.strip).filter(bool), min_size=1, max_size=3, unique=True)
    .map(tuple),
    source=st.sampled_from(["hpoa", "local"]), line=st.integers(1, 10**6),
    stated_concept=st.none() | _IDS,
)  # fmt: skip


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(_ROWS, min_size=1, max_size=6, unique_by=lambda a: (a.source, a.line)))
def test_any_assertion_survives_turtle(rows: list[Assertion], tmp_path: Path) -> None:
    graph = Graph.of([], rows)
    export(graph, MANIFEST, "turtle", tmp_path / "any.ttl")
    again = formats.read(tmp_path / "any.ttl", "again")
    assert Graph.of([], list(again.assertions)) == graph


_LINES = _TEXT.map(str.strip).filter(bool)
_MAYBE = st.just("") | _LINES
_FIGURES = st.builds(
    Figure,
    disease=_IDS, concept=_IDS, absent=st.booleans(), words=_LINES,
    threshold=st.sampled_from(["", ">= 38.5 C", "<-2"]), kind=st.sampled_from(list(Kind)),
    measure=st.sampled_from([Measure.FREQUENCY, Measure.SENSITIVITY, Measure.SHARE]),
    printed=_LINES, value=st.floats(0, 1), word=st.none(), count=st.none() | st.integers(0, 10),
    total=st.none() | st.integers(10, 10**6), interval=_MAYBE, population=_LINES,
    setting=st.sampled_from(list(Setting)), comparator=_MAYBE,
    against=st.none() | st.sampled_from(list(Against)),
    reference=st.sampled_from(["PMID:1", "PMCID:PMC2", 'DOI:10.1000/"a"\\(b)<1>']),
    opened=st.just("2026-01-02"), review=st.sampled_from(list(Review)), note=_MAYBE,
    source=st.sampled_from(["common", "local"]), line=st.integers(1, 10**6),
)  # fmt: skip


@SETTINGS
@given(rows=st.lists(_FIGURES, min_size=1, max_size=4), word=st.sampled_from(list(Class)))
def test_any_figure_survives_turtle(rows: list[Figure], word: Class, tmp_path: Path) -> None:
    first = replace(rows[0], measure=Measure.CLASS, value=None, word=word)
    graph = Graph.of([], [], figures=[first, *rows[1:]])
    export(graph, MANIFEST, "turtle", tmp_path / "any.ttl")
    again = formats.read(tmp_path / "any.ttl", "again")
    assert sorted(again.figures, key=repr) == sorted(graph.figures, key=repr)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    identifier=_IDS,
    label=_TEXT.filter(str.strip),
    definition=_TEXT,
    names=st.lists(_TEXT, max_size=3, unique=True),
)
def test_any_text_survives_turtle(
    identifier: Curie, label: str, definition: str, names: list[str], tmp_path: Path
) -> None:
    concept = Concept(
        id=identifier, label=label.strip(), category=PHENOTYPE, definition=definition,
        synonyms=tuple(Synonym(text=n, scope="exact") for n in names), obsolete=True,
    )  # fmt: skip
    export(Graph.of([concept], []), MANIFEST, "turtle", tmp_path / "any.ttl")
    assert formats.read(tmp_path / "any.ttl", "again").concepts == (concept,)


def test_a_sample_of_the_real_files_reads_back(tmp_path: Path) -> None:
    hpo, hpoa = (
        formats.read(given.path, given.source.name, given.source.category)
        for given in find_inputs({})
        if given.source.name in ("hpo", "hpoa")
    )
    rows = random.Random(7).sample(hpoa.assertions, 500)
    parents = {c.id: c.parents for c in hpo.concepts}
    needed: set[str] = set()
    waiting = [i for a in rows for i in (a.concept, a.onset) if i]
    while waiting:
        concept = waiting.pop()
        if concept not in needed:
            needed.add(concept)
            waiting += parents.get(concept, ())
    diseases = {a.disease for a in rows}
    sample = assemble(
        {
            "hpo": [replace(hpo, concepts=tuple(c for c in hpo.concepts if c.id in needed))],
            "hpoa": [
                replace(
                    hpoa,
                    concepts=tuple(c for c in hpoa.concepts if c.id in diseases),
                    assertions=tuple(rows),
                )
            ],
        }
    ).graph
    (path,) = export(sample, MANIFEST, "turtle", tmp_path / "sample.ttl")
    assert in_order(read_back([path])) == in_order(sample)
    assert len(sample.assertions) > 480
