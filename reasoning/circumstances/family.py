"""Family history: a finding that a parent or a child shares speaks against recessive diseases.

Family findings never become the patient's. But where a parent or a child of the patient has a
finding that the patient has too (the same term, or one that implies it), a disease whose every
stated mode of inheritance is recessive (HP:0000007, HP:0001419, HP:0034341) is less plausible:
parents and children of its patients are generally carriers without signs. It counts `carrier`.

The weight halves such a disease and is an assumption: no case with a pedigree was at hand to
measure it. It is small because two relatives may share a common finding for other reasons, and
because recessive diseases do pass from parent to child, though rarely (pseudodominance).
Siblings and more distant relatives, and consanguinity (no HPO term of release 2025-01-16), move
nothing: what they say depends on who else was examined, which the input does not tell.
"""

from __future__ import annotations

from math import log

import numpy as np

from domain.case import Case
from domain.differential import Contribution, Match
from domain.findings import Experiencer, Note, Observation, State, Time
from kg.arrays import Array
from reasoning.evidence import EvidenceMatrix
from reasoning.inheritance import stated_modes
from reasoning.knowledge import Knowledge
from reasoning.view import View

_GENERATION = frozenset(
    {
        "mother",
        "mom",
        "mum",
        "mommy",
        "father",
        "dad",
        "daddy",
        "parent",
        "son",
        "daughter",
        "child",
        "children",
    }
)


class Family:
    """See the module's text. `carrier` is in nats."""

    name = "family"

    def __init__(self, carrier: float = -log(2)) -> None:
        self.carrier = carrier

    def settings(self) -> dict[str, float]:
        """The parameters, for the record."""
        return {"carrier": self.carrier}

    def effects(self, view: View, matrix: EvidenceMatrix, case: Case) -> Array | None:
        """The effect on every disease; None where no parent or child shares a finding."""
        if not _shared(case, view.knowledge):
            return None
        recessive = view.stated_of(matrix).inheritance.recessive
        return np.where(recessive, self.carrier, 0.0)

    def reason(self, view: View, case: Case, disease: int) -> Contribution | None:
        """The same number for one disease with the rows that say so; None where it is 0."""
        matrix = view.matrix_for(disease)
        effects = self.effects(view, matrix, case)
        if effects is None or effects[disease] == 0:
            return None
        rows, modes = stated_modes(view, disease)
        who = " and ".join(f"{o.kinship} ({o.label})" for o in _shared(case, view.knowledge))
        return Contribution(
            match=Match.CIRCUMSTANCE,
            log_likelihood_ratio=float(effects[disease]),
            name="family history",
            text=f"{who} affected too; {modes} would leave a parent or child "
            "without signs (assumed weight)",
            assertions=tuple(view.knowledge.assertion(int(row)) for row in rows),
        )

    def notes(self, case: Case) -> tuple[Note, ...]:
        """What was done with family findings."""
        told = [o for o in case.observations if _of_family(o)]
        if not told:
            return ()
        return (
            Note(
                level="info",
                code="family-history",
                subject="family history",
                message="Findings of relatives are not the patient's. Where a parent or a child "
                "shares a finding with the patient, recessive diseases count "
                f"{self.carrier:.2g}, an assumption; other relatives move nothing.",
            ),
        )


def _of_family(o: Observation) -> bool:
    return (
        o.experiencer is Experiencer.FAMILY
        and o.concept is not None
        and o.state is State.PRESENT
        and o.time is not Time.HYPOTHETICAL
    )


def _shared(case: Case, knowledge: Knowledge) -> list[Observation]:
    """Findings of parents and children that the patient has too, by kinship and label."""
    theirs = [o for o in case.observations if _of_family(o) and _next_generation(o.kinship)]
    if not theirs:
        return []
    own = [
        number
        for o in case.observations
        if o.experiencer is Experiencer.PATIENT
        and o.state is State.PRESENT
        and o.time is not Time.HYPOTHETICAL
        and o.probability is None
        and (number := _phenotype(o, knowledge)) is not None
    ]
    found = {}
    for o in theirs:
        term = _phenotype(o, knowledge)
        if term is not None and any(_one_implies(term, mine, knowledge) for mine in own):
            found[o.kinship, o.label] = o
    return [found[key] for key in sorted(found, key=str)]


def _phenotype(o: Observation, knowledge: Knowledge) -> int | None:
    number = None if o.concept is None else knowledge.terms.number(o.concept)
    return number if number is not None and knowledge.is_phenotype(number) else None


def _one_implies(one: int, other: int, knowledge: Knowledge) -> bool:
    return one in knowledge.ancestors[other] or other in knowledge.ancestors[one]


def _next_generation(kinship: str | None) -> bool:
    """Whether the word is for a parent or a child ("mother", "two sons")."""
    word = (kinship or "").lower().split()[-1:]
    return any(w in _GENERATION or w.removesuffix("s") in _GENERATION for w in word)


CIRCUMSTANCE = Family()
