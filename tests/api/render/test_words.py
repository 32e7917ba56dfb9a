from __future__ import annotations

from dataclasses import replace

import pytest

from api.render import words
from domain.assertions import Frequency, Sex
from domain.differential import Contribution, Match, PathEdge
from domain.evidence import ConceptRef
from domain.identifiers import Curie
from tests.api import builders


def test_every_match_has_words() -> None:
    assert set(words.MATCH_WORDS) == set(Match)


def test_every_contribution_is_in_exactly_one_group() -> None:
    h = builders.first()
    grouped = [c for g in words.grouped(h) for c in g.contributions]
    assert sorted(map(id, grouped)) == sorted(map(id, h.contributions))
    assert [g.key for g in words.grouped(h)] == ["for", "against", "unexplained", "whole"]
    assert [g.key for g in words.grouped(builders.second())] == ["against", "nil"]


def test_counts_are_pooled_by_sex() -> None:
    of = builders.of
    rows = [
        builders.assertion(builders.SEIZURE, of(6, 11)),
        builders.assertion(builders.SEIZURE, of(1, 1)),
        builders.assertion(builders.SEIZURE, of(0, 2)),
        builders.assertion(builders.SEIZURE, of(0, 40), sex=Sex.MALE),
    ]
    assert words.pooled_words(rows) == "seen in 7 of 14 patients; seen in 0 of 40 male patients"


@pytest.mark.parametrize(
    ("frequency", "excluded", "expected"),
    [
        (Frequency(count=1, total=1), False, "seen in 1 of 1 patient"),
        (Frequency(percent=12.5), False, "seen in 12.5 % of patients"),
        (Frequency(term=Curie("HP:0040281")), False, "very frequent (80% to 99%)"),
        (None, False, "how often is not stated"),
        (None, True, "reported as absent"),
        (Frequency(term=Curie("HP:0040285")), True, "reported as absent"),
    ],
)
def test_frequencies_in_words(frequency: Frequency | None, excluded: bool, expected: str) -> None:
    row = builders.assertion(builders.SEIZURE, frequency, excluded=excluded)
    assert words.frequency_words(row) == expected


@pytest.mark.parametrize(
    ("identifier", "address"),
    [
        ("PMID:123", "https://pubmed.ncbi.nlm.nih.gov/123/"),
        ("OMIM:191100", "https://omim.org/entry/191100"),
        ("ORPHA:805", "https://www.orpha.net/en/disease/detail/805"),
        ("HP:0001250", "https://hpo.jax.org/browse/term/HP:0001250"),
        ("https://example.org/a", "https://example.org/a"),
        ("javascript:alert(1)", None),
        ('PMID:12"><script>', None),
        ('https://example.org/" onclick=', None),
        ("DECIPHER:18", None),
    ],
)
def test_only_known_addresses_are_linked(identifier: str, address: str | None) -> None:
    assert words.link(identifier) == address


def test_references_name_papers_first() -> None:
    rows = builders.first().contributions[0].assertions
    assert words.references(reversed(rows)) == ("PMID:13", "PMID:11", "PMID:12", "ORPHA:805")


def test_a_way_is_read_up_from_either_end() -> None:
    a, b, c, d, e = (
        ConceptRef(id=Curie(f"HP:000000{i}"), label=label) for i, label in enumerate("ABCDE", 1)
    )
    up = ((a, b), (b, c), (d, c), (e, d))
    met = Contribution(
        match=Match.SHARED,
        log_likelihood_ratio=1.0,
        finding=a,
        path=tuple(PathEdge(subject=s, predicate="IS_A", object=o) for s, o in up),
    )
    assert words.way(met) == "A is a kind of B, a kind of C; E is a kind of D, a kind of C"
    assert words.way(replace(met, path=met.path[2:])) == "E is a kind of D, a kind of C"
    assert words.way(replace(met, path=())) == ""


@pytest.mark.parametrize(
    ("match", "value", "group"),
    [
        (Match.EXACT, 0.3, "for"),
        (Match.EXACT, -0.3, "against"),
        (Match.NARROWER, -0.3, "against"),
        (Match.EXCLUDED_IN_CASE, -0.3, "against"),
        (Match.EXCLUDED_IN_CASE, -0.004, "nil"),
        (Match.EXACT, 0.004, "nil"),
        (Match.SHARED, 0.3, "for"),
        (Match.SHARED, -0.3, "unexplained"),
        (Match.BROADER, -0.3, "unexplained"),
        (Match.NONE, -0.3, "unexplained"),
        (Match.NONE, 0.0, "nil"),
    ],
)
def test_the_group_says_what_the_sign_says(match: Match, value: float, group: str) -> None:
    row = Contribution(match=match, log_likelihood_ratio=value, finding=builders.SEIZURE)
    assert words.group_of(row) == group


def test_the_smallest_shares_are_not_told_apart() -> None:
    d = builders.differential()
    assert words.posterior(d, 0.00067) == "under 0.1%"
    assert words.posterior(d, 0.0067) == "0.67%"
    assert words.posterior(d, 1.0) == words.share(d.calibration.ceiling)


def test_nothing_was_computed_where_nothing_counts() -> None:
    row = Contribution(
        match=Match.EXACT, log_likelihood_ratio=1.5, finding=builders.SEIZURE,
        frequency=0.8, background=0.1, alone=3.0,
    )  # fmt: skip
    said = "taken as 80% here against 10% in the average disease; alone it would count +3.00"
    assert words.computed(row) == said
    assert words.computed(replace(row, log_likelihood_ratio=0.0, alone=None)) == ""
    unknown = replace(row, frequency=None, alone=None, log_likelihood_ratio=-1.0)
    assert words.computed(unknown) == "10% in the average disease"
    denied = replace(row, match=Match.EXCLUDED_IN_DISEASE, frequency=0.0, alone=-1.24)
    assert words.computed(denied) == "alone it would count -1.24"


def test_an_onset_is_named() -> None:
    assert words.onset_words(Curie("HP:0003577")) == "congenital onset"
    assert words.onset_words(Curie("HP:4000040")) == "onset HP:4000040"
