"""A condition that the text says the patient has: it is set aside, its acute form is not."""

from __future__ import annotations

import pytest

from api import common
from api.parts import TextPart
from api.service import Service
from domain.differential import Differential
from domain.figures import Setting

COPD, EXACERBATION = "MONDO:0005002", "DX:copd-exacerbation"
TEXT = "A 66-year-old man {} has coughed more for three days. The sputum is green. He wheezes."


def answer(service: Service, history: str, scope: str) -> Differential:
    """What such a man is answered."""
    case = service.case(texts=[TextPart(name="text", text=TEXT.format(history))])
    return common.diagnose(service, case, Setting.EMERGENCY, 50, scope)


def ranked(found: Differential) -> list[str]:
    return [str(r.hypothesis.disease) for r in found.ranked]


@pytest.mark.parametrize("scope", ["common", "all"])
def test_known_copd_is_set_aside_and_its_exacerbation_stays(
    shipped_service: Service, scope: str
) -> None:
    found = answer(shipped_service, "with known COPD", scope)
    (known,) = found.known
    assert known.label == "chronic obstructive pulmonary disease"
    assert COPD in {d.id for d in known.diseases}
    assert COPD not in ranked(found)
    assert EXACERBATION in ranked(found)[:3]


@pytest.mark.parametrize("history", ["without COPD", "who is fit", "whose father had COPD"])
def test_what_is_not_said_of_the_patient_sets_nothing_aside(
    shipped_service: Service, history: str
) -> None:
    found = answer(shipped_service, history, "common")
    assert found.known == ()
    assert COPD in ranked(found)
