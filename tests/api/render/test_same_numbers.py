"""Text, JSON and HTML of one answer show the same numbers, reasons, rows and references."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from rich.console import Console

from api.intake import CodedFinding
from api.render import words
from api.render.as_html import html_report
from api.render.as_json import differential_json
from api.render.as_text import write_text
from api.service import Service
from domain.differential import Differential
from tests.api import builders

GROUPS = {
    "Supporting": "supporting",
    "Conflicting": "conflicting",
    "Not explained by this disease": "unexplained",
    "Next to no effect": "without_effect",
    "The disease as a whole": "whole_disease",
    "Age, sex and family": "patient",
    words.TYPICAL: "typical",
}
#: (group, number as it is shown, name)
Line = tuple[str, str, str]


def toy(service: Service) -> Differential:
    present = ("HP:0007359", "HP:0002066", "HP:0001640", "HP:0002202")
    findings = [CodedFinding(concept=c) for c in present]
    findings.append(CodedFinding(concept="HP:0002650", state="absent"))
    return service.diagnose(service.case(findings=findings), top=8)


@pytest.fixture(params=["built by hand", "of the toy release"])
def answer(request: pytest.FixtureRequest, toy_service: Service) -> Differential:
    return builders.differential() if request.param == "built by hand" else toy(toy_service)


def text_of(d: Differential) -> str:
    out = io.StringIO()
    write_text(d, Console(file=out, width=4000))
    return out.getvalue()


def html_of(d: Differential) -> str:
    return html_report(d, {}).replace("\N{MINUS SIGN}", "-")


def in_json(d: Differential) -> list[list[Line]]:
    """Reasons of each hypothesis, the strongest of each group first, then what is typical."""
    found = []
    body: Any = differential_json(d)
    for r in body["differential"]:
        rows = sorted(r["contributions"], key=lambda c: -abs(c["log_likelihood_ratio"]))
        lines = [
            (g, words.signed(c["log_likelihood_ratio"]), c["label"] or c["name"])
            for g in GROUPS.values()
            for c in rows
            if c["group"] == g
        ]
        lines += [
            ("typical", words.share(t["frequency"]), t["label"]) for t in r["typical_not_mentioned"]
        ]
        found.append(lines)
    return found


def in_text(d: Differential) -> list[list[Line]]:
    found: list[list[Line]] = []
    group = ""
    for line in text_of(d).splitlines():
        if line.strip() == "Families":
            break
        if re.match(r"^\d+\. ", line):
            found.append([])
        elif line.strip() in GROUPS:
            group = GROUPS[line.strip()]
        elif found and (row := re.match(r"^\s*([-+]?[\d.]+%?)\s+(?:no |possible )?(.*)", line)):
            name = re.split(r" \(HP:|: ", row[2])[0]
            found[-1].append((group, row[1], name))
    return found


class Reasons(HTMLParser):
    """The reasons of each diagnosis of a report: group, number, name."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[list[Line]] = []
        self._group = ""
        self._read: list[str] = []
        self._now: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        css = dict(attrs).get("class") or ""
        if tag == "details" and css == "diagnosis":
            self.found.append([])
        if tag == "section":
            self._group = ""
        kind = "h3" if tag == "h3" else css if tag == "span" else ""
        self._read.append(kind)
        if kind == "name":
            self._now = {"name": ""}

    def handle_endtag(self, tag: str) -> None:
        kind = self._read.pop()
        if kind == "h3":
            self._group = GROUPS.get(self._now.pop("h3", ""), "")
        elif kind == "value" and self._group:
            name = re.sub(r"^(no|possible) ", "", self._now["name"].strip())
            self.found[-1].append((self._group, self._now["value"], name))

    def handle_data(self, data: str) -> None:
        if self._read and self._read[-1] in {"h3", "name", "value"}:
            self._now[self._read[-1]] = self._now.get(self._read[-1], "") + data


def test_every_reason_has_one_number_and_one_group_in_all_three(answer: Differential) -> None:
    expected = in_json(answer)
    assert {g for lines in expected for g, _, _ in lines} >= {
        "supporting", "conflicting", "unexplained", "without_effect", "whole_disease", "typical",
    }  # fmt: skip
    assert in_text(answer) == expected
    html = re.sub(r"<(meta|link)[^>]*>", "", html_of(answer))
    assert Reasons(html).found == expected


def reasons(d: Differential) -> list[dict[str, Any]]:
    body: Any = differential_json(d)
    return [
        reason
        for r in body["differential"]
        for reason in (*r["contributions"], *r["typical_not_mentioned"])
    ]


def test_patients_evidence_codes_and_references_are_in_all_three(answer: Differential) -> None:
    text = " ".join(text_of(answer).split())
    html = html_of(answer)
    for reason in reasons(answer):
        if reason.get("group") == "whole_disease":
            continue
        seen = reason["seen"]
        for phrase in [seen] if isinstance(seen, str) else seen:
            assert phrase in text
            assert phrase[1:] in html
        for row in reason["assertions"]:
            assert row["evidence_code"] in text
            assert f">{row['evidence_code']}</abbr>" in html
            for reference in row["references"]:
                assert reference in html
        first = dict.fromkeys(r for row in reason["assertions"] for r in row["references"])
        if len(first) <= 3:
            assert all(reference in text for reference in first)
    assert "seen in" in text


def test_match_and_path_are_in_all_three(answer: Differential) -> None:
    text = " ".join(text_of(answer).split())
    html = html_of(answer)
    edges = 0
    for reason in reasons(answer):
        if "match" not in reason or reason["group"] == "whole_disease":
            continue
        how = next(v for k, v in words.MATCH_WORDS.items() if k.value == reason["match"])
        assert how in html
        assert how in text or reason["match"] == "none"
        for edge in reason["path"]:
            if edge["predicate"] == "IS_A":
                edges += 1
                assert edge["subject_label"] in text
                assert f"a kind of {edge['object_label']}" in text
                assert f'{edge["subject_label"]} <span class="edge">is a kind of</span>' in html
    assert edges


def test_totals_are_the_same_in_all_three(answer: Differential) -> None:
    text, html = text_of(answer), html_of(answer)
    for r in answer.ranked:
        h = r.hypothesis
        reasons = words.signed(h.score - h.prior_score)
        total = f"core {h.score:.2f} = prior {h.prior_score:.2f} + reasons {reasons}"
        assert f"s{total}" in text
        assert f"S{total}" in html
