"""What argues for and against each disease of a case: sums at once, reasons when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from math import fsum
from typing import overload

import numpy as np

from domain.differential import Contribution
from kg.arrays import Array
from reasoning.common.heard import Heard
from reasoning.joint import Together, joint_effects, together


class Argued(Sequence[tuple[Contribution, ...]]):
    """Contributions by disease: those of the findings `heard` beside each other as `method` counts
    them, then what is known of the patient besides.

    `alone` has a row for each disease with what each finding would count by itself. Findings of
    one origin are cut to its cap, then all are discounted as `method` does.
    """

    def __init__(
        self,
        method: Together,
        alone: Sequence[Sequence[Contribution]],
        heard: Sequence[Heard],
        besides: Sequence[tuple[Contribution, ...]],
    ) -> None:
        self._alone, self._besides = alone, besides
        self._signs = [h.sign for h in heard]
        self._joint = any(sign.joint is not None for sign in self._signs)
        self._values = np.array([[c.log_likelihood_ratio for c in row] for row in alone])
        self._counted = (
            together(method, self._signs, self._values.T).T if self._signs else self._values
        )
        self._opened: dict[int, tuple[Contribution, ...]] = {}

    @cached_property
    def totals(self) -> Array:
        """The sum for each disease, nats, (diseases,)."""
        counted = self._counted.tolist()
        return np.array(
            [
                fsum((*numbers, *(c.log_likelihood_ratio for c in beside)))
                for numbers, beside in zip(counted, self._besides, strict=True)
            ]
        )

    def __len__(self) -> int:
        return len(self._besides)

    @overload
    def __getitem__(self, at: int) -> tuple[Contribution, ...]: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[tuple[Contribution, ...]]: ...
    def __getitem__(
        self, at: int | slice
    ) -> tuple[Contribution, ...] | Sequence[tuple[Contribution, ...]]:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(len(self)))]
        at = range(len(self))[at]
        if at not in self._opened:
            self._opened[at] = (*self._beside_each_other(at), *self._besides[at])
        return self._opened[at]

    def _beside_each_other(self, disease: int) -> list[Contribution]:
        effects = (
            joint_effects(self._signs, self._values[disease])
            if self._joint
            else [None] * len(self._signs)
        )
        rows = zip(self._alone[disease], self._counted[disease].tolist(), effects, strict=True)
        return [
            c
            if value == c.log_likelihood_ratio and effect is None
            else replace(c, log_likelihood_ratio=value, alone=c.log_likelihood_ratio, joint=effect)
            for c, value, effect in rows
        ]
