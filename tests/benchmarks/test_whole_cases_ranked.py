"""The whole cases against the shipped tables: files in, the expected answer out.

A case that the present knowledge misses is marked with what is missing; it is never changed. One
with a film of the development data is skipped where that is not beside the checkout.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.service import Service
from benchmarks.whole_cases import (
    Expected,
    WholeCase,
    answer,
    ranking,
    read_whole_cases,
    stage,
    without_text,
)
from domain.differential import Differential
from domain.evidence import ImageRegion, TextSpan
from domain.findings import FindingUse
from reasoning.common.ranker import CommonRanking
from tests.conftest import MATERIAL

CASES = read_whole_cases()
#: What is expected and not met, by case and test, and what is missing.
MISSED: Mapping[tuple[str, str], str] = {
    ("pneumothorax-on-the-film-alone", "first"): "no figure of tachycardia, tachypnea or hypoxemia "
    "in spontaneous pneumothorax; that of a film with one is low, and of supine films",
}


Answered = Callable[[WholeCase], "Answer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A case as it was staged, and what it was answered."""

    folder: Path
    found: Differential


def cases(test: str, chosen: Callable[[WholeCase], object] = lambda _: True) -> list[object]:
    """The cases that expect something of a test; those that miss it marked with the reason."""
    found: list[object] = []
    for case in filter(chosen, CASES):
        reason = MISSED.get((case.name, test))
        marks = [] if reason is None else [pytest.mark.xfail(strict=True, reason=reason)]
        found.append(pytest.param(case, id=case.name, marks=marks))
    return found


@pytest.fixture(scope="module")
def answered(shipped_service: Service, tmp_path_factory: pytest.TempPathFactory) -> Answered:
    """What each case is answered; made once."""
    answers: dict[str, Answer] = {}

    def of(case: WholeCase) -> Answer:
        if case.films and not MATERIAL.is_dir():
            pytest.skip(f"{case.name} needs a film of the development data in {MATERIAL}")
        if case.name not in answers:
            folder = stage(case, MATERIAL, tmp_path_factory.mktemp("cases"))
            found = answer(shipped_service, case, folder)
            answers[case.name] = Answer(folder=folder, found=found)
        return answers[case.name]

    return of


def place(ranking: CommonRanking, case: WholeCase) -> int:
    """Where the first of the expected diseases stands."""
    return min(at for d in case.disease if (at := ranking.rank_of(d)) is not None)


def lead(ranking: CommonRanking, case: WholeCase) -> float:
    """How far the expected disease stands above the first of all others, nats."""
    scores = ranking.scores[ranking.order]
    ours = [at - 1 for d in case.disease if (at := ranking.rank_of(d)) is not None]
    other = next(i for i in range(len(scores)) if i not in ours)
    return float(scores[min(ours)] - scores[other])


def matching(uses: Iterable[FindingUse], expected: Expected) -> list[FindingUse]:
    """The uses of a finding at a time."""
    return [
        u for u in uses if u.finding.concept == expected.concept and u.finding.time is expected.time
    ]


def witnesses(use: FindingUse) -> set[str]:
    """Which readers a finding has."""
    kinds = {TextSpan: "text", ImageRegion: "film"}
    evidence = (e for o in use.finding.observations for e in o.evidence)
    return {name for e in evidence for kind, name in kinds.items() if isinstance(e, kind)}


def test_reasons_are_of_cases_that_exist() -> None:
    assert {name for name, _ in MISSED} <= {case.name for case in CASES}


@pytest.mark.parametrize("case", cases("first"))
def test_the_disease_stands_among_the_first(answered: Answered, case: WholeCase) -> None:
    shown = [r.hypothesis.disease for r in answered(case).found.ranked]
    assert set(shown[: case.first]) & set(case.disease), shown


@pytest.mark.parametrize("case", cases("conflicts"))
def test_these_conflicts_are_told_and_no_others(answered: Answered, case: WholeCase) -> None:
    found = answered(case).found
    assert {c.findings[0].id for c in found.conflicts} == case.conflicts
    for conflict in found.conflicts:
        assert {side.state for side in conflict.sides} == {"present", "absent"}
        assert all(side.observations for side in conflict.sides)


@pytest.mark.parametrize("case", cases("notes"))
def test_the_block_of_data_quality_names_what_there_is(answered: Answered, case: WholeCase) -> None:
    notes = answered(case).found.data_quality
    codes = {n.code for n in notes}
    assert case.notes <= codes
    assert codes.isdisjoint({"part-not-used", "unknown-field", "field-not-used", "two-patients"})
    assert ("image-refused" in codes) == ("image-refused" in case.notes)


