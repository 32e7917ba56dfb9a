"""The SHACL shapes, and that the table checks say the same."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from domain.assertions import DISEASE, PHENOTYPE, Aspect, Assertion, Concept, Frequency, Sex
from domain.errors import InputTooLarge, SourceError
from domain.figures import Against, Class, Figure, Kind, Measure, Review, Setting
from domain.identifiers import Curie
from kg import shapes
from kg.build import find_inputs
from kg.export import export
from kg.graph import Graph
from kg.issues import Issue, counts
from kg.shapes import message_of, validate_rdf
from kg.table_checks import MESSAGES, check_table
from ontologies import format as formats
from tests.ontologies.samples import FIGURE, JSONLD, NTRIPLES, OWL, PREFIXES, TABLE, TURTLE


def issues(tmp_path: Path, text: str, name: str = "own.ttl") -> list[Issue]:
    path = tmp_path / name
    path.write_text(text)
    return validate_rdf(path)


@pytest.mark.parametrize(
    ("name", "text"),
    [("own.ttl", TURTLE), ("own.ttl", TURTLE + FIGURE),
     ("own.owl", OWL.replace(">7<", ' rdf:datatype="{x}integer">7<').replace(
        ">14<", ' rdf:datatype="{x}integer">14<').replace("{x}", "http://www.w3.org/2001/XMLSchema#")),
     ("own.jsonld", JSONLD)],
)  # fmt: skip
def test_what_is_well_formed_passes(name: str, text: str, tmp_path: Path) -> None:
    assert issues(tmp_path, text, name) == []


def test_a_count_written_as_text_is_found(tmp_path: Path) -> None:
    assert {i.code for i in issues(tmp_path, NTRIPLES, "own.nt")} == {
        "count-range",
        "total-positive",
    }


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ('rdfs:label "Toy ataxia"', 'skos:note "x"', {"label"}),
        ('"Toy ataxia"', '"Toy ataxia", "Toy"', {"label"}),
        ('"Toy ataxia"', '""', {"label"}),
        ("dif:disease h:D1 ;", "", {"disease"}),
        ("dif:disease h:D1", "dif:disease h:D1, h:D2", {"disease"}),
        ("dif:disease h:D1", 'dif:disease "h:D1"', {"disease"}),
        ("dif:finding HP:0001251", "", {"finding"}),
        ("dif:finding HP:0001251", "dif:finding HP:0001251, HP:0001250", {"finding"}),
        ('dif:reference "PMID:1"', "", {"reference"}),
        ('dif:reference "PMID:1"', 'dif:reference ""', {"reference"}),
        ("dif:count 7", "dif:count 15", {"count-range"}),
        ("dif:count 7", "dif:count -1", {"count-range"}),
        ("dif:count 7", "dif:count 7, 8", {"count-range"}),
        ("dif:count 7", "dif:count 7.5", {"count-range"}),
        ("dif:count 7 ; dif:total 14", "dif:count 0 ; dif:total 0", {"total-positive"}),
        ("dif:count 7 ;", "", {"count-with-total"}),
        ("dif:total 14 ;", "", {"count-with-total", "count-range"} - {"count-range"}),
        ("dif:count 7", "dif:percent 50 ; dif:count 7", {"one-frequency"}),
        ("dif:count 7", "dif:frequency HP:0040281 ; dif:count 7", {"one-frequency"}),
        ("dif:count 7 ; dif:total 14", "dif:percent 100.5", {"percent-range"}),
        ("dif:count 7 ; dif:total 14", "dif:percent -1", {"percent-range"}),
        ("dif:count 7 ; dif:total 14", 'dif:percent "many"', {"percent-range"}),
        ("dif:count 7 ; dif:total 14", "dif:frequency HP:0000001", {"frequency-class"}),
        ("dif:count 7", "dif:excluded true ; dif:count 7", {"excluded-but-seen"}),
        ("dif:count 7 ; dif:total 14", "dif:excluded true ; dif:percent 3", {"excluded-but-seen"}),
        ("dif:count 7", 'dif:excluded "yes" ; dif:count 7', {"excluded"}),
        ("dif:count 7", 'dif:sex "male" ; dif:count 7', {"sex"}),
        ("dif:count 7", 'dif:sex "OTHER_SEX" ; dif:count 7', {"sex"}),
        ("dif:count 7", 'dif:aspect "X" ; dif:count 7', {"aspect"}),
        ("dif:count 7", 'dif:onset "early" ; dif:count 7', {"onset"}),
        ("dif:count 7", 'dif:evidence "PCS", "TAS" ; dif:count 7', {"evidence"}),
        ("dif:count 7", "dif:exclude true ; dif:count 7", {"unknown-word"}),
    ],
)  # fmt: skip
def test_each_rule_is_broken_alone_and_named(
    old: str, new: str, codes: set[str], tmp_path: Path
) -> None:
    assert old in TURTLE
    found = issues(tmp_path, TURTLE.replace(old, new))
    assert {i.code for i in found} == codes
    for issue in found:
        assert (issue.severity, issue.source) == ("error", "own.ttl")
        begins = "h:D1 a" if issue.code == "label" else "[] a dif:Assertion"
        assert issue.line == TURTLE[: TURTLE.index(begins)].count("\n") + 1
        assert issue.message
        assert issue.subject


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("dif:disease h:D1 ;", "", {"disease"}),
        ("dif:finding HP:0001251 ;", "", {"finding"}),
        ('dif:reference "PMID:1" ;', "", {"figure-reference"}),
        ('dif:reference "PMID:1"', 'dif:reference "a book"', {"figure-reference"}),
        ('dif:reference "PMID:1"', 'dif:reference "PMID:1", "PMID:2"', {"figure-reference"}),
        ('dif:opened "2026-01-02"', 'dif:note "seen"', {"opened-date"}),
        ('"2026-01-02"', '"January"', {"opened-date"}),
        ('"opened"', '"collected"', set()),
        ('dif:review "opened" ;', "", {"review"}),
        ('"opened"', '"read"', {"review"}),
        ("dif:value 0.78 ;", "", {"value-range"}),
        ("dif:value 0.78", "dif:value 78", {"value-range"}),
        ("dif:value 0.78", "dif:value -0.1", {"value-range"}),
        ("dif:value 0.78", 'dif:value "much"', {"value-range"}),
        ('"specificity"', '"mean_age"', set()),
        ('"specificity" ;', '"class" ; dif:class "rare" ;', {"value-range"}),
        ('"specificity"', '"frequency", "specificity"', {"measure"}),
        ('"specificity"', '"accuracy"', {"measure", "value-range"}),
        ('"sign"', '"smell"', {"kind"}),
        ('"ward"', '"moon"', {"setting"}),
        ('"without"', '"anyone"', {"against"}),
        ('dif:against "without" ;', "", {"comparator"}),
        ('dif:comparator "toys without ataxia" ;', "", {"comparator"}),
        ('"specificity"', '"lr_pos"', set()),
        ('"specificity"', '"lr_neg"', {"absent-side"}),
        ('"specificity"', '"lr_neg" ; dif:absent true', set()),
        ("dif:count 39", 'dif:absent "no" ; dif:count 39', {"absent"}),
        ("dif:count 39", 'dif:class "rare" ; dif:count 39', {"class-word"}),
        ("dif:count 39", "dif:count 51", {"count-range"}),
        ("dif:count 39 ;", "", set()),
        ("dif:total 50 ;", "", set()),
        ("dif:count 39 ; dif:total 50", "dif:total 0", {"total-positive"}),
        ('dif:printed "78 %" ;', "", {"as-printed"}),
        ('"invented patients"', '""', {"as-printed"}),
        ('"78 %"', '"78 %", "0.78"', {"stated-once"}),
        ('">= 2 cm"', '"large"', {"threshold"}),
        ('dif:words "ataxia at rest"', 'dif:wordz "ataxia"', {"as-printed", "unknown-word"}),
    ],
)
def test_each_rule_of_figures_is_broken_and_named(
    old: str, new: str, codes: set[str], tmp_path: Path
) -> None:
    assert old in FIGURE
    found = issues(tmp_path, TURTLE + FIGURE.replace(old, new))
    assert {i.code for i in found} == codes
    begins = TURTLE.count("\n") + 2
    assert {(i.severity, i.line) for i in found} <= {("error", begins)}
    assert all(i.message for i in found)


@pytest.mark.parametrize(
    "frequency",
    ["", "dif:count 0 ; dif:total 40 ;", "dif:excluded true ; dif:count 0 ; dif:total 40 ;",
     "dif:percent 0 ;", "dif:percent 12.5 ;", "dif:percent 5e1 ;",
     "dif:frequency HP:0040285 ;", "dif:excluded true ; dif:frequency HP:0040285 ;",
     "dif:excluded false ; dif:count 14 ; dif:total 14 ;"],
)  # fmt: skip
def test_what_may_be_said_passes(frequency: str, tmp_path: Path) -> None:
    said = TURTLE.replace("dif:count 7 ; dif:total 14 ;", frequency)
    assert issues(tmp_path, said) == []


def test_a_file_that_is_no_rdf_or_too_long_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SourceError, match="is table, not RDF"):
        issues(tmp_path, TABLE, "own.csv")
    monkeypatch.setattr(shapes, "MAX_ASSERTIONS", 0)
    with pytest.raises(InputTooLarge, match="more than 0"):
        issues(tmp_path, TURTLE)
    with pytest.raises(InputTooLarge, match="1 assertions and figures"):
        issues(tmp_path, PREFIXES + FIGURE)


def test_the_shapes_and_the_checks_say_the_same_words() -> None:
    for code, message in MESSAGES.items():
        assert message_of(code) == message


def some_graph(seed: int, rows: int = 2000) -> Graph:
    """Rows as real files have them, half of them broken in some way."""
    chance = random.Random(seed)

    def frequency() -> Frequency | None:
        total = chance.randint(1, 40)
        good = (
            None,
            Frequency(count=chance.randint(0, total), total=total),
            Frequency(percent=chance.choice([0.0, 100.0, 37.5, 1 / 3])),
            Frequency(term=Curie(f"HP:004028{chance.randint(0, 5)}")),
        )
        bad = (
            Frequency(count=total + 1, total=total),
            Frequency(count=-1, total=total),
            Frequency(count=0, total=0),
            Frequency(count=chance.randint(0, 3)),
            Frequency(total=chance.randint(0, 3)),
            Frequency(percent=chance.choice([-0.5, 100.01, 1e9])),
            Frequency(term=Curie("HP:0001250")),
            Frequency(count=1, total=2, percent=50.0),
            Frequency(percent=50.0, term=Curie("HP:0040281")),
            Frequency(count=3, total=2, term=Curie("HP:0001250")),
        )
        return chance.choice(good if chance.random() < 0.6 else bad)

    concepts = [
        Concept(id=Curie(f"T:{i}"), label="" if i % 7 == 0 else f"toy {i}", category=DISEASE)
        for i in range(40)
    ] + [Concept(id=Curie("HP:1"), label="finding", category=PHENOTYPE)]
    plain = Assertion(
        disease=Curie("T:1"), concept=Curie("HP:1"), aspect=Aspect.PHENOTYPE, excluded=False,
        frequency=None, onset=None, sex=None, modifiers=(), evidence_code="PCS",
        references=("PMID:1",), source="toy", line=1,
    )  # fmt: skip
    assertions = [
        replace(
            plain,
            disease=Curie(f"T:{chance.randrange(40)}"),
            line=line,
            aspect=chance.choice(list(Aspect)),
            excluded=chance.random() < 0.3,
            frequency=frequency(),
            sex=chance.choice([None, None, None, *Sex]),
            references=chance.choice([("PMID:1",)] * 8 + [(), ("",)] + [("PMID:1", "PMID:2")] * 3),
        )
        for line in range(1, rows + 1)
    ]
    figures = [some_figure(chance, line) for line in range(rows + 1, rows + 1 + rows // 8)]
    return Graph.of(concepts, assertions, figures=figures)


def some_figure(chance: random.Random, line: int) -> Figure:
    """A figure of any measure, about half of them broken in some way."""
    measure = chance.choice(list(Measure))
    stated = measure in (Measure.MUST_NOT_MISS, Measure.SETTLES)
    has_value = measure not in (Measure.CLASS, Measure.MUST_NOT_MISS, Measure.SETTLES)
    total = chance.randint(1, 40)

    def mostly(good: Any, *bad: Any) -> Any:
        return good if chance.random() < 0.93 else chance.choice(bad)

    return Figure(
        disease=Curie(f"T:{chance.randrange(40)}"),
        concept=Curie("HP:1"),
        absent=mostly(measure is Measure.LR_NEGATIVE, True, False),
        words=mostly("" if stated else "invented", ""),
        threshold=mostly(chance.choice(["", ">= 38 C", "<0.5"]), "high", "38"),
        kind=chance.choice(list(Kind)),
        measure=measure,
        printed=mostly("" if stated else "some", ""),
        value=mostly(chance.choice([0.0, 0.5, 1.0]) if has_value else None, None, -1.0, 7.5, 1e7),
        word=mostly(chance.choice(list(Class)) if measure is Measure.CLASS else None, *Class, None),
        count=mostly(chance.choice([None, chance.randint(0, total)]), -1, total + 1),
        total=mostly(chance.choice([None, total]), 0, -3),
        interval=chance.choice(["", "0.4-0.6"]),
        population=mostly("invented", ""),
        setting=chance.choice(list(Setting)),
        comparator=mostly("others", ""),
        against=mostly(chance.choice(list(Against)), None),
        reference=mostly(
            chance.choice(["PMID:1", "PMCID:PMC2", "DOI:10.1000/toy(1)"]), "", "a book", "PMID:x"
        ),
        opened=mostly("2026-01-02", "", "January"),
        review=chance.choice(list(Review)),
        note="",
        source="toy",
        line=line,
    )


@pytest.mark.parametrize(("seed", "rows"), [(1, 2000), (2, 300)])
def test_table_checks_agree_with_the_shapes(seed: int, rows: int, tmp_path: Path) -> None:
    graph = some_graph(seed, rows)
    path = tmp_path / "graph.ttl"
    export(graph, {"id": "toy"}, "turtle", path)
    by_line = {
        number: int(line.rpartition("dif:line ")[2].rstrip(" .\n"))
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if "dif:line" in line
    }
    by_shape = {(i.code, i.subject, by_line.get(i.line or 0)) for i in validate_rdf(path)}
    by_table = {(i.code, i.subject, i.line) for i in check_table(graph)}
    assert by_shape == by_table
    broken = {line for _, _, line in by_table if line}
    assert 0.25 * rows < len(broken) < 0.95 * rows
    figures = {f.line for f in graph.figures}
    assert 0.25 * len(figures) < len(broken & figures) < 0.95 * len(figures)
    assert {code for code, _, _ in by_table} == set(MESSAGES)


def test_issues_are_counted_by_severity_code_and_source() -> None:
    found = check_table(some_graph(3, rows=200))
    assert counts(found) == dict(
        sorted(Counter(("error", i.code, i.source) for i in found).items())
    )
    assert str(found[0]).startswith("error label [T] T:")


def test_the_real_annotations_break_no_rule() -> None:
    (given,) = (g for g in find_inputs({}) if g.source.name == "hpoa")
    content = formats.read(given.path, "hpoa", given.source.category)
    assert check_table(Graph.of(list(content.concepts), list(content.assertions))) == []
    assert len(content.assertions) > 250_000


def test_the_shipped_figures_break_no_rule() -> None:
    files = [g.path for g in find_inputs({}) if g.source.name == "common"]
    figures = [f for path in files for f in formats.read(path, "common").figures]
    assert check_table(Graph.of([], [], figures=figures)) == []
    assert sum(f.weighs for f in figures) > 900


def test_prefixes_of_the_samples_are_those_of_the_shapes() -> None:
    text = shapes.SHAPES.read_text()
    for line in PREFIXES.splitlines():
        if line.split()[1] in ("dif:", "HP:", "rdfs:"):
            assert line in text
