from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from api.render.as_html import html_report
from domain.evidence import TextSpan
from domain.findings import FindingUse, State
from tests.api import builders

VOID = {"meta", "input", "br", "link"}


class Page(HTMLParser):
    """Elements with attributes, and the text of those whose class is asked for."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.report = ""
        self.bodies: dict[str, list[str]] = {"script": [], "style": []}
        self._open: list[tuple[str, str]] = []
        self.feed(html)
        self.close()
        assert not self._open, "elements left open"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in self.bodies:
            self.bodies[tag].append("")
        if tag not in VOID:
            self._open.append((tag, dict(attrs).get("class") or ""))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        classes = [c for _, c in self._open]
        if self._open and self._open[-1][0] in self.bodies:
            self.bodies[self._open[-1][0]][-1] += data
        elif "text" in classes and "tag" not in classes:
            self.report += data

    def attributes(self, name: str) -> list[str]:
        return [v for _, attrs in self.elements if (v := attrs.get(name)) is not None]


def page(**changes: str) -> Page:
    documents = {builders.DOCUMENT: builders.REPORT} | changes
    return Page(html_report(builders.differential(), documents))


def test_the_report_is_shown_as_it_is_and_its_script_does_not_run() -> None:
    shown = page()
    assert shown.report == builders.REPORT
    assert shown.bodies["script"]
    assert not any("alert('x')" in body for body in shown.bodies["script"])
    html = html_report(builders.differential(), {builders.DOCUMENT: builders.REPORT})
    assert "<script>alert" not in html
    assert 'Syndrome <b>"X"' not in html


def test_nothing_is_fetched_and_the_policy_names_our_own_script_and_style() -> None:
    shown = page()
    assert not shown.attributes("src")
    assert not shown.attributes("style")
    assert not any(tag in {"link", "img", "iframe", "object"} for tag, _ in shown.elements)
    assert "url(" not in shown.bodies["style"][0]
    assert "@import" not in shown.bodies["style"][0]
    policy = " ".join(shown.attributes("content"))
    for body in (*shown.bodies["script"], *shown.bodies["style"]):
        digest = b64encode(sha256(body.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy


def test_anchors_lead_somewhere_and_ids_are_unique() -> None:
    shown = page()
    ids = shown.attributes("id")
    assert len(ids) == len(set(ids))
    local = [h[1:] for h in shown.attributes("href") if h.startswith("#")]
    assert local
    assert set(local) <= set(ids)
    for labelled in shown.attributes("aria-labelledby"):
        assert labelled in ids


def test_marks_carry_state_and_whose_and_when() -> None:
    classes = [
        attrs["class"] for tag, attrs in page().elements if tag == "a" and "data-findings" in attrs
    ]
    assert classes == [
        "mark present patient now",
        "mark absent patient now",
        "mark uncertain patient now",
        "mark present family now",
        "mark present patient past",
        "mark undetermined patient hypothetical",
    ]


def test_tooltips_name_the_words_that_decided() -> None:
    assert 'Ataxia, absent; counted; because of "No"' in page().attributes("title")


def test_text_and_reasons_share_the_number_of_the_finding() -> None:
    shown = page()
    marks = {a["data-findings"] for t, a in shown.elements if t == "a" and "data-findings" in a}
    reasons = {
        a["data-findings"]
        for t, a in shown.elements
        if t == "details" and a.get("class") == "reason" and a.get("data-findings")
    }
    assert reasons
    assert reasons <= marks


def test_overlapping_spans_are_both_marked() -> None:
    d = builders.differential()
    outer = builders.span("focal seizures since infancy")
    use = FindingUse(finding=builders.finding(builders.SEIZURE, State.PRESENT, outer), used=True)
    d = replace(d, findings=(*d.findings, use))
    shown = Page(html_report(d, {builders.DOCUMENT: builders.REPORT}))
    assert shown.report == builders.REPORT
    several = [a for _, a in shown.elements if "several" in (a.get("class") or "")]
    assert [a["data-findings"] for a in several] == ["1 7"]
    assert sum("7" in (a.get("data-findings") or "").split() for _, a in shown.elements) >= 3


def test_a_span_that_does_not_fit_its_text_is_listed_but_not_marked() -> None:
    wrong = TextSpan(document=builders.DOCUMENT, start=0, end=5, quote="fever")
    far = TextSpan(document=builders.DOCUMENT, start=10_000, end=10_005, quote="fever")
    uses = tuple(
        FindingUse(finding=builders.finding(builders.FEVER, State.PRESENT, e), used=True)
        for e in (wrong, far)
    )
    d = replace(builders.differential(), findings=uses)
    html = html_report(d, {builders.DOCUMENT: builders.REPORT})
    assert Page(html).report == builders.REPORT
    assert 'href="#text-' not in html
    assert html.count("<q>fever</q>") >= 2


def test_references_are_links_to_their_sources() -> None:
    links = page().attributes("href")
    assert "https://pubmed.ncbi.nlm.nih.gov/11/" in links
    assert "https://omim.org/entry/191100" in links
    assert "https://www.orpha.net/en/disease/detail/805" in links
    assert "https://hpo.jax.org/browse/term/HP:0001250" in links
    assert {h.split(":")[0] for h in links if not h.startswith("#")} == {"https"}


def test_bars_grow_with_the_number_and_keep_to_their_side() -> None:
    rects = [a for t, a in page().elements if t == "rect"]
    reasons = [a for a in rects if a["height"] == "10"]
    widths = [float(a["width"] or 0) for a in reasons]
    assert widths[0] == pytest.approx(100.0)
    assert widths[1] == pytest.approx(100 * 1.7 / 3.21, abs=0.01)
    for a in reasons:
        left = float(a["x"] or 0)
        assert (left == 100.0) if a["class"] == "for" else (left <= 100.0)


def test_percentages_of_diagnoses_only_where_calibrated() -> None:
    documents = {builders.DOCUMENT: builders.REPORT}
    assert ">73%<" not in html_report(builders.differential(), documents)
    assert ">73%<" in html_report(builders.differential(calibrated=True), documents)


def test_document_names_are_escaped_and_may_repeat_nothing() -> None:
    odd = '"><img src=x onerror=alert(1)>'
    html = html_report(builders.differential(), {odd: "fever"})
    assert "<img" not in html
    assert Page(html).report == "fever"


def test_an_answer_without_findings_says_so() -> None:
    d = builders.differential()
    bare = replace(d.ranked[0].hypothesis, contributions=(), label="Alphabetically first")
    ranked = (replace(d.ranked[0], hypothesis=bare),)
    html = html_report(replace(d, findings=(), ranked=ranked, unexplained=()), {})
    assert "Alphabetically first" not in html
    assert "No finding was read." in html
    assert "No disease was ranked" in html
