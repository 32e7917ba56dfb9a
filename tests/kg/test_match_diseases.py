"""Which entries are proposed as one disease, and what keeps two apart whatever speaks for them."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from domain.identifiers import Curie
from kg.build import Input, draft
from kg.disease_names import read_name
from kg.match_diseases import (
    LEAST_CONFIDENCE,
    LEAST_LEAD,
    WEIGHTS,
    Entry,
    Match,
    compare,
    entries,
    propose,
)
from ontologies import source as catalogue
from ontologies.files import sha256_of
from tests.conftest import SOURCES

#: Entries that fill the lists, so that words and findings tell something.
_FILL = ("Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta", "Eta", "Theta")


def entry(
    identifier: str, label: str, terms: str = "", genes: str = "", inheritance: str = ""
) -> Entry:
    name = read_name(label)
    return Entry(
        id=Curie(identifier),
        label=label,
        name=name,
        terms=frozenset(terms.split()),
        genes=frozenset(genes.split()),
        inheritance=name.inheritance | frozenset(inheritance.split()),
    )


def lists(omim: list[Entry], orpha: list[Entry]) -> tuple[list[Entry], list[Entry]]:
    """The entries among others that have nothing to do with them or with each other."""
    left = [entry(f"OMIM:9{n}", f"{name} left", f"l{n} all") for n, name in enumerate(_FILL)]
    right = [entry(f"ORPHA:9{n}", f"{name}r right", f"r{n} all") for n, name in enumerate(_FILL)]
    return [*omim, *left], [*orpha, *right]


def proposed(omim: list[Entry], orpha: list[Entry]) -> set[tuple[str, str]]:
    return {(m.omim.id, m.orpha.id) for m in propose(compare(*lists(omim, orpha)))}


def between(one: Entry, other: Entry, *more: Entry) -> Match:
    """The match of two entries, among `more`."""
    omim = [one, *(e for e in more if e.id.prefix == "OMIM")]
    orpha = [other, *(e for e in more if e.id.prefix == "ORPHA")]
    (match,) = (m for m in compare(*lists(omim, orpha)) if (m.omim, m.orpha) == (one, other))
    return match


KBG = entry("OMIM:1", "KBG syndrome", "a b c all", "ANKRD11")
KBG_ORPHA = entry("ORPHA:1", "KBG syndrome", "a b d all", "ANKRD11")


def test_one_name_one_gene_and_like_findings_are_one_disease() -> None:
    assert proposed([KBG], [KBG_ORPHA]) == {("OMIM:1", "ORPHA:1")}
    match = between(KBG, KBG_ORPHA)
    assert match.objection is None
    assert match.confidence > 0.99
    assert match.names == pytest.approx(1.0)


def test_other_names_are_one_disease_by_gene_and_findings() -> None:
    acronym = entry("ORPHA:2", "HIDEA syndrome", "e f g all", "P4HTM")
    described = entry("OMIM:2", "Hypotonia, hypoventilation, and dysautonomia", "e f all", "P4HTM")
    assert proposed([KBG, described], [KBG_ORPHA, acronym]) == {
        ("OMIM:1", "ORPHA:1"),
        ("OMIM:2", "ORPHA:2"),
    }


def test_like_findings_alone_are_no_reason() -> None:
    one = entry("OMIM:2", "Wedding syndrome", "e f g all")
    other = entry("ORPHA:2", "Quarrel disease", "e f g all")
    assert between(one, other).objection == "alike in findings alone"
    assert proposed([one], [other]) == set()


def test_a_rival_that_fits_as_well_leaves_both_out() -> None:
    twin = entry("ORPHA:2", "KBG disease", "a b e all", "ANKRD11")
    first, second = (between(KBG, o, r) for o, r in ((KBG_ORPHA, twin), (twin, KBG_ORPHA)))
    assert abs(first.log_odds - second.log_odds) < LEAST_LEAD
    assert proposed([KBG], [KBG_ORPHA, twin]) == set()


@pytest.mark.parametrize(
    ("omim", "orpha", "more", "objection"),
    [
        ("Tyrosinemia, type I", "Tyrosinemia type 2", [], "another type"),
        ("Alexander disease", "Alexander disease type I", [], "another type"),
        ("Friedreich ataxia 1", "Friedreich ataxia", [], "one type of a group"),
        ("Crotonyl-CoA carboxylase 2 deficiency", "Crotonyl-CoA carboxylase deficiency", [],
         "one type of a group"),
        ("Omodysplasia, autosomal recessive", "Autosomal dominant omodysplasia", [],
         "another inheritance"),
        ("Camurati disease", "Camurati disease", [("OMIM:3", "Camurati disease, type 2")],
         "a group of several OMIM entries"),
        ("Sandhoff disease", "Sandhoff disease, chronic form", [("ORPHA:3", "Sandhoff disease")],
         "another Orphanet entry has the name"),
        ("Kleefstra disease", "Kleefstra disease due to 9q34 microdeletion", [], "another cause"),
        ("Graves disease", "Pediatric-onset Graves disease", [], "a form of the OMIM entry"),
    ],
)  # fmt: skip
def test_a_type_a_form_or_a_group_is_never_the_same(
    omim: str, orpha: str, more: list[tuple[str, str]], objection: str
) -> None:
    one = entry("OMIM:2", omim, "e f g all")
    other = entry("ORPHA:2", orpha, "e f g all")
    others = [entry(i, label, "h all") for i, label in more]
    assert between(one, other, *others).objection == objection
    omims, orphas = ([e for e in others if e.id.prefix == p] for p in ("OMIM", "ORPHA"))
    assert ("OMIM:2", "ORPHA:2") not in proposed([one, *omims], [other, *orphas])


def test_a_group_shows_in_the_genes_of_its_other_members() -> None:
    one = entry("OMIM:2", "Fanconi anemia", "e f g all", "FANCA")
    other = entry("ORPHA:2", "Fanconi anemia", "e f g all", "FANCA FANCC")
    assert between(one, other).objection is None
    member = entry("OMIM:3", "Fanconi anemia, complementation group C", "e f all", "FANCC")
    assert between(one, other, member).objection == "a group of several OMIM entries"


@pytest.mark.parametrize(
    ("omim", "orpha", "more"),
    [
        ("Tyrosinemia, type I", "Tyrosinemia type 1", [("OMIM:3", "Tyrosinemia, type II")]),
        ("Robinow disease, autosomal recessive", "Autosomal recessive Robinow disease",
         [("OMIM:3", "Robinow disease, autosomal dominant")]),
        ("Insensitivity to pain with anhidrosis", "Sensory and autonomic neuropathy type 4", []),
        # No other Orphanet entry has the gene: the name only says when it begins.
        ("Ascending paralysis", "Infantile-onset ascending paralysis", []),
    ],
)  # fmt: skip
def test_a_number_an_inheritance_or_an_age_may_be_part_of_the_name(
    omim: str, orpha: str, more: list[tuple[str, str]]
) -> None:
    one = entry("OMIM:2", omim, "e f g all", "GENE1")
    other = entry("ORPHA:2", orpha, "e f g all", "GENE1")
    others = [entry(i, label, "h all", "GENE2") for i, label in more]
    assert between(one, other, *others).objection is None


def test_signs_are_the_words_of_the_weights() -> None:
    match = between(KBG, KBG_ORPHA)
    assert list(match.signs) == list(WEIGHTS)
    total = sum(WEIGHTS[sign] * value for sign, value in match.signs.items())
    assert match.log_odds == pytest.approx(total)
    assert match.confidence == pytest.approx(1 / (1 + math.exp(-total)))


def test_likeness_of_findings_is_a_cosine_by_information() -> None:
    """Worked: of four entries, `a` is in two, `b` and `c` in one each, `all` in all and worth 0."""
    omim = [entry("OMIM:1", "One", "a b all"), entry("OMIM:2", "Two", "all")]
    orpha = [entry("ORPHA:1", "Three", "a c all"), entry("ORPHA:2", "Four", "all")]
    match = next(m for m in compare(omim, orpha) if (m.omim, m.orpha) == (omim[0], orpha[0]))
    common, own = math.log(4 / 2) ** 2, math.log(4 / 1) ** 2
    assert match.findings == pytest.approx(common / (common + own), abs=1e-5)


def test_each_entry_is_proposed_once() -> None:
    omim = [entry(f"OMIM:{n}", f"Name{n} disease", f"t{n} all", f"G{n}") for n in range(10, 20)]
    orpha = [entry(f"ORPHA:{n}", f"Name{n} disease", f"t{n} all", f"G{n}") for n in range(10, 20)]
    matches = propose(compare(omim, orpha))
    assert [m.omim.id for m in matches] == [e.id for e in omim]
    assert len({m.orpha.id for m in matches}) == len(matches)
    assert min(m.confidence for m in matches) >= LEAST_CONFIDENCE


def test_entries_of_a_graph(tmp_path: Path) -> None:
    text = SOURCES["hpoa"][0].read_text("utf-8").replace("TOY:1\t", "OMIM:1\t")
    file = tmp_path / "omim.hpoa"
    file.write_text(text.replace("TOY:2\t", "ORPHA:2\t"), "utf-8")
    inputs = [
        Input(catalogue.find(name), path, sha256_of(path))
        for name, path in (("hpo", SOURCES["hpo"][0]), ("hpoa", file))
    ]
    (omim,), (orpha,) = entries(draft(inputs).graph, {"OMIM:1": {"ATX"}, "OMIM:9": {"NONE"}})
    assert (omim.id, omim.label) == ("OMIM:1", "Toy ataxia with seizures")
    assert omim.genes == {"ATX"}
    assert orpha.genes == frozenset()
    # A finding brings what lies above it; one that is excluded brings nothing.
    assert {"HP:0001251", "HP:0000118"} <= omim.terms
