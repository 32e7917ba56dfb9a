"""Loading, switching, going back: on the embedded store, with the toy sources."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.service import Service
from api.settings import Settings
from domain.errors import GateRefused, ReleaseNotFound, SourceError
from kg.build import find_inputs
from kg.keep import Keep
from kg.loading import activations, previous
from tests.conftest import SOURCES

HPOA = SOURCES["hpoa"][0].read_text()


def grown(rows: int) -> str:
    """The toy annotations with more rows, so that a shortfall can be seen."""
    line = "TOY:9\tToy nine\t\tHP:0001250\tPMID:9{0}\tPCS\t\t1/2\t\t\tP\tTOY:us[2025-01-01]\n"
    return HPOA + "".join(line.format(n) for n in range(rows))


@pytest.fixture
def service(tmp_path: Path) -> Service:
    made = Service(Settings(home=tmp_path / "home"))
    identifier, _ = made.build(SOURCES)
    made.releases.activate(identifier)
    return made


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def written(text: str, name: str = "other.hpoa") -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return written


def load(service: Service, **sources: Path) -> str:
    inputs = service.loader.inputs({name: [file] for name, file in sources.items()})
    return service.loader.load(inputs)[0]


def ranking(service: Service) -> str:
    """An answer of the active release, as bytes that can be compared."""
    from api.intake import CodedFinding
    from api.render.as_json import differential_json

    fresh = Service(service.settings)
    case = fresh.case(findings=[CodedFinding(concept="HP:0001251")])
    return json.dumps(differential_json(fresh.diagnose(case)))


def test_a_plan_says_what_changes_and_writes_nothing(
    service: Service, write: Callable[..., Path]
) -> None:
    before = sorted(service.settings.home.rglob("*"))
    inputs = service.loader.inputs({"hpoa": [write(HPOA.replace("6/11", "2/11"))]})
    planned = service.loader.plan(inputs)
    assert [(c.kind, c.before, c.after) for c in planned.changes] == [
        ("frequency", "6/11 PCS", "2/11 PCS")
    ]
    assert planned.errors == ()
    assert sorted(service.settings.home.rglob("*")) == before


def test_the_other_sources_are_taken_from_what_was_kept(
    service: Service, write: Callable[..., Path]
) -> None:
    new = load(service, hpoa=write(grown(3)))
    manifest = service.releases.manifest(new)
    assert [s["name"] for s in manifest["sources"]] == ["common", "hpo", "hpoa", "omim_orphanet"]
    assert manifest["rows_by_source"] == {"hpoa": 25}


def test_loading_again_makes_nothing_new(service: Service) -> None:
    inputs = service.loader.inputs({})
    assert service.loader.load(inputs) == (service.release, False)


def test_a_shortfall_is_stopped_and_named(service: Service, write: Callable[..., Path]) -> None:
    service.releases.activate(load(service, hpoa=write(grown(100))))
    active = service.releases.active_id()
    with pytest.raises(GateRefused, match=r"25 % fewer|\d+% fewer") as error:
        load(service, hpoa=write(grown(60), "cut.hpoa"))
    assert "122" in str(error.value)
    assert service.releases.active_id() == active
    inputs = service.loader.inputs({"hpoa": [write(grown(60), "cut.hpoa")]})
    forced, new = service.loader.load(inputs, force=True)
    assert new
    assert service.releases.history()[-1]["forced"]
    assert "forced" not in json.dumps(service.releases.manifest(forced))


def test_a_dangling_id_is_stopped(service: Service, write: Callable[..., Path]) -> None:
    with pytest.raises(GateRefused, match="HP:7777777"):
        load(service, hpoa=write(HPOA.replace("HP:0002650", "HP:7777777", 1)))


def test_rollback_restores_the_former_answers_exactly(
    service: Service, write: Callable[..., Path]
) -> None:
    first, answer = service.releases.active_id(), ranking(service)
    second = load(service, hpoa=write(HPOA.replace("6/11", "0/11")))
    service.releases.activate(second)
    assert ranking(service) != answer
    assert service.loader.rollback() == (second, first)
    assert ranking(service) == answer
    with pytest.raises(ReleaseNotFound, match="no earlier release"):
        service.loader.rollback()


def log(*actions: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"action": action, "release": release} for action, release in actions]


def test_rollbacks_walk_back_and_do_not_swing() -> None:
    history = log(("activate", "a"), ("activate", "b"), ("activate", "c"))
    assert previous(history) == "b"
    history += log(("activate", "b"), ("rollback", "b"))
    assert activations(history) == ["a", "b"]
    history += log(("activate", "a"), ("rollback", "a"))
    assert activations(history) == ["a"]
    assert previous(history) is None
    assert previous(history + log(("activate", "d"))) == "a"


def test_gc_keeps_what_may_be_needed(service: Service, write: Callable[..., Path]) -> None:
    first = service.release
    made = [load(service, hpoa=write(grown(n), f"{n}.hpoa")) for n in (1, 2, 3)]
    service.releases.activate(made[0])
    assert set(service.loader.gc(keep=1)) == set(made[1:])
    assert set(service.releases.ids()) == {first, made[0]}
    kept = {p.name for p in (service.settings.home / "sources").iterdir()}
    assert kept == {
        s["sha256"] for i in (first, made[0]) for s in service.releases.manifest(i)["sources"]
    }


def test_the_active_release_is_never_removed(service: Service) -> None:
    with pytest.raises(GateRefused, match="is active"):
        service.releases.remove(service.release)


def test_unloading_what_is_not_there_is_named(service: Service) -> None:
    with pytest.raises(SourceError, match="mondo: is not in the active release"):
        service.loader.inputs({}, ["mondo"])


def test_a_source_file_that_is_gone_is_asked_for(service: Service) -> None:
    import shutil

    shutil.rmtree(service.settings.home / "sources")
    with pytest.raises(SourceError, match="Name it again"):
        service.loader.inputs({})


def test_a_file_of_a_shipped_folder_needs_no_copy(tmp_path: Path) -> None:
    given = [i for i in find_inputs({}) if i.source.name == "common"]
    assert len(given) > 1
    manifest = {"sources": [{"name": "common", "sha256": i.sha256} for i in given]}
    assert Keep(tmp_path).inputs(manifest) == given


def test_a_name_that_is_no_source_name_is_refused(service: Service, tmp_path: Path) -> None:
    from domain.errors import InvalidField

    with pytest.raises(InvalidField, match="small letters"):
        service.loader.inputs({"../up": [tmp_path]})
