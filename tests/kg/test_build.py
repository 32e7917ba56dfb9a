from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from api.compiled import compile_release
from api.service import Service
from api.settings import Settings
from domain.errors import ReleaseCorrupt, ReleaseNotFound, SourceError
from kg.build import find_inputs, release_id
from kg.keep import Keep
from kg.loading import Loader
from kg.release import Home
from tests.conftest import SOURCES


def files(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


def make(path: Path, **sources: Path) -> tuple[Path, bool]:
    """Build the toy release, with other files for some sources; its folder, and whether new."""
    home = Home(path, compile_release)
    given = SOURCES | {name: [file] for name, file in sources.items()}
    identifier, new = Loader(home, Keep(path / "sources")).load(find_inputs(given))
    return home.folder(identifier), new


def test_two_builds_give_the_same_bytes(tmp_path: Path) -> None:
    one, new = make(tmp_path / "a")
    two, also_new = make(tmp_path / "b")
    assert new
    assert also_new
    assert files(one) == files(two)


def test_building_again_makes_no_new_release(tmp_path: Path) -> None:
    assert make(tmp_path)[1]
    assert not make(tmp_path)[1]
    assert len(Home(tmp_path, compile_release).ids()) == 1


def test_the_id_depends_on_input_decisions_and_builder() -> None:
    inputs = [("hpo", "a"), ("hpoa", "b")]
    base = release_id(inputs, "")
    assert base == release_id(inputs[::-1], "")
    others = {
        release_id([("hpo", "b"), ("hpoa", "a")], ""),
        release_id(inputs, "c"),
        release_id(inputs, "", builder="other"),
    }
    assert base not in others
    assert len(others) == 3
    assert len(base) == 12


def test_what_was_repaired_and_left_out_is_in_the_manifest(toy_service: Service) -> None:
    manifest = toy_service.releases.manifest(toy_service.release)
    assert manifest["repaired"] == {"HP:0001303 obsolete, replaced by HP:0001250": 1}
    left_out = {(r["concept"], r["polarity"]) for r in manifest["left_out"]}
    assert left_out == {("HP:0000057", "excluded"), ("HP:0000535", "present")}
    assert manifest["counts"]["assertions"] == 22
    assert manifest["counts"]["assertions of aspect H"] == 1
    assert manifest["read"]["hpoa rows"] == 24


def test_the_manifest_names_every_file_and_no_time(toy_service: Service) -> None:
    manifest = toy_service.releases.manifest(toy_service.release)
    assert set(manifest["files"]) == set(
        files(toy_service.releases.compiled(toy_service.release))
    ) - {"manifest.json"}
    assert "time" not in json.dumps(manifest)


def test_the_load_log_says_who_and_when(toy_home: Path) -> None:
    lines = [json.loads(line) for line in (toy_home / "load-log.jsonl").read_text().splitlines()]
    assert [line["action"] for line in lines] == ["build", "activate"]
    assert all(line["user"] and line["time"] for line in lines)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.replace("\tP\tTOY", "\tX\tTOY", 1), "aspect 'X'"),
        (lambda t: t.replace("6/11", "12/11", 1), "counts more patients"),
        (lambda t: t.replace("6/11", "often", 1), "no n/m, percentage or HPO frequency"),
        (lambda t: t[: t.rindex("PMID:9")], "columns where the header has 12"),
        (lambda t: t.replace("database_id", "", 1), "no header line"),
    ],
)
def test_a_malformed_annotation_file_is_named_and_leaves_nothing(
    tmp_path: Path, change: Callable[[str], str], message: str
) -> None:
    broken = tmp_path / "broken.hpoa"
    broken.write_text(change(SOURCES["hpoa"][0].read_text()))
    with pytest.raises(SourceError, match=message) as error:
        make(tmp_path / "home", hpoa=broken)
    assert "broken.hpoa" in str(error.value)
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("is_a: HP:0000001 ! All", "is_a: HP:0000707", "closes a cycle"),
        ("is_a: HP:0001250 ! Seizure", "is_a: HP:7777777", "does not exist"),
        ("id: HP:0002650\n", "id: HP:0000252\n", "defined twice"),
        ("name: Scoliosis", "name", "is not OBO"),
    ],
)
def test_a_malformed_ontology_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    broken = tmp_path / "broken.obo"
    broken.write_text(SOURCES["hpo"][0].read_text().replace(old, new, 1))
    with pytest.raises(SourceError, match=message):
        make(tmp_path / "home", hpo=broken)


