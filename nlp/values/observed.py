"""What was made of a value as an observation, wherever the value was written."""

from __future__ import annotations

from math import isinf

from domain.evidence import Measurement
from domain.findings import Observation
from domain.intervals import Interval
from nlp.values.judge import Verdict
from nlp.values.value import Value


def observed(value: Value, verdict: Verdict, when: str | None) -> Observation:
    """A patient's value of now, taken at the time `when`: what it means holds for that time only
    (`momentary`)."""
    analyte, finding = verdict.analyte, verdict.finding
    measured = Measurement(
        code=analyte.loinc or analyte.id,
        name=analyte.name,
        value=value.number,
        upper=value.upper,
        bound=value.bound,
        unit=value.written,
        reference_range=verdict.range,
        source=verdict.source,
        flag=value.mark,
        time=when,
        method=verdict.method,
        usual=None if verdict.usual is None else _ends(verdict.usual),
    )
    return Observation(
        label=analyte.name if finding is None else finding.label,
        concept=None if finding is None else finding.id,
        link_score=None if finding is None else 1.0,
        state=verdict.state,
        momentary=True,
        evidence=(measured,),
    )


def _ends(usual: Interval) -> tuple[float | None, float | None]:
    low, high = (None if isinf(end) else end for end in (usual.low, usual.high))
    return low, high
