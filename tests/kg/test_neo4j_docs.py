"""The queries of docs/neo4j.md, and the schema it names, on the toy release."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.case_store import keep
from api.service import Service
from api.settings import Settings
from domain.case import Case
from domain.evidence import CodedEntry, ImageRegion, Measurement, TextSpan
from domain.figures import Figure
from domain.findings import Observation, State
from domain.identifiers import Curie
from kg.bolt_cases import SUPPORTED
from kg.cases import FIELDS
from kg.store import GraphStore
from tests.conftest import SOURCES, WITH_FIGURES
from tests.kg.conftest import Neo4j, close

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "neo4j.md").read_text("utf-8")
QUERIES = re.findall(r"```cypher\n(.*?)```", DOCUMENT, re.DOTALL)


def rows(neo4j: Neo4j, query: str, **parameters: object) -> list[dict[str, object]]:
    connection = neo4j.connection()
    found = [dict(row) for row in connection.read(query, **parameters)]
    connection.close()
    return found


@pytest.fixture
def bolt(empty: Neo4j, tmp_path: Path) -> Iterator[Service]:
    """The toys with figures; TOY:2 is in OMIM, and one disease with that of the figures."""
    hpoa = tmp_path / "omim.hpoa"
    hpoa.write_text(SOURCES["hpoa"][0].read_text().replace("TOY:2\t", "OMIM:100001\t"))
    service = Service(empty.settings(tmp_path))
    service.releases.activate(service.build({**WITH_FIGURES, "hpoa": [hpoa]})[0])
    yield service
    close(service)


@pytest.fixture
def other(bolt: Service, tmp_path: Path) -> str:
    """A second release that lacks one row on TOY:1 and is not active."""
    hpoa = tmp_path / "other.hpoa"
    lines = SOURCES["hpoa"][0].read_text().splitlines(keepends=True)
    kept = [x for x in lines if not (x.startswith("TOY:1\t") and "HP:0007359" in x)]
    assert len(kept) == len(lines) - 1
    hpoa.write_text("".join(kept))
    return bolt.build({**WITH_FIGURES, "hpoa": [hpoa]})[0]


def test_there_are_seven_queries() -> None:
    assert len(QUERIES) == 7
    assert "## Seven queries" in DOCUMENT


def test_what_is_said_of_a_disease(bolt: Service, empty: Neo4j) -> None:
    found = rows(empty, QUERIES[0], disease="TOY:1")
    said = [
        a for a in bolt.store.assertions_of(Curie("TOY:1")) if a.aspect == "P" and not a.excluded
    ]
    assert len(found) == len(said) > 1
    assert {r["finding"] for r in found} == {a.concept for a in said}
    shares = [int(str(r["n"])) / int(str(r["of"])) for r in found if r["n"] is not None]
    assert shares == sorted(shares, reverse=True)


def test_diseases_with_a_finding(bolt: Service, empty: Neo4j, other: str) -> None:
    found = rows(empty, QUERIES[1], finding="HP:0001250")
    assert [r["disease"] for r in found] == ["TOY:1", "TOY:4", "TOY:5", "TOY:7"]


def test_diseases_with_the_most_findings(bolt: Service, empty: Neo4j) -> None:
    found = rows(empty, QUERIES[2], findings=["HP:0001250", "HP:0001251"])
    assert found[0]["disease"] == "TOY:1"
    assert found[0]["shown"] in (["Ataxia", "Seizure"], ["Seizure", "Ataxia"])
    assert all(r["shown"] in (["Ataxia"], ["Seizure"]) for r in found[1:])


def test_who_says_so(bolt: Service, empty: Neo4j) -> None:
    [said] = [a for a in bolt.store.assertions_of(Curie("TOY:1")) if a.concept == "HP:0007359"]
    found = rows(empty, QUERIES[3], disease="TOY:1", finding="HP:0007359")
    assert [r["line"] for r in found] == [said.line]
    assert found[0]["references"] == list(said.references)
    assert found[0]["version"] == bolt.versions["hpoa"]
    assert found[0]["loaded"]


def test_what_another_release_does_not_say(bolt: Service, empty: Neo4j, other: str) -> None:
    both = {"disease": "TOY:1"}
    lost = rows(empty, QUERIES[4], one=bolt.release, other=other, **both)
    assert [r["finding"] for r in lost] == ["HP:0007359"]
    assert rows(empty, QUERIES[4], one=other, other=bolt.release, **both) == []


def supports(store: GraphStore, disease: Curie) -> list[dict[str, object]]:
    """What the sixth query lists, from any store."""

    def row(f: Figure) -> dict[str, object]:
        concept = store.concept(f.concept)
        assert concept is not None
        said = {
            "kind": f.kind, "finding": concept.label, "absent": f.absent, "words": f.words,
            "measure": f.measure, "printed": f.printed, "value": f.value, "class": f.word,
            "n": f.count, "of": f.total, "population": f.population, "setting": f.setting,
            "comparator": f.comparator, "reference": f.reference, "opened": f.opened,
            "review": f.review, "line": f.line,
        }  # fmt: skip
        return {name: None if value == "" else value for name, value in said.items()}

    rows = [row(f) for i in (disease, *store.same_as(disease)) for f in store.figures_of(i)]
    order = ("kind", "finding", "measure", "reference", "line")
    return sorted(rows, key=lambda r: [(r[n] is None, r[n]) for n in order])


@pytest.mark.parametrize("disease", ["DX:toy-failure", "OMIM:100001", "MONDO:9999001", "TOY:1"])
def test_what_supports_a_common_disease(
    disease: str, bolt: Service, empty: Neo4j, tmp_path: Path
) -> None:
    found = rows(empty, QUERIES[5], disease=disease)
    assert found == supports(bolt.store, Curie(disease))
    files = Service(Settings(home=tmp_path / "files"))
    hpoa = [tmp_path / "omim.hpoa"]
    files.releases.activate(files.build({**WITH_FIGURES, "hpoa": hpoa})[0])
    assert files.release == bolt.release
    assert found == supports(files.store, Curie(disease))
    expected = {"DX:toy-failure": 12, "OMIM:100001": 12, "MONDO:9999001": 2, "TOY:1": 0}
    assert len(found) == expected[disease]
    assert all(str(r["reference"]).startswith(("PMID:", "PMCID:", "DOI:")) for r in found)
    kinds = [str(r["kind"]) for r in found]
    assert kinds == sorted(kinds)


FILM = Case(
    id="film",
    observations=(
        Observation(
            label="Cardiomegaly",
            state=State.PRESENT,
            concept=Curie("HP:0001626"),  # the broader term: what is annotated lies below it
            study="the film",
            evidence=(
                ImageRegion(
                    image="chest.png", box=(1.0, 2.0, 30.0, 40.5), model="chest 1", weights="ab",
                    label="Cardiomegaly", score=0.75, operating_point=0.5,
                ),
                TextSpan(document="report.txt", start=3, end=9, quote="a word"),
                Measurement(
                    code="1988-5", value=18.7, upper=20.0, bound="", unit="mg/L", time=None,
                    reference_range=None, source="",
                ),
                CodedEntry(system="entry", code="HP:0001626"),
            ),
        ),
    ),
)  # fmt: skip


def test_from_a_box_to_what_it_supports(bolt: Service, empty: Neo4j, other: str) -> None:
    """The query of the document is the very one that the store runs."""
    assert QUERIES[6].strip() == SUPPORTED.strip()
    keep(bolt, FILM, "case-1")
    found = rows(empty, QUERIES[6].replace("(e:Evidence)", "(e:Evidence {kind: 'image'})"),
                 case="case-1")  # fmt: skip
    assert [(r["met_label"], r["disease"], r["printed"], r["class"], r["references"])
            for r in found] == [
        ("Toy lines on chest film", "DX:toy-failure", "often", None, ["PMCID:PMC12"]),
        ("Hypertrophic cardiomyopathy", "OMIM:100001", None, "HP:0040281", ["PMID:4"]),
        ("Cardiomegaly", "DX:toy-failure", "74%", None, ["PMID:11"]),
        ("Cardiomegaly", "DX:toy-failure", "3.3", None, ["DOI:10.1000/toy(1)"]),
        ("Cardiomegaly", "OMIM:100001", None, "HP:0040283", ["PMID:4", "PMID:5"]),
        ("Cardiomegaly", "TOY:6", None, "HP:0040282", ["ORPHA:6"]),
    ]  # fmt: skip
    for row in found:
        assert (row["box"], row["label"], row["score"]) == ([1, 2, 30, 40.5], "Cardiomegaly", 0.75)
        assert row["finding"] == "HP:0001626"
    everything = rows(empty, QUERIES[6], case="case-1")
    assert [(str(r["kind"]), r["disease"], r["met"], r["line"]) for r in everything] == [
        (s.kind, s.disease, s.met, s.line) for s in bolt.cases.supported("case-1")
    ]
    assert len(everything) == 4 * len(found)


def test_what_is_kept_of_a_case_is_described(bolt: Service, empty: Neo4j) -> None:
    keep(bolt, FILM, "case-1")
    kept = rows(empty, "MATCH (x:Case|Observation|Evidence) UNWIND keys(x) AS k RETURN DISTINCT k")
    names = {str(row["k"]) for row in kept} | {name for of in FIELDS.values() for name in of}
    assert {"study", "box", "score", "number"} <= names
    for name in names:
        assert f"`{name}`" in DOCUMENT, name


def test_the_schema_is_described(bolt: Service, empty: Neo4j) -> None:
    keep(bolt, FILM, "case-1")
    labels = {r["label"] for r in rows(empty, "CALL db.labels() YIELD label RETURN label")}
    kinds = rows(empty, "CALL db.relationshipTypes() YIELD relationshipType AS t RETURN t")
    names = {str(x) for x in labels | {r["t"] for r in kinds}} - {"Kept"}
    assert {"Disease", "Phenotype", "HAS_FINDING", "HAS_FIGURE", "IS_A"} <= names
    assert {"Case", "Observation", "Evidence", "SEEN_IN", "OF"} <= names
    for name in names:
        assert f"`{name}`" in DOCUMENT, name
    properties = rows(
        empty,
        "MATCH (:Concept)-[a:HAS_FINDING|HAS_FIGURE]->() UNWIND keys(a) AS k RETURN DISTINCT k"
        " UNION MATCH (c:Concept) UNWIND keys(c) AS k RETURN DISTINCT k",
    )
    for row in properties:
        assert f"`{row['k']}`" in DOCUMENT, row["k"]
