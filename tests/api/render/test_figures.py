"""Figures of the literature in words, and answers that rest on them, in every form."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from api import common
from api.http.answers import DifferentialOut
from api.intake import CodedFinding
from api.render import figures, must_not_miss, words
from api.render.as_html import html_report
from api.render.as_json import differential_json
from api.render.as_text import write_text
from api.service import Service
from domain.differential import Differential
from domain.evidence import ConceptRef
from domain.figures import Against, Class, Kind, Measure, Review, Setting
from domain.what_if import Move
from tests.api import builders
from tests.reasoning.common.made import figure

CARDIOMEGALY, EFFUSION, SCOLIOSIS, SEIZURE = (
    "HP:0001640", "HP:0002202", "HP:0002650", "HP:0001250",
)  # fmt: skip


def ask(service: Service, *present: str, top: int = 5, **given: Any) -> Differential:
    findings = [CodedFinding(concept=c) for c in present]
    case = service.case(findings=findings, **given)
    return common.diagnose(service, case, Setting.EMERGENCY, top)


@pytest.fixture(scope="module")
def answer(figures_service: Service) -> Differential:
    return ask(figures_service, CARDIOMEGALY, SCOLIOSIS, SEIZURE, age="P70Y")


@pytest.fixture(scope="module")
def of_all(figures_service: Service) -> Differential:
    """Scope all: a common disease, a rare one, and a complaint's prior that was not there."""
    findings = [CodedFinding(concept=c) for c in (CARDIOMEGALY, SCOLIOSIS, SEIZURE)]
    case = figures_service.case(findings=findings, age="P70Y")
    return common.diagnose(figures_service, case, Setting.EMERGENCY, 10, "all")


def shown(d: Differential) -> dict[str, str]:
    """Words of the terminal's form and of the report, their white space made one."""
    out = io.StringIO()
    write_text(d, Console(file=out, width=4000))
    html = re.sub(r"<style.*?</style>|<script.*?</script>", "", html_report(d, {}), flags=re.DOTALL)
    text = re.sub(r"<[^>]+>", " ", html).replace("\N{MINUS SIGN}", "-").replace("&#39;", "'")
    return {"text": " ".join(out.getvalue().split()), "html": " ".join(text.split())}


SENTENCES = [
    (Measure.FREQUENCY, {"printed": "43/311"}, "a finding in patients with the disease: 43/311"),
    (
        Measure.SENSITIVITY,
        {"printed": "62 %"},
        "a finding in patients with the disease who were tested: 62 %",
    ),
    (
        Measure.SPECIFICITY,
        {"printed": "78 %", "value": 0.78, "comparator": "suspected, not found"},
        "a finding in 22% of patients without the disease (suspected, not found): specificity 78 %",
    ),
    (
        Measure.SPECIFICITY,
        {"printed": "30 %", "value": 0.3, "absent": True, "against": Against.HEALTHY},
        "a finding in 30% of healthy people: specificity 30 %",
    ),
    (
        Measure.LR_POSITIVE,
        {"printed": "LR 1.6"},
        "a finding, likelihood ratio of its presence: LR 1.6, against patients without the disease",
    ),
    (
        Measure.LR_NEGATIVE,
        {"printed": "0.4", "absent": True},
        "a finding, likelihood ratio of its absence: 0.4, against patients without the disease",
    ),
    (
        Measure.RISK_RATIO,
        {"printed": "RR 3.3", "against": Against.OTHER, "comparator": "gout"},
        "a finding, risk ratio: RR 3.3, against patients with another disease (gout)",
    ),
    (
        Measure.SHARE,
        {"printed": "23 %"},
        "a finding, share of the causes of the complaint: 23 %",
    ),
    (
        Measure.CLASS,
        {"printed": "most", "word": Class.VERY_COMMON},
        'a finding called very common ("most")',
    ),
    (Measure.CLASS, {"printed": "common", "word": Class.COMMON}, "a finding called common"),
    (Measure.MEDIAN_AGE, {"printed": "71 years"}, "median age of its patients: 71 years"),
]


@pytest.mark.parametrize(("measure", "given", "sentence"), SENTENCES)
def test_a_figure_says_what_it_is_a_figure_of(
    measure: Measure, given: dict[str, Any], sentence: str
) -> None:
    one = figure(measure=measure, total=None, population="", **given)
    assert figures.said(one) == f"{sentence} (emergency department)"


def test_every_measure_has_its_words() -> None:
    for measure in Measure:
        assert figures.brief(figure(measure=measure, printed="PRINTED", words="WORDS"))


