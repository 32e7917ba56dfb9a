from __future__ import annotations

import json
from dataclasses import replace
from math import fsum
from typing import Any

from api.http.answers import DifferentialOut
from api.render.as_json import differential_json, evidence_json, ranked_json
from domain.evidence import CodedEntry, ImageRegion, Measurement, SignalWindow, TextSpan
from domain.findings import Time
from tests.api import builders

TOP = [
    "scope",
    "findings",
    "prior",
    "calibrated",
    "calibration",
    "differential",
    "outside_knowledge_base",
    "unexplained",
    "conflicts",
    "known_conditions",
    "data_quality",
    "versions",
    "families",
    "pairs",
    "must_not_miss",
    "next_findings",
    "counterfactuals",
    "comparison",
]
RANKED = [
    "rank",
    "disease",
    "same_as",
    "codes",
    "label",
    "posterior",
    "score",
    "prior_score",
    "prior_reason",
    "prior_figure",
    "chief_unexplained",
    "contributions",
    "typical_not_mentioned",
]


def answer() -> dict[str, Any]:
    text = json.dumps(differential_json(builders.differential()), allow_nan=False)
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def test_fields_are_those_of_the_interface_in_its_order() -> None:
    body = answer()
    assert list(body) == TOP
    assert list(body["scope"]) == [
        "statement",
        "ranked",
        "not_ranked",
        "asked",
        "setting",
        "prior_moves",
    ]
    assert list(body["differential"][0]) == RANKED
    assert list(body["findings"][0]) == [
        "concept",
        "label",
        "state",
        "experiencer",
        "kinship",
        "time",
        "earlier",
        "momentary",
        "probability",
        "base_rate",
        "likelihood_ratio",
        "joint",
        "hedge",
        "importance",
        "chief",
        "onset",
        "used",
        "why_not",
        "observations",
        "evidence",
    ]


def test_the_described_form_accepts_the_answer() -> None:
    DifferentialOut.model_validate(answer())


def test_a_conflict_has_both_sides_with_who_says_so_and_what_it_would_do() -> None:
    (conflict,) = answer()["conflicts"]
    one, other = conflict["sides"]
    assert list(one) == ["finding", "state", "observations", "moves"]
    assert one["finding"] == {"concept": "HP:0007359", "label": "Focal-onset seizure"}
    assert (one["state"], other["state"]) == ("present", "absent")
    (said,) = one["observations"]
    assert said["evidence"][0]["quote"] == "focal seizures"
    assert (said["study"], said["earlier"], said["time"]) == (None, None, "now")
    (said,) = other["observations"]
    assert (said["study"], said["earlier"], said["time"]) == ("visit", "2025-03-02", "past")
    assert said["evidence"][0]["code"] == "HP:0001250"
    (move,) = other["moves"]
    assert move == {
        "disease": "OMIM:191100",
        "label": "Tuberous sclerosis 1",
        "before": 1,
        "after": 12,
    }


def test_known_conditions_say_what_they_count_as_and_what_they_leave_out() -> None:
    assert answer()["known_conditions"] == [
        {
            "label": "ataxia of childhood",
            "finding": {"concept": "HP:0001251", "label": "Ataxia"},
            "diseases": [{"disease": "MONDO:0000437", "label": "cerebellar ataxia"}],
        },
        {"label": "some condition", "finding": None, "diseases": []},
    ]


def test_evidence_of_a_finding_is_that_of_its_observations() -> None:
    for finding in answer()["findings"]:
        every = [e for o in finding["observations"] for e in o["evidence"]]
        assert every == finding["evidence"]
        days = [o["earlier"] for o in finding["observations"]]
        assert finding["earlier"] == (max(days) if all(days) else None)


