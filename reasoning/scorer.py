"""What a scoring method is, and how one is found by name."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isinf
from types import MappingProxyType
from typing import Protocol, cast

import numpy as np

from domain.differential import Contribution
from domain.errors import InvalidField
from domain.evidence import ConceptRef
from domain.findings import Joint
from kg.arrays import Array
from reasoning.evidence import EvidenceMatrix
from reasoning.view import View


@dataclass(frozen=True)
class Sign:
    """A finding as a scorer sees it. `ratio` is the likelihood ratio of the evidence for it:
    infinite for a plain presence, 0 for a plain absence, 1 for what moves nothing. `weight` is
    the importance that the caller gave it: its effect is multiplied by it. `chief` marks a chief
    complaint, which the answer must explain; `momentary` an absence of one moment only. `joint`
    is the origin that it shares with others, whose joint effect is capped."""

    term: int
    ref: ConceptRef
    ratio: float
    weight: float = 1.0
    chief: bool = False
    momentary: bool = False
    joint: Joint | None = None

    @cached_property
    def certain(self) -> bool:
        """Whether it was stated plainly."""
        return self.ratio == 0 or isinf(self.ratio)

    @property
    def presence(self) -> float:
        """How much of a plain presence this evidence is, 0 to 1: 1 - 1/ratio above 1, else 0."""
        return 1.0 - 1.0 / self.ratio if self.ratio > 1 else 0.0


class OneByOne:
    """What methods share that look at findings one by one: each counts in full, and nothing
    belongs to a disease as a whole."""

    def together(self, alone: Array) -> Array:
        """Each counts in full."""
        return alone

    def profile(
        self,
        view: View,
        matrix: EvidenceMatrix,  # noqa: ARG002
        signs: Sequence[Sign],  # noqa: ARG002
    ) -> Array:
        """Nothing."""
        return np.zeros(len(view.knowledge.diseases))

    def profile_reasons(
        self,
        view: View,  # noqa: ARG002
        signs: Sequence[Sign],  # noqa: ARG002
        disease: int,  # noqa: ARG002
    ) -> tuple[Contribution, ...]:
        """None."""
        return ()


class Scorer(Protocol):
    """Additive in nats: a disease's score is its prior plus one number for each sign, what the
    signs say alone (`effects`) being discounted where they speak for the same (`together`).

    `comparison` says that a method is kept to compare with and is not for patients: it repeats
    what others do, and may break the rules that every other method must hold. `reads_absence` says
    whether evidence against a finding counts in it at all.
    """

    name: str
    comparison: bool
    reads_absence: bool

    def settings(self) -> dict[str, float]:
        """The parameters, for the record."""

    def effects(self, view: View, matrix: EvidenceMatrix, sign: Sign) -> Array:
        """The log likelihood ratio of `sign` alone for every disease, by what `matrix` says."""

    def together(self, alone: Array) -> Array:
        """What the signs of one case count beside each other, of the same shape as `alone`:
        (signs, diseases). Each disease is by itself; the sum over its signs never falls where
        one of them rises."""

    def reason(self, view: View, sign: Sign, disease: int) -> Contribution:
        """The same number for one disease, with its reason."""

    def profile(self, view: View, matrix: EvidenceMatrix, signs: Sequence[Sign]) -> Array:
        """What belongs to each disease as a whole, by what `matrix` says of it."""

    def profile_reasons(
        self, view: View, signs: Sequence[Sign], disease: int
    ) -> tuple[Contribution, ...]:
        """The same for one disease, as contributions without a finding."""


def names() -> tuple[str, ...]:
    """Names of all scoring methods, sorted; none is imported."""
    import reasoning.scorers as folder

    return tuple(sorted(module.name for module in pkgutil.iter_modules(folder.__path__)))


def load(name: str, parameters: Mapping[str, float] = MappingProxyType({})) -> Scorer:
    """The scoring method called `name`, with other parameters than its own defaults if any are
    given. Raises InvalidField naming the methods, or the parameters, that there are."""
    if name not in names():
        raise InvalidField(
            "scorer", f"{name!r} is not known.", mend=f"Known: {', '.join(names())}."
        )
    method = cast(Scorer, importlib.import_module(f"reasoning.scorers.{name}").SCORER)
    if not parameters:
        return method
    if unknown := parameters.keys() - method.settings().keys():
        raise InvalidField(
            "parameters",
            f"the method {name!r} has no {sorted(unknown)[0]!r}.",
            mend=f"It has: {', '.join(method.settings())}.",
        )
    return type(method)(**parameters)
