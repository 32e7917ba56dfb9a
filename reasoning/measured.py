"""Whether the shares of an answer were measured in a setting like its own."""

from __future__ import annotations

from domain.differential import CalibrationUse
from domain.evidence import CodedEntry
from reasoning.ranking import Ranker, Ranking

#: Sources on which shares depend; others (mappings, vocabularies) change them little.
SOURCES = ("hpo", "hpoa")


def calibration_use(ranker: Ranker, ranking: Ranking) -> CalibrationUse:
    """What may be said of the shares of this answer, and why."""
    calibration = ranker.calibration
    if not calibration.measured:
        return CalibrationUse(statement="Shares were never measured for this scoring method.")
    if reason := _unlike(ranker, ranking):
        return CalibrationUse(
            statement=f"No percentages: they were measured on {calibration.measured}; {reason}."
        )
    return CalibrationUse(
        calibrated=True,
        ceiling=calibration.ceiling,
        statement=(
            f"Shares as measured on {calibration.measured}, each case's own publication "
            "removed. Your patients may differ. None is shown above "
            f"{calibration.ceiling:.0%}, what was right where the method was most certain."
        ),
    )


def _unlike(ranker: Ranker, ranking: Ranking) -> str:
    """How this answer differs from what was measured, "" if it does not."""
    for source in SOURCES:
        then, now = ranker.calibration.versions.get(source), ranker.versions.get(source)
        if then != now:
            return f"this release has {source} {now or 'not at all'}, not {then}"
    if not ranking.signs:
        return "no finding of this case entered the score"
    if any(sign.weight != 1 or not sign.certain for sign in ranking.signs):
        return "this case has weighted or uncertain findings"
    if ranking.priors.use.kind != "uniform":
        return "this answer starts from a prior of the caller's"
    used = (use.finding for use in ranking.uses if use.used)
    if not all(isinstance(e, CodedEntry) for finding in used for e in finding.evidence):
        return "findings of this case were read, not coded"
    return ""
