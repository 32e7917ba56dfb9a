from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from api.render.as_html import html_report
from api.render.evidence_graph import Column, Edge, EvidenceGraph, Kind, Link, evidence_graph
from api.render.evidence_graph_json import graph_json, graph_text
from api.render.evidence_graph_layout import GAP_DOWN, WIDTH, layout
from domain.differential import Contribution, Differential, Match
from domain.evidence import Estimate, ImageRegion, Measurement
from domain.findings import FindingUse, State
from tests.api import builders

DOCUMENTS = {builders.DOCUMENT: builders.REPORT}


def graph(d: Differential | None = None) -> EvidenceGraph:
    return evidence_graph(d or builders.differential())


def moves(some: Iterable[Edge]) -> list[Edge]:
    return [e for e in some if e.link is Link.MOVES]


def test_the_numbers_are_those_of_the_contributions() -> None:
    g, d = graph(), builders.differential()
    for node, ranked in zip(g.of(Column.DISEASE), d.ranked, strict=True):
        told = {
            c.finding.id: c.log_likelihood_ratio
            for c in ranked.hypothesis.contributions
            if c.finding is not None and abs(c.log_likelihood_ratio) >= 0.005
        }
        drawn = {}
        for e in g.into(node):
            ref = g.node(e.finding).ref
            assert ref is not None
            drawn[ref.id] = e.nats
        assert drawn == told
        h = ranked.hypothesis
        sums = sum(e.nats or 0 for e in g.into(node))
        assert h.prior_score + sums + g.rest(node) == pytest.approx(h.score)
    assert [g.rest(n) for n in g.of(Column.DISEASE)] == pytest.approx([0.25, 0.0])
    assert list(g.not_drawn.values()) == [0, 1]


def test_an_edge_holds_the_contribution_with_its_references_and_rows() -> None:
    g, c = graph(), builders.first().contributions[0]
    (edge,) = [e for e in g.edges if e.contribution == c]
    assert edge.references == ("PMID:11", "PMID:12", "PMID:13", "ORPHA:805")
    assert edge.sources[0] == "phenotype.hpoa, line 101"
    assert len(edge.sources) == 4
    edges = graph_json(g, layout(g))["edges"]
    assert isinstance(edges, list)
    told = next(e for e in edges if e["id"] == edge.id)
    assert (told["nats"], told["match"]) == (c.log_likelihood_ratio, c.match.value)
    assert told["references"][0] == {
        "id": "PMID:11",
        "link": "https://pubmed.ncbi.nlm.nih.gov/11/",
    }


def test_a_term_stands_between_where_the_disease_knows_another_than_was_found() -> None:
    g = graph()
    (term,) = g.of(Column.TERM)
    assert term.label == "Seizure"
    (met,) = g.into(term)
    assert (met.source, met.way) == ("f1", "Focal-onset seizure is a kind of Seizure")
    assert [e.finding for e in g.out(term)] == ["f1"]


def test_every_finding_is_a_node_and_those_that_move_nothing_are_set_aside() -> None:
    d = builders.differential()
    g = graph(d)
    assert [n.key for n in g.of(Column.FINDING)] == list(range(1, len(d.findings) + 1))
    assert [n.use for n in g.of(Column.FINDING)] == list(d.findings)
    assert {n.label for n in g.nodes if n.id in g.aside} == {
        "Seizure", "Fever", "\u201cseizures\u201d", "\u201cfever\u201d",
    }  # fmt: skip


def test_witnesses_are_named_by_kind_and_a_value_holds_its_words() -> None:
    film = ImageRegion(
        image="a.png",
        box=None,
        model="m",
        label="pleural_thickening",
        likelihood_ratio=Estimate(value=4.26, low=3, high=5),
    )
    value = Measurement(
        code="crp", name="CRP", value=187, unit="mg/L", reference_range=None, time=None, source=""
    )
    words = builders.span("fever")
    one = builders.finding(builders.FEVER, State.PRESENT)
    (observation,) = one.observations
    several = replace(
        one,
        observations=(
            replace(observation, evidence=(words, value)),
            replace(observation, evidence=(film,), state=State.ABSENT),
        ),
    )
    d = replace(builders.differential(), findings=(FindingUse(finding=several, used=True),))
    g = graph(d)
    shown = [(n.kind, n.label, n.evidence) for n in g.of(Column.WITNESS)]
    assert shown == [
        (Kind.VALUE, "CRP 187 mg/L", (value, words)),
        (Kind.FILM, "film: pleural thickening, likelihood ratio 4.3", (film,)),
    ]
    assert [e.state for e in g.into(g.node("f1"))] == [State.PRESENT, State.ABSENT]


