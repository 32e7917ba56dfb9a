"""The written cases against the shipped tables: text, age and sex in, the expected answer out.

A case that the present knowledge misses is a defect of the knowledge; the case is never changed.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from api import common
from api.parts import TextPart
from api.service import Service
from benchmarks.written_cases import WrittenCase, read_written_cases
from domain.differential import Differential
from domain.figures import Measure
from domain.identifiers import Curie

CASES = read_written_cases()
EACH = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@pytest.fixture(scope="module")
def answers(shipped_service: Service) -> Mapping[str, Differential]:
    """What each case is answered, by name."""
    found = {}
    for case in CASES:
        age = f"P{case.age:.0f}Y" if case.age >= 1 else f"P{case.age * 12:.0f}M"
        text = TextPart(name=case.name, text=case.text)
        stated = shipped_service.case(texts=[text], age=age, sex=case.sex)
        found[case.name] = common.diagnose(shipped_service, stated, case.setting, case.first)
    return found


@EACH
def test_the_expected_disease_stands_among_the_first(
    answers: Mapping[str, Differential], case: WrittenCase
) -> None:
    ranked = answers[case.name].ranked
    assert len(ranked) == case.first
    assert case.expected in {r.hypothesis.disease for r in ranked}


@EACH
def test_what_must_not_be_missed_is_listed(
    answers: Mapping[str, Differential], case: WrittenCase
) -> None:
    told = answers[case.name].must_not_miss
    assert told.status == "assessed"
    assert set(case.must_not_miss) <= {s.disease.id for s in told.diseases}


@EACH
def test_a_finding_that_discriminates_is_named(
    shipped_service: Service, answers: Mapping[str, Differential], case: WrittenCase
) -> None:
    answer = answers[case.name]
    named = {str(f.concept.id) for f in answer.next_findings}
    for one in answer.must_not_miss.diseases:
        if one.disease.id in case.must_not_miss:
            named |= {str(finding.id) for finding in one.settled_by}
    for disease in shipped_service.common.curated.diseases:
        if disease.ref.id == case.expected:
            named |= {str(f.concept) for f in disease.statements(Measure.SETTLES)}
    knowledge = shipped_service.common.terms
    wanted = {knowledge.terms.number(Curie(i)) for i in case.discriminates}
    narrower = {n for i in named if (n := knowledge.terms.number(Curie(i))) is not None}
    assert any(wanted & {n, *knowledge.ancestors[n].tolist()} for n in narrower)
