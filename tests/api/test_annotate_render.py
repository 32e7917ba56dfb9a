"""Annotated documents as JSON, HTML and phenopackets, from objects made by hand."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from api.annotate import Annotated, Placed
from api.render.as_annotations import annotated_json
from api.render.as_annotations_html import html_annotations
from api.render.as_annotations_measured import measurements, ucum
from api.render.as_annotations_packet import Packets, duration
from domain.ages import Onset, age_in_years
from domain.assertions import Sex
from domain.evidence import Measurement, TextSpan
from domain.findings import Attribute, Experiencer, Observation, State, Time, Trigger
from domain.identifiers import Curie
from nlp.hedges import strength
from nlp.values.judge import PRINTED
from tests.api.render.test_as_html import Page

if TYPE_CHECKING:
    from api.service import Service

TEXT = (
    "Possible seizures. Severe gait ataxia in the past; heart 120 g.\n"
    "Odd <b>gait</b> & <script>alert(1)</script>\n"
)
MADE = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)


def place(words: str) -> tuple[int, int]:
    return TEXT.index(words), TEXT.index(words) + len(words)


def placed(words: str, label: str, concept: str | None, **known: Any) -> Placed:
    start, end = place(words)
    span = TextSpan(document="a.txt", start=start, end=end, quote=words)
    evidence = (span, *known.pop("evidence", ()))
    o = Observation(
        label=label,
        concept=None if concept is None else Curie(concept),
        link_score=None if concept is None else 0.9,
        **{"state": State.PRESENT, **known},
        evidence=evidence,
    )
    return Placed(observation=o, start=start, end=end, triggers=o.triggers)


def trigger(words: str, attribute: Attribute) -> Trigger:
    start, end = place(words)
    return Trigger(attribute=attribute, text=words, start=start, end=end)


def heart(state: State, value: float) -> Placed:
    measured = Measurement(
        code="1-8",
        value=value,
        unit="g",
        reference_range="100 to 200 g",
        time=None,
        source="invented",
        name="Heart weight",
        method="held against the range",
    )
    return placed(
        "heart 120 g", "Cardiomegaly", "HP:0001640", state=state, momentary=True,
        evidence=(measured,),
    )  # fmt: skip


def annotated(**changes: Any) -> Annotated:
    uncertain = placed(
        "seizures",
        "Seizure",
        "HP:0001250",
        state=State.UNCERTAIN,
        hedge="possible",
        probability=0.6,
        base_rate=0.3,
        triggers=(trigger("Possible", Attribute.UNCERTAIN),),
    )
    past = placed(
        "gait ataxia",
        "Gait ataxia",
        "HP:0002066",
        time=Time.PAST,
        modifiers=("severe", "invented"),
        onset=Onset(years=1.5),
        triggers=(trigger("in the past", Attribute.TIME),),
    )
    within = placed("ataxia", "Ataxia", "HP:0001251", state=State.ABSENT)
    odd = placed(
        "Odd <b>gait</b>", "Odd <b>gait</b>", None, experiencer=Experiencer.OTHER, kinship="nurse"
    )
    a = Annotated(
        document="a.txt",
        text=TEXT,
        findings=(uncertain, past, within, odd),
        values=(heart(State.ABSENT, 120.0),),
        notes=(),
        versions={"release": "0123", "hpo": "2025-01-01", "differentia": "0"},
    )
    return replace(a, **changes)


class Marked(Page):
    """The page with the text as it was given: what is shown beside a mark is not counted."""

    def handle_data(self, data: str) -> None:
        if "tip" not in [c for _, c in self._open]:
            super().handle_data(data)


def test_uncertainty_is_the_hedge_s_measured_strength() -> None:
    answer: dict[str, Any] = annotated_json(annotated())
    found = answer["findings"]
    assert [f["uncertainty"] for f in found] == [0.6, None, None, None]
    known = strength("possible")
    assert known is not None
    assert found[0]["hedge"]["class"] == "possible"
    assert (found[0]["hedge"]["coded"], found[0]["hedge"]["n"]) == (known.coded, known.n)
    assert found[0]["hedge"]["base_rate"] == known.base_rate
    assert found[3]["concept"] is None
    assert found[3]["kinship"] == "nurse"


def test_a_value_says_what_it_was_held_against() -> None:
    answer: dict[str, Any] = annotated_json(annotated())
    (value,) = answer["values"]
    assert value["state"] == "absent"
    assert (value["analyte"], value["value"], value["unit"]) == ("Heart weight", 120.0, "g")
    assert (value["reference_range"], value["range_source"]) == ("100 to 200 g", "invented")
    assert value["method"] == "held against the range"


def test_the_text_is_shown_as_it_is_with_its_marks() -> None:
    html = html_annotations([annotated()])
    page = Marked(html)
    assert page.report == TEXT
    assert "<script>alert" not in html
    assert "<b>gait" not in html
    classes = {a.get("class") for t, a in page.elements if t == "a" and a.get("data-findings")}
    assert "mark uncertain patient now" in classes
    assert "mark present patient past" in classes
    assert "mark absent patient now several" in classes
    assert "mark present other now unlinked" in classes
    assert "mark absent patient now measured" in classes
    cues = [a for _, a in page.elements if a.get("class") == "cue" and "data-findings" in a]
    assert [c["data-findings"] for c in cues] == ["1", "2"]


def test_nested_marks_lead_to_the_inner_and_tell_of_both() -> None:
    page = Marked(html_annotations([annotated()]))
    marks = [a for t, a in page.elements if t == "a" and "mark" in (a.get("class") or "")]
    assert [m["data-findings"] for m in marks] == ["1", "2", "3 2", "5", "4"]
    assert marks[2]["href"] == "#finding-3"


def test_ids_are_unique_and_links_lead_somewhere_in_several_documents() -> None:
    page = Marked(html_annotations([annotated(), annotated(document="b.txt")]))
    ids = page.attributes("id")
    assert len(ids) == len(set(ids))
    local = [h[1:] for h in page.attributes("href") if h.startswith("#")]
    assert local
    assert set(local) <= set(ids)
    assert set(page.attributes("aria-labelledby")) <= set(ids)


def test_the_page_fetches_nothing_and_its_policy_names_its_own_script() -> None:
    page = Marked(html_annotations([annotated()]))
    assert not page.attributes("src")
    assert not page.attributes("style")
    assert not [n for _, attrs in page.elements for n in attrs if n.startswith("on")]
    policy = " ".join(page.attributes("content"))
    for body in (*page.bodies["script"], *page.bodies["style"]):
        assert f"'sha256-{b64encode(sha256(body.encode()).digest()).decode()}'" in policy
    assert "default-src 'none'" in policy


def test_what_a_phenotypic_feature_can_say(toy_service: Service) -> None:
    packets = Packets(toy_service.knowledge, age=4.5, sex=Sex.MALE)
    packet: dict[str, Any] = packets.packet(annotated(), created=MADE)
    (past,) = packet["phenotypicFeatures"]
    assert past["type"] == {"id": "HP:0002066", "label": "Gait ataxia"}
    assert past["description"] == "in the past"
    assert past["onset"] == {"age": {"iso8601duration": "P1Y6M"}}
    assert past["evidence"][0]["reference"]["reference"] == "a.txt#char=26,37"
    assert packet["subject"]["sex"] == "MALE"
    assert packet["metaData"]["created"] == "2025-01-02T03:04:05Z"
    assert [r["namespacePrefix"] for r in packet["metaData"]["resources"]][:2] == ["HP", "ECO"]
    comment = packet["metaData"]["updates"][0]["comment"]
    for said in ("1 hedged", "1 not linked", "1 implied or contradicted"):
        assert said in comment


@pytest.mark.parametrize(("state", "features"), [(State.ABSENT, 0), (State.PRESENT, 1)])
def test_a_value_is_a_measurement_and_only_an_abnormal_one_a_feature(
    toy_service: Service, state: State, features: int
) -> None:
    a = annotated(findings=(), values=(heart(state, 320.0),))
    packet: dict[str, Any] = Packets(toy_service.knowledge).packet(a, created=MADE)
    assert len(packet.get("phenotypicFeatures", [])) == features
    (measured,) = packet["measurements"]
    quantity = measured["value"]["quantity"]
    assert quantity["value"] == 320.0
    assert quantity["unit"] == {"id": "UCUM:g", "label": "g"}
    assert state.value in measured["description"]
    assert measured["assay"] == {"id": "LOINC:1-8", "label": "Heart weight"}


@pytest.mark.parametrize("text", ["P3D", "P7M", "P4Y6M", "P34Y", "P61D"])
def test_an_age_is_written_as_it_was_read(text: str) -> None:
    assert abs(age_in_years(duration(age_in_years(text))) - age_in_years(text)) < 1 / 365


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("mg/L", "mg/L"),
        ("x 10^9/L", "10*9/L"),
        ("mm Hg", "mm[Hg]"),
        ("°C", "Cel"),
        ("mIU/L", "m[IU]/L"),
        ("mEq/L", "meq/L"),
        ("U/L", "U/L"),
        ("SD", "{SD}"),
        ("", None),
        ("apples", None),
    ],
)
def test_units_as_ucum_writes_them(written: str, unit: str | None) -> None:
    assert ucum(written) == unit


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"reference_range": "(100-200)", "source": PRINTED}, (100.0, 200.0)),
        ({"reference_range": "100 to 200 g", "source": PRINTED}, (100.0, 200.0)),
        ({"reference_range": "0.1-0.2 kg", "source": PRINTED}, None),
        ({"reference_range": "100 to 200"}, None),
    ],
)
def test_a_range_printed_beside_a_value_is_its_reference_range(
    changes: dict[str, Any], expected: tuple[float, float] | None
) -> None:
    value = heart(State.ABSENT, 120.0)
    span, measured = value.observation.evidence
    assert isinstance(measured, Measurement)
    told = replace(value.observation, evidence=(span, replace(measured, **changes)))
    (written,) = measurements([replace(value, observation=told)])
    quantity: Any = written["value"]
    found = quantity["quantity"].get("referenceRange")
    assert (found and (found["low"], found["high"])) == expected


@pytest.mark.parametrize(
    "changes", [{"bound": "<"}, {"upper": 130.0}, {"unit": ""}, {"unit": "apples"}]
)
def test_what_is_no_quantity_is_no_measurement_and_is_counted(
    toy_service: Service, changes: dict[str, Any]
) -> None:
    value = heart(State.PRESENT, 320.0)
    span, measured = value.observation.evidence
    assert isinstance(measured, Measurement)
    told = replace(value.observation, evidence=(span, replace(measured, **changes)))
    a = annotated(findings=(), values=(replace(value, observation=told),))
    packet: dict[str, Any] = Packets(toy_service.knowledge).packet(a, created=MADE)
    assert "measurements" not in packet
    assert "Not among the measurements: 1" in packet["metaData"]["updates"][0]["comment"]
    assert len(packet["phenotypicFeatures"]) == 1
