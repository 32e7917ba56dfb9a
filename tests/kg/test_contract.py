"""The contract of `GraphStore` and `Releases`: the same expectations of both stores."""

from __future__ import annotations

from typing import Any

import pytest

from api.intake import CodedFinding
from api.service import Service
from domain.assertions import PHENOTYPE, SAME_AS, XREF, Aspect, Concept, Link, Sex
from domain.errors import GateRefused, ReleaseNotFound
from domain.identifiers import Curie
from kg.build import draft, find_inputs
from kg.graph import Graph
from kg.identifiers import Resolver
from kg.releases import Releases
from kg.store import GraphStore
from reasoning.knowledge import Knowledge
from tests.conftest import SOURCES
from tests.kg.conftest import again

SEIZURE, FOCAL, ATAXIA = Curie("HP:0001250"), Curie("HP:0007359"), Curie("HP:0001251")


@pytest.fixture
def store(any_service: Service) -> GraphStore:
    return any_service.store


def test_a_concept_comes_back_whole(store: GraphStore) -> None:
    seizure = store.concept(SEIZURE)
    assert seizure is not None
    assert seizure.label == "Seizure"
    assert [(s.text, s.scope, s.type) for s in seizure.synonyms] == [
        ("Epileptic seizure", "exact", None),
        ("Seizures", "exact", "plural_form"),
    ]
    assert seizure.parents == ("HP:0000707",)
    assert seizure.alt_ids == ("HP:0001303",)


def test_an_obsolete_concept_says_what_replaces_it(store: GraphStore) -> None:
    old = store.concept(Curie("HP:0000057"))
    assert old is not None
    assert old.obsolete
    assert old.replaced_by == ("HP:0002650",)


def test_unknown_ids_give_nothing(store: GraphStore) -> None:
    nowhere = Curie("HP:7654321")
    assert store.concept(nowhere) is None
    assert list(store.parents(nowhere)) == []
    assert list(store.children(nowhere)) == []
    assert store.ancestors(nowhere) == frozenset()
    assert store.descendants(nowhere) == frozenset()
    assert list(store.assertions_of(nowhere)) == []
    assert store.diseases_of(nowhere) == frozenset()
    assert list(store.path(nowhere, SEIZURE)) == []


def test_hierarchy(store: GraphStore) -> None:
    assert list(store.children(SEIZURE)) == ["HP:0002197", "HP:0007359"]
    assert store.ancestors(FOCAL) == {"HP:0001250", "HP:0000707", "HP:0000118", "HP:0000001"}
    assert store.descendants(ATAXIA) == {"HP:0002066"}


def test_diseases_of_a_term_do_not_include_those_that_were_denied_it(store: GraphStore) -> None:
    assert store.diseases_of(SEIZURE) == {"TOY:1", "TOY:4", "TOY:5", "TOY:7"}
    assert store.diseases_of(SEIZURE, descendants=False) == {"TOY:4", "TOY:5", "TOY:7"}
    assert store.diseases_of(ATAXIA) == {"TOY:1"}
    assert store.diseases_of(Curie("HP:0002202")) == frozenset()


def test_assertions_keep_what_the_row_says(store: GraphStore) -> None:
    said = {(str(a.concept), str(a.frequency)): a for a in store.assertions_of(Curie("TOY:5"))}
    percent = said["HP:0002650", "45%"]
    assert percent.modifiers == ("HP:0012825",)
    assert percent.references == ("PMID:7",)
    assert said["HP:0001250", "0/12"].sex is Sex.FEMALE
    followed = [a for a in store.assertions_of(Curie("TOY:7")) if a.stated_concept]
    assert [(a.concept, a.stated_concept) for a in followed] == [("HP:0001250", "HP:0001303")]
    past = store.assertions_of(Curie("TOY:8"))
    assert {a.aspect for a in past} == {Aspect.PAST_HISTORY, Aspect.PHENOTYPE}


def test_excluded_is_a_polarity_and_zero_of_n_a_count(store: GraphStore) -> None:
    by = {
        (str(a.disease), str(a.concept)): a for a in store.assertions() if a.excluded or not a.seen
    }
    assert {key for key, a in by.items() if a.excluded} == {
        ("TOY:2", "HP:0001250"),
        ("TOY:6", "HP:0001251"),
    }
    assert not by["TOY:3", "HP:0000252"].seen


def test_path_goes_up_and_down(store: GraphStore) -> None:
    path = store.path(FOCAL, Curie("HP:0002197"))
    assert [(e.subject.id, e.object.id) for e in path] == [
        ("HP:0007359", "HP:0001250"),
        ("HP:0002197", "HP:0001250"),
    ]


def test_the_compiled_index_says_the_same_as_the_store(
    store: GraphStore, any_service: Service
) -> None:
    knowledge: Knowledge = any_service.knowledge
    rows = range(len(knowledge.arrays["row_disease"]))
    compiled = sorted((knowledge.assertion(r) for r in rows), key=lambda a: a.line)
    assert compiled == list(store.assertions())
    for ref in store.concepts():
        number = knowledge.terms.number(ref.id)
        if number is None:
            continue
        above = {knowledge.terms.id(int(t)) for t in knowledge.ancestors[number]}
        assert above == {ref.id, *store.ancestors(ref.id)}


