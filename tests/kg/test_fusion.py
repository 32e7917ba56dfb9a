"""Which diseases become one, which wait for a person, and what only translates codes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from domain.assertions import CODE, DISEASE, SAME_AS, XREF, Concept
from domain.identifiers import Curie
from kg.build import find_inputs
from kg.fusion import Joined, join
from kg.identifiers import Decision
from ontologies import format as formats
from ontologies.content import BROAD_MATCH, CLOSE_MATCH, DB_XREF, EXACT_MATCH, NARROW_MATCH, Mapping


def row(
    subject: str,
    object_: str,
    predicate: str = EXACT_MATCH,
    source: str = "toy",
    **other: bool,
) -> Mapping:
    return Mapping(
        subject=Curie.parse(subject),
        predicate=predicate,
        object=Curie.parse(object_),
        source=source,
        line=1,
        **other,  # type: ignore[arg-type]
    )


def judge(
    rows: list[Mapping],
    *,
    diseases: str = "OMIM:1 OMIM:2 ORPHA:1 ORPHA:2",
    decisions: tuple[Decision, ...] = (),
) -> Joined:
    ids = [Curie(i) for i in diseases.split()]
    concepts = {i: Concept(id=i, label=i, category=DISEASE) for i in ids}
    return join(rows, concepts, decisions, computed={"computed"})


def links(joined: Joined, predicate: str) -> set[tuple[str, str]]:
    return {(x.subject, x.object) for x in joined.links if x.predicate == predicate}


def undecided(joined: Joined) -> set[tuple[str, str]]:
    return {(d["subject"], d["object"]) for d in joined.to_decide}


def test_one_of_each_under_one_mondo_disease_is_one_disease() -> None:
    joined = judge([row("MONDO:1", "Orphanet:1"), row("MONDO:1", "OMIM:1")])
    assert links(joined, SAME_AS) == {("OMIM:1", "ORPHA:1")}
    assert links(joined, XREF) == {("OMIM:1", "MONDO:1"), ("ORPHA:1", "MONDO:1")}
    assert [(c.id, c.category) for c in joined.codes] == [("MONDO:1", CODE)]
    assert not joined.to_decide


def test_a_direct_exact_match_of_the_two_is_one_disease() -> None:
    for one, other in (("OMIM:1", "ORPHA:1"), ("ORPHA:1", "OMIM:1")):
        assert links(judge([row(one, other)]), SAME_AS) == {("OMIM:1", "ORPHA:1")}


@pytest.mark.parametrize(
    ("objects", "waiting"),
    [
        ("OMIM:1 OMIM:2", {("OMIM:1", "OMIM:2")}),
        ("OMIM:1 ORPHA:1 ORPHA:2",
         {("OMIM:1", "ORPHA:1"), ("OMIM:1", "ORPHA:2"), ("ORPHA:1", "ORPHA:2")}),
        # A member that is not in this release still makes the match ambiguous.
        ("OMIM:1 ORPHA:1 ORPHA:99", {("OMIM:1", "ORPHA:1")}),
    ],
)  # fmt: skip
def test_any_other_cardinality_waits_for_a_person(
    objects: str, waiting: set[tuple[str, str]]
) -> None:
    joined = judge([row("MONDO:1", o) for o in objects.split()])
    assert links(joined, SAME_AS) == set()
    assert undecided(joined) == waiting
    assert all("MONDO:1 joins" in d["reason"] for d in joined.to_decide)


def test_two_mondo_diseases_that_share_an_entry_wait_for_a_person() -> None:
    joined = judge(
        [row("MONDO:1", "OMIM:1"), row("MONDO:1", "ORPHA:1"),
         row("MONDO:2", "OMIM:1"), row("MONDO:2", "ORPHA:2")]
    )  # fmt: skip
    assert links(joined, SAME_AS) == set()
    assert undecided(joined) == {("OMIM:1", "ORPHA:1"), ("OMIM:1", "ORPHA:2")}


@pytest.mark.parametrize("hub", ["UMLS:1", "MESH:1", "DOID:1", "NCIT:1", "SNOMEDCT:1", "h:1"])
def test_only_mondo_may_stand_between_two_entries(hub: str) -> None:
    joined = judge([row(hub, "OMIM:1"), row(hub, "ORPHA:1")])
    assert links(joined, SAME_AS) == set()
    assert links(joined, XREF) == {("OMIM:1", hub), ("ORPHA:1", hub)}


def test_nothing_is_closed_over_a_shared_code() -> None:
    joined = judge(
        [row("MONDO:1", "OMIM:1"), row("MONDO:1", "UMLS:7"),
         row("MONDO:2", "ORPHA:1"), row("MONDO:2", "UMLS:7"), row("MONDO:2", "MESH:7")]
    )  # fmt: skip
    assert links(joined, SAME_AS) == set()
    assert ("OMIM:1", "MESH:7") not in links(joined, XREF)
    assert ("OMIM:1", "ORPHA:1") not in links(joined, XREF)


def test_a_row_with_an_obsolete_subject_is_listed_and_not_used() -> None:
    joined = judge([row("MONDO:1", "ORPHA:1"), row("MONDO:1", "OMIM:1", subject_obsolete=True)])
    assert links(joined, SAME_AS) == set()
    assert [(r["disease"], r["concept"]) for r in joined.left_out] == [("MONDO:1", "OMIM:1")]


@pytest.mark.parametrize(
    ("predicate", "broader"), [(BROAD_MATCH, "ORPHA:1"), (NARROW_MATCH, "OMIM:1")]
)
def test_a_broader_match_waits_for_a_person_even_beside_an_exact_one(
    predicate: str, broader: str
) -> None:
    exact = [row("MONDO:1", "ORPHA:1"), row("MONDO:1", "OMIM:1")]
    for rows in ([], exact):
        joined = judge([*rows, row("OMIM:1", "ORPHA:1", predicate)])
        assert links(joined, SAME_AS) == set()
        assert joined.to_decide == [
            {"subject": "OMIM:1", "object": "ORPHA:1",
             "reason": f"{broader} is the broader of the two"}
        ]  # fmt: skip


def test_close_matches_are_not_used_and_cross_references_only_translate() -> None:
    joined = judge([row("OMIM:1", "ORPHA:1", CLOSE_MATCH), row("DOID:1", "OMIM:1", DB_XREF)])
    assert links(joined, SAME_AS) == set()
    assert links(joined, XREF) == {("OMIM:1", "DOID:1")}
    assert joined.notes == ["1 mapping rows are neither exact nor cross-references: not used"]
    both = judge([row("OMIM:1", "ORPHA:1", DB_XREF)])
    assert (links(both, SAME_AS), links(both, XREF)) == (set(), {("OMIM:1", "ORPHA:1")})


def test_a_person_joins_or_keeps_apart() -> None:
    rows = [row("MONDO:1", o) for o in ("OMIM:1", "ORPHA:1", "ORPHA:2")]
    joining = Decision(subject="ORPHA:1", polarity="same_as", object="OMIM:1", reason="read both")
    joined = judge(rows, decisions=(joining,))
    assert links(joined, SAME_AS) == {("OMIM:1", "ORPHA:1")}
    assert not joined.to_decide
    parting = Decision(subject="ORPHA:1", polarity="same_as", object=None, reason="a group")
    joined = judge([row("MONDO:1", "OMIM:1"), row("MONDO:1", "ORPHA:1")], decisions=(parting,))
    assert links(joined, SAME_AS) == set()
    assert not joined.to_decide


def test_a_decision_needs_no_mapping_and_keeps_others_away() -> None:
    joining = Decision(subject="ORPHA:2", polarity="same_as", object="OMIM:1", reason="read both")
    joined = judge([row("OMIM:1", "ORPHA:1", source="computed")], decisions=(joining,))
    assert links(joined, SAME_AS) == {("OMIM:1", "ORPHA:2")}
    (link,) = (x for x in joined.links if x.predicate == SAME_AS)
    assert (link.source, link.justification) == ("decisions", "semapv:ManualMappingCuration")
    assert not joined.to_decide
    # What is not in the release, or is no such pair, is not joined.
    for subject, object_ in (("ORPHA:99", "OMIM:1"), ("MONDO:1", "OMIM:1")):
        other = Decision(subject=subject, polarity="same_as", object=object_, reason="")
        assert links(judge([], decisions=(other,)), SAME_AS) == set()


COMPUTED = [
    row("OMIM:1", "ORPHA:1", source="computed"),
    row("OMIM:2", "ORPHA:2", source="computed"),
]


def test_a_computed_mapping_joins_where_no_other_speaks() -> None:
    joined = judge(COMPUTED)
    assert links(joined, SAME_AS) == {("OMIM:1", "ORPHA:1"), ("OMIM:2", "ORPHA:2")}
    assert not joined.notes


@pytest.mark.parametrize(
    "curated",
    [
        [row("MONDO:1", "OMIM:1")],
        [row("MONDO:1", "ORPHA:1")],
        [row("MONDO:1", "OMIM:1"), row("MONDO:2", "ORPHA:1")],
        [row("ORPHA:1", "OMIM:99")],
    ],
)
def test_a_computed_mapping_gives_way_entry_by_entry(curated: list[Mapping]) -> None:
    joined = judge([*COMPUTED, *curated])
    assert links(joined, SAME_AS) == {("OMIM:2", "ORPHA:2")}
    assert ("OMIM:1", "ORPHA:1") not in links(joined, XREF)
    assert joined.notes == [
        "computed: 1 mapping rows set aside for what toy says of their diseases"
    ]
    assert not joined.to_decide


@pytest.mark.parametrize(
    "other",
    [
        row("DOID:1", "OMIM:1"),
        row("DOID:1", "OMIM:1", DB_XREF),
        row("MONDO:1", "OMIM:1", subject_obsolete=True),
        row("MONDO:1", "UMLS:1"),
    ],
)
def test_a_computed_mapping_stays_beside_what_only_translates(other: Mapping) -> None:
    assert links(judge([*COMPUTED, other]), SAME_AS) == links(judge(COMPUTED), SAME_AS)


def test_a_person_keeps_apart_what_was_computed() -> None:
    parting = Decision(subject="OMIM:1", polarity="same_as", object=None, reason="a subtype")
    joined = judge(COMPUTED, decisions=(parting,))
    assert links(joined, SAME_AS) == {("OMIM:2", "ORPHA:2")}


def test_rows_about_nothing_of_the_release_are_counted() -> None:
    joined = judge([row("MONDO:9", "OMIM:9"), row("MONDO:9", "UMLS:9"), row("DOID:9", "OMIM:9")])
    assert not joined.links
    assert joined.notes == ["3 mapping rows speak of no concept of this release"]


def test_mondo_on_the_real_files(material: Path) -> None:
    """Figures of Mondo 2026-08-04 on HPO's annotations of 2025-01-16."""
    rows = [
        mapping
        for file in sorted((material / "ontologies" / "mondo").iterdir())
        for mapping in formats.read(file, "mondo").mappings
    ]
    concepts = {
        concept.id: concept
        for given in find_inputs({})
        if given.source.name == "hpoa"
        for concept in formats.read(given.path, "hpoa").concepts
    }
    joined = join(rows, concepts, ())
    same = links(joined, SAME_AS)
    assert len(same) == 2080
    assert all(re.fullmatch(r"OMIM:\d+ ORPHA:\d+", f"{one} {other}") for one, other in same)
    assert len({i for pair in same for i in pair}) == 2 * len(same)
    obsolete = [str(r["concept"]).partition(":")[0] for r in joined.left_out]
    assert (obsolete.count("ORPHA"), obsolete.count("OMIM")) == (1328, 272)
    waiting = undecided(joined)
    assert ("OMIM:207500", "OMIM:301800") in waiting
    assert ("ORPHA:423461", "ORPHA:577") in waiting
    assert not waiting & same
