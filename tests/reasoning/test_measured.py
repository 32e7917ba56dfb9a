"""Percentages are shown only where they were measured, and none above what was right."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from rich.console import Console

from api.render.as_html import html_report
from api.render.as_json import differential_json
from api.render.as_text import write_text
from domain.case import Case
from domain.differential import CalibrationUse, Differential
from domain.evidence import CodedEntry, TextSpan
from domain.findings import Observation, State
from domain.identifiers import Curie
from reasoning import answer, scorer
from reasoning.calibration import NONE, Calibration
from reasoning.knowledge import Knowledge
from reasoning.measured import calibration_use
from reasoning.prior import UNIFORM, Prior, PriorLine
from reasoning.ranking import Ranker

VERSIONS = {"hpo": "2025-01-01", "hpoa": "2025-01-01"}
MEASURED = Calibration(
    ceiling=0.4, measured="50 cases of a clinic", versions={**VERSIONS, "mondo": "2024"}
)
PRIOR = Prior(
    source="a clinic",
    figures=(PriorLine(disease=Curie("TOY:1"), figure=3.0, reference="PMID:7"),),
)


def coded(concept: str, state: State = State.PRESENT) -> Observation:
    entry = CodedEntry(system="command line", code=concept)
    return Observation(label=concept, concept=Curie(concept), state=state, evidence=(entry,))


PLAIN = (coded("HP:0001251"), coded("HP:0002650", State.ABSENT))
READ = replace(PLAIN[0], evidence=(TextSpan(document="r", start=0, end=6, quote="ataxia"),))
SOFT = replace(PLAIN[0], state=State.UNCERTAIN, probability=0.7, base_rate=0.1)


def made(
    knowledge: Knowledge,
    *,
    calibration: Calibration = MEASURED,
    versions: dict[str, str] = VERSIONS,
) -> Ranker:
    return Ranker(knowledge, scorer.load("coverage"), versions, calibration=calibration)


def use(ranker: Ranker, *said: Observation, prior: Prior = UNIFORM) -> CalibrationUse:
    return calibration_use(ranker, ranker.rank(Case(id="x", observations=said), prior=prior))


def test_a_setting_like_that_measured_has_percentages(knowledge: Knowledge) -> None:
    found = use(made(knowledge), *PLAIN)
    assert found.calibrated
    assert found.ceiling == 0.4
    assert "50 cases of a clinic" in found.statement
    assert "40%" in found.statement
    assert "Your patients may differ" in found.statement


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ((READ, PLAIN[1]), "read, not coded"),
        ((PLAIN[0], replace(PLAIN[1], importance=0.5)), "weighted or uncertain"),
        ((replace(PLAIN[0], chief=True),), "weighted or uncertain"),
        ((SOFT,), "weighted or uncertain"),
        ((), "no finding of this case"),
    ],
)
def test_findings_unlike_those_measured_have_none(
    knowledge: Knowledge, said: tuple[Observation, ...], why: str
) -> None:
    found = use(made(knowledge), *said)
    assert not found.calibrated
    assert why in found.statement
    assert found.statement.startswith("No percentages: they were measured on 50 cases")


def test_findings_that_did_not_count_do_not_matter(knowledge: Knowledge) -> None:
    """One that was read beside, and is implied by a coded one, moved nothing."""
    implied = replace(READ, label="nerves", concept=Curie("HP:0000707"))
    assert use(made(knowledge), *PLAIN, implied).calibrated


def test_a_prior_of_the_callers_has_none(knowledge: Knowledge) -> None:
    found = use(made(knowledge), *PLAIN, prior=PRIOR)
    assert not found.calibrated
    assert "prior of the caller's" in found.statement


@pytest.mark.parametrize("source", ["hpo", "hpoa"])
def test_another_version_has_none(knowledge: Knowledge, source: str) -> None:
    found = use(made(knowledge, versions=VERSIONS | {source: "2030-02-03"}), *PLAIN)
    assert not found.calibrated
    assert f"this release has {source} 2030-02-03, not 2025-01-01" in found.statement
    without = {k: v for k, v in VERSIONS.items() if k != source}
    assert f"{source} not at all" in use(made(knowledge, versions=without), *PLAIN).statement


def test_what_was_never_measured_has_none(knowledge: Knowledge) -> None:
    found = use(made(knowledge, calibration=NONE), *PLAIN)
    assert not found.calibrated
    assert "never measured" in found.statement


def test_the_toy_release_is_not_what_the_shipped_shares_were_measured_on(ranker: Ranker) -> None:
    found = use(ranker, *PLAIN)
    assert not found.calibrated
    assert "this release has hpo" in found.statement


def shown(d: Differential) -> tuple[str, str]:
    out = io.StringIO()
    write_text(d, Console(file=out, width=120), {})
    return out.getvalue(), html_report(d, {})


def test_nothing_is_shown_above_the_ceiling_and_json_keeps_the_number(
    knowledge: Knowledge,
) -> None:
    ranker = made(knowledge)
    case = Case(id="x", observations=(coded("HP:0001251"), coded("HP:0007359")))
    d = answer.differential(ranker, ranker.rank(case), 1)
    posterior = d.ranked[0].posterior
    assert posterior > 0.45
    for text in shown(d):
        assert text.count("40%") == 2  # in the statement, and as the first one's share
        assert f"{posterior:.0%}" not in text
    found = json.loads(json.dumps(differential_json(d)))
    assert found["differential"][0]["posterior"] == posterior
    assert found["calibration"] == {"ceiling": 0.4, "statement": d.calibration.statement}


def test_nothing_is_shown_where_it_was_not_measured(knowledge: Knowledge) -> None:
    ranker = made(knowledge, calibration=replace(MEASURED, measured=""))
    case = Case(id="x", observations=(coded("HP:0001251"), coded("HP:0007359")))
    d = answer.differential(ranker, ranker.rank(case), 1)
    for text in shown(d):
        assert f"{d.ranked[0].posterior:.0%}" not in text
    assert differential_json(d)["calibrated"] is False
