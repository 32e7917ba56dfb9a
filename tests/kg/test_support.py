"""From where something was seen, over its finding, to diseases and who says so: both stores."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from api.case_store import keep
from api.service import Service
from api.settings import Settings
from domain.case import Case
from domain.evidence import CodedEntry, Evidence, ImageRegion, Measurement, TextSpan
from domain.findings import Experiencer, Observation, State, Time
from domain.identifiers import Curie
from kg.bolt_cases import BoltCases
from kg.cases import Support, from_object, strip, to_object
from tests.conftest import WITH_FIGURES
from tests.kg.conftest import Neo4j, close

CARDIOMEGALY, SEIZURE, EFFUSION = "HP:0001640", "HP:0001250", "HP:0002202"
BOX = (12.0, 20.5, 40.0, 33.0)


def on_film(label: str, box: tuple[float, float, float, float] | None) -> ImageRegion:
    return ImageRegion(
        image="Quuxley, Zebulon.png", box=box, model="chest 1", weights="ab", label=label,
        score=0.75, operating_point=0.5,
    )  # fmt: skip


def seen(concept: str, *evidence: Evidence, **fields: object) -> Observation:
    state = fields.pop("state", State.PRESENT)
    made = Observation(
        label="words of Zebulon",
        concept=Curie(concept),
        state=State.PRESENT,
        evidence=evidence,
    )
    return replace(made, state=state, **fields)  # type: ignore[arg-type]


CASE = Case(
    id="case",
    age=61.5,
    day=date(2026, 3, 2),
    observations=(
        seen(CARDIOMEGALY, on_film("Cardiomegaly", BOX), study="the film of Quuxley"),
        seen(
            SEIZURE,
            TextSpan(document="Brambleford.txt", start=4, end=11, quote="Zebulon"),
            CodedEntry(system="known condition", code="Zebulon's fits"),
            study="the letter of Brambleford",
        ),
        seen(
            "HP:0002650",
            Measurement(
                code="1988-5", value=187, unit="mg/L", bound=">", reference_range="Zebulon",
                time="on Zebulon's day", source="Zebulon",
            ),
            study="the film of Quuxley",
            time=Time.PAST,
            earlier="2025-03-02",
        ),
        seen(EFFUSION, on_film("Effusion", None)),
        seen("HP:0001251", state=State.ABSENT),
        seen("HP:0001251", CodedEntry(system="x", code="HP:0001251"), time=Time.HYPOTHETICAL),
        seen(
            "HP:0001251",
            CodedEntry(system="x", code="HP:0001251"),
            experiencer=Experiencer.FAMILY,
        ),
    ),
)  # fmt: skip


def built(settings: Settings) -> Service:
    service = Service(settings)
    service.releases.activate(service.build(WITH_FIGURES)[0])
    return service


@pytest.fixture
def file(tmp_path: Path) -> Service:
    """The toys with figures, in a folder."""
    return built(Settings(home=tmp_path / "files"))


@pytest.fixture
def bolt(empty: Neo4j, tmp_path: Path) -> Iterator[Service]:
    """The toys with figures, in Neo4j."""
    service = built(empty.settings(tmp_path / "bolt"))
    yield service
    close(service)


@pytest.fixture(params=["file", "bolt"])
def service(request: pytest.FixtureRequest) -> Service:
    """Each of the two."""
    found: Service = request.getfixturevalue(request.param)
    return found


def ways(rows: list[Support], observation: int) -> list[tuple[object, ...]]:
    """The half of each row that leads to a disease."""
    return [
        (r.met, r.disease, r.measure, r.printed, r.references)
        for r in rows
        if r.observation == observation
    ]


def test_from_a_box_to_diseases_and_their_references(service: Service) -> None:
    rows = service.cases.supported(keep(service, CASE, "c"))
    assert ways(rows, 1) == [
        (CARDIOMEGALY, "DX:toy-failure", "sensitivity", "74%", ("PMID:11",)),
        (CARDIOMEGALY, "DX:toy-failure", "lr_pos", "3.3", ("DOI:10.1000/toy(1)",)),
        (CARDIOMEGALY, "TOY:2", "frequency", "occasional (5% to 29%)", ("PMID:4", "PMID:5")),
        (CARDIOMEGALY, "TOY:6", "frequency", "frequent (30% to 79%)", ("ORPHA:6",)),
    ]
    first = rows[0]
    assert (first.kind, first.part, first.box, first.label, first.score) == (
        "image", 1, BOX, "Cardiomegaly", 0.75
    )  # fmt: skip
    assert (first.finding, first.finding_label) == (CARDIOMEGALY, "Cardiomegaly")
    assert (first.met_label, first.disease_label) == ("Cardiomegaly", "Toy heart failure")
    assert (first.edge, first.source, first.line) == ("HAS_FIGURE", "common", 3)
    assert {r.edge for r in rows if r.source == "hpoa"} == {"HAS_FINDING"}


def test_narrower_terms_are_met_and_what_was_denied_is_not(service: Service) -> None:
    rows = [r for r in service.cases.supported(keep(service, CASE, "c")) if r.observation == 2]
    of_text = [(r.met, r.disease, r.printed) for r in rows if r.evidence == 1]
    assert of_text == [
        (SEIZURE, "TOY:4", ""),
        (SEIZURE, "TOY:5", "10/10"),
        (SEIZURE, "TOY:7", "1/4"),
        ("HP:0002197", "TOY:7", "3/4"),
        ("HP:0007359", "TOY:1", "9/10"),
    ]
    assert {r.finding for r in rows} == {SEIZURE}
    places = {(r.evidence, r.kind, r.part, r.start, r.end, r.code, r.box) for r in rows}
    assert places == {
        (1, "text", 2, 4, 11, None, None),
        (2, "code", None, None, None, SEIZURE, None),
    }
    assert len(rows) == 2 * len(of_text)


def test_values_risks_and_figures_that_nobody_opened(service: Service) -> None:
    rows = service.cases.supported(keep(service, CASE, "c"))
    assert ways(rows, 3) == [
        ("HP:0002650", "MONDO:9999001", "odds_ratio", "2.1", ("PMID:11",)),
        ("HP:0002650", "TOY:3", "frequency", "20/20", ("PMID:6",)),
        ("HP:0002650", "TOY:5", "frequency", "45%", ("PMID:7",)),
        ("HP:0002650", "TOY:8", "frequency", "5%", ("PMID:9",)),
    ]
    value = next(r for r in rows if r.observation == 3)
    assert (value.kind, value.code, value.value, value.unit) == ("value", "1988-5", 187, "mg/L")
    # 1/3 of toy failure was collected, never opened; the mother's of TOY:8 is past history.
    assert ways(rows, 4) == [(EFFUSION, "MONDO:9999001", "frequency", "9/10", ("PMID:11",))]
    assert next(r for r in rows if r.observation == 4).box is None


def test_absent_feared_and_of_others_support_nothing(service: Service) -> None:
    rows = service.cases.supported(keep(service, CASE, "c"))
    assert {r.observation for r in rows} == {1, 2, 3, 4}
    assert "HP:0001251" not in service.cases.diseases_of("c")


def test_both_stores_give_equal_rows(file: Service, bolt: Service) -> None:
    assert file.release == bolt.release
    found = [s.cases.supported(keep(s, CASE, "c")) for s in (file, bolt)]
    assert found[0] == found[1]
    assert len(found[0]) == 4 + 2 * 5 + 4 + 1


def test_a_case_comes_back_as_it_was_kept(service: Service) -> None:
    stored = strip(CASE, "c", release=service.release, stored="2026-03-02T00:00:00+00:00")
    service.cases.add(stored)
    assert (
        service.cases.get("c") == stored == from_object(json.loads(json.dumps(to_object(stored))))
    )
    assert [o.study for o in stored.observations] == [1, 2, 1, None, None, None, None]
    assert [o.earlier for o in stored.observations] == [None, None, 365, None, None, None, None]
    service.cases.add(replace(stored, observations=stored.observations[:1]))
    assert len(service.cases.get("c").observations) == 1


def test_no_name_is_kept_of_film_study_condition_or_range(service: Service) -> None:
    keep(service, CASE, "c")
    kept = json.dumps(to_object(service.cases.get("c")))
    for word in ("Zebulon", "Quuxley", "Brambleford", "2025-03-02", "letter"):
        assert word not in kept
    assert "Cardiomegaly" in kept


def test_a_case_of_an_older_file_is_read(file: Service) -> None:
    keep(file, CASE, "c")
    path = file.settings.home / "cases" / "c.json"
    data = json.loads(path.read_text())
    expected = file.cases.supported("c")
    for o in data["observations"]:
        del o["study"], o["earlier"]
        for e in o["evidence"]:
            e.pop("bound", None)
    path.write_text(json.dumps(data))
    assert file.cases.supported("c") == expected
    assert file.cases.get("c").observations[0].study is None


def test_old_evidence_in_neo4j_is_read_and_becomes_nodes(bolt: Service, empty: Neo4j) -> None:
    keep(bolt, CASE, "c")
    stored, expected = bolt.cases.get("c"), bolt.cases.supported("c")
    connection = empty.connection()
    old = [
        {"number": n, "evidence": [json.dumps(dict(e), sort_keys=True) for e in o.evidence]}
        for n, o in enumerate(stored.observations, start=1)
    ]

    def age() -> None:
        connection.write(
            lambda tx: tx.rows(
                """UNWIND $old AS row MATCH (o:Observation {number: row.number})
                   SET o.evidence = row.evidence
                   WITH o MATCH (o)-[:SEEN_IN]->(e) DETACH DELETE e""",
                old=old,
            )
        )

    nodes = "MATCH (e:Evidence) RETURN count(e) AS n"
    age()
    assert connection.read(nodes)[0]["n"] == 0
    assert bolt.cases.get("c") == stored
    assert bolt.cases.supported("c") == expected
    assert bolt.cases.get("c") == stored
    age()
    bolt.releases.activate(bolt.release)
    assert connection.read(nodes)[0]["n"] == sum(len(o.evidence) for o in stored.observations)
    assert bolt.cases.get("c") == stored
    connection.close()


def test_nothing_of_a_case_is_left_behind(bolt: Service, empty: Neo4j) -> None:
    keep(bolt, CASE, "c")
    keep(bolt, CASE, "c")
    connection = empty.connection()
    left = "MATCH (x:Case|Observation|Evidence) RETURN count(x) AS n"
    places = sum(len(o.evidence) for o in CASE.observations)
    assert connection.read(left)[0]["n"] == 1 + len(CASE.observations) + places
    bolt.cases.remove("c")
    assert connection.read(left)[0]["n"] == 0
    assert isinstance(bolt.cases, BoltCases)
    connection.close()
