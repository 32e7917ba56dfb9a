"""Families, pairs and must-not-miss in text, JSON and HTML."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from math import fsum
from typing import Any

import pytest
from rich.console import Console

from api.render.as_html import html_report
from api.render.as_json import differential_json
from api.render.as_text import write_text
from api.service import Service
from domain.differential import Differential, Families, MustNotMiss, Pairs
from tests.api import builders


def shown(d: Differential) -> dict[str, str]:
    """The text and the HTML form, each as one line of plain words."""
    out = io.StringIO()
    write_text(d, Console(file=out, width=4000))
    html = re.sub(r"<[^>]+>", " ", html_report(d, {})).replace("\N{MINUS SIGN}", "-")
    forms = {"text": out.getvalue(), "html": html}
    return {name: " ".join(form.split()) for name, form in forms.items()}


def body(d: Differential) -> dict[str, Any]:
    return differential_json(d)


@pytest.mark.parametrize("form", ["text", "html"])
def test_a_family_is_shown_with_its_members_and_their_own_scores(form: str) -> None:
    d = builders.differential()
    words = shown(d)[form]
    (family,) = body(d)["families"]["groups"]
    (member,), (alone,) = family["members"], body(d)["families"]["not_grouped"]
    assert family["label"] in words
    assert family["id"] in words
    assert "Human Disease Ontology" in words
    assert "1 more member was ranked" in words
    for m in (member, alone):
        assert f"{m['rank']}. {m['label'].split('<')[0]}" in words
    assert f"{member['score']:.2f}" in words
    assert family["posterior"] == 0.7654


@pytest.mark.parametrize("form", ["text", "html"])
def test_shares_of_families_only_where_calibrated(form: str) -> None:
    assert "77%" not in shown(builders.differential())[form]
    assert "together 77%" in shown(builders.differential(calibrated=True))[form]


@pytest.mark.parametrize("form", ["text", "html"])
def test_without_a_hierarchy_the_answer_says_what_to_load(toy_service: Service, form: str) -> None:
    d = toy_service.diagnose(toy_service.case(phenopacket=_packet()))
    words = shown(d)[form]
    assert body(d)["families"]["status"] == "not_grouped"
    assert body(d)["families"]["reason"] in words
    assert "Not grouped. This release holds no hierarchy of diseases. Load one" in words


@pytest.mark.parametrize("form", ["text", "html"])
def test_a_pair_is_shown_with_its_sum_and_what_each_explains(form: str) -> None:
    d = builders.differential()
    words = shown(d)[form]
    (pair,) = body(d)["pairs"]["pairs"]
    total = fsum(
        [pair["prior_score"], pair["price"]]
        + [c["log_likelihood_ratio"] for m in pair["members"] for c in m["contributions"]]
    )
    assert pair["score"] == pytest.approx(total, abs=1e-9)
    assert pair["gain"] == pytest.approx(total - d.ranked[0].hypothesis.score, abs=1e-9)
    reasons = total - pair["prior_score"] - pair["price"]
    assert (
        f"core {total:.2f} = prior -9.45 + second disease -9.25 + reasons {reasons:+.2f}; "
        f"{pair['gain']:+.2f} over the first diagnosis" in words
    )
    assert "The second disease costs -9.25" in words
    assert "at least +0.69 over" in words
    assert "Left unexplained by the first diagnosis: Pneumonia." in words
    assert "40. Cystic fibrosis" in words
    assert "explains +12.34 Pneumonia" in words
    assert "explains +3.21 Focal-onset seizure, +1.70 Cardiac rhabdomyoma" in words
    assert "Neither explains Ataxia" in words
    assert [[e["label"] for e in m["explains"]] for m in pair["members"]] == [
        ["Focal-onset seizure", "Cardiac rhabdomyoma"],
        ["Pneumonia"],
    ]


def test_the_numbers_of_a_pair_are_open_in_the_report() -> None:
    words = shown(builders.differential())["html"]
    assert "Pneumonia HP:0002090 known in this disease seen in 2 of 3 patients +12.34" in words
    assert "depth of picture the disease's whole picture -0.50" in words.replace("&#39;", "'")


@pytest.mark.parametrize("form", ["text", "html"])
def test_no_pair_is_said_with_its_reason(form: str) -> None:
    d = replace(builders.differential(), pairs=Pairs(reason="One explains all."))
    assert "Two diseases at once One explains all." in shown(d)[form]
    assert body(d)["pairs"]["status"] == "none_shown"


@pytest.mark.parametrize("form", ["text", "html"])
def test_must_not_miss_is_said_to_be_not_assessed(form: str) -> None:
    d = builders.differential()
    assert body(d)["must_not_miss"] == {
        "status": "not_assessed",
        "reason": MustNotMiss().reason,
        "diseases": [],
    }
    words = shown(d)[form]
    place = re.search(r"Must not be missed ?: not assessed\. No loaded source", words)
    assert place is not None
    assert "no sign of safety" in words
    assert place.start() < words.index("Scores are natural logarithms")


@pytest.mark.parametrize("form", ["text", "html"])
def test_an_answer_without_ranking_has_neither(form: str) -> None:
    d = replace(builders.differential(), ranked=(), families=Families(), pairs=Pairs())
    words = shown(d)[form]
    assert "Two diseases at once" not in words
    assert "Must not be missed" in words


def _packet() -> dict[str, Any]:
    features = [{"type": {"id": i}} for i in ("HP:0001250", "HP:0002650")]
    return {"id": "p", "phenotypicFeatures": features}
