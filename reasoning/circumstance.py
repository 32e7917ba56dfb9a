"""What is known of a patient beside findings, and how it moves diseases.

A circumstance (age, sex, family history) is one file in `reasoning/circumstances/`; it flags and
weighs, and never takes a disease out.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from typing import Protocol, cast

from domain.case import Case
from domain.differential import Contribution
from domain.findings import Note
from kg.arrays import Array
from reasoning.evidence import EvidenceMatrix
from reasoning.view import View


class Circumstance(Protocol):
    """Additive in nats, like a finding; the number and its reason agree."""

    name: str

    def settings(self) -> dict[str, float]:
        """The parameters, for the record."""

    def effects(self, view: View, matrix: EvidenceMatrix, case: Case) -> Array | None:
        """The effect on every disease, shape (diseases,), by what the rows that `matrix` keeps
        say of it; None where the case says nothing of this kind."""

    def reason(self, view: View, case: Case, disease: int) -> Contribution | None:
        """The same number for one disease with its reason; None where it has none to show
        (its effect is 0)."""

    def notes(self, case: Case) -> tuple[Note, ...]:
        """What the answer must say about how this was used."""


def names() -> tuple[str, ...]:
    """Names of all circumstances, sorted; none is imported."""
    import reasoning.circumstances as folder

    return tuple(sorted(module.name for module in pkgutil.iter_modules(folder.__path__)))


def load(name: str) -> Circumstance:
    """The circumstance called `name`, one of `names()`."""
    module = importlib.import_module(f"reasoning.circumstances.{name}")
    return cast(Circumstance, module.CIRCUMSTANCE)


def every() -> tuple[Circumstance, ...]:
    """All circumstances, by name."""
    return tuple(map(load, names()))


def described(circumstances: Iterable[Circumstance]) -> str:
    """Their names and parameters in one line, for the record of an answer."""
    return "; ".join(
        f"{c.name} ({', '.join(f'{k} {v:.3g}' for k, v in c.settings().items())})"
        for c in circumstances
    )
