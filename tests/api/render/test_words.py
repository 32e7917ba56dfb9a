from __future__ import annotations

import pytest

from api.render import words
from domain.assertions import Frequency, Sex
from domain.differential import Match
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