def test_a_finding_of_before_has_the_latest_day() -> None:
    d = builders.differential()
    use = d.findings[0]
    told = use.finding.observations[0]
    days = ("2024-11-30", "2025-01-03")
    seen = tuple(replace(told, earlier=day, time=Time.PAST) for day in days)
    old = replace(use, finding=replace(use.finding, observations=seen, time=Time.PAST))
    body = differential_json(replace(d, findings=(old,)))
    (found,) = DifferentialOut.model_validate(body).findings
    assert found.earlier == "2025-01-03"
    assert [o.earlier for o in found.observations] == list(days)


def test_score_is_the_prior_plus_its_reasons() -> None:
    for ranked in answer()["differential"]:
        total = ranked["prior_score"] + fsum(
            c["log_likelihood_ratio"] for c in ranked["contributions"]
        )
        assert abs(ranked["score"] - total) < 1e-9


def test_numbers_are_not_rounded() -> None:
    ranked = builders.differential().ranked[0]
    assert ranked_json(ranked)["score"] == ranked.hypothesis.score
    assert ranked_json(ranked)["posterior"] == ranked.posterior


def test_a_profile_term_has_a_name_and_no_finding() -> None:
    contributions = answer()["differential"][0]["contributions"]
    profile = next(c for c in contributions if c["match"] == "profile")
    assert profile["finding"] is None
    assert profile["name"] == "depth of picture"
    assert all(c["finding"] for c in contributions if c is not profile)


def test_path_and_rows_travel_with_the_number() -> None:
    first = answer()["differential"][0]["contributions"][0]
    assert [(e["subject"], e["predicate"], e["object"]) for e in first["path"]] == [
        ("HP:0007359", "IS_A", "HP:0001250"),
        ("OMIM:191100", "HAS_FINDING", "HP:0001250"),
    ]
    assert [a["frequency"] for a in first["assertions"]][:3] == ["6/11", "1/1", "0/2"]
    assert first["assertions"][2]["references"] == ["PMID:13", "PMID:11"]
    assert first["assertions"][2]["line"] == 103


def test_a_quote_is_the_slice_of_its_document() -> None:
    for finding in answer()["findings"]:
        for e in finding["evidence"]:
            assert builders.REPORT[e["start"] : e["end"]] == e["quote"]


def test_family_findings_name_the_relative_and_why_they_do_not_count() -> None:
    family = next(f for f in answer()["findings"] if f["experiencer"] == "family")
    assert family["kinship"] == "mother"
    assert family["used"] is False
    assert family["why_not"]


def test_every_kind_of_evidence() -> None:
    span = TextSpan(document="report", start=1, end=3, quote="ab")
    assert evidence_json(span) == {
        "kind": "text",
        "document": "report",
        "start": 1,
        "end": 3,
        "quote": "ab",
    }
    entry = CodedEntry(system="command line", code="HP:0001250")
    assert evidence_json(entry) == {"kind": "code", "system": "command line", "code": "HP:0001250"}
    region = ImageRegion(image="film.png", box=(1.0, 2.0, 3.0, 4.0), model="m")
    assert evidence_json(region) == {
        "kind": "image",
        "image": "film.png",
        "box": [1.0, 2.0, 3.0, 4.0],
        "model": "m",
        "weights": None,
        "label": None,
        "score": None,
        "operating_point": None,
        "likelihood_ratio": None,
        "likelihood_ratio_interval": None,
    }
    window = SignalWindow(record="r", channel="II", start_s=0.0, end_s=2.5, model="m")
    assert evidence_json(window) == {
        "kind": "signal",
        "record": "r",
        "channel": "II",
        "start_s": 0.0,
        "end_s": 2.5,
        "model": "m",
    }
    value = Measurement(
        code="CRP", value=187.0, unit="mg/L", reference_range="<5", time=None, source="lab"
    )
    assert evidence_json(value) == {
        "kind": "value",
        "code": "CRP",
        "name": None,
        "value": 187.0,
        "upper": None,
        "bound": None,
        "unit": "mg/L",
        "reference_range": "<5",
        "source": "lab",
        "flag": None,
        "time": None,
        "method": None,
    }
