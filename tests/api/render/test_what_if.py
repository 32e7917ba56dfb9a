"""What would change the answer, in all three forms: the same numbers and the same words."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from api.http.answers import DifferentialOut
from api.render import what_if, words
from api.render.as_html import html_report
from api.render.as_json import differential_json
from api.render.as_text import write_comparison, write_text
from domain.differential import Compared, Comparison, Differential, Separator
from domain.evidence import ConceptRef
from domain.findings import State
from domain.identifiers import Curie
from domain.what_if import (
    TOP,
    Counterfactual,
    How,
    Move,
    NextFinding,
    Outlook,
    Part,
    Shift,
    Supposed,
)
from tests.api import builders
from tests.api.render.test_as_html import Page

OTHER = ConceptRef(id=Curie("OMIM:999999"), label='Syndrome <b>"X"</b>')
NODULES = ConceptRef(id=Curie("HP:0009716"), label="Subependymal nodules")


def outlook(first: ConceptRef, *after: int) -> Outlook:
    moves = (
        Move(disease=disease, before=i, after=rank)
        for i, (disease, rank) in enumerate(zip((builders.TSC, OTHER), after, strict=True), 1)
    )
    return Outlook(first=first, moves=tuple(moves))


def shift(disease: ConceptRef, before: int, after: int | None, *parts: Part) -> Shift:
    return Shift(
        disease=disease, rank_before=before, rank_after=after, score_before=-5.0, parts=parts
    )


def answer() -> Differential:
    """The differential of the builders with all three explanations."""
    d = builders.differential()
    one, other = d.ranked
    by_finding = {c.finding: c for c in other.hypothesis.contributions}
    return replace(
        d,
        next_findings=(
            NextFinding(
                concept=NODULES,
                how=How.IMAGE,
                gain=0.4321,
                if_present=outlook(builders.TSC, 1, 7),
                if_absent=outlook(OTHER, 2, 1),
            ),
            NextFinding(
                concept=builders.FEVER,
                how=How.ASK,
                gain=0.1234,
                if_present=outlook(builders.TSC, 1, 2),
                if_absent=outlook(builders.TSC, 1, 2),
            ),
        ),
        counterfactuals=(
            Counterfactual(
                finding=builders.FOCAL,
                state=State.PRESENT,
                supposed=Supposed.WITHOUT,
                shifts=(
                    shift(
                        builders.TSC,
                        1,
                        1234,
                        Part(finding=builders.FOCAL, before=3.21, after=0.0),
                        Part(name="depth of picture", before=0.25, after=-0.5),
                    ),
                    shift(OTHER, 8, 1, Part(finding=builders.FOCAL, before=-2.5, after=0.0)),
                ),
            ),
            Counterfactual(
                finding=builders.ATAXIA,
                state=State.ABSENT,
                supposed=Supposed.PRESENT,
                shifts=(shift(builders.TSC, 1, 1), shift(OTHER, 2, 2)),
            ),
        ),
        comparison=Comparison(
            one=one,
            other=other,
            rows=tuple(
                sorted(
                    (
                        Compared(one=c, other=by_finding.get(c.finding))
                        for c in one.hypothesis.contributions
                    ),
                    key=lambda r: -abs(r.difference),
                )
            ),
            separators=(
                Separator(
                    concept=NODULES,
                    how=How.IMAGE,
                    one=0.8,
                    other=None,
                    if_present=2.3456,
                    if_absent=-0.1111,
                ),
            ),
        ),
    )


def printed(d: Differential, width: int = 160) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width)
    write_text(d, console)
    assert d.comparison is not None
    write_comparison(d, d.comparison, console)
    lines = out.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    return " ".join(out.getvalue().split())


def shown(d: Differential) -> str:
    """The text of the HTML form, with its minus signs as hyphens."""
    html = html_report(d, {})
    Page(html)
    body = re.sub(r"<(script|style)>.*?</\1>", " ", html, flags=re.DOTALL)
    text = re.sub(r"<[^>]+>", " ", body).replace("\N{MINUS SIGN}", "-")
    return " ".join(text.replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"').split())


def numbers(body: dict[str, Any]) -> set[str]:
    """Every figure of the three explanations in JSON, as the other forms write it."""
    found = {f"{n['gain']:.2f}" for n in body["next_findings"]}
    for c in body["counterfactuals"]:
        for s in c["shifts"]:
            found.add(words.signed(s["change"]))
            found |= {words.signed(p["change"]) for p in s["parts"]}
    comparison = body["comparison"]
    found |= {words.signed(r["difference"]) for r in comparison["rows"]}
    found |= {
        words.signed(r[side]["log_likelihood_ratio"])
        for r in comparison["rows"]
        for side in ("one", "other")
        if r[side] is not None
    }
    found |= {f"{comparison[side]['score']:.2f}" for side in ("one", "other")}
    found.add(words.signed(comparison["difference"]))
    for s in comparison["separators"]:
        found |= {words.signed(s[k]) for k in ("if_present", "if_absent")}
        found |= {what_if.share_words(s[k]) for k in ("one", "other")}
    return found


def test_text_html_and_json_tell_the_same_numbers() -> None:
    d = answer()
    body = json.loads(json.dumps(differential_json(d), allow_nan=False))
    told = numbers(body)
    assert {"0.43", "0.12", "-3.21", "-0.75", "-3.96", "+2.50", "+5.71", "+2.35"} <= told
    assert words.share(0.8) in told
    text, html = printed(d), shown(d)
    assert not {n for n in told if n not in text}
    assert not {n for n in told if n not in html}


def test_text_and_html_use_the_same_words() -> None:
    d = answer()
    text, html = printed(d, 400), shown(d)
    for sentence in (
        "first stays; 2 to 7",
        'Syndrome <b>"X"</b> becomes first; 1 to 2, 2 to 1',
        f"first stays; the first {TOP} keep their places",
        "1 to 1,234",
        "Focal-onset seizure -3.21; depth of picture -0.75",
        "not recorded",
        "no Ataxia",
    ):
        assert sentence in text, sentence
        assert sentence in html, sentence
    for c in d.counterfactuals or ():
        assert f"{what_if.supposition(c)}: {what_if.effect_words(c)}" in text
        assert what_if.effect_words(c) in html
    assert "No score changes by 0.01 or more." in html


def test_findings_to_look_for_stand_under_how_they_are_obtained() -> None:
    for form in (printed(answer()), shown(answer())):
        part = form[form.index(what_if.NEXT) :]
        where = [part.index(word) for word in ("Ask", "Fever", "Film", "Subependymal nodules")]
        assert where == sorted(where)


def test_the_body_is_as_described_and_null_where_not_asked_for() -> None:
    body = differential_json(answer())
    DifferentialOut.model_validate(json.loads(json.dumps(body)))
    bare = differential_json(builders.differential())
    assert bare["next_findings"] == []
    assert bare["counterfactuals"] is None
    assert bare["comparison"] is None


def test_what_was_not_asked_for_is_not_shown() -> None:
    d = builders.differential()
    out = io.StringIO()
    write_text(d, Console(file=out, width=120))
    for title in (what_if.NEXT, what_if.WITHOUT, what_if.SEPARATES):
        assert title not in out.getvalue()
        assert title not in shown(d)


def test_labels_are_escaped_and_ids_stay_unique() -> None:
    html = html_report(answer(), {builders.DOCUMENT: builders.REPORT})
    assert 'Syndrome <b>"X"' not in html
    ids = Page(html).attributes("id")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("how", How)
def test_every_way_has_words(how: How) -> None:
    assert what_if.HOW_WORDS[how]


def test_nothing_ranked_is_said() -> None:
    none = Counterfactual(
        finding=builders.FOCAL,
        state=State.PRESENT,
        supposed=Supposed.WITHOUT,
        shifts=(shift(builders.TSC, 1, None),),
    )
    assert what_if.effect_words(none) == "no disease would be ranked"
    assert what_if.shift_words(none.shifts[0]) == "1 to none"
    assert none.leave == (builders.TSC,)


def test_a_gain_that_rounds_to_nothing_is_not_advised() -> None:
    d = answer()
    small = tuple(replace(n, gain=0.004) for n in d.next_findings)
    assert small
    for text in (
        printed(replace(d, next_findings=small), 400),
        shown(replace(d, next_findings=small)),
    ):
        assert what_if.NEXT_NOTHING in text
        assert small[0].concept.label not in text.split(what_if.NEXT)[1].split(what_if.WITHOUT)[0]
    assert what_if.NEXT_NOTHING not in printed(d, 400)


@pytest.mark.parametrize(("after", "moves"), [(0.004, False), (-0.004, False), (0.006, True)])
def test_a_change_that_rounds_to_nothing_has_no_table(after: float, moves: bool) -> None:
    c = (answer().counterfactuals or ())[0]
    part = Part(finding=builders.ATAXIA, before=0.0, after=after)
    assert what_if.moves_scores(replace(c, shifts=(shift(OTHER, 1, 1, part),))) is moves


def test_what_was_absent_is_left_out_as_such() -> None:
    c = replace((answer().counterfactuals or ())[0], supposed=Supposed.WITHOUT)
    assert what_if.supposition(replace(c, state=State.ABSENT)) == f'without "no {c.finding.label}"'
    assert what_if.supposition(replace(c, state=State.PRESENT)) == f"without {c.finding.label}"
