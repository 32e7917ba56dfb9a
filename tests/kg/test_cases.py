"""Cases in the graph: coded data and offsets only, re-linked when a release is switched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.case_store import keep
from api.intake import CodedFinding
from api.parts import TextPart
from api.service import Service
from domain.errors import InputError, InvalidField
from kg.cases import to_object
from tests.conftest import SOURCES

REPORT = "She has ataxia but no scoliosis. Her mother Anna had seizures."


@pytest.fixture
def service(any_service: Service) -> Service:
    """The toy release, active in each kind of store."""
    return any_service


def test_no_word_of_the_text_is_kept(service: Service) -> None:
    case = service.case(texts=[TextPart(name="Anna Schmidt.txt", text=REPORT)], age="P40Y")
    identifier = keep(service, case, "case-1")
    kept = json.dumps(to_object(service.cases.get(identifier)))
    for word in ("Anna", "Schmidt", "mother", "ataxia", "scoliosis"):
        assert word not in kept
    stored = service.cases.get(identifier)
    assert [(o.concept, o.state.value) for o in stored.observations] == [
        ("HP:0001251", "present"),
        ("HP:0002650", "absent"),
        ("HP:0001250", "present"),
    ]
    place = stored.observations[0].evidence[0]
    assert REPORT[place["start"] : place["end"]] == "ataxia"
    assert stored.age == 40.0


def test_a_case_leads_to_diseases(service: Service) -> None:
    keep(service, service.case(findings=[CodedFinding(concept="HP:0001251")]), "c")
    assert service.cases.diseases_of("c") == {"HP:0001251": ("TOY:1",)}


def test_a_switch_links_again(service: Service, tmp_path: Path) -> None:
    keep(service, service.case(findings=[CodedFinding(concept="HP:0002066")]), "c")
    assert service.cases.diseases_of("c") == {"HP:0002066": ()}
    ontology = tmp_path / "next.obo"
    text = SOURCES["hpo"][0].read_text()
    old = "id: HP:0002066\nname: Gait ataxia\nis_a: HP:0001251 ! Ataxia\n"
    assert old in text
    gone = (
        "id: HP:0002066\nname: obsolete Gait ataxia\nis_obsolete: true\nreplaced_by: HP:0001251\n"
    )
    ontology.write_text(text.replace(old, gone))
    inputs = service.loader.inputs({"hpo": [ontology]})
    service.releases.activate(service.loader.load(inputs)[0])
    assert service.cases.diseases_of("c") == {"HP:0001251": ("TOY:1",)}
    service.loader.rollback()
    assert service.cases.diseases_of("c") == {"HP:0002066": ()}


def test_gc_never_deletes_a_case(service: Service) -> None:
    keep(service, service.case(findings=[CodedFinding(concept="HP:0001251")]), "c")
    service.loader.gc(keep=0)
    assert service.cases.ids() == ["c"]


def test_listed_exported_deleted(service: Service) -> None:
    case = service.case(findings=[CodedFinding(concept="HP:0001251")])
    keep(service, case, "b")
    random = keep(service, case, None)
    assert set(service.cases.ids()) == {"b", random}
    assert to_object(service.cases.get("b"))["observations"][0]["concept"] == "HP:0001251"
    service.cases.remove("b")
    assert service.cases.ids() == [random]
    for action in (service.cases.get, service.cases.remove):
        with pytest.raises(InputError, match="no case"):
            action("b")


@pytest.mark.parametrize("name", ["../x", "", "a b", "x" * 65, ".hidden"])
def test_an_id_that_is_none_is_refused(service: Service, name: str) -> None:
    case = service.case(findings=[CodedFinding(concept="HP:0001251")])
    if name:
        with pytest.raises(InvalidField, match="no case id"):
            keep(service, case, name)
    with pytest.raises(InvalidField, match="no case id"):
        service.cases.get(name)