def test_a_failed_compile_leaves_nothing(tmp_path: Path) -> None:
    def fail(*arguments: object) -> None:
        raise RuntimeError("disk full")

    home = Home(tmp_path, fail)
    with pytest.raises(RuntimeError):
        Loader(home, Keep(tmp_path / "sources")).load(find_inputs(SOURCES))
    assert home.ids() == []
    assert not list(tmp_path.rglob("nodes.tsv"))


def test_active_is_none_before_anything_is_built(tmp_path: Path) -> None:
    with pytest.raises(ReleaseNotFound, match="differentia build"):
        Service(Settings(home=tmp_path)).ready()


@pytest.mark.parametrize(
    ("name", "touch"),
    [
        ("nodes.tsv", lambda s: s.concept("HP:0001250")),
        ("lexicon.tsv", lambda s: s.lexicon),
        ("index/row_term.npy", lambda s: s.knowledge),
    ],
)
def test_a_damaged_file_is_found(
    tmp_path: Path, name: str, touch: Callable[[Service], object]
) -> None:
    service = Service(Settings(home=tmp_path))
    identifier, _ = service.build(SOURCES)
    service.releases.activate(identifier)
    path = service.releases.compiled(identifier) / name
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    fresh = Service(Settings(home=tmp_path))
    with pytest.raises(ReleaseCorrupt, match=path.name):
        touch(fresh)


@pytest.mark.parametrize("spec", ["active", "id", "path"])
def test_a_release_is_named_by_id_path_or_as_active(toy_service: Service, spec: str) -> None:
    named = {
        "active": "active",
        "id": toy_service.release,
        "path": str(toy_service.releases.compiled(toy_service.release)),
    }
    settings = replace(toy_service.settings, release=named[spec])
    assert Service(settings).ready()["release"] == toy_service.release


def test_an_unknown_release_is_refused_with_those_there_are(toy_service: Service) -> None:
    settings = replace(toy_service.settings, release="0123456789ab")
    with pytest.raises(ReleaseNotFound, match=toy_service.release):
        Service(settings).ready()


def test_the_shipped_mapping_joins_until_mondo_is_loaded(tmp_path: Path) -> None:
    named = SOURCES["hpoa"][0].read_text("utf-8").replace("TOY:1\t", "OMIM:101200\t")
    hpoa = tmp_path / "apert.hpoa"
    hpoa.write_text(named.replace("TOY:2\t", "ORPHA:87\t"), "utf-8")
    alone, _ = make(tmp_path / "a", hpoa=hpoa)
    manifest = json.loads((alone / "manifest.json").read_text())
    assert manifest["counts"]["same_as links"] == 1

    mondo = tmp_path / "apart.sssom.tsv"
    mondo.write_text(
        "#curie_map:\n#  MONDO: http://purl.obolibrary.org/obo/MONDO_\n"
        "#  OMIM: https://omim.org/entry/\n"
        "subject_id\tpredicate_id\tobject_id\tmapping_justification\n"
        "MONDO:0007041\tskos:exactMatch\tOMIM:101200\tsemapv:ManualMappingCuration\n",
        "utf-8",
    )
    beside, _ = make(tmp_path / "b", hpoa=hpoa, mondo=mondo)
    manifest = json.loads((beside / "manifest.json").read_text())
    assert manifest["counts"]["same_as links"] == 0
    assert (
        "omim_orphanet: 1 mapping rows set aside for what mondo says of their diseases"
        in manifest["notes"]
    )
