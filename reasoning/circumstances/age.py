"""Age: a disease that begins later than the patient's age, or ends before it, is implausible.

A disease begins later only if every onset that its rows state does: the earliest of their HPO
classes (`domain.ages`) begins after the patient's age. It counts `later`, once.

Its course ends before the patient's age where more than half of its patients had died by then:
share is that of the patients who had (rows such as HP:0003811 Neonatal death, 7/9, pooled under
the same Beta prior as findings), and log(1 - share) is what being alive at that age counts.
Rows that give no figure say nothing of it. The larger of the two counts; nothing is added to a
disease whose age fits, so that having a record is no advantage.

Measured on the 516 development cases with an age whose disease states an onset, each case's own
publication removed: 2 true diseases were flagged for beginning later (0.4 %; nothing removed, 7
of 708), against 12.6 % of the diseases that state one, a log likelihood ratio of -3.5 (-2.5).
Half of that is used, as findings are discounted too; from 0.5 to 2.5 top-1 and top-10 differ by
0.1 points. A course that ends early is too rare to measure (131 diseases; of 6 development cases
of them none was flagged): its number comes from the counts alone.

The age at which a finding began is not used here. Held against the stated onsets in place of the
age, it flagged 19 of 548 true diseases (own publication removed) and cost 0.4 points of top-1
against using neither. Onsets are stated from few patients.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from domain.ages import age_words
from domain.case import Case
from domain.differential import Contribution, Match
from domain.findings import Experiencer, Note
from kg.arrays import Array
from reasoning.evidence import EvidenceMatrix
from reasoning.stated import onset_terms
from reasoning.view import View


class Age:
    """See the module's text. `later` is in nats."""

    name = "age"

    def __init__(self, later: float = -1.5) -> None:
        self.later = later

    def settings(self) -> dict[str, float]:
        """The parameters, for the record."""
        return {"later": self.later}

    def effects(self, view: View, matrix: EvidenceMatrix, case: Case) -> Array | None:
        """The effect on every disease; None without an age."""
        if case.age is None:
            return None
        stated = view.stated_of(matrix)
        values = np.where(stated.begins > case.age, self.later, 0.0)
        ended = stated.death_age <= case.age
        lived = np.log1p(-stated.death_share[ended])
        np.minimum.at(values, stated.death_disease[ended], lived)
        return values

    def reason(self, view: View, case: Case, disease: int) -> Contribution | None:
        """The same number for one disease with the rows that say so; None where it is 0."""
        matrix = view.matrix_for(disease)
        effects = self.effects(view, matrix, case)
        if effects is None or case.age is None or effects[disease] == 0:
            return None
        stated = view.stated_of(matrix)
        own = np.flatnonzero((stated.death_disease == disease) & (stated.death_age <= case.age))
        share = float(stated.death_share[own].max(initial=0.0))
        if stated.begins[disease] > case.age and self.later <= np.log1p(-share):
            terms = list(onset_terms(view.knowledge))
            begins = age_words(float(stated.begins[disease]))
            said = f"every stated onset is later than {age_words(case.age)}: from {begins}"
        else:
            deadliest = own[np.argmax(stated.death_share[own])]
            terms = [int(stated.death_term[deadliest])]
            ends = float(stated.death_age[deadliest])
            when = f"by {age_words(ends)}" if ends else "before birth"
            said = f"most of its patients had died {when}; this one lived longer"
        rows = view.rows(disease)
        rows = rows[view.knowledge.seen(rows)]
        rows = rows[np.isin(view.knowledge.arrays["row_term"][rows], terms)]
        return Contribution(
            match=Match.CIRCUMSTANCE,
            log_likelihood_ratio=float(effects[disease]),
            name=self.name,
            frequency=share or None,
            text=said,
            assertions=tuple(view.knowledge.assertion(int(row)) for row in rows),
        )

    def notes(self, case: Case) -> tuple[Note, ...]:
        """That age was used, and how; and findings that began later than that."""
        if case.age is None:
            return ()
        return (
            Note(
                level="info",
                code="age-used",
                subject="age",
                message=f"Age {age_words(case.age)}: diseases whose every stated onset is later "
                f"count {self.later:g}, those most of whose patients had died before it count by "
                "that share, and what is absent counts nothing where the disease shows it only "
                "later. No disease was removed.",
            ),
            *_later(case, case.age),
        )


def _later(case: Case, age: float) -> Iterator[Note]:
    for o in case.observations:
        begins = None if o.onset is None else o.onset.earliest
        if o.experiencer is Experiencer.PATIENT and begins is not None and begins > age:
            yield Note(
                level="warning",
                code="onset-after-age",
                subject=o.concept or o.label,
                message=f"It began {o.onset}, which is later than the age of {age_words(age)}.",
                mend="Check the age and the onset.",
            )


CIRCUMSTANCE = Age()
