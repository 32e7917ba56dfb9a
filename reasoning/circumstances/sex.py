"""Sex: a disease of the other sex is implausible.

For a girl or woman: every stated mode of inheritance is X-linked recessive (HP:0001419; its
heterozygotes are generally not affected) or Y-linked (HP:0001450), or its expression is limited
to males (HP:0001475). For a boy or man: its expression is limited to females (HP:0034344). For
both: all rows on its findings speak of the other sex. X-linked inheritance alone (HP:0001417)
says too little: of the 6 female patients whose disease it would have flagged, 5 had the same one,
OMIM:300088.

Rows of the other sex are beside this never read for a patient (`View.hidden_by_sex`).

Measured on the 537 development cases whose disease states its inheritance, each case's own
publication removed: 1 true disease was flagged (0.2 %), against 1.4 % of the diseases that state
one, over both sexes (3.3 % for a female patient): a log likelihood ratio of -2.0; nothing
removed, -2.7. Less than that is used, as findings are discounted too; from 0.5 to 2 top-1 and
top-10 differ by 0.1 points. What is limited to one sex by its expression (4 diseases) or its rows
(10) is too rare to measure and counts the same, an assumption.
"""

from __future__ import annotations

import numpy as np

from domain.assertions import Sex
from domain.case import Case
from domain.differential import Contribution, Match
from domain.findings import Note
from kg.arrays import Array
from reasoning.evidence import EvidenceMatrix
from reasoning.inheritance import stated_modes
from reasoning.view import View

_OTHER = {Sex.FEMALE: "male", Sex.MALE: "female"}


class SexOfPatient:
    """See the module's text. `other` is in nats."""

    name = "sex"

    def __init__(self, other: float = -1.5) -> None:
        self.other = other

    def settings(self) -> dict[str, float]:
        """The parameters, for the record."""
        return {"other": self.other}

    def effects(self, view: View, matrix: EvidenceMatrix, case: Case) -> Array | None:
        """The effect on every disease; None where the sex is not known."""
        if case.sex not in _OTHER:
            return None
        flagged = _by_mode(view, matrix, case.sex) | _by_rows(view, matrix, case.sex)
        return np.where(flagged, self.other, 0.0)

    def reason(self, view: View, case: Case, disease: int) -> Contribution | None:
        """The same number for one disease with the rows that say so; None where it is 0."""
        matrix = view.matrix_for(disease)
        effects = self.effects(view, matrix, case)
        if effects is None or effects[disease] == 0:
            return None
        patients = _OTHER[case.sex]
        if _by_mode(view, matrix, case.sex)[disease]:
            rows, modes = stated_modes(view, disease)
            said = f"{modes}: its patients are mostly {patients}"
        else:
            own = view.knowledge.rows_of(disease)
            rows = np.intersect1d(view.hidden_by_sex(case.sex), np.arange(own.start, own.stop))
            said = f"every finding is recorded of {patients} patients only"
        return Contribution(
            match=Match.CIRCUMSTANCE,
            log_likelihood_ratio=float(effects[disease]),
            name=self.name,
            text=said,
            assertions=tuple(view.knowledge.assertion(int(row)) for row in rows),
        )

    def notes(self, case: Case) -> tuple[Note, ...]:
        """That sex was used, and how."""
        if case.sex not in _OTHER:
            return ()
        return (
            Note(
                level="info",
                code="sex-used",
                subject="sex",
                message=f"Sex {case.sex.value.lower()}: diseases of {_OTHER[case.sex]} patients "
                f"count {self.other:g}, and rows that speak only of such patients were not read. "
                "No disease was removed.",
            ),
        )


def _by_mode(view: View, matrix: EvidenceMatrix, sex: Sex) -> Array:
    inheritance = view.stated_of(matrix).inheritance
    return inheritance.male if sex is Sex.FEMALE else inheritance.female


def _by_rows(view: View, matrix: EvidenceMatrix, sex: Sex) -> Array:
    """Diseases none of whose visible rows is on a finding, while hidden ones of the other sex
    are there."""
    hidden = np.unique(view.knowledge.arrays["row_disease"][view.hidden_by_sex(sex)])
    first, after = (np.searchsorted(matrix.pair_disease, hidden + i) for i in (0, 1))
    found = np.zeros(len(view.knowledge.diseases), dtype=bool)
    found[hidden[first == after]] = True
    return found


CIRCUMSTANCE = SexOfPatient()
