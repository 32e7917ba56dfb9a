"""Who was measured: the ages, sexes and pregnancies that may choose a reference range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Self

from domain.assertions import Sex
from domain.intervals import Interval
from ontologies.reference_ranges import ReferenceRange

_SEXES = (Sex.FEMALE, Sex.MALE)
#: Ages at which somebody of whom nothing is said may be pregnant.
_FERTILE = Interval(10, 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What is known: `ages` the person may have (years), `sex` None where unknown, `pregnant`
    what may be, None where nothing was said of it."""

    ages: Interval = Interval(0, inf)  # noqa: RUF009 (frozen)
    sex: Sex | None = None
    pregnant: frozenset[bool] | None = None

    @classmethod
    def of(cls, age: float | None, sex: Sex | None, pregnant: bool | None) -> Self:
        """From what a caller knows; age in years."""
        return cls(
            ages=Interval(0, inf) if age is None else Interval(age, age),
            sex=sex if sex in _SEXES else None,
            pregnant=None if pregnant is None else frozenset((pregnant,)),
        )

    def aged(self, ages: Interval) -> Self:
        """The same person at other ages."""
        return replace(self, ages=ages)

    def chosen(
        self, ranges: Sequence[ReferenceRange], from_age: float = 0.0
    ) -> tuple[ReferenceRange, ...] | None:
        """The ranges that may hold for this person; None where for some age, sex or pregnancy
        that may be theirs there is none. `from_age` is where there is anything to measure."""
        if self.ages.high < from_age:
            return None
        ages = replace(self.ages, low=max(self.ages.low, from_age))
        found: list[ReferenceRange] = []
        for sex in _SEXES if self.sex is None else (self.sex,):
            for pregnant in self._pregnancies(sex, ranges):
                some = [
                    r
                    for r in ranges
                    if r.sex in (None, sex)
                    and r.pregnant in (None, pregnant)
                    and r.ages.meets(ages)
                ]
                wanted = _within(ages, _FERTILE) if pregnant else ages
                if wanted is None:
                    continue
                if not _covered(wanted, [r.ages for r in some]):
                    return None
                found += (r for r in some if r not in found)
        return tuple(found)

    def _pregnancies(self, sex: Sex, ranges: Sequence[ReferenceRange]) -> tuple[bool, ...]:
        """Where nothing was said, pregnancy is thought of only if the ranges depend on it."""
        if sex is Sex.MALE:
            return (False,)
        if self.pregnant is not None:
            return tuple(sorted(self.pregnant))
        depends = any(r.pregnant for r in ranges) and self.ages.meets(_FERTILE)
        return (False, True) if depends else (False,)


def _within(ages: Interval, limits: Interval) -> Interval | None:
    if not ages.meets(limits):
        return None
    low, high = max(ages.low, limits.low), min(ages.high, limits.high)
    return Interval(low, high, high_open=ages.high_open and high == ages.high and low < high)


def _covered(ages: Interval, parts: Sequence[Interval]) -> bool:
    """Whether every age is in one of the parts, whose upper ends are open."""
    at = ages.low
    for part in sorted(parts, key=lambda p: p.low):
        if part.low > at:
            return False
        at = max(at, part.high)
        if at > ages.high or (at == ages.high and (ages.high_open or at == inf)):
            return True
    return False