def test_of_whom_and_how_stand_beside_a_figure() -> None:
    one = figure(
        printed="9/10", count=9, total=10, interval="55-99", threshold="> 10 mm",
        kind=Kind.ULTRASOUND, population="a ward", setting=Setting.WARD, review=Review.COLLECTED,
    )  # fmt: skip
    assert figures.said(one) == (
        "a finding in patients with the disease: 9/10 (ultrasound; threshold > 10 mm; "
        "9 of 10; interval 55-99; a ward; ward; collected, not opened: weighs nothing)"
    )


def test_json_holds_the_described_fields_and_every_figure(answer: Differential) -> None:
    body: Any = differential_json(answer)
    DifferentialOut.model_validate(body)
    assert (body["scope"]["asked"], body["scope"]["setting"]) == ("common", "emergency")
    assert body["calibrated"] is False
    first = next(c for c in body["differential"][0]["contributions"] if c["finding"])
    assert first["finding"] == CARDIOMEGALY
    stated = [f for f in first["figures"] if f["measure"] == "sensitivity"]
    assert [(f["printed"], f["value"], f["reference"]) for f in stated] == [
        ("74%", 0.74, "PMID:11")
    ]
    assert stated[0]["link"] == words.link("PMID:11")
    assert stated[0]["population"] == "invented patients, one hospital"
    assert first["background_from"] == "figures"
    assert [f["printed"] for f in first["background_figures"]] == ["78%"]


def test_scope_rare_has_no_figures() -> None:
    body: Any = differential_json(builders.differential())
    assert (body["scope"]["asked"], body["scope"]["setting"]) == ("rare", None)
    for r in body["differential"]:
        for c in r["contributions"]:
            assert (c["figures"], c["background_figures"], c["background_from"]) == ([], [], None)


@pytest.mark.parametrize("form", ["text", "html"])
def test_figures_stand_with_the_number_that_rests_on_them(answer: Differential, form: str) -> None:
    said = shown(answer)[form]
    assert "cardiomegaly on film" in said
    assert "in patients with the disease who were tested: 74%" in said
    assert "background: the other diseases' figures, and for all other patients 1 figure" in (
        said.replace("Background:", "background:")
    )
    assert "odds ratio: 2.1, against healthy people (healthy toys)" in said
    assert "that 10% of all patients have it is assumed" in said
    assert "median age of its patients: 71 years" in said
    assert "(present, LR" not in said


@pytest.mark.parametrize("form", ["text", "html"])
def test_scores_are_described_as_they_are_made(answer: Differential, form: str) -> None:
    said = shown(answer)[form]
    assert "What nobody printed moves nothing" in said
    assert "the strongest for (or against)" not in said
    rare = shown(builders.differential())[form]
    assert "the strongest for (or against)" in rare
    assert "What nobody printed" not in rare


@pytest.mark.parametrize("form", ["text", "html"])
def test_nothing_empty_is_said(answer: Differential, form: str) -> None:
    said = shown(answer)[form]
    assert "Prior : All diseases begin alike" in said.replace("Prior:", "Prior :")
    silent = replace(answer, prior=replace(answer.prior, statement=""))
    assert "Prior:" not in shown(silent)[form].replace("Prior :", "Prior:")
    assert "Families" not in said
    assert "Two diseases at once" not in said


def test_references_lead_somewhere(answer: Differential) -> None:
    html = html_report(answer, {})
    assert f'href="{words.link("PMID:11")}"' in html
    assert words.link("PMCID:PMC12") == "https://pmc.ncbi.nlm.nih.gov/articles/PMC12/"


def test_a_terminal_shows_two_figures_and_says_how_many_more() -> None:
    made = builders.first().contributions[0]
    many = tuple(figure(printed=str(i), reference=f"PMID:{i}") for i in range(4))
    lines = figures.lines(replace(made, figures=many, background_figures=()))
    assert [line.count("PMID:") for line in lines] == [1, 1, 0]
    assert lines[1].endswith("PMID:1 (and 2 more figures)")
    assert lines[2].endswith("assumed")


def test_findings_that_nobody_printed_stand_in_one_line_of_a_terminal(
    answer: Differential,
) -> None:
    said = shown(answer)["text"]
    assert "Nobody printed how often this disease shows it, so it moves nothing: " in said
    assert said.count("it moves nothing: Cardiomegaly, Seizure.") == 1


@pytest.mark.parametrize("form", ["text", "html"])
def test_what_must_not_be_missed_is_listed_with_its_reasons(
    answer: Differential, form: str
) -> None:
    said = shown(answer)[form]
    assert "1 disease, listed below." in said
    at = said.index("Must not be missed", said.index("listed below"))
    block = said[at:]
    assert "Toy heart failure" in block
    assert re.search(r"\+\d\.\d\d Cardiomegaly", block)
    assert "ould be settled by showing Toy lines on chest film or Cardiomegaly" in block


