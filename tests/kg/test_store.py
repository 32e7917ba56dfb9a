"""The contract of `GraphStore`, on the toy release."""

from __future__ import annotations

import pytest

from api.service import Service
from domain.assertions import Aspect, Sex
from domain.identifiers import Curie
from kg.store import GraphStore
from reasoning.knowledge import Knowledge

SEIZURE, FOCAL, ATAXIA = Curie("HP:0001250"), Curie("HP:0007359"), Curie("HP:0001251")


@pytest.fixture
def store(toy_service: Service) -> GraphStore:
    return toy_service.store


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
    store: GraphStore, toy_service: Service
) -> None:
    knowledge: Knowledge = toy_service.knowledge
    rows = range(len(knowledge.arrays["row_disease"]))
    compiled = sorted((knowledge.assertion(r) for r in rows), key=lambda a: a.line)
    assert compiled == list(store.assertions())
    for ref in store.concepts():
        number = knowledge.terms.number(ref.id)
        if number is None:
            continue
        above = {knowledge.terms.id(int(t)) for t in knowledge.ancestors[number]}
        assert above == {ref.id, *store.ancestors(ref.id)}