@pytest.mark.parametrize("case", cases("findings", lambda case: case.findings))
def test_findings_count_or_do_not(answered: Answered, case: WholeCase) -> None:
    uses = answered(case).found.findings
    wrong = []
    for expected in case.findings:
        found = matching(uses, expected)
        fits = [
            u
            for u in found
            if u.finding.state is expected.state
            and u.used is expected.used
            and expected.witnesses <= witnesses(u)
        ]
        if not fits:
            wrong.append(
                (expected.concept, [(u.finding.state, u.used, witnesses(u)) for u in found])
            )
    assert wrong == []


@pytest.mark.parametrize("case", cases("not assessed", lambda case: case.not_assessed))
def test_what_was_not_examined_is_not_absent(answered: Answered, case: WholeCase) -> None:
    found = answered(case).found
    assert {str(n.subject) for n in found.data_quality if n.code == "not-assessed"} >= set(
        case.not_assessed
    )
    assert {u.finding.concept for u in found.findings}.isdisjoint(case.not_assessed)


@pytest.mark.parametrize("case", cases("not suggested", lambda case: case.not_suggested))
def test_what_is_known_is_not_suggested(
    answered: Answered, shipped_service: Service, case: WholeCase
) -> None:
    told = answered(case)
    ranked = ranking(shipped_service, case, told.folder)
    assert [ranked.rank_of(i) for i in case.not_suggested] == [None] * len(case.not_suggested)
    shown = {i for r in told.found.ranked for i in (r.hypothesis.disease, *r.hypothesis.same_as)}
    assert shown.isdisjoint(case.not_suggested)
    set_aside = {d.id for known in told.found.known for d in known.diseases}
    assert set_aside & set(case.not_suggested)


@pytest.mark.parametrize("case", cases("must not miss"))
def test_what_must_not_be_missed_is_listed(answered: Answered, case: WholeCase) -> None:
    told = answered(case).found.must_not_miss
    assert told.status == "assessed"
    assert set(case.must_not_miss) <= {s.disease.id for s in told.diseases}


@pytest.mark.parametrize("case", cases("next", lambda case: case.next))
def test_what_to_look_for_next_is_named(answered: Answered, case: WholeCase) -> None:
    found = answered(case).found
    named = {f.concept.id for f in found.next_findings}
    for one in found.must_not_miss.diseases:
        if one.disease.id in case.must_not_miss:
            named |= {finding.id for finding in one.settled_by}
    assert named & set(case.next)


@pytest.mark.parametrize("case", cases("unexplained", lambda case: case.unexplained))
def test_what_is_left_unexplained_is_said(answered: Answered, case: WholeCase) -> None:
    assert set(case.unexplained) <= {f.id for f in answered(case).found.unexplained}


@pytest.mark.parametrize("case", cases("values", lambda case: case.values_lift))
def test_values_decide(answered: Answered, shipped_service: Service, case: WholeCase) -> None:
    folder = answered(case).folder
    told, without = (
        ranking(shipped_service, case, folder, values=values) for values in (True, False)
    )
    assert place(told, case) <= place(without, case)
    assert lead(told, case) > lead(without, case)


@pytest.mark.parametrize("case", cases("again", lambda case: case.as_without))
def test_a_text_told_again_changes_nothing(
    answered: Answered, shipped_service: Service, case: WholeCase, tmp_path: Path
) -> None:
    folder = stage(case, MATERIAL if case.films else None, tmp_path)
    without_text(folder, case.as_without)
    once, twice = answer(shipped_service, case, folder), answered(case).found
    assert [(r.hypothesis.disease, r.hypothesis.score) for r in twice.ranked] == [
        (r.hypothesis.disease, r.hypothesis.score) for r in once.ranked
    ]


@pytest.mark.parametrize("case", cases("setting", lambda case: case.nearer_in))
def test_the_setting_says_what_is_common(
    answered: Answered, shipped_service: Service, case: WholeCase
) -> None:
    folder = answered(case).folder
    there, emergency = (
        ranking(shipped_service, case, folder, setting=setting)
        for setting in (case.nearer_in, "emergency")
    )
    assert place(there, case) <= place(emergency, case)
    assert lead(there, case) > lead(emergency, case)
