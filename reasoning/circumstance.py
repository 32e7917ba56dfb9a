"""What is known of a patient beside findings, and how it moves diseases.

A circumstance (age, sex, family history, a prior) is one file in `reasoning/circumstances/`; it
flags and weighs, and never takes a disease out.
"""

from __future__ import annotations

from typing import Protocol

from domain.case import Case
from domain.differential import Contribution
from domain.findings import Note
from kg.arrays import Array
from reasoning.evidence import EvidenceMatrix
from reasoning.view import View


class Circumstance(Protocol):
    """Additive in nats, like a finding; the number and its reason agree."""

    name: str

    def effects(self, view: View, matrix: EvidenceMatrix, case: Case) -> Array | None:
        """The effect on every disease, shape (diseases,), by what the rows that `matrix` keeps
        say of it; None where the case says nothing of this kind."""

    def reason(self, view: View, case: Case, disease: int) -> Contribution | None:
        """The same number for one disease with its reason; None where it has none to show
        (its effect is 0)."""

    def notes(self, case: Case) -> tuple[Note, ...]:
        """What the answer must say about how this was used."""