@pytest.mark.parametrize("form", ["text", "html"])
def test_what_was_not_looked_at_is_never_put_as_safety(figures_service: Service, form: str) -> None:
    d = ask(figures_service, EFFUSION, age="P70Y")
    (found,) = d.must_not_miss.diseases
    assert not found.assessed
    assert not d.must_not_miss.diseases[0].speaks_against
    said = shown(d)[form]
    assert must_not_miss.NOT_ASSESSED in said
    assert "A low place does not rule one out" in said
    assert "ruled out" not in said.replace("not ruled out", "")


def test_beyond_the_first_eight_a_terminal_names_them_in_one_line(answer: Differential) -> None:
    (one,) = answer.must_not_miss.diseases
    many = tuple(replace(one, rank=n, assessed=n % 2 == 0) for n in range(1, 12))
    d = replace(answer, must_not_miss=replace(answer.must_not_miss, diseases=many))
    said = shown(d)["text"]
    assert len(must_not_miss.in_full(d)) == must_not_miss.IN_FULL == 8
    rest = must_not_miss.rest_line(d)
    assert rest in said
    assert "9. Toy heart failure (not assessed); 10. Toy heart failure; 11. Toy" in rest
    assert "Further down" not in shown(answer)["text"]


@pytest.mark.parametrize("form", ["text", "html"])
def test_without_a_finding_none_has_a_rank(figures_service: Service, form: str) -> None:
    """The only finding is of a relative, and does not count."""
    findings = [CodedFinding(concept=SEIZURE, relative="mother")]
    case = figures_service.case(findings=findings)
    said = shown(common.diagnose(figures_service, case, Setting.EMERGENCY, 5))[form]
    assert "No disease was ranked" in said
    assert "1. Toy heart failure" not in said
    assert "Toy heart failure" in said


def test_json_of_all_holds_figures_and_annotations(of_all: Differential) -> None:
    body: Any = differential_json(of_all)
    DifferentialOut.model_validate(body)
    assert (body["scope"]["asked"], body["scope"]["setting"]) == ("all", "emergency")
    assert body["scope"]["prior_moves"] == []
    assert body["calibrated"] is False
    found = {r["disease"]: r["contributions"] for r in body["differential"]}
    assert len(found) == len(body["differential"]) == body["scope"]["ranked"] == 10
    of_failure, of_rare = found["DX:toy-failure"], found["TOY:5"]
    assert any(c["figures"] for c in of_failure)
    assert not any(c["assertions"] for c in of_failure)
    assert any(c["assertions"] for c in of_rare)
    assert not any(c["figures"] for c in of_rare)
    unrecorded = {
        disease: next(c["alone"] for c in cs if c["finding"] == CARDIOMEGALY)
        for disease, cs in found.items()
        if disease in ("MONDO:9999001", "TOY:5")
    }
    assert len(set(unrecorded.values())) == 1


@pytest.mark.parametrize("form", ["text", "html"])
def test_both_kinds_stand_in_one_answer(of_all: Differential, form: str) -> None:
    said = shown(of_all)[form]
    assert "2 common and emergency diseases" in said
    assert "in patients with the disease who were tested: 74%" in said
    assert "Toy sex-linked seizures" in said
    assert "commoner here than in the background" in said.lower()
    assert "average disease" not in said
    assert "measured against the same background" in said
    assert "What nobody printed moves nothing" not in said
    assert "it moves nothing: " not in said
    assert "No percentages" in said
    assert "1 disease, listed below." in said


@pytest.mark.parametrize("form", ["text", "html"])
def test_what_the_prior_did_is_said_where_it_moved_one(of_all: Differential, form: str) -> None:
    assert "What the prior did" not in shown(of_all)[form]
    first, second = (r.hypothesis for r in of_all.ranked[:2])
    moves = tuple(
        Move(disease=ConceptRef(id=h.disease, label=h.label), before=before, after=after)
        for h, before, after in ((first, 4, 1), (second, 2, 2))
    )
    d = replace(of_all, scope=replace(of_all.scope, prior_moves=moves))
    assert f"What the prior did: {first.label} is 1st, 4th without it" in shown(d)[form]
    assert f"{second.label} is 2., without" not in shown(d)[form]
    body: Any = differential_json(d)
    DifferentialOut.model_validate(body)
    assert [(m["disease"], m["before"], m["after"]) for m in body["scope"]["prior_moves"]] == [
        (first.disease, 4, 1),
        (second.disease, 2, 2),
    ]
    unmoved = replace(of_all, scope=replace(of_all.scope, prior_moves=moves[1:]))
    assert "What the prior did" not in shown(unmoved)[form]
