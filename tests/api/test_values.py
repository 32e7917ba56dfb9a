"""Measured values on their way through a case: read, weighed and shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from click.testing import Result

from api.http.answers import DifferentialOut
from api.parts import TextPart
from api.render.as_html import html_report
from api.render.as_json import differential_json
from api.service import Service
from domain.evidence import Measurement, TextSpan
from domain.findings import FindingUse, State

TEXT = "Microcephaly. Head circumference 41 cm (-3.2 SD) on day 3. Seizures."
PACKET = {
    "subject": {"timeAtLastEncounter": {"age": {"iso8601duration": "P54Y"}}},
    "phenotypicFeatures": [{"type": {"id": "HP:0001250"}}],
}
NORMAL = "Seizures. Head circumference 0.4 SD."


def letter(text: str) -> list[TextPart]:
    return [TextPart(name="letter", text=text)]


def findings(service: Service, text: str) -> dict[str, FindingUse]:
    ranking = service.rank(service.case(texts=letter(text)))
    return {u.finding.label: u for u in ranking.uses}


def shown(service: Service, text: str) -> tuple[dict[str, Any], str]:
    found = service.diagnose(service.case(texts=letter(text)))
    return differential_json(found), html_report(found, {"letter": text})


def test_words_and_value_are_two_witnesses_of_one_finding(toy_service: Service) -> None:
    use = findings(toy_service, TEXT)["Microcephaly"]
    assert use.used
    assert use.finding.state is State.PRESENT
    assert len(use.finding.observations) == 2
    spans = [e for e in use.finding.evidence if isinstance(e, TextSpan)]
    assert [s.quote for s in spans] == ["Microcephaly", "Head circumference 41 cm (-3.2 SD)"]
    (value,) = [e for e in use.finding.evidence if isinstance(e, Measurement)]
    assert (value.value, value.unit, value.time) == (-3.2, "SD", "on day 3")


def test_a_value_alone_counts_as_words_do(toy_service: Service) -> None:
    by_value = toy_service.rank(toy_service.case(texts=letter("OFC -3.2 SD. Seizures.")))
    in_words = toy_service.rank(toy_service.case(texts=letter("Microcephaly. Seizures.")))
    assert by_value.scores.tolist() == in_words.scores.tolist()


def test_a_normal_value_excludes_for_that_time(toy_service: Service) -> None:
    use = findings(toy_service, NORMAL)["Microcephaly"]
    assert use.used
    assert use.finding.state is State.ABSENT
    assert use.finding.momentary
    body, page = shown(toy_service, NORMAL)
    finding = next(f for f in body["findings"] if f["label"] == "Microcephaly")
    assert finding["momentary"] is True
    assert "at that time" in page


def test_a_normal_value_does_not_silence_the_history(toy_service: Service) -> None:
    for text in (f"Microcephaly. {NORMAL}", f"Past medical history: microcephaly.\n\n{NORMAL}"):
        case = toy_service.case(texts=letter(text))
        ranking = toy_service.rank(case)
        heads = [u for u in ranking.uses if u.finding.label == "Microcephaly"]
        assert {u.finding.state: u.used for u in heads} == {
            State.PRESENT: True,
            State.ABSENT: False,
        }
        assert ranking.conflicts == ()


def test_value_range_and_source_are_shown(toy_service: Service) -> None:
    body, page = shown(toy_service, TEXT)
    DifferentialOut.model_validate(body)
    finding = next(f for f in body["findings"] if f["label"] == "Microcephaly")
    (value,) = [e for e in finding["evidence"] if e["kind"] == "value"]
    assert value["name"] == "head circumference"
    assert (value["value"], value["unit"], value["time"]) == (-3.2, "SD", "on day 3")
    assert "2 standard deviations" in value["reference_range"]
    assert "Human Phenotype Ontology" in value["source"]
    for words in ("head circumference -3.2 SD, on day 3", "below 2 standard deviations"):
        assert words in page


def test_the_terminal_shows_it_too(run: Callable[..., Result]) -> None:
    result = run("diagnose", "--text", "-", stdin=TEXT)
    assert result.exit_code == 0
    told = " ".join(result.output.split())
    assert "head circumference" in told
    assert "-3.2 SD" in told


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({}, State.UNDETERMINED),
        ({"age": "P54Y"}, State.PRESENT),
        ({"age": "P1M"}, State.ABSENT),
        ({"phenopacket": PACKET}, State.PRESENT),
        ({"phenopacket": PACKET, "age": "P1M"}, State.ABSENT),
    ],
)
def test_age_and_sex_of_the_case_choose_the_range(
    toy_service: Service, given: Mapping[str, Any], state: State
) -> None:
    case = toy_service.case(texts=letter("HR 132"), **given)
    assert case.observations[0].label == "Tachycardia"
    assert case.observations[0].state is state


def test_sex_of_the_case_chooses_the_range(toy_service: Service) -> None:
    texts = letter("Hb 12.5 g/dL")
    states = {
        sex: toy_service.case(texts=texts, age="30", sex=sex).observations[0].state
        for sex in ("MALE", "FEMALE", "")
    }
    assert states == {
        "MALE": State.PRESENT, "FEMALE": State.ABSENT, "": State.UNDETERMINED,
    }  # fmt: skip


def test_what_the_release_does_not_know_is_said(toy_service: Service) -> None:
    case = toy_service.case(texts=letter("Seizures. HR 132, SpO2 84 %."), age="54")
    assert [o.concept for o in case.observations if o.label == "Tachycardia"] == [None]
    (note,) = [n for n in case.notes if n.code == "value-not-in-release"]
    assert "Tachycardia, Hypoxemia" in note.message
    assert toy_service.rank(case).uses[0].finding.label == "Seizure"


def test_a_text_with_values_only_is_no_empty_one(toy_service: Service) -> None:
    codes = {n.code for n in toy_service.case(texts=letter("OFC -3.2 SD")).notes}
    assert "no-finding-in-text" not in codes
    codes = {n.code for n in toy_service.case(texts=letter("All is well.")).notes}
    assert "no-finding-in-text" in codes


def test_a_stored_case_keeps_the_value_and_no_words(run: Callable[..., Result]) -> None:
    assert run("diagnose", "--text", "-", "--store-case", "v1", stdin=TEXT).exit_code == 0
    kept = run("cases", "export", "v1")
    assert kept.exit_code == 0
    stored = json.loads(kept.output)
    values = [e for o in stored["observations"] for e in o["evidence"] if e["kind"] == "value"]
    assert values
    assert values[0]["value"] == -3.2
    assert "Head" not in kept.output
    assert run("cases", "delete", "v1").exit_code == 0