def release_of(name: str, label: str = "One") -> tuple[dict[str, Any], Graph, Resolver]:
    """A very small release called `name`."""
    one, two = (Concept(id=Curie(f"T:{n}"), label=label, category=PHENOTYPE) for n in (1, 2))
    links = [
        Link(subject=one.id, predicate=SAME_AS, object=two.id, source="s", line=2),
        Link(
            subject=one.id, predicate=XREF, object=two.id, source="s", line=1, justification="why"
        ),
    ]
    graph = Graph.of([one, two], [], links)
    manifest: dict[str, Any] = {
        "id": name,
        "sources": [{"name": "s", "version": "1", "sha256": "0"}],
        "counts": {},
        "decisions": [],
        "content_sha256": graph.content_hash,
    }
    return manifest, graph, Resolver.of(graph.concepts)


A, B = "a" * 12, "b" * 12


def test_links(releases: Releases) -> None:
    manifest, graph, resolver = release_of(A)
    releases.add(manifest, graph, resolver)
    store = releases.store(A)
    assert tuple(store.links()) == graph.links
    assert tuple(store.links_of(Curie("T:2"))) == graph.links
    assert store.same_as(Curie("T:1")) == {"T:2"}
    assert store.same_as(Curie("T:2")) == {"T:1"}


def test_nothing_is_there_before_anything_is_written(releases: Releases) -> None:
    assert releases.ids() == []
    assert releases.active_id() is None
    assert releases.history() == []
    assert releases.sweep() == []
    for ask in (releases.manifest, releases.activate, releases.remove, releases.compiled):
        with pytest.raises(ReleaseNotFound, match=A):
            ask(A)


def test_releases_stand_side_by_side(releases: Releases) -> None:
    for name, label in ((A, "Old"), (B, "New")):
        releases.add(*release_of(name, label))
    assert releases.ids() == [A, B]
    for name, label in ((A, "Old"), (B, "New")):
        found = releases.store(name).concept(Curie("T:1"))
        assert found is not None
        assert found.label == label
        assert releases.manifest(name)["id"] == name
        releases.verify(name)
        assert not releases.modified(name)


def test_a_release_that_is_there_stays_as_it_is(releases: Releases) -> None:
    releases.add(*release_of(A, "First"))
    releases.add(*release_of(A, "Second"))
    assert [c.label for c in releases.store(A).concepts()] == ["First", "First"]


def test_activating_is_a_switch_that_others_see(releases: Releases) -> None:
    for name in (A, B):
        releases.add(*release_of(name))
    for name in (A, B, A):
        releases.activate(name)
        assert releases.active_id() == name
    with pytest.raises(ReleaseNotFound):
        releases.activate("c" * 12)
    assert releases.active_id() == A
    log = [(line["action"], line["release"], line["before"]) for line in releases.history()]
    assert log == [("activate", A, None), ("activate", B, A), ("activate", A, B)]


def test_the_active_release_is_not_removed(releases: Releases) -> None:
    for name in (A, B):
        releases.add(*release_of(name))
    releases.activate(A)
    with pytest.raises(GateRefused, match="active"):
        releases.remove(A)
    releases.verify(A)
    releases.remove(B)
    assert releases.ids() == [A]
    assert list(releases.store(A).concepts()) != []
    with pytest.raises(ReleaseNotFound):
        releases.store(B).concept(Curie("T:1"))
    assert [line["action"] for line in releases.history()] == ["activate", "remove"]


def test_the_log_keeps_what_it_is_told(releases: Releases) -> None:
    for n in range(12):
        releases.log("test", release=A, number=n, more={"list": [n, "ü"]})
    history = releases.history()
    assert [line["number"] for line in history] == list(range(12))
    assert history[3]["more"] == {"list": [3, "ü"]}
    assert all(line["time"] and line["user"] for line in history)


def test_building_again_makes_no_new_release(any_service: Service) -> None:
    identifier, new = any_service.build(SOURCES)
    assert not new
    assert any_service.releases.ids() == [identifier]


def test_the_manifest_comes_back(any_service: Service) -> None:
    made = draft(find_inputs(SOURCES)).manifest
    manifest = any_service.releases.manifest(any_service.release)
    assert {k: v for k, v in manifest.items() if k != "files"} == made


def test_both_rank_alike(any_service: Service, toy_service: Service) -> None:
    findings = [CodedFinding(concept="HP:0001250"), CodedFinding(concept="HP:0002066")]
    answers = [s.diagnose(s.case(findings=findings), top=10) for s in (any_service, toy_service)]
    assert answers[0] == answers[1]
    assert answers[0].ranked


def test_rollback_gives_the_former_answers(any_service: Service) -> None:
    def answer() -> object:
        service = again(any_service)
        return service.diagnose(service.case(findings=[CodedFinding(concept="HP:0001250")]))

    before = answer()
    releases = any_service.releases
    first, second = any_service.release, release_of(B)
    releases.add(*second)
    releases.activate(B)
    assert again(any_service).release == B
    releases.activate(first)
    assert answer() == before
