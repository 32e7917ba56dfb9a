"""Random small graphs go into both stores: every method says the same."""

from __future__ import annotations

import string
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.assertions import (
    CODE,
    DISEASE,
    FREQUENCY_CLASSES,
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
from domain.figures import Against, Class, Figure, Kind, Measure, Review, Setting
from domain.identifiers import Curie
from kg.bolt_releases import BoltReleases
from kg.graph import Graph
from kg.identifiers import Resolver
from kg.kgx import clean
from kg.release import Home
from kg.store import GraphStore
from tests.kg.conftest import Neo4j

RELEASE = "0123456789ab"
NOWHERE = Curie("T:99")

words = st.text(string.ascii_letters + "üéß|\t\n '\"\\$`", min_size=1, max_size=12).filter(clean)
codes = st.text(string.ascii_uppercase, max_size=3)


def several(of: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(of, max_size=3, unique=True).map(tuple)


frequencies = st.one_of(
    st.none(),
    st.integers(0, 40).flatmap(
        lambda n: st.builds(Frequency, count=st.just(n), total=st.integers(max(n, 1), 60))
    ),
    st.builds(Frequency, percent=st.floats(0, 100)),
    st.builds(Frequency, term=st.sampled_from([Curie(c) for c in FREQUENCY_CLASSES])),
)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Up to eight terms in any acyclic hierarchy, four diseases, a few codes, and edges."""
    ids = [Curie(f"T:{n}") for n in range(draw(st.integers(1, 8)))]
    diseases = [Curie(f"D:{n}") for n in range(draw(st.integers(0, 4)))]
    others = [Curie(f"C:{n}") for n in range(draw(st.integers(0, 2)))]
    some_ids = st.lists(st.sampled_from(ids), max_size=3, unique=True).map(tuple)
    concepts = [
        Concept(
            id=identifier,
            label=draw(words),
            category=category,
            definition=draw(st.none() | words),
            synonyms=draw(
                st.lists(
                    st.builds(
                        Synonym,
                        text=words,
                        scope=st.sampled_from(["exact", "broad", "related"]),
                        type=st.sampled_from([None, "layperson"]),
                    ),
                    max_size=3,
                ).map(tuple)
            ),
            xrefs=draw(several(words)),
            parents=tuple(
                sorted(draw(st.sets(st.sampled_from(earlier), max_size=3))) if earlier else ()
            ),
            alt_ids=draw(some_ids),
            obsolete=draw(st.booleans()),
            replaced_by=draw(some_ids),
            consider=draw(some_ids),
        )
        for category, group in ((PHENOTYPE, ids), (DISEASE, diseases), (CODE, others))
        for n, identifier in enumerate(group)
        for earlier in [group[:n] if category is not CODE else []]
    ]
    lines = iter(range(1, 1000))
    assertions = [
        Assertion(
            disease=draw(st.sampled_from(diseases)),
            concept=draw(st.sampled_from(ids)),
            aspect=draw(st.sampled_from(list(Aspect))),
            excluded=draw(st.booleans()),
            frequency=draw(frequencies),
            onset=draw(st.none() | st.sampled_from(ids)),
            sex=draw(st.none() | st.sampled_from(list(Sex))),
            modifiers=draw(several(words)),
            evidence_code=draw(codes),
            references=draw(several(words)),
            source=draw(st.sampled_from(["one", "two"])),
            line=next(lines),
            stated_concept=draw(st.none() | st.sampled_from(ids)),
        )
        for _ in range(draw(st.integers(0, 8)) if diseases else 0)
    ]
    ends = [*diseases, *others]
    links = [
        Link(
            subject=one,
            predicate=draw(st.sampled_from([SAME_AS, XREF])),
            object=other,
            source=draw(st.sampled_from(["one", "two"])),
            line=next(lines),
            justification=draw(st.just("") | words),
        )
        for _ in range(draw(st.integers(0, 4)) if len(ends) > 1 else 0)
        for one, other in [draw(st.permutations(ends))[:2]]
    ]
    some = st.just("") | words.map(lambda text: " ".join(text.split()))
    figures = [
        Figure(
            disease=draw(st.sampled_from(diseases)),
            concept=draw(st.sampled_from(ids)),
            absent=draw(st.booleans()),
            words=draw(some),
            threshold=draw(some),
            kind=draw(st.sampled_from(list(Kind))),
            measure=draw(st.sampled_from(list(Measure))),
            printed=draw(some),
            value=draw(st.none() | st.floats(0, 1e6)),
            word=draw(st.none() | st.sampled_from(list(Class))),
            count=draw(st.none() | st.integers(0, 40)),
            total=draw(st.none() | st.integers(1, 10**6)),
            interval=draw(some),
            population=draw(some),
            setting=draw(st.sampled_from(list(Setting))),
            comparator=draw(some),
            against=draw(st.none() | st.sampled_from(list(Against))),
            reference=draw(st.sampled_from(["PMID:1", "DOI:10.1000/a(b)"])),
            opened=draw(some),
            review=draw(st.sampled_from(list(Review))),
            note=draw(some),
            source=draw(st.sampled_from(["one", "two"])),
            line=next(lines),
        )
        for _ in range(draw(st.integers(0, 2)) if diseases else 0)
    ]
    return Graph.of(concepts, assertions, links, figures)


def said(store: GraphStore, ids: list[Curie]) -> dict[str, object]:
    """Everything a store says of these ids."""
    of_each = {
        name: [getattr(store, name)(i) for i in ids]
        for name in ("concept", "ancestors", "descendants", "diseases_of", "same_as")
    }
    in_order = {
        name: [list(getattr(store, name)(i)) for i in ids]
        for name in ("parents", "children", "assertions_of", "figures_of", "links_of")
    }
    return {
        "release_id": store.release_id,
        "concepts": list(store.concepts()),
        "assertions": list(store.assertions()),
        "figures": list(store.figures()),
        "links": list(store.links()),
        "diseases_of_alone": [store.diseases_of(i, descendants=False) for i in ids],
        "path": [list(store.path(a, b)) for a in ids[:3] for b in ids[-3:]],
        **of_each,
        **in_order,
    }


def no_index(folder: Path, graph: Graph, resolver: Resolver) -> None:
    """These graphs are browsed, not ranked."""


@pytest.fixture
def bolt(empty: Neo4j) -> Iterator[BoltReleases]:
    made = empty.releases(Path("unused"))
    yield made
    made.close()


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(graph=graphs())
def test_both_stores_say_the_same(bolt: BoltReleases, graph: Graph) -> None:
    manifest = {
        "id": RELEASE,
        "sources": [],
        "counts": {},
        "decisions": [],
        "content_sha256": graph.content_hash,
    }
    resolver = Resolver.of(graph.concepts)
    ids = [*(c.id for c in graph.concepts), NOWHERE]
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder), no_index)
        home.add(manifest, graph, resolver)
        try:
            bolt.add(manifest, graph, resolver)
            embedded, stored = (said(releases.store(RELEASE), ids) for releases in (home, bolt))
            for name, expected in embedded.items():
                assert stored[name] == expected, name
            assert bolt.graph(RELEASE).content_hash == graph.content_hash
        finally:
            bolt.remove(RELEASE)


def test_the_generator_reaches_what_it_is_for() -> None:
    """A property over graphs without edges would hold of anything."""
    seen: set[str] = set()

    @settings(max_examples=200, deadline=None, derandomize=True, database=None)
    @given(graph=graphs())
    def look(graph: Graph) -> None:
        seen.update(a.aspect.value for a in graph.assertions if a.seen)
        seen.update(x.predicate for x in graph.links)
        if graph.figures:
            seen.add("figure")
        if any(len(c.parents) > 1 for c in graph.concepts):
            seen.add("two parents")

    look()
    assert {"P", "two parents", "figure", SAME_AS, XREF} <= seen