def test_what_is_known_of_the_patient_is_a_node_and_no_number_is_lost() -> None:
    h = builders.first()
    known = tuple(
        Contribution(match=Match.CIRCUMSTANCE, log_likelihood_ratio=x, name="age") for x in (0.2, 2)
    )
    more = replace(h, contributions=(*h.contributions, *known))
    d = builders.differential()
    g = graph(replace(d, ranked=(replace(d.ranked[0], hypothesis=more),)))
    (age,) = [n for n in g.nodes if n.kind is Kind.CIRCUMSTANCE]
    assert [e.nats for e in moves(g.out(age))] == [0.2, 2]


def test_order_and_ids_follow_from_the_answer_alone() -> None:
    one, other = graph(builders.differential()), graph(builders.differential())
    assert graph_text(one, layout(one)) == graph_text(other, layout(other))
    ids = [*(n.id for n in one.nodes), *(e.id for e in one.edges)]
    assert len(ids) == len(set(ids))
    assert [n.column for n in one.nodes] == sorted(n.column for n in one.nodes)


def test_as_many_diseases_as_asked_for() -> None:
    d = builders.differential()
    assert [n.id for n in evidence_graph(d, 1).of(Column.DISEASE)] == ["d1"]


def test_nothing_is_drawn_on_top_of_another() -> None:
    g = graph()
    drawn = layout(g)
    for column in Column:
        places = sorted((drawn.places[n.id] for n in g.of(column)), key=lambda p: p.y)
        for above, below in pairwise(places):
            assert below.y - above.y >= (above.height + below.height) / 2 + GAP_DOWN - 0.2
    for n in g.nodes:
        place = drawn.places[n.id]
        assert WIDTH / 2 <= place.x <= drawn.width - WIDTH / 2
        low = drawn.height_all if n.id in g.aside else drawn.height
        assert place.height / 2 <= place.y <= low - place.height / 2
    assert all(drawn.places[n].y > drawn.height for n in g.aside)


def test_a_long_name_is_cut_in_the_drawing_and_whole_in_the_list() -> None:
    g = graph()
    place = layout(g).places["d2"]
    assert place.lines[-2].endswith("\u2026")
    assert len(place.lines) == 4
    html = html_report(builders.differential(), DOCUMENTS)
    assert "a disease with a long name that has to be folded</strong>" in html


class Shown(HTMLParser):
    """What the report holds of the graph: its data, and the entries of the list by id."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.data = ""
        self.entries: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs)
        self.data = own.get("data-graph-data") or self.data
        if entry := own.get("data-graph"):
            assert tag == "li"
            self.entries.append(entry)


def test_the_list_has_an_entry_for_all_that_is_drawn() -> None:
    html = html_report(builders.differential(), DOCUMENTS)
    shown, g = Shown(html), graph()
    assert json.loads(shown.data) == json.loads(graph_text(g, layout(g)))
    assert sorted(shown.entries) == sorted([*(n.id for n in g.nodes), *(e.id for e in g.edges)])


def test_what_a_case_says_is_escaped() -> None:
    odd = "'\"><script>alert(1)</script>"
    d = builders.differential()
    use = d.findings[0]
    d = replace(
        d, findings=(replace(use, finding=replace(use.finding, label=odd)), *d.findings[1:])
    )
    html = html_report(d, DOCUMENTS)
    assert odd not in html
    assert "<script>alert" not in html
    assert odd in [n["label"] for n in json.loads(Shown(html).data)["nodes"]]


def test_an_answer_without_reasons_has_no_graph() -> None:
    d = builders.differential()
    bare = replace(d.ranked[0], hypothesis=replace(d.ranked[0].hypothesis, contributions=()))
    html = html_report(replace(d, ranked=(bare,)), DOCUMENTS)
    assert "h-graph" not in html
