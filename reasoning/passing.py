"""What comes and goes: findings and diseases against which one normal look says nothing.

A value within its range, or a rhythm strip, excludes a finding for that moment. It excludes no
finding that comes in attacks, and nothing in a disease whose annotation says that the finding
comes and goes there. Both are read from the HPO itself: from the names of its terms ("Paroxysmal
tachycardia", "Fasting hypoglycemia") and all below them, and from the modifiers of the rows
(recurrent, episodic, triggered by cold). Where in doubt a finding comes and goes: the exclusion
then counts nothing, which is the smaller error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

import numpy as np

from domain.identifiers import Curie
from kg.arrays import Array
from reasoning.evidence import EvidenceMatrix
from reasoning.knowledge import Knowledge

#: Words in the name of a term that say so.
_WORDS = re.compile(
    r"\b(?:episod\w+|paroxysm\w*|intermittent|recurrent|periodic|cyclic|transient|acute|labile"
    r"|fluctuat\w+|relaps\w+|attacks?|spells?|cris[ie]s|shock|coma|tetany|seizures?"
    r"|orthostatic|postural|postprandial|reactive|fasting|nocturnal|diurnal|quotidian"
    r"|while symptomatic|after exercise|[a-z/-]+-(?:induced|triggered|associated))\b",
    re.IGNORECASE,
)
#: Terms that come in attacks though their names do not say so: seizures, and the tachycardias
#: that are not of the sinus node.
ROOTS = tuple(map(Curie, ("HP:0001250", "HP:0004755", "HP:0004756")))
#: Modifiers of rows: transient, nocturnal, diurnal, episodic, periodic, quotidian, recurrent,
#: fluctuating; and "Triggered by" with all below it.
MODIFIERS = (
    "HP:0025153", "HP:0025301", "HP:0025302", "HP:0025303", "HP:0025304", "HP:0025305",
    "HP:0031796", "HP:0031914",
)  # fmt: skip
TRIGGERED = Curie("HP:0025204")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """By term, whether it comes and goes; and the rows that say so of their finding, ascending."""

    terms: Array
    rows: Array

    @classmethod
    def of(cls, knowledge: Knowledge) -> Self:
        """What a release says."""
        terms = knowledge.terms
        starts = [n for n in range(len(terms)) if _WORDS.search(terms.label(n))]
        starts += [n for i in ROOTS if (n := terms.number(i)) is not None]
        found = np.zeros(len(terms), dtype=bool)
        for number in starts:
            found[knowledge.below(number)] = True
        return cls(terms=found, rows=_rows(knowledge))

    def diseases(self, matrix: EvidenceMatrix, below: Array) -> Array:
        """Diseases (ascending) whose patients show one of the terms `below` in a way that comes
        and goes."""
        pairs = np.concatenate([matrix.seen_pairs[:0], *(matrix.seen(int(t)) for t in below)])
        rows = self.rows if matrix.kept is None else np.intersect1d(self.rows, matrix.kept)
        at = np.searchsorted(rows, matrix.pair_start[pairs])
        marked = at < np.searchsorted(rows, matrix.pair_end[pairs])
        some = pairs[marked | self.terms[matrix.pair_term[pairs]]]
        found: Array = np.unique(matrix.pair_disease[some])
        return found


def _rows(knowledge: Knowledge) -> Array:
    root = knowledge.terms.number(TRIGGERED)
    below = () if root is None else knowledge.below(root)
    wanted = {*MODIFIERS, *(str(knowledge.terms.id(int(n))) for n in below)}
    return knowledge.rows_modified(wanted)
